//! Weather: snow, frost and fog.

use crate::batch::Draws;
use crate::blur::{clipped_zoom, trail};
use crate::image::{Border, Image, Size};

/// A severity's snow; lengths in pixels of a side of 32.
struct Snowfall {
    /// Mean and standard deviation of the noise that flakes are cut from.
    noise: (f32, f32),
    /// Size of a flake.
    zoom: f64,
    /// Noise below this is no flake.
    threshold: f32,
    /// Radius and standard deviation of the fall's blur.
    blur: (usize, f64),
    /// Share of the image that is not whitened.
    kept: f32,
}

const SNOW: [Snowfall; 5] = [
    snowfall((0.1, 0.2), 1.0, 0.6, (8, 3.0), 0.95),
    snowfall((0.1, 0.2), 1.0, 0.5, (10, 4.0), 0.9),
    snowfall((0.15, 0.3), 1.75, 0.55, (10, 4.0), 0.9),
    snowfall((0.25, 0.3), 2.25, 0.6, (12, 6.0), 0.85),
    snowfall((0.3, 0.3), 1.25, 0.65, (14, 12.0), 0.8),
];

const fn snowfall(
    noise: (f32, f32),
    zoom: f64,
    threshold: f32,
    blur: (usize, f64),
    kept: f32,
) -> Snowfall {
    Snowfall {
        noise,
        zoom,
        threshold,
        blur,
        kept,
    }
}

/// Whitens toward `max(v, 1.5 grey + 0.5)` and adds one layer of streaks as it falls and turned by 180 degrees.
pub(crate) fn snow(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let fall = &SNOW[severity];
    let streaks = streaks(image, fall, draws);
    let grey = image.grey();
    for plane in image.planes_mut() {
        let layers = streaks.iter().zip(streaks.iter().rev());
        for ((value, grey), (one, turned)) in plane.iter_mut().zip(&grey).zip(layers) {
            let white = value.max(1.5 * grey + 0.5);
            *value = fall.kept * *value + (1.0 - fall.kept) * white + one + turned;
        }
    }
}

fn streaks(image: &Image<'_>, fall: &Snowfall, draws: Draws) -> Vec<f32> {
    let (size, scale) = (image.size, image.size.scale());
    let (mean, sd) = fall.noise;
    let noise: Vec<f32> = draws
        .normals(0, size.area())
        .iter()
        .map(|z| mean + sd * z)
        .collect();
    let mut flakes = clipped_zoom(&noise, size, (fall.zoom * scale).max(1.0));
    for flake in &mut flakes {
        *flake = if *flake < fall.threshold {
            0.0
        } else {
            flake.min(1.0)
        };
    }
    let (radius, sigma) = fall.blur;
    let direction = draws.uniform(1, -135.0, -45.0);
    let kernel = trail(radius, sigma, direction).stretched(scale);
    kernel.apply(&flakes, size, Border::Nearest)
}

/// `(image, frost)`: how much of each is added, by severity.
const FROST: [(f32, f32); 5] = [
    (1.0, 0.2),
    (1.0, 0.3),
    (0.9, 0.4),
    (0.85, 0.4),
    (0.75, 0.45),
];

/// How fast the crystals' height map smooths: rough, as ice is.
const FROST_DECAY: f64 = 1.6;

/// Frost is bluish: its red, green and blue.
const FROST_TINT: [f32; 3] = [0.85, 0.93, 1.0];

/// Adds a drawn frost, where the original adds a piece of one of six photographs.
///
/// The crystals are the ridges `1 - |2 h - 1|` of a rough height map `h`: bright, branching lines on a grey pane, of a mean
/// brightness near ½. The shares of image and frost are the original's.
pub(crate) fn frost(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let (kept, added) = FROST[severity];
    let heights = plasma(image.size, FROST_DECAY, draws, 0);
    let colour = image.channels() == 3;
    for (channel, plane) in image.planes_mut().enumerate() {
        let tint = if colour { FROST_TINT[channel] } else { 1.0 };
        for (value, height) in plane.iter_mut().zip(&heights) {
            let ridge = 1.0 - (2.0 * height - 1.0).abs();
            *value = kept * *value + added * tint * ridge;
        }
    }
}

/// `(density, decay of the cloud)` by severity.
const FOG: [(f32, f64); 5] = [(0.2, 3.0), (0.5, 3.0), (0.75, 2.5), (1.0, 2.0), (1.5, 1.75)];

