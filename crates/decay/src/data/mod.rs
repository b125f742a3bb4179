//! Rows to choose and train on, and those kept for the audit.

mod decisions;
mod notes;
mod outliers;
mod reader;
mod shifted;
mod truth;

pub use decisions::column_table;
pub(crate) use decisions::section as column_section;
pub(crate) use outliers::Outliers;
pub use reader::{Reader, Rows, read, rows};
pub use truth::Truth;
pub(crate) use truth::{pooled, truth};

use std::sync::Arc;

use decay_data::{
    DataError, Dataset, Decisions, GivenSplit, GraphData, Images, Options, Quota, Raw, Schema,
    Storage, Table, Task, group_holdout, random_per_class, stratified_holdout_of, time_holdout,
};

use crate::error::Error;
use crate::settings::{DataSettings, Memory};

/// A data set and its parts; a clone shares the rows.
#[derive(Debug, Clone)]
pub struct Data {
    /// All rows that came together.
    pub dataset: Arc<Dataset>,
    /// Rows of `dataset` to choose and train on.
    pub training: Vec<usize>,
    /// Rows that the source sets aside for choosing: every fold validates on them, too, and none trains on them.
    pub validation: Vec<usize>,
    pub(crate) held_out: Option<HeldOut>,
    pub(crate) unknown: Option<Unknown>,
    /// What was decided about the columns of a table, or of a graph's nodes.
    pub decisions: Option<Arc<Decisions>>,
    /// How it was read.
    pub(crate) settings: DataSettings,
    pub(crate) seed: u64,
}

/// Rows that nothing is learned from.
#[derive(Debug, Clone)]
pub(crate) struct HeldOut {
    /// The source's own test set; else the rows are of the training file.
    own: Option<Arc<Dataset>>,
    pub(crate) rows: Vec<usize>,
    /// Whether the source says that these rows are for tests.
    given: bool,
}

/// Rows of classes that no model learns.
#[derive(Debug, Clone)]
pub(crate) enum Unknown {
    Images(Arc<Images>),
    Rows(Arc<Table>),
}

impl From<Dataset> for Data {
    /// All labelled rows to choose and train on, none held out.
    fn from(dataset: Dataset) -> Self {
        let settings = DataSettings {
            holdout: 0.0,
            ..DataSettings::default()
        };
        let split = GivenSplit {
            train: dataset.labelled_rows(),
            ..GivenSplit::default()
        };
        Self::new(dataset, split, &settings, 0)
    }
}

impl Data {
    /// Loads what the settings name, in so much memory at most, and sets the held-out rows aside.
    ///
    /// Of a table, labels and shifts of the columns are learned from the training rows alone.
    ///
    /// # Errors
    /// [`Error::NoData`] without a source, [`Error::Data`] of its reader.
    pub fn load(settings: &DataSettings, memory: &Memory, seed: u64) -> Result<Self, Error> {
        Self::load_by(settings, memory, seed, None)
    }

    /// As [`Data::load`], with a column by whose values an audit groups its rows, whether or not it is a feature.
    ///
    /// # Errors
    /// As [`Data::load`].
    pub fn load_by(
        settings: &DataSettings,
        memory: &Memory,
        seed: u64,
        by: Option<&str>,
    ) -> Result<Self, Error> {
        let Some(path) = &settings.path else {
            return Err(Error::NoData);
        };
        let options = Options {
            by: by.map(str::to_owned),
            ..settings.options_within(memory)
        };
        let raw = Raw::read(path, &options)?;
        Self::of(raw, settings, memory, seed)
    }

    /// As [`Data::load`], of what has been read already.
    ///
    /// # Errors
    /// [`Error::Data`] for what cannot be learned from.
    pub fn of(
        raw: Raw,
        settings: &DataSettings,
        memory: &Memory,
        seed: u64,
    ) -> Result<Self, Error> {
        let options = settings.options_within(memory);
        let resized = matches!(&raw, Raw::Images { train, .. } if train.resize.is_some());
        if settings.resize.is_some() && !resized {
            let path = settings.path.clone().unwrap_or_default();
            return Err(DataError::NoResize { path }.into());
        }
        match raw {
            Raw::Images { train, test } => {
                Self::of_images(*train, test.map(|test| *test), settings, seed)
            }
            Raw::Table(table) => Self::of_table(table, settings, options, seed),
            Raw::Graph(_) if !settings.unknown_classes.is_empty() => Err(Error::Setting(
                "data.unknown_classes is for tables and images: a graph's nodes see each other"
                    .into(),
            )),
            Raw::Graph(graph) => Self::of_graph(&graph, settings, options, seed),
        }
    }

