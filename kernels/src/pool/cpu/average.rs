//! Means under a window, and the way back.

use crate::Window;
use crate::cpu::vector::widest;

/// `1 / (number of pixels)` of the window at an output pixel.
fn share(window: &Window, output: [usize; 2], count_padding: bool) -> f32 {
    let seen = [0, 1].map(|axis| window.seen(axis, output[axis]).2);
    let pixels = if count_padding {
        window.taps()
    } else {
        seen[0] * seen[1]
    };
    (pixels as f32).recip()
}

/// All that each window sees. A macro, since a closure that is not inlined is compiled for the baseline.
macro_rules! over_taps {
    ($window:ident, $count_padding:ident, |$output:ident, $input:ident, $share:ident| $body:block) => {
        let [height, width] = $window.output();
        for oh in 0..height {
            for ow in 0..width {
                let ($output, $share) =
                    (oh * width + ow, share(&$window, [oh, ow], $count_padding));
                let (_, first_row, rows) = $window.seen(0, oh);
                let (_, first_column, columns) = $window.seen(1, ow);
                for h in first_row..first_row + rows {
                    for w in first_column..first_column + columns {
                        let $input = h * $window.size[1] + w;
                        $body
                    }
                }
            }
        }
    };
}

widest! {
    /// Adds the means of one image to `y`.
    pub(crate) fn pool(window: Window, channels: usize, count_padding: bool, x: &[f32], y: &mut [f32]) {
        over_taps!(window, count_padding, |output, input, share| {
            let x = &x[input * channels..][..channels];
            let y = &mut y[output * channels..][..channels];
            for (y, &x) in y.iter_mut().zip(x) {
                *y += x * share;
            }
        });
    }
}

widest! {
    /// Adds to `dx` each pixel's share of the gradients of the windows that see it.
    pub(crate) fn unpool(window: Window, channels: usize, count_padding: bool, grad: &[f32], dx: &mut [f32]) {
        over_taps!(window, count_padding, |output, input, share| {
            let grad = &grad[output * channels..][..channels];
            let dx = &mut dx[input * channels..][..channels];
            for (dx, &g) in dx.iter_mut().zip(grad) {
                *dx += g * share;
            }
        });
    }
}