/// `(v + density cloud) max / (max + density)` with the image's largest value `max`, so that white stays white.
pub(crate) fn fog(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let (density, decay) = FOG[severity];
    let cloud = plasma(image.size, decay, draws, 0);
    let top = image.values.iter().copied().fold(0.0, f32::max);
    let dimming = top / (top + density);
    for plane in image.planes_mut() {
        for (value, cloud) in plane.iter_mut().zip(&cloud) {
            *value = (*value + density * cloud) * dimming;
        }
    }
}

/// A random height map in `[0, 1]`, rougher for a smaller `decay`.
///
/// Every point is the mean of four neighbours plus a uniform draw from `± wobble²`; the neighbours are half as far away at each level and
/// `wobble` is divided by `decay`. Edges wrap around. The map is made for the next power of two and cut to size.
///
/// # Source
/// Fournier, Fussell & Carpenter 1982, <https://doi.org/10.1145/358523.358553>, as the original script has it.
pub(crate) fn plasma(size: Size, decay: f64, draws: Draws, part: u32) -> Vec<f32> {
    let side = size.height.max(size.width).next_power_of_two().max(2);
    let mut map = Map {
        side,
        heights: vec![0.0; side * side],
        draws: draws.uniforms(part, side * side, -1.0, 1.0),
    };
    let (mut step, mut wobble) = (side, 100.0);
    while step >= 2 {
        map.refine(step, wobble * wobble);
        step /= 2;
        wobble /= decay;
    }
    map.cut(size)
}

struct Map {
    side: usize,
    heights: Vec<f64>,
    /// One draw per point, in `[-1, 1)`.
    draws: Vec<f32>,
}

impl Map {
    /// Fills the points between those that are `step` apart: squares' middles first, then edges' middles.
    fn refine(&mut self, step: usize, spread: f64) {
        let half = step / 2;
        let corners = (0..self.side).step_by(step);
        for (y, x) in corners
            .clone()
            .flat_map(|y| corners.clone().map(move |x| (y, x)))
        {
            let diagonal = [(y, x), (y + step, x), (y, x + step), (y + step, x + step)];
            self.set((y + half, x + half), diagonal, spread);
        }
        for (y, x) in corners
            .clone()
            .flat_map(|y| corners.clone().map(move |x| (y, x)))
        {
            for (y, x) in [(y, x + half), (y + half, x)] {
                let back = self.side - half;
                let cross = [(y + half, x), (y + back, x), (y, x + half), (y, x + back)];
                self.set((y, x), cross, spread);
            }
        }
    }

    fn set(&mut self, at: (usize, usize), neighbours: [(usize, usize); 4], spread: f64) {
        let sum: f64 = neighbours
            .iter()
            .map(|&p| self.heights[self.place(p)])
            .sum();
        let place = self.place(at);
        self.heights[place] = sum / 4.0 + spread * f64::from(self.draws[place]);
    }

    fn place(&self, (y, x): (usize, usize)) -> usize {
        (y % self.side) * self.side + x % self.side
    }

    fn cut(&self, size: Size) -> Vec<f32> {
        let low = self.heights.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self
            .heights
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        let range = (high - low).max(f64::MIN_POSITIVE);
        size.places()
            .map(|place| ((self.heights[self.place(place)] - low) / range) as f32)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::plasma;
    use crate::batch::Draws;
    use crate::image::Size;

    /// Heights fill `[0, 1]`, and slower decay leaves neighbours less alike.
    #[test]
    fn plasma_is_rougher_for_a_smaller_decay() {
        let size = Size {
            height: 32,
            width: 32,
        };
        let roughness = |decay| {
            let step = |image| {
                let map = plasma(size, decay, Draws::new(3, 0, image), 0);
                let extremes = map
                    .iter()
                    .fold((1.0_f32, 0.0_f32), |(l, h), v| (l.min(*v), h.max(*v)));
                assert_eq!(extremes, (0.0, 1.0));
                map.windows(2)
                    .map(|w| f64::from(w[1] - w[0]).powi(2))
                    .sum::<f64>()
            };
            (0..20).map(step).sum::<f64>()
        };
        assert!(roughness(1.5) > 1.2 * roughness(2.0));
        assert!(roughness(2.0) > 1.2 * roughness(3.0));
    }
}
