//! What models of a regression say of rows, target by target.

use decay_audit::{MemberPredictions, Predictive, mean_values, mixture_variances};
use decay_data::TargetScale;
use decay_train::Loss;

use crate::error::Error;

/// What a model of a regression says of rows, `[targets]`.
pub(crate) struct Said(Vec<SaidOfTarget>);

/// What a model says of one target.
struct SaidOfTarget {
    /// `[rows]`, in the target's unit.
    values: Vec<f64>,
    /// Of rows that have one of their own.
    variances: Option<Vec<f64>>,
}

impl Said {
    /// By the raw outputs of a model that was trained by this loss.
    pub(crate) fn by(loss: Loss, outputs: &[f32], scales: &[TargetScale]) -> Self {
        let values = loss.values(outputs, scales);
        let variances = loss.variances(outputs, scales);
        let column = |all: &Vec<f64>, target: usize| {
            let own = all.iter().skip(target).step_by(scales.len());
            own.copied().collect::<Vec<f64>>()
        };
        let of_target = |target: usize| SaidOfTarget {
            values: column(&values, target),
            variances: variances.as_ref().map(|all| column(all, target)),
        };
        Self((0..scales.len()).map(of_target).collect())
    }

    /// What several say together: the mean of their values, and the variances of their mixture.
    pub(crate) fn together(all: &[Self]) -> Result<Self, Error> {
        let targets = 0..all.first().map_or(0, |own| own.0.len());
        let of_target = |target: usize| {
            let own = all.iter().map(|own| &own.0[target]);
            SaidOfTarget::together(&own.collect::<Vec<_>>())
        };
        Ok(Self(targets.map(of_target).collect::<Result<_, _>>()?))
    }

    /// The same in other units, `[targets]`.
    pub(crate) fn in_units(&self, units: &[TargetScale]) -> Self {
        let converted = |(own, unit): (&SaidOfTarget, &TargetScale)| SaidOfTarget {
            values: own.values.iter().map(|&value| unit.apply(value)).collect(),
            variances: own
                .variances
                .as_ref()
                .map(|own| own.iter().map(|own| own / (unit.sd * unit.sd)).collect()),
        };
        Self(self.0.iter().zip(units).map(converted).collect())
    }

    /// The values of a target, `[rows]`.
    pub(crate) fn values(&self, target: usize) -> &[f64] {
        &self.0[target].values
    }

    /// The values of all targets, `[rows, targets]`.
    pub(crate) fn all_values(&self) -> Vec<f64> {
        let rows = 0..self.0.first().map_or(0, |own| own.values.len());
        rows.flat_map(|row| self.0.iter().map(move |own| own.values[row]))
            .collect()
    }

    /// Standard deviations of a target's rows that have one of their own.
    pub(crate) fn deviations(&self, target: usize) -> Option<Vec<f64>> {
        let variances = self.0[target].variances.as_ref()?;
        Some(variances.iter().map(|variance| variance.sqrt()).collect())
    }

    /// What it says of a target's rows; `sigma2` is the noise variance of all rows of each target, if it is known.
    pub(crate) fn predictions(
        &self,
        target: usize,
        (loss, quantile): (Loss, f64),
        sigma2: &[f64],
    ) -> MemberPredictions<'_> {
        let own = &self.0[target];
        let predictive = match (loss, &own.variances) {
            (Loss::Poisson, _) => Predictive::Poisson,
            (Loss::Quantile, _) => Predictive::Quantile(quantile),
            (_, Some(variances)) => Predictive::Variances(variances),
            (_, None) => sigma2
                .get(target)
                .map_or(Predictive::Value, |&own| Predictive::Variance(own)),
        };
        MemberPredictions {
            values: &own.values,
            predictive,
        }
    }
}

impl SaidOfTarget {
    fn together(all: &[&Self]) -> Result<Self, Error> {
        let values: Vec<&[f64]> = all.iter().map(|own| own.values.as_slice()).collect();
        let variances: Option<Vec<&[f64]>> =
            all.iter().map(|own| own.variances.as_deref()).collect();
        let mixed = variances.filter(|own| !own.is_empty());
        let mixed = mixed.map(|own| mixture_variances(&values, &own));
        Ok(Self {
            values: mean_values(&values),
            variances: mixed.transpose()?,
        })
    }
}

/// Noise variances in other units.
pub(crate) fn variances_in(units: &[TargetScale], sigma2: &[f64]) -> Vec<f64> {
    let pairs = sigma2.iter().zip(units);
    pairs.map(|(own, unit)| own / (unit.sd * unit.sd)).collect()
}

/// Values of each target in other units.
pub(crate) fn values_in(units: &[TargetScale], values: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let pairs = values.iter().zip(units);
    let of_target = pairs.map(|(own, unit)| own.iter().map(|&value| unit.apply(value)).collect());
    of_target.collect()
}
