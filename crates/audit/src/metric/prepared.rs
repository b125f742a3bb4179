//! One model on the rows of an audit: every metric of the table from it.

use super::{
    Chance, Classes, Formula, Interval, LabelTruth, Labels, Metric, Settings, Values,
    WeightedClasses, WeightedLabels, WeightedValues,
};
use crate::distribution::normal_quantile;
use crate::interval::{Draw, mean, wilson};
use crate::ood::{Detecting, OodScore, figures};
use crate::probabilities::Softmax;
use crate::{Estimate, Logits, Result};

/// A model's outputs, prepared for any number of draws of the rows.
pub(crate) enum Prepared<'a> {
    Classifier {
        rows: Classes<'a>,
        /// The same at the model's temperature.
        tempered: Option<Classes<'a>>,
        detection: Vec<(OodScore, Detecting)>,
    },
    /// Each target's, at least one.
    Regression(Vec<Values<'a>>),
    Labels {
        rows: Labels<'a>,
        /// The same at the model's temperature.
        tempered: Option<Labels<'a>>,
    },
}

impl<'a> Prepared<'a> {
    /// Labels must fit the logits and be possible; `tempered` are the same at the model's own temperature.
    pub(crate) fn classifier(
        logits: Logits<'a>,
        tempered: Option<Logits<'a>>,
        labels: &'a [usize],
        settings: Settings<'a>,
    ) -> Self {
        Self::Classifier {
            tempered: tempered.map(|logits| Classes::new(logits, labels, settings)),
            rows: Classes::new(logits, labels, settings),
            detection: Vec::new(),
        }
    }

    /// Logits of no and yes for every label of every row must fit the truth and make it possible.
    pub(crate) fn labels(
        logits: Logits<'a>,
        tempered: Option<Logits<'a>>,
        truth: &'a LabelTruth,
        settings: Settings<'a>,
    ) -> Result<Self> {
        let tempered = tempered.map(|logits| Labels::new(logits, truth, settings));
        Ok(Self::Labels {
            rows: Labels::new(logits, truth, settings)?,
            tempered: tempered.transpose()?,
        })
    }

    /// Ranks the held-out rows among others by every score of logits.
    pub(crate) fn detecting(mut self, inside: &Logits<'_>, outside: &Logits<'_>) -> Result<Self> {
        if let Self::Classifier {
            rows, detection, ..
        } = &mut self
        {
            let other = Softmax::of(outside);
            for score in OodScore::ALL {
                let own = score.of_softmax(rows.softmax(), inside);
                let other = score.of_softmax(&other, outside);
                detection.push((score, Detecting::new(&own, &other)?));
            }
        }
        Ok(self)
    }

    /// The metrics that are resampled and have a value on these rows, each with that value.
    pub(crate) fn resampled(&mut self, draw: &Draw) -> Vec<(&'static Metric, f64)> {
        let metrics: Vec<_> = Metric::ALL
            .iter()
            .filter(|metric| self.has(metric))
            .collect();
        let mut values = Vec::new();
        self.evaluate(&metrics, draw, &mut values);
        let pairs = metrics.into_iter().zip(values);
        pairs.filter(|(_, value)| !value.is_nan()).collect()
    }

