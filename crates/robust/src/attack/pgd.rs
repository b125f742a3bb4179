//! Projected gradient ascent.

use serde::{Deserialize, Serialize};

use super::ball::ascend_within;
use super::cases::{Attempt, Cases, Site, picked, picked_rows, row, row_mut};
use super::objective::Objective;
use super::probe::Probe;
use super::start::inside;
use super::threat::Threat;
use crate::RobustError;

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
        super::settings::at_least_one("steps", self.steps)?;
        super::settings::at_least_one("restarts", self.restarts)?;
        super::settings::positive("step_size", self.step_size, f64::INFINITY)?;
        super::settings::positive("sparsity", self.sparsity, 1.0)
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
    start: Vec<f32>,
) -> Attempt {
    let features = cases.features;
    let coordinates = (settings.sparsity * features as f64).ceil() as usize;
    let length = settings.step_size * threat.radius;
    let mut run = Run {
        attempt: Attempt {
            x: start.clone(),
            broken: vec![false; cases.len()],
        },
        places: (0..cases.len()).collect(),
        rest: cases.clone(),
        x: start,
    };
    for _ in 0..settings.steps {
        let mut answer = probe.ask(&run.rest, &run.x, settings.objective, None);
        if settings.stop_early && answer.correct.contains(&false) {
            let left = run.release(&answer.correct);
            answer.gradient = picked_rows(&answer.gradient, &left, features);
        }
        if run.places.is_empty() {
            return run.attempt;
        }
        for i in 0..run.places.len() {
            let point = row_mut(&mut run.x, i, features);
            let slope = row(&answer.gradient, i, features);
            ascend_within(point, slope, run.rest.clean(i), length, coordinates, threat);
        }
    }
    let correct = probe.correct(&run.rest, &run.x);
    run.settle(&correct);
    run.attempt
}

/// Rows on their way, which leave when they are broken.
struct Run {
    attempt: Attempt,
    /// Of what is left, among the rows of the run.
    places: Vec<usize>,
    rest: Cases,
    x: Vec<f32>,
}

impl Run {
    /// Writes where the rows are, and which of them are misclassified.
    fn settle(&mut self, correct: &[bool]) {
        let features = self.rest.features;
        for (own, &i) in self.places.iter().enumerate() {
            let point = row(&self.x, own, features);
            row_mut(&mut self.attempt.x, i, features).copy_from_slice(point);
            self.attempt.broken[i] = !correct[own];
        }
    }

    /// Lets misclassified rows go; the places of the others.
    fn release(&mut self, correct: &[bool]) -> Vec<usize> {
        self.settle(correct);
        let left: Vec<usize> = (0..correct.len()).filter(|&i| correct[i]).collect();
        self.places = picked(&self.places, &left);
        self.x = picked_rows(&self.x, &left, self.rest.features);
        self.rest = self.rest.pick(&left);
        left
    }
}
