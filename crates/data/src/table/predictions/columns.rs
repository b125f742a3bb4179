//! Which columns of a file are classes.

use super::lines::{Lines, column_of, number};
use crate::files::npy::Array;
use crate::table::aside::counts_rows;
use crate::{DataError, Result};

/// Numbers of some rows, a column for each class.
pub(super) struct Columns {
    /// `[rows, columns]`, row-major.
    pub(super) values: Vec<f64>,
    pub(super) rows: usize,
    /// Of a head, without what says how they count.
    pub(super) names: Option<Vec<String>>,
    pub(super) says: Option<Says>,
    pub(super) notes: Vec<String>,
}

/// What the names of columns say of their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Logits,
    Probabilities,
}

/// What precedes a class's name in the head of a column.
const PREFIXES: [(&str, Says); 8] = [
    ("logit_", Says::Logits),
    ("logits_", Says::Logits),
    ("logit.", Says::Logits),
    ("p_", Says::Probabilities),
    ("prob_", Says::Probabilities),
    ("proba_", Says::Probabilities),
    ("probability_", Says::Probabilities),
    ("prob.", Says::Probabilities),
];

impl Columns {
    /// # Shapes
    /// - `array`: `[rows, classes]`, or `[rows]` of two classes' second
    pub(super) fn of_array(path: &str, array: Array) -> Result<Self> {
        let wrong = |reason| DataError::Array {
            path: path.to_owned(),
            reason,
        };
        let (rows, columns) = match *array.shape.as_slice() {
            [rows] => (rows, 1),
            [rows, columns] => (rows, columns),
            _ => {
                let shape = &array.shape;
                return Err(wrong(format!(
                    "logits have shape [rows, classes], got {shape:?}"
                )));
            }
        };
        if rows == 0 || columns == 0 {
            let path = path.to_owned();
            return Err(DataError::Empty { path });
        }
        let text = "holds text, logits are numbers";
        Ok(Self {
            values: array.numbers().ok_or_else(|| wrong(text.into()))?,
            rows,
            names: None,
            says: None,
            notes: Vec::new(),
        })
    }

    pub(super) fn of_text(path: &str, lines: &Lines) -> Result<Self> {
        let headed = headed(&lines.records);
        let (head, body) = lines.records.split_at(usize::from(headed.is_some()));
        if body.is_empty() {
            let path = path.to_owned();
            return Err(DataError::HeaderOnly { path });
        }
        let mut notes: Vec<String> = headed
            .flatten()
            .map(|note| format!("{path}: {note}"))
            .into_iter()
            .collect();
        let head = head.first().map(Vec::as_slice);
        let index = index_column(path, head, body)?;
        if let Some(column) = index {
            let name = head
                .map(|head| head[column].as_str())
                .filter(|name| !name.is_empty());
            let what = name.map_or_else(
                || format!("column {}", column + 1),
                |name| format!("column '{name}'"),
            );
            notes.push(format!("{path}: {what} counts the rows and is no class"));
        }
        let all: Vec<usize> = (0..body[0].len())
            .filter(|&column| Some(column) != index)
            .collect();
        let (places, says) = head.map_or((all.clone(), None), |head| classes(head, &all));
        let others: Vec<&str> = head.map_or_else(Vec::new, |head| {
            let left = all.iter().filter(|column| !places.contains(column));
            left.map(|&column| head[column].as_str()).collect()
        });
        if !others.is_empty() {
            notes.push(format!(
                "{path}: left out as no class: {}",
                others.join(", ")
            ));
        }
        let names = head.map(|head| {
            places
                .iter()
                .map(|&column| class_name(&head[column]))
                .collect::<Vec<_>>()
        });
        if let Some(twice) = names.as_deref().and_then(repeated) {
            let reason = format!("two columns are of the class '{twice}'");
            let path = path.to_owned();
            return Err(DataError::Array { path, reason });
        }
        let mut values = Vec::with_capacity(body.len() * places.len());
        for (row, record) in body.iter().enumerate() {
            for (place, &column) in places.iter().enumerate() {
                let bad = || DataError::BadLogit {
                    path: path.to_owned(),
                    row: row + 1,
                    class: names
                        .as_ref()
                        .map_or_else(|| place.to_string(), |names| names[place].clone()),
                    value: record[column].clone(),
                };
                values.push(number(&record[column]).ok_or_else(bad)?);
            }
        }
        Ok(Self {
            values,
            rows: body.len(),
            names,
            says,
            notes,
        })
    }
}

