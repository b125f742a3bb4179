//! One stage of a convolutional network, and the short form in which files and flags write it.

use std::fmt::{self, Display};
use std::str::FromStr;

use decay_options::{Kind, Value};
use serde::{Deserialize, Serialize};

/// Kernel, stride and padding of a sliding window, height and width each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slide {
    /// Size of the window.
    pub kernel: [usize; 2],
    /// Steps between windows.
    pub stride: [usize; 2],
    /// Empty rows and columns on each side.
    pub padding: [usize; 2],
}

/// A stage; its text form is in the first column.
///
/// | text | stage | default |
/// | :-- | :-- | :-- |
/// | `conv3:32` | convolution 3x3 to 32 channels, then norm and activation | stride 1, padding `(k - 1) / 2` |
/// | `depthwise3` | every channel with a kernel of its own, then norm and activation | the same |
/// | `res3:32` | two convolutions 3x3 and a way around them (He et al. 2016, figure 2) | the same; the stride is the first one's |
/// | `max2`, `avg2` | pooling over 2x2 windows | stride as the window, padding 0 |
/// | `global` | mean over the image | |
/// | `dense:128` | dense layer of 128 units on the flattened image, then norm and activation | |
///
/// `conv3x5:32/2p1` is a kernel of 3 rows and 5 columns with stride 2 and padding 1; stride and padding take pairs, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Stage {
    /// Convolution, norm, activation.
    Convolution {
        /// The window.
        slide: Slide,
        /// Output channels.
        channels: usize,
    },
    /// Convolution of each channel alone, norm, activation.
    Depthwise {
        /// The window.
        slide: Slide,
    },
    /// A basic block: convolution, norm, activation, convolution, norm, plus the input, activation.
    Residual {
        /// The window of the first convolution; the second has stride 1.
        slide: Slide,
        /// Output channels.
        channels: usize,
    },
    /// Largest value of each window.
    MaxPool {
        /// The window.
        slide: Slide,
    },
    /// Mean of each window, padding counted as zeros.
    AveragePool {
        /// The window.
        slide: Slide,
    },
    /// Mean of the image.
    Global,
    /// A dense hidden layer.
    Dense {
        /// Its width.
        units: usize,
    },
}

/// Largest side of a kernel.
const LARGEST: usize = 7;
const NAMES: [&str; 7] = ["conv", "depthwise", "res", "max", "avg", "global", "dense"];

impl Value for Stage {
    const KIND: Kind = Kind::Text;

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text).map_err(|reason| format!("'{text}' is no stage: {reason}"))
    }
}

fn parse(text: &str) -> Result<Stage, String> {
    let split = |name: &&'static str| text.strip_prefix(*name).map(|rest| (*name, rest));
    let Some((name, rest)) = NAMES.iter().find_map(split) else {
        return Err(format!(
            "expected one of {}, as in conv3:32",
            NAMES.join(", ")
        ));
    };
    let end = rest.find(['/', 'p']).unwrap_or(rest.len());
    let (head, tail) = rest.split_at(end);
    let (kernel, width) = match head.split_once(':') {
        Some((kernel, width)) => (kernel, Some(number(width)?)),
        None => (head, None),
    };
    let width_of = |what: &str| width.ok_or(format!("expected {what}, as in {name}3:32"));
    let plain = |stage| match width {
        None => Ok(stage),
        Some(_) => Err(format!("{name} takes no channels")),
    };
    match name {
        "conv" => Ok(Stage::Convolution {
            slide: slide(kernel, tail, true)?,
            channels: width_of("channels")?,
        }),
        "res" => Ok(Stage::Residual {
            slide: slide(kernel, tail, true)?,
            channels: width_of("channels")?,
        }),
        "depthwise" => plain(Stage::Depthwise {
            slide: slide(kernel, tail, true)?,
        }),
        "max" => plain(Stage::MaxPool {
            slide: slide(kernel, tail, false)?,
        }),
        "avg" => plain(Stage::AveragePool {
            slide: slide(kernel, tail, false)?,
        }),
        "global" if rest.is_empty() => Ok(Stage::Global),
        "dense" if kernel.is_empty() && tail.is_empty() => {
            let units = width.ok_or("expected units, as in dense:128")?;
            Ok(Stage::Dense { units })
        }
        _ => Err(format!("nothing more is known about {name}, got '{rest}'")),
    }
}

