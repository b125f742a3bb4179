//! A bound for convolutions of any size, from the frequencies of a periodic one.

use std::f64::consts::TAU;
use std::sync::atomic::AtomicBool;

use decay_model::maps::ConvolutionMap;

use super::gram::norm_bound_above;
use crate::certificate::rounding::gamma;

/// A bound from above of the spectral norm of a zero-padded convolution with stride.
///
/// ```text
/// y[o] = sum over t of x[s o + t - p] w[t],   t - p = s q + a   ->   y[o] = sum over q of X[o + q] W_q,   X[i] = (x[s i + a]) over a
/// M(f) = sum over q of W_q exp(2 pi i f q)            ‖A‖ <= max over f in {0, 1/N, .. (N - 1)/N} of ‖M(f)‖_2
/// ```
///
/// A stride is taken away by counting the `s` phases of a pixel as channels. The convolution is then a block of one that is periodic
/// with a period `N` so long that nothing wraps around into the image; the norm of a block is at most that of the whole, which
/// the Fourier transform takes apart by frequency.
///
/// # Source
/// Sedghi et al. 2019, theorem 6, <https://arxiv.org/abs/1805.10408>, for the periodic convolution.
pub(super) fn norm_bound(map: &ConvolutionMap, stop: &AtomicBool) -> f64 {
    let axes = [Axis::new(map, 0), Axis::new(map, 1)];
    let [rows, columns] = [axes[0].period, axes[1].period];
    let mut largest = 0.0f64;
    // The other frequencies are the complex conjugates of these.
    for row in 0..=rows / 2 {
        for column in 0..columns {
            let turns = [row as f64 / rows as f64, column as f64 / columns as f64];
            let (matrix, shape) = symbol(map, &axes, turns);
            largest = largest.max(norm_bound_above(&matrix, shape, largest, stop));
        }
    }
    let taps = map.weight.len() / (map.inputs * map.bias.len());
    let size = map.weight.iter().map(|w| w * w).sum::<f64>().sqrt();
    // Sines of angles up to a few turns, and sums over the taps.
    largest + gamma(taps + 512) * (taps as f64).sqrt() * size
}

/// How the taps of an axis divide into whole strides and phases.
struct Axis {
    stride: usize,
    padding: usize,
    /// Positions of the periodic convolution.
    period: usize,
}

impl Axis {
    fn new(map: &ConvolutionMap, axis: usize) -> Self {
        let (window, outputs) = (&map.window, map.window.output()[axis]);
        // The first tap of a window lies at `position stride - padding`.
        let start = |position| {
            let (tap, pixel, _) = window.seen(axis, position);
            pixel as isize - tap as isize
        };
        let mut own = Self {
            stride: if outputs > 1 {
                (start(1) - start(0)) as usize
            } else {
                1
            },
            padding: -start(0) as usize,
            period: 0,
        };
        let last_tap = window.kernel()[axis] - 1;
        let images = window.size()[axis].div_ceil(own.stride) as isize;
        let first = own.split(0).0.min(0);
        let last_seen = outputs as isize - 1 + own.split(last_tap).0.max(0);
        own.period = (last_seen.max(images - 1) - first + 1) as usize;
        own
    }

    /// Whole strides and phase of a tap.
    fn split(&self, tap: usize) -> (isize, usize) {
        let (place, stride) = (tap as isize - self.padding as isize, self.stride as isize);
        (place.div_euclid(stride), place.rem_euclid(stride) as usize)
    }
}

