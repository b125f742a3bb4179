//! Images turned about their middle.

use decay_model::InputShape;
use serde::{Deserialize, Serialize};

use super::ball::clip;
use super::cases::{Attempt, Cases, row_mut};
use super::probe::Probe;
use super::threat::Threat;
use crate::RobustError;
use crate::error::{at_least_one, check_range};

/// Settings of the rotation attack; the threat's radius has no say in it.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `degrees` | `30` | `(0, 180]` | the largest angle either way |
/// | `angles` | `31` | at least 1 | evenly spaced angles that are tried, the smallest first |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rotation {
    /// The largest angle either way.
    pub degrees: f64,
    /// Evenly spaced angles that are tried.
    pub angles: usize,
}

impl Default for Rotation {
    fn default() -> Self {
        Self {
            degrees: 30.0,
            angles: 31,
        }
    }
}

impl Rotation {
    /// # Errors
    /// [`RobustError::OutOfRange`].
    pub(crate) fn check(&self) -> Result<(), RobustError> {
        at_least_one("angles", self.angles)?;
        let is_turn = self.degrees > 0.0 && self.degrees <= 180.0;
        check_range("degrees", "(0, 180]", self.degrees, is_turn)
    }

    /// The angles, nearest to zero first.
    fn grid(&self) -> Vec<f64> {
        let last = self.angles.saturating_sub(1).max(1) as f64;
        let angle = |k: usize| self.degrees * (2.0 * k as f64 / last - 1.0);
        let mut angles: Vec<f64> = (0..self.angles).map(angle).collect();
        angles.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
        angles
    }
}

/// The worst of a grid of rotations, with bilinear interpolation and zero outside the image.
///
/// # Source
/// Engstrom et al. 2019, section 3, <https://arxiv.org/abs/1712.02779>.
pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Rotation) -> Attempt {
    let mut attempt = Attempt::none(cases);
    let InputShape::Image(image) = probe.shape else {
        // Refused before anything is attacked.
        return attempt;
    };
    for angle in settings.grid() {
        attempt.extend(cases, |rest| {
            let mut x = vec![0.0; rest.x.len()];
            for i in 0..rest.len() {
                let point = row_mut(&mut x, i, rest.features);
                turn(rest.clean(i), image, angle, point);
                clip(point, threat);
            }
            probe.judged(rest, x)
        });
    }
    attempt
}

/// Writes an image turned by `degrees`, counter-clockwise as it is looked at.
fn turn(clean: &[f32], [channels, height, width]: [usize; 3], degrees: f64, turned: &mut [f32]) {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let middle = [(height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0];
    for line in 0..height {
        for column in 0..width {
            let (y, x) = (line as f64 - middle[0], column as f64 - middle[1]);
            let from = [
                middle[0] + x * sine + y * cosine,
                middle[1] + x * cosine - y * sine,
            ];
            for channel in 0..channels {
                let start = channel * height * width;
                let plane = &clean[start..start + height * width];
                turned[start + line * width + column] = between(plane, [height, width], from);
            }
        }
    }
}

/// The value between the pixels of a plane, which is zero outside.
fn between(plane: &[f32], [height, width]: [usize; 2], [y, x]: [f64; 2]) -> f32 {
    let (top, left) = (y.floor(), x.floor());
    let (down, right) = (y - top, x - left);
    let at = |line: f64, column: f64| {
        let inside = line >= 0.0 && column >= 0.0 && line < height as f64 && column < width as f64;
        if inside {
            f64::from(plane[line as usize * width + column as usize])
        } else {
            0.0
        }
    };
    let upper = (1.0 - right) * at(top, left) + right * at(top, left + 1.0);
    let lower = (1.0 - right) * at(top + 1.0, left) + right * at(top + 1.0, left + 1.0);
    ((1.0 - down) * upper + down * lower) as f32
}

#[cfg(test)]
mod tests {
    use super::{Rotation, turn};

    #[test]
    fn a_quarter_turn_moves_the_pixels_of_a_square_image() {
        let image = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
        let mut turned = [0.0; 9];
        turn(&image, [1, 3, 3], 90.0, &mut turned);
        let want = [3.0, 6.0, 9.0, 2.0, 5.0, 8.0, 1.0, 4.0, 7.0];
        for (got, want) in turned.iter().zip(want) {
            assert!((got - want).abs() < 1e-5, "{turned:?}");
        }
        turn(&image, [1, 3, 3], 0.0, &mut turned);
        assert_eq!(turned, image);
    }

    /// Inside, a plane stays a plane under bilinear interpolation.
    #[test]
    fn a_ramp_turns_into_a_ramp() {
        let size = 11;
        let ramp: Vec<f32> = (0..size * size).map(|i| (i % size) as f32).collect();
        let mut turned = vec![0.0; size * size];
        turn(&ramp, [1, size, size], 30.0, &mut turned);
        for (line, column) in [(5, 5), (4, 6), (6, 3), (3, 5)] {
            let (y, x) = (line as f64 - 5.0, column as f64 - 5.0);
            let want = 5.0 + x * 30f64.to_radians().cos() - y * 30f64.to_radians().sin();
            let got = f64::from(turned[line * size + column]);
            assert!((got - want).abs() < 1e-5, "{got} for {want}");
        }
    }

    #[test]
    fn angles_reach_both_ends_and_begin_in_the_middle() {
        let grid = Rotation::default().grid();
        assert_eq!(grid.len(), 31);
        assert!(grid[0].abs() < 1e-12);
        let most = grid.iter().fold(0.0f64, |m, a| m.max(*a));
        let least = grid.iter().fold(0.0f64, |m, a| m.min(*a));
        assert!((most - 30.0).abs() < 1e-12 && (least + 30.0).abs() < 1e-12);
    }
}
