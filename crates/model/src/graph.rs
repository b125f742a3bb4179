//! Graphs in host memory, and the matrices on their nodes that networks and penalties use.

use burn::tensor::Device;
use decay_kernels::Csr;

/// What can be wrong with a list of edges.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum GraphError {
    /// An edge names a node that does not exist.
    #[error(
        "edge {edge} goes from node {source_node} to node {target}, but there are {nodes} nodes, numbered from 0"
    )]
    NodeOutOfRange {
        /// Number of the edge, counted from 0.
        edge: usize,
        /// Where it starts.
        source_node: u32,
        /// Where it ends.
        target: u32,
        /// Nodes of the graph.
        nodes: usize,
    },
    /// A weight is negative or not finite.
    #[error("edge {edge} must have a weight in [0, inf), got {weight}")]
    Weight {
        /// Number of the edge, counted from 0.
        edge: usize,
        /// The weight.
        weight: f32,
    },
    /// Not one weight per edge.
    #[error("{edges} edges need as many weights, got {weights}")]
    WeightCount {
        /// Edges given.
        edges: usize,
        /// Weights given.
        weights: usize,
    },
}

/// A graph as a list of directed edges; an undirected edge is listed in both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    nodes: usize,
    edges: Vec<Edge>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Edge {
    source: u32,
    target: u32,
    weight: f64,
}

/// A square matrix on the nodes of a graph, row: target, column: source.
#[derive(Debug, Clone, PartialEq)]
pub struct Operator {
    /// Where the entries of each row start, then the last one's end.
    pub offsets: Vec<u32>,
    /// Each entry's column, in ascending order within its row.
    pub indices: Vec<u32>,
    /// Each entry's value.
    pub values: Vec<f32>,
}

impl Graph {
    /// A graph of `nodes` nodes with edges `(source, target)`, of weight 1 unless given; nodes without edges are fine.
    ///
    /// # Errors
    /// [`GraphError`].
    pub fn new(
        nodes: usize,
        edges: &[(u32, u32)],
        weights: Option<&[f32]>,
    ) -> Result<Self, GraphError> {
        if let Some(weights) = weights.filter(|weights| weights.len() != edges.len()) {
            return Err(GraphError::WeightCount {
                edges: edges.len(),
                weights: weights.len(),
            });
        }
        let edge = |(edge, &(source, target)): (usize, &(u32, u32))| {
            let weight = weights.map_or(1.0, |weights| weights[edge]);
            if source.max(target) as usize >= nodes {
                return Err(GraphError::NodeOutOfRange {
                    edge,
                    source_node: source,
                    target,
                    nodes,
                });
            }
            // False for NaN, too.
            if !(0.0..f32::INFINITY).contains(&weight) {
                return Err(GraphError::Weight { edge, weight });
            }
            Ok(Edge {
                source,
                target,
                weight: f64::from(weight),
            })
        };
        let edges = edges.iter().enumerate().map(edge);
        Ok(Self {
            nodes,
            edges: edges.collect::<Result<_, _>>()?,
        })
    }

    /// Nodes of the graph.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// `D^(-1/2) (A + I) D^(-1/2)`, the propagation of graph convolutions and of APPNP.
    ///
    /// ```text
    /// value(i, j) = a(i, j) / sqrt(d_i d_j)        d_i = sum over j of a(i, j), the loop included
    /// ```
    ///
    /// A node gets a loop of weight 1 unless it has one, whose weight then stays.
    ///
    /// # Source
    /// Kipf & Welling 2017, eq. 2, <https://arxiv.org/abs/1609.02907>; directed edges and loops as in torch-geometric's `gcn_norm`.
    pub fn symmetric_normalised(&self) -> Operator {
        let edges = self.with_loops();
        let degree = self.in_degrees(&edges);
        let scale = |node: u32| match degree[node as usize] {
            0.0 => 0.0,
            degree => 1.0 / degree.sqrt(),
        };
        self.operator(edges, |edge| {
            edge.weight * scale(edge.source) * scale(edge.target)
        })
    }

