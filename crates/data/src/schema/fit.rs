//! Learns a schema from the rows that it is given: the columns, and what is to be predicted.

use std::collections::BTreeSet;

use crate::schema::no_target::{note_words, refuse_constant, refuse_no_classes};
use crate::split::check_rows;
use crate::target::{number_name, sort_names};
use crate::{
    Cells, Column, ColumnKind, ColumnSchema, DataError, GraphData, Images, Inputs, NodeFeatures,
    Options, Result, Scaling, Schema, Table, Task, TaskKind,
};

/// Most different values of a numeric target that is still taken for classes.
const MAX_NUMERIC_CLASSES: usize = 20;

/// A column is shifted before it is stored if its mean is this many standard deviations from 0.
///
/// Single precision then keeps at least 1e-5 of a standard deviation; other columns are stored as
/// they are, so that their values do not depend on which rows the schema saw.
const FAR_FROM_ZERO: f64 = 100.0;

impl Schema {
    /// Learns column types, labels and shifts from `rows` of a table, and from no other row.
    ///
    /// # Errors
    /// [`DataError`] for an unknown target, a missing target value, a single class, a target that is not
    /// numeric though the task is regression, a table without features, or rows outside the table.
    pub fn fit(table: &Table, rows: &[usize], options: &Options) -> Result<Self> {
        check_rows(rows, table.rows())?;
        table.check_target(options)?;
        let target_index = table.target_index(options.target.as_deref())?;
        let target = &table.columns[target_index];
        if table.columns.len() == 1 {
            return Err(table.no_features(&target.name));
        }
        let task = fit_task(table, target, rows, options)?;
        let mut notes = table.decisions.notes.clone();
        notes.extend(note_words(&target.name, &task));
        let columns = fit_columns(table, target_index, rows, options, &mut notes)?;
        Ok(Self {
            inputs: Inputs::Columns(columns),
            target: target.name.clone(),
            weight: table.weights.as_ref().map(|weights| weights.column.clone()),
            task,
            scaling: Scaling::Standard,
            notes,
            reading: table.decisions.reading.clone(),
        })
    }

    /// The schema of images: pixels as they are, classes from the labels that occur.
    ///
    /// # Errors
    /// [`DataError::OneClass`].
    pub fn of_images(images: &Images) -> Result<Self> {
        let labels: BTreeSet<u32> = images.labels.iter().copied().collect();
        let classes: Vec<String> = labels
            .iter()
            .map(|&label| images.label_name(label))
            .collect();
        let target = "label".to_owned();
        if classes.len() < 2 {
            let class = classes.into_iter().next().unwrap_or_default();
            return Err(DataError::OneClass {
                path: images.path.clone(),
                column: target,
                class,
            });
        }
        let inputs = Inputs::Pixels {
            shape: images.shape.clone(),
            max: images.max,
        };
        let task = Task::Classification { classes };
        Ok(Self {
            inputs,
            target,
            weight: None,
            task,
            scaling: images.scaling,
            notes: Vec::new(),
            reading: None,
        })
    }

    /// Learns the classes from those of `rows` that have a label, and column types and shifts from all of `rows`.
    ///
    /// # Errors
    /// As [`Schema::fit`]; [`DataError::MissingTarget`] if none of `rows` has a label.
    pub fn fit_graph(data: &GraphData, rows: &[usize], options: &Options) -> Result<Self> {
        check_rows(rows, data.graph.nodes)?;
        let target_index = data.nodes.target_index(options.target.as_deref())?;
        let target = &data.nodes.columns[target_index];
        let labelled = rows.iter().copied();
        let labelled: Vec<usize> = labelled.filter(|&row| !target.is_missing(row)).collect();
        if labelled.is_empty() {
            data.nodes.refuse_missing(target, rows)?;
        }
        let task = fit_task(&data.nodes, target, &labelled, options)?;
        let mut notes = data.notes.clone();
        let nodes = match &data.features {
            Some(sparse) => NodeFeatures::Sparse {
                columns: sparse.columns,
            },
            None => NodeFeatures::Columns(fit_columns(
                &data.nodes,
                target_index,
                rows,
                options,
                &mut notes,
            )?),
        };
        let scaling = match nodes {
            NodeFeatures::Sparse { .. } => Scaling::Row,
            NodeFeatures::Columns(_) => Scaling::Standard,
        };
        Ok(Self {
            inputs: Inputs::Graph {
                nodes,
                directed: data.graph.directed,
                weighted: data.graph.weights.is_some(),
            },
            target: target.name.clone(),
            weight: None,
            task,
            scaling,
            notes,
            reading: data.nodes.decisions.reading.clone(),
        })
    }
}

/// Schemas of all columns but the target.
fn fit_columns(
    table: &Table,
    target_index: usize,
    rows: &[usize],
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Vec<ColumnSchema>> {
    let mut columns = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        if index != target_index {
            columns.push(fit_column(column, rows, options, notes));
        }
    }
    if columns.is_empty() {
        return Err(table.no_features(&table.columns[target_index].name));
    }
    Ok(columns)
}

