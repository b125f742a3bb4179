//! How alike the nodes of a graph are in what a network makes of them.

use decay_data::Graph;
use decay_train::Samples;
use nalgebra::DMatrix;

use crate::failure::Result;
use crate::measurements::{MeasurementKey, Measurements};
use crate::population::Population;

/// Figures of embeddings `h` of all `N` nodes, `h_i` a node's own.
///
/// ```text
/// size      = Σ_i |h_i|² / N
/// energy    = tr(hᵀ L h) / N = Σ_edges w_ij |h_i/√d_i - h_j/√d_j|² / N
/// rayleigh  = energy / size, in [0, 2]
/// distance  = mean over pairs i ≠ j of 1 - cos(h_i, h_j)
/// ```
///
/// `L` is the symmetric normalised Laplacian, that of the library's penalty. Scaling `h` changes size and energy, and neither the
/// quotient nor the distance. A node whose embedding is 0 counts as alike to others of that kind and at right angles to the rest; of
/// embeddings that are all 0 the quotient is NaN.
///
/// # Source
/// Cai & Wang 2020, <https://arxiv.org/abs/2006.13318> (energy and quotient); Chen et al. 2020,
/// <https://arxiv.org/abs/1909.03211> (the distance, "MAD" of all pairs).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothness {
    /// Mean squared norm of an embedding.
    pub size: f64,
    /// Dirichlet energy of a node.
    pub energy: f64,
    /// Rayleigh quotient.
    pub rayleigh: f64,
    /// Mean cosine distance.
    pub distance: f64,
}

impl Smoothness {
    /// Of `[nodes, width]` embeddings, row-major.
    pub fn of(graph: &Graph, embeddings: &[f32]) -> Self {
        let width = embeddings.len() / graph.nodes;
        let nodes = graph.nodes as f64;
        let of = |node: u32| &embeddings[node as usize * width..][..width];
        let squares = embeddings.iter().map(|&h| f64::from(h).powi(2));
        let size = squares.sum::<f64>() / nodes;
        let (weights, scales) = (weights(graph), scales(graph));
        // An edge is listed in both directions.
        let edges = graph.edges.iter().zip(weights);
        let energy = edges.map(|(&[source, target], weight)| {
            let [a, b] = [source, target].map(|node| scales[node as usize]);
            let pairs = of(source).iter().zip(of(target));
            let apart = pairs.map(|(&x, &y)| (f64::from(x) * a - f64::from(y) * b).powi(2));
            weight * apart.sum::<f64>() / 2.0
        });
        let energy = energy.sum::<f64>() / nodes;
        Self {
            size,
            energy,
            rayleigh: energy / size,
            distance: distance(embeddings, width),
        }
    }

    /// Notes the four under their names: `size`, `energy`, `Rayleigh quotient`, `distance`.
    pub fn note(self, key: MeasurementKey<'_>, at: f64, out: &mut Measurements) {
        for (metric, value) in [
            ("size", self.size),
            ("energy", self.energy),
            ("Rayleigh quotient", self.rayleigh),
            ("distance", self.distance),
        ] {
            out.add_at(key, at, metric, value);
        }
    }
}

/// `D^(-1/2) (D - A) D^(-1/2)` in double precision; the row of a node without edges is zero.
///
/// # Shapes
/// - returns: `[nodes, nodes]`
///
/// # Source
/// Chung 1997, *Spectral graph theory*, section 1.2.
pub fn normalised_laplacian(graph: &Graph) -> DMatrix<f64> {
    let scales = scales(graph);
    let mut laplacian = DMatrix::zeros(graph.nodes, graph.nodes);
    for (&edge, weight) in graph.edges.iter().zip(weights(graph)) {
        let [source, target] = edge.map(|node| node as usize);
        if source != target {
            laplacian[(target, source)] -= weight * scales[source] * scales[target];
            laplacian[(target, target)] += weight * scales[target].powi(2);
        }
    }
    laplacian
}

/// The weight of every edge; a loop has no difference.
fn weights(graph: &Graph) -> Vec<f64> {
    match &graph.weights {
        Some(weights) => weights.iter().map(|&weight| f64::from(weight)).collect(),
        None => vec![1.0; graph.edges.len()],
    }
}

/// `1 / √degree` of every node, loops left out; 0 of a node alone.
fn scales(graph: &Graph) -> Vec<f64> {
    let mut degrees = vec![0.0; graph.nodes];
    for (&[source, target], weight) in graph.edges.iter().zip(weights(graph)) {
        if source != target {
            degrees[target as usize] += weight;
        }
    }
    let scale = |degree: f64| {
        if degree > 0.0 {
            degree.sqrt().recip()
        } else {
            0.0
        }
    };
    degrees.into_iter().map(scale).collect()
}

/// By the sum of all directions: `Σ_{i≠j} cos = |Σ u_i|² - N`, embeddings of 0 having a direction of their own.
fn distance(embeddings: &[f32], width: usize) -> f64 {
    let (mut sum, mut zeros, mut nodes) = (vec![0.0; width], 0.0f64, 0.0);
    for own in embeddings.chunks_exact(width) {
        let norm = own
            .iter()
            .map(|&h| f64::from(h).powi(2))
            .sum::<f64>()
            .sqrt();
        nodes += 1.0;
        if norm == 0.0 {
            zeros += 1.0;
            continue;
        }
        for (sum, &h) in sum.iter_mut().zip(own) {
            *sum += f64::from(h) / norm;
        }
    }
    let together = zeros.powi(2) + sum.iter().map(|s| s * s).sum::<f64>();
    1.0 - (together - nodes) / (nodes * (nodes - 1.0))
}

impl Population<'_> {
    /// Figures of every member's last hidden representation of all nodes; of a network without hidden layers, of its outputs.
    ///
    /// # Errors
    /// If the device fails.
    ///
    /// # Panics
    /// If the data are no graph.
    pub fn smoothness(&self) -> Result<Vec<Smoothness>> {
        let data = self.study.data;
        let Some(graph) = &data.graph else {
            panic!("'{}' is no graph", data.name)
        };
        let found = self.models.representations_on(Samples::from(data))?;
        let row: usize = found.widths.iter().sum();
        let end = row - found.widths.last().copied().unwrap_or(0);
        let width = found.widths[found.widths.len() - 2];
        let of = |values: Vec<f32>| {
            let rows = values.chunks_exact(row);
            let hidden: Vec<f32> = rows
                .flat_map(|row| row[end - width..end].to_vec())
                .collect();
            Smoothness::of(graph, &hidden)
        };
        Ok(found.values.into_iter().map(of).collect())
    }
}

#[cfg(test)]
mod tests;
