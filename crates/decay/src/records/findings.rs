//! Results in words.

use decay_audit::Estimate;
use decay_audit::ood::Detector;
use decay_audit::verdict::{Sentence, verdicts};
use decay_report::{Finding, Surface, Sweep};
use decay_train::{Axis, Hyper, Plan};

use super::{NO_ORDER, noun};
use crate::audit::{AuditResult, HeldOutAudit, Shifted};
use crate::experiment::{Decision, Refits, Swept};
use decay_report::text::{number, short};

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
    if let Some(change) = refits.change() {
        detail.push_str(&format!(" {change}"));
    }
    let setting = Finding {
        headline: headline(sweep, hyper),
        detail,
    };
    let moves = surface.and_then(movement);
    let shape = choice.shape.as_ref();
    let shape = shape.map(|shape| self::shape(&shape.sentence_about(noun(hyper))));
    [Some(setting), moves, shape]
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

/// `The decay rate is 0.01 at dropout = 0.1: an undriven weight halves every 4.1 epochs (tau 5.9 epochs).`
fn headline(sweep: &Sweep, hyper: Hyper) -> String {
    let chosen = &sweep.points[sweep.chosen];
    let at = match sweep.at.as_str() {
        "" => String::new(),
        at => format!(" {at}"),
    };
    if hyper != Hyper::Decay {
        return format!("The {} is {}{at}.", hyper.symbol(), short(chosen.rate));
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

fn how(sweep: &Sweep, choice: &Decision, noun: &str) -> String {
    let metric = &sweep.metric.name;
    let best = sweep.metric.best();
    if choice.threshold.is_finite() {
        format!(
            "The largest {noun} whose mean validation {metric} is within one standard error of the {best},"
        )
    } else {
        format!("The {noun} with the {best} mean validation {metric},")
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

/// How the lowest value of a row moves from row to row.
fn movement(surface: &Surface) -> Option<Finding> {
    let Surface { x, y, .. } = surface;
    let rows = 0..y.values.len();
    let optima: Vec<(f64, f64)> = rows
        .filter_map(|row| Some((y.values[row], x.values[surface.optimum(row)?])))
        .collect();
    let best: Vec<f64> = optima.iter().map(|(_, best)| *best).collect();
    let (&first, &last) = (best.first()?, best.last()?);
    let (least, most) = (
        best.iter().copied().fold(f64::INFINITY, f64::min),
        best.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let (x, y) = (&x.symbol, &y.symbol);
    let headline = if least == most {
        format!("The best {x} is {} whatever the {y}.", short(first))
    } else if best.is_sorted() || best.is_sorted_by(|a, b| a >= b) {
        let word = if first < last { "rises" } else { "falls" };
        let (from, to) = (short(first), short(last));
        format!("The best {x} {word} from {from} to {to} as the {y} grows.")
    } else {
        let (least, most) = (short(least), short(most));
        format!("The best {x} lies between {least} and {most}, by {y}, without a trend.")
    };
    let row = |(row, best): &(f64, f64)| format!("{} at {}", short(*best), short(*row));
    Some(Finding {
        headline,
        detail: format!(
            "{} mean validation {} for each {y}: {}.",
            capitalised(surface.metric.best()),
            surface.metric.name,
            optima.iter().map(row).collect::<Vec<_>>().join(", ")
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
pub(crate) fn audit_findings(found: &AuditResult, target: &str) -> Vec<Finding> {
    let held_out = &found.metrics;
    let mut findings: Vec<Finding> = accuracy(held_out).into_iter().collect();
    findings.extend(verdict(held_out));
    let others = [
        error(held_out, target),
        outliers(found),
        corruption(found),
        attack(found),
    ];
    findings.extend(others.into_iter().flatten());
    findings
}

fn accuracy(held_out: &HeldOutAudit) -> Option<Finding> {
    let accuracy = held_out.audit.metrics.get("accuracy")?;
    Some(Finding {
        headline: format!("Held-out accuracy is {}.", figure(held_out, accuracy)),
        detail: basis(held_out),
    })
}

/// What the figures say about confidence, in words.
fn verdict(held_out: &HeldOutAudit) -> Vec<Finding> {
    let sentences = verdicts(&held_out.audit.metrics, &held_out.recalibrated).into_iter();
    let finding = |sentence: Sentence| Finding {
        headline: sentence.headline,
        detail: sentence.detail,
    };
    sentences.map(finding).collect()
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

/// The best score on each set, and the one that everybody uses.
fn outliers(found: &AuditResult) -> Option<Finding> {
    let Some(detections) = &found.detections else {
        return logit_outliers(&found.metrics);
    };
    let set = detections.sets.first()?;
    let (name, best) = set
        .scores
        .iter()
        .max_by(|a, b| a.1.auroc.mean.total_cmp(&b.1.auroc.mean))?;
    let percent = 100.0 * (1.0 - best.fpr95.mean);
    let usual = set
        .scores
        .get("msp")
        .filter(|_| *name != "msp")
        .map_or_else(String::new, |msp| {
            format!(
                " The maximum probability reaches {}.",
                number(msp.auroc.mean)
            )
        });
    let others = detections.sets[1..].iter().filter_map(|set| {
        let best = set
            .scores
            .values()
            .map(|d| d.auroc.mean)
            .fold(f64::NAN, f64::max);
        best.is_finite()
            .then(|| format!(" {}: {} at best.", set.data, number(best)))
    });
    Some(Finding {
        headline: format!(
            "Rows of {} are told apart with an AUROC of {}.",
            set.data,
            figure(&found.metrics, &best.auroc)
        ),
        detail: format!(
            "By the score {}, the best of {}; a threshold that keeps 95 % of the held-out rows stops {percent:.0} % of the {} \
             others.{usual}{}",
            Detector::label_of(name),
            set.scores.len(),
            set.rows,
            others.collect::<String>()
        ),
    })
}

/// Where logits are all there is.
fn logit_outliers(held_out: &HeldOutAudit) -> Option<Finding> {
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

fn corruption(found: &AuditResult) -> Option<Finding> {
    let shifts = found.shifts.as_ref()?;
    let mean = |one: &Shifted| {
        one.accuracy.iter().map(|a| a.mean).sum::<f64>() / one.accuracy.len() as f64
    };
    let worst = shifts
        .corruptions
        .iter()
        .min_by(|a, b| mean(a).total_cmp(&mean(b)))?;
    Some(Finding {
        headline: format!(
            "On corrupted images accuracy falls from {} to {}.",
            number(shifts.clean.mean),
            figure(&found.metrics, &shifts.mean_accuracy)
        ),
        detail: format!(
            "Mean over {} corruptions at five severities, {} images; worst is {} with {}.",
            shifts.corruptions.len(),
            shifts.rows,
            worst.corruption.replace('_', " "),
            number(mean(worst))
        ),
    })
}

/// The radius at which an attack halves the accuracy, and what is certified there.
fn attack(found: &AuditResult) -> Option<Finding> {
    let robustness = found.robustness.as_ref()?;
    let one = robustness
        .norms
        .iter()
        .find(|one| !one.attacked.is_empty())?;
    let middle = one.radii.len() / 2;
    let (radius, left) = (one.radii[middle], &one.attacked[middle]);
    let certified = one
        .certified
        .iter()
        .map(|certified| certified.accuracy[middle].mean);
    let certified = certified.fold(f64::NAN, f64::max);
    let certified = if certified.is_finite() {
        let share = number(certified);
        format!(" {share} is certified: no attack can do worse.")
    } else {
        String::new()
    };
    let noise = one.noise.get(middle).map_or_else(String::new, |noise| {
        format!(" Random noise of that size leaves {}.", number(noise.mean))
    });
    let all = one.masking.iter().flat_map(|report| &report.checks);
    let failed = all.filter(|check| !check.passed).count();
    let doubt = match failed {
        0 => String::new(),
        failed => format!(
            " {failed} checks suggest that gradients mislead the attack; the true figure may be lower."
        ),
    };
    Some(Finding {
        headline: format!(
            "Changes of at most {} {} leave an accuracy of {}.",
            short(radius),
            robustness.unit.words(),
            figure(&found.metrics, left)
        ),
        detail: format!(
            "Under attack ({} norm) on {} rows.{noise}{certified}{doubt}",
            one.norm, robustness.rows
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

pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::movement;
    use decay_report::{Metric, Spread, Surface, SurfaceAxis, SurfaceCell};

    /// A surface with the lowest mean of each row in the given column.
    fn headline(lowest: &[usize]) -> String {
        let axis = |symbol: &str, values: &[f64]| SurfaceAxis {
            key: symbol.into(),
            label: symbol.into(),
            symbol: symbol.into(),
            values: values.to_vec(),
        };
        let cell = |mean: f64| SurfaceCell {
            half_life_epochs: None,
            tau_epochs: None,
            validation: Spread::of(&[mean, mean]),
            diverged: 0,
        };
        let row = |best: usize| {
            let means = (0..3).map(|column: usize| column.abs_diff(best) as f64);
            means.map(cell).collect()
        };
        let surface = Surface {
            metric: Metric {
                name: "NLL".into(),
                unit: String::new(),
                higher_is_better: false,
            },
            x: axis("λ", &[0.1, 1.0, 10.0]),
            y: axis("dropout", &[0.0, 0.25, 0.5]),
            cells: lowest.iter().map(|&best| row(best)).collect(),
            chosen: (0, 0),
            best: (0, 0),
        };
        movement(&surface).unwrap().headline
    }

    #[test]
    fn a_trend_is_said_only_where_there_is_one() {
        for (lowest, said) in [
            ([0, 1, 2], "rises from 0.1 to 10 as the dropout grows"),
            ([2, 2, 0], "falls from 10 to 0.1"),
            ([1, 1, 1], "The best λ is 1 whatever the dropout"),
            ([1, 0, 2], "between 0.1 and 10, by dropout, without a trend"),
        ] {
            let headline = headline(&lowest);
            assert!(headline.contains(said), "{headline}");
        }
    }
}