/// A window from its size and the text behind it; `same` windows keep the size of the image and have stride 1.
fn slide(kernel: &str, tail: &str, same: bool) -> Result<Slide, String> {
    let kernel = pair(kernel)?;
    if kernel.iter().any(|&side| side > LARGEST) {
        return Err(format!("a kernel has at most {LARGEST} rows and columns"));
    }
    let (stride, padding) = match tail.split_once('p') {
        Some((stride, padding)) => (stride, Some(padding)),
        None => (tail, None),
    };
    let stride = match stride.strip_prefix('/') {
        Some(stride) => pair(stride)?,
        None if stride.is_empty() && same => [1, 1],
        None if stride.is_empty() => kernel,
        None => return Err(format!("expected a stride, as in /2, got '{stride}'")),
    };
    let padding = match padding {
        Some(padding) => sides(padding, 0)?,
        None if same => kernel.map(|side| (side - 1) / 2),
        None => [0, 0],
    };
    if (0..2).any(|axis| padding[axis] >= kernel[axis]) {
        return Err("padding must be less than the kernel".into());
    }
    Ok(Slide {
        kernel,
        stride,
        padding,
    })
}

fn pair(text: &str) -> Result<[usize; 2], String> {
    sides(text, 1)
}

/// `3` or `3x5`, each side at least `least`.
fn sides(text: &str, least: usize) -> Result<[usize; 2], String> {
    let (height, width) = text.split_once('x').unwrap_or((text, text));
    match (height.parse(), width.parse()) {
        (Ok(height), Ok(width)) if height >= least && width >= least => Ok([height, width]),
        _ => Err(format!(
            "expected a size of at least {least}, as in 3 or 3x5, got '{text}'"
        )),
    }
}

fn number(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(value) if value >= 1 => Ok(value),
        _ => Err(format!(
            "expected a whole number of at least 1, got '{text}'"
        )),
    }
}

impl TryFrom<String> for Stage {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Stage> for String {
    fn from(stage: Stage) -> Self {
        stage.to_string()
    }
}

impl Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Convolution { slide, channels } => slide.write(f, "conv", Some(channels), true),
            Self::Residual { slide, channels } => slide.write(f, "res", Some(channels), true),
            Self::Depthwise { slide } => slide.write(f, "depthwise", None, true),
            Self::MaxPool { slide } => slide.write(f, "max", None, false),
            Self::AveragePool { slide } => slide.write(f, "avg", None, false),
            Self::Global => f.write_str("global"),
            Self::Dense { units } => write!(f, "dense:{units}"),
        }
    }
}

impl Slide {
    /// The inverse of [`slide`]: what differs from the default is written.
    fn write(
        self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        width: Option<usize>,
        same: bool,
    ) -> fmt::Result {
        let sides = |[height, width]: [usize; 2]| {
            if height == width {
                height.to_string()
            } else {
                format!("{height}x{width}")
            }
        };
        write!(f, "{name}{}", sides(self.kernel))?;
        if let Some(width) = width {
            write!(f, ":{width}")?;
        }
        let (stride, padding) = if same {
            ([1, 1], self.kernel.map(|side| (side - 1) / 2))
        } else {
            (self.kernel, [0, 0])
        };
        if self.stride != stride {
            write!(f, "/{}", sides(self.stride))?;
        }
        if self.padding != padding {
            write!(f, "p{}", sides(self.padding))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;

    #[test]
    fn the_text_of_a_stage_is_read_back() {
        for text in [
            "conv3:32",
            "conv1:8/2",
            "conv3x5:7/2x1p0x2",
            "conv5:16p0",
            "depthwise3",
            "depthwise5/2p1",
            "res3:64/2",
            "max2",
            "max3/2p1",
            "avg2x1",
            "global",
            "dense:128",
        ] {
            let stage: Stage = text.parse().unwrap();
            assert_eq!(stage.to_string(), text, "{stage:?}");
        }
    }

    #[test]
    fn what_is_no_stage_is_refused_with_the_reason() {
        for (text, reason) in [
            ("conv3", "expected channels"),
            ("conv:3", "expected a size"),
            ("conv3:0", "at least 1"),
            ("conv9:8", "at most 7"),
            ("conv3:8p3", "less than the kernel"),
            ("conv3:8/0", "at least 1"),
            ("max2:8", "takes no channels"),
            ("dense", "expected units"),
            ("dense3:8", "nothing more"),
            ("global2", "nothing more"),
            ("pool2", "expected one of"),
            ("", "expected one of"),
        ] {
            let error = text.parse::<Stage>().unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
