//! How data are brought: a file, a folder, an embedded set, or slices.

use std::path::Path;

use decay_data::{Cells, Column, Counted, Provenance, Raw, Scaling, Table, TaskKind};

use super::Data;
use crate::error::Error;
use crate::settings::{DataSettings, Memory};

/// The name of the target column of rows that come as slices.
const TARGET: &str = "target";

/// Data that are about to be read; see [`read`] and [`rows`].
///
/// | method | default | meaning |
/// | :-- | :-- | :-- |
/// | [`target`](Self::target), [`targets`](Self::targets) | the last column | what is predicted |
/// | [`labels`](Self::labels) | in the file | labels of the rows of an array (NPY, NPZ) |
/// | [`weight`](Self::weight) | none | how much each row counts |
/// | [`group`](Self::group) | none | rows that no split parts |
/// | [`time`](Self::time) | none | later rows are held out and validated on |
/// | [`by`](Self::by) | none | a column for the audit's groups that need not be a feature |
/// | [`task`](Self::task) | decided from the target | classification, regression or multilabel |
/// | [`holdout`](Self::holdout) | `0.2` | share of the rows kept for the audit |
/// | [`scaling`](Self::scaling) | that of the data's kind | fitted on training rows only |
/// | [`ood`](Self::ood) | none | out-of-distribution data for the audit |
/// | [`memory`](Self::memory) | 60 % of what is free | what reading may take |
/// | [`seed`](Self::seed) | `0` | of the split and of all that follows |
/// | [`settings`](Self::settings) | | everything else, as in `[data]` of a settings file |
#[derive(Debug, Clone)]
pub struct Reader {
    settings: DataSettings,
    memory: Memory,
    seed: u64,
    by: Option<String>,
    rows: Option<(Rows, Cells)>,
}

/// A table (CSV, Parquet, Arrow, JSON lines, ARFF, NPY), images (IDX, CIFAR, NPY, PNG or JPEG in a folder per class), a graph, or an embedded
/// set.
///
/// ```
/// let data = decay::read("embedded:wine").holdout(0.25).load()?;
/// assert_eq!((data.rows(), data.features(), data.classes().len()), (178, 13, 3));
/// # Ok::<(), decay::Error>(())
/// ```
pub fn read(source: impl AsRef<Path>) -> Reader {
    Reader {
        settings: DataSettings {
            path: Some(source.as_ref().display().to_string()),
            ..DataSettings::default()
        },
        memory: Memory::default(),
        seed: 0,
        by: None,
        rows: None,
    }
}

/// Rows in memory, `[rows, columns]` row-major; NaN is a missing value. The target follows.
///
/// ```
/// let x: Vec<f32> = (0..60).map(|i| (i % 7) as f32).collect();
/// let kinds: Vec<&str> = (0..20).map(|row| ["a", "b"][row % 2]).collect();
/// let data = decay::rows(&x, 3).classes(&kinds).load()?;
/// assert_eq!((data.rows(), data.features()), (20, 3));
/// # Ok::<(), decay::Error>(())
/// ```
pub fn rows<T: Copy + Into<f64>>(features: &[T], columns: usize) -> Rows {
    Rows {
        features: features.iter().map(|&x| x.into()).collect(),
        columns,
    }
}

/// Rows in memory that have no target yet; see [`rows`].
#[derive(Debug, Clone)]
pub struct Rows {
    features: Vec<f64>,
    columns: usize,
}

impl Rows {
    /// A label for each row.
    pub fn classes<T: ToString>(self, labels: &[T]) -> Reader {
        let (mut codes, mut levels) = (Vec::with_capacity(labels.len()), Vec::new());
        for label in labels.iter().map(T::to_string) {
            let known = levels.iter().position(|level| *level == label);
            codes.push(known.unwrap_or(levels.len()) as u32);
            if known.is_none() {
                levels.push(label);
            }
        }
        self.with(Cells::Labels { codes, levels }, TaskKind::Classification)
    }

    /// A value for each row.
    pub fn values<T: Copy + Into<f64>>(self, values: &[T]) -> Reader {
        let values = values.iter().map(|&value| value.into()).collect();
        self.with(Cells::Numbers(values), TaskKind::Regression)
    }

