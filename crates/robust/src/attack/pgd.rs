//! Projected gradient ascent, and its form of one step.

use serde::{Deserialize, Serialize};

use super::ball::ascend_within;
use super::cases::{Attempt, Cases, Site, Standing, picked_rows, row, row_mut};
use super::noise::inside;
use super::objective::Objective;
use super::probe::Probe;
use super::threat::Threat;
use crate::RobustError;
use crate::error::{at_least_one, positive};

/// Settings of projected gradient ascent.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `steps` | `20` | at least 1 | gradient steps of a run |
/// | `step_size` | `0.125` | `(0, inf)` | length of a step over the radius |
/// | `restarts` | `1` | at least 1 | runs, each on the rows that still stand |
/// | `random_start` | `true` | | whether runs start evenly within the ball; otherwise the first starts at the input |
/// | `objective` | `cross_entropy` | untargeted ones | what the steps raise |
/// | `stop_early` | `true` | | leave a row at its first misclassified iterate; otherwise only the last iterate counts |
/// | `sparsity` | `0.01` | `(0, 1]` | share of the coordinates that an l1 step moves, at least one |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pgd {
    /// Gradient steps of a run.
    pub steps: usize,
    /// Length of a step over the radius.
    pub step_size: f64,
    /// Runs, each on the rows that still stand.
    pub restarts: usize,
    /// Whether runs start evenly within the ball.
    pub random_start: bool,
    /// What the steps raise.
    pub objective: Objective,
    /// Leave a row at its first misclassified iterate.
    pub stop_early: bool,
    /// Share of the coordinates that an l1 step moves.
    pub sparsity: f64,
}

impl Default for Pgd {
    fn default() -> Self {
        Self {
            steps: 20,
            step_size: 0.125,
            restarts: 1,
            random_start: true,
            objective: Objective::CrossEntropy,
            stop_early: true,
            sparsity: 0.01,
        }
    }
}

impl Pgd {
    /// # Errors
    /// [`RobustError::OutOfRange`].
    pub(crate) fn check(&self) -> Result<(), RobustError> {
        at_least_one("steps", self.steps)?;
        at_least_one("restarts", self.restarts)?;
        positive("step_size", self.step_size, f64::INFINITY)?;
        positive("sparsity", self.sparsity, 1.0)
    }
}

/// Projected gradient ascent: `x <- P(x + step)`, see [`Pgd`].
///
/// ```text
/// x_(t+1) = clip(P_ball(x_t + a r s(g_t)))        s: sign(g), g / |g| or the sparse step of l1
/// ```
///
/// # Source
/// Madry et al. 2018, eq. 2, <https://arxiv.org/abs/1706.06083>; l1 steps: Tramer & Boneh 2019, <https://arxiv.org/abs/1904.13000>.
pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Pgd) -> Attempt {
    let mut attempt = Attempt::none(cases);
    for restart in 0..settings.restarts {
        attempt.extend(cases, |rest| {
            let start = starts(rest, threat, settings, restart);
            climb(probe, rest, threat, settings, start)
        });
    }
    attempt
}

fn starts(cases: &Cases, threat: &Threat, settings: &Pgd, restart: usize) -> Vec<f32> {
    match &cases.start {
        Some(start) if restart == 0 => return start.clone(),
        None if restart == 0 && !settings.random_start => return cases.x.clone(),
        _ => {}
    }
    cases.points(|i| inside(cases.clean(i), threat, &cases.stream(i, Site::Pgd, restart)))
}

/// One run.
fn climb(
    probe: &Probe,
    cases: &Cases,
    threat: &Threat,
    settings: &Pgd,
    mut x: Vec<f32>,
) -> Attempt {
    let features = cases.features;
    let coordinates = (settings.sparsity * features as f64).ceil() as usize;
    let length = settings.step_size * threat.radius;
    let mut standing = Standing::new(cases, &x);
    for _ in 0..settings.steps {
        let mut answer = probe.ask(&standing.cases, &x, settings.objective, None);
        if settings.stop_early
            && let Some(left) = standing.release(&x, &answer.broken)
        {
            x = picked_rows(&x, &left, features);
            answer.gradient = picked_rows(&answer.gradient, &left, features);
        }
        for i in 0..standing.places.len() {
            let point = row_mut(&mut x, i, features);
            let slope = row(&answer.gradient, i, features);
            ascend_within(
                point,
                slope,
                standing.cases.clean(i),
                length,
                coordinates,
                threat,
            );
        }
    }
    let last = probe.judged(&standing.cases, x);
    standing.note(&last.x);
    standing.release(&last.x, &last.broken);
    standing.attempt
}

/// Fast gradient (sign) method: the point of the ball that raises the cross-entropy the most to first order, clipped to the bounds.
///
/// ```text
/// linf  x + r sign(g)        l2  x + r g / |g|        l1  x + r sign(g_i) at the largest |g_i|
/// ```
///
/// # Source
/// Goodfellow et al. 2015, section 4, <https://arxiv.org/abs/1412.6572>; Miyato et al. 2017 for l2.
pub(crate) fn one_step(probe: &Probe, cases: &Cases, threat: &Threat) -> Attempt {
    let features = cases.features;
    let answer = probe.ask(cases, &cases.x, Objective::CrossEntropy, None);
    let mut x = cases.x.clone();
    for i in 0..cases.len() {
        let point = row_mut(&mut x, i, features);
        let slope = row(&answer.gradient, i, features);
        ascend_within(point, slope, cases.clean(i), threat.radius, 1, threat);
    }
    probe.judged(cases, x)
}
