//! Learns a schema from the rows that it is given: the columns, and what is to be predicted.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::error::listed;
use crate::schema::no_target::note_words;
use crate::schema::targets::Targets;
use crate::split::check_rows;
use crate::target::sort_names;
use crate::{
    Cells, Column, ColumnKind, ColumnSchema, DataError, GraphData, Images, Inputs, NodeFeatures,
    Options, Result, Scaling, Schema, Table, Task,
};

/// A column is shifted before it is stored if its mean is this many standard deviations from 0.
///
/// Single precision then keeps at least 1e-5 of a standard deviation; other columns are stored as
/// they are, so that their values do not depend on which rows the schema saw.
const FAR_FROM_ZERO: f64 = 100.0;

/// Columns that one note names.
const NAMED: usize = 20;

impl Schema {
    /// Learns column types, labels and shifts from `rows` of a table, and from no other row.
    ///
    /// # Errors
    /// [`DataError`] for an unknown target or one that is named twice, a missing target value, a single class, a target that is not
    /// numeric though the task is regression, several targets of which some are numbers and others labels, a table without features,
    /// rows outside the table, or features that do not fit [`Options::memory`] beside it.
    pub fn fit(table: &Table, rows: &[usize], options: &Options) -> Result<Self> {
        check_rows(rows, table.rows())?;
        table.check_targets(options)?;
        let targets = Targets::of(table, options)?;
        if table.columns.len() == targets.names().len() {
            return Err(table.no_features(&targets.names().join(", ")));
        }
        let task = targets.task(rows, options)?;
        let mut notes = table.decisions.notes.clone();
        notes.extend(note_words(&targets.names().join(", "), &task));
        let columns = fit_columns(&targets, rows, options, &mut notes)?;
        let fitted = Self {
            inputs: Inputs::Columns(columns),
            targets: targets.names(),
            weight: table.weights.as_ref().map(|weights| weights.column.clone()),
            task,
            scaling: Scaling::Standard,
            resize: None,
            notes,
            reading: table.decisions.reading.clone(),
        };
        fitted.check_memory(table, options)?;
        Ok(fitted)
    }

    /// The same schema with the classes that only other rows have, as `all` rows show; no model learns them, and their rows count as wrong.
    ///
    /// Splits that come with the data, of groups or of times may leave all rows of a class to the audit.
    pub fn with_classes_of(mut self, all: &Self) -> Self {
        let (Task::Classification { classes: own }, Task::Classification { classes }) =
            (&self.task, &all.task)
        else {
            return self;
        };
        let unseen = classes.iter().filter(|class| !own.contains(class));
        let unseen: Vec<String> = unseen.map(|class| format!("'{class}'")).collect();
        if !unseen.is_empty() {
            self.notes.push(format!(
                "no training row has {} {} of '{}': no model can tell, and rows of it count as wrong",
                if unseen.len() == 1 { "class" } else { "classes" },
                unseen.join(", "),
                self.target()
            ));
            self.task = all.task.clone();
        }
        self
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
            targets: vec![target],
            weight: None,
            task,
            scaling: images.scaling,
            resize: images.resize,
            notes: images.notes.clone(),
            reading: None,
        })
    }

    /// Learns the classes from those of `rows` that have a label, and column types and shifts from all of `rows`.
    ///
    /// # Errors
    /// As [`Schema::fit`]; [`DataError::MissingTarget`] if none of `rows` has a label, or one has some of several targets.
    pub fn fit_graph(data: &GraphData, rows: &[usize], options: &Options) -> Result<Self> {
        check_rows(rows, data.graph.nodes)?;
        let targets = Targets::of(&data.nodes, options)?;
        let labelled = targets.present(rows);
        let task = targets.task(if labelled.is_empty() { rows } else { &labelled }, options)?;
        let mut notes = data.notes.clone();
        let nodes = match &data.features {
            Some(sparse) => NodeFeatures::Sparse {
                columns: sparse.columns,
            },
            None => NodeFeatures::Columns(fit_columns(&targets, rows, options, &mut notes)?),
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
            targets: targets.names(),
            weight: None,
            task,
            scaling,
            resize: None,
            notes,
            reading: data.nodes.decisions.reading.clone(),
        })
    }
}

/// Schemas of all columns but the targets.
fn fit_columns(
    targets: &Targets<'_>,
    rows: &[usize],
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Vec<ColumnSchema>> {
    let columns: Vec<_> = targets.others().collect();
    let fitted: Vec<_> = columns
        .into_par_iter()
        .map(|column| fit_column(column, rows, options))
        .collect();
    if fitted.is_empty() {
        return Err(targets.table.no_features(&targets.names().join(", ")));
    }
    for (contents, words) in [
        (Contents::Constant, ["is constant", "are constant"]),
        (Contents::Nothing, ["has no values", "have no values"]),
    ] {
        let own = fitted.iter().filter(|(_, found)| *found == contents);
        let names: Vec<String> = own
            .map(|(column, _)| format!("'{}'", column.name))
            .collect();
        match names.as_slice() {
            [] => {}
            [name] => notes.push(format!(
                "column {name} {}: it contributes nothing",
                words[0]
            )),
            names => notes.push(format!(
                "columns {} {}: they contribute nothing",
                listed(names, NAMED),
                words[1]
            )),
        }
    }
    Ok(fitted.into_iter().map(|(column, _)| column).collect())
}

/// Whether a column can tell rows apart.
#[derive(Clone, Copy, PartialEq)]
enum Contents {
    Nothing,
    Constant,
    Values,
}

fn fit_column(column: &Column, rows: &[usize], options: &Options) -> (ColumnSchema, Contents) {
    let missing = rows.iter().filter(|&&row| column.is_missing(row)).count();
    let (kind, different) = fit_kind(column, rows);
    let contents = match different {
        0 => Contents::Nothing,
        1 if missing == 0 => Contents::Constant,
        _ => Contents::Values,
    };
    let schema = ColumnSchema {
        name: column.name.clone(),
        kind,
        missing_indicator: options.missing_indicators && missing > 0 && different > 0,
    };
    (schema, contents)
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
