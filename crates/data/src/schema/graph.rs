//! Schemas of graphs: learned from one, and applied to it or to another.

use crate::schema::fit::fit_columns;
use crate::schema::task::{fit_task, refuse_missing};
use crate::split::check_rows;
use crate::split::given::Part;
use crate::{
    DataError, Dataset, Encoded, GraphData, GraphError, Inputs, NodeFeatures, Options, Result,
    Scaling, Schema, SparseRows, Storage,
};

impl Schema {
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
            refuse_missing(&data.nodes, target, rows)?;
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
            task,
            scaling,
            notes,
        })
    }

    /// Encodes the features of a graph's nodes; labels are not looked at.
    ///
    /// # Errors
    /// As [`Schema::encode`]; [`DataError::OtherKind`] for the schema of something else, [`DataError::NodeFeatures`].
    pub fn encode_graph(&self, data: &GraphData) -> Result<Encoded> {
        let path = data.nodes.path.clone();
        let other = |found, expected| DataError::OtherKind {
            path: path.clone(),
            found,
            expected,
        };
        let Inputs::Graph { nodes, .. } = &self.inputs else {
            return Err(other("a graph", self.kind()));
        };
        let (sparse, columns) = ("sparse features", "columns of a table");
        let encoded = match (nodes, &data.features) {
            (NodeFeatures::Columns(columns), None) => self.encode_columns(&data.nodes, columns)?,
            (NodeFeatures::Sparse { columns }, Some(rows)) => encode_sparse(rows, *columns, path)?,
            (NodeFeatures::Columns(_), Some(_)) => return Err(other(sparse, columns)),
            (NodeFeatures::Sparse { .. }, None) => return Err(other(columns, sparse)),
        };
        Ok(Encoded {
            graph: Some(data.graph.clone()),
            ..encoded
        })
    }

    /// Encodes a graph with the labels of its nodes, for training or for an audit.
    ///
    /// # Errors
    /// As [`Schema::encode_graph`] and [`Schema::encode_target`], but for nodes without a label;
    /// [`GraphError::SplitUnlabelled`].
    pub fn graph_dataset(&self, data: &GraphData) -> Result<Dataset> {
        let encoded = self.encode_graph(data)?;
        let column = self.target_column(&data.nodes)?;
        let target = self.target_of(&data.nodes, column)?;
        let labelled = data.labelled(&column.name)?;
        if labelled.is_empty() {
            let all: Vec<usize> = (0..data.graph.nodes).collect();
            refuse_missing(&data.nodes, column, &all)?;
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
}

/// Features of as many columns as the model has.
fn encode_sparse(sparse: &SparseRows, columns: usize, path: String) -> Result<Encoded> {
    match sparse.columns == columns {
        true => Ok(Encoded {
            features: Storage::Sparse(sparse.clone()),
            rows: sparse.rows(),
            unseen: Vec::new(),
            graph: None,
        }),
        false => Err(DataError::NodeFeatures {
            path,
            found: sparse.columns,
            expected: columns,
        }),
    }
}

fn refuse_unlabelled_split(data: &GraphData, labelled: &[usize]) -> Result<()> {
    let Some(split) = &data.split else {
        return Ok(());
    };
    for part in Part::ALL {
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
