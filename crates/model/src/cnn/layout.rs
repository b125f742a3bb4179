//! From stages to layers: sizes, places of the values and what they cost.

use decay_kernels::Window;

use super::config::CnnConfig;
use super::convolution::{Convolution, Residual};
use super::stage::{Slide, Stage};
use super::{Cnn, Dense, Layer};
use crate::error::ModelError;
use crate::inventory::Inventory;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::Norm;
use crate::parameter::Layout;

impl Cnn {
    /// The network of a configuration for images of this shape.
    ///
    /// # Errors
    /// [`ModelError::NoInputsOrOutputs`], [`ModelError::Stage`] for a window larger than what reaches it or for a convolution
    /// behind a dense layer.
    pub fn new(config: &CnnConfig, image: [usize; 3], outputs: usize) -> Result<Self, ModelError> {
        let inputs = image.iter().product();
        if inputs == 0 || outputs == 0 {
            return Err(ModelError::NoInputsOrOutputs { inputs, outputs });
        }
        let mut plan = Plan::new(config, image);
        for (index, &stage) in config.stages.iter().enumerate() {
            plan.add(index, stage).map_err(|reason| ModelError::Stage {
                stage: stage.to_string(),
                index,
                reason,
            })?;
        }
        Ok(plan.finish(outputs))
    }
}

/// A network that grows stage by stage.
struct Plan<'a> {
    config: &'a CnnConfig,
    image: [usize; 3],
    layers: Vec<Layer>,
    inventory: Inventory,
    /// What the next stage gets.
    flow: Flow,
    activations: usize,
    patches: usize,
    multiplications: usize,
}

/// What flows between two stages.
#[derive(Clone, Copy)]
enum Flow {
    Image { size: [usize; 2], channels: usize },
    Row { width: usize },
}

const ONE: Slide = Slide {
    kernel: [1, 1],
    stride: [1, 1],
    padding: [0, 0],
};

impl<'a> Plan<'a> {
    fn new(config: &'a CnnConfig, image: [usize; 3]) -> Self {
        let [channels, height, width] = image;
        Self {
            config,
            image,
            layers: Vec::new(),
            inventory: Inventory::default(),
            flow: Flow::Image {
                size: [height, width],
                channels,
            },
            activations: image.iter().product(),
            patches: 0,
            multiplications: 0,
        }
    }

    /// Appends a stage; the error is the reason why it cannot follow.
    fn add(&mut self, index: usize, stage: Stage) -> Result<(), String> {
        let name = format!("stages.{index}");
        match stage {
            Stage::Convolution { slide, channels } => {
                let layer =
                    self.convolution(&name, slide, Some(channels), self.config.activation)?;
                self.layers.push(Layer::Convolution(layer));
            }
            Stage::Depthwise { slide } => {
                let layer = self.convolution(&name, slide, None, self.config.activation)?;
                self.layers.push(Layer::Convolution(layer));
            }
            Stage::Residual { slide, channels } => {
                let block = self.residual(&name, slide, channels)?;
                self.layers.push(Layer::Residual(Box::new(block)));
            }
            Stage::MaxPool { slide } => {
                let window = self.pool(slide)?;
                self.max_pool(window);
            }
            Stage::AveragePool { slide } => {
                let window = self.pool(slide)?;
                self.layers.push(Layer::AveragePool(window));
            }
            Stage::Global => {
                let (size, _) = self.pixels()?;
                let window = self.pool(Slide {
                    kernel: size,
                    stride: [1, 1],
                    padding: [0, 0],
                })?;
                self.layers.push(Layer::AveragePool(window));
            }
            Stage::Dense { units } => {
                let dense = self.dense(&name, units, Some(self.config.activation));
                self.layers.push(Layer::Dense(dense));
            }
        }
        Ok(())
    }

    /// Appends the head.
    fn finish(mut self, outputs: usize) -> Cnn {
        let head = self.dense("head", outputs, None);
        self.layers.push(Layer::Dense(head));
        Cnn {
            image: self.image,
            layers: self.layers,
            inventory: self.inventory,
            activations: self.activations,
            patches: self.patches,
            multiplications: self.multiplications,
        }
    }

    /// Size and channels of the image that reaches the next stage.
    fn pixels(&self) -> Result<([usize; 2], usize), String> {
        match self.flow {
            Flow::Image { size, channels } => Ok((size, channels)),
            Flow::Row { .. } => Err("only dense layers can follow a dense layer".into()),
        }
    }

    fn window(&self, slide: Slide) -> Result<Window, String> {
        let (size, _) = self.pixels()?;
        Window::new(size, slide.kernel, slide.stride, slide.padding)
            .map_err(|error| error.to_string())
    }

