//! How rows fall into groups by the values of a column.

use std::collections::BTreeSet;

use decay_audit::subgroups::quantile_bands;
use decay_data::{Cells, ColumnKind, Dataset, MISSING, Schema, civil};
use decay_report::text::short;

use super::columns::{Column, columns};
use crate::error::Error;
use crate::settings::AuditSettings;

/// Bands of a column of many numbers.
const BANDS: usize = 4;
/// So many values, or years, have a group each; of more labels the rest is one together.
const MOST_GROUPS: usize = 12;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// What the rows without a value are called.
const MISSING_GROUP: &str = "missing or unknown";

/// What stands in a column, row by row; `None` where nothing does.
pub(super) enum Values {
    /// Labels, and the place of that of each row.
    Labels(Vec<String>, Vec<Option<usize>>),
    Numbers(Vec<Option<f64>>),
    /// Year and month from 1.
    Dates(Vec<Option<(i64, u32)>>),
}

/// Groups of rows.
#[derive(Debug, PartialEq)]
pub(super) struct Groups {
    pub(super) names: Vec<String>,
    /// That of each row.
    pub(super) of: Vec<Option<usize>>,
    /// What a group is, in words.
    pub(super) how: String,
}

/// The column of `audit.by` on some rows: as it stands in the file, where the reader was told to keep it, else as the model reads it.
pub(super) fn values(by: &str, data: &Dataset, rows: &[usize]) -> Option<(String, Values)> {
    let kept = data.ties.by.as_ref();
    // A column may be named by its position.
    let kept = kept.filter(|own| own.column.name == by || by.parse::<i64>().is_ok());
    if let Some(own) = kept {
        let name = own.column.name.clone();
        let found = match &own.column.cells {
            Cells::Numbers(all) if own.dates => {
                let month = |row: &usize| month_of(all[*row]);
                Values::Dates(rows.iter().map(month).collect())
            }
            Cells::Numbers(all) => {
                let number = |row: &usize| Some(all[*row]).filter(|value| value.is_finite());
                Values::Numbers(rows.iter().map(number).collect())
            }
            Cells::Labels { codes, levels } => {
                let place = |row: &usize| (codes[*row] != MISSING).then_some(codes[*row] as usize);
                Values::Labels(levels.clone(), rows.iter().map(place).collect())
            }
        };
        return Some((name, found));
    }
    let column = columns(&data.schema)
        .into_iter()
        .find(|own| own.name == by)?;
    let found = of_features(&column, data, rows)?;
    Some((column.name.to_owned(), found))
}

/// As the features say.
fn of_features(column: &Column<'_>, data: &Dataset, rows: &[usize]) -> Option<Values> {
    let own = |column: &Column<'_>| -> Vec<Option<f64>> {
        rows.iter().map(|&row| column.value(data, row)).collect()
    };
    let Some(part) = column.only() else {
        let [years, months] = ["year", "month"].map(|part| column.part(part));
        let dates = own(&years?).into_iter().zip(own(&months?));
        let date = |(year, month): (Option<f64>, Option<f64>)| {
            Some((year?.round() as i64, month?.round() as u32))
        };
        return Some(Values::Dates(dates.map(date).collect()));
    };
    Some(match &part.kind {
        ColumnKind::Categorical { levels } => {
            let places = own(column).into_iter();
            let places = places.map(|place| place.map(|place| place as usize));
            Values::Labels(levels.clone(), places.collect())
        }
        ColumnKind::Numeric { .. } => Values::Numbers(own(column)),
    })
}

/// Year and month of an instant in seconds since 1970.
fn month_of(seconds: f64) -> Option<(i64, u32)> {
    let day = (seconds / 86_400.0).floor();
    seconds.is_finite().then(|| {
        let (year, month, _) = civil(day as i64);
        (year, month as u32)
    })
}

impl Values {
    /// The rows that have a value in groups, and those without one in another.
    pub(super) fn groups(self) -> Groups {
        let mut groups = match self {
            Self::Labels(levels, places) => of_labels(&levels, &places),
            Self::Numbers(values) => of_numbers(&values),
            Self::Dates(dates) => of_dates(&dates),
        };
        if groups.of.contains(&None) {
            let missing = groups.names.len();
            groups.names.push(MISSING_GROUP.into());
            let all = groups.of.iter_mut();
            all.for_each(|group| *group = group.or(Some(missing)));
        }
        groups
    }
}

