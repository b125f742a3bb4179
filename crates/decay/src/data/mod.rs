//! Rows to choose and train on, and those kept for the audit.

mod outliers;
mod reader;
mod shifted;

pub(crate) use outliers::Outliers;
pub use reader::{Reader, Rows, read, rows};

use decay_data::{
    Dataset, GivenSplit, GraphData, Images, Quota, Raw, Schema, Table, Target, Task, group_holdout,
    random_per_class, stratified_holdout, stratified_holdout_of,
};

use crate::error::Error;
use crate::experiment::Truth;
use crate::run::DataRecord;
use crate::settings::DataSettings;

/// A data set and its parts.
#[derive(Debug, Clone)]
pub struct Data {
    /// All rows that came together.
    pub dataset: Dataset,
    /// Rows of `dataset` to choose and train on.
    pub training: Vec<usize>,
    /// Rows that the source sets aside for choosing: every fold validates on them, too, and none trains on them.
    pub validation: Vec<usize>,
    pub(crate) held_out: Option<HeldOut>,
    pub(crate) unknown: Option<Unknown>,
    /// How it was read.
    pub(crate) settings: DataSettings,
    pub(crate) seed: u64,
}

/// Rows that nothing is learned from.
#[derive(Debug, Clone)]
pub(crate) struct HeldOut {
    /// The source's own test set; else the rows are of the training file.
    own: Option<Dataset>,
    pub(crate) rows: Vec<usize>,
}

/// Rows of classes that no model learns.
#[derive(Debug, Clone)]
pub(crate) enum Unknown {
    Images(Box<Images>),
    Rows(Box<Table>),
}

impl From<Dataset> for Data {
    /// All labelled rows to choose and train on, none held out.
    fn from(dataset: Dataset) -> Self {
        let settings = DataSettings {
            holdout: 0.0,
            ..DataSettings::default()
        };
        let training = dataset.labelled_rows();
        Self::new(dataset, (training, None), &settings, 0)
    }
}

impl Data {
    /// Loads what the settings name and sets the held-out rows aside.
    ///
    /// Of a table, labels and shifts of the columns are learned from the training rows alone.
    ///
    /// # Errors
    /// [`Error::Setting`] without a source, [`Error::Data`] of its reader.
    pub fn load(settings: &DataSettings, seed: u64) -> Result<Self, Error> {
        let Some(path) = &settings.path else {
            return Err(Error::Setting(
                "no data given; name a table, images, a graph or an embedded set with --data"
                    .into(),
            ));
        };
        Self::of(Raw::read(path, &settings.options())?, settings, seed)
    }

    pub(crate) fn of(raw: Raw, settings: &DataSettings, seed: u64) -> Result<Self, Error> {
        match raw {
            Raw::Images { train, test } => {
                Self::of_images(*train, test.map(|test| *test), settings, seed)
            }
            Raw::Table(table) => Self::of_table(table, settings, seed),
            Raw::Graph(_) if !settings.unknown_classes.is_empty() => Err(Error::Setting(
                "data.unknown_classes is for tables and images: a graph's nodes see each other"
                    .into(),
            )),
            Raw::Graph(graph) => Self::of_graph(&graph, settings, seed),
        }
    }