    fn new(dataset: Dataset, split: GivenSplit, settings: &DataSettings, seed: u64) -> Self {
        let held_out = (!split.test.is_empty()).then_some(HeldOut {
            own: None,
            rows: split.test,
            given: false,
        });
        Self {
            dataset: dataset.into(),
            training: split.train,
            held_out,
            validation: split.validation,
            unknown: None,
            decisions: None,
            settings: settings.clone(),
            seed,
        }
    }

    fn of_images(
        train: Images,
        test: Option<Images>,
        settings: &DataSettings,
        seed: u64,
    ) -> Result<Self, Error> {
        let names = &settings.unknown_classes;
        let part = |images: Images| -> Result<(Images, Option<Images>), Error> {
            if names.is_empty() {
                return Ok((images, None));
            }
            let (known, unknown) = images.partition(names)?;
            Ok((known, Some(unknown)))
        };
        let (train, mut unknown) = part(train)?;
        let dataset = Dataset::from_images(&train)?;
        let share = test.as_ref().map_or(settings.holdout, |_| 0.0);
        let split = set_aside(&dataset, share, seed)?;
        let mut data = Self::new(dataset, split, settings, seed);
        if let Some(test) = test {
            let (test, of_test) = part(test)?;
            unknown = of_test;
            let test = data.dataset.schema.image_dataset(&test)?;
            data.held_out = Some(HeldOut {
                rows: (0..test.rows).collect(),
                own: Some(test.into()),
                given: true,
            });
        }
        data.unknown = unknown.map(|images| Unknown::Images(images.into()));
        Ok(data)
    }

    fn of_table(
        table: Table,
        settings: &DataSettings,
        mut options: Options,
        seed: u64,
    ) -> Result<Self, Error> {
        let table = table.with_targets(&options)?;
        let decisions = Some(Arc::from(table.decisions.clone()));
        let (table, unknown) = if settings.unknown_classes.is_empty() {
            (table, None)
        } else {
            let (known, unknown) = table.partition(&settings.target, &settings.unknown_classes)?;
            (known, Some(Unknown::Rows(unknown.into())))
        };
        let mut all = Dataset::from_table(&table, &options)?;
        let split = set_aside(&all, settings.holdout, seed)?;
        // Features as all rows make them are not needed again, and take as much as those that follow.
        all.features = Storage::F32(Vec::new());
        // Fewer rows must not change what is predicted.
        options.task = Some(all.task().kind());
        let schema = Schema::fit(&table, &split.train, &options)?;
        let dataset = schema.with_classes_of(&all.schema).dataset(&table)?;
        Ok(Self {
            unknown,
            decisions,
            ..Self::new(dataset, split, settings, seed)
        })
    }

    /// So many nodes of each class, if that is asked for; else the parts that come with the graph; else whole graphs of a disjoint union, or nodes that have a label, are set aside.
    fn of_graph(
        graph: &GraphData,
        settings: &DataSettings,
        mut options: Options,
        seed: u64,
    ) -> Result<Self, Error> {
        let given = settings.per_class.is_some() || graph.split.is_some();
        let all = Dataset::from_graph(graph, &options)?;
        let split = match (settings.per_class, graph.split.clone()) {
            (Some(count), _) => {
                let validation = Quota::PerClass(settings.validation_per_class);
                let rows = all.labelled_rows();
                random_per_class(&all.target, &rows, count, validation, Quota::Rest, seed)?
            }
            (None, Some(given)) => given,
            (None, None) => set_aside(&all, settings.holdout, seed)?,
        };
        options.task = Some(all.task().kind());
        let schema = Schema::fit_graph(graph, &split.train, &options)?;
        let schema = schema.with_classes_of(&all.schema);
        let dataset = schema.graph_dataset(graph)?;
        let mut data = Self::new(dataset, split, settings, seed);
        if let Some(held_out) = &mut data.held_out {
            held_out.given = given;
        }
        Ok(data)
    }

    /// Number of rows that came together.
    pub fn rows(&self) -> usize {
        self.dataset.rows
    }

    /// Features of a row.
    pub fn features(&self) -> usize {
        self.dataset.features()
    }

    /// Classes, targets of a regression, or labels: what a network puts out, but for the loss `gaussian`
    /// ([`Loss::outputs`](decay_train::Loss::outputs)).
    pub fn outputs(&self) -> usize {
        self.dataset.task().outputs()
    }

    /// Names of the classes; none of a regression, and of labels.
    pub fn classes(&self) -> Vec<String> {
        match self.dataset.task() {
            Task::Classification { classes } => classes,
            Task::Regression { .. } | Task::Multilabel { .. } => Vec::new(),
        }
    }

