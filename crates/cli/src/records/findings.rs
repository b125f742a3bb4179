//! Results in words.

use decay_audit::Estimate;
use decay_report::{Finding, Surface, Sweep};
use decay_train::{Axis, Knob, Plan};

use super::{NO_ORDER, noun};
use crate::pipeline::{Choice, CrossValidation, HeldOutAudit, Refits};
use crate::table::{number, short};

/// What the sweep chose, how the optimum of a row moves, and the shape of the curve.
pub(crate) fn choice_findings(
    (sweep, surface): (&Sweep, Option<&Surface>),
    choice: &Choice,
    validated: &CrossValidation,
    refits: &Refits,
) -> Vec<Finding> {
    let knob = validated.plan.axes[0].knob;
    let mut detail = format!(
        "{} {}.",
        how(sweep, choice, noun(knob)),
        extent(&validated.plan)
    );
    if choice.without_order {
        detail.push_str(&format!(" {NO_ORDER}"));
    }
    detail.push_str(&left_out(choice, surface));
    if let Some(change) = refits.change() {
        detail.push_str(&format!(" {change}"));
    }
    let setting = Finding {
        headline: headline(sweep, knob),
        detail,
    };
    let moves = surface.and_then(movement);
    let shape = choice.shape.as_ref();
    let shape = shape.map(|shape| self::shape(&shape.sentence_about(noun(knob))));
    [Some(setting), moves, shape]
        .into_iter()
        .flatten()
        .collect()
}

/// `The decay rate is 0.01 at dropout = 0.1: an undriven weight halves every 4.1 epochs (tau 5.9 epochs).`
fn headline(sweep: &Sweep, knob: Knob) -> String {
    let chosen = &sweep.points[sweep.chosen];
    let at = match sweep.at.as_str() {
        "" => String::new(),
        at => format!(" {at}"),
    };
    if knob != Knob::Decay {
        return format!("The {} is {}{at}.", knob.symbol(), short(chosen.rate));
    }
    let halves = match (chosen.half_life_epochs, chosen.tau_epochs) {
        (Some(half_life), Some(tau)) => format!(
            "an undriven weight halves every {} epochs (tau {} epochs)",
            number(half_life),
            number(tau)
        ),
        _ => "weights do not decay".into(),
    };
    format!("The decay rate is {}{at}: {halves}.", number(chosen.rate))
}

fn how(sweep: &Sweep, choice: &Choice, noun: &str) -> String {
    let metric = &sweep.metric.name;
    match choice.threshold.is_finite() {
        true => format!(
            "The largest {noun} whose mean validation {metric} is within one standard error of the lowest,"
        ),
        false => format!("The {noun} with the lowest mean validation {metric},"),
    }
}

/// `over 16 rates x 3 values of dropout, 5 folds and 2 seeds`
fn extent(plan: &Plan) -> String {
    let axes: Vec<String> = plan.axes.iter().map(axis_in_words).collect();
    format!(
        "over {}, {} and {}",
        axes.join(" × "),
        counted(plan.folds, "fold"),
        counted(plan.seeds, "seed")
    )
}

/// `16 rates`, `3 values of dropout`
pub(super) fn axis_in_words(axis: &Axis) -> String {
    let count = axis.values.len();
    match axis.knob {
        Knob::Decay => counted(count, "rate"),
        knob => format!("{} of {}", counted(count, "value"), knob.symbol()),
    }
}

fn left_out(choice: &Choice, surface: Option<&Surface>) -> String {
    let values: Vec<_> = choice.excluded.iter().map(|&value| short(value)).collect();
    match (choice.lost, surface) {
        (0, _) => String::new(),
        (lost, Some(_)) => format!(
            " Left out because a model diverged: {}.",
            counted(lost, "setting")
        ),
        (_, None) => format!(" Left out because a model diverged: {}.", values.join(", ")),
    }
}