    fn weights(&self) -> Option<&'a [f64]> {
        match self {
            Self::Classifier { rows, .. } => rows.weights(),
            Self::Regression(targets) => targets[0].weights(),
            Self::Labels { rows, .. } => rows.weights(),
        }
    }

    fn has(&self, metric: &Metric) -> bool {
        match (self, metric.formula) {
            (Self::Classifier { .. }, Formula::Classes(_))
            | (Self::Regression(_), Formula::Values(_))
            | (Self::Labels { .. }, Formula::Labels(_)) => true,
            (Self::Labels { tempered, .. }, Formula::TemperedLabels(_)) => tempered.is_some(),
            (Self::Classifier { tempered, .. }, Formula::Tempered(_)) => tempered.is_some(),
            (Self::Classifier { detection, .. }, Formula::Detection(..)) => !detection.is_empty(),
            _ => false,
        }
    }

    /// Appends the value of every metric with rows counted as drawn; NaN where a draw leaves one undefined.
    pub(crate) fn evaluate(&mut self, metrics: &[&Metric], draw: &Draw, out: &mut Vec<f64>) {
        let counts = (draw.rows(), draw.rows().len() as f64);
        let product: Option<Vec<f64>> = self.weights().map(|own| {
            let pairs = own.iter().zip(draw.rows());
            pairs.map(|(weight, count)| weight * count).collect()
        });
        let weights = product
            .as_deref()
            .map_or(counts, |own| (own, own.iter().sum()));
        match self {
            Self::Regression(targets) => {
                let weigh = |rows| WeightedValues::new(rows, weights.0, weights.1);
                let targets: Vec<_> = targets.iter().map(weigh).collect();
                out.extend(metrics.iter().map(|metric| match metric.formula {
                    Formula::Values(formula) => {
                        targets.iter().map(formula).sum::<f64>() / targets.len() as f64
                    }
                    _ => f64::NAN,
                }));
            }
            Self::Labels { rows, tempered } => {
                let expanded = rows.expanded(weights.0);
                let weigh = |rows| WeightedLabels::new(rows, weights, &expanded);
                let (plain, tempered) = (weigh(rows), tempered.as_ref().map(weigh));
                out.extend(metrics.iter().map(|metric| match metric.formula {
                    Formula::Labels(formula) => formula(&plain),
                    Formula::TemperedLabels(formula) => tempered.as_ref().map_or(f64::NAN, formula),
                    _ => f64::NAN,
                }));
            }
            Self::Classifier {
                rows,
                tempered,
                detection,
            } => {
                let plain = WeightedClasses::new(rows, weights, Some(counts));
                let tempered = tempered
                    .as_ref()
                    .map(|rows| WeightedClasses::new(rows, weights, Some(counts)));
                let detected: Vec<_> = detection
                    .iter_mut()
                    .map(|(score, detecting)| (*score, detecting.figures(&draw.counts)))
                    .collect();
                let found = |score| detected.iter().find(|(other, _)| *other == score);
                out.extend(metrics.iter().map(|metric| {
                    let value = match metric.formula {
                        Formula::Classes(formula) => Some(formula(&plain)),
                        Formula::Tempered(formula) => tempered.as_ref().map(formula),
                        Formula::Detection(score, of) => {
                            found(score).map(|(_, figures)| of(figures))
                        }
                        _ => None,
                    };
                    value.unwrap_or(f64::NAN)
                }));
            }
        }
    }

    /// The metrics that bring their interval along and are defined on these rows.
    pub(crate) fn estimates(&self) -> Result<Vec<(&'static Metric, Estimate)>> {
        let estimate = |metric: &Metric| match (self, metric.formula) {
            (Self::Classifier { rows, .. }, Formula::ClassesEstimate(formula)) => formula(rows),
            (Self::Regression(targets), Formula::ValuesEstimate(formula)) => {
                let of_targets = targets.iter().map(formula);
                let of_targets = of_targets.collect::<Result<Option<Vec<_>>>>()?;
                Ok(of_targets.map(|all| mean_estimate(&all)))
            }
            _ => Ok(None),
        };
        let found = Metric::ALL.iter().filter_map(|metric| {
            let found = estimate(metric).transpose()?;
            Some(found.map(|estimate| (metric, estimate)))
        });
        found.collect()
    }

    /// What agrees with a figure by a model of the answers; `None` of figures that resamples alone give an interval, and of weighted rows.
    pub(crate) fn agreeing(&self, metric: &Metric, figure: f64, level: f64) -> Option<(f64, f64)> {
        let interval = metric.interval;
        if let Interval::Share { of } = interval {
            let count = (of * self.samples(metric) as f64 - 1e-9).ceil().max(1.0);
            let z = normal_quantile(0.5 + level / 2.0);
            let plain = self.weights().is_none() && figure.is_finite();
            return plain.then(|| wilson(figure * count, count, z));
        }
        match (self, metric.formula) {
            (Self::Classifier { rows, .. }, Formula::Classes(_)) => rows.agreeing(interval, level),
            (Self::Classifier { tempered, .. }, Formula::Tempered(_)) => {
                tempered.as_ref()?.agreeing(interval, level)
            }
            (Self::Labels { rows, .. }, Formula::Labels(_)) => rows.agreeing(interval, level),
            (Self::Labels { tempered, .. }, Formula::TemperedLabels(_)) => {
                tempered.as_ref()?.agreeing(interval, level)
            }
            _ => None,
        }
    }

    /// How often chance shows what the answers show, which are those at the temperature if there is one; of a classifier.
    pub(crate) fn chance(&self) -> Option<Chance> {
        match self {
            Self::Classifier { rows, tempered, .. } => {
                Some(tempered.as_ref().unwrap_or(rows).chance())
            }
            Self::Regression(_) | Self::Labels { .. } => None,
        }
    }

    /// Number of rows behind a metric.
    pub(crate) fn samples(&self, metric: &Metric) -> usize {
        match self {
            Self::Regression(targets) => targets[0].rows(),
            Self::Labels { rows, .. } => rows.rows(),
            Self::Classifier {
                rows, detection, ..
            } => match (metric.formula, detection.first()) {
                (Formula::Detection(..), Some((_, detecting))) => detecting.samples(),
                _ => rows.rows(),
            },
        }
    }
}

/// The mean of estimates on the same rows, interval and all: the standard error of a mean is at most the mean of the standard errors.
pub(crate) fn mean_estimate(all: &[Estimate]) -> Estimate {
    let over = |of: fn(&Estimate) -> f64| mean(&all.iter().map(of).collect::<Vec<f64>>());
    Estimate {
        mean: over(|e| e.mean),
        low: over(|e| e.low),
        high: over(|e| e.high),
        n: all[0].n,
    }
}

/// The plain figures of every score of logits, for populations: sides are merged and never resampled.
pub(crate) fn detection_figures(
    inside: (&Softmax, &Logits<'_>),
    outside: &Logits<'_>,
) -> Result<Vec<(&'static Metric, f64)>> {
    let other = Softmax::of(outside);
    let mut out = Vec::new();
    for score in OodScore::ALL {
        let own = score.of_softmax(inside.0, inside.1);
        let found = figures(&own, &score.of_softmax(&other, outside))?;
        for metric in Metric::ALL {
            if let Formula::Detection(of, figure) = metric.formula
                && of == score
            {
                out.push((metric, figure(&found)));
            }
        }
    }
    Ok(out)
}
