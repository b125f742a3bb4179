//! The schedules' factors.

use std::f64::consts::PI;

use super::Schedule;
use crate::options::TrainConfig;

/// Share of the full rate that one cycle starts with, torch's default.
const ONE_CYCLE_START: f64 = 1.0 / 25.0;

impl TrainConfig {
    /// The factor on a member's learning rate at its step `t`, counted from 0, with `per_epoch` steps in an epoch; see [`Schedule`].
    ///
    /// Without the reductions of [`Schedule::Plateau`], which are a member's own. In `[0, 1]`.
    pub fn learning_rate_factor(&self, t: u32, per_epoch: u32) -> f64 {
        let warm_up = (self.warmup * f64::from(per_epoch.max(1))).round();
        let step = f64::from(t);
        if step < warm_up {
            return self.warmup_from + (1.0 - self.warmup_from) * ((step + 1.0) / warm_up);
        }
        self.factor_of(self.schedule, step, warm_up, per_epoch)
    }

    /// The factor on the decay rate at that step: `decay_schedule` with the numbers of the learning rate's, without a warm-up.
    pub fn decay_rate_factor(&self, t: u32, per_epoch: u32) -> f64 {
        self.factor_of(self.decay_schedule, f64::from(t), 0.0, per_epoch)
    }

    fn factor_of(&self, schedule: Schedule, step: f64, warm_up: f64, per_epoch: u32) -> f64 {
        let steps_of_epoch = f64::from(per_epoch.max(1));
        let total = steps_of_epoch * f64::from(self.epochs);
        let course = Course {
            step: step - warm_up,
            steps: (total - warm_up).max(1.0),
            steps_of_epoch,
        };
        let to_floor = |share: f64| self.floor + (1.0 - self.floor) * share;
        match schedule {
            Schedule::Constant | Schedule::Plateau => 1.0,
            Schedule::Step => self.shrunk((course.epochs() / self.step_epochs).floor()),
            Schedule::Exponential => self.shrunk(course.epochs()),
            Schedule::Milestones => self.shrunk(self.milestones_passed(step / steps_of_epoch)),
            Schedule::Polynomial => to_floor((1.0 - course.share()).powf(self.power)),
            Schedule::Cosine => to_floor(falling(course.share())),
            Schedule::Restarts => to_floor(falling(
                course.period(self.restart_epochs, self.restart_factor),
            )),
            Schedule::OneCycle => course.one_cycle(self.peak, self.floor),
        }
    }

    /// The factor after this many reductions.
    pub(super) fn shrunk(&self, reductions: f64) -> f64 {
        self.gamma.powf(reductions).max(self.floor)
    }

    fn milestones_passed(&self, epochs: f64) -> f64 {
        let passed = |milestone: &&u32| epochs >= f64::from(**milestone);
        self.milestones.iter().filter(passed).count() as f64
    }
}

/// Half a cosine wave from 1 to 0.
fn falling(share: f64) -> f64 {
    (1.0 + (PI * share).cos()) / 2.0
}

/// How far a member has come since its warm-up.
struct Course {
    step: f64,
    /// At least 1.
    steps: f64,
    steps_of_epoch: f64,
}

impl Course {
    fn epochs(&self) -> f64 {
        self.step / self.steps_of_epoch
    }

    fn share(&self) -> f64 {
        (self.step / self.steps).min(1.0)
    }

    /// Share of the present period that is over.
    fn period(&self, first_epochs: f64, factor: f64) -> f64 {
        // Shorter than a step, a period would have no course.
        let mut period = (first_epochs * self.steps_of_epoch).max(1.0);
        if factor == 1.0 {
            return (self.step % period) / period;
        }
        let mut step = self.step;
        while step >= period {
            step -= period;
            period *= factor;
        }
        step / period
    }

    /// torch's two phases: the peak is at step `peak U - 1`, the floor at step `U - 1`.
    fn one_cycle(&self, peak: f64, floor: f64) -> f64 {
        let (top, end) = ((peak * self.steps - 1.0).max(0.0), self.steps - 1.0);
        let between = |from: f64, to: f64, share: f64| to + (from - to) * falling(share);
        if self.step < top {
            between(ONE_CYCLE_START, 1.0, self.step / top)
        } else if end > top {
            between(1.0, floor, ((self.step - top) / (end - top)).min(1.0))
        } else {
            1.0
        }
    }
}
