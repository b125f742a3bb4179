//! Ranges of the schedules' numbers and of the regularisers.

use crate::config::TrainConfig;
use crate::regulariser::Regulariser;

/// Key, range, value, and whether the value is in the range.
type Check = (&'static str, &'static str, f64, bool);

impl TrainConfig {
    /// What [`TrainConfig::validate`] checks besides.
    pub(crate) fn further_ranges(&self) -> Vec<Check> {
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
