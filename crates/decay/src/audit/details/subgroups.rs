//! Whether the model does worse for some values of a column.

use decay_audit::subgroups::{Subgroup, corrected_level, subgroups, worst};
use decay_audit::{Estimate, Logits};
use decay_data::Dataset;
use serde::Serialize;

use super::LEVEL;
use super::answers::{Answers, variances};
use super::groups::{Groups, check_by, values};
use crate::audit::auditor::Auditor;
use crate::data::{Truth, pooled};
use crate::error::Error;

/// One group of rows.
#[derive(Debug, Clone, Serialize)]
pub struct GroupFigures {
    /// What its rows have in common, as in `region = north`.
    pub name: String,
    /// Number of its rows.
    pub rows: usize,
    /// Share of right answers, of a classification; of labels that of all labels of the rows.
    pub accuracy: Option<Estimate>,
    /// Mean loss: negative log-likelihood, of values the squared error in units of the variance of all rows.
    pub loss: Option<Estimate>,
    /// Its loss less that of all other rows.
    pub against_rest: Option<Estimate>,
    /// Confidence less accuracy, of a classification and of labels; of values the mean residual, truth less prediction, of the first target.
    pub bias: Option<Estimate>,
}

/// All groups of one column.
#[derive(Debug, Clone, Serialize)]
pub struct Grouping {
    /// Name of the column.
    pub column: String,
    /// What a group is, as `each year`.
    pub how: String,
    /// Level of each interval, so that all hold together with 95 %.
    pub level: f64,
    /// In the order of the values.
    pub groups: Vec<GroupFigures>,
    /// Place of the worst group by its loss, of those with enough rows.
    pub worst: Option<usize>,
}

impl Auditor<'_> {
    /// By the column of the settings; `None` without one.
    pub(super) fn grouping(
        &self,
        data: &Dataset,
        rows: &[usize],
        (answers, truth): (&Answers, &Truth),
    ) -> Result<Option<Grouping>, Error> {
        check_by(self.settings, data)?;
        let by = self.settings.by.as_ref();
        let Some((column, found)) = by.and_then(|by| values(by, data, rows)) else {
            return Ok(None);
        };
        let groups = found.groups();
        if groups.names.is_empty() {
            return Ok(None);
        }
        grouped(column, groups, (answers, truth)).map(Some)
    }
}

/// The figures of each group.
fn grouped(
    column: String,
    Groups { names, of, how }: Groups,
    (answers, truth): (&Answers, &Truth),
) -> Result<Grouping, Error> {
    let by_group = |figures: &[f64]| subgroups(figures, &of, names.len(), LEVEL);
    let losses = by_group(&answers.losses(truth, &variances(truth)))?;
    let accuracy = hits(answers, truth)
        .map(|hits| by_group(&hits))
        .transpose()?;
    let bias = biases(answers, truth)
        .map(|own| by_group(&own))
        .transpose()?;
    let figure = |all: &Option<Vec<Subgroup>>, at: usize| all.as_ref()?[at].figure;
    let level = corrected_level(LEVEL, names.len());
    let worst = worst(&losses);
    let group = |(at, name): (usize, String)| GroupFigures {
        name,
        rows: losses[at].rows,
        accuracy: figure(&accuracy, at).map(|own| share(answers, own, level)),
        loss: losses[at].figure,
        against_rest: losses[at].against_rest,
        bias: figure(&bias, at),
    };
    Ok(Grouping {
        column,
        how,
        level,
        groups: names.into_iter().enumerate().map(group).collect(),
        worst,
    })
}

/// Wilson's interval, which a share near 0 or 1 needs; the labels of a row are no trials of their own.
fn share(answers: &Answers, own: Estimate, level: f64) -> Estimate {
    if matches!(answers, Answers::Labels(_)) {
        return own;
    }
    decay_audit::interval::share_interval(own.mean, own.n, level).unwrap_or(own)
}

/// Confidence and whether it was right, row by row; of labels their means over a row.
fn sureness(answers: &Answers, truth: &Truth) -> Option<Vec<[f64; 2]>> {
    let pairs = |logits: &Logits<'_>, labels: &[usize]| {
        let hits = logits.hits(labels).ok()?.into_iter();
        let hits = hits.map(|hit| f64::from(u8::from(hit)));
        let sure = logits.confidences().into_iter();
        Some(sure.zip(hits).map(<[f64; 2]>::from).collect::<Vec<_>>())
    };
    match (answers, truth) {
        (Answers::Classes(logits), Truth::Classes { labels, .. }) => pairs(logits, labels),
        (Answers::Labels(logits), Truth::Flags(flags)) => {
            let all = pairs(logits, &pooled(flags))?;
            let mean = |row: &[[f64; 2]], place: usize| {
                row.iter().map(|own| own[place]).sum::<f64>() / row.len() as f64
            };
            let rows = all.chunks(flags.len());
            Some(rows.map(|row| [mean(row, 0), mean(row, 1)]).collect())
        }
        _ => None,
    }
}

fn hits(answers: &Answers, truth: &Truth) -> Option<Vec<f64>> {
    let rows = sureness(answers, truth)?.into_iter();
    Some(rows.map(|[_, hit]| hit).collect())
}

fn biases(answers: &Answers, truth: &Truth) -> Option<Vec<f64>> {
    if let (Answers::Values(said), Truth::Values(values)) = (answers, truth) {
        let pairs = said.values(0).iter().zip(&values[0]);
        return Some(pairs.map(|(said, truth)| truth - said).collect());
    }
    let rows = sureness(answers, truth)?.into_iter();
    Some(rows.map(|[sure, hit]| sure - hit).collect())
}

#[cfg(test)]
mod tests;