fn fit_column(
    column: &Column,
    rows: &[usize],
    options: &Options,
    notes: &mut Vec<String>,
) -> ColumnSchema {
    let missing = rows.iter().filter(|&&row| column.is_missing(row)).count();
    let (kind, different) = fit_kind(column, rows);
    let name = column.name.clone();
    match different {
        0 => notes.push(format!(
            "column '{name}' has no values: it contributes nothing"
        )),
        1 if missing == 0 => notes.push(format!(
            "column '{name}' is constant: it contributes nothing"
        )),
        _ => {}
    }
    let missing_indicator = options.missing_indicators && missing > 0 && different > 0;
    ColumnSchema {
        name,
        kind,
        missing_indicator,
    }
}

/// Type of a column, and how many different values `rows` have; of numbers 2 stands for more.
fn fit_kind(column: &Column, rows: &[usize]) -> (ColumnKind, usize) {
    match &column.cells {
        Cells::Labels { codes, levels } => {
            let seen: BTreeSet<u32> = rows.iter().map(|&row| codes[row]).collect();
            let label = |code: &u32| levels.get(*code as usize).cloned();
            let mut levels: Vec<String> = seen.iter().filter_map(label).collect();
            sort_names(&mut levels);
            let different = levels.len();
            (ColumnKind::Categorical { levels }, different)
        }
        Cells::Numbers(values) => {
            let present = rows
                .iter()
                .map(|&row| values[row])
                .filter(|value| !value.is_nan());
            let present: Vec<f64> = present.collect();
            let different = match present.first() {
                None => 0,
                Some(first) => 1 + usize::from(present.iter().any(|value| value != first)),
            };
            (storage_of(&present), different)
        }
    }
}

/// Shift and unit under which the values survive single precision.
fn storage_of(present: &[f64]) -> ColumnKind {
    // 2^-60 .. 2^60 leaves room for squares and reciprocals in single precision.
    const COMFORTABLE: std::ops::Range<f64> = 8.7e-19..1.2e18;
    let largest = |offset: f64| {
        present
            .iter()
            .map(|v| (v - offset).abs())
            .fold(0.0, f64::max)
    };
    let count = present.len() as f64;
    let mean: f64 = present.iter().map(|value| value / count).sum();
    let spread = largest(mean);
    // In units of the largest deviation, so that no square overflows.
    let relative = present
        .iter()
        .map(|v| ((v - mean) / spread).powi(2) / count)
        .sum::<f64>()
        .sqrt();
    let far = spread > 0.0 && mean.abs() > FAR_FROM_ZERO * relative * spread;
    let offset = if far { mean } else { 0.0 };
    let scale = largest(offset);
    let unit = if scale == 0.0 || COMFORTABLE.contains(&scale) {
        1.0
    } else {
        scale.log2().floor().exp2()
    };
    ColumnKind::Numeric { offset, unit }
}

/// The task of predicting `target`, as `rows` show it.
///
/// Labels are classes. Numbers are classes if they are whole, at most [`MAX_NUMERIC_CLASSES`] different
/// and at most `sqrt(rows)` different; else they are values.
fn fit_task(table: &Table, target: &Column, rows: &[usize], options: &Options) -> Result<Task> {
    table.refuse_missing(target, rows)?;
    let kind = options.task.unwrap_or_else(|| decide(target, rows));
    if kind == TaskKind::Regression {
        let values = table.numbers_of(target)?;
        refuse_constant(table, target, &values, rows)?;
        return Ok(Task::Regression {
            target: target.name.clone(),
        });
    }
    let mut classes = class_names(table, target, rows, options.max_levels)?;
    if options.task.is_none() && options.known.is_none() {
        refuse_no_classes(table, target, &classes, rows.len())?;
    }
    sort_names(&mut classes);
    if let [class] = classes.as_slice() {
        let (path, column) = (table.path.clone(), target.name.clone());
        return Err(DataError::OneClass {
            path,
            column,
            class: class.clone(),
        });
    }
    Ok(Task::Classification { classes })
}

fn decide(target: &Column, rows: &[usize]) -> TaskKind {
    let Cells::Numbers(values) = &target.cells else {
        return TaskKind::Classification;
    };
    let mut different = BTreeSet::new();
    for &row in rows {
        let whole = values[row].fract() == 0.0;
        different.insert((values[row] + 0.0).to_bits());
        if !whole || different.len() > MAX_NUMERIC_CLASSES {
            return TaskKind::Regression;
        }
    }
    if different.len().pow(2) <= rows.len() {
        TaskKind::Classification
    } else {
        TaskKind::Regression
    }
}

fn class_names(
    table: &Table,
    target: &Column,
    rows: &[usize],
    limit: usize,
) -> Result<Vec<String>> {
    let names: BTreeSet<String> = match &target.cells {
        Cells::Labels { codes, levels } => {
            let seen: BTreeSet<u32> = rows.iter().map(|&row| codes[row]).collect();
            seen.into_iter()
                .filter_map(|code| levels.get(code as usize).cloned())
                .collect()
        }
        Cells::Numbers(values) => {
            let mut seen = BTreeSet::new();
            for &row in rows {
                seen.insert((values[row] + 0.0).to_bits());
                if seen.len() > limit {
                    let (path, column) = (table.path.clone(), target.name.clone());
                    let (found, line) = (seen.len(), table.lines[row]);
                    return Err(DataError::TooManyLevels {
                        path,
                        column,
                        found,
                        line,
                        limit,
                    });
                }
            }
            seen.into_iter()
                .map(|bits| number_name(f64::from_bits(bits)))
                .collect()
        }
    };
    Ok(names.into_iter().collect())
}
