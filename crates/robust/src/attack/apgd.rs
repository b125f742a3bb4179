//! Auto-PGD: gradient ascent with momentum that chooses its own step size.

use serde::{Deserialize, Serialize};

use super::ascent::Ascent;
use super::cases::{Attempt, Cases, Site};
use super::objective::{Objective, descending};
use super::probe::Probe;
use super::settings::{at_least_one, positive};
use super::start::on_sphere;
use super::threat::Threat;
use crate::RobustError;

/// Settings of Auto-PGD.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `objective` | `dlr` | see [`Objective`] | what the steps raise; a targeted one runs against each of the likeliest wrong classes |
/// | `steps` | `100` | at least 1 | gradient steps of a run |
/// | `restarts` | `1` | at least 1 | runs, each on the rows that still stand |
/// | `targets` | `9` | at least 1 | wrong classes, by falling logit of the clean row; fewer where there are fewer |
/// | `decrease` | `0.75` | `(0, 1]` | the step is halved where a smaller share of the steps since the last checkpoint went up |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Apgd {
    /// What the steps raise.
    pub objective: Objective,
    /// Gradient steps of a run.
    pub steps: usize,
    /// Runs, each on the rows that still stand.
    pub restarts: usize,
    /// Wrong classes that a targeted objective is run against.
    pub targets: usize,
    /// Share of the steps that have to go up.
    pub decrease: f64,
}

impl Default for Apgd {
    fn default() -> Self {
        Self {
            objective: Objective::Dlr,
            steps: 100,
            restarts: 1,
            targets: 9,
            decrease: 0.75,
        }
    }
}

impl Apgd {
    /// # Errors
    /// [`RobustError::OutOfRange`].
    pub(crate) fn check(&self) -> Result<(), RobustError> {
        at_least_one("steps", self.steps)?;
        at_least_one("restarts", self.restarts)?;
        at_least_one("targets", self.targets)?;
        positive("decrease", self.decrease, 1.0)
    }

    fn is_targeted(&self) -> bool {
        matches!(
            self.objective,
            Objective::TargetedDlr | Objective::Difference
        )
    }
}

/// Auto-PGD, see [`Apgd`].
///
/// ```text
/// z       = P(x_k + eta s(g_k))                                  s: sign(g), g / |g| or the sparse step of l1
/// x_(k+1) = P(x_k + 0.75 (z - x_k) + 0.25 (x_k - x_(k-1)))       the first step without momentum, l1 never with
/// ```
///
/// `eta` starts at twice the radius and is halved at checkpoints 0.22, then every 0.19, 0.16, .. >= 0.06 of the steps apart, where too few
/// steps went up, or neither `eta` nor the best value changed since the last one; the run then goes on from the best point.
/// In l1 a step moves the largest slopes alone, as many as the best point's perturbation has (1 / 1.5 of them), and `eta` starts at the
/// radius, see `Ascent::sparse`.
///
/// # Source
/// Croce & Hein 2020, algorithm 1, <https://arxiv.org/abs/2003.01690>; l1: Croce & Hein 2021, algorithm 1,
/// <https://arxiv.org/abs/2103.01208>.
pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Apgd) -> Attempt {
    let mut attempt = Attempt::none(cases);
    let ranks = if settings.is_targeted() {
        settings.targets.min(probe.classes - 1)
    } else {
        1
    };
    let ranked = settings.is_targeted().then(|| wrong_classes(probe, cases));
    for (rank, restart) in (0..ranks).flat_map(|t| (0..settings.restarts).map(move |r| (t, r))) {
        let standing = attempt.standing();
        attempt.extend(cases, |rest| {
            let targets = ranked.as_ref().map(|ranked| {
                let of_case = |&i: &usize| ranked[i][rank];
                standing.iter().map(of_case).collect::<Vec<_>>()
            });
            let site = Site::Apgd(settings.objective as usize * 256 + rank);
            let start = starts(rest, threat, site, restart);
            Ascent::new(probe, rest, threat, settings, targets, start).climb()
        });
    }
    attempt
}

/// The classes but the label's of each pair, by falling logit of its clean row.
pub(crate) fn wrong_classes(probe: &Probe, cases: &Cases) -> Vec<Vec<usize>> {
    let logits = probe.logits(cases, &cases.x);
    let rows = logits.chunks_exact(probe.classes).zip(&cases.labels);
    rows.map(|(z, &label)| {
        let mut order = descending(z);
        order.retain(|&class| class != label);
        order
    })
    .collect()
}

fn starts(cases: &Cases, threat: &Threat, site: Site, restart: usize) -> Vec<f32> {
    match &cases.start {
        Some(start) if restart == 0 => start.clone(),
        _ => cases.points(|i| on_sphere(cases.clean(i), threat, &cases.stream(i, site, restart))),
    }
}
