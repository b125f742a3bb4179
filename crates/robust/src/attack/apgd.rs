//! Auto-PGD: gradient ascent with momentum that chooses its own step size.

use serde::{Deserialize, Serialize};

use super::ball::{ascend_within, project};
use super::cases::{Attempt, Cases, Site, Standing, picked, picked_rows, row, row_mut};
use super::noise::on_sphere;
use super::objective::Objective;
use super::probe::{Answer, Probe};
use super::threat::Threat;
use crate::error::{at_least_one, positive};
use crate::{Norm, RobustError};

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
    let ranked = settings.is_targeted().then(|| probe.wrong_classes(cases));
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

fn starts(cases: &Cases, threat: &Threat, site: Site, restart: usize) -> Vec<f32> {
    match &cases.start {
        Some(start) if restart == 0 => start.clone(),
        _ => cases.points(|i| on_sphere(cases.clean(i), threat, &cases.stream(i, site, restart))),
    }
}

/// What a row's ascent remembers.
#[derive(Debug, Clone, Copy)]
struct Memory {
    step: f64,
    best: f64,
    best_at_checkpoint: f64,
    last: f64,
    /// Steps since the last checkpoint that went up.
    rises: usize,
    halved: bool,
    /// Coordinates that an l1 step moves.
    coordinates: usize,
    /// Coordinates that the best point had moved at the last checkpoint.
    moved: f64,
}

/// One run on some rows, which leave it when they are broken.
struct Ascent<'a> {
    probe: &'a Probe<'a>,
    threat: &'a Threat,
    settings: &'a Apgd,
    targets: Option<Vec<usize>>,
    standing: Standing,
    memory: Vec<Memory>,
    x: Vec<f32>,
    before: Vec<f32>,
    gradient: Vec<f32>,
    best: Vec<f32>,
    best_gradient: Vec<f32>,
}

impl<'a> Ascent<'a> {
    fn new(
        probe: &'a Probe,
        cases: &Cases,
        threat: &'a Threat,
        settings: &'a Apgd,
        targets: Option<Vec<usize>>,
        start: Vec<f32>,
    ) -> Self {
        let features = cases.features as f64;
        let (first, share) = match threat.norm {
            Norm::L1 => (1.0, 0.2),
            Norm::Linf | Norm::L2 => (2.0, 1.0),
        };
        let memory = Memory {
            step: first * threat.radius,
            best: f64::NEG_INFINITY,
            best_at_checkpoint: f64::NEG_INFINITY,
            last: f64::INFINITY,
            rises: 0,
            halved: true,
            coordinates: (share * features).ceil() as usize,
            moved: features,
        };
        Self {
            probe,
            threat,
            settings,
            targets,
            standing: Standing::new(cases, &start),
            memory: vec![memory; cases.len()],
            before: start.clone(),
            gradient: vec![0.0; start.len()],
            best: start.clone(),
            best_gradient: vec![0.0; start.len()],
            x: start,
        }
    }

    fn climb(mut self) -> Attempt {
        let of_steps = |share: f64| ((share * self.settings.steps as f64) as usize).max(1);
        let sparse = self.threat.norm == Norm::L1;
        let first = if sparse {
            of_steps(0.04)
        } else {
            of_steps(0.22)
        };
        let (mut interval, mut since) = (first, 0);
        self.look();
        for memory in &mut self.memory {
            memory.best_at_checkpoint = memory.best;
        }
        for step in 0..self.settings.steps {
            if self.standing.places.is_empty() {
                break;
            }
            self.step(step == 0);
            self.look();
            since += 1;
            if since == interval {
                self.checkpoint(interval);
                since = 0;
                if !sparse {
                    interval = interval.saturating_sub(of_steps(0.03)).max(of_steps(0.06));
                }
            }
        }
        self.standing.note(&self.best);
        self.standing.attempt
    }

