//! Zoom: the image and enlargements of its middle, averaged.

use crate::image::{Image, REFERENCE_SIDE, Size};

/// How many enlargements of 1 %, 2 %, ... are averaged, by severity.
const STEPS: [usize; 5] = [6, 11, 15, 20, 25];

/// numpy's step from 1 to 1.01, a rounding above 0.01: on the rounding it depends whether 26 pixels times 1.25 are 32 or 33.
const STEP: f64 = 1.01 - 1.0;

/// The mean of the image and of its enlargements by 1, 1.01, ..., so that the image counts twice.
pub(crate) fn zoom_blur(image: &mut Image<'_>, severity: usize) {
    let steps = STEPS[severity];
    image.map_planes(|plane, size| {
        let mut sum = plane.to_vec();
        for step in 0..=steps {
            let enlarged = clipped_zoom(plane, size, 1.0 + STEP * step as f64);
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
