//! The rows to choose and train on, and those kept for the audit.

use decay_data::{
    Dataset, GivenSplit, GraphData, Images, Options, Quota, Raw, Schema, Table, Target,
    group_holdout, random_per_class, stratified_holdout, stratified_holdout_of,
};

use decay_train::Samples;

use super::Truth;
use crate::error::Error;
use crate::run_record::DataRecord;
use crate::settings::DataSettings;

/// Rows that nothing is learned from.
#[derive(Debug)]
pub struct HeldOut {
    /// The source's own test set; else the rows are of the training file.
    own: Option<Dataset>,
    pub rows: Vec<usize>,
}

/// A data set and its two parts.
#[derive(Debug)]
pub struct SplitData {
    pub data: Dataset,
    /// Rows of `data` to choose and train on.
    pub training: Vec<usize>,
    /// Rows that the source sets aside for choosing: every fold validates on them, too, and none trains on them.
    pub validation: Vec<usize>,
    pub held_out: Option<HeldOut>,
    /// Rows of classes that no model learns.
    pub unknown: Option<Unknown>,
}

/// Rows of classes that are set aside.
#[derive(Debug)]
pub enum Unknown {
    Images(Box<Images>),
    Rows(Box<Table>),
}

impl SplitData {
    /// Loads what the settings name and sets the held-out rows aside.
    ///
    /// Of a table, labels and shifts of the columns are learned from the training rows alone.
    pub fn load(settings: &DataSettings, seed: u64) -> Result<Self, Error> {
        let Some(path) = &settings.path else {
            return Err(Error::Usage(
                "no data given; name a table, images, a graph or an embedded set with --data"
                    .into(),
            ));
        };
        let options = settings.options();
        match Raw::read(path, &options)? {
            Raw::Images { train, test } if !settings.unknown_classes.is_empty() => {
                let names = &settings.unknown_classes;
                let (known, mut unknown) = train.partition(names)?;
                let test = match test {
                    Some(test) => {
                        let (known, of_test) = test.partition(names)?;
                        unknown = of_test;
                        Some(known)
                    }
                    None => None,
                };
                let data = Dataset::from_images(&known)?;
                let test = test
                    .map(|test| data.schema.image_dataset(&test))
                    .transpose()?;
                let split = Self::of_images(data, test, settings.holdout, seed)?;
                Ok(Self {
                    unknown: Some(Unknown::Images(Box::new(unknown))),
                    ..split
                })
            }
            Raw::Table(table) if !settings.unknown_classes.is_empty() => {
                let target = settings.target.as_deref();
                let (known, unknown) = table.partition(target, &settings.unknown_classes)?;
                let split = Self::of_table(&known, options, settings.holdout, seed)?;
                Ok(Self {
                    unknown: Some(Unknown::Rows(Box::new(unknown))),
                    ..split
                })
            }
            Raw::Graph(_) if !settings.unknown_classes.is_empty() => Err(Error::Usage(
                "data.unknown_classes is for tables and images: a graph's nodes see each other"
                    .into(),
            )),
            Raw::Images { train, test } => {
                let data = Dataset::from_images(&train)?;
                let test = test
                    .map(|test| data.schema.image_dataset(&test))
                    .transpose()?;
                Self::of_images(data, test, settings.holdout, seed)
            }
            Raw::Graph(graph) => Self::of_graph(&graph, options, settings, seed),
            Raw::Table(table) => Self::of_table(&table, options, settings.holdout, seed),
        }
    }

    fn of_images(
        data: Dataset,
        test: Option<Dataset>,
        holdout: f64,
        seed: u64,
    ) -> Result<Self, Error> {
        if let Some(test) = test {
            let rows = (0..test.rows).collect();
            let held_out = Some(HeldOut {
                own: Some(test),
                rows,
            });
            return Ok(Self {
                training: (0..data.rows).collect(),
                validation: Vec::new(),
                held_out,
                unknown: None,
                data,
            });
        }
        let (training, held_out) = set_aside(&data, holdout, seed)?;
        Ok(Self {
            data,
            training,
            validation: Vec::new(),
            held_out,
            unknown: None,
        })
    }

    fn of_table(
        table: &Table,
        mut options: Options,
        holdout: f64,
        seed: u64,
    ) -> Result<Self, Error> {
        let all = Dataset::from_table(table, &options)?;
        let (training, held_out) = set_aside(&all, holdout, seed)?;
        // Fewer rows must not change what is predicted.
        options.task = Some(all.task().kind());
        let data = Schema::fit(table, &training, &options)?.dataset(table)?;
        Ok(Self {
            data,
            training,
            validation: Vec::new(),
            held_out,
            unknown: None,
        })
    }

    /// So many nodes of each class, if that is asked for; else the parts that come with the graph; else whole graphs of a disjoint union, or nodes that have a label, are set aside.
    fn of_graph(
        graph: &GraphData,
        mut options: Options,
        settings: &DataSettings,
        seed: u64,
    ) -> Result<Self, Error> {
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
        let data = Schema::fit_graph(graph, &parts.train, &options)?.graph_dataset(graph)?;
        let held_out = HeldOut {
            own: None,
            rows: parts.test,
        };
        Ok(Self {
            data,
            training: parts.train,
            validation: parts.validation,
            held_out: (!held_out.rows.is_empty()).then_some(held_out),
            unknown: None,
        })
    }

    /// The data set that the held-out rows belong to.
    pub fn held_out_data<'a>(&'a self, held_out: &'a HeldOut) -> &'a Dataset {
        held_out.own.as_ref().unwrap_or(&self.data)
    }

    /// The held-out rows, if there are any.
    pub fn held_out_samples(&self) -> Option<(Samples<'_>, &[usize])> {
        let held_out = self.held_out.as_ref()?;
        Some((self.held_out_data(held_out).into(), &held_out.rows))
    }

    /// What `run.json` says of the data.
    pub fn record(&self) -> DataRecord {
        DataRecord {
            name: self.data.name.clone(),
            features: self.data.features(),
            training_rows: self.training.len(),
            held_out_rows: self.held_out.as_ref().map_or(0, |h| h.rows.len()),
            provenance: self.data.provenance.clone(),
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
    Ok((
        split.train,
        Some(HeldOut {
            own: None,
            rows: split.test,
        }),
    ))
}

/// The labels or values of some rows.
pub fn truth(target: &Target, rows: &[usize]) -> Truth {
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
    use super::SplitData;
    use crate::settings::DataSettings;

    fn load(text: &str) -> SplitData {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        let settings = DataSettings {
            path: Some(path.display().to_string()),
            ..DataSettings::default()
        };
        SplitData::load(&settings, 3).unwrap()
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
        assert_eq!(after.data.schema, before.data.schema);
        for &row in &before.training {
            for feature in 0..before.data.features() {
                assert_eq!(
                    after.data.value(row, feature),
                    before.data.value(row, feature)
                );
            }
        }
    }
}
