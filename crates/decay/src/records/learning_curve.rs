//! The metric against the number of training rows: the record, and what it says of more rows.

use decay_audit::Estimate;
use decay_audit::learning_curve::{extrapolated, gain_of_rows, over_folds};
use decay_report::text::{Table, short};
use decay_report::{
    Finding, Interval, LearningCurve, Metric, RowsBeyond, RowsGain, RowsModel, RowsPoint,
    RowsVerdict,
};

use crate::error::Error;

/// Share by which the rows of folds may differ, for a number of rows that a curve over it can mean.
const EVEN: f64 = 0.1;

/// The curve of models on parts of the training rows; those of a part follow each other, from the smallest to all.
pub(crate) fn learning_curve_record(
    models: &[RowsModel],
    metric: Metric,
    parts: &str,
) -> Result<LearningCurve, Error> {
    let shares: Vec<OfShare> = models
        .chunk_by(|a, b| a.share == b.share)
        .map(OfShare::of)
        .collect();
    let folds = shares.last().map_or(0, |all| all.losses.len());
    let per_train = 1.0 / (folds.max(2) - 1) as f64;
    let points = shares
        .iter()
        .map(|share| share.point(per_train))
        .collect::<Result<_, _>>()?;
    let losses = |share: &OfShare| -> Option<Vec<f64>> {
        share
            .losses
            .iter()
            .map(|loss| loss.map(|value| metric.loss(value)))
            .collect()
    };
    let known: Option<Vec<Vec<f64>>> = shares.iter().map(losses).collect();
    let gain = match shares.as_slice() {
        [.., fewer, all] => match losses(fewer).zip(losses(all)) {
            Some((before, after)) => Some(RowsGain {
                from: fewer.rows,
                to: all.rows,
                by: gain_of_rows(&before, &after, per_train)?.into_interval(),
            }),
            None => None,
        },
        _ => None,
    };
    let beyond = match known.filter(|_| shares.iter().all(|share| share.even)) {
        Some(known) => beyond(&shares, &known, &metric, per_train)?,
        None => None,
    };
    Ok(LearningCurve {
        seeds: models.len() / (folds * shares.len()).max(1),
        metric,
        parts: parts.into(),
        points,
        gain,
        beyond,
    })
}

/// Models on one part.
struct OfShare {
    name: String,
    /// In the mean over folds.
    rows: f64,
    /// Whether all folds have about as many.
    even: bool,
    /// The metric of each fold, the mean over its seeds; `None` where one diverged.
    losses: Vec<Option<f64>>,
    accuracies: Vec<Option<f64>>,
    diverged: usize,
}

impl OfShare {
    fn of(models: &[RowsModel]) -> Self {
        let folds: Vec<&[RowsModel]> = models.chunk_by(|a, b| a.fold == b.fold).collect();
        let counts = folds.iter().map(|own| own[0].rows as f64);
        let rows = counts.clone().sum::<f64>() / folds.len() as f64;
        let mean = |pick: fn(&RowsModel) -> Option<f64>| {
            let of_fold = |own: &&[RowsModel]| {
                let sum: Option<f64> = own.iter().map(pick).sum();
                sum.map(|sum| sum / own.len() as f64)
                    .filter(|mean| mean.is_finite())
            };
            folds.iter().map(of_fold).collect()
        };
        Self {
            name: models[0].share.clone(),
            rows,
            even: counts
                .into_iter()
                .all(|own| (own - rows).abs() <= EVEN * rows),
            losses: mean(|own| own.validation),
            accuracies: mean(|own| own.accuracy),
            diverged: models.iter().filter(|own| own.validation.is_none()).count(),
        }
    }

    fn point(&self, per_train: f64) -> Result<RowsPoint, Error> {
        let interval = |values: &[Option<f64>]| -> Result<Interval, Error> {
            let known: Vec<f64> = values.iter().copied().flatten().collect();
            if known.len() < 2 {
                let mean = known.first().copied().unwrap_or(f64::NAN);
                let [low, high] = [f64::NAN; 2];
                return Ok(Interval {
                    mean,
                    low,
                    high,
                    n: known.len(),
                });
            }
            Ok(over_folds(&known, per_train)?.into_interval())
        };
        let known = self.accuracies.iter().any(Option::is_some);
        Ok(RowsPoint {
            share: self.name.clone(),
            rows: self.rows,
            validation: interval(&self.losses)?,
            accuracy: known.then(|| interval(&self.accuracies)).transpose()?,
            diverged: self.diverged,
        })
    }
}