/// How the lowest value of a row moves from the first row to the last.
fn movement(surface: &Surface) -> Option<Finding> {
    let Surface { x, y, .. } = surface;
    let rows = 0..y.values.len();
    let optima: Vec<(f64, f64)> = rows
        .filter_map(|row| Some((y.values[row], x.values[surface.optimum(row)?])))
        .collect();
    let (&(from, first), &(to, last)) = (optima.first()?, optima.last()?);
    let moves = match first == last {
        true => format!("stays at {}", short(first)),
        false => format!("moves from {} to {}", short(first), short(last)),
    };
    let path: Vec<String> = optima
        .iter()
        .map(|(row, best)| format!("{} at {}", short(*best), short(*row)))
        .collect();
    Some(Finding {
        headline: format!(
            "From {} = {} to {} the best {} {moves}.",
            y.symbol,
            short(from),
            short(to),
            x.symbol
        ),
        detail: format!(
            "Lowest mean validation {} of each row: {}.",
            surface.metric.name,
            path.join(", ")
        ),
    })
}

fn shape(sentence: &str) -> Finding {
    let (headline, detail) = sentence.split_once(": ").unwrap_or((sentence, ""));
    Finding {
        headline: format!("{headline}."),
        detail: capitalised(detail),
    }
}

/// What the audit found: accuracy and confidence, or errors; then outliers.
pub(crate) fn audit_findings(held_out: &HeldOutAudit, target: &str) -> Vec<Finding> {
    [
        accuracy(held_out),
        confidence(held_out),
        error(held_out, target),
        outliers(held_out),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn accuracy(held_out: &HeldOutAudit) -> Option<Finding> {
    let accuracy = held_out.audit.metrics.get("accuracy")?;
    Some(Finding {
        headline: format!("Held-out accuracy is {}.", figure(held_out, accuracy)),
        detail: basis(held_out),
    })
}

fn confidence(held_out: &HeldOutAudit) -> Option<Finding> {
    let metrics = &held_out.audit.metrics;
    let ece = metrics.get("ece")?;
    let tempered = metrics.get("ece_tempered").zip(metrics.get("temperature"));
    Some(Finding {
        headline: format!("Confidence is off by {} on average.", figure(held_out, ece)),
        detail: tempered.map_or_else(String::new, |(ece, temperature)| {
            format!(
                "Expected calibration error, 15 bins; {} after dividing the logits by {:.3}, a temperature fitted \
                 on validation rows.",
                number(ece.mean),
                temperature.mean
            )
        }),
    })
}

fn error(held_out: &HeldOutAudit, target: &str) -> Option<Finding> {
    let metrics = &held_out.audit.metrics;
    let rmse = metrics.get("rmse")?;
    let r2 = metrics.get("r2").map_or_else(String::new, |r2| {
        format!(" R² is {}.", figure(held_out, r2))
    });
    Some(Finding {
        headline: format!(
            "Held-out predictions of {target} are off by {}.",
            figure(held_out, rmse)
        ),
        detail: format!("Root mean squared error. {}{r2}", basis(held_out)),
    })
}

fn outliers(held_out: &HeldOutAudit) -> Option<Finding> {
    let auroc = held_out.audit.metrics.get("auroc_msp")?;
    let (data, rows) = held_out.outliers.as_ref()?;
    Some(Finding {
        headline: format!(
            "Rows of {data} are told apart with an AUROC of {}.",
            figure(held_out, auroc)
        ),
        detail: format!(
            "By the maximum probability, {rows} rows of {data} against the held-out rows."
        ),
    })
}

/// `0.975 (95 % interval 0.961 to 0.988)`
fn figure(held_out: &HeldOutAudit, estimate: &Estimate) -> String {
    let percent = (held_out.audit.level * 100.0).round();
    format!(
        "{} ({percent} % interval {} to {})",
        number(estimate.mean),
        number(estimate.low),
        number(estimate.high)
    )
}

fn basis(held_out: &HeldOutAudit) -> String {
    format!(
        "Mean of {} on {} rows that no choice has seen.",
        counted(held_out.audit.members, "model"),
        held_out.rows
    )
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
