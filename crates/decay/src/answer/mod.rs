//! The first lines of a report: how good the model is, what was chosen and how sure that is, what to do next.

mod baseline;
mod next;

use decay_audit::Estimate;
use decay_data::TaskKind;
use decay_report::text::{counted, short};
use decay_report::{Finding, LearningCurve, Sweep};

use crate::audit::Audit;
use crate::data::Data;
use crate::error::Error;
use crate::model::Model;
use baseline::{Beside, Linear, beside};

/// What the lines are made of.
pub(crate) struct AnswerParts<'a> {
    /// The one that was audited.
    pub(crate) model: &'a Model,
    pub(crate) data: &'a Data,
    pub(crate) audit: Option<&'a Audit>,
    pub(crate) sweep: Option<&'a Sweep>,
    /// What more rows gave, if that was measured.
    pub(crate) rows: Option<&'a LearningCurve>,
    pub(crate) rate: f64,
    pub(crate) epochs: u32,
}

/// Three lines, each a question and its answer.
pub(crate) fn answer(parts: &AnswerParts<'_>) -> Result<Vec<Finding>, Error> {
    let beside = beside(parts.model, parts.data)?;
    let line = |question: &str, detail: String| Finding {
        headline: question.to_owned(),
        detail,
    };
    Ok(vec![
        line("How good?", how_good(parts, beside.as_ref())),
        line("What was chosen?", chosen(parts)),
        line("What next?", next::steps(parts, beside.as_ref())),
    ])
}

fn how_good(parts: &AnswerParts<'_>, beside: Option<&Beside>) -> String {
    let Some(audit) = parts.audit else {
        return "Nothing was held out, so nobody knows; keep rows for the audit with --holdout 0.2.".into();
    };
    let rows = audit.found.held_out.rows;
    let answers = |key: &str| {
        let key = audit.found.held_out.of_answers(key);
        audit.metric(&key)
    };
    match parts.model.task() {
        TaskKind::Regression => of_values(audit, rows, beside),
        TaskKind::Multilabel => match answers("hamming_accuracy") {
            Some(share) => format!(
                "It is right about {} of the labels of {rows} rows that it never saw{}.",
                percent(share.mean),
                trust(answers("ece"))
            ),
            None => format!("It was audited on {rows} rows that it never saw."),
        },
        TaskKind::Classification => match answers("accuracy") {
            Some(share) => format!(
                "It names the right class of {} of {rows} rows that it never saw (95 % interval {} to {}){}{}.",
                percent(share.mean),
                percent(share.low),
                percent(share.high),
                against_classes(beside),
                trust(answers("ece"))
            ),
            None => format!("It was audited on {rows} rows that it never saw."),
        },
    }
}

fn of_values(audit: &Audit, rows: usize, beside: Option<&Beside>) -> String {
    let Some(error) = audit.metric("rmse") else {
        return format!("It was audited on {rows} rows that it never saw.");
    };
    let against = beside.map_or_else(String::new, |beside| {
        let linear = beside.linear.as_ref().map(|linear| {
            let gain = compared(linear, "squared error", "lower", "higher");
            format!(", a linear model by {}: {gain}", short(linear.figure))
        });
        format!(
            "; always saying the mean is off by {}{}",
            short(beside.constant),
            linear.unwrap_or_default()
        )
    });
    format!(
        "It is off by {} (RMSE, 95 % interval {} to {}) on {rows} rows that it never saw{against}.",
        short(error.mean),
        short(error.low),
        short(error.high)
    )
}

fn against_classes(beside: Option<&Beside>) -> String {
    let Some(beside) = beside else {
        return String::new();
    };
    let linear = beside.linear.as_ref().map(|linear| {
        let gain = compared(linear, "accuracy", "higher", "lower");
        format!(", a linear model {}: {gain}", percent(linear.figure))
    });
    let class = beside.class.as_deref().unwrap_or("the most frequent class");
    format!(
        "; always saying '{class}' is right in {}{}",
        percent(beside.constant),
        linear.unwrap_or_default()
    )
}

