//! What training minimises, and what the outputs of a network then say.

use decay_data::{TargetScale, Task, TaskKind};
use decay_kernels::{LEAST_VARIANCE, ValueLoss};
use decay_options::names;

names! {
    /// What training minimises.
    ///
    /// | name | loss of a row | outputs | prediction | validation loss |
    /// | :-- | :-- | :-- | :-- | :-- |
    /// | `auto` of classes | `-ln p_label` | one for each class | probabilities | `nll` |
    /// | `auto` of values | `(f - t)^2` | 1 | the mean, `f` | `mse` |
    /// | `auto` of labels, `bernoulli` | `ln(1 + e^x) - t x`, `t` in `{0, 1}` | 1 | the probability of yes, `1 / (1 + e^-x)` | `nll` |
    /// | `absolute` | <code>\|f - t\|</code> | 1 | the median, `f` | `mae` |
    /// | `quantile` | `q max(t - f, 0) + (1 - q) max(f - t, 0)` | 1 | the quantile, `f` | `pinball` |
    /// | `gaussian` | `(ln(2 π v) + (t - f)^2 / v) / 2` | 2 | the mean, `f`, and its variance `v` | `nll` |
    /// | `poisson` | `2 (f - t + t ln(t / f))`, the deviance | 1 | the mean, `f` | `poisson_deviance` |
    ///
    /// With outputs `x` and `s`, and mean `m` and standard deviation `d` of a fold's training targets:
    ///
    /// ```text
    /// f = m + d x                              v = d^2 (ln(1 + e^s) + 1e-6)
    /// f = m e^x    of poisson
    /// ```
    ///
    /// Training sees the loss in units of `d`, of poisson half of it in units of `m`, so that a step does not depend on the target's
    /// unit; losses that are told are in the target's unit, in nats where they are likelihoods. With several targets or labels the loss
    /// of a row is the mean over them, each with outputs of its own: all `x`, then all `s`. Told are losses of several targets in units of
    /// each one's `d`, of poisson `m`, since units of different targets do not add up.
    #[derive(Default)]
    pub enum Loss {
        /// Cross-entropy of classes and of labels, squared error of values.
        #[default]
        Auto = "auto",
        /// The absolute error.
        Absolute = "absolute",
        /// The pinball loss at `train.quantile`.
        Quantile = "quantile",
        /// The likelihood of a normal distribution with a variance of each row's own.
        Gaussian = "gaussian",
        /// The deviance of counts, the logarithm of whose mean is an output.
        Poisson = "poisson",
        /// The binary cross-entropy of labels, each of which applies or does not.
        Bernoulli = "bernoulli",
    }
}

impl Loss {
    /// What `auto` is of a target.
    pub fn of(self, task: TaskKind) -> Self {
        match (self, task) {
            (Self::Auto, TaskKind::Multilabel) => Self::Bernoulli,
            (own, _) => own,
        }
    }

    /// Outputs of a network for this task.
    ///
    /// ```
    /// use decay_data::Task;
    /// use decay_train::Loss;
    ///
    /// let task = Task::Regression { targets: vec!["price".into()] };
    /// assert_eq!((Loss::Auto.outputs(&task), Loss::Gaussian.outputs(&task)), (1, 2));
    /// ```
    pub fn outputs(self, task: &Task) -> usize {
        task.outputs() * self.width()
    }

    /// Outputs for each class, value or label.
    pub(crate) fn width(self) -> usize {
        self.of_values().map_or(1, ValueLoss::outputs)
    }

    /// The kernel of values; `None` for the two losses of `auto`.
    pub(crate) fn of_values(self) -> Option<ValueLoss> {
        match self {
            Self::Auto => None,
            Self::Absolute => Some(ValueLoss::Absolute),
            Self::Quantile => Some(ValueLoss::Quantile),
            Self::Gaussian => Some(ValueLoss::Gaussian),
            Self::Poisson => Some(ValueLoss::Poisson),
            Self::Bernoulli => Some(ValueLoss::Bernoulli),
        }
    }

