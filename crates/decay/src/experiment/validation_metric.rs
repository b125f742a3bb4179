//! The metric that chooses, on any rows.

use decay_audit::{Logits, MemberPredictions, Metric, MetricTask, label_logits};
use decay_data::{TargetScale, Task, TaskKind};
use decay_train::{Loss, Losses};

use crate::data::Truth;
use crate::error::Error;
use crate::said::{Said, values_in};
use crate::settings::MetricName;

/// A metric of the table that suits the task and may choose a setting.
#[derive(Debug, Clone, Copy)]
pub struct ValidationMetric {
    metric: &'static Metric,
    /// What the models are trained by.
    loss: Loss,
}

/// What outputs are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// Labels or values of the rows.
    pub truth: &'a Truth,
    /// Sample weights of the rows; `None` where all count alike.
    pub weights: Option<&'a [f64]>,
    /// Of each target of a regression, as the model was trained.
    pub scales: &'a [TargetScale],
    /// Those in whose units errors of several targets count.
    pub units: &'a [TargetScale],
    /// [`TrainConfig::quantile`](decay_train::TrainConfig::quantile) of the model.
    pub quantile: f64,
}

impl ValidationMetric {
    /// The metric asked for, or the loss that is trained.
    pub fn new(asked: Option<MetricName>, task: TaskKind, loss: Loss) -> Result<Self, Error> {
        let (key, loss) = (loss.metric(task), loss.of(task));
        let task = match task {
            TaskKind::Classification => MetricTask::Classification,
            TaskKind::Regression => MetricTask::Regression,
            TaskKind::Multilabel => MetricTask::Multilabel,
        };
        let Some(asked) = asked.map(MetricName::name) else {
            let metric = Metric::of_kind(task, key);
            let metric = metric.ok_or_else(|| {
                Error::Setting(format!(
                    "train.loss = {}: {key} does not measure this target",
                    loss.name()
                ))
            })?;
            return Ok(Self { metric, loss });
        };
        let mut fitting = Metric::objectives(task);
        if let Some(metric) = fitting.find(|metric| metric.key == asked) {
            return Ok(Self { metric, loss });
        }
        let names: Vec<_> = Metric::objectives(task).map(|metric| metric.key).collect();
        Err(Error::Setting(format!(
            "sweep.metric must be one of {} for this target, got '{asked}'",
            names.join(", ")
        )))
    }