    fn new(
        dataset: Dataset,
        (training, held_out): (Vec<usize>, Option<HeldOut>),
        settings: &DataSettings,
        seed: u64,
    ) -> Self {
        Self {
            dataset,
            training,
            held_out,
            validation: Vec::new(),
            unknown: None,
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
        let parts = match test {
            Some(test) => {
                let (test, of_test) = part(test)?;
                unknown = of_test;
                let test = dataset.schema.image_dataset(&test)?;
                let rows = (0..test.rows).collect();
                let held_out = HeldOut {
                    own: Some(test),
                    rows,
                };
                ((0..dataset.rows).collect(), Some(held_out))
            }
            None => set_aside(&dataset, settings.holdout, seed)?,
        };
        Ok(Self {
            unknown: unknown.map(|images| Unknown::Images(Box::new(images))),
            ..Self::new(dataset, parts, settings, seed)
        })
    }

    fn of_table(table: Table, settings: &DataSettings, seed: u64) -> Result<Self, Error> {
        let (table, unknown) = if settings.unknown_classes.is_empty() {
            (table, None)
        } else {
            let target = settings.target.as_deref();
            let (known, unknown) = table.partition(target, &settings.unknown_classes)?;
            (known, Some(Unknown::Rows(Box::new(unknown))))
        };
        let mut options = settings.options();
        let all = Dataset::from_table(&table, &options)?;
        let parts = set_aside(&all, settings.holdout, seed)?;
        // Fewer rows must not change what is predicted.
        options.task = Some(all.task().kind());
        let dataset = Schema::fit(&table, &parts.0, &options)?.dataset(&table)?;
        Ok(Self {
            unknown,
            ..Self::new(dataset, parts, settings, seed)
        })
    }

    /// So many nodes of each class, if that is asked for; else the parts that come with the graph; else whole graphs of a disjoint union, or nodes that have a label, are set aside.
    fn of_graph(graph: &GraphData, settings: &DataSettings, seed: u64) -> Result<Self, Error> {
        let mut options = settings.options();
        let all = Dataset::from_graph(graph, &options)?;
        let parts = match (settings.per_class, graph.split.clone()) {
            (Some(count), _) => {
                let validation = Quota::PerClass(settings.validation_per_class);
                let rows = all.labelled_rows();
                random_per_class(&all.target, &rows, count, validation, Quota::Rest, seed)?
            }
            (None, Some(given)) => given,
            (None, None) => set_nodes_aside(&all, settings.holdout, seed)?,
        };
        options.task = Some(all.task().kind());
        let dataset = Schema::fit_graph(graph, &parts.train, &options)?.graph_dataset(graph)?;
        let held_out = (!parts.test.is_empty()).then_some(HeldOut {
            own: None,
            rows: parts.test,
        });
        Ok(Self {
            validation: parts.validation,
            ..Self::new(dataset, (parts.train, held_out), settings, seed)
        })
    }

    /// Number of rows that came together.
    pub fn rows(&self) -> usize {
        self.dataset.rows
    }

    /// Features of a row.
    pub fn features(&self) -> usize {
        self.dataset.features()
    }

    /// Classes, or 1 of a regression: what a network puts out.
    pub fn outputs(&self) -> usize {
        self.dataset.task().outputs()
    }

    /// Names of the classes; none of a regression.
    pub fn classes(&self) -> Vec<String> {
        match self.dataset.task() {
            Task::Classification { classes } => classes,
            Task::Regression { .. } => Vec::new(),
        }
    }

    /// The data set that held-out rows belong to, and the rows, if there are any.
    pub(crate) fn held_out(&self) -> Option<(&Dataset, &[usize])> {
        let held_out = self.held_out.as_ref()?;
        let dataset = held_out.own.as_ref().unwrap_or(&self.dataset);
        Some((dataset, &held_out.rows))
    }

    /// What `run.json` says of the data.
    pub(crate) fn record(&self) -> DataRecord {
        DataRecord {
            name: self.dataset.name.clone(),
            features: self.features(),
            training_rows: self.training.len(),
            held_out_rows: self.held_out.as_ref().map_or(0, |held| held.rows.len()),
            provenance: self.dataset.provenance.clone(),
        }
    }
}

/// Nodes to train on and nodes held out.
fn set_nodes_aside(data: &Dataset, share: f64, seed: u64) -> Result<GivenSplit, Error> {
    let labelled = data.labelled_rows();
    if share == 0.0 {
        return Ok(GivenSplit {
            train: labelled,
            ..GivenSplit::default()
        });
    }
    let split = match data.groups() {
        Some(groups) => group_holdout(groups, &labelled, share, seed)?,
        None => stratified_holdout_of(&data.target, &labelled, share, seed)?,
    };
    Ok(GivenSplit {
        train: split.train,
        validation: Vec::new(),
        test: split.test,
    })
}

/// Training rows, and those held out if any are.
fn set_aside(
    data: &Dataset,
    share: f64,
    seed: u64,
) -> Result<(Vec<usize>, Option<HeldOut>), Error> {
    if share == 0.0 {
        return Ok(((0..data.rows).collect(), None));
    }
    let split = stratified_holdout(&data.target, share, seed)?;
    let held_out = HeldOut {
        own: None,
        rows: split.test,
    };
    Ok((split.train, Some(held_out)))
}

/// The labels or values of some rows.
pub(crate) fn truth(target: &Target, rows: &[usize]) -> Truth {
    match target {
        Target::Classes { labels, names } => Truth::Classes {
            labels: rows.iter().map(|&row| labels[row] as usize).collect(),
            classes: names.len(),
        },
        Target::Values { values, .. } => {
            Truth::Values(rows.iter().map(|&row| values[row]).collect())
        }
    }
}
#[cfg(test)]
mod tests {
    use super::Data;
    use crate::settings::DataSettings;

    fn load(text: &str) -> Data {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        let settings = DataSettings {
            path: Some(path.display().to_string()),
            ..DataSettings::default()
        };
        Data::load(&settings, 3).unwrap()
    }

    fn table(cells: impl Fn(usize) -> (f64, &'static str)) -> String {
        let rows = (0..60).map(|row| {
            let (size, colour) = cells(row);
            format!("{size},{colour},{}\n", ["a", "b"][row % 2])
        });
        format!("size,colour,kind\n{}", rows.collect::<String>())
    }

    /// Wild values and labels in the held-out rows change nothing that training sees.
    #[test]
    fn held_out_rows_teach_the_schema_nothing() {
        let plain = |row: usize| (row as f64, ["red", "green"][row / 2 % 2]);
        let before = load(&table(plain));
        let held = before.held_out.as_ref().unwrap().rows.clone();
        let after = load(&table(|row| match held.contains(&row) {
            true => (1e30 * row as f64, "never seen"),
            false => plain(row),
        }));
        assert_eq!(after.training, before.training);
        assert_eq!(after.dataset.schema, before.dataset.schema);
        for &row in &before.training {
            for feature in 0..before.dataset.features() {
                assert_eq!(
                    after.dataset.value(row, feature),
                    before.dataset.value(row, feature)
                );
            }
        }
    }
}
