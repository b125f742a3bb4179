//! Interval bound propagation.

use decay_model::Nonlinearity;
use decay_model::maps::{
    ConvolutionMap, DenseMap, Map, average_pool, channels_last, clip, for_each_tap, max_pool,
};

use super::rounding::gamma;

/// Bounds on each value of a vector, `low_i <= x_i <= high_i`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Interval {
    /// From below.
    pub(super) low: Vec<f64>,
    /// From above.
    pub(super) high: Vec<f64>,
}

/// Relative room for the error of `tanh`, `exp` and `erfc`, generous to every mathematical library.
const FUNCTION_ERROR: f64 = 1e-12;

impl Interval {
    /// Bounds that meet in one point.
    pub(super) fn point(x: &[f64]) -> Self {
        Self {
            low: x.to_vec(),
            high: x.to_vec(),
        }
    }

    /// The largest magnitude of each value.
    pub(super) fn magnitude(&self) -> Vec<f64> {
        let ends = self.low.iter().zip(&self.high);
        ends.map(|(l, h)| l.abs().max(h.abs())).collect()
    }

    /// Bounds on a map's outputs from those on its inputs.
    ///
    /// ```text
    /// affine:    c' = W c + b        r' = abs(W) r        c = (high + low) / 2        r = (high - low) / 2
    /// f:         [f(low), f(high)]        where f falls before it rises, its minimum if that lies between
    /// ```
    ///
    /// # Source
    /// Gowal et al. 2018, eq. 6 and 7, <https://arxiv.org/abs/1810.12715>; moved outwards by the rounding error.
    pub(super) fn through(&self, map: &Map) -> Self {
        match map {
            Map::Dense(map) => self.through_dense(map),
            Map::Convolution(map) => self.through_convolution(map),
            Map::Scale { factor, offset } => self.through_scale(factor, offset),
            Map::Nonlinearity(f) => self.through_nonlinearity(*f),
            Map::Clip { clipped } => self.through_clip(clipped),
            &Map::MaxPool { window, channels } => Self {
                low: max_pool(window, channels, &self.low),
                high: max_pool(window, channels, &self.high),
            },
            &Map::AveragePool { window, channels } => {
                let mean = |x: &[f64]| average_pool(window, channels, x);
                let error = gamma(window.kernel().iter().product::<usize>() + 2);
                let slack = mean(&self.magnitude()).into_iter().map(|m| 2.0 * error * m);
                Self::new(mean(&self.low), mean(&self.high), slack)
            }
            &Map::ChannelsLast { channels } => Self {
                low: channels_last(channels, &self.low),
                high: channels_last(channels, &self.high),
            },
            Map::Residual { body, shortcut } => {
                let (body, around) = (self.through_all(body), self.through_all(shortcut));
                let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + b).collect();
                let (low, high) = (sum(&body.low, &around.low), sum(&body.high, &around.high));
                let both = body.magnitude().into_iter().zip(around.magnitude());
                Self::new(low, high, both.map(|(a, b)| 2.0 * gamma(1) * (a + b)))
            }
        }
    }

    /// Bounds behind all maps in order.
    pub(super) fn through_all(&self, maps: &[Map]) -> Self {
        maps.iter()
            .fold(self.clone(), |bounds, map| bounds.through(map))
    }

    /// Bounds from below of `z_label - z_k` for every other class `k`, in order, where `z` are the outputs of `head`.
    ///
    /// ```text
    /// min over x in [low, high] of (w_label - w_k) . x + b_label - b_k
    /// ```
    ///
    /// The difference is bounded as one linear function, which is tighter than the difference of bounds.
    ///
    /// # Source
    /// Gowal et al. 2018, "elision of the last layer", <https://arxiv.org/abs/1810.12715>.
    pub(super) fn margins(&self, head: &DenseMap, label: usize) -> Vec<f64> {
        let classes = head.bias.len();
        let error = gamma(self.low.len() + 6);
        let others = (0..classes).filter(|&k| k != label);
        others
            .map(|k| {
                let mut lowest = head.bias[label] - head.bias[k];
                let mut size = head.bias[label].abs() + head.bias[k].abs();
                let ends = self.low.iter().zip(&self.high);
                for (weights, (low, high)) in head.weight.chunks_exact(classes).zip(ends) {
                    let slope = weights[label] - weights[k];
                    lowest += if slope > 0.0 {
                        slope * low
                    } else {
                        slope * high
                    };
                    size += slope.abs() * low.abs().max(high.abs());
                }
                lowest - error * size
            })
            .collect()
    }

    /// Both ends moved outwards; no bound where one is not a number.
    fn new(mut low: Vec<f64>, mut high: Vec<f64>, slack: impl IntoIterator<Item = f64>) -> Self {
        for ((low, high), slack) in low.iter_mut().zip(&mut high).zip(slack) {
            *low -= slack;
            *high += slack;
            if low.is_nan() || high.is_nan() {
                (*low, *high) = (f64::NEG_INFINITY, f64::INFINITY);
            }
        }
        Self { low, high }
    }

    fn through_dense(&self, map: &DenseMap) -> Self {
        self.through_affine(map.inputs(), map.bias.clone(), |center, radius, sums| {
            let inputs = center.iter().zip(radius);
            for ((&c, &r), weights) in inputs.zip(map.weight.chunks_exact(map.bias.len())) {
                sums.add(0, c, r, weights);
            }
        })
    }

    fn through_convolution(&self, map: &ConvolutionMap) -> Self {
        let ([height, width], outputs) = (map.window.output(), map.bias.len());
        let terms = map.weight.len() / outputs;
        let bias = map.bias.repeat(height * width);
        self.through_affine(terms, bias, |center, radius, sums| {
            for_each_tap(map.window, |output, tap, pixel| {
                let weights = &map.weight[tap * map.inputs * outputs..];
                for (channel, weights) in weights.chunks_exact(outputs).take(map.inputs).enumerate()
                {
                    let i = pixel * map.inputs + channel;
                    sums.add(output * outputs, center[i], radius[i], weights);
                }
            });
        })
    }

    /// `W x + b` with `terms` products in a sum, which `accumulate` adds to the center and the radius.
    fn through_affine(
        &self,
        terms: usize,
        bias: Vec<f64>,
        accumulate: impl FnOnce(&[f64], &[f64], &mut Sums),
    ) -> Self {
        let error = gamma(terms + 4);
        let ends = self.low.iter().zip(&self.high);
        let center: Vec<f64> = ends.clone().map(|(l, h)| 0.5 * (l + h)).collect();
        let radius = ends.zip(&center).map(|((l, h), c)| {
            let radius = (h - c).max(c - l) * (1.0 + gamma(2));
            // What rounding does to the product with the center.
            radius + error * (c.abs() + radius)
        });
        let radius: Vec<f64> = radius.collect();
        let mut sums = Sums {
            radius: bias.iter().map(|b| error * b.abs()).collect(),
            center: bias,
        };
        accumulate(&center, &radius, &mut sums);
        let slack = |(c, r): (&f64, &f64)| r * (1.0 + 2.0 * error) + gamma(2) * (c.abs() + r);
        let slack: Vec<f64> = sums.center.iter().zip(&sums.radius).map(slack).collect();
        Self::new(sums.center.clone(), sums.center, slack)
    }

    fn through_scale(&self, factor: &[f64], offset: &[f64]) -> Self {
        let affine = || factor.iter().zip(offset).cycle();
        let image = |ends: &[f64]| -> Vec<f64> {
            let all = ends.iter().zip(affine());
            all.map(|(x, (f, o))| f * x + o).collect()
        };
        let (a, b) = (image(&self.low), image(&self.high));
        let pick = |of: fn(f64, f64) -> f64| a.iter().zip(&b).map(|(&a, &b)| of(a, b)).collect();
        let size = self.magnitude().into_iter().zip(affine());
        let slack = size.map(|(m, (f, o))| gamma(4) * (f.abs() * m + o.abs()));
        Self::new(pick(f64::min), pick(f64::max), slack)
    }

    /// The clip rises everywhere.
    fn through_clip(&self, clipped: &[bool]) -> Self {
        let image = |ends: &[f64], sign: f64| {
            let all = ends.iter().zip(clipped);
            let moved = all.map(|(&x, &clipped)| match clipped {
                // Also where the square overflows, no value is beyond the level.
                true if x.is_finite() => {
                    let y = clip(x);
                    y + sign * FUNCTION_ERROR * y.abs()
                }
                true => 3.0f64.copysign(x) + sign * FUNCTION_ERROR,
                false => x,
            });
            moved.collect()
        };
        Self::new(image(&self.low, -1.0), image(&self.high, 1.0), [])
    }

    fn through_nonlinearity(&self, f: Nonlinearity) -> Self {
        if f == Nonlinearity::Identity {
            return self.clone();
        }
        let error = match f {
            Nonlinearity::Relu => 0.0,
            _ => FUNCTION_ERROR,
        };
        let ends = self.low.iter().zip(&self.high);
        let image = ends.map(|(&low, &high)| {
            let (a, b) = (f.value(low), f.value(high));
            if a.is_nan() || b.is_nan() {
                return (f64::NEG_INFINITY, f64::INFINITY);
            }
            let lowest = match f.lowest_at() {
                Some(place) if low < place && place < high => f.value(place),
                _ => a.min(b),
            };
            let highest = a.max(b);
            let room = |value: f64| error * (value.abs() + f64::MIN_POSITIVE);
            (lowest - room(lowest), highest + room(highest))
        });
        let (low, high) = image.unzip();
        Self { low, high }
    }
}

/// Center and radius of the outputs while they are summed.
struct Sums {
    center: Vec<f64>,
    radius: Vec<f64>,
}

impl Sums {
    /// `center += c weights`, `radius += r abs(weights)`, from output `first` on.
    fn add(&mut self, first: usize, c: f64, r: f64, weights: &[f64]) {
        let center = &mut self.center[first..][..weights.len()];
        let radius = &mut self.radius[first..][..weights.len()];
        for ((center, radius), w) in center.iter_mut().zip(radius).zip(weights) {
            *center += c * w;
            *radius += r * w.abs();
        }
    }
}
