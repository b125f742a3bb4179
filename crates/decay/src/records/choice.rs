//! What was chosen, in words.

use decay_report::text::{capitalised, counted, number, short};
use decay_report::{Finding, Surface, Sweep};
use decay_train::{Axis, Hyper, Plan};

use super::length::{length_finding, unfinished};
use super::more_rows::rows_finding;
use super::movement::movement;
use super::optimism::optimism;
use super::rows_alone::rows_alone;
use super::{NO_ORDER, noun};
use crate::experiment::{Decision, Networks, Refits, Swept};
use crate::settings::RuleName;

/// What the sweep chose, how the optimum of a row moves, and the shape of the curve.
pub(crate) fn choice_findings(swept: &Swept, refits: &Refits) -> Vec<Finding> {
    let Swept {
        curve: sweep,
        validated,
        decision: choice,
        ..
    } = swept;
    let surface = swept.surface.as_ref();
    let hyper = validated.plan.axes[0].hyper;
    let mut detail = format!(
        "{} {}.",
        how(sweep, choice, noun(hyper)),
        extent(&validated.plan)
    );
    if choice.without_order {
        detail.push_str(&format!(" {NO_ORDER}"));
    }
    detail.push_str(&left_out(choice, surface));
    detail.push_str(&optimism(sweep, choice, validated.plan.settings()));
    if let Some(change) = refits.change() {
        detail.push_str(&format!(" {change}"));
    }
    let setting = Finding {
        headline: headline(sweep, hyper, refits.exact),
        detail,
    };
    let moves = surface.and_then(movement);
    let shape = choice.shape.as_ref();
    let shape = shape.map(|shape| self::shape(&shape.sentence_about(noun(hyper))));
    let network = swept.networks.as_ref().map(network);
    let rows = swept.learning_curve().map(rows_finding);
    let length = length_finding(sweep);
    // What training that was too short makes of everything else comes first.
    let (first, last) = match unfinished(sweep).is_some() {
        true => (length, None),
        false => (None, length),
    };
    let alone = refits.alone().and_then(|own| rows_alone(sweep, hyper, own));
    [
        first,
        network,
        Some(setting),
        alone,
        moves,
        shape,
        rows,
        last,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a fit trained.
pub(crate) fn fit_finding(refits: &Refits) -> Finding {
    let outcomes = refits.trained.outcomes.iter();
    let losses = outcomes.filter_map(|outcome| outcome.train.map(|losses| losses.loss));
    let losses: Vec<f64> = losses.filter(|loss| loss.is_finite()).collect();
    let mean = losses.iter().sum::<f64>() / losses.len().max(1) as f64;
    let count = refits.members.len();
    let lost = count - refits.survivors().len();
    let diverged = if lost > 0 {
        format!(" {lost} of {count} models diverged.")
    } else {
        String::new()
    };
    if refits.exact {
        return Finding {
            headline: format!(
                "{} at decay rate {}: {}.",
                counted(count, "model"),
                number(refits.rate()),
                minimum(refits.rate())
            ),
            detail: format!("Mean training loss {}.{diverged}", number(mean)),
        };
    }
    Finding {
        headline: format!(
            "{count} models at decay rate {}, a half-life of {} epochs (tau {} epochs).",
            number(refits.rate()),
            number(refits.half_life()),
            number(refits.tau())
        ),
        detail: format!("Mean training loss {}.{diverged}", number(mean)),
    }
}

/// What the models that are shipped trained on.
pub(crate) fn shipped_finding(refits: &Refits, rows: usize) -> Finding {
    Finding {
        headline: format!(
            "What is shipped has seen all {rows} rows: {} trained anew after the audit, as the audited ones were.",
            counted(refits.survivors().len(), "model")
        ),
        detail: "The audit is of their twins in audited/, which never saw the held-out rows; --refit-on training ships those.".into(),
    }
}

/// `The decay rate is 0.01 at dropout = 0.1: an undriven weight halves every 4.1 epochs (tau 5.9 epochs).`
fn headline(sweep: &Sweep, hyper: Hyper, exact: bool) -> String {
    let chosen = &sweep.points[sweep.chosen];
    let at = match sweep.at.as_str() {
        "" => String::new(),
        at => format!(" {at}"),
    };
    // Where a rule prefers another value than the best mean's, both are named.
    let best = &sweep.points[sweep.best];
    let but = match sweep.best == sweep.chosen {
        true => String::new(),
        false => format!(
            ", though the mean is {} at {}",
            sweep.metric.best(),
            short(best.rate)
        ),
    };
    if hyper != Hyper::Decay {
        let (name, value) = (hyper.symbol(), short(chosen.rate));
        return format!("The chosen {name} is {value}{at}{but}.");
    }
    let halves = match (chosen.half_life_epochs, chosen.tau_epochs) {
        _ if exact => minimum(chosen.rate),
        (Some(0.0), _) => "a single step removes an undriven weight".into(),
        (Some(half_life), Some(tau)) => format!(
            "an undriven weight halves every {} epochs (tau {} epochs)",
            number(half_life),
            number(tau)
        ),
        _ => "weights do not decay".into(),
    };
    format!(
        "The decay rate is {}{at}{but}: {halves}.",
        number(chosen.rate)
    )
}

/// What a rate is to a model that was solved.
fn minimum(rate: f64) -> String {
    format!(
        "weights minimise the mean loss plus {} |W|²",
        short(rate / 2.0)
    )
}

fn how(sweep: &Sweep, choice: &Decision, noun: &str) -> String {
    let metric = &sweep.metric.name;
    let best = sweep.metric.best();
    if choice.threshold.is_finite() {
        format!(
            "The largest {noun} whose mean validation {metric} is within one standard error of the {best},"
        )
    } else if choice.rule == RuleName::Paired {
        format!(
            "The largest {noun} whose validation {metric} on the same folds is within one standard error of the {best}'s,"
        )
    } else {
        format!("The {noun} with the {best} mean validation {metric},")
    }
}

/// Which of several networks was chosen.
fn network(networks: &Networks) -> Finding {
    let Networks {
        tried,
        chosen,
        metric,
    } = networks;
    let second = tried
        .iter()
        .filter_map(|own| Some((own, own.found.as_ref()?.worse_by?)));
    let second = second.min_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
    let mean = tried[*chosen]
        .found
        .as_ref()
        .map_or(f64::NAN, |found| found.mean);
    let mut detail = format!(
        "It has the {} mean validation {} of {} networks, each at its own best setting: {}.",
        metric.best(),
        metric.name,
        tried.len(),
        number(mean)
    );
    if let Some((next, worse)) = second {
        detail.push_str(&format!(
            " The next, {}, is worse by {worse}.",
            next.network
        ));
    }
    Finding {
        headline: format!("The network is that of {}.", networks.chosen_in_words()),
        detail,
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
    match axis.hyper {
        Hyper::Decay => counted(count, "rate"),
        hyper => format!("{} of {}", counted(count, "value"), hyper.symbol()),
    }
}

fn left_out(choice: &Decision, surface: Option<&Surface>) -> String {
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

fn shape(sentence: &str) -> Finding {
    let (headline, detail) = sentence.split_once(": ").unwrap_or((sentence, ""));
    Finding {
        headline: format!("{headline}."),
        detail: capitalised(detail),
    }
}
