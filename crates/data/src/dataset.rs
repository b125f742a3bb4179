//! Rows of features and their targets, ready to be uploaded once.

use crate::files::folder::name_of;
use crate::split::SplitPart;
use crate::{
    DataError, Encoded, GivenSplit, Graph, GraphData, GraphError, Images, Inputs, Options,
    Provenance, Result, Scaling, Schema, Storage, Table, Target, Task, Ties,
};

/// A data set in memory.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Name for reports: that of the file, directory or embedded set.
    pub name: String,
    /// Values of all rows, not yet scaled: see [`Preprocess`](crate::Preprocess).
    pub features: Storage,
    /// Number of rows.
    pub rows: usize,
    /// Shape of one row: `[features]` of a table or a graph's nodes, `[channels, height, width]` of images.
    pub shape: Vec<usize>,
    /// Classes, values or labels.
    pub target: Target,
    /// How much each row counts in training, losses and metrics; `None` where all count alike. Finite, at least 0, not all 0.
    pub weights: Option<Vec<f64>>,
    /// What ties the rows of a table together.
    pub ties: Ties,
    /// How the columns were made.
    pub schema: Schema,
    /// Where the rows came from.
    pub provenance: Provenance,
    /// What [`Scaling::Auto`] means for these features.
    pub default_scaling: Scaling,
    /// The edges between the rows, if they are the nodes of a graph.
    pub graph: Option<Graph>,
    /// The split that the source gives, if any.
    pub split: Option<GivenSplit>,
    /// Rows that have a target, in ascending order; `None` if all have. The others, nodes of a graph, have class 0 or value
    /// 0 in `target` only because something must be there: no split may contain them, nothing may be computed from it.
    pub labelled: Option<Vec<usize>>,
}

impl Dataset {
    /// Encodes a table, with a schema fitted on all its rows.
    ///
    /// # Errors
    /// As [`Schema::fit`] and [`Schema::dataset`].
    pub fn from_table(table: &Table, options: &Options) -> Result<Self> {
        let rows: Vec<usize> = (0..table.rows()).collect();
        Schema::fit(table, &rows, options)?.dataset(table)
    }

    /// Images and their labels, with a schema fitted on all of them.
    ///
    /// # Errors
    /// [`DataError::OneClass`](crate::DataError::OneClass).
    pub fn from_images(images: &Images) -> Result<Self> {
        Schema::of_images(images)?.image_dataset(images)
    }

    /// The nodes of a graph, with a schema fitted on all of them.
    ///
    /// # Errors
    /// As [`Schema::fit_graph`] and [`Schema::graph_dataset`].
    pub fn from_graph(graph: &GraphData, options: &Options) -> Result<Self> {
        let rows: Vec<usize> = (0..graph.graph.nodes).collect();
        Schema::fit_graph(graph, &rows, options)?.graph_dataset(graph)
    }

    /// The group of each row that no split parts: of a table the one that its column says, of a disjoint union of graphs the graph.
    pub fn groups(&self) -> Option<&[u32]> {
        let graphs = || self.graph.as_ref()?.groups.as_deref();
        self.ties.groups.as_deref().or_else(graphs)
    }

    /// Rows that have a target, in ascending order: those that a split may be made of.
    pub fn labelled_rows(&self) -> Vec<usize> {
        let all = || (0..self.rows).collect();
        self.labelled.clone().unwrap_or_else(all)
    }

    /// Refuses a scaling that these features cannot have.
    ///
    /// Sparse features take [`Scaling::Row`] and [`Scaling::None`] alone: every other one moves zero. [`Scaling::Row`] is
    /// for sparse features alone, [`Scaling::Channel`] for images.
    ///
    /// # Errors
    /// [`DataError::Scaling`].
    pub fn check_scaling(&self, scaling: Scaling) -> Result<()> {
        let sparse = matches!(self.features, Storage::Sparse(_));
        let images = matches!(self.schema.inputs, Inputs::Pixels { .. });
        let (scaling, allowed) = match scaling {
            Scaling::Row if !sparse => ("row", "sparse features"),
            Scaling::Channel if !images => ("channel", "images"),
            Scaling::Standard if sparse => ("standard", "dense features"),
            Scaling::Global if sparse => ("global", "dense features"),
            Scaling::UnitRange if sparse => ("unit_range", "dense features"),
            Scaling::Robust if sparse => ("robust", "dense features"),
            _ => return Ok(()),
        };
        Err(DataError::Scaling {
            name: self.name.clone(),
            scaling,
            allowed,
        })
    }

