//! Whether the model does worse for some values of a column.

use decay_audit::Estimate;
use decay_audit::subgroups::{Subgroup, corrected_level, quantile_bands, subgroups, worst};
use decay_data::{ColumnKind, Dataset};
use decay_report::text::short;
use serde::Serialize;

use super::LEVEL;
use super::answers::{Answers, variances};
use super::columns::{Column, check_by, columns};
use crate::audit::auditor::Auditor;
use crate::data::Truth;
use crate::error::Error;

/// Bands of a column of numbers.
const BANDS: usize = 4;
/// Labels with the most rows have a group each, the rest one together.
const MOST_GROUPS: usize = 12;

/// One group of rows.
#[derive(Debug, Clone, Serialize)]
pub struct GroupFigures {
    /// What its rows have in common, as in `region = north`.
    pub name: String,
    /// Number of its rows.
    pub rows: usize,
    /// Share of right answers, of a classification.
    pub accuracy: Option<Estimate>,
    /// Mean loss: negative log-likelihood, of values the squared error in units of the variance of all rows.
    pub loss: Option<Estimate>,
    /// Its loss less that of all other rows.
    pub against_rest: Option<Estimate>,
    /// Confidence less accuracy, of a classification; of values the mean residual, truth less prediction, of the first target.
    pub bias: Option<Estimate>,
}

/// All groups of one column.
#[derive(Debug, Clone, Serialize)]
pub struct Grouping {
    /// Name of the column.
    pub column: String,
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
        check_by(self.settings, self.schema)?;
        let Some(by) = &self.settings.by else {
            return Ok(None);
        };
        let columns = columns(self.schema);
        let Some(column) = columns.iter().find(|column| column.name == by) else {
            return Ok(None);
        };
        let (names, group_of) = groups(column, data, rows);
        if names.is_empty() {
            return Ok(None);
        }
        grouped(by, names, &group_of, (answers, truth)).map(Some)
    }
}

/// The figures of each group.
fn grouped(
    column: &str,
    names: Vec<String>,
    group_of: &[Option<usize>],
    (answers, truth): (&Answers, &Truth),
) -> Result<Grouping, Error> {
    let by_group = |figures: &[f64]| subgroups(figures, group_of, names.len(), LEVEL);
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
        accuracy: figure(&accuracy, at).map(|own| share(own, level)),
        loss: losses[at].figure,
        against_rest: losses[at].against_rest,
        bias: figure(&bias, at),
    };
    Ok(Grouping {
        column: column.to_owned(),
        level,
        groups: names.into_iter().enumerate().map(group).collect(),
        worst,
    })
}

/// Wilson's interval, which a share near 0 or 1 needs.
fn share(own: Estimate, level: f64) -> Estimate {
    decay_audit::interval::share_interval(own.mean, own.n, level).unwrap_or(own)
}

fn hits(answers: &Answers, truth: &Truth) -> Option<Vec<f64>> {
    let (Some(logits), Truth::Classes { labels, .. }) = (answers.logits(), truth) else {
        return None;
    };
    let hits = logits.hits(labels).ok()?.into_iter();
    Some(hits.map(|hit| f64::from(u8::from(hit))).collect())
}

fn biases(answers: &Answers, truth: &Truth) -> Option<Vec<f64>> {
    if let (Answers::Values(said), Truth::Values(values)) = (answers, truth) {
        let pairs = said.values(0).iter().zip(&values[0]);
        return Some(pairs.map(|(said, truth)| truth - said).collect());
    }
    let sure = answers.logits()?.confidences().into_iter();
    let pairs = sure.zip(hits(answers, truth)?);
    Some(pairs.map(|(sure, hit)| sure - hit).collect())
}

/// Names of the groups, and that of each row.
fn groups(
    column: &Column<'_>,
    data: &Dataset,
    rows: &[usize],
) -> (Vec<String>, Vec<Option<usize>>) {
    let values: Vec<Option<f64>> = rows.iter().map(|&row| column.value(data, row)).collect();
    let (mut names, mut group_of) = match column.only().map(|part| &part.kind) {
        Some(ColumnKind::Categorical { levels }) => of_labels(levels, &values),
        _ => of_numbers(&values),
    };
    if values.contains(&None) {
        let missing = names.len();
        names.push("missing or unknown".into());
        for (group, value) in group_of.iter_mut().zip(&values) {
            if value.is_none() {
                *group = Some(missing);
            }
        }
    }
    (names, group_of)
}

fn of_labels(levels: &[String], values: &[Option<f64>]) -> (Vec<String>, Vec<Option<usize>>) {
    let mut counts = vec![0; levels.len()];
    let places = || values.iter().map(|value| value.map(|place| place as usize));
    places().flatten().for_each(|place| counts[place] += 1);
    let mut order: Vec<usize> = (0..levels.len())
        .filter(|&level| counts[level] > 0)
        .collect();
    order.sort_by_key(|&level| std::cmp::Reverse(counts[level]));
    let others = order.split_off(order.len().min(MOST_GROUPS));
    order.sort_unstable();
    let mut names: Vec<String> = order.iter().map(|&level| levels[level].clone()).collect();
    if !others.is_empty() {
        names.push(format!("{} rarer values", others.len()));
    }
    let group = |place: usize| {
        let own = order.iter().position(|&level| level == place);
        own.unwrap_or(order.len())
    };
    (names, places().map(|place| place.map(group)).collect())
}

fn of_numbers(values: &[Option<f64>]) -> (Vec<String>, Vec<Option<usize>>) {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let ends = quantile_bands(&known, BANDS);
    let lowest = known.iter().copied().fold(f64::INFINITY, f64::min);
    let name = |(band, end): (usize, &f64)| match band {
        0 if lowest == *end => short(*end),
        0 => format!("{} to {}", short(lowest), short(*end)),
        _ => format!("above {} to {}", short(ends[band - 1]), short(*end)),
    };
    let names = ends.iter().enumerate().map(name).collect();
    let group = |value: f64| ends.partition_point(|end| *end < value);
    (names, values.iter().map(|value| value.map(group)).collect())
}