    /// The held-out rows, if it was this program that set them aside.
    pub(crate) fn held_out_by_run(&self) -> Option<&[usize]> {
        let held_out = self.held_out.as_ref()?;
        (!held_out.given).then_some(held_out.rows.as_slice())
    }

    /// The data set that held-out rows belong to, and the rows, if there are any.
    pub(crate) fn held_out(&self) -> Option<(&Dataset, &[usize])> {
        let held_out = self.held_out.as_ref()?;
        let dataset = held_out.own.as_deref().unwrap_or(&self.dataset);
        Some((dataset, &held_out.rows))
    }
}

/// Rows to train on and rows held out: whole groups, or the latest rows where they have times, else a share of each class.
fn set_aside(data: &Dataset, share: f64, seed: u64) -> Result<GivenSplit, Error> {
    let labelled = data.labelled_rows();
    if share == 0.0 {
        return Ok(GivenSplit {
            train: labelled,
            ..GivenSplit::default()
        });
    }
    let split = match (data.groups(), &data.ties.times) {
        (Some(groups), _) => group_holdout(groups, &labelled, share, seed)?,
        (None, Some(times)) => time_holdout(times, &labelled, share)?,
        (None, None) => stratified_holdout_of(&data.target, &labelled, share, seed)?,
    };
    Ok(GivenSplit {
        train: split.train,
        validation: Vec::new(),
        test: split.test,
    })
}

#[cfg(test)]
mod tests {
    use super::Data;
    use crate::settings::{DataSettings, Memory};

    /// As the settings say, of which the path is filled in.
    fn load(text: &str, settings: &DataSettings) -> Data {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        let settings = DataSettings {
            path: Some(path.display().to_string()),
            ..settings.clone()
        };
        Data::load(&settings, &Memory::default(), 3).unwrap()
    }

    /// Rows of size, colour, day and share, each a text, and of what ties them: visits by three, one after the other.
    fn table(cells: impl Fn(usize) -> [String; 4]) -> String {
        let row = |row: usize| {
            let (cells, kind) = (cells(row).join(";"), ["a", "b"][row % 2]);
            format!("{cells};{};{};{kind}\n", row / 3, row * 77 % 60)
        };
        let rows: String = (0..60).map(row).collect();
        format!("size;colour;day;share;visit;tick;kind\n{rows}")
    }

    fn plain(row: usize) -> [String; 4] {
        let day = format!("2024-{:02}-{:02} 10:30", 1 + row % 12, 1 + row % 28);
        let size = format!("{},5", row * row % 50);
        [
            size,
            ["red", "green"][row / 2 % 2].into(),
            day,
            format!("{},25 %", row % 9),
        ]
    }

    /// Wild values, labels, days and holes in the held-out rows change nothing that training sees, however the rows are split.
    #[test]
    fn held_out_rows_teach_the_schema_nothing() {
        let (visit, tick) = (Some("visit".to_owned()), Some("tick".to_owned()));
        for (group, time) in [(None, None), (visit, None), (None, tick)] {
            let others = [("visit", &group), ("tick", &time)];
            let drop = others.iter().filter(|(_, own)| own.is_none());
            teaches_nothing(&DataSettings {
                drop: drop.map(|(name, _)| (*name).to_owned()).collect(),
                group,
                time,
                ..DataSettings::default()
            });
        }
    }

    fn teaches_nothing(settings: &DataSettings) {
        let before = load(&table(plain), settings);
        let held = before.held_out.as_ref().unwrap().rows.clone();
        let wild = |row: usize| {
            let size = format!("{}{}", row + 1, "0".repeat(30));
            [
                size,
                "never seen".into(),
                format!("{}-01-01", 3000 + row),
                "-99999,5 %".into(),
            ]
        };
        let holes = |row: usize| {
            [0, 1, 2, 3].map(|place| {
                if row % 4 == place {
                    String::new()
                } else {
                    "NA".into()
                }
            })
        };
        for other in [&wild as &dyn Fn(usize) -> [String; 4], &holes] {
            let cells = |row| {
                if held.contains(&row) {
                    other(row)
                } else {
                    plain(row)
                }
            };
            let after = load(&table(cells), settings);
            assert_eq!(after.training, before.training);
            // `NA` is a colour like any other, which training did not see.
            assert_eq!(after.dataset.schema, before.dataset.schema);
            for &row in &before.training {
                for feature in 0..before.dataset.features() {
                    let values = [&before, &after].map(|data| data.dataset.value(row, feature));
                    assert_eq!(values[0].to_bits(), values[1].to_bits());
                }
            }
        }
        let names = before.dataset.schema.feature_names();
        assert_eq!(names[..3], ["size", "colour=green", "colour=red"]);
        assert!(
            names.contains(&"day.hour".to_owned()) && names.len() == 9,
            "{names:?}"
        );
    }
}
