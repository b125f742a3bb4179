//! What networks read of a data set, on one device.

use std::sync::{Arc, OnceLock};

use burn::tensor::{Device, Int, Tensor};
use decay_data::{Dataset, Graph, SparseRows, Storage};
use decay_kernels::{Csr, Features, Statistics, gather, read};
use decay_model::{Gnn, Graph as Edges, GraphFeatures, GraphInput, GraphLayer, Input, Network};

use crate::problem::{FoldScales, floats, integers};

/// Features of some rows and, of a graph's nodes, its edges.
#[derive(Debug, Clone, Copy)]
pub struct Samples<'a> {
    /// `[rows, inputs]`, row-major.
    pub features: &'a Storage,
    /// Number of rows.
    pub rows: usize,
    /// Features of a row.
    pub inputs: usize,
    /// Edges between the rows.
    pub graph: Option<&'a Graph>,
}

impl<'a> From<&'a Dataset> for Samples<'a> {
    fn from(data: &'a Dataset) -> Self {
        Self {
            features: &data.features,
            rows: data.rows,
            inputs: data.features(),
            graph: data.graph.as_ref(),
        }
    }
}

/// Samples on a device.
#[derive(Debug, Clone)]
pub(crate) enum Inputs {
    /// Rows that stand for themselves.
    Rows(Box<Table>),
    /// Nodes, which all take part in every pass.
    Graph(Box<Nodes>),
}

/// Stored features and how each fold scales them.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    features: Features,
    statistics: Statistics,
}

/// A graph.
#[derive(Debug, Clone)]
pub(crate) struct Nodes {
    features: NodeFeatures,
    graph: Edges,
    /// By [`GraphLayer`], each made when a network first asks for it.
    operators: [OnceLock<Arc<Csr>>; GraphLayer::ALL.len()],
    laplacian: OnceLock<Arc<Csr>>,
}

#[derive(Debug, Clone)]
enum NodeFeatures {
    Sparse(Arc<Csr>),
    Dense(Box<Table>),
}

impl Table {
    fn upload(samples: &Samples<'_>, scales: &[FoldScales], device: &Device) -> Self {
        let shape = [samples.rows, samples.inputs];
        let features = match samples.features {
            Storage::F32(values) => Features::Float(floats(values.clone(), shape, device)),
            Storage::U8(values) => Features::bytes(values, samples.inputs, device),
            Storage::Sparse(rows) => {
                Features::Float(floats(scaled(rows, scales).dense(), shape, device))
            }
        };
        let per_fold = |pick: fn(&FoldScales) -> &Vec<f32>| {
            let values = scales.iter().flat_map(|scale| pick(scale).clone());
            floats(values.collect(), [scales.len(), samples.inputs], device)
        };
        Self {
            features,
            statistics: Statistics {
                center: per_fold(|scale| &scale.features.center),
                scale: per_fold(|scale| &scale.features.scale),
                fill: per_fold(|scale| &scale.features.fill),
            },
        }
    }

    fn rows(&self, rows: Tensor<2, Int>, fold: Tensor<1, Int>) -> Tensor<3> {
        gather(&self.features, &self.statistics, rows, fold)
    }

    /// Scaled values of each of these columns on some rows, NaN where they are missing.
    fn observed(&self, fold: usize, rows: &[usize], columns: &[usize]) -> Vec<Vec<f32>> {
        /// Rows that are read together.
        const TOGETHER: usize = 1 << 14;
        let statistics = &self.statistics;
        let device = statistics.fill.device();
        let [folds, width] = statistics.fill.dims();
        let missing = Statistics {
            fill: floats(vec![f32::NAN; folds * width], [folds, width], &device),
            ..statistics.clone()
        };
        let fold = integers(vec![fold as i32], [1], &device);
        let mut all = vec![Vec::with_capacity(rows.len()); columns.len()];
        for rows in rows.chunks(TOGETHER) {
            let places: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
            let places = integers(places, [1, rows.len()], &device);
            let values = read(gather(&self.features, &missing, places, fold.clone()));
            for row in values.chunks_exact(width) {
                for (all, &column) in all.iter_mut().zip(columns) {
                    all.push(row[column]);
                }
            }
        }
        all
    }
}

