//! Largest values under a window, and the way back.

use std::mem::MaybeUninit;

use super::vector::widest;
use crate::Window;

/// The window at one output pixel, clipped to the image.
struct Seen {
    first_tap: [usize; 2],
    first_pixel: [usize; 2],
    count: [usize; 2],
}

impl Seen {
    #[inline(always)]
    fn of(window: &Window, output: [usize; 2]) -> Self {
        let [(tap_h, h, rows), (tap_w, w, columns)] =
            [0, 1].map(|axis| window.seen(axis, output[axis]));
        Self {
            first_tap: [tap_h, tap_w],
            first_pixel: [h, w],
            count: [rows, columns],
        }
    }

    /// `(tap, pixel)` of all that is seen, row by row.
    #[inline(always)]
    fn taps(&self, window: &Window) -> impl Iterator<Item = (usize, usize)> {
        let tap = self.first_tap[0] * window.kernel[1] + self.first_tap[1];
        let pixel = self.first_pixel[0] * window.size[1] + self.first_pixel[1];
        let (tap_row, pixel_row) = (window.kernel[1], window.size[1]);
        let [rows, columns] = self.count;
        (0..rows).flat_map(move |h| {
            let (tap, pixel) = (tap + h * tap_row, pixel + h * pixel_row);
            (0..columns).map(move |w| (tap + w, pixel + w))
        })
    }
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
        let [height, width] = window.output();
        for oh in 0..height {
            for ow in 0..width {
                let seen = Seen::of(&window, [oh, ow]);
                let start = (oh * width + ow) * channels;
                let y = &mut y[start..start + channels];
                let places = &mut places[start..start + channels];
                let mut c = 0;
                while channels - c >= 16 {
                    largest::<16>(&window, &seen, channels, c, x, y, places);
                    c += 16;
                }
                if channels - c >= 8 {
                    largest::<8>(&window, &seen, channels, c, x, y, places);
                    c += 8;
                }
                while channels > c {
                    largest::<1>(&window, &seen, channels, c, x, y, places);
                    c += 1;
                }
            }
        }
    }
}

/// Maxima of the `L` channels from `c`.
#[inline(always)]
fn largest<const L: usize>(
    window: &Window,
    seen: &Seen,
    channels: usize,
    c: usize,
    x: &[f32],
    y: &mut [MaybeUninit<f32>],
    places: &mut [MaybeUninit<u16>],
) {
    // Every window sees a pixel, whose value replaces this one unless it is minus infinity itself.
    let first = seen.first_tap[0] * window.kernel[1] + seen.first_tap[1];
    let mut best = [f32::NEG_INFINITY; L];
    let mut place = [first as u32; L];
    for (tap, pixel) in seen.taps(window) {
        let start = pixel * channels + c;
        let values = &x[start..start + L];
        for lane in 0..L {
            let value = values[lane];
            let better = value > best[lane] || value.is_nan();
            best[lane] = if better { value } else { best[lane] };
            place[lane] = if better { tap as u32 } else { place[lane] };
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
    pub(super) fn unpool(
        window: Window,
        channels: usize,
        places: &[u16],
        grad: &[f32],
        dx: &mut [f32],
    ) {
        let [height, width] = window.output();
        let is_covered = window.stride == window.kernel
            && (0..2).all(|axis| window.output()[axis] * window.kernel[axis] == window.size[axis]);
        if !is_covered {
            dx.fill(0.0);
        }
        let overlaps = !window.is_disjoint();
        for oh in 0..height {
            for ow in 0..width {
                let seen = Seen::of(&window, [oh, ow]);
                let start = (oh * width + ow) * channels;
                let (places, grad) =
                    (&places[start..start + channels], &grad[start..start + channels]);
                for (tap, pixel) in seen.taps(&window) {
                    let dx = &mut dx[pixel * channels..][..channels];
                    for ((dx, &place), &g) in dx.iter_mut().zip(places).zip(grad) {
                        let part = if place as usize == tap { g } else { 0.0 };
                        *dx = if overlaps { *dx + part } else { part };
                    }
                }
            }
        }
    }
}
