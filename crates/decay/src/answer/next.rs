//! What to do next, from what the run has recorded.

use decay_report::text::{number, short};
use decay_report::{LearningCurve, RowsVerdict, Sweep};

use super::AnswerParts;
use super::baseline::Beside;
use crate::records::{last_step, unfinished};

/// Most steps that are named: the first that pay.
const NAMED: usize = 2;
/// Share of the validation loss that the gap to training must be to be called large.
const GAP: f64 = 0.2;
/// Width of an accuracy's interval that leaves much open.
const WIDE: f64 = 0.1;

/// The most useful steps in a line.
pub(super) fn steps(parts: &AnswerParts<'_>, beside: Option<&Beside>) -> String {
    let regularised = parts.sweep.and_then(|sweep| regularised(sweep, parts.rows));
    // A fit has no folds to measure it on, and the flag is named once.
    let unmeasured = parts.sweep.is_some() && parts.rows.is_none() && regularised.is_none();
    let found = [
        parts.rows.and_then(larger),
        parts.sweep.and_then(wider),
        parts.sweep.and_then(|sweep| longer(sweep, parts.epochs)),
        simpler(beside),
        regularised,
        more_rows(parts, unmeasured),
        parts
            .sweep
            .is_none()
            .then(|| "let decay tune choose the rate".to_owned()),
    ];
    let found: Vec<String> = found.into_iter().flatten().take(NAMED).collect();
    if found.is_empty() {
        return "Nothing in this record asks for a change: the best rate lies inside of the grid, the loss had settled, and training \
                and validation agree."
            .into();
    }
    let mut text = found.join("; ");
    if let Some(first) = text.get(..1) {
        text = first.to_uppercase() + &text[1..];
    }
    format!("{text}.")
}

/// The best value is at an end of the grid.
fn wider(sweep: &Sweep) -> Option<String> {
    let count = sweep.points.len();
    let ends = [(0, "smallest"), (count.wrapping_sub(1), "largest")];
    let (_, word) = ends
        .into_iter()
        .find(|(place, _)| count > 2 && sweep.best == *place)?;
    let rate = sweep.points[sweep.best].rate;
    let beyond = match word {
        "largest" => rate * 10.0,
        _ => rate / 10.0,
    };
    (rate > 0.0).then(|| {
        format!(
            "widen the grid: the best {} is the {word} that was tried, try as far as {}",
            sweep.axis,
            short(beyond)
        )
    })
}

/// The loss still fell at the end.
fn longer(sweep: &Sweep, epochs: u32) -> Option<String> {
    let fall = unfinished(sweep)?;
    Some(format!(
        "train longer: the validation loss still fell by {} % in the last quarter, try --epochs {}",
        number(100.0 * fall),
        2 * epochs
    ))
}

/// The linear model does as well, or better.
fn simpler(beside: Option<&Beside>) -> Option<String> {
    let linear = beside?.linear.as_ref()?;
    if linear.beyond_chance && linear.gain.mean < 0.0 {
        return Some(
            "a linear model is better on these rows: train longer, or try --model linear".into(),
        );
    }
    (!linear.beyond_chance).then(|| {
        "a linear model does as well as far as these rows can tell: better columns will pay more than a larger network, or try \
         --model linear"
            .to_owned()
    })
}

/// More rows helped, beyond chance and by more than little.
fn larger(rows: &LearningCurve) -> Option<String> {
    let step = last_step(rows).filter(|_| rows.verdict() == Some(RowsVerdict::Help))?;
    Some(format!("train on more rows: {}", uncapitalised(&step)))
}

fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// Training rows are fitted far better than validation rows.
///
/// More rows are one way to change that, unless they were seen to help little; where they help, that is said before.
fn regularised(sweep: &Sweep, rows: Option<&LearningCurve>) -> Option<String> {
    let point = &sweep.points[sweep.chosen];
    let (train, validation) = (point.train.mean, point.validation.mean);
    if sweep.metric.higher_is_better || point.gap.mean <= GAP * validation.abs() {
        return None;
    }
    let (ways, measured) = match rows.map(|own| own.verdict()) {
        None => (
            "more rows, or another regulariser",
            " (--learning-curve measures what more rows give)",
        ),
        Some(None | Some(RowsVerdict::Open)) => ("more rows, or another regulariser", ""),
        Some(Some(_)) => ("another regulariser", ""),
    };
    Some(format!(
        "{ways}: {} is {} on training rows and {} on others, try --dropout 0..0.5:4{measured}",
        sweep.metric.name,
        number(train),
        number(validation)
    ))
}