/// Features of a graph's nodes, scaled by row if they are to be: no fold moves them in another way.
fn sparse(rows: &SparseRows, scales: &[FoldScales], device: &Device) -> Csr {
    let scaled = scaled(rows, scales);
    let (offsets, indices) = (&scaled.offsets, &scaled.indices);
    Csr::new(
        rows.rows(),
        rows.columns,
        offsets,
        indices,
        &scaled.values,
        device,
    )
}

fn scaled(rows: &SparseRows, scales: &[FoldScales]) -> SparseRows {
    let first = scales.first();
    first.map_or_else(|| rows.clone(), |scale| scale.features.apply_sparse(rows))
}

impl Nodes {
    /// The matrix by which this network mixes nodes.
    fn operator(&self, gnn: &Gnn, device: &Device) -> Arc<Csr> {
        let operator = || Arc::new(gnn.operator(&self.graph).to_device(device));
        self.operators[gnn.layer() as usize]
            .get_or_init(operator)
            .clone()
    }
}

impl Inputs {
    /// Puts samples on a device.
    pub(crate) fn upload(samples: &Samples<'_>, scales: &[FoldScales], device: &Device) -> Self {
        let Some(graph) = samples.graph else {
            return Self::Rows(Box::new(Table::upload(samples, scales, device)));
        };
        let features = match samples.features {
            Storage::Sparse(rows) => NodeFeatures::Sparse(Arc::new(sparse(rows, scales, device))),
            _ => NodeFeatures::Dense(Box::new(Table::upload(samples, scales, device))),
        };
        let edges: Vec<(u32, u32)> = graph.edges.iter().map(|&[s, t]| (s, t)).collect();
        let edges = Edges::new(graph.nodes, &edges, graph.weights.as_deref());
        Self::Graph(Box::new(Nodes {
            features,
            graph: edges.unwrap_or_else(|error| panic!("{error}")),
            operators: Default::default(),
            laplacian: OnceLock::new(),
        }))
    }

    /// Number of a graph's nodes.
    pub(crate) fn nodes(&self) -> Option<usize> {
        match self {
            Self::Rows(_) => None,
            Self::Graph(nodes) => Some(nodes.graph.nodes()),
        }
    }

    /// What a network reads for these rows of each member; of a graph they are all its nodes.
    ///
    /// # Shapes
    /// - `rows`: `[R, B]`; `fold`: `[R]`
    pub(crate) fn of(
        &self,
        network: &Network,
        rows: Tensor<2, Int>,
        fold: Tensor<1, Int>,
    ) -> Input {
        match (self, network) {
            (Self::Graph(nodes), Network::Gnn(gnn)) => {
                let device = fold.device();
                let features = match &nodes.features {
                    NodeFeatures::Sparse(matrix) => GraphFeatures::Sparse(matrix.clone()),
                    NodeFeatures::Dense(table) => GraphFeatures::Dense(table.rows(rows, fold)),
                };
                Input::Graph(GraphInput {
                    features,
                    operator: nodes.operator(gnn, &device),
                })
            }
            (Self::Rows(table), _) => Input::Rows(table.rows(rows, fold)),
            (Self::Graph(_), _) => unreachable!("a job's network and data are of one kind"),
        }
    }

    /// Scaled values of each of these columns on some rows, NaN where they are missing; of a graph's nodes none are asked for.
    pub(crate) fn observed(&self, fold: usize, rows: &[usize], columns: &[usize]) -> Vec<Vec<f32>> {
        match self {
            Self::Rows(table) => table.observed(fold, rows, columns),
            Self::Graph(_) => vec![Vec::new(); columns.len()],
        }
    }

    /// The symmetric normalised Laplacian of a graph, made when it is first asked for.
    pub(crate) fn laplacian(&self, device: &Device) -> Option<&Arc<Csr>> {
        let Self::Graph(nodes) = self else {
            return None;
        };
        let laplacian = || Arc::new(nodes.graph.normalised_laplacian().to_device(device));
        Some(nodes.laplacian.get_or_init(laplacian))
    }
}
