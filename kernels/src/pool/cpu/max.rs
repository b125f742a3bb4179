//! Largest values under a window, and the way back.

use std::mem::MaybeUninit;

use crate::Window;
use crate::cpu::vector::widest;

// Loops are written out: a closure that is not inlined into the code of a vector unit is compiled for the baseline.

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
    #[inline(always)]
    fn of(window: &Window, oh: usize, ow: usize) -> Self {
        let steps = [window.kernel[1], window.size[1]];
        let (tap_row, pixel_row, rows) = window.seen(0, oh);
        let (tap, pixel, columns) = window.seen(1, ow);
        Self {
            tap: tap_row * steps[0] + tap,
            pixel: pixel_row * steps[1] + pixel,
            rows,
            columns,
            steps,
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
    pub(crate) fn pool(
        window: Window,
        channels: usize,
        x: &[f32],
        y: &mut [MaybeUninit<f32>],
        places: &mut [MaybeUninit<u16>],
    ) {
        let [height, width] = window.output();
        for oh in 0..height {
            for ow in 0..width {
                let (output, seen) = (oh * width + ow, Seen::of(&window, oh, ow));
                let y = &mut y[output * channels..][..channels];
                let places = &mut places[output * channels..][..channels];
                over_channels!(channels, largest(seen, channels, x, y, places));
            }
        }
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
    for h in 0..seen.rows {
        for w in 0..seen.columns {
            let tap = (seen.tap + h * seen.steps[0] + w) as u32;
            let start = (seen.pixel + h * seen.steps[1] + w) * channels + c;
            let values = &x[start..start + L];
            for lane in 0..L {
                let value = values[lane];
                let better = (value > best[lane]) | value.is_nan();
                best[lane] = if better { value } else { best[lane] };
                place[lane] = if better { tap } else { place[lane] };
            }
        }
    }
    for (to, value) in y[c..c + L].iter_mut().zip(best) {
        to.write(value);
    }
    for (to, tap) in places[c..c + L].iter_mut().zip(place) {
        to.write(tap as u16);
    }
}

widest! {
    /// The gradient of each window's maximum at its place, zero elsewhere; overwrites `dx`.
    pub(crate) fn unpool(
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
        let [height, width] = window.output();
        for oh in 0..height {
            for ow in 0..width {
                let (output, seen) = (oh * width + ow, Seen::of(&window, oh, ow));
                let places = &places[output * channels..][..channels];
                let grad = &grad[output * channels..][..channels];
                over_channels!(channels, send(seen, channels, places, grad, overlaps, dx));
            }
        }
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
    // Loaded before the comparisons: a load that depends on one is not done in a vector.
    let (mut own, mut values) = ([0u32; L], [0f32; L]);
    values.copy_from_slice(&grad[c..c + L]);
    for (own, &place) in own.iter_mut().zip(&places[c..c + L]) {
        *own = u32::from(place);
    }
    for h in 0..seen.rows {
        for w in 0..seen.columns {
            let tap = (seen.tap + h * seen.steps[0] + w) as u32;
            let start = (seen.pixel + h * seen.steps[1] + w) * channels + c;
            let mut parts = [0f32; L];
            for lane in 0..L {
                let kept = if own[lane] == tap { u32::MAX } else { 0 };
                parts[lane] = f32::from_bits(values[lane].to_bits() & kept);
            }
            let dx = &mut dx[start..start + L];
            if overlaps {
                for lane in 0..L {
                    dx[lane] += parts[lane];
                }
            } else {
                dx.copy_from_slice(&parts);
            }
        }
    }
}
