//! The audit of a classifier.

use rayon::prelude::*;

use super::resampling::measure;
use super::{AuditConfig, Figures, WeightedAudit};
use crate::calibration::{ReliabilityBin, reliability_diagram};
use crate::check::{labels_possible, length};
use crate::interval::{Estimate, mean_interval, summarise};
use crate::logits::positive_temperature;
use crate::metric::{LabelTruth, Prepared, Settings};
use crate::{AuditError, Logits, Result};

/// The logits of one of the models that answer together, on the held-out rows.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberLogits<'a> {
    /// `[rows, classes]`, the same rows for every member.
    pub logits: Logits<'a>,
    /// By what they are divided before all answer together, found on rows that are neither trained on nor audited; see
    /// [`optimal_temperature`](crate::calibration::optimal_temperature). For all members or for none.
    pub temperature: Option<f64>,
}

/// Audits models that answer together on held-out rows by every metric of [`Metric::ALL`](crate::Metric::ALL).
///
/// ```text
/// p = 1/M Σ_m softmax(z_m)          metrics
/// p = 1/M Σ_m softmax(z_m / T_m)    metrics after temperature scaling, `*_tempered`
/// ```
///
/// `metrics` are those of the mean prediction, see [`Logits::together`]; `single_network` are the means over members of
/// each member's own, and `over_members` their spread: how much another seed would change. Intervals say how well these
/// rows measure the members at hand. Of one member all three speak of it.
///
/// | interval | metrics |
/// | :-- | :-- |
/// | percentile bootstrap over rows, the same resamples for all members and for them together | all but the following |
/// | true errors that agree with the gaps in the bins, whose answers are drawn anew | `ece`, `ece_equal_mass` |
/// | percentile, widened to Wilson's of the right answers | `accuracy`, `accuracy_at_80` |
/// | percentile, widened to the gaps that agree with the number of right answers | `confidence_gap` |
/// | centred ([`centred_interval`](crate::interval::centred_interval)), since resampling inflates gaps: of the figure, with what chance adds to it | other calibration errors, parts of the Brier score, and of weighted rows the ones above |
/// | normal, from the information of a fit | `calibration_slope`, `calibration_intercept`, `multinomial_slope` |
/// | from random halves, see [`SetFigures`](crate::conformal::SetFigures) | `conformal_*`, `aps_*` |
/// | Student's over members, on the log scale | `temperature`, the geometric mean over members |
///
/// Figures after temperature scaling are there if a temperature is given, detection if `ood` is. Slopes are
/// left out where a member has none (all rows right, or separable), sets with a single row.
///
/// # Shapes
/// - `members`: `[members]` of `[rows, classes]`; `labels`: `[rows]`
/// - `ood`: `[members]` of `[out-of-distribution rows, classes]`, in the order of `members`
///
/// # Errors
/// No members, members of different shapes, weights that do not fit ([`AuditConfig::weighted`]), temperatures for some members only, labels that do not
/// fit or that a member gives probability exactly 0, settings out of range.
pub fn audit_classification<'c>(
    members: &[MemberLogits<'_>],
    labels: &[usize],
    ood: Option<&[Logits<'_>]>,
    config: impl Into<WeightedAudit<'c>>,
) -> Result<Figures> {
    audited(members, Truth::Classes(labels), ood, config.into())
}

/// As [`audit_classification`], of labels each of which applies or does not: members give logits of no and yes for every label of every
/// row, and rows are resampled with all of their labels.
///
/// Calibration errors and reliability diagrams pool the answers to all labels.
///
/// # Shapes
/// - `members`: `[members]` of `[rows * labels]`, as [`label_logits`](crate::label_logits) makes them
/// - `flags`: `[labels]` of `[rows]`
///
/// # Errors
/// As [`audit_classification`]; labels of other numbers of rows.
pub fn audit_labels<'c>(
    members: &[MemberLogits<'_>],
    flags: &[Vec<bool>],
    config: impl Into<WeightedAudit<'c>>,
) -> Result<Figures> {
    let truth = LabelTruth::new(flags)?;
    audited(members, Truth::Labels(&truth), None, config.into())
}

/// What answers are compared with.
#[derive(Clone, Copy)]
enum Truth<'a> {
    Classes(&'a [usize]),
    Labels(&'a LabelTruth),
}

impl<'a> Truth<'a> {
    /// The class of each answer.
    fn classes(self) -> &'a [usize] {
        match self {
            Self::Classes(labels) => labels,
            Self::Labels(truth) => &truth.pooled,
        }
    }

    fn rows(self) -> usize {
        match self {
            Self::Classes(labels) => labels.len(),
            Self::Labels(truth) => truth.rows(),
        }
    }
}

fn audited(
    members: &[MemberLogits<'_>],
    truth: Truth<'_>,
    ood: Option<&[Logits<'_>]>,
    weighted: WeightedAudit<'_>,
) -> Result<Figures> {
    let rows = truth.rows();
    weighted.check(rows)?;
    let config = weighted.config;
    members_agree(members, ood)?;
    let ood_rows = ood.map_or(0, |ood| ood[0].rows());
    let halves = config.halves(rows)?;
    let mut prepared: Vec<Prepared<'_>> = members
        .par_iter()
        .enumerate()
        .map(|(i, member)| {
            weighted.resampling.go_on()?;
            labels_possible(&member.logits, truth.classes())?;
            let tempered = member.temperature.map(|t| member.logits.tempered(t));
            let answers = Answers {
                logits: member.logits.borrowed(),
                tempered: tempered.transpose()?,
                outside: ood.map(|ood| ood[i].borrowed()),
            };
            let settings = weighted.settings(halves.as_ref(), member.temperature);
            answers.prepared(truth, settings)
        })
        .collect::<Result<_>>()?;
    let mut single = measure(&mut prepared, rows, ood_rows, weighted.resampling)?;
    drop(prepared);
    let temperatures: Vec<f64> = members.iter().filter_map(|m| m.temperature).collect();
    let temperature = match temperatures.as_slice() {
        [] => None,
        all => Some(geometric_mean(all, config.bootstrap.level)?),
    };
    if let Some(estimate) = temperature {
        let spread = summarise(&temperatures)?;
        single.0.insert("temperature".to_owned(), estimate);
        single.1.insert("temperature".to_owned(), spread);
    }
    let all = Answers::together(members, ood)?;
    let diagram = reliability(&all.logits, truth.classes(), config)?;
    let settings = weighted.settings(halves.as_ref(), temperature.map(|t| t.mean));
    let mut all = [all.prepared(truth, settings)?];
    let p_values = all[0].chance();
    if members.len() == 1 {
        let metrics = single.0.clone();
        let figures = Figures::new(metrics, single, diagram, 1, &config.bootstrap);
        return Ok(Figures {
            p_values,
            ..figures
        });
    }
    let (mut metrics, _) = measure(&mut all, rows, ood_rows, weighted.resampling)?;
    metrics.extend(temperature.map(|estimate| ("temperature".to_owned(), estimate)));
    let figures = Figures::new(metrics, single, diagram, members.len(), &config.bootstrap);
    Ok(Figures {
        p_values,
        ..figures
    })
}

/// What a model, or all of them together, make of the rows.
struct Answers<'a> {
    logits: Logits<'a>,
    /// At the temperature.
    tempered: Option<Logits<'a>>,
    /// Of out-of-distribution rows.
    outside: Option<Logits<'a>>,
}

impl<'a> Answers<'a> {
    /// Of members that agree in shape and in having a temperature.
    fn together(members: &[MemberLogits<'_>], ood: Option<&[Logits<'_>]>) -> Result<Self> {
        let logits: Vec<_> = members.iter().map(|m| m.logits.borrowed()).collect();
        let tempered = members
            .iter()
            .filter_map(|member| Some(member.logits.tempered(member.temperature?)));
        let tempered = tempered.collect::<Result<Vec<_>>>()?;
        let tempered = (!tempered.is_empty()).then_some(tempered);
        Ok(Self {
            logits: Logits::together(&logits)?,
            tempered: tempered.map(|all| Logits::together(&all)).transpose()?,
            outside: ood.map(Logits::together).transpose()?,
        })
    }

    fn prepared(self, truth: Truth<'a>, settings: Settings<'a>) -> Result<Prepared<'a>> {
        let labels = match truth {
            Truth::Classes(labels) => labels,
            Truth::Labels(truth) => {
                return Prepared::labels(self.logits, self.tempered, truth, settings);
            }
        };
        let outside = self.outside.map(|outside| (self.logits.clone(), outside));
        let prepared = Prepared::classifier(self.logits, self.tempered, labels, settings);
        match outside {
            Some((inside, outside)) => prepared.detecting(&inside, &outside),
            None => Ok(prepared),
        }
    }
}

/// Refuses members that differ in shape or in having a temperature.
fn members_agree(members: &[MemberLogits<'_>], ood: Option<&[Logits<'_>]>) -> Result<()> {
    let first = members
        .first()
        .ok_or(AuditError::Empty { what: "members" })?;
    let shape = |logits: &Logits<'_>| format!("[{}, {}]", logits.rows(), logits.classes());
    for (i, member) in members.iter().enumerate() {
        same("shape", i, &shape(&first.logits), &shape(&member.logits))?;
        let has = |m: &MemberLogits<'_>| given(m.temperature);
        same("temperature", i, has(first), has(member))?;
        member.temperature.map_or(Ok(()), positive_temperature)?;
    }
    if let Some(ood) = ood {
        length("out-of-distribution members", ood.len(), members.len())?;
        for (i, logits) in ood.iter().enumerate() {
            let expected = format!("[{}, {}]", ood[0].rows(), first.logits.classes());
            same("out-of-distribution shape", i, &expected, &shape(logits))?;
        }
    }
    Ok(())
}

/// Whether a setting is there, in words.
pub(super) fn given(setting: Option<f64>) -> &'static str {
    if setting.is_some() { "given" } else { "absent" }
}

/// Refuses a member that differs from the first.
pub(super) fn same(what: &'static str, member: usize, expected: &str, got: &str) -> Result<()> {
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

/// With Student's interval on the log scale.
fn geometric_mean(values: &[f64], level: f64) -> Result<Estimate> {
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let Estimate { mean, low, high, n } = mean_interval(&logs, level)?;
    Ok(Estimate {
        mean: mean.exp(),
        low: low.exp(),
        high: high.exp(),
        n,
    })
}

/// The diagram of what all members say together.
fn reliability(
    logits: &Logits<'_>,
    labels: &[usize],
    config: &AuditConfig,
) -> Result<Vec<ReliabilityBin>> {
    let (confidence, hits) = (logits.confidences(), logits.hits(labels)?);
    reliability_diagram(&confidence, &hits, 1, config.width())
}