/// The audit's interval is wide.
fn more_rows(parts: &AnswerParts<'_>, unmeasured: bool) -> Option<String> {
    let audit = parts.audit?;
    let accuracy = audit.metric("accuracy")?;
    let width = accuracy.high - accuracy.low;
    (width > WIDE).then(|| {
        format!(
            "label more rows: {} held-out rows leave the accuracy open by {:.0} points{}",
            audit.found.held_out.rows,
            100.0 * width,
            if unmeasured {
                " (--learning-curve tells whether the model would be better for them, too)"
            } else {
                ""
            }
        )
    })
}

#[cfg(test)]
mod tests {
    use decay_audit::Estimate;
    use decay_report::{RatePoint, Spread};

    use super::{larger, longer, regularised, simpler, wider};
    use crate::answer::baseline::{Beside, Linear};
    use crate::records::made::{curve_of_gain, point, sweep};

    fn settled(rates: [f64; 3]) -> Vec<RatePoint> {
        rates.map(|rate| point(rate, |_| 1.0)).into()
    }

    #[test]
    fn a_grid_is_widened_where_its_end_is_best() {
        let said = |rates, best| {
            let mut sweep = sweep(settled(rates));
            sweep.best = best;
            wider(&sweep)
        };
        let rates = [0.01, 0.1, 1.0];
        let (first, last) = (said(rates, 0).unwrap(), said(rates, 2).unwrap());
        assert!(
            first.contains("smallest") && first.ends_with("0.001"),
            "{first}"
        );
        assert!(last.contains("largest") && last.ends_with("10"), "{last}");
        assert_eq!(said(rates, 1), None);
        // Nothing is smaller than none.
        assert_eq!(said([0.0, 0.1, 1.0], 0), None);
    }

    #[test]
    fn training_is_longer_where_the_loss_still_fell() {
        let said = |of: fn(f64) -> f64| longer(&sweep(vec![point(0.1, of)]), 40);
        assert!(said(|share| 2.0 - share).unwrap().ends_with("--epochs 80"));
        assert_eq!(said(|_| 1.0), None);
        assert_eq!(said(|share| 1.0 + share), None);
    }

    #[test]
    fn a_linear_model_is_named_unless_the_network_is_better_beyond_chance() {
        let said = |low, high| {
            let gain = Estimate {
                mean: (low + high) / 2.0,
                low,
                high,
                n: 30,
            };
            let linear = Some(Linear {
                figure: 0.9,
                beyond_chance: gain.low > 0.0 || gain.high < 0.0,
                gain,
            });
            simpler(Some(&Beside {
                constant: 0.5,
                class: None,
                linear,
            }))
        };
        assert!(said(-0.2, -0.1).unwrap().contains("is better"));
        assert!(said(-0.1, 0.2).unwrap().contains("does as well"));
        assert_eq!(said(0.1, 0.2), None);
        assert_eq!(simpler(None), None);
    }

    #[test]
    fn another_regulariser_is_tried_where_the_gap_is_large() {
        let said = |gap: f64, higher_is_better| {
            let mut sweep = sweep(settled([0.01, 0.1, 1.0]));
            sweep.points[0].gap = Spread::of(&[gap]);
            sweep.metric.higher_is_better = higher_is_better;
            regularised(&sweep, None)
        };
        assert!(said(0.3, false).unwrap().contains("--dropout"));
        assert_eq!(said(0.1, false), None);
        assert_eq!(said(0.3, true), None);
    }

    /// More rows are asked for where they were seen to help; without a measurement, where the gap is large, with the way to measure it.
    #[test]
    fn more_rows_are_asked_for_by_what_they_gave() {
        let mut sweep = sweep(settled([0.01, 0.1, 1.0]));
        sweep.points[0].gap = Spread::of(&[0.3]);
        let said = |low: f64, high: f64| {
            let curve = curve_of_gain(low, high, false);
            (larger(&curve), regularised(&sweep, Some(&curve)).unwrap())
        };
        let (first, other) = said(0.012, 0.05);
        let first = first.unwrap();
        assert!(
            first.starts_with("train on more rows: doubling the rows from 400 to 800 lowered"),
            "{first}"
        );
        assert!(other.starts_with("another regulariser"), "{other}");
        for (low, high) in [(0.001, 0.02), (-0.01, 0.02), (-0.03, -0.01)] {
            let (first, other) = said(low, high);
            assert_eq!(first, None);
            assert!(other.starts_with("another regulariser"), "{other}");
        }
        let (first, open) = said(-0.01, 0.05);
        assert!(
            first.is_none() && open.starts_with("more rows, or"),
            "{open}"
        );
        let unmeasured = regularised(&sweep, None).unwrap();
        assert!(
            unmeasured.contains("--learning-curve measures"),
            "{unmeasured}"
        );
        assert!(!open.contains("--learning-curve"), "{open}");
    }
}
