//! The audit of a classifier.

use super::detection::Detection;
use super::equal_mass::EqualMassGaps;
use super::equal_width::{ClasswiseGaps, TopLabelGaps};
use super::panel::{Findings, Panels, measure};
use super::row_means::RowMeans;
use super::{Audit, AuditConfig};
use crate::accuracy::correct;
use crate::calibration::{EqualWidth, ReliabilityBin, equal_width_bins, with_effective_count};
use crate::interval::{Estimate, mean_interval, summarise};
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
/// Every metric is the mean over members of that metric on all rows. Its interval is a percentile
/// bootstrap over rows, resampled jointly for all members; those of the calibration errors are centred
/// ([`centred_interval`](crate::interval::centred_interval)). Intervals say how well these rows measure
/// the members at hand; how much another seed would change is in `over_members`.
///
/// | metric | meaning |
/// | :-- | :-- |
/// | `accuracy`, `nll`, `brier`, `entropy`, `confidence` | means over rows; NLL and entropy in nats, Brier summed over classes |
/// | `logit_scale` | root mean square of the centred logits |
/// | `ece`, `mce`, `ece_equal_mass`, `ece_classwise` | calibration errors |
/// | `temperature` | geometric mean over members, Student's interval over members on the log scale |
/// | `nll_tempered`, `ece_tempered` | after division by each member's temperature, if given |
/// | `auroc_*`, `aupr_in_*`, `aupr_out_*`, `fpr95_*` | detection by `msp`, `entropy`, `max_logit`, `energy`, if `ood` is given; AUPR as average precision, FPR at 95 % accepted in-distribution rows |
///
/// # Shapes
/// - `members`: `[members]` of `[rows, classes]`; `labels`: `[rows]`
/// - `ood`: `[members]` of `[out-of-distribution rows, classes]`, in the order of `members`
///
/// # Errors
/// No members, members of different shapes, temperatures for some members only, labels that do not
/// fit, settings out of range.
pub fn audit_classification(
    members: &[MemberLogits<'_>],
    labels: &[usize],
    ood: Option<&[Logits<'_>]>,
    config: &AuditConfig,
) -> Result<Audit> {
    config.check()?;
    members_agree(members, ood)?;
    let ood_rows = ood.map_or(0, |ood| ood[0].rows());
    let mut panels = Vec::with_capacity(members.len());
    for (i, member) in members.iter().enumerate() {
        panels.push(panels_of(member, labels, ood.map(|ood| &ood[i]), config)?);
    }
    let mut findings = measure(&mut panels, labels.len(), ood_rows, &config.bootstrap)?;
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

/// Every panel of one member: a new metric is one line here.
fn panels_of(
    member: &MemberLogits<'_>,
    labels: &[usize],
    ood: Option<&Logits<'_>>,
    config: &AuditConfig,
) -> Result<Panels> {
    let (logits, bins) = (&member.logits, config.bins);
    let width = EqualWidth::new(bins, config.edge);
    let hits = correct(logits, labels)?;
    let confidence = logits.confidences();
    let mut panels: Panels = vec![
        Box::new(RowMeans::of_logits(logits, labels)?),
        Box::new(TopLabelGaps::new(
            &confidence,
            &hits,
            width,
            &["ece", "mce"],
        )),
        Box::new(EqualMassGaps::new(&confidence, &hits, bins)),
        Box::new(ClasswiseGaps::new(logits, labels, width)?),
    ];
    if let Some(temperature) = member.temperature {
        let soft = logits.tempered(temperature)?;
        let confidence = soft.confidences();
        panels.push(Box::new(RowMeans::of_tempered(&soft, labels)?));
        panels.push(Box::new(TopLabelGaps::new(
            &confidence,
            &hits,
            width,
            &["ece_tempered"],
        )));
    }
    if let Some(ood) = ood {
        for score in OodScore::ALL {
            panels.push(Box::new(Detection::new(score, logits, ood)?));
        }
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
