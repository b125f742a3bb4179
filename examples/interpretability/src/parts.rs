//! What the numbers say of each part of the claim.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::parts::{Comparison, differences, falls, remarked_differences, rises};
use decay_claim::{Curve, Judgement, Measurements, Part, Result};

use crate::{
    ACCURACY, ACCURATE, AREA, DIGITS, L1, L2, LEARNED, LOSS, MEASURES, Measure, OVERLAP, PENALTIES,
    SCALE, STUDIES, TABLE, TRUTH, UNTRAINED,
};

/// Rates that a trend needs.
const FEWEST: usize = 3;

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = Vec::new();
    for measure in MEASURES.iter().filter(|measure| measure.at_equal_loss) {
        for study in measure.studies {
            parts.extend(for_free(measured, measure, study)?);
        }
    }
    for measure in &MEASURES {
        for study in measure.studies {
            parts.extend(trends(measured, measure, study)?);
        }
    }
    for measure in MEASURES.iter().filter(|measure| measure.at_equal_loss) {
        for study in measure.studies {
            parts.extend(l1_against_l2(measured, measure, study)?);
        }
    }
    for study in STUDIES {
        parts.push(learned(measured, study)?);
        parts.extend(scale(measured, study)?);
    }
    for study in [TABLE, DIGITS] {
        parts.extend(trained(measured, study)?);
    }
    Ok(Judgement::of(parts))
}

/// Correlation of replicates: those of the table share no row.
fn overlap(study: &str) -> f64 {
    if study == TABLE { 0.0 } else { OVERLAP }
}

impl Measure {
    fn comparison(&self, statement: String, what: String, a: Vec<f64>, b: Vec<f64>) -> Comparison {
        match self.claimed {
            Side::Above => Comparison::above(statement, what, a, b),
            Side::Below => Comparison::below(statement, what, a, b),
        }
    }
}

/// Each penalty at its largest strength whose loss is no larger than that without a penalty, against none.
fn for_free(measured: &Measurements, measure: &Measure, study: &str) -> Result<Vec<Part>> {
    let none = measured.curve(study, L1, measure.metric)?.at(0.0);
    let limit = mean(&measured.curve(study, L1, LOSS)?.at(0.0));
    let against = |penalty: &str| -> Result<(Comparison, String)> {
        let figure = measured.curve(study, penalty, measure.metric)?;
        let loss = measured.curve(study, penalty, LOSS)?;
        let (strength, values) = figure.at_strongest(&loss, limit);
        let at = mean(&loss.at(strength));
        let remark = format!("λ = {strength}: loss {at:.3} against {limit:.3}");
        let comparison = measure.comparison(
            format!(
                "{study}, as much {penalty} as costs no loss: {}",
                measure.says
            ),
            format!("difference in {}", measure.metric),
            values,
            none.clone(),
        );
        Ok((comparison, remark))
    };
    let family: Result<Vec<_>> = PENALTIES.into_iter().map(against).collect();
    remarked_differences(family?, overlap(study))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The part of a figure where its networks are accurate; at least the smallest strengths that have a trend.
fn while_accurate(
    measured: &Measurements,
    study: &str,
    penalty: &str,
    metric: &str,
) -> Result<Curve> {
    let figure = measured.curve(study, penalty, metric)?;
    let kept = figure.keeping(ACCURATE, &measured.curve(study, penalty, ACCURACY)?);
    if kept.rates.len() >= FEWEST {
        return Ok(kept);
    }
    let last = figure.rates.get(FEWEST - 1).copied();
    Ok(figure.only(|rate| last.is_none_or(|last| rate <= last)))
}

fn trends(measured: &Measurements, measure: &Measure, study: &str) -> Result<Vec<Part>> {
    let trend = |penalty: &str| {
        let kept = while_accurate(measured, study, penalty, measure.metric)?;
        let statement = format!(
            "{study}, the stronger {penalty}: {}, while accuracy lasts",
            measure.says
        );
        match measure.claimed {
            Side::Above => rises(statement, &kept),
            Side::Below => falls(statement, &kept),
        }
    };
    PENALTIES.into_iter().map(trend).collect()
}

/// L1 against L2, each where its loss is lowest for the other replicates.
fn l1_against_l2(measured: &Measurements, measure: &Measure, study: &str) -> Result<Vec<Part>> {
    let best = |penalty: &str| -> Result<Vec<f64>> {
        let figure = measured.curve(study, penalty, measure.metric)?;
        let loss = measured.curve(study, penalty, LOSS)?;
        let loss = loss.only(|rate| figure.rates.contains(&rate));
        Ok(loss.chosen_by_others(Better::Lower, &figure))
    };
    let comparison = measure.comparison(
        format!(
            "{study}, L1 against L2, each at its lowest loss: {}",
            measure.says
        ),
        format!("difference in {}", measure.metric),
        best(L1)?,
        best(L2)?,
    );
    differences(&[comparison], overlap(study))
}

/// The rank of what training added, without what is left of the starting weights.
fn learned(measured: &Measurements, study: &str) -> Result<Part> {
    let kept = while_accurate(measured, study, L2, LEARNED)?;
    let what = "the effective rank of what training added to the largest weight matrix is smaller";
    falls(
        format!("{study}, the stronger L2: {what}, while accuracy lasts"),
        &kept,
    )
}

/// Deletion areas as they are usually given, and what the confidence alone makes of them.
fn scale(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let part = |penalty: &str, metric, what: &str| {
        let kept = while_accurate(measured, study, penalty, metric)?;
        falls(format!("{study}, the stronger {penalty}: {what}"), &kept)
    };
    let [plain, alone] = [
        "the plain deletion area is smaller, as if saliency were better",
        "so it is without the penalty if only the logits are divided to the same confidence",
    ];
    let of = |penalty| [part(penalty, AREA, plain), part(penalty, SCALE, alone)];
    [L1, L2].into_iter().flat_map(of).collect()
}

/// Trained networks against starting weights.
fn trained(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let comparison = Comparison::above(
        format!(
            "{study}: without a penalty, saliency tells relevant inputs better than starting weights do"
        ),
        format!("difference in {TRUTH}"),
        measured.curve(study, L1, TRUTH)?.at(0.0),
        measured.curve(study, UNTRAINED, TRUTH)?.at(0.0),
    );
    differences(&[comparison], overlap(study))
}
