//! What the numbers say of each part of the claim.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::rate_label;
use decay_claim::parts::{Comparison, differences, falls, remarked_differences, rises};
use decay_claim::{Curve, Judgement, Measurements, Part, Result};

use crate::{
    ACCURACY, ACCURATE, AREA, DIGITS, L1, L2, LEARNED, LOSS, MEASURES, Measure, OVERLAP, PENALTIES,
    SCALE, SMALL_START, STUDIES, TABLE, TRUTH, UNTRAINED,
};

/// Rates that a trend needs.
const FEWEST: usize = 3;

type Family = fn(&Measurements, &Measure, &str) -> Result<Vec<Part>>;

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = Vec::new();
    for family in [at_lowest_loss, for_free, l1_against_l2] as [Family; 3] {
        for measure in MEASURES.iter().filter(|measure| measure.compared) {
            for study in measure.studies {
                parts.extend(family(measured, measure, study)?);
            }
        }
    }
    for measure in &MEASURES {
        for study in measure.studies {
            parts.extend(trends(measured, measure, study)?);
        }
    }
    for study in STUDIES {
        parts.push(learned(measured, study)?);
        parts.extend(scale(measured, study)?);
        parts.extend(smaller_start(measured, study)?);
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
    fn comparison(&self, statement: String, a: Vec<f64>, b: Vec<f64>) -> Comparison {
        let what = format!("difference in {}", self.metric);
        match self.claimed {
            Side::Above => Comparison::above(statement, what, a, b),
            Side::Below => Comparison::below(statement, what, a, b),
        }
    }
}

/// A figure without a penalty.
fn without(measured: &Measurements, study: &str, metric: &str) -> Result<Vec<f64>> {
    Ok(measured.curve(study, L1, metric)?.at(0.0))
}

/// A figure where a penalty's loss is lowest for the other replicates.
fn at_best(measured: &Measurements, study: &str, penalty: &str, metric: &str) -> Result<Vec<f64>> {
    let figure = measured.curve(study, penalty, metric)?;
    let loss = measured.curve(study, penalty, LOSS)?;
    let loss = loss.only(|rate| figure.rates.contains(&rate));
    Ok(loss.chosen_by_others(Better::Lower, &figure))
}

/// Each penalty where its loss is lowest, against none.
fn at_lowest_loss(measured: &Measurements, measure: &Measure, study: &str) -> Result<Vec<Part>> {
    let against = |penalty: &str| -> Result<(Comparison, String)> {
        let loss = measured.curve(study, penalty, LOSS)?;
        let comparison = measure.comparison(
            format!(
                "{study}, {penalty} at its lowest loss against none: {}",
                measure.says
            ),
            at_best(measured, study, penalty, measure.metric)?,
            without(measured, study, measure.metric)?,
        );
        let remark = format!("lowest on average at λ = {}", loss.rates[loss.lowest()]);
        Ok((comparison, remark))
    };
    let family: Result<Vec<_>> = PENALTIES.into_iter().map(against).collect();
    remarked_differences(family?, overlap(study))
}

/// A figure where a penalty has made the loss as high again as it is without one, with the strength at which it has.
fn at_equal_loss(
    measured: &Measurements,
    study: &str,
    penalty: &str,
    metric: &str,
) -> Result<(f64, Vec<f64>)> {
    let limit = mean(&without(measured, study, LOSS)?);
    let loss = measured.curve(study, penalty, LOSS)?;
    let figure = measured.curve(study, penalty, metric)?;
    Ok(figure.at_last_crossing(&loss, limit))
}

/// L1 and L2 at the loss without a penalty, against none.
fn for_free(measured: &Measurements, measure: &Measure, study: &str) -> Result<Vec<Part>> {
    let against = |penalty: &str| -> Result<(Comparison, String)> {
        let (strength, values) = at_equal_loss(measured, study, penalty, measure.metric)?;
        let comparison = measure.comparison(
            format!(
                "{study}, as much {penalty} as costs no loss, against none: {}",
                measure.says
            ),
            values,
            without(measured, study, measure.metric)?,
        );
        Ok((comparison, rate_label(strength)))
    };
    let family: Result<Vec<_>> = [L1, L2].into_iter().map(against).collect();
    remarked_differences(family?, overlap(study))
}

/// L1 against L2, each at the loss without a penalty.
fn l1_against_l2(measured: &Measurements, measure: &Measure, study: &str) -> Result<Vec<Part>> {
    let of = |penalty| at_equal_loss(measured, study, penalty, measure.metric);
    let ((l1, a), (l2, b)) = (of(L1)?, of(L2)?);
    let says = measure.says;
    let statement = format!("{study}, L1 against L2, as much of each as costs no loss: {says}");
    let comparison = measure.comparison(statement, a, b);
    let remark = format!("{} and {}", rate_label(l1), rate_label(l2));
    remarked_differences(vec![(comparison, remark)], overlap(study))
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
    let part = |metric, what: &str| {
        let kept = while_accurate(measured, study, L2, metric)?;
        falls(format!("{study}, the stronger L2: {what}"), &kept)
    };
    let mut parts = vec![
        part(
            AREA,
            "the plain deletion area is smaller, as if saliency were better",
        )?,
        part(
            SCALE,
            "so it is without the penalty if only the logits are divided to the same confidence",
        )?,
    ];
    let [area, alone] = [AREA, SCALE].map(|metric| while_accurate(measured, study, L2, metric));
    let ([_, area], [_, alone]) = (area?.ends(), alone?.ends());
    let beyond = Comparison::below(
        format!(
            "{study}, the strongest L2 that is accurate: the plain deletion area is smaller than the confidence alone makes it"
        ),
        "difference in deletion area",
        area,
        alone,
    );
    parts.extend(differences(&[beyond], overlap(study))?);
    Ok(parts)
}

/// Smaller starting weights in place of a penalty.
fn smaller_start(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let of_study = |measure: &&Measure| measure.compared && measure.studies.contains(&study);
    let against = |measure: &Measure| -> Result<Comparison> {
        Ok(measure.comparison(
            format!(
                "{study}, no penalty, starting weights 2.4 times smaller: {}",
                measure.says
            ),
            measured.curve(study, SMALL_START, measure.metric)?.at(0.0),
            without(measured, study, measure.metric)?,
        ))
    };
    let family: Result<Vec<_>> = MEASURES.iter().filter(of_study).map(against).collect();
    differences(&family?, overlap(study))
}

/// Trained networks against starting weights.
fn trained(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let comparison = Comparison::above(
        format!(
            "{study}: without a penalty, saliency tells relevant inputs better than starting weights do"
        ),
        format!("difference in {TRUTH}"),
        without(measured, study, TRUTH)?,
        measured.curve(study, UNTRAINED, TRUTH)?.at(0.0),
    );
    differences(&[comparison], overlap(study))
}