/// Whether the first record is a head, with a word where that is not plain: `None` if it is a row.
fn headed(records: &[Vec<String>]) -> Option<Option<String>> {
    let (first, body) = records.split_first()?;
    let whole = |field: &String| field.parse::<u64>().ok();
    if first
        .iter()
        .all(|field| whole(field).is_none() && number(field).is_none())
    {
        return Some(None);
    }
    if first.iter().any(|field| number(field).is_none()) {
        // Names and numbers of classes; a row has at most fractions beside what is wrong in it.
        let names = first
            .iter()
            .all(|field| number(field).is_none() || whole(field).is_some());
        return names.then_some(None);
    }
    // Classes by number, as pandas writes columns without names.
    let numbers: Vec<u64> = first.iter().map(whole).collect::<Option<_>>()?;
    let counted = numbers[0] <= 1 && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let fraction = |value: f64| value.is_finite() && value.fract() != 0.0;
    let mut numbers_below = body.iter().flatten().filter_map(|field| number(field));
    let fractions = numbers_below.any(fraction);
    let note = || {
        format!(
            "the first line, {}, is taken as the classes' numbers",
            first.join(", ")
        )
    };
    (numbers.len() > 1 && counted && fractions).then(|| Some(note()))
}

/// A column that only counts the rows, from 0 or 1.
fn index_column(
    path: &str,
    head: Option<&[String]>,
    body: &[Vec<String>],
) -> Result<Option<usize>> {
    let counts = |column: usize| counts_rows(column_of(body, column));
    let Some(head) = head else {
        // Of two rows nobody can tell.
        let index = body.len() > 2 && body[0].len() > 1 && counts(0);
        return Ok(index.then_some(0));
    };
    let unnamed = |name: &String| name.is_empty() || name.starts_with("Unnamed:");
    if let Some(column) = head.iter().position(unnamed) {
        if head.len() > 1 && counts(column) {
            return Ok(Some(column));
        }
        let reason = format!(
            "column {} has no name, so that nobody knows which class it is of",
            column + 1
        );
        let path = path.to_owned();
        return Err(DataError::Array { path, reason });
    }
    let index = |name: &String| ["index", "id", "row"].contains(&name.to_lowercase().as_str());
    let named = head.iter().position(index);
    Ok(named.filter(|&column| head.len() > 1 && counts(column)))
}

/// The columns of classes: those whose names say so if any do, logits before probabilities; else all.
fn classes(head: &[String], all: &[usize]) -> (Vec<usize>, Option<Says>) {
    for kind in [Says::Logits, Says::Probabilities] {
        let says = |column: &usize| prefix(&head[*column]).is_some_and(|(_, says)| says == kind);
        let places: Vec<usize> = all.iter().copied().filter(says).collect();
        if !places.is_empty() {
            return (places, Some(kind));
        }
    }
    (all.to_vec(), None)
}

fn prefix(head: &str) -> Option<(&'static str, Says)> {
    PREFIXES
        .into_iter()
        .find(|(prefix, _)| head.starts_with(prefix))
}

fn class_name(head: &str) -> String {
    let cut = prefix(head).map_or(0, |(prefix, _)| prefix.len());
    head[cut..].to_owned()
}

fn repeated(names: &[String]) -> Option<&String> {
    let mut later = names.iter().enumerate();
    later.find_map(|(place, name)| names[..place].contains(name).then_some(name))
}
