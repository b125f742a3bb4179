//! Robust accuracy over a range of radii.

use serde::{Deserialize, Serialize};

use super::Attack;
use super::cases::{Cases, row, row_mut};
use super::probe::Probe;
use super::threat::Threat;
use super::trial::{Trial, share};
use crate::RobustError;

/// Robust accuracy of one member over radii.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RobustCurve {
    /// Ascending.
    pub radii: Vec<f64>,
    /// Share of the rows that stand at each radius; never rises.
    pub robust_accuracy: Vec<f64>,
    /// `[N]`, the place of the first radius at which a row falls, the number of radii if it never does; `None` if it was misclassified
    /// before any attack.
    pub falls_at: Vec<Option<usize>>,
}

impl RobustCurve {
    /// Share of the rows that are classified as labelled without attack.
    pub fn clean_accuracy(&self) -> f64 {
        let correct: Vec<bool> = self.falls_at.iter().map(Option::is_some).collect();
        share(&correct)
    }
}

impl Trial<'_> {
    /// Attacks every member at each radius, the smallest first.
    ///
    /// A row that falls at a radius has fallen at all larger ones, and is not attacked again. One that stands is attacked next from where the
    /// attack ended, if it is one with a start (PGD, APGD).
    ///
    /// # Errors
    /// As for [`Trial::attack`]; [`RobustError::OutOfRange`] unless the radii ascend.
    pub fn curve(&self, attack: &Attack, radii: &[f64]) -> Result<Vec<RobustCurve>, RobustError> {
        self.check(attack)?;
        for (i, &radius) in radii.iter().enumerate() {
            self.threat.at(radius).check()?;
            if i > 0 && radius <= radii[i - 1] {
                return Err(RobustError::OutOfRange {
                    what: "radius",
                    range: "(the radius before, inf)",
                    value: radius,
                });
            }
        }
        let rows = self.rows.labels.len();
        let mut falls = vec![vec![None; rows]; self.population.states.len()];
        let made =
            self.over_tiles(|probe, cases, _| falls_at(probe, cases, &self.threat, attack, radii))?;
        for (cases, tile, of_tile, _) in made {
            for (i, at) in of_tile.into_iter().enumerate() {
                falls[tile.members.start + cases.members[i]][cases.rows[i]] = Some(at);
            }
        }
        let curve = |falls_at: Vec<Option<usize>>| RobustCurve {
            robust_accuracy: (0..radii.len())
                .map(|place| {
                    let stands = falls_at.iter().map(|at| at.is_some_and(|at| at > place));
                    share(&stands.collect::<Vec<_>>())
                })
                .collect(),
            radii: radii.to_vec(),
            falls_at,
        };
        Ok(falls.into_iter().map(curve).collect())
    }
}

/// The place of the first radius at which each pair falls.
fn falls_at(
    probe: &Probe,
    cases: &Cases,
    threat: &Threat,
    attack: &Attack,
    radii: &[f64],
) -> Vec<usize> {
    let mut falls = vec![radii.len(); cases.len()];
    let mut points: Option<Vec<f32>> = None;
    for (place, &radius) in radii.iter().enumerate() {
        let standing: Vec<usize> = (0..cases.len())
            .filter(|&i| falls[i] == radii.len())
            .collect();
        if standing.is_empty() || radius == 0.0 {
            continue;
        }
        let from = Cases {
            start: points.clone().or_else(|| cases.start.clone()),
            ..cases.clone()
        };
        let attempt = attack.run(probe, &from.pick(&standing), &threat.at(radius));
        let all = points.get_or_insert_with(|| cases.x.clone());
        for (own, &i) in standing.iter().enumerate() {
            let point = row(&attempt.x, own, cases.features);
            row_mut(all, i, cases.features).copy_from_slice(point);
            if attempt.broken[own] {
                falls[i] = place;
            }
        }
    }
    falls
}
