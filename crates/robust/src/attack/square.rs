//! The square attack: random search that asks for logits alone.

use serde::{Deserialize, Serialize};

use super::ball::project;
use super::canvas::{Canvas, Draws, start};
use super::cases::{Attempt, Cases, Site, Standing, picked, picked_rows, row, row_mut};
use super::objective::Objective;
use super::probe::Probe;
use super::threat::Threat;
use crate::error::{at_least_one, positive};
use crate::{Norm, RobustError};

/// Settings of the square attack.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `queries` | `5000` | at least 1 | points that each row is tried at |
/// | `share` | `0.8` | `(0, 1]` | share of the pixels that the first squares cover |
///
/// Inputs that are no images have no neighbours: a square is then a random set of coordinates, each with a sign of its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Square {
    /// Points that each row is tried at.
    pub queries: usize,
    /// Share of the pixels that the first squares cover.
    pub share: f64,
}

impl Default for Square {
    fn default() -> Self {
        Self {
            queries: 5000,
            share: 0.8,
        }
    }
}

impl Square {
    /// # Errors
    /// [`RobustError::OutOfRange`], [`RobustError::Unsupported`].
    pub(crate) fn check(&self, threat: &Threat) -> Result<(), RobustError> {
        at_least_one("queries", self.queries)?;
        positive("share", self.share, 1.0)?;
        if threat.norm == Norm::L1 {
            return Err(RobustError::Unsupported {
                attack: "the square attack",
                norm: threat.norm.name(),
            });
        }
        Ok(())
    }

    /// Share of the pixels that a square covers at a query, halved as the search goes on.
    ///
    /// Andriushchenko et al. 2020, section 3.1: the halvings of a run of 10,000 queries, stretched over this one.
    fn share_at(&self, query: usize) -> f64 {
        let of_ten_thousand = query * 10_000 / self.queries;
        let halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000]
            .iter()
            .filter(|&&at| of_ten_thousand > at)
            .count();
        self.share / f64::from(1u32 << halvings)
    }
}

/// The square attack, see [`Square`]: a proposal is kept if it raises the margin `max_(c != y) z_c - z_y`.
///
/// ```text
/// linf  all pixels of a random square move to x +- r, one sign for each channel; starts with vertical stripes of x +- r
/// l2    a random square loses its perturbation to another one, whose shape falls off from two centers of opposite sign
/// ```
///
/// # Source
/// Andriushchenko et al. 2020, algorithms 1 to 3, <https://arxiv.org/abs/1912.00049>.
pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Square) -> Attempt {
    let canvas = Canvas::of(probe.shape);
    let start = cases.points(|i| {
        let draws = Draws::new(cases.stream(i, Site::SquareStart, 0));
        start(&canvas, cases.clean(i), threat, draws)
    });
    let mut search = Search {
        standing: Standing::new(cases, &start),
        margins: vec![f64::NEG_INFINITY; cases.len()],
        x: start.clone(),
        proposal: start,
    };
    search.judge(probe);
    for query in 1..settings.queries {
        if search.standing.places.is_empty() {
            break;
        }
        search.propose(&canvas, settings.share_at(query), threat, query);
        search.judge(probe);
    }
    search.standing.note(&search.x);
    search.standing.attempt
}

/// Rows that still stand, each with its best point so far.
struct Search {
    standing: Standing,
    margins: Vec<f64>,
    x: Vec<f32>,
    proposal: Vec<f32>,
}

impl Search {
    fn propose(&mut self, canvas: &Canvas, share: f64, threat: &Threat, query: usize) {
        let cases = &self.standing.cases;
        for i in 0..cases.len() {
            let draws = Draws::new(cases.stream(i, Site::Square, query));
            let point = row_mut(&mut self.proposal, i, cases.features);
            point.copy_from_slice(row(&self.x, i, cases.features));
            canvas.propose(point, cases.clean(i), share, threat, draws);
            project(point, cases.clean(i), threat);
        }
    }

    /// Keeps the proposals that raise the margin, and lets rows go that are broken.
    fn judge(&mut self, probe: &Probe) {
        let features = self.standing.cases.features;
        let found = margins_at(probe, &self.standing.cases, &self.proposal);
        for (i, &margin) in found.iter().enumerate() {
            if margin > self.margins[i] {
                self.margins[i] = margin;
                let point = row(&self.proposal, i, features);
                row_mut(&mut self.x, i, features).copy_from_slice(point);
            }
        }
        let broken: Vec<bool> = self.margins.iter().map(|&margin| margin > 0.0).collect();
        if let Some(left) = self.standing.release(&self.x, &broken) {
            self.x = picked_rows(&self.x, &left, features);
            self.proposal = picked_rows(&self.proposal, &left, features);
            self.margins = picked(&self.margins, &left);
        }
    }
}

/// How far each row is beyond the decision boundary.
fn margins_at(probe: &Probe, cases: &Cases, x: &[f32]) -> Vec<f64> {
    let logits = probe.logits(cases, x);
    let mut unused = vec![0.0; probe.classes];
    let rows = logits.chunks_exact(probe.classes).zip(&cases.labels);
    rows.map(|(z, &label)| Objective::Margin.of(z, label, label, &mut unused))
        .collect()
}
