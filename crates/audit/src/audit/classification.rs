//! The audit of a classifier.

use rayon::prelude::*;

use super::detection::Detection;
use super::direct::{direct_figures, halves};
use super::equal_mass::EqualMassGaps;
use super::equal_width::{ClasswiseGaps, TopLabelGaps};
use super::panel::{Direct, Findings, Panels, add_direct, measure};
use super::row_means::RowMeans;
use super::selective::Selective;
use super::smooth::SmoothGaps;
use super::softmax::{Judged, Softmax};
use super::{Audit, AuditConfig};
use crate::accuracy::correct;
use crate::calibration::{
    EqualWidth, ReliabilityBin, equal_width_bins, most_monotone_bins, with_effective_count,
};
use crate::interval::{Estimate, mean_interval, summarise};
use crate::labels::labels_possible;
use crate::ood::OodScore;
use crate::probabilities::positive_temperature;
use crate::{AuditError, Logits, Result};

/// One refit's logits on the held-out rows.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberLogits<'a> {
    /// `[rows, classes]`, the same rows for every member.
    pub logits: Logits<'a>,
    /// The member's temperature, found on rows that are neither trained on nor audited; see
    /// [`optimal_temperature`](crate::calibration::optimal_temperature). For all members or for none.
    pub temperature: Option<f64>,
}