/// `its accuracy is 1.7 points higher (-3.1 to 6.5), which may be chance`
fn compared(linear: &Linear, what: &str, better: &str, worse: &str) -> String {
    let Estimate {
        mean, low, high, ..
    } = linear.gain;
    if mean == 0.0 {
        return format!("its {what} is the same");
    }
    let unit = if what == "accuracy" { "points" } else { "%" };
    let [mean, low, high] = [mean, low, high].map(|share| 100.0 * share);
    let word = if mean >= 0.0 { better } else { worse };
    let sure = if linear.beyond_chance {
        "beyond chance"
    } else {
        "which may be chance"
    };
    let (from, to) = if mean >= 0.0 {
        (low, high)
    } else {
        (-high, -low)
    };
    format!(
        "its {what} is {:.1} {unit} {word} ({from:.1} to {to:.1}), {sure}",
        mean.abs()
    )
}

/// The expected calibration error, with its interval.
fn trust(error: Option<Estimate>) -> String {
    error.map_or_else(String::new, |error| {
        format!(
            ". Its probabilities are off by {:.1} points on average (ECE, {:.1} to {:.1})",
            100.0 * error.mean,
            100.0 * error.low,
            100.0 * error.high
        )
    })
}

/// `74 %`, `99.4 %`.
fn percent(share: f64) -> String {
    let value = 100.0 * share;
    if (5.0..=95.0).contains(&value) || value == value.round() {
        format!("{value:.0} %")
    } else {
        format!("{value:.1} %")
    }
}

fn chosen(parts: &AnswerParts<'_>) -> String {
    let networks = parts.model.networks();
    let together = match networks {
        1 => "One network answers".to_owned(),
        _ => format!("{networks} networks answer together"),
    };
    let Some(sweep) = parts.sweep else {
        return format!(
            "{together}, at the decay rate {} that was given; decay tune would choose it from the data.",
            short(parts.rate)
        );
    };
    let point = &sweep.points[sweep.chosen];
    let first = sweep.points.first().map_or(point.rate, |own| own.rate);
    let last = sweep.points.last().map_or(point.rate, |own| own.rate);
    format!(
        "{together}, at {} {} of {} tried from {} to {}; {}.",
        sweep.axis,
        short(point.rate),
        counted(sweep.points.len(), "value"),
        short(first),
        short(last),
        sureness(sweep)
    )
}

/// Which values do as well, by one standard error over folds.
fn sureness(sweep: &Sweep) -> String {
    let loss = |own: &decay_report::RatePoint| sweep.metric.loss(own.validation.mean);
    let best = &sweep.points[sweep.best];
    let limit = loss(best) + best.validation.se;
    let near = sweep
        .points
        .iter()
        .filter(|own| own.diverged == 0 && loss(own) <= limit);
    let near: Vec<f64> = near.map(|own| own.rate).collect();
    match (near.first(), near.last()) {
        _ if near.len() == sweep.points.len() && near.len() > 1 => {
            "all of them do as well within one standard error, so this choice hardly matters here"
                .into()
        }
        (Some(low), Some(high)) if near.len() > 1 => format!(
            "those from {} to {} do as well within one standard error over folds",
            short(*low),
            short(*high)
        ),
        _ => "no other comes within one standard error over folds".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Linear, compared, percent};
    use decay_audit::Estimate;

    #[test]
    fn a_gain_is_claimed_only_beyond_chance() {
        let linear = |mean, low: f64, high: f64| Linear {
            figure: 0.7,
            beyond_chance: low > 0.0 || high < 0.0,
            gain: Estimate {
                mean,
                low,
                high,
                n: 10,
            },
        };
        for (gain, words) in [
            (
                linear(0.02, -0.01, 0.05),
                "its accuracy is 2.0 points higher (-1.0 to 5.0), which may be chance",
            ),
            (
                linear(0.02, 0.01, 0.03),
                "its accuracy is 2.0 points higher (1.0 to 3.0), beyond chance",
            ),
            (
                linear(-0.02, -0.03, -0.01),
                "its accuracy is 2.0 points lower (1.0 to 3.0), beyond chance",
            ),
        ] {
            assert_eq!(compared(&gain, "accuracy", "higher", "lower"), words);
        }
        let not_told_apart = Linear {
            beyond_chance: false,
            ..linear(0.02, 0.01, 0.03)
        };
        let said = compared(&not_told_apart, "accuracy", "higher", "lower");
        assert!(said.ends_with("which may be chance"), "{said}");
    }

    #[test]
    fn shares_near_the_ends_have_a_decimal() {
        assert_eq!(
            (percent(0.744), percent(0.9944), percent(1.0)),
            ("74 %".into(), "99.4 %".into(), "100 %".into())
        );
    }
}
