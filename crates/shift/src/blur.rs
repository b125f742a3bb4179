//! Blurs: defocus, frosted glass, motion, zoom.

use decay_random::unit;

use crate::batch::Draws;
use crate::filter::{Kernel, gaussian_blur};
use crate::image::{Border, Image, REFERENCE_SIDE, Size};

/// `(radius, sigma)` by severity in pixels of a side of 32: the disk, and the 3 x 3 Gaussian that softens its edge.
const DEFOCUS: [(f64, f64); 5] = [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1.0, 0.2), (1.5, 0.1)];

pub(crate) fn defocus(image: &mut Image<'_>, severity: usize, _: Draws) {
    let (radius, sigma) = DEFOCUS[severity];
    let kernel = soft_disk(radius, sigma).stretched(image.size.scale());
    image.map_planes(|plane, size| kernel.apply(plane, size, Border::Mirror));
}

/// Pixels whose centres lie within `radius`, all equal, each then spread over its eight neighbours.
fn soft_disk(radius: f64, sigma: f64) -> Kernel {
    let reach = radius.floor() as isize;
    let inside = move |&(dy, dx): &(isize, isize)| ((dy * dy + dx * dx) as f64) <= radius * radius;
    let disk: Vec<(isize, isize)> = (-reach..=reach)
        .flat_map(|dy| (-reach..=reach).map(move |dx| (dy, dx)))
        .filter(inside)
        .collect();
    let side = (-0.5 / (sigma * sigma)).exp();
    let weights = [side, 1.0, side].map(|w| w / (1.0 + 2.0 * side));
    let count = disk.len() as f64;
    Kernel::new(disk.into_iter().flat_map(move |(dy, dx)| {
        (0..9).map(move |i: isize| {
            let (down, right) = (i / 3, i % 3);
            let weight = weights[down as usize] * weights[right as usize] / count;
            ((dy + down - 1, dx + right - 1), weight)
        })
    }))
}

