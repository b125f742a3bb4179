//! Ranges of the `[train]` table.

use crate::config::TrainConfig;
use crate::error::TrainError;
use crate::regulariser::Regulariser;

/// Key, range, value, and whether the value is in the range.
type Check = (&'static str, &'static str, f64, bool);

impl TrainConfig {
    /// Checks every range.
    ///
    /// # Errors
    /// [`TrainError::OutOfRange`] for the first key outside its range.
    pub fn validate(&self) -> Result<(), TrainError> {
        let fraction = |x: f64| (0.0..1.0).contains(&x);
        let amount = |x: f64| (0.0..f64::INFINITY).contains(&x);
        let flip = (
            "flip",
            "[0, 1]",
            self.flip,
            (0.0..=1.0).contains(&self.flip),
        );
        let turn = (0.0..=180.0).contains(&self.rotation);
        let more = [
            (
                "edge_dropout",
                "[0, 1)",
                self.edge_dropout,
                fraction(self.edge_dropout),
            ),
            (
                "laplacian",
                "[0, inf)",
                self.laplacian,
                amount(self.laplacian),
            ),
            flip,
            ("rotation", "[0, 180]", self.rotation, turn),
            (
                "brightness",
                "[0, inf)",
                self.brightness,
                amount(self.brightness),
            ),
            ("mixup", "[0, inf)", self.mixup, amount(self.mixup)),
        ];
        let checks = [
            (
                "epochs",
                "[1, inf)",
                f64::from(self.epochs),
                self.epochs >= 1,
            ),
            ("batch", "[1, inf)", self.batch as f64, self.batch >= 1),
            ("lr", "(0, inf)", self.lr, self.lr > 0.0 && amount(self.lr)),
            ("beta1", "[0, 1)", self.beta1, fraction(self.beta1)),
            ("beta2", "[0, 1)", self.beta2, fraction(self.beta2)),
            ("epsilon", "[0, inf)", self.epsilon, amount(self.epsilon)),
            ("momentum", "[0, 1)", self.momentum, fraction(self.momentum)),
            (
                "dampening",
                "[0, 1)",
                self.dampening,
                fraction(self.dampening),
            ),
            ("warmup", "[0, inf)", self.warmup, amount(self.warmup)),
            ("dropout", "[0, 1)", self.dropout, fraction(self.dropout)),
            (
                "label_smoothing",
                "[0, 1)",
                self.label_smoothing,
                fraction(self.label_smoothing),
            ),
            (
                "min_delta",
                "[0, inf)",
                self.min_delta,
                amount(self.min_delta),
            ),
        ];
        for (field, range, value, holds) in
            checks.into_iter().chain(more).chain(self.further_ranges())
        {
            if !holds {
                return Err(TrainError::OutOfRange {
                    field,
                    range,
                    value,
                });
            }
        }
        Ok(())
    }

    /// Ranges of the schedules' numbers and of the regularisers.
    fn further_ranges(&self) -> Vec<Check> {
        let patience = f64::from(self.plateau_patience);
        let mut checks = vec![
            share("warmup_from", self.warmup_from),
            share("floor", self.floor),
            factor("gamma", self.gamma),
            positive("step_epochs", self.step_epochs),
            positive("power", self.power),
            positive("restart_epochs", self.restart_epochs),
            at_least("[1, inf)", 1.0, "restart_factor", self.restart_factor),
            factor("peak", self.peak),
            at_least("[1, inf)", 1.0, "plateau_patience", patience),
            at_least(
                "[0, inf)",
                0.0,
                "gradient_noise_decay",
                self.gradient_noise_decay,
            ),
        ];
        let of_regulariser = |regulariser: Regulariser| {
            let value = regulariser.of_config(self);
            let range = regulariser.range();
            (regulariser.key(), range, value, regulariser.allows(value))
        };
        checks.extend(Regulariser::ALL.into_iter().map(of_regulariser));
        checks
    }
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
