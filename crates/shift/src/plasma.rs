//! Clouds: a height map by the diamond-square algorithm.

use crate::draws::Draws;
use crate::image::Size;

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
    use crate::draws::Draws;
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
