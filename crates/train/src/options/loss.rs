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
    /// unit; losses that are told are in the target's unit, in nats where they are likelihoods.
    #[derive(Default)]
    pub enum Loss {
        /// Cross-entropy of classes, squared error of values.
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
    }
}

impl Loss {
    /// Outputs of a network for this task.
    ///
    /// ```
    /// use decay_data::Task;
    /// use decay_train::Loss;
    ///
    /// let task = Task::Regression { target: "price".into() };
    /// assert_eq!((Loss::Auto.outputs(&task), Loss::Gaussian.outputs(&task)), (1, 2));
    /// ```
    pub fn outputs(self, task: &Task) -> usize {
        task.outputs() * self.width()
    }

    /// Outputs for each class or value.
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
        }
    }

    /// The name of its validation loss in the table of metrics.
    pub fn metric(self, task: TaskKind) -> &'static str {
        match (self, task) {
            (Self::Auto, TaskKind::Classification) | (Self::Gaussian, _) => "nll",
            (Self::Auto, TaskKind::Regression) => "mse",
            (Self::Absolute, _) => "mae",
            (Self::Quantile, _) => "pinball",
            (Self::Poisson, _) => "poisson_deviance",
        }
    }

    /// The predictions in the raw outputs of a regression, in the target's unit.
    ///
    /// # Shapes
    /// - `outputs`: `[rows, outputs]`
    /// - returns: `[rows]`
    pub fn values(self, outputs: &[f32], scale: Option<TargetScale>) -> Vec<f64> {
        let rows = outputs.chunks_exact(self.width());
        rows.map(|x| self.value(x, scale)).collect()
    }

    /// The variances of the rows' own that a regression predicts, in squared units of the target; `None` of losses without one.
    ///
    /// That of a Poisson distribution is its mean.
    ///
    /// # Shapes
    /// - `outputs`: `[rows, outputs]`
    /// - returns: `[rows]`
    pub fn variances(self, outputs: &[f32], scale: Option<TargetScale>) -> Option<Vec<f64>> {
        let rows = outputs.chunks_exact(self.width());
        match self {
            Self::Gaussian => Some(rows.map(|x| variance(x[1], scale)).collect()),
            Self::Poisson => Some(rows.map(|x| self.value(x, scale)).collect()),
            Self::Auto | Self::Absolute | Self::Quantile => None,
        }
    }

    fn value(self, x: &[f32], scale: Option<TargetScale>) -> f64 {
        let x = f64::from(x[0]);
        match self {
            Self::Poisson => x.exp() * mean_count(scale),
            _ => scale.map_or(x, |scale| scale.invert(x)),
        }
    }

    /// The loss of a row of a regression, in the target's unit.
    pub(crate) fn of_row(
        self,
        x: &[f32],
        truth: f64,
        quantile: f64,
        scale: Option<TargetScale>,
    ) -> f64 {
        let value = self.value(x, scale);
        match self {
            Self::Auto => (value - truth).powi(2),
            Self::Absolute => (value - truth).abs(),
            Self::Quantile => {
                let below = truth - value;
                (quantile * below).max((quantile - 1.0) * below)
            }
            Self::Gaussian => {
                let variance = variance(x[1], scale);
                let square = (value - truth).powi(2) / variance;
                0.5 * ((std::f64::consts::TAU * variance).ln() + square)
            }
            Self::Poisson => {
                let log = f64::from(x[0]) + mean_count(scale).ln();
                let told = if truth > 0.0 {
                    truth * (truth.ln() - log)
                } else {
                    0.0
                };
                2.0 * (value - truth + told)
            }
        }
    }

    /// A mean loss in the target's unit, from one in the units of training.
    pub(crate) fn in_unit(self, loss: f64, scale: Option<TargetScale>) -> f64 {
        let sd = scale.map_or(1.0, |scale| scale.sd);
        match self {
            Self::Auto => loss * scale.map_or(1.0, |scale| scale.sd * scale.sd),
            Self::Absolute | Self::Quantile => loss * sd,
            Self::Gaussian => loss + sd.ln(),
            Self::Poisson => loss * 2.0 * mean_count(scale),
        }
    }
}

