//! What cross-validation chooses in each replicate, what it promises of it, and what it gets.

use decay_audit::interval::{ProportionMethod, mean_interval, proportion_interval};
use decay_claim::{Curve, Effect, Measurements, Result};

use crate::leak::Leak;

/// One way to cross-validate, one number a replicate.
pub(crate) struct Choices {
    /// The rate with the lowest promised loss.
    rate: Vec<f64>,
    /// Test loss of the model of the whole sample at that rate.
    pub(crate) truth: Vec<f64>,
    /// Test loss less what was promised.
    pub(crate) optimism: Vec<f64>,
}

impl Choices {
    /// Those without a leak, and those with it.
    ///
    /// # Errors
    /// If the study was not measured.
    pub(crate) fn both(measured: &Measurements, study: &str, leak: Leak) -> Result<[Self; 2]> {
        let of = |leaky, metric| measured.curve(study, leak.series(leaky), metric);
        let test = of(false, "test")?;
        Ok([
            Self::of(&of(false, "promised")?, &test),
            Self::of(&of(true, "promised")?, &test),
        ])
    }

    fn of(promised: &Curve, test: &Curve) -> Self {
        let mut found = Self {
            rate: Vec::new(),
            truth: Vec::new(),
            optimism: Vec::new(),
        };
        for replicate in 0..promised.replicates() {
            let loss = |place: usize| promised.values[place][replicate];
            let places = 0..promised.rates.len();
            let best = places.min_by(|&a, &b| loss(a).total_cmp(&loss(b)));
            let best = best.unwrap_or(0);
            found.rate.push(promised.rates[best]);
            found.truth.push(test.values[best][replicate]);
            found
                .optimism
                .push(test.values[best][replicate] - loss(best));
        }
        found
    }

    /// Mean optimism with Student's interval.
    ///
    /// # Errors
    /// If a loss is not finite.
    pub(crate) fn mean_optimism(&self) -> Result<Effect> {
        Ok(Effect::new(
            "optimism",
            mean_interval(&self.optimism, 0.95)?,
        ))
    }
}

/// How often the leak changes the rate, over tables, with Wilson's interval.
///
/// # Errors
/// Of no choices there is no share.
pub(crate) fn other_rate(tables: &[[Choices; 2]]) -> Result<Effect> {
    let pairs = tables
        .iter()
        .flat_map(|[free, leaky]| free.rate.iter().zip(&leaky.rate));
    let total = pairs.clone().count() as u64;
    let changed = pairs.filter(|(free, leaky)| free != leaky).count() as u64;
    let share = proportion_interval(changed, total, 0.95, ProportionMethod::Wilson)?;
    Ok(Effect::new("another rate, as a share of choices,", share))
}