    /// Notes that an image of this size and these channels is kept.
    fn set_image(&mut self, size: [usize; 2], channels: usize) {
        self.flow = Flow::Image { size, channels };
        // The values and their gradient.
        self.activations += 2 * size[0] * size[1] * channels;
    }

    /// A convolution to `channels`, or of each channel alone.
    fn convolution(
        &mut self,
        name: &str,
        slide: Slide,
        channels: Option<usize>,
        nonlinearity: Nonlinearity,
    ) -> Result<Convolution, String> {
        let window = self.window(slide)?;
        let (_, inputs) = self.pixels()?;
        let kernel = slide.kernel;
        let taps = kernel[0] * kernel[1];
        let init = self.config.init;
        let (rows, outputs, layout) = match channels {
            Some(channels) => (taps * inputs, channels, Layout::Convolution { kernel }),
            None => (taps, inputs, Layout::Depthwise { kernel }),
        };
        let fans = match channels {
            Some(channels) => [rows, taps * channels],
            None => [taps, taps],
        };
        let normed = self.config.norm != Norm::None;
        let own = &mut self.inventory;
        let (label, shape) = (format!("{name}.conv.weight"), [rows, outputs]);
        let weight = own.weight(label, shape, layout, init, fans);
        let bias = (!normed).then(|| own.bias(format!("{name}.conv.bias"), outputs, init, fans[0]));
        let prefix = format!("{name}.norm");
        let norm = own.norm_after(self.config.norm, weight, false, &prefix, outputs);
        let size = window.output();
        self.patches = self.patches.max(size[0] * size[1] * rows);
        self.multiplications += size[0] * size[1] * rows * outputs;
        self.set_image(size, outputs);
        if normed {
            self.set_image(size, outputs);
        }
        Ok(Convolution {
            window,
            depthwise: channels.is_none(),
            weight,
            bias,
            norm,
            nonlinearity,
            pool: None,
        })
    }

    fn residual(&mut self, name: &str, slide: Slide, channels: usize) -> Result<Residual, String> {
        let (before, (size, inputs)) = (self.flow, self.pixels()?);
        let nonlinearity = self.config.activation;
        let first = format!("{name}.first");
        let first = self.convolution(&first, slide, Some(channels), nonlinearity)?;
        let unmoved = Slide {
            stride: [1, 1],
            ..slide
        };
        let identity = Nonlinearity::Identity;
        let second = format!("{name}.second");
        let second = self.convolution(&second, unmoved, Some(channels), identity)?;
        let after = self.flow;
        let shortcut = if self.pixels()? == (size, inputs) {
            None
        } else {
            self.flow = before;
            let step = Slide {
                stride: slide.stride,
                ..ONE
            };
            let shortcut = format!("{name}.shortcut");
            let shortcut = self.convolution(&shortcut, step, Some(channels), identity)?;
            Some(shortcut)
        };
        if shortcut
            .as_ref()
            .is_some_and(|s| s.window.output() != second.window.output())
        {
            return Err("a residual block needs an odd kernel with padding (k - 1) / 2".into());
        }
        self.flow = after;
        Ok(Residual {
            first,
            second,
            shortcut,
            nonlinearity,
        })
    }

    fn pool(&mut self, slide: Slide) -> Result<Window, String> {
        let window = self.window(slide)?;
        let (_, channels) = self.pixels()?;
        self.set_image(window.output(), channels);
        Ok(window)
    }

    /// Pooling right behind a convolution becomes part of it.
    fn max_pool(&mut self, window: Window) {
        match self.layers.last_mut() {
            Some(Layer::Convolution(before)) if before.pool.is_none() => {
                before.pool = Some(window);
            }
            _ => self.layers.push(Layer::MaxPool(window)),
        }
    }

    fn dense(&mut self, name: &str, units: usize, nonlinearity: Option<Nonlinearity>) -> Dense {
        let (inputs, layout) = match self.flow {
            Flow::Row { width } => (width, Layout::Matrix),
            Flow::Image { size, channels } => {
                (size[0] * size[1] * channels, Layout::Flattened { channels })
            }
        };
        let (own, init) = (&mut self.inventory, self.config.init);
        self.multiplications += inputs * units;
        let prefix = match nonlinearity {
            Some(_) => format!("{name}.dense"),
            None => name.to_owned(),
        };
        let linear = own.linear(&prefix, [inputs, units], layout, init);
        let kind = match nonlinearity {
            Some(_) => self.config.norm,
            None => Norm::None,
        };
        let norm = own.norm_after(kind, linear.weight, true, &format!("{name}.norm"), units);
        self.flow = Flow::Row { width: units };
        self.activations += 2 * units;
        Dense {
            linear,
            inputs,
            norm,
            nonlinearity,
        }
    }
}
