//! The metric against the number of training rows: the record, and its rows as a table on the terminal.

use decay_audit::Estimate;
use decay_audit::learning_curve::{extrapolated, gain_of_rows, over_folds};
use decay_report::text::Table;
use decay_report::{Interval, LearningCurve, Metric, RowsBeyond, RowsGain, RowsModel, RowsPoint};

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
                by: interval(gain_of_rows(&before, &after, per_train)?),
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
        let of_folds = |values: &[Option<f64>]| -> Result<Interval, Error> {
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
            Ok(interval(over_folds(&known, per_train)?))
        };
        let known = self.accuracies.iter().any(Option::is_some);
        Ok(RowsPoint {
            share: self.name.clone(),
            rows: self.rows,
            validation: of_folds(&self.losses)?,
            accuracy: known.then(|| of_folds(&self.accuracies)).transpose()?,
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
        by: interval(found.gain),
    }))
}

fn interval(estimate: Estimate) -> Interval {
    let Estimate { mean, low, high, n } = estimate;
    Interval { mean, low, high, n }
}

/// The table of a terminal.
pub(crate) fn rows_table(curve: &LearningCurve) -> String {
    let table = curve.table();
    let mut text = Table::with_head(table.heads, table.names);
    table.rows.into_iter().for_each(|row| text.push(row));
    text.text()
}

#[cfg(test)]
mod tests {
    use super::learning_curve_record;
    use crate::records::more_rows::rows_finding;
    use decay_report::{Metric, RowsModel};

    /// Losses of `[shares][folds]`, two seeds around each.
    fn models(losses: [[Option<f64>; 3]; 4]) -> Vec<RowsModel> {
        let model = |share: usize, fold: usize, seed: u64| RowsModel {
            share: ["1/8", "1/4", "1/2", "all"][share].into(),
            rows: 100 << share,
            fold,
            seed,
            rate: 0.1,
            validation: losses[share][fold].map(|loss| loss + [-0.01, 0.01][seed as usize]),
            accuracy: None,
        };
        let all = (0..4)
            .flat_map(|share| (0..3).flat_map(move |fold| [(share, fold, 0), (share, fold, 1)]));
        all.map(|(share, fold, seed)| model(share, fold, seed))
            .collect()
    }

    fn metric(higher_is_better: bool) -> Metric {
        Metric {
            name: "NLL".into(),
            unit: String::new(),
            higher_is_better,
        }
    }

    #[test]
    fn seeds_are_averaged_within_folds_and_a_diverged_model_leaves_no_gain() {
        let losses = [
            [1.0, 1.1, 0.9],
            [0.7, 0.8, 0.6],
            [0.5, 0.61, 0.39],
            [0.4, 0.5, 0.3],
        ];
        let known = losses.map(|own| own.map(Some));
        let curve = learning_curve_record(&models(known), metric(false), "parts").unwrap();
        let gain = curve.gain.unwrap();
        assert!((gain.by.mean - 0.1).abs() < 1e-12);
        assert_eq!(
            (gain.by.n, curve.seeds, gain.from, gain.to),
            (3, 2, 400.0, 800.0)
        );
        // Differences 0.1, 0.11, 0.09; `t(2, 0.975) = 4.302653`, corrected by 1/2.
        let half = 4.302653 * (1e-4f64 * (1.0 / 3.0 + 0.5)).sqrt();
        assert!((gain.by.high - 0.1 - half).abs() < 1e-6, "{gain:?}");
        let higher = learning_curve_record(&models(known), metric(true), "parts").unwrap();
        assert!((higher.gain.unwrap().by.mean + 0.1).abs() < 1e-12);
        let mut lost = known;
        lost[2][1] = None;
        let curve = learning_curve_record(&models(lost), metric(false), "parts").unwrap();
        assert_eq!(
            (curve.gain, curve.beyond, curve.points[2].diverged),
            (None, None, 2)
        );
        let finding = rows_finding(&curve);
        assert!(
            finding.headline.contains("not known") && finding.detail.ends_with(": 2."),
            "{finding}"
        );
    }

    /// What falls by a law is followed, and named as an extrapolation; what does not is left out.
    #[test]
    fn an_extrapolation_is_given_where_the_losses_follow_a_law() {
        let law = |rows: f64| 0.2 + 3.0 * rows.powf(-0.5);
        let of = |bent: f64| {
            let loss = |share: usize, fold: usize| {
                law(f64::from(100 << share))
                    + 0.02 * fold as f64
                    + bent * [0.0, 1.0, 0.0, 0.0][share]
            };
            let losses = [0, 1, 2, 3].map(|share| [0, 1, 2].map(|fold| Some(loss(share, fold))));
            learning_curve_record(&models(losses), metric(false), "parts").unwrap()
        };
        let curve = of(0.0);
        let beyond = curve.beyond.unwrap();
        assert!(
            (beyond.exponent - 0.5).abs() < 1e-4 && beyond.rows == 1600.0,
            "{beyond:?}"
        );
        assert!((beyond.by.mean - (law(800.0) - law(1600.0))).abs() < 1e-6);
        let detail = rows_finding(&curve).detail;
        assert!(
            detail.contains("Extrapolated, not measured") && detail.contains("1600 rows"),
            "{detail}"
        );
        let bent = of(-0.05);
        assert_eq!(bent.beyond, None);
        assert!(!rows_finding(&bent).detail.contains("Extrapolated"));
    }
}
