//! What the metric against the number of training rows says of more of them, in words.

use decay_report::text::short;
use decay_report::{Finding, Interval, LearningCurve, Metric, RowsBeyond, RowsGain, RowsVerdict};

/// What the last step up to all rows gave, and what that says of more.
pub(crate) fn rows_finding(curve: &LearningCurve) -> Finding {
    let diverged: usize = curve.points.iter().map(|point| point.diverged).sum();
    let mut detail = format!(
        "At the chosen setting, trained on {}; the interval of 95 % is paired over folds.",
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

/// `Doubling the rows from 400 to 800 lowered the NLL by 0.0310 (0.0120 to 0.0500, 5 folds)`
pub(crate) fn last_step(curve: &LearningCurve) -> Option<String> {
    let RowsGain { from, to, by } = curve.gain?;
    let doubled = (1.8..=2.2).contains(&(to / from));
    let step = if doubled {
        "Doubling the rows"
    } else {
        "Going"
    };
    Some(format!(
        "{step} from {from:.0} to {to:.0}{} {}, {} folds)",
        if doubled { "" } else { " rows" },
        moved(&curve.metric, by),
        by.n
    ))
}

/// `lowered the NLL by 0.0310 (0.0120 to 0.0500`, with three digits of half of the interval.
fn moved(metric: &Metric, by: Interval) -> String {
    let gained = by.mean >= 0.0;
    let verb = if metric.higher_is_better == gained {
        "raised"
    } else {
        "lowered"
    };
    let (low, high) = match gained {
        true => (by.low, by.high),
        false => (-by.high, -by.low),
    };
    let digits = 2.0 - ((high - low) / 2.0).log10().floor();
    let decimals = if digits.is_finite() {
        digits.clamp(0.0, 6.0) as usize
    } else {
        4
    };
    format!(
        "{verb} the {} by {:.decimals$} ({low:.decimals$} to {high:.decimals$}",
        metric.name,
        by.mean.abs()
    )
}

fn extrapolation(metric: &Metric, beyond: &RowsBeyond) -> String {
    format!(
        " Extrapolated, not measured: if the {} goes on as {} {} {} n^(-{}), {:.0} rows would have {}).",
        metric.name,
        short(beyond.limit),
        if metric.higher_is_better { "-" } else { "+" },
        short(beyond.scale),
        short(beyond.exponent),
        beyond.rows,
        moved(metric, beyond.by)
    )
}

#[cfg(test)]
mod tests {
    use super::rows_finding;
    use crate::records::made::curve_of_gain;
    use decay_report::RowsVerdict;

    /// What is said of a gain with these ends, where the loss on all rows is 0.5.
    fn said(low: f64, high: f64) -> (RowsVerdict, String) {
        let curve = curve_of_gain(low, high, false);
        (curve.verdict().unwrap(), rows_finding(&curve).headline)
    }

    /// A gain of 0.025 is a twentieth of the loss: at most that is little.
    #[test]
    fn each_sentence_has_its_condition_and_no_other() {
        for (low, high, verdict, words) in [
            (0.001, 0.026, RowsVerdict::Help, "likely to help."),
            (
                0.001,
                0.024,
                RowsVerdict::HelpLittle,
                "likely to help, but little.",
            ),
            (-0.001, 0.024, RowsVerdict::Enough, "likely to help little."),
            (
                -0.001,
                0.026,
                RowsVerdict::Open,
                "cannot tell whether more rows would help.",
            ),
            (-0.026, -0.001, RowsVerdict::Worse, "not likely to help."),
        ] {
            let (found, sentence) = said(low, high);
            assert_eq!(found, verdict);
            assert!(sentence.ends_with(words), "{sentence}");
            let chance = sentence.contains("not distinguishable from none");
            assert_eq!(chance, low <= 0.0 && high >= 0.0, "{sentence}");
        }
        let (_, fell) = said(0.012, 0.05);
        let begin = "Doubling the rows from 400 to 800 lowered the NLL by 0.0310 (0.0120 to 0.0500, 5 folds): ";
        assert!(fell.starts_with(begin), "{fell}");
        let (_, rose) = said(-0.05, -0.012);
        assert!(
            rose.contains("raised the NLL by 0.0310 (0.0120 to 0.0500, 5 folds)"),
            "{rose}"
        );
    }

    #[test]
    fn more_of_an_accuracy_is_a_gain_and_little_of_what_it_lacks() {
        let curve = curve_of_gain(0.001, 0.026, true);
        let sentence = rows_finding(&curve).headline;
        assert!(sentence.contains("raised the accuracy by"), "{sentence}");
        assert_eq!(curve.verdict(), Some(RowsVerdict::Help));
    }
}
