//! Ranges of the `[train]` table.

use crate::error::TrainError;
use crate::options::TrainConfig;
use crate::options::hyper::Hyper;

/// Key, range, value, and whether the value is in the range.
type Check = (&'static str, &'static str, f64, bool);

impl TrainConfig {
    /// Checks every range.
    ///
    /// # Errors
    /// [`TrainError::OutOfRange`] for the first key outside its range.
    pub fn validate(&self) -> Result<(), TrainError> {
        for (field, range, value, holds) in self.ranges() {
            if !holds {
                return Err(TrainError::OutOfRange {
                    field,
                    range,
                    value,
                });
            }
        }
        // The decay is no key: its value here is 0.
        Hyper::ALL
            .into_iter()
            .try_for_each(|hyper| hyper.check(hyper.of_config(self)))
    }

    /// Ranges of what all members share.
    fn ranges(&self) -> [Check; 18] {
        let count = |key, value| at_least("[1, inf)", 1.0, key, value);
        let amount = |key, value| at_least("[0, inf)", 0.0, key, value);
        [
            count("epochs", f64::from(self.epochs)),
            count("batch", self.batch as f64),
            fraction("beta1", self.beta1),
            fraction("beta2", self.beta2()),
            amount("epsilon", self.epsilon),
            fraction("momentum", self.momentum()),
            fraction("dampening", self.dampening),
            amount("warmup", self.warmup),
            share("warmup_from", self.warmup_from),
            share("floor", self.floor),
            factor("gamma", self.gamma),
            positive("step_epochs", self.step_epochs),
            positive("power", self.power),
            positive("restart_epochs", self.restart_epochs),
            count("restart_factor", self.restart_factor),
            factor("peak", self.peak),
            count("plateau_patience", f64::from(self.plateau_patience)),
            amount("min_delta", self.min_delta),
        ]
    }
}

fn fraction(key: &'static str, value: f64) -> Check {
    (key, "[0, 1)", value, (0.0..1.0).contains(&value))
}

fn share(key: &'static str, value: f64) -> Check {
    (key, "[0, 1]", value, (0.0..=1.0).contains(&value))
}

fn factor(key: &'static str, value: f64) -> Check {
    (key, "(0, 1]", value, value > 0.0 && value <= 1.0)
}

fn positive(key: &'static str, value: f64) -> Check {
    (key, "(0, inf)", value, value > 0.0 && value < f64::INFINITY)
}

fn at_least(range: &'static str, least: f64, key: &'static str, value: f64) -> Check {
    (key, range, value, (least..f64::INFINITY).contains(&value))
}
