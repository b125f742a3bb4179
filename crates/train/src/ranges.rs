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
        let positive = |x: f64| x > 0.0 && x < f64::INFINITY;
        let patience = f64::from(self.plateau_patience);
        let mut checks = vec![
            share("warmup_from", self.warmup_from),
            share("floor", self.floor),
            (
                "gamma",
                "(0, 1]",
                self.gamma,
                self.gamma > 0.0 && self.gamma <= 1.0,
            ),
            (
                "step_epochs",
                "(0, inf)",
                self.step_epochs,
                positive(self.step_epochs),
            ),
            ("power", "(0, inf)", self.power, positive(self.power)),
            (
                "restart_epochs",
                "(0, inf)",
                self.restart_epochs,
                positive(self.restart_epochs),
            ),
            (
                "restart_factor",
                "[1, inf)",
                self.restart_factor,
                (1.0..f64::INFINITY).contains(&self.restart_factor),
            ),
            (
                "peak",
                "(0, 1]",
                self.peak,
                self.peak > 0.0 && self.peak <= 1.0,
            ),
            ("plateau_patience", "[1, inf)", patience, patience >= 1.0),
        ];
        let fading = self.gradient_noise_decay;
        checks.push((
            "gradient_noise_decay",
            "[0, inf)",
            fading,
            (0.0..f64::INFINITY).contains(&fading),
        ));
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
