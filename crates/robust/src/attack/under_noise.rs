//! How often rows stay right under random noise: no attack, but what one has to beat.

use serde::{Deserialize, Serialize};

use super::cases::{Cases, Site};
use super::method::Attack;
use super::noise::{Noise, inside};
use super::probe::Probe;
use super::trial::Trial;
use crate::RobustError;
use crate::error::check_range;

/// What random noise makes of one member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnderNoise {
    /// Ascending.
    pub radii: Vec<f64>,
    /// Points that were drawn for each row and radius.
    pub samples: usize,
    /// `[radii][N]`, at how many of these points a row is classified as labelled; 0 of one that is misclassified without noise.
    pub right: Vec<Vec<usize>>,
}

impl UnderNoise {
    /// The share of its points at which a row is right, `[N]` at the radius of this place.
    pub fn shares(&self, place: usize) -> impl Iterator<Item = f64> {
        let right = self.right[place].iter();
        right.map(|&right| right as f64 / self.samples as f64)
    }

    /// Whether a row is right at all of its points, `[N]` at the radius of this place.
    pub fn worst(&self, place: usize) -> impl Iterator<Item = bool> {
        self.right[place].iter().map(|&right| right == self.samples)
    }
}

impl Trial<'_> {
    /// Draws points of each row's ball, evenly and then clipped to the bounds, at each radius anew.
    ///
    /// ```text
    /// right_(r, i) = Σ_s [class(x_i + r u_is) = y_i]      u_is in the unit ball, the same at every radius
    /// ```
    ///
    /// Nothing carries over from one radius to the next: unlike an attack's curve this may rise.
    ///
    /// # Errors
    /// As for [`Trial::attack`]; [`RobustError::OutOfRange`] unless radii ascend.
    pub fn under_noise(
        &self,
        noise: &Noise,
        radii: &[f64],
    ) -> Result<Vec<UnderNoise>, RobustError> {
        self.check(&Attack::Noise(*noise))?;
        for (i, &radius) in radii.iter().enumerate() {
            self.threat.at(radius).check()?;
            let ascends = i == 0 || radius > radii[i - 1];
            check_range("radius", "(the radius before, inf)", radius, ascends)?;
        }
        let samples = noise.samples;
        let none = UnderNoise {
            radii: radii.to_vec(),
            samples,
            right: vec![vec![0; self.rows.labels.len()]; radii.len()],
        };
        let mut found = vec![none; self.population.states.len()];
        let count = |probe: &Probe, cases: &Cases| -> Vec<Vec<usize>> {
            let at = |&radius: &f64| self.right(probe, cases, radius, samples);
            radii.iter().map(at).collect()
        };
        for tried in self.over_tiles(count)? {
            let (first, cases) = (tried.tile.members.start, &tried.cases);
            for (place, right) in tried.made.into_iter().enumerate() {
                for (i, right) in right.into_iter().enumerate() {
                    found[first + cases.members[i]].right[place][cases.rows[i]] = right;
                }
            }
        }
        Ok(found)
    }

    /// At how many points each pair is right.
    fn right(&self, probe: &Probe, cases: &Cases, radius: f64, samples: usize) -> Vec<usize> {
        let threat = self.threat.at(radius);
        let mut right = vec![0; cases.len()];
        for sample in 0..samples {
            let stream = |i| cases.stream(i, Site::Noise, sample);
            let x = cases.points(|i| inside(cases.clean(i), &threat, &stream(i)));
            let correct = probe.correct(cases, &x);
            for (right, correct) in right.iter_mut().zip(correct) {
                *right += usize::from(correct);
            }
        }
        right
    }
}
