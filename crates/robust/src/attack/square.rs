//! The square attack: random search that asks for logits alone.

use decay_random::Stream;
use decay_random::unit;
use serde::{Deserialize, Serialize};

use super::ball::project;
use super::cases::{Attempt, Cases, Site, picked, picked_rows, row, row_mut};
use super::objective::Objective;
use super::probe::Probe;
use super::settings::{at_least_one, positive};
use super::stripes::{Canvas, start};
use super::threat::Threat;
use crate::Norm;
use crate::RobustError;

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
        attempt: Attempt {
            x: start.clone(),
            broken: vec![false; cases.len()],
        },
        places: (0..cases.len()).collect(),
        rest: cases.clone(),
        margins: vec![f64::NEG_INFINITY; cases.len()],
        x: start.clone(),
        proposal: start,
    };
    search.judge(probe);
    for query in 1..settings.queries {
        if search.places.is_empty() {
            break;
        }
        search.propose(&canvas, settings.share_at(query), threat, query);
        search.judge(probe);
    }
    search.finish()
}

/// Rows that still stand, each with its best point so far.
struct Search {
    attempt: Attempt,
    /// Of what is left, among the rows of the run.
    places: Vec<usize>,
    rest: Cases,
    margins: Vec<f64>,
    x: Vec<f32>,
    proposal: Vec<f32>,
}

impl Search {
    fn propose(&mut self, canvas: &Canvas, share: f64, threat: &Threat, query: usize) {
        let features = self.rest.features;
        for i in 0..self.places.len() {
            let draws = Draws::new(self.rest.stream(i, Site::Square, query));
            let point = row_mut(&mut self.proposal, i, features);
            point.copy_from_slice(row(&self.x, i, features));
            canvas.propose(point, self.rest.clean(i), share, threat, draws);
            project(point, self.rest.clean(i), threat);
        }
    }

    /// Keeps the proposals that raise the margin, and lets rows go that are broken.
    fn judge(&mut self, probe: &Probe) {
        let features = self.rest.features;
        let found = margins_at(probe, &self.rest, &self.proposal);
        for (i, &margin) in found.iter().enumerate() {
            if margin > self.margins[i] {
                self.margins[i] = margin;
                let point = row(&self.proposal, i, features);
                row_mut(&mut self.x, i, features).copy_from_slice(point);
            }
        }
        let (gone, left): (Vec<usize>, Vec<usize>) =
            (0..self.places.len()).partition(|&i| self.margins[i] > 0.0);
        if gone.is_empty() {
            return;
        }
        for own in gone {
            let i = self.places[own];
            row_mut(&mut self.attempt.x, i, features).copy_from_slice(row(&self.x, own, features));
            self.attempt.broken[i] = true;
        }
        self.x = picked_rows(&self.x, &left, features);
        self.proposal = picked_rows(&self.proposal, &left, features);
        self.margins = picked(&self.margins, &left);
        self.places = picked(&self.places, &left);
        self.rest = self.rest.pick(&left);
    }

    /// With the best points of the rows that stand.
    fn finish(mut self) -> Attempt {
        let features = self.rest.features;
        for (own, &i) in self.places.iter().enumerate() {
            row_mut(&mut self.attempt.x, i, features).copy_from_slice(row(&self.x, own, features));
        }
        self.attempt
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

/// Random numbers of one proposal, in order.
pub(crate) struct Draws {
    stream: Stream,
    next: u32,
}

impl Draws {
    fn new(stream: Stream) -> Self {
        Self { stream, next: 0 }
    }

    /// A whole number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let word = self.word();
        ((u64::from(word) * bound as u64) >> 32) as usize
    }

    /// `-1` or `1`.
    pub(crate) fn sign(&mut self) -> f32 {
        if unit(self.word()) < 0.5 { -1.0 } else { 1.0 }
    }

    fn word(&mut self) -> u32 {
        self.next += 1;
        self.stream.word(self.next - 1)
    }
}