fn of_labels(levels: &[String], places: &[Option<usize>]) -> Groups {
    let mut counts = vec![0; levels.len()];
    places
        .iter()
        .flatten()
        .for_each(|&place| counts[place] += 1);
    let mut order: Vec<usize> = (0..levels.len())
        .filter(|&level| counts[level] > 0)
        .collect();
    order.sort_by_key(|&level| std::cmp::Reverse(counts[level]));
    let others = order.split_off(order.len().min(MOST_GROUPS));
    order.sort_unstable();
    let mut names: Vec<String> = order.iter().map(|&level| levels[level].clone()).collect();
    let mut how = "each value".to_owned();
    if !others.is_empty() {
        names.push(format!("{} rarer values", others.len()));
        how = format!("the {MOST_GROUPS} most frequent values, and all others together");
    }
    let group = |place: usize| {
        let own = order.iter().position(|&level| level == place);
        own.unwrap_or(order.len())
    };
    let of = places.iter().map(|place| place.map(group)).collect();
    Groups { names, of, how }
}

fn of_numbers(values: &[Option<f64>]) -> Groups {
    let mut known: Vec<f64> = values.iter().flatten().copied().collect();
    known.sort_by(f64::total_cmp);
    let mut different = known.clone();
    different.dedup();
    if different.len() <= MOST_GROUPS {
        let group = |value: f64| different.partition_point(|own| *own < value);
        return Groups {
            of: values.iter().map(|value| value.map(group)).collect(),
            names: different.iter().copied().map(short).collect(),
            how: "each value".into(),
        };
    }
    let ends = quantile_bands(&known, BANDS);
    let name = |(band, end): (usize, &f64)| match band {
        0 if known[0] == *end => short(*end),
        0 => format!("{} to {}", short(known[0]), short(*end)),
        _ => format!("above {} to {}", short(ends[band - 1]), short(*end)),
    };
    let group = |value: f64| ends.partition_point(|end| *end < value);
    Groups {
        names: ends.iter().enumerate().map(name).collect(),
        of: values.iter().map(|value| value.map(group)).collect(),
        how: "quarters of the rows, equal values together".into(),
    }
}

/// By year; by month where all are of one year; of very many years several together.
fn of_dates(dates: &[Option<(i64, u32)>]) -> Groups {
    let known = || dates.iter().flatten();
    let years: BTreeSet<i64> = known().map(|date| date.0).collect();
    let (first, last) = match (years.first(), years.last()) {
        (Some(&first), Some(&last)) => (first, last),
        _ => (0, 0),
    };
    if first == last {
        let name = |month: i64| format!("{} {first}", MONTHS[(month as usize - 1) % 12]);
        let months = dates.iter().map(|date| date.map(|own| i64::from(own.1)));
        let how = format!("each month, since all dates are of {first}");
        return in_order(months.collect(), name, how);
    }
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
    let few = |step: &i64| {
        let spans: BTreeSet<i64> = years.iter().map(|year| year.div_euclid(*step)).collect();
        spans.len() <= MOST_GROUPS
    };
    let step = steps.into_iter().find(few).unwrap_or(10_000);
    let name = |span: i64| match step {
        1 => span.to_string(),
        _ => format!("{} to {}", span * step, span * step + step - 1),
    };
    let how = match step {
        1 => "each year".to_owned(),
        _ => format!("{step} years together, since there are {}", years.len()),
    };
    let spans = dates
        .iter()
        .map(|date| date.map(|own| own.0.div_euclid(step)));
    in_order(spans.collect(), name, how)
}

/// A group for each key that occurs, in rising order.
fn in_order(keys: Vec<Option<i64>>, name: impl Fn(i64) -> String, how: String) -> Groups {
    let different: BTreeSet<i64> = keys.iter().flatten().copied().collect();
    let different: Vec<i64> = different.into_iter().collect();
    let group = |key: i64| different.partition_point(|own| *own < key);
    Groups {
        of: keys.into_iter().map(|key| key.map(group)).collect(),
        names: different.iter().copied().map(name).collect(),
        how,
    }
}

/// Refuses a column of `audit.by` that these data do not have.
///
/// # Errors
/// [`Error::Setting`] that names the columns.
pub(crate) fn check_by(settings: &AuditSettings, data: &Dataset) -> Result<(), Error> {
    /// As many names as a line shows.
    const TOLD: usize = 12;
    let Some(by) = &settings.by else {
        return Ok(());
    };
    let schema = &data.schema;
    let found = values(by, data, &[]).map(|(name, _)| name);
    if found.is_some_and(|name| !schema.targets.contains(&name)) {
        return Ok(());
    }
    let names = named(schema);
    let all = match names.len() {
        0 => "it has none".to_owned(),
        count => {
            let more = if count > TOLD { ", ..." } else { "" };
            let told = names.iter().take(TOLD).copied().collect::<Vec<_>>();
            format!("its model reads {}{more}", told.join(", "))
        }
    };
    Err(Error::Setting(format!(
        "audit.by must name a column of numbers, dates or at most data.max_levels labels of {} that is no target, got '{by}'; {all}",
        data.provenance.source
    )))
}

fn named(schema: &Schema) -> Vec<&str> {
    columns(schema).iter().map(|column| column.name).collect()
}
