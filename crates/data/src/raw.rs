//! What a source holds before a schema is fitted, and the data sets made of it.

use crate::{Dataset, GraphData, Images, Options, Result, Schema, Table};

/// What a path or name stands for, read but not encoded.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    /// Columns.
    Table(Table),
    /// Images, for training and perhaps for test.
    Images {
        /// The training set, or the only one.
        train: Box<Images>,
        /// The test set, if there is one.
        test: Option<Box<Images>>,
    },
    /// A graph.
    Graph(Box<GraphData>),
}

/// A data set, and its test set if the source has one of its own.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Rows to choose and train on.
    pub train: Dataset,
    /// Rows that the source sets aside for test.
    pub test: Option<Dataset>,
}

impl Raw {
    /// Images for training and perhaps for test, as the readers give them.
    pub(crate) fn images((train, test): (Images, Option<Images>)) -> Self {
        Self::Images {
            train: Box::new(train),
            test: test.map(Box::new),
        }
    }

    /// Fits a schema to all training rows and encodes everything with it.
    pub(crate) fn fit(&self, options: &Options) -> Result<Loaded> {
        let train = match self {
            Self::Table(table) => {
                Dataset::from_table(&table.clone().with_targets(options)?, options)?
            }
            Self::Graph(graph) => Dataset::from_graph(graph, options)?,
            Self::Images { train, test } => {
                let schema = Schema::of_images(train)?;
                let test = test.as_ref().map(|test| schema.image_dataset(test));
                return Ok(Loaded {
                    test: test.transpose()?,
                    train: schema.image_dataset(train)?,
                });
            }
        };
        Ok(Loaded { train, test: None })
    }
}
