use serde::{Deserialize, Serialize};

use super::number::or_nan;
use super::spread::Spread;
use super::sweep::Sweep;

/// One value that could have been chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Value of the swept axis.
    pub rate: f64,
    /// The rate as a half-life in epochs.
    pub half_life_epochs: Option<f64>,
    /// The rate as a time-scale in epochs.
    pub tau_epochs: Option<f64>,
    /// Validation loss that the choice went by.
    pub validation: Spread,
    /// Members that diverged.
    pub diverged: usize,
}

/// `selection.json`: the choice, the rule that made it and everything it could have chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// Name of the swept axis.
    pub axis: String,
    /// Name of the validation loss.
    pub metric: String,
    /// Name of the rule.
    pub rule: String,
    /// Largest mean validation loss that the rule accepts; NaN if it has none.
    #[serde(deserialize_with = "or_nan")]
    pub threshold: f64,
    /// Index of the choice among the candidates.
    pub chosen: usize,
    /// The chosen value; NaN if there are no candidates.
    #[serde(deserialize_with = "or_nan")]
    pub chosen_rate: f64,
    /// Its half-life in epochs.
    pub chosen_half_life_epochs: Option<f64>,
    /// Its time-scale in epochs.
    pub chosen_tau_epochs: Option<f64>,
    /// Index of the lowest mean among the candidates.
    pub best: usize,
    /// The value with the lowest mean; NaN if there are no candidates.
    #[serde(deserialize_with = "or_nan")]
    pub best_rate: f64,
    /// Every value, in the order of the sweep.
    pub candidates: Vec<Candidate>,
}

impl From<&Sweep> for Selection {
    fn from(sweep: &Sweep) -> Self {
        let rate = |index: usize| sweep.points.get(index).map_or(f64::NAN, |point| point.rate);
        let candidates = sweep.points.iter().map(|point| Candidate {
            rate: point.rate,
            half_life_epochs: point.half_life_epochs,
            tau_epochs: point.tau_epochs,
            validation: point.validation,
            diverged: point.diverged,
        });
        Self {
            axis: sweep.axis.clone(),
            metric: format!("validation {}", sweep.metric.name),
            rule: sweep.rule.clone(),
            threshold: sweep.threshold,
            chosen: sweep.chosen,
            chosen_rate: rate(sweep.chosen),
            chosen_half_life_epochs: sweep
                .points
                .get(sweep.chosen)
                .and_then(|point| point.half_life_epochs),
            chosen_tau_epochs: sweep
                .points
                .get(sweep.chosen)
                .and_then(|point| point.tau_epochs),
            best: sweep.best,
            best_rate: rate(sweep.best),
            candidates: candidates.collect(),
        }
    }
}