/// `(sigma, farthest, rounds)` by severity, lengths in pixels of a side of 32.
const GLASS: [(f64, f64, usize); 5] = [
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
    let (sigma, farthest, rounds) = GLASS[severity];
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

/// `(radius, sigma)` by severity in pixels of a side of 32.
const MOTION: [(usize, f64); 5] = [(6, 1.0), (6, 1.5), (6, 2.0), (8, 2.0), (9, 2.5)];

/// Blurs along a direction drawn from ±45 degrees.
pub(crate) fn motion(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let (radius, sigma) = MOTION[severity];
    let kernel = trail(radius, sigma, draws.uniform(0, -45.0, 45.0)).stretched(image.size.scale());
    image.map_planes(|plane, size| kernel.apply(plane, size, Border::Nearest));
}

/// A half normal density of `2 radius + 1` pixels along a line at `degrees` from the columns' direction.
///
/// This is ImageMagick's motion blur, which the original calls: pixel `i` of the line is
/// `ceil(i sin - ½)` rows and `ceil(i cos - ½)` columns away.
pub(crate) fn trail(radius: usize, sigma: f64, degrees: f64) -> Kernel {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let length = 2 * radius + 1;
    let density = |i: usize| (-0.5 * (i as f64 / sigma).powi(2)).exp();
    let total: f64 = (0..length).map(density).sum();
    let step = |i: usize, part: f64| (i as f64 * part - 0.5).ceil() as isize;
    Kernel::new((0..length).map(|i| ((step(i, sin), step(i, cos)), density(i) / total)))
}

/// How many enlargements of 1 %, 2 %, ... are averaged, by severity.
const ZOOM_STEPS: [usize; 5] = [6, 11, 15, 20, 25];

/// numpy's step from 1 to 1.01, a rounding above 0.01: on the rounding it depends whether 26 pixels times 1.25 are 32 or 33.
const ZOOM_STEP: f64 = 1.01 - 1.0;

/// The mean of the image and of its enlargements by 1, 1.01, ..., so that the image counts twice.
pub(crate) fn zoom_blur(image: &mut Image<'_>, severity: usize, _: Draws) {
    let steps = ZOOM_STEPS[severity];
    image.map_planes(|plane, size| {
        let mut sum = plane.to_vec();
        for step in 0..=steps {
            let enlarged = clipped_zoom(plane, size, 1.0 + ZOOM_STEP * step as f64);
            sum.iter_mut().zip(enlarged).for_each(|(s, v)| *s += v);
        }
        sum.iter().map(|s| s / (steps + 2) as f32).collect()
    });
}

/// The middle of a plane, enlarged to the whole plane's size by bilinear interpolation.
pub(crate) fn clipped_zoom(plane: &[f32], size: Size, factor: f64) -> Vec<f32> {
    let rows = Axis::new(size.height, factor).neighbours(size.height);
    let columns = Axis::new(size.width, factor).neighbours(size.width);
    let mut out = Vec::with_capacity(size.area());
    for (above, below, down) in rows {
        let row = |y: usize| &plane[y * size.width..][..size.width];
        let (upper, lower) = (row(above), row(below));
        out.extend(columns.iter().map(|&(left, right, across)| {
            let between = |row: &[f32]| row[left] + across * (row[right] - row[left]);
            between(upper) + down * (between(lower) - between(upper))
        }));
    }
    out
}

/// Where pixels come from along one axis.
struct Axis {
    start: f64,
    step: f64,
    trim: usize,
}

impl Axis {
    /// From a side of 32 on as the original does it: `ceil(n / factor)` pixels of the middle become
    /// `round(of them * factor)`, corner pixels to corner pixels, of which the middle `n` are kept. On smaller images
    /// those whole numbers would leave out most factors, and the middle is enlarged by the factor itself.
    fn new(n: usize, factor: f64) -> Self {
        if (n as f64) < REFERENCE_SIDE {
            return Self {
                start: (n - 1) as f64 / 2.0 * (1.0 - 1.0 / factor),
                step: 1.0 / factor,
                trim: 0,
            };
        }
        let cropped = (n as f64 / factor).ceil() as usize;
        let enlarged = (cropped as f64 * factor).round_ties_even() as usize;
        Self {
            start: ((n - cropped) / 2) as f64,
            step: (cropped - 1) as f64 / (enlarged - 1) as f64,
            trim: (enlarged - n) / 2,
        }
    }

    /// The two pixels that each of `n` new ones lies between, and how far it is from the first.
    fn neighbours(&self, n: usize) -> Vec<(usize, usize, f32)> {
        let between = |at: usize| {
            let source = self.start + self.step * (at + self.trim) as f64;
            let first = (source as usize).min(n - 1);
            (
                first,
                (first + 1).min(n - 1),
                (source - first as f64) as f32,
            )
        };
        (0..n).map(between).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MOTION, trail};
    use crate::image::{Border, Size};
    use serde_json::Value;

    /// imagecorruptions' motion blur at given angles, from the file beside the other reference images.
    #[test]
    fn motion_blur_matches_imagecorruptions() {
        let text = include_str!("../tests/golden/corruptions.json");
        let file: Value = serde_json::from_str(text).unwrap();
        let numbers = |value: &Value, unit: f64| -> Vec<f32> {
            let list = value.as_array().unwrap().iter();
            list.map(|v| (v.as_f64().unwrap() / unit) as f32).collect()
        };
        let input = numbers(&file["inputs"]["1"], 255.0);
        let size = Size {
            height: 32,
            width: 32,
        };
        let all = file["cases"].as_array().unwrap().iter();
        let cases: Vec<_> = all.filter(|case| case["name"] == "motion_blur").collect();
        assert_eq!(cases.len(), 5);
        for case in cases {
            let (radius, sigma) = MOTION[case["severity"].as_u64().unwrap() as usize - 1];
            let kernel = trail(radius, sigma, case["params"]["angle"].as_f64().unwrap());
            let got = kernel.stretched(1.0).apply(&input, size, Border::Nearest);
            let want = numbers(&case["expected"], file["levels"].as_f64().unwrap());
            let gaps = got.iter().zip(want).map(|(got, want)| (got - want).abs());
            assert!(gaps.fold(0.0, f32::max) < 2e-5, "{case:?}");
        }
    }
}
