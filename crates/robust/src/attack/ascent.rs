//! One run of Auto-PGD on some rows, each with a step size of its own.

use super::apgd::Apgd;
use super::ball::{ascend_within, project};
use super::cases::{Attempt, Cases, picked, picked_rows, row, row_mut};
use super::probe::{Answer, Probe};
use super::threat::Threat;
use crate::Norm;

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
pub(super) struct Ascent<'a> {
    probe: &'a Probe<'a>,
    threat: &'a Threat,
    settings: &'a Apgd,
    targets: Option<Vec<usize>>,
    attempt: Attempt,
    /// Of what is left, among the rows of the run.
    places: Vec<usize>,
    rest: Cases,
    memory: Vec<Memory>,
    x: Vec<f32>,
    before: Vec<f32>,
    gradient: Vec<f32>,
    best: Vec<f32>,
    best_gradient: Vec<f32>,
}

impl<'a> Ascent<'a> {
    pub(super) fn new(
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
            attempt: Attempt {
                x: start.clone(),
                broken: vec![false; cases.len()],
            },
            places: (0..cases.len()).collect(),
            rest: cases.clone(),
            memory: vec![memory; cases.len()],
            before: start.clone(),
            gradient: vec![0.0; start.len()],
            best: start.clone(),
            best_gradient: vec![0.0; start.len()],
            x: start,
        }
    }

    pub(super) fn climb(mut self) -> Attempt {
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
            if self.places.is_empty() {
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
        let features = self.rest.features;
        for (own, &i) in self.places.iter().enumerate() {
            let best = row(&self.best, own, features);
            row_mut(&mut self.attempt.x, i, features).copy_from_slice(best);
        }
        self.attempt
    }

    /// Asks the networks at `x`, lets broken rows go and notes what is best so far.
    fn look(&mut self) {
        let targets = self.targets.as_deref();
        let answer = self
            .probe
            .ask(&self.rest, &self.x, self.settings.objective, targets);
        let answer = self.release(answer);
        let features = self.rest.features;
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
        if !answer.correct.contains(&false) {
            return answer;
        }
        let features = self.rest.features;
        let (left, gone): (Vec<usize>, Vec<usize>) =
            (0..self.places.len()).partition(|&i| answer.correct[i]);
        for own in gone {
            let i = self.places[own];
            row_mut(&mut self.attempt.x, i, features).copy_from_slice(row(&self.x, own, features));
            self.attempt.broken[i] = true;
        }
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
        self.places = picked(&self.places, &left);
        self.rest = self.rest.pick(&left);
        Answer {
            values: picked(&answer.values, &left),
            correct: picked(&answer.correct, &left),
            gradient: picked_rows(&answer.gradient, &left, features),
        }
    }

    fn step(&mut self, first: bool) {
        let features = self.rest.features;
        let momentum = !first && self.threat.norm != Norm::L1;
        for i in 0..self.places.len() {
            let memory = &self.memory[i];
            let clean = self.rest.clean(i);
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
        let features = self.rest.features;
        for i in 0..self.places.len() {
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
        let features = self.rest.features;
        let pairs = row(&self.best, i, features).iter().zip(self.rest.clean(i));
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