    /// Columns `x0`, `x1`, ... and the target, if there is one.
    pub(crate) fn table(&self, target: Option<Cells>) -> Result<Table, Error> {
        let Self { features, columns } = self;
        let rows = match &target {
            Some(Cells::Numbers(values)) => values.len(),
            Some(Cells::Labels { codes, .. }) => codes.len(),
            None => features.len() / columns.max(&1),
        };
        if *columns == 0 || features.len() != rows * columns {
            return Err(Error::Shape {
                values: features.len(),
                rows,
                columns: *columns,
            });
        }
        if let Some(place) = features.iter().position(|value| value.is_infinite()) {
            let (row, column) = (place / columns, place % columns);
            let value = features[place];
            return Err(Error::Setting(format!(
                "row {row}, column {column}: {value} is no feature"
            )));
        }
        let column = |place: usize| {
            let cells = features[place..].iter().step_by(*columns);
            Column {
                name: format!("x{place}"),
                cells: Cells::Numbers(cells.copied().collect()),
            }
        };
        let mut all: Vec<Column> = (0..*columns).map(column).collect();
        all.extend(target.map(|cells| Column {
            name: TARGET.into(),
            cells,
        }));
        Ok(Table {
            path: "rows".into(),
            names: all.iter().map(|column| column.name.clone()).collect(),
            columns: all,
            weights: None,
            ties: Box::default(),
            decisions: Box::default(),
            lines: (1..=rows as u64).collect(),
            counted: Counted::Rows,
            provenance: Provenance {
                source: "memory".into(),
                rows,
                ..Provenance::default()
            },
        })
    }

    fn with(self, target: Cells, task: TaskKind) -> Reader {
        Reader {
            settings: DataSettings {
                target: vec![TARGET.into()],
                task: Some(task),
                ..DataSettings::default()
            },
            memory: Memory::default(),
            seed: 0,
            by: None,
            rows: Some((self, target)),
        }
    }
}

impl Reader {
    /// The column to predict, by name or by position.
    pub fn target(mut self, column: impl Into<String>) -> Self {
        self.settings.target = vec![column.into()];
        self
    }

    /// Several columns to predict at once, by name or by position: all numbers, or all of two values.
    ///
    /// ```
    /// let targets = ["alcohol", "ash"];
    /// let data = decay::read("embedded:wine").targets(targets).load()?;
    /// assert_eq!((data.outputs(), data.dataset.schema.target()), (2, "alcohol, ash".to_owned()));
    /// # Ok::<(), decay::Error>(())
    /// ```
    pub fn targets<T: Into<String>>(mut self, columns: impl IntoIterator<Item = T>) -> Self {
        self.settings.target = columns.into_iter().map(Into::into).collect();
        self
    }

    /// A file with a label for each row of an array, or an array of the same archive.
    pub fn labels(mut self, source: impl AsRef<Path>) -> Self {
        self.settings.labels = Some(source.as_ref().display().to_string());
        self
    }

    /// The column of sample weights, by name.
    pub fn weight(mut self, column: impl Into<String>) -> Self {
        self.settings.weight = Some(column.into());
        self
    }

    /// The column of groups, by name: no split parts the rows of one.
    pub fn group(mut self, column: impl Into<String>) -> Self {
        self.settings.group = Some(column.into());
        self
    }

    /// The column of times, by name: later rows are held out and validated on.
    pub fn time(mut self, column: impl Into<String>) -> Self {
        self.settings.time = Some(column.into());
        self
    }

    /// The column by whose values an audit groups its rows, by name, where `audit.by` names it and the model may not read it.
    pub fn by(mut self, column: impl Into<String>) -> Self {
        self.by = Some(column.into());
        self
    }

    /// What the targets are taken for.
    pub fn task(mut self, task: TaskKind) -> Self {
        self.settings.task = Some(task);
        self
    }

    /// Share of the rows in `[0, 1)` that is kept for the audit; a source with a test set of its own keeps that.
    pub fn holdout(mut self, share: f64) -> Self {
        self.settings.holdout = share;
        self
    }

    /// How numbers are scaled.
    pub fn scaling(mut self, scaling: Scaling) -> Self {
        self.settings.scaling = scaling;
        self
    }

    /// Out-of-distribution data for the audit: a file, folder, embedded set, or `shift:NAME` of the held-out images.
    pub fn ood(mut self, source: impl AsRef<Path>) -> Self {
        let source = source.as_ref().display().to_string();
        self.settings.ood.push(source);
        self
    }

    /// Keys the split, and every random draw of the experiments on these data.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Memory that reading may take; files that need more are refused.
    pub fn memory(mut self, most: Memory) -> Self {
        self.memory = most;
        self
    }

    /// Any setting of `[data]`.
    pub fn settings(mut self, change: impl FnOnce(&mut DataSettings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Reads the rows and sets those for the audit aside.
    ///
    /// # Errors
    /// What the source's reader refuses, [`Error::Shape`] of slices that do not fit together.
    pub fn load(self) -> Result<Data, Error> {
        match self.rows {
            None => {
                let by = self.by.as_deref();
                Data::load_by(&self.settings, &self.memory, self.seed, by)
            }
            Some((rows, target)) => {
                let mut table = rows.table(Some(target))?;
                table.take_columns_of_rows(&self.settings.options())?;
                Data::of(Raw::Table(table), &self.settings, &self.memory, self.seed)
            }
        }
    }
}
