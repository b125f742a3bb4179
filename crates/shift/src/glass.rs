//! Frosted glass: neighbours change places between two slight blurs.

use decay_random::unit;

use crate::blur::gaussian_blur;
use crate::border::Border;
use crate::draws::Draws;
use crate::image::Image;

/// `(sigma, farthest, rounds)` by severity, lengths in pixels of a side of 32.
const STRENGTH: [(f64, f64, usize); 5] = [
    (0.05, 1.0, 1),
    (0.25, 1.0, 1),
    (0.4, 1.0, 1),
    (0.25, 1.0, 2),
    (0.4, 1.0, 2),
];

/// Pixels are exchanged, all channels at once, with one up to `farthest` pixels up and left of them or fewer down and right.
///
/// The original script means to exchange, but with colour its arrays alias each other and one of the two pixels is
/// lost. Here both are kept, with one channel as with three. Where distances shrink below whole pixels, the next whole one is taken,
/// and as many exchanges are left out as keep the mean distance.
pub(crate) fn glass(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let (sigma, farthest, rounds) = STRENGTH[severity];
    let scale = image.size.scale();
    let distance = Distance::of(farthest * scale);
    let blurred = |image: &mut Image<'_>| {
        image.map_planes(|plane, size| {
            gaussian_blur(plane, size, sigma * scale, 4.0, Border::Nearest)
        });
    };
    blurred(image);
    for round in 0..rounds {
        shuffle(image, &distance, draws, round as u32);
    }
    blurred(image);
}

/// How far a pixel may go, and how often one goes at all.
struct Distance {
    farthest: isize,
    share: f64,
}

impl Distance {
    fn of(pixels: f64) -> Self {
        let whole = pixels.ceil();
        Self {
            farthest: whole as isize,
            share: pixels / whole,
        }
    }
}

fn shuffle(image: &mut Image<'_>, distance: &Distance, draws: Draws, round: u32) {
    let (height, width) = (image.size.height as isize, image.size.width as isize);
    let (stream, farthest) = (draws.stream(round), distance.farthest);
    let step = |word: u32| ((u64::from(word) * 2 * farthest as u64) >> 32) as isize - farthest;
    // Within these bounds the partner is always inside.
    for y in (farthest + 1..=height - farthest).rev() {
        for x in (farthest + 1..=width - farthest).rev() {
            let here = y * width + x;
            let [down, right, goes, _] = stream.block(here as u32);
            if f64::from(unit(goes)) < distance.share {
                let there = (y + step(down)) * width + x + step(right);
                let swap = |plane: &mut [f32]| plane.swap(here as usize, there as usize);
                image.planes_mut().for_each(swap);
            }
        }
    }
}