/// The variance of a Gaussian's second output.
fn variance(s: f32, scale: Option<TargetScale>) -> f64 {
    let s = f64::from(s);
    let sd = scale.map_or(1.0, |scale| scale.sd);
    let softplus = s.max(0.0) + (-s.abs()).exp().ln_1p();
    sd * sd * (softplus + f64::from(LEAST_VARIANCE))
}

/// The unit of counts: their mean, or 1 where all of them are 0.
pub(crate) fn mean_count(scale: Option<TargetScale>) -> f64 {
    scale.map_or(1.0, |scale| if scale.mean > 0.0 { scale.mean } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::{Loss, TargetScale};

    const SCALE: Option<TargetScale> = Some(TargetScale { mean: 3.0, sd: 2.0 });

    /// By hand, with `softplus(1) = 1.3132617`.
    #[test]
    fn rows_cost_what_the_formulas_say_in_the_unit_of_the_target() {
        let x = [0.5f32, 1.0];
        let cost = |loss: Loss, truth| loss.of_row(&x[..loss.width()], truth, 0.2, SCALE);
        // f = 3 + 2 / 2
        assert_eq!(cost(Loss::Auto, 7.0), 9.0);
        assert_eq!(cost(Loss::Absolute, 7.0), 3.0);
        assert!((cost(Loss::Quantile, 7.0) - 0.6).abs() < 1e-12);
        assert!((cost(Loss::Quantile, 1.0) - 2.4).abs() < 1e-12);
        let v = 4.0 * (1.0f64.exp().ln_1p() + 1e-6);
        let nll = 0.5 * ((std::f64::consts::TAU * v).ln() + 9.0 / v);
        assert!((cost(Loss::Gaussian, 7.0) - nll).abs() < 1e-9);
        let rate = 3.0 * 0.5f64.exp();
        let deviance = 2.0 * (7.0 * (7.0 / rate).ln() - 7.0 + rate);
        assert!((cost(Loss::Poisson, 7.0) - deviance).abs() < 1e-12);
        assert!((cost(Loss::Poisson, 0.0) - 2.0 * rate).abs() < 1e-12);
        assert_eq!(Loss::Poisson.values(&x[..1], SCALE), [rate]);
        assert_eq!(Loss::Poisson.variances(&x[..1], SCALE), Some(vec![rate]));
        let fitted = Loss::Gaussian.variances(&x, SCALE).unwrap()[0];
        assert!((fitted / v - 1.0).abs() < 1e-9);
        assert_eq!(
            (
                Loss::Gaussian.values(&x, SCALE),
                Loss::Auto.variances(&x, SCALE)
            ),
            (vec![4.0], None)
        );
    }

    /// What the kernels minimise, told in the target's unit, is the loss of the rows.
    #[test]
    fn the_units_of_training_are_undone() {
        let (x, truth, quantile) = ([0.25f32, -0.5], 5.0, 0.3);
        let scale = SCALE.expect("a scale");
        let t = (truth - scale.mean) / scale.sd;
        let scaled = |loss: Loss| {
            let unit = Some(TargetScale { mean: 0.0, sd: 1.0 });
            let of = |truth, unit| loss.of_row(&x[..loss.width()], truth, quantile, unit);
            match loss {
                // Counts in units of their mean, and half the deviance.
                Loss::Poisson => of(truth / scale.mean, unit) / 2.0,
                _ => of(t, unit),
            }
        };
        for loss in Loss::ALL {
            let told = loss.in_unit(scaled(loss), SCALE);
            let want = loss.of_row(&x[..loss.width()], truth, quantile, SCALE);
            assert!((told - want).abs() < 1e-9, "{loss:?}: {told} {want}");
        }
    }

    #[test]
    fn counts_that_are_all_zero_have_a_unit() {
        let zeros = Some(TargetScale { mean: 0.0, sd: 1.0 });
        assert_eq!(Loss::Poisson.values(&[0.0], zeros), [1.0]);
    }
}