    /// The name in `members.csv`.
    pub fn key(self) -> &'static str {
        self.metric.key
    }

    /// The name in the report.
    pub fn shown(self) -> decay_report::Metric {
        decay_report::Metric {
            name: self.metric.symbol.into(),
            unit: match self.metric.unit {
                decay_audit::Unit::Nats => "nats".into(),
                _ => String::new(),
            },
            higher_is_better: self.metric.direction.better() == Some(decay_audit::Better::Higher),
        }
    }

    /// A value as a loss, of which the lowest is chosen; the same turns a loss back into a value. The only place
    /// that knows that more of some metrics is better.
    pub fn loss(self, value: f64) -> f64 {
        match self.metric.direction.better() {
            Some(decay_audit::Better::Higher) => -value,
            _ => value,
        }
    }

    /// The value where the engine's losses tell it: that of the loss itself, and what the table knows of the losses of `auto`.
    pub fn of_losses(self, losses: Losses, task: &Task) -> Option<f64> {
        if self.metric.key == self.loss.metric(task.kind()) {
            return Some(losses.loss);
        }
        // A mean over targets of other figures than the loss is no figure of its mean.
        let values = matches!(task, Task::Regression { targets } if targets.len() > 1);
        if values || !matches!(self.loss, Loss::Auto | Loss::Bernoulli) {
            return None;
        }
        self.metric.from_losses?(losses.loss, losses.accuracy)
    }

    /// The value of raw outputs; of several targets the mean over them, each in units of its spread ([`Loss::units`]).
    pub fn of_outputs(self, outputs: &[f32], judged: Judged<'_>) -> Result<f64, Error> {
        let Judged { truth, weights, .. } = judged;
        Ok(match truth {
            Truth::Classes { labels, classes } => {
                let logits = Logits::from_f32(outputs, labels.len(), *classes)?;
                self.metric.of_classes(&logits, labels, weights)?
            }
            Truth::Flags(flags) => {
                let logits = label_logits(outputs, flags.len())?;
                self.metric.of_labels(&logits, flags, weights)?
            }
            Truth::Values(values) => {
                let units = self.loss.units(judged.units);
                let said = Said::by(self.loss, outputs, judged.scales).in_units(&units);
                let values = values_in(&units, values);
                let mut sum = 0.0;
                for (target, truth) in values.iter().enumerate() {
                    let own = said.predictions(target, (self.loss, judged.quantile), &[]);
                    let MemberPredictions { values, predictive } = own;
                    sum += self
                        .metric
                        .of_predictive(values, predictive, truth, weights)?;
                }
                sum / values.len() as f64
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Judged, Loss, MetricName, TargetScale, Task, TaskKind, Truth, ValidationMetric};

    fn named(name: &str) -> MetricName {
        name.parse().unwrap()
    }

    #[test]
    fn metrics_of_the_other_task_are_refused() {
        let refused =
            ValidationMetric::new(Some(named("mse")), TaskKind::Classification, Loss::Auto);
        let message = refused.unwrap_err().to_string();
        assert!(
            message.contains("brier") && message.contains("'mse'"),
            "{message}"
        );
        let default = ValidationMetric::new(None, TaskKind::Regression, Loss::Auto).unwrap();
        assert_eq!(default.key(), "mse");
    }

    /// Every loss chooses by a row of the table that suits its task.
    #[test]
    fn a_loss_is_measured_by_its_own_metric() {
        for (loss, key) in
            Loss::ALL
                .into_iter()
                .zip(["mse", "mae", "pinball", "nll", "poisson_deviance"])
        {
            let metric = ValidationMetric::new(None, TaskKind::Regression, loss).unwrap();
            assert_eq!(metric.key(), key);
            let judged = Judged {
                truth: &Truth::Values(vec![vec![3.0, 0.0, 1.0]]),
                weights: Some(&[1.0, 0.5, 0.0]),
                scales: &[TargetScale::IDENTITY],
                units: &[TargetScale::IDENTITY],
                quantile: 0.25,
            };
            let outputs = [0.5f32, -1.0, 0.25, 2.0, 0.0, 9.0];
            let width = outputs.len() / 3 / if loss == Loss::Gaussian { 1 } else { 2 };
            let found = metric.of_outputs(&outputs[..3 * width], judged).unwrap();
            let (x, y) = (f64::from(outputs[0]), f64::from(outputs[width]));
            let wanted = match loss {
                Loss::Auto => ((x - 3.0).powi(2) + 0.5 * y * y) / 1.5,
                Loss::Absolute => ((x - 3.0).abs() + 0.5 * y.abs()) / 1.5,
                Loss::Quantile => (0.25 * (3.0 - x) + 0.5 * 0.25 * -y) / 1.5,
                Loss::Gaussian => {
                    let nll = |error: f64, s: f64| {
                        let v = s.exp().ln_1p() + 1e-6;
                        0.5 * ((std::f64::consts::TAU * v).ln() + error * error / v)
                    };
                    (nll(x - 3.0, -1.0) + 0.5 * nll(y, 2.0)) / 1.5
                }
                Loss::Poisson => {
                    let first = x.exp() - 3.0 + 3.0 * (3f64.ln() - x);
                    2.0 * (first + 0.5 * y.exp()) / 1.5
                }
                Loss::Bernoulli => unreachable!("it is the loss of labels"),
            };
            assert!((found - wanted).abs() < 1e-9, "{key}: {found} {wanted}");
        }
    }

    #[test]
    fn more_accuracy_is_less_loss() {
        let metric = ValidationMetric::new(
            Some(named("accuracy")),
            TaskKind::Classification,
            Loss::Auto,
        )
        .unwrap();
        let truth = Truth::Classes {
            labels: vec![0, 1, 1, 1],
            classes: 2,
        };
        let outputs = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
        let judged = Judged {
            truth: &truth,
            weights: None,
            scales: &[],
            units: &[],
            quantile: 0.5,
        };
        let accuracy = metric.of_outputs(&outputs, judged).unwrap();
        assert_eq!((accuracy, metric.loss(accuracy)), (0.75, -0.75));
        assert!(metric.shown().higher_is_better);
    }

    /// Errors of 1 and 4 in units of 2 beside errors of 10 and 0 in units of 20: each target counts by its spread.
    #[test]
    fn a_metric_of_several_targets_is_their_mean_in_units_of_their_spread() {
        let scales = [(3.0, 2.0), (-40.0, 20.0)].map(|(mean, sd)| TargetScale { mean, sd });
        let truth = Truth::Values(vec![vec![3.0, 1.0], vec![-20.0, -60.0]]);
        let judged = Judged {
            truth: &truth,
            weights: None,
            scales: &scales,
            units: &scales,
            quantile: 0.5,
        };
        // Told are 4 and 5 of the first, -10 and -60 of the second.
        let outputs = [0.5f32, 1.5, 1.0, -1.0];
        let found = |key: &str| {
            let metric =
                ValidationMetric::new(Some(named(key)), TaskKind::Regression, Loss::Auto).unwrap();
            metric.of_outputs(&outputs, judged).unwrap()
        };
        let near =
            |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        near(found("mse"), ((0.25 + 4.0) / 2.0 + 0.25 / 2.0) / 2.0);
        near(found("rmse"), (2.125f64.sqrt() + 0.125f64.sqrt()) / 2.0);
        near(found("mae"), ((0.5 + 2.0) / 2.0 + 0.5 / 2.0) / 2.0);
        // Squares of the truths around their means are 1 and 1 of the first, 400 and 400 of the second.
        near(
            found("r2"),
            ((1.0 - 17.0 / 2.0) + (1.0 - 100.0 / 800.0)) / 2.0,
        );
        // The engine's losses tell the mean of squares, and no other figure.
        let task = Task::Regression {
            targets: vec!["a".into(), "b".into()],
        };
        let losses = decay_train::Losses {
            loss: 0.25,
            accuracy: None,
        };
        let of = |key: &str, task: &Task| {
            let metric =
                ValidationMetric::new(Some(named(key)), TaskKind::Regression, Loss::Auto).unwrap();
            metric.of_losses(losses, task)
        };
        assert_eq!((of("mse", &task), of("rmse", &task)), (Some(0.25), None));
        let one = Task::Regression {
            targets: vec!["a".into()],
        };
        assert_eq!(of("rmse", &one), Some(0.5));
    }
}