    /// The name of its validation loss in the table of metrics.
    pub fn metric(self, task: TaskKind) -> &'static str {
        match (self.of(task), task) {
            (Self::Auto, TaskKind::Regression) => "mse",
            (Self::Auto | Self::Gaussian | Self::Bernoulli, _) => "nll",
            (Self::Absolute, _) => "mae",
            (Self::Quantile, _) => "pinball",
            (Self::Poisson, _) => "poisson_deviance",
        }
    }

    /// The predictions in the raw outputs of a regression, each in its target's unit; of labels the log-odds.
    ///
    /// # Shapes
    /// - `outputs`: `[rows, outputs]`; `scales`: `[targets]`
    /// - returns: `[rows, targets]`
    pub fn values(self, outputs: &[f32], scales: &[TargetScale]) -> Vec<f64> {
        let of_row = |x| (0..scales.len()).map(move |k| self.value(x, k, &scales[k]));
        self.rows(outputs, scales).flat_map(of_row).collect()
    }

    /// The variances of the rows' own that a regression predicts, in squared units of the targets; `None` of losses without one.
    ///
    /// That of a Poisson distribution is its mean.
    ///
    /// # Shapes
    /// - `outputs`: `[rows, outputs]`; `scales`: `[targets]`
    /// - returns: `[rows, targets]`
    pub fn variances(self, outputs: &[f32], scales: &[TargetScale]) -> Option<Vec<f64>> {
        let width = scales.len();
        let of_row = |x: &[f32]| {
            (0..width)
                .map(|k| variance(x[width + k], &scales[k]))
                .collect()
        };
        match self {
            Self::Gaussian => {
                let rows: Vec<Vec<f64>> = self.rows(outputs, scales).map(of_row).collect();
                Some(rows.concat())
            }
            Self::Poisson => Some(self.values(outputs, scales)),
            Self::Auto | Self::Absolute | Self::Quantile | Self::Bernoulli => None,
        }
    }

    /// The units in which losses and metrics of these targets are told: a target's own if it is the only one; of several each one's spread,
    /// of `poisson` its mean, since a mean over metres and kilograms would say nothing.
    ///
    /// # Shapes
    /// - returns: `[targets]`, what [`TargetScale::apply`] turns values of the target's unit into these by
    pub fn units(self, scales: &[TargetScale]) -> Vec<TargetScale> {
        match (scales, self) {
            ([_], _) => vec![TargetScale::IDENTITY],
            (several, Self::Poisson) => several
                .iter()
                .map(|scale| TargetScale {
                    mean: 0.0,
                    sd: mean_count(scale),
                })
                .collect(),
            (several, _) => several.to_vec(),
        }
    }

    fn rows<'a>(
        self,
        outputs: &'a [f32],
        scales: &[TargetScale],
    ) -> impl Iterator<Item = &'a [f32]> {
        outputs.chunks_exact(scales.len() * self.width())
    }

    /// The prediction of one target in the outputs of a row.
    fn value(self, x: &[f32], target: usize, scale: &TargetScale) -> f64 {
        let x = f64::from(x[target]);
        match self {
            Self::Poisson => x.exp() * mean_count(scale),
            _ => scale.invert(x),
        }
    }

    /// The loss of a row, the mean over its targets, each in the unit that it is told in.
    ///
    /// # Shapes
    /// - `x`: `[outputs]`; `truths`, `scales`: `[targets]`
    pub(crate) fn of_row(
        self,
        x: &[f32],
        truths: &[f64],
        quantile: f64,
        scales: &[TargetScale],
    ) -> f64 {
        let told = |k: usize| {
            let cost = self.of_target(x, (k, truths), quantile, scales);
            let unit = match (scales, self) {
                ([_], _) => return cost,
                (_, Self::Poisson) => mean_count(&scales[k]),
                _ => scales[k].sd,
            };
            match self {
                Self::Auto => cost / (unit * unit),
                Self::Absolute | Self::Quantile | Self::Poisson => cost / unit,
                Self::Gaussian => cost - unit.ln(),
                Self::Bernoulli => cost,
            }
        };
        (0..truths.len()).map(told).sum::<f64>() / truths.len() as f64
    }

    /// The loss of one target of a row, in the target's unit.
    fn of_target(
        self,
        x: &[f32],
        (target, truths): (usize, &[f64]),
        quantile: f64,
        scales: &[TargetScale],
    ) -> f64 {
        let (truth, scale) = (truths[target], &scales[target]);
        let value = self.value(x, target, scale);
        match self {
            Self::Auto => (value - truth).powi(2),
            Self::Absolute => (value - truth).abs(),
            Self::Quantile => {
                let below = truth - value;
                (quantile * below).max((quantile - 1.0) * below)
            }
            Self::Gaussian => {
                let variance = variance(x[truths.len() + target], scale);
                let square = (value - truth).powi(2) / variance;
                0.5 * ((std::f64::consts::TAU * variance).ln() + square)
            }
            Self::Poisson => {
                let log = f64::from(x[target]) + mean_count(scale).ln();
                let told = if truth > 0.0 {
                    truth * (truth.ln() - log)
                } else {
                    0.0
                };
                2.0 * (value - truth + told)
            }
            Self::Bernoulli => softplus(value) - truth * value,
        }
    }

    /// A mean loss in the unit that it is told in, from one in the units of training.
    pub(crate) fn in_unit(self, loss: f64, scales: &[TargetScale]) -> f64 {
        // Of several targets the units are those of training, but that it halves the deviance.
        let own = match scales {
            [own] => *own,
            _ => TargetScale::IDENTITY,
        };
        match self {
            Self::Auto => loss * (own.sd * own.sd),
            Self::Absolute | Self::Quantile => loss * own.sd,
            Self::Gaussian => loss + own.sd.ln(),
            Self::Poisson => loss * 2.0 * mean_count(&own),
            Self::Bernoulli => loss,
        }
    }
}

/// The variance of a Gaussian's second output.
fn variance(s: f32, scale: &TargetScale) -> f64 {
    let least = f64::from(LEAST_VARIANCE);
    scale.sd * scale.sd * (softplus(f64::from(s)) + least)
}

/// `ln(1 + e^x)`, which does not overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The unit of counts: their mean, or 1 where all of them are 0.
pub(crate) fn mean_count(scale: &TargetScale) -> f64 {
    if scale.mean > 0.0 { scale.mean } else { 1.0 }
}

#[cfg(test)]
mod tests;