/// `M(f)` as the real matrix `[[re, -im], [im, re]]`, which has the same norm.
fn symbol(map: &ConvolutionMap, axes: &[Axis; 2], turns: [f64; 2]) -> (Vec<f64>, [usize; 2]) {
    let outputs = map.bias.len();
    let inputs = axes[0].stride * axes[1].stride * map.inputs;
    let (rows, columns) = (2 * inputs, 2 * outputs);
    let mut matrix = vec![0.0; rows * columns];
    let width = map.window.kernel()[1];
    for (tap, weights) in map.weight.chunks_exact(map.inputs * outputs).enumerate() {
        let (down, down_phase) = axes[0].split(tap / width);
        let (across, across_phase) = axes[1].split(tap % width);
        let phase = (down_phase * axes[1].stride + across_phase) * map.inputs;
        let (sine, cosine) = (TAU * (turns[0] * down as f64 + turns[1] * across as f64)).sin_cos();
        for (channel, weights) in weights.chunks_exact(outputs).enumerate() {
            let upper = (phase + channel) * columns;
            let lower = upper + inputs * columns;
            for (d, w) in weights.iter().enumerate() {
                matrix[upper + d] += w * cosine;
                matrix[upper + outputs + d] -= w * sine;
                matrix[lower + d] += w * sine;
                matrix[lower + outputs + d] += w * cosine;
            }
        }
    }
    (matrix, [rows, columns])
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use decay_kernels::Window;
    use decay_model::maps::ConvolutionMap;
    use decay_random::{At, Purpose, Stream};

    use super::norm_bound;
    use crate::certificate::operator::Operator;
    use crate::certificate::spectral::gram;

    static NEVER: AtomicBool = AtomicBool::new(false);

    fn convolution(window: Window, [inputs, outputs]: [usize; 2]) -> ConvolutionMap {
        let taps = window.kernel().iter().product::<usize>();
        let mut weight = vec![0f32; taps * inputs * outputs];
        Stream::new(4, Purpose::Initialise, At::default()).fill_normal(&mut weight);
        ConvolutionMap {
            window,
            inputs,
            weight: weight.into_iter().map(f64::from).collect(),
            bias: vec![0.0; outputs],
        }
    }

    /// Against the norm of the written-out operator: never below it, and close to it unless the kernel is as large as the image.
    #[test]
    fn the_periodic_norm_bounds_the_padded_one() {
        for (size, kernel, stride, padding) in [
            ([7, 5], [3, 3], [1, 1], [1, 1]),
            ([7, 5], [3, 3], [1, 1], [0, 0]),
            ([7, 6], [3, 3], [2, 2], [1, 1]),
            ([6, 8], [5, 3], [2, 3], [2, 1]),
            ([8, 8], [2, 2], [3, 3], [0, 0]),
            ([5, 4], [5, 4], [1, 1], [0, 0]),
            ([9, 9], [1, 1], [2, 2], [0, 0]),
        ] {
            let window = Window::new(size, kernel, stride, padding).expect("a window");
            for channels in [[1, 1], [3, 2], [2, 4]] {
                let map = convolution(window, channels);
                let operator = Operator::Convolution(&map);
                let exact = gram::norm_bound(&operator.matrix(), operator.shape(), &NEVER);
                let ratio = norm_bound(&map, &NEVER) / exact;
                let loosest = if kernel == size { 4.0 } else { 1.5 };
                assert!(
                    ratio > 1.0 - 1e-12 && ratio < loosest,
                    "{window:?} {channels:?}: {ratio}"
                );
            }
        }
        let window = Window::new([20, 20], [3, 3], [1, 1], [1, 1]).expect("a window");
        let map = convolution(window, [1, 1]);
        let operator = Operator::Convolution(&map);
        let exact = gram::norm_bound(&operator.matrix(), operator.shape(), &NEVER);
        assert!(norm_bound(&map, &NEVER) / exact < 1.02);
    }

    /// Kernels that do not overlap make a block-diagonal operator: the periodic one is the same.
    #[test]
    fn windows_that_do_not_overlap_are_exact() {
        let window = Window::new([6, 6], [2, 2], [2, 2], [0, 0]).expect("a window");
        let map = convolution(window, [2, 3]);
        let operator = Operator::Convolution(&map);
        let exact = gram::norm_bound(&operator.matrix(), operator.shape(), &NEVER);
        assert!((norm_bound(&map, &NEVER) / exact - 1.0).abs() < 1e-10);
    }
}