    /// `D^(-1) A`, the mean over a node's neighbours, weighted by their edges; zero for a node that nobody points at.
    ///
    /// # Source
    /// Hamilton et al. 2017, section 3.3, <https://arxiv.org/abs/1706.02216>.
    pub fn neighbour_mean(&self) -> Operator {
        let degree = self.in_degrees(&self.edges);
        self.operator(self.edges.clone(), |edge| {
            match degree[edge.target as usize] {
                0.0 => 0.0,
                degree => edge.weight / degree,
            }
        })
    }

    /// Ones where `A + I` is not zero: whom a node attends to.
    ///
    /// # Source
    /// Velickovic et al. 2018, section 2.1, <https://arxiv.org/abs/1710.10903>.
    pub fn with_self(&self) -> Operator {
        self.operator(self.with_loops(), |_| 1.0)
    }

    /// `L = D - A` of an undirected graph, of which `tr(X^T L X)` is the sum over its edges of `a(i, j) |x_i - x_j|^2`.
    ///
    /// Loops do not matter.
    ///
    /// # Source
    /// Chung 1997, *Spectral graph theory*, section 1.2.
    pub fn laplacian(&self) -> Operator {
        let degree = self.in_degrees(&self.without_loops());
        self.difference(|node| degree[node], |edge| edge.weight)
    }

    /// `D^(-1/2) (D - A) D^(-1/2)` of an undirected graph; the row of a node without edges is zero, as in scipy.
    ///
    /// # Source
    /// Chung 1997, *Spectral graph theory*, section 1.2.
    pub fn normalised_laplacian(&self) -> Operator {
        let degree = self.in_degrees(&self.without_loops());
        self.difference(
            |node| f64::from(u8::from(degree[node] > 0.0)),
            |edge| {
                let [of_target, of_source] =
                    [edge.target, edge.source].map(|node| degree[node as usize]);
                match of_target * of_source {
                    0.0 => 0.0,
                    product => edge.weight / product.sqrt(),
                }
            },
        )
    }

    /// `diagonal - values`, loops left out.
    fn difference(
        &self,
        diagonal: impl Fn(usize) -> f64,
        value: impl Fn(&Edge) -> f64,
    ) -> Operator {
        let mut edges = self.without_loops();
        for edge in &mut edges {
            edge.weight = -value(edge);
        }
        edges.extend((0..self.nodes).map(|node| self_loop(node as u32, diagonal(node))));
        self.operator(edges, |edge| edge.weight)
    }

    fn without_loops(&self) -> Vec<Edge> {
        let edges = self.edges.iter().copied();
        edges.filter(|edge| edge.source != edge.target).collect()
    }

    /// The edges with one loop on every node.
    fn with_loops(&self) -> Vec<Edge> {
        let mut weights = vec![1.0; self.nodes];
        for edge in self.edges.iter().filter(|edge| edge.source == edge.target) {
            weights[edge.target as usize] = edge.weight;
        }
        let mut edges = self.without_loops();
        edges.extend(
            (0u32..)
                .zip(weights)
                .map(|(node, weight)| self_loop(node, weight)),
        );
        edges
    }

    fn in_degrees(&self, edges: &[Edge]) -> Vec<f64> {
        let mut degree = vec![0.0; self.nodes];
        for edge in edges {
            degree[edge.target as usize] += edge.weight;
        }
        degree
    }

    fn operator(&self, mut edges: Vec<Edge>, value: impl Fn(&Edge) -> f64) -> Operator {
        edges.sort_by_key(|edge| (edge.target, edge.source));
        let start = |row: usize| edges.partition_point(|edge| (edge.target as usize) < row) as u32;
        Operator {
            offsets: (0..=self.nodes).map(start).collect(),
            indices: edges.iter().map(|edge| edge.source).collect(),
            values: edges.iter().map(|edge| value(edge) as f32).collect(),
        }
    }
}

fn self_loop(node: u32, weight: f64) -> Edge {
    Edge {
        source: node,
        target: node,
        weight,
    }
}

impl Operator {
    /// Puts the matrix on a device.
    pub fn to_device(&self, device: &Device) -> Csr {
        let nodes = self.offsets.len() - 1;
        Csr::new(
            nodes,
            nodes,
            &self.offsets,
            &self.indices,
            &self.values,
            device,
        )
    }
}