/// Audits refits of one classifier on held-out rows.
///
/// Every metric is the mean over members of that metric on all rows. Intervals say how well these rows
/// measure the members at hand; how much another seed would change is in `over_members`. Most are
/// percentile bootstraps over rows, resampled jointly for all members; others are marked:
/// *c* bootstrap, centred ([`centred_interval`](crate::interval::centred_interval)), since resampling
/// inflates gaps; *n* normal, from the information of a fit; *h* from random halves, see
/// [`SetFigures`](crate::conformal::SetFigures).
///
/// | metric | meaning |
/// | :-- | :-- |
/// | `accuracy`, `nll`, `brier`, `entropy`, `confidence` | means over rows; NLL and entropy in nats, Brier summed over classes |
/// | `confidence_gap` | `confidence - accuracy`, above 0 for an over-confident model |
/// | `logit_scale` | root mean square of the centred logits |
/// | `ece`, `ece_l2`, `mce` *c* | gaps over equal-width bins: expected, root mean square, largest |
/// | `ece_equal_mass`, `ece_sweep` *c* | expected gap over equal-mass bins, as many as set and as many as stay monotone (resamples keep that number) |
/// | `ece_debiased` *c* | root mean square gap over equal-mass bins, less what chance adds |
/// | `ece_classwise` *c* | expected gap of every class's probability |
/// | `smooth_ece` *c* | smooth calibration error; resamples keep its bandwidth |
/// | `brier_reliability`, `brier_resolution` *c*, `brier_uncertainty` | parts of the Brier score, see [`BrierDecomposition`](crate::calibration::BrierDecomposition) |
/// | `calibration_slope`, `calibration_intercept` *n* | of being right on the logit of the confidence; 1 and 0 are perfect |
/// | `multinomial_slope` *n* | the factor on the logits that suits these rows best, `1 / T` |
/// | `aurc`, `excess_aurc`, `accuracy_at_80` | selective prediction, surest rows first |
/// | `conformal_coverage_90`, `conformal_size_90` *h* | 90 % prediction sets by least ambiguity |
/// | `aps_coverage_90`, `aps_size_90` *h* | 90 % adaptive prediction sets, randomised |
/// | `temperature` | geometric mean over members, Student's interval over members on the log scale |
/// | `nll_tempered`, `ece_tempered` *c*, `smooth_ece_tempered` *c* | after division by each member's temperature, if given |
/// | `auroc_*`, `aupr_in_*`, `aupr_out_*`, `fpr95_*` | detection by `msp`, `entropy`, `max_logit`, `energy`, if `ood` is given; AUPR as average precision, FPR at 95 % accepted in-distribution rows |
///
/// Slopes are left out where a member has none (all rows right, or separable), sets with a single row.
///
/// # Shapes
/// - `members`: `[members]` of `[rows, classes]`; `labels`: `[rows]`
/// - `ood`: `[members]` of `[out-of-distribution rows, classes]`, in the order of `members`
///
/// # Errors
/// No members, members of different shapes, temperatures for some members only, labels that do not
/// fit or that a member gives probability exactly 0, settings out of range.
pub fn audit_classification(
    members: &[MemberLogits<'_>],
    labels: &[usize],
    ood: Option<&[Logits<'_>]>,
    config: &AuditConfig,
) -> Result<Audit> {
    config.check()?;
    members_agree(members, ood)?;
    let ood_rows = ood.map_or(0, |ood| ood[0].rows());
    let halves = halves(labels.len(), config)?;
    let level = config.bootstrap.level;
    let prepared: Vec<(Panels, Direct)> = members
        .par_iter()
        .enumerate()
        .map(|(i, member)| {
            labels_possible(&member.logits, labels)?;
            let judged = Judged::new(&member.logits, labels);
            let outside = ood.map(|ood| &ood[i]);
            let panels = panels_of(&judged, member.temperature, outside, config)?;
            let direct = direct_figures(&judged, member.temperature, halves.as_ref(), level)?;
            Ok((panels, direct))
        })
        .collect::<Result<_>>()?;
    let (mut panels, direct): (Vec<Panels>, Vec<Direct>) = prepared.into_iter().unzip();
    let mut findings = measure(&mut panels, labels.len(), ood_rows, &config.bootstrap)?;
    add_direct(&mut findings, &direct)?;
    add_temperature(&mut findings, members, config)?;
    let (metrics, over_members) = findings;
    Ok(Audit {
        metrics,
        over_members,
        reliability: reliability(members, labels, config)?,
        members: members.len(),
        level: config.bootstrap.level,
        resamples: config.bootstrap.resamples,
    })
}

/// Every panel of one member.
fn panels_of(
    judged: &Judged<'_>,
    temperature: Option<f64>,
    ood: Option<&Logits<'_>>,
    config: &AuditConfig,
) -> Result<Panels> {
    let mut panels = calibration_panels(judged, temperature, config)?;
    if let Some(ood) = ood {
        for score in OodScore::ALL {
            panels.push(Box::new(Detection::new(score, judged.logits, ood)?));
        }
    }
    Ok(panels)
}

/// The panels that need held-out rows only: a new metric is one line here.
pub(crate) fn calibration_panels(
    judged: &Judged<'_>,
    temperature: Option<f64>,
    config: &AuditConfig,
) -> Result<Panels> {
    let width = EqualWidth::new(config.bins, config.edge);
    let sweep = most_monotone_bins(&judged.order, &judged.hits);
    let top = ["ece", "mce", "ece_l2"].as_slice();
    let confidence = &judged.softmax.confidence;
    let top = TopLabelGaps::new(confidence, &judged.hits, width, top);
    let mass = &["ece_equal_mass", "ece_debiased"];
    let mut panels: Panels = vec![
        Box::new(RowMeans::of(judged)),
        Box::new(top),
        Box::new(EqualMassGaps::new(judged, config.bins, mass)),
        Box::new(EqualMassGaps::new(judged, sweep, &["ece_sweep"])),
        Box::new(ClasswiseGaps::new(judged, width)),
        Box::new(SmoothGaps::new(confidence, &judged.hits, "smooth_ece")),
        Box::new(Selective::new(judged)),
    ];
    if let Some(temperature) = temperature {
        let soft = judged.logits.tempered(temperature)?;
        let softmax = Softmax::of(&soft);
        let (loss, confidence) = (softmax.nll(&soft, judged.labels), &softmax.confidence);
        let gaps = TopLabelGaps::new(confidence, &judged.hits, width, &["ece_tempered"]);
        panels.push(Box::new(RowMeans::of_column("nll_tempered", loss)));
        panels.push(Box::new(gaps));
        let smooth = SmoothGaps::new(confidence, &judged.hits, "smooth_ece_tempered");
        panels.push(Box::new(smooth));
    }
    Ok(panels)
}

/// Refuses members that differ in shape or in having a temperature.
fn members_agree(members: &[MemberLogits<'_>], ood: Option<&[Logits<'_>]>) -> Result<()> {
    let first = members
        .first()
        .ok_or(AuditError::Empty { what: "members" })?;
    let shape = |logits: &Logits<'_>| format!("[{}, {}]", logits.rows(), logits.classes());
    for (i, member) in members.iter().enumerate() {
        same("shape", i, &shape(&first.logits), &shape(&member.logits))?;
        let has = |m: &MemberLogits<'_>| {
            if m.temperature.is_some() {
                "given"
            } else {
                "absent"
            }
        };
        same("temperature", i, has(first), has(member))?;
        member.temperature.map_or(Ok(()), positive_temperature)?;
    }
    if let Some(ood) = ood {
        crate::finite::length("out-of-distribution members", ood.len(), members.len())?;
        for (i, logits) in ood.iter().enumerate() {
            let expected = format!("[{}, {}]", ood[0].rows(), first.logits.classes());
            same("out-of-distribution shape", i, &expected, &shape(logits))?;
        }
    }
    Ok(())
}

fn same(what: &'static str, member: usize, expected: &str, got: &str) -> Result<()> {
    if expected == got {
        return Ok(());
    }
    Err(AuditError::Members {
        what,
        member,
        expected: expected.to_owned(),
        got: got.to_owned(),
    })
}

/// Adds the temperatures, which resampling the held-out rows cannot vary.
fn add_temperature(
    (metrics, over_members): &mut Findings,
    members: &[MemberLogits<'_>],
    config: &AuditConfig,
) -> Result<()> {
    let values: Vec<f64> = members
        .iter()
        .filter_map(|member| member.temperature)
        .collect();
    if values.is_empty() {
        return Ok(());
    }
    let logs: Vec<f64> = values.iter().map(|t| t.ln()).collect();
    let Estimate { mean, low, high, n } = mean_interval(&logs, config.bootstrap.level)?;
    let estimate = Estimate {
        mean: mean.exp(),
        low: low.exp(),
        high: high.exp(),
        n,
    };
    metrics.insert("temperature".to_owned(), estimate);
    over_members.insert("temperature".to_owned(), summarise(&values)?);
    Ok(())
}

/// One diagram over all members' predictions; its intervals count every row once.
fn reliability(
    members: &[MemberLogits<'_>],
    labels: &[usize],
    config: &AuditConfig,
) -> Result<Vec<ReliabilityBin>> {
    let (mut confidence, mut hits) = (Vec::new(), Vec::new());
    for member in members {
        confidence.extend(member.logits.confidences());
        hits.extend(correct(&member.logits, labels)?);
    }
    let bins = equal_width_bins(&confidence, &hits, config.bins, config.edge)?;
    Ok(with_effective_count(bins, members.len()))
}