/// `[shares][folds]` of losses, followed to twice the rows.
fn beyond(
    shares: &[OfShare],
    losses: &[Vec<f64>],
    metric: &Metric,
    per_train: f64,
) -> Result<Option<RowsBeyond>, Error> {
    let rows: Vec<f64> = shares.iter().map(|share| share.rows).collect();
    let folds = 0..losses.first().map_or(0, Vec::len);
    let by_fold = folds.map(|fold| losses.iter().map(|own| own[fold]).collect());
    let found = extrapolated(&rows, &by_fold.collect::<Vec<_>>(), per_train)?;
    Ok(found.map(|found| RowsBeyond {
        limit: metric.loss(found.law.limit),
        scale: found.law.scale,
        exponent: found.law.exponent,
        rows: found.rows,
        by: found.gain.into_interval(),
    }))
}

trait IntoInterval {
    fn into_interval(self) -> Interval;
}

impl IntoInterval for Estimate {
    fn into_interval(self) -> Interval {
        let Self { mean, low, high, n } = self;
        Interval { mean, low, high, n }
    }
}

/// What the last step up to all rows gave, and what that says of more.
pub(crate) fn rows_finding(curve: &LearningCurve) -> Finding {
    let diverged: usize = curve.points.iter().map(|point| point.diverged).sum();
    let mut detail = format!(
        "At the chosen setting, on {} of each fold for as many steps; the interval of 95 % is paired over folds.",
        curve.parts
    );
    if diverged > 0 {
        detail.push_str(&format!(
            " Models whose loss stopped being a number: {diverged}."
        ));
    }
    let (Some(step), Some(verdict)) = (last_step(curve), curve.verdict()) else {
        return Finding {
            headline:
                "What more rows gave is not known: a model diverged on parts of them, or on all."
                    .into(),
            detail,
        };
    };
    let says = match verdict {
        RowsVerdict::Help => ": more rows are likely to help",
        RowsVerdict::HelpLittle => ": more rows are likely to help, but little",
        RowsVerdict::Enough => {
            ", not distinguishable from none: more rows of the same kind are likely to help little"
        }
        RowsVerdict::Open => {
            ", not distinguishable from none: these folds cannot tell whether more rows would help"
        }
        RowsVerdict::Worse => ": at this setting more rows of the same kind are not likely to help",
    };
    detail.push_str(
        &curve
            .beyond
            .map_or_else(String::new, |beyond| extrapolation(&curve.metric, &beyond)),
    );
    Finding {
        headline: format!("{step}{says}."),
        detail,
    }
}

/// `Doubling the rows from 400 to 800 lowered the NLL by 0.031 (0.012 to 0.05, 5 folds)`
pub(crate) fn last_step(curve: &LearningCurve) -> Option<String> {
    let RowsGain { from, to, by } = curve.gain?;
    let doubled = (1.8..=2.2).contains(&(to / from));
    let step = if doubled {
        "Doubling the rows"
    } else {
        "Going"
    };
    Some(format!(
        "{step} from {from:.0} to {to:.0}{} {} ({}, {} folds)",
        if doubled { "" } else { " rows" },
        moved(&curve.metric, by.mean),
        ends(by),
        by.n
    ))
}

/// `lowered the NLL by 0.031`
fn moved(metric: &Metric, gain: f64) -> String {
    let verb = if metric.higher_is_better == (gain >= 0.0) {
        "raised"
    } else {
        "lowered"
    };
    format!("{verb} the {} by {}", metric.name, short(gain.abs()))
}

/// The ends of an interval in the direction of its mean.
fn ends(by: Interval) -> String {
    let (low, high) = if by.mean >= 0.0 {
        (by.low, by.high)
    } else {
        (-by.high, -by.low)
    };
    format!("{} to {}", short(low), short(high))
}

fn extrapolation(metric: &Metric, beyond: &RowsBeyond) -> String {
    format!(
        " Extrapolated, not measured: if the {} goes on as {} {} {} n^(-{}), {:.0} rows would have {} further ({}).",
        metric.name,
        short(beyond.limit),
        if metric.higher_is_better { "-" } else { "+" },
        short(beyond.scale),
        short(beyond.exponent),
        beyond.rows,
        moved(metric, beyond.by.mean),
        ends(beyond.by)
    )
}

/// The table of a terminal.
pub(crate) fn rows_table(curve: &LearningCurve) -> String {
    let table = curve.table();
    let mut text = Table::with_head(table.heads, table.names);
    table.rows.into_iter().for_each(|row| text.push(row));
    text.text()
}