    /// Asks the networks at `x`, lets broken rows go and notes what is best so far.
    fn look(&mut self) {
        let targets = self.targets.as_deref();
        let answer = self.probe.ask(
            &self.standing.cases,
            &self.x,
            self.settings.objective,
            targets,
        );
        let answer = self.release(answer);
        let features = self.standing.cases.features;
        for (i, &value) in answer.values.iter().enumerate() {
            let memory = &mut self.memory[i];
            memory.rises += usize::from(value > memory.last);
            memory.last = value;
            if value > memory.best {
                memory.best = value;
                let slope = row(&answer.gradient, i, features);
                row_mut(&mut self.best, i, features).copy_from_slice(row(&self.x, i, features));
                row_mut(&mut self.best_gradient, i, features).copy_from_slice(slope);
            }
        }
        self.gradient = answer.gradient;
    }

    /// Takes misclassified rows out of the run.
    fn release(&mut self, answer: Answer) -> Answer {
        let features = self.standing.cases.features;
        let Some(left) = self.standing.release(&self.x, &answer.broken) else {
            return answer;
        };
        for rows in [
            &mut self.x,
            &mut self.before,
            &mut self.best,
            &mut self.best_gradient,
        ] {
            *rows = picked_rows(rows, &left, features);
        }
        self.targets = self.targets.as_ref().map(|all| picked(all, &left));
        self.memory = picked(&self.memory, &left);
        Answer {
            values: picked(&answer.values, &left),
            broken: vec![false; left.len()],
            gradient: picked_rows(&answer.gradient, &left, features),
        }
    }

    fn step(&mut self, first: bool) {
        let features = self.standing.cases.features;
        let momentum = !first && self.threat.norm != Norm::L1;
        for i in 0..self.standing.places.len() {
            let memory = &self.memory[i];
            let clean = self.standing.cases.clean(i);
            let x = row(&self.x, i, features);
            let mut next = x.to_vec();
            let slope = row(&self.gradient, i, features);
            let (step, count) = (memory.step, memory.coordinates);
            ascend_within(&mut next, slope, clean, step, count, self.threat);
            if momentum {
                let before = row(&self.before, i, features);
                for ((z, &x), &before) in next.iter_mut().zip(x).zip(before) {
                    *z = x + 0.75 * (*z - x) + 0.25 * (x - before);
                }
                project(&mut next, clean, self.threat);
            }
            row_mut(&mut self.before, i, features).copy_from_slice(x);
            row_mut(&mut self.x, i, features).copy_from_slice(&next);
        }
    }

    /// Halves the steps of the rows that do not get on, and takes these back to their best points.
    fn checkpoint(&mut self, interval: usize) {
        let features = self.standing.cases.features;
        for i in 0..self.standing.places.len() {
            let back = match self.threat.norm {
                Norm::L1 => self.sparse(i),
                Norm::Linf | Norm::L2 => self.halve(i, interval),
            };
            self.memory[i].rises = 0;
            if back {
                let memory = &mut self.memory[i];
                memory.last = memory.best;
                let best = row(&self.best, i, features);
                row_mut(&mut self.x, i, features).copy_from_slice(best);
                let slope = row(&self.best_gradient, i, features);
                row_mut(&mut self.gradient, i, features).copy_from_slice(slope);
            }
        }
    }

    fn halve(&mut self, i: usize, interval: usize) -> bool {
        let memory = &mut self.memory[i];
        let oscillates = (memory.rises as f64) <= self.settings.decrease * interval as f64;
        let stalls = !memory.halved && memory.best_at_checkpoint >= memory.best;
        memory.halved = oscillates || stalls;
        memory.best_at_checkpoint = memory.best;
        if memory.halved {
            memory.step /= 2.0;
        }
        memory.halved
    }

    /// As many coordinates as two thirds of those that the best point has moved. While that number falls (below 0.95 of what it was)
    /// steps start afresh from the best point, otherwise they shrink by 1.5 down to a tenth of the radius.
    fn sparse(&mut self, i: usize) -> bool {
        let features = self.standing.cases.features;
        let pairs = row(&self.best, i, features)
            .iter()
            .zip(self.standing.cases.clean(i));
        let moved = pairs.filter(|(best, clean)| best != clean).count() as f64;
        let memory = &mut self.memory[i];
        let fewer = moved < 0.95 * memory.moved;
        memory.moved = moved;
        memory.coordinates = ((moved / 1.5) as usize).max(1);
        memory.step = if fewer {
            self.threat.radius
        } else {
            (memory.step / 1.5).max(self.threat.radius / 10.0)
        };
        fewer
    }
}
