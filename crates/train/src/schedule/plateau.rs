//! Reductions of the learning rate where the validation loss stays.

use serde::{Deserialize, Serialize};

use super::Schedule;
use crate::options::TrainConfig;

/// One member's validation loss as [`Schedule::Plateau`] follows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plateau {
    best: Option<f64>,
    waited: u32,
    /// Epochs after which the rate was reduced, counted from 1.
    pub(crate) reduced_after: Vec<u32>,
}

impl Plateau {
    /// Notes a validation loss that was measured after an epoch.
    pub(crate) fn note(&mut self, loss: f64, epoch: u32, config: &TrainConfig) {
        if config.schedule != Schedule::Plateau {
            return;
        }
        if self.best.is_none_or(|best| loss < best - config.min_delta) {
            self.best = Some(loss);
            self.waited = 0;
            return;
        }
        self.waited += 1;
        if self.waited >= config.plateau_patience {
            self.waited = 0;
            self.reduced_after.push(epoch);
        }
    }

    /// The factor on the member's learning rate.
    pub(crate) fn factor(&self, config: &TrainConfig) -> f64 {
        match self.reduced_after.len() {
            0 => 1.0,
            reductions => config.shrunk(reductions as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Plateau, Schedule, TrainConfig};

    #[test]
    fn the_rate_is_reduced_after_as_many_evaluations_as_patience_allows() {
        let config = TrainConfig {
            schedule: Schedule::Plateau,
            plateau_patience: 2,
            gamma: 0.1,
            floor: 0.005,
            min_delta: 0.05,
            ..TrainConfig::default()
        };
        let mut plateau = Plateau::default();
        // Improvements at 1 and 2; 0.48 at 3 is too little; the wait starts anew after a reduction.
        let losses = [1.0, 0.5, 0.48, 0.6, 0.5, 0.7, 0.4, 0.4, 0.36, 9.0, 9.0, 9.0];
        let factors = (1..).zip(losses).map(|(epoch, loss)| {
            plateau.note(loss, epoch, &config);
            plateau.factor(&config)
        });
        let factors: Vec<f64> = factors.collect();
        let want = [
            1.0, 1.0, 1.0, 0.1, 0.1, 0.01, 0.01, 0.01, 0.005, 0.005, 0.005, 0.005,
        ];
        for (got, want) in factors.iter().zip(want) {
            assert!((got - want).abs() < 1e-15, "{factors:?}");
        }
        assert_eq!(plateau.reduced_after, [4, 6, 9, 11]);
    }
}