    /// Features of one row, the product of `shape`.
    pub fn features(&self) -> usize {
        self.shape.iter().product()
    }

    /// What is to be predicted.
    pub fn task(&self) -> Task {
        self.schema.task.clone()
    }

    /// How much each of some rows counts; `None` where all count alike.
    pub fn weights_of(&self, rows: &[usize]) -> Option<Vec<f64>> {
        let weights = self.weights.as_ref()?;
        Some(rows.iter().map(|&row| weights[row]).collect())
    }

    /// One stored value, before preprocessing.
    pub fn value(&self, row: usize, feature: usize) -> f32 {
        self.features.get(row * self.features() + feature)
    }
}

impl Schema {
    /// Encodes features and target of `table`, for an audit or for training.
    ///
    /// # Errors
    /// As [`Schema::encode`] and [`Schema::encode_target`].
    pub fn dataset(&self, table: &Table) -> Result<Dataset> {
        let target = self.encode_target(table)?;
        let (name, provenance) = (name_of(&table.path), table.provenance.clone());
        Ok(Dataset {
            weights: self.table_weights(table)?,
            ties: (*table.ties).clone(),
            ..self.assemble(name, self.encode(table)?, target, provenance)
        })
    }

    /// Encodes images and their labels, for an audit or for training.
    ///
    /// # Errors
    /// As [`Schema::encode_images`]; [`DataError::UnseenClass`] for a label that training never saw.
    pub fn image_dataset(&self, images: &Images) -> Result<Dataset> {
        let encoded = self.encode_images(images)?;
        let target = self.image_target(images)?;
        let (name, provenance) = (images.name.clone(), images.provenance.clone());
        Ok(self.assemble(name, encoded, target, provenance))
    }

    /// Encodes a graph with the labels of its nodes, for training or for an audit.
    ///
    /// # Errors
    /// As [`Schema::encode_graph`] and [`Schema::encode_target`], but for nodes without a label;
    /// [`GraphError::SplitUnlabelled`].
    pub fn graph_dataset(&self, data: &GraphData) -> Result<Dataset> {
        let encoded = self.encode_graph(data)?;
        let columns = self.target_columns(&data.nodes)?;
        let target = self.target_of(&data.nodes, &columns)?;
        let labelled = data.labelled(&self.targets)?;
        let all: Vec<usize> = (0..data.graph.nodes).collect();
        for column in columns {
            // A node has all of its targets, or none.
            let rows = if labelled.is_empty() { &all } else { &labelled };
            data.nodes.refuse_missing(column, rows)?;
        }
        refuse_unlabelled_split(data, &labelled)?;
        let provenance = data.nodes.provenance.clone();
        let assembled = self.assemble(data.name.clone(), encoded, target, provenance);
        Ok(Dataset {
            split: data.split.clone(),
            labelled: (labelled.len() < data.graph.nodes).then_some(labelled),
            ..assembled
        })
    }

    /// The sample weights that a table was read with; one that lacks the schema's column is refused.
    fn table_weights(&self, table: &Table) -> Result<Option<Vec<f64>>> {
        match (&self.weight, &table.weights) {
            (None, _) => Ok(None),
            (Some(_), Some(weights)) => Ok(Some(weights.values.clone())),
            (Some(name), None) => Err(DataError::unknown_column(&table.path, name, &table.names)),
        }
    }

    fn assemble(
        &self,
        name: String,
        encoded: Encoded,
        target: Target,
        provenance: Provenance,
    ) -> Dataset {
        Dataset {
            name,
            features: encoded.features,
            rows: encoded.rows,
            shape: self.shape(),
            target,
            weights: None,
            ties: Ties::default(),
            schema: self.clone(),
            provenance,
            default_scaling: self.scaling,
            graph: encoded.graph,
            split: None,
            labelled: None,
        }
    }
}

fn refuse_unlabelled_split(data: &GraphData, labelled: &[usize]) -> Result<()> {
    let Some(split) = &data.split else {
        return Ok(());
    };
    for part in SplitPart::ALL {
        let unlabelled = |row: &&usize| labelled.binary_search(row).is_err();
        if let Some(&row) = split.part(part).iter().find(unlabelled) {
            return Err(GraphError::SplitUnlabelled {
                path: data.nodes.path.clone(),
                node: data.graph.node_name(row),
                part: part.name(),
            }
            .into());
        }
    }
    Ok(())
}
