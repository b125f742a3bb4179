//! Largest values under a window, and the way back.

use std::mem::MaybeUninit;

use super::vector::widest;
use crate::Window;

/// What the window at one output pixel sees: a rectangle of taps and pixels.
#[derive(Clone, Copy)]
struct Seen {
    tap: usize,
    pixel: usize,
    rows: usize,
    columns: usize,
    /// Taps and pixels from one row to the next.
    steps: [usize; 2],
}

impl Seen {
    /// For every output pixel, row by row.
    #[inline(always)]
    fn each(window: &Window, mut visit: impl FnMut(usize, Self)) {
        let [height, width] = window.output();
        let steps = [window.kernel[1], window.size[1]];
        for oh in 0..height {
            let (tap_row, pixel_row, rows) = window.seen(0, oh);
            for ow in 0..width {
                let (tap, pixel, columns) = window.seen(1, ow);
                let seen = Self {
                    tap: tap_row * steps[0] + tap,
                    pixel: pixel_row * steps[1] + pixel,
                    rows,
                    columns,
                    steps,
                };
                visit(oh * width + ow, seen);
            }
        }
    }

    /// Calls `visit(tap, pixel)` for all that is seen, row by row.
    #[inline(always)]
    fn taps(self, mut visit: impl FnMut(usize, usize)) {
        for h in 0..self.rows {
            for w in 0..self.columns {
                visit(
                    self.tap + h * self.steps[0] + w,
                    self.pixel + h * self.steps[1] + w,
                );
            }
        }
    }
}

/// Calls a function for runs of 16, 8 and single channels, whose number is a constant there.
macro_rules! over_channels {
    ($channels:expr, $call:ident($($arg:expr),*)) => {
        let mut c = 0;
        while $channels - c >= 16 {
            $call::<16>($($arg,)* c);
            c += 16;
        }
        if $channels - c >= 8 {
            $call::<8>($($arg,)* c);
            c += 8;
        }
        while $channels > c {
            $call::<1>($($arg,)* c);
            c += 1;
        }
    };
}

widest! {
    /// The maxima of one image and the taps that hold them.
    pub(super) fn pool(
        window: Window,
        channels: usize,
        x: &[f32],
        y: &mut [MaybeUninit<f32>],
        places: &mut [MaybeUninit<u16>],
    ) {
        Seen::each(&window, |output, seen| {
            let y = &mut y[output * channels..][..channels];
            let places = &mut places[output * channels..][..channels];
            over_channels!(channels, largest(seen, channels, x, y, places));
        });
    }
}

/// Maxima of the `L` channels from `c`.
#[inline(always)]
fn largest<const L: usize>(
    seen: Seen,
    channels: usize,
    x: &[f32],
    y: &mut [MaybeUninit<f32>],
    places: &mut [MaybeUninit<u16>],
    c: usize,
) {
    // Every window sees a pixel, whose value replaces this one unless it is minus infinity itself.
    let mut best = [f32::NEG_INFINITY; L];
    let mut place = [seen.tap as u32; L];
    seen.taps(|tap, pixel| {
        let start = pixel * channels + c;
        let values = &x[start..start + L];
        for lane in 0..L {
            let value = values[lane];
            let better = value > best[lane] || value.is_nan();
            best[lane] = if better { value } else { best[lane] };
            place[lane] = if better { tap as u32 } else { place[lane] };
        }
    });
    for (to, value) in y[c..c + L].iter_mut().zip(best) {
        to.write(value);
    }
    for (to, tap) in places[c..c + L].iter_mut().zip(place) {
        to.write(tap as u16);
    }
}

widest! {
    /// The gradient of each window's maximum at its place, zero elsewhere; overwrites `dx`.
    pub(super) fn unpool(
        window: Window,
        channels: usize,
        places: &[u16],
        grad: &[f32],
        dx: &mut [f32],
    ) {
        let is_covered = window.stride == window.kernel
            && (0..2).all(|axis| window.output()[axis] * window.kernel[axis] == window.size[axis]);
        if !is_covered {
            dx.fill(0.0);
        }
        let overlaps = !window.is_disjoint();
        Seen::each(&window, |output, seen| {
            let places = &places[output * channels..][..channels];
            let grad = &grad[output * channels..][..channels];
            over_channels!(channels, send(seen, channels, places, grad, overlaps, dx));
        });
    }
}

/// Sends the gradients of the `L` channels from `c` to their places.
#[inline(always)]
fn send<const L: usize>(
    seen: Seen,
    channels: usize,
    places: &[u16],
    grad: &[f32],
    overlaps: bool,
    dx: &mut [f32],
    c: usize,
) {
    let (places, grad) = (&places[c..c + L], &grad[c..c + L]);
    let places: [u32; L] = std::array::from_fn(|lane| u32::from(places[lane]));
    seen.taps(|tap, pixel| {
        let start = pixel * channels + c;
        let dx = &mut dx[start..start + L];
        for lane in 0..L {
            let part = if places[lane] == tap as u32 {
                grad[lane]
            } else {
                0.0
            };
            dx[lane] = if overlaps { dx[lane] + part } else { part };
        }
    });
}
