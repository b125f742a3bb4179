//! Where both penalties are known on paper: a weight for every node, and networks at rest.

use decay_claim::measuring::smoothness::{Smoothness, normalised_laplacian};
use decay_claim::{
    Lab, MeasurementKey, Measurements, Population, Result, Study, full_descent, joined_to_nearest,
    made_up, unchanged,
};
use decay_data::{Dataset, Embedded, Graph, SparseRows, Storage};
use decay_model::{GnnConfig, GraphLayer, ModelConfig, ParameterKind};
use decay_train::{FoldRows, Schedule, TrainConfig};
use nalgebra::{DMatrix, DVector};

use crate::nets::{config, net};
use crate::{FEW, NODES, REST};

/// Neighbours that every wine is joined to.
const NEAREST: usize = 5;
/// A series of models with a weight for every node: its name, decay rates, strengths, and how many nodes have a value.
type Way = (&'static str, &'static [f64], &'static [f64], Option<usize>);
const WAYS: [Way; 2] = [
    ("all nodes", &[0.0, 3e-3, 3e-2], &[0.0, 1.0, 10.0], None),
    (
        "a third of the nodes",
        &[3e-3, 3e-2],
        &[1.0, 10.0],
        Some(60),
    ),
];
/// The same of networks at rest. Small rates take longer to come to rest.
const REST_RATES: [f64; 2] = [1e-2, 3e-2];
const REST_STRENGTHS: [f64; 2] = [0.1, 1.0];

pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let wine = joined_to_nearest(Embedded::Wine.load()?, NEAREST);
    if let Some(graph) = &wine.graph {
        a_weight_each(lab, graph, out)?;
    }
    for name in FEW {
        for strength in REST_STRENGTHS {
            at_rest(lab, &wine, (name, strength), out)?;
        }
    }
    Ok(())
}

/// Every node has a feature, and so a weight, of its own; its value is a normal draw.
fn a_weight_each(lab: &Lab, graph: &Graph, out: &mut Measurements) -> Result<()> {
    let (count, replicates) = (graph.nodes, lab.pick(5, 20));
    let (laplacian, values) = (normalised_laplacian(graph), lab.normal(0, count));
    let data = indicators(graph, &values)?;
    for (series, rates, strengths, labelled) in WAYS {
        let held = count / 3;
        let mut rows = lab.draws(count, replicates, [labelled.unwrap_or(count - held), held]);
        if labelled.is_none() {
            rows.iter_mut()
                .for_each(|rows| rows.train = (0..count).collect());
        }
        for &strength in strengths {
            let config = TrainConfig {
                lr: 0.5,
                laplacian: strength,
                ..full_descent(2000)
            };
            let (rows, rates) = (rows.clone(), rates.to_vec());
            let study = Study::of_decay(NODES, &data, rows, linear(), config, rates);
            let scales = vec![unchanged(count); replicates];
            let population = lab.train_scaled(study.in_series(series), scales)?;
            let problem = Problem {
                laplacian: &laplacian,
                values: &values,
                strength,
            };
            problem.note(&population, graph, out);
        }
    }
    Ok(())
}

/// Nodes with these values and a feature each, 1 of the node and 0 of all others.
fn indicators(graph: &Graph, values: &[f64]) -> Result<Dataset> {
    let nodes = graph.nodes;
    let column = |own: usize| {
        (0..nodes)
            .map(|node| f64::from(u8::from(node == own)))
            .collect()
    };
    let columns: Vec<Vec<f64>> = (0..nodes).map(column).collect();
    // The same without their zeros, which a step would multiply.
    let sparse = SparseRows {
        columns: nodes,
        offsets: (0..=nodes as u32).collect(),
        indices: (0..nodes as u32).collect(),
        values: vec![1.0; nodes],
    };
    Ok(Dataset {
        features: Storage::Sparse(sparse),
        graph: Some(graph.clone()),
        ..made_up(&columns, |rows| rows.values(values))?
    })
}

/// One linear map of a node's own features.
fn linear() -> ModelConfig {
    ModelConfig::Gnn(GnnConfig {
        layer: GraphLayer::Appnp,
        steps: 0,
        hidden: Vec::new(),
        ..GnnConfig::default()
    })
}

/// Values on a graph, of which some are known.
pub(crate) struct Problem<'a> {
    pub(crate) laplacian: &'a DMatrix<f64>,
    pub(crate) values: &'a [f64],
    pub(crate) strength: f64,
}

impl Problem<'_> {
    /// Outputs at the minimum, in double precision.
    ///
    /// ```text
    /// min over w, b   Σ_known (z_i - y_i)² / n + μ zᵀ L z / N + λ/2 |w|²        z = w + b
    /// ```
    ///
    /// Without decay the bias is no more than a shift of all weights, and 0 is as good as any. With all values known that is
    /// `z = (I + μ L)⁻¹ y`.
    pub(crate) fn minimum(&self, known: &[usize], rate: f64) -> Option<DVector<f64>> {
        let nodes = self.values.len();
        let share = 2.0 / known.len() as f64;
        let mut curvature = self.laplacian * (2.0 * self.strength / nodes as f64);
        let mut slope = DVector::zeros(nodes);
        for &node in known {
            curvature[(node, node)] += share;
            slope[node] = share * self.values[node];
        }
        // Weights first, then the bias, which is in every output.
        let each = DMatrix::from_fn(nodes, nodes + 1, |i, j| {
            f64::from(u8::from(i == j || j == nodes))
        });
        let mut all = each.tr_mul(&(&curvature * &each));
        for weight in 0..nodes {
            all[(weight, weight)] += rate;
        }
        if rate == 0.0 {
            all[(nodes, nodes)] += 1.0;
        }
        let found = all.cholesky()?.solve(&each.tr_mul(&slope));
        Some(each * found)
    }

    /// How far every member is from the minimum, and what decay alone does to the Rayleigh quotient of its weights.
    fn note(&self, population: &Population<'_>, graph: &Graph, out: &mut Measurements) {
        let quotient = |values: &[f64]| {
            let single: Vec<f32> = values.iter().map(|&x| x as f32).collect();
            Smoothness::of(graph, &single).rayleigh
        };
        let mean = self.values.iter().sum::<f64>() / self.values.len() as f64;
        let centred: Vec<f64> = self.values.iter().map(|y| y - mean).collect();
        for member in 0..population.len() {
            let (key, model) = (population.key(member), population.linear(member));
            let known = &population.rows(member).train;
            let outputs = model.weights.iter().map(|w| w + model.biases[0]);
            let outputs = DVector::from_iterator(self.values.len(), outputs);
            let away = self.minimum(known, key.rate).map_or(f64::NAN, |minimum| {
                (outputs - &minimum).norm() / minimum.norm()
            });
            let key = MeasurementKey {
                half_life: f64::NAN,
                ..key
            };
            out.add_at(key, self.strength, "from the closed form", away);
            if self.strength == 0.0 && key.rate > 0.0 {
                let change = quotient(&model.weights) / quotient(&centred) - 1.0;
                out.add(key, [("change of the Rayleigh quotient", change.abs())]);
            }
        }
    }
}

/// Networks of one hidden layer, trained until nothing moves, and how far they are from the balance of both penalties.
///
/// ```text
/// λ (|W₂|² - |W₁|²) = 2 μ tr(hᵀ L h) / N        of ReLU networks, whose h may grow by c as W₂ shrinks by it
/// ```
fn at_rest(
    lab: &Lab,
    wine: &Dataset,
    (name, strength): (&str, f64),
    out: &mut Measurements,
) -> Result<()> {
    let rows: Vec<FoldRows> = lab.node_splits(wine, 20, [30, 50], lab.pick(5, 20))?;
    let config = TrainConfig {
        epochs: 1500,
        schedule: Schedule::Cosine,
        ..config(strength)
    };
    let study = Study::of_decay(REST, wine, rows, net(name), config, REST_RATES.to_vec());
    let population = lab.train(study.in_series(name))?;
    for (member, found) in population.smoothness()?.into_iter().enumerate() {
        let key = MeasurementKey {
            half_life: f64::NAN,
            ..population.key(member)
        };
        let [first, second] = squares(&population, member);
        let off = key.rate * (second - first) - 2.0 * strength * found.energy;
        let share = off.abs() / (key.rate * (first + second));
        out.add_at(key, strength, "off balance", share);
    }
    Ok(())
}

/// Squared norms of the two weight matrices.
fn squares(population: &Population<'_>, member: usize) -> [f64; 2] {
    let specs = population.models.network.parameters().iter();
    let values = specs.zip(&population.state(member).parameters);
    let mut matrices = values.filter(|(spec, _)| spec.kind == ParameterKind::Matrix);
    let mut next = || {
        let values = matrices.next().map(|(_, values)| values.iter());
        values.map_or(f64::NAN, |values| {
            values.map(|&w| f64::from(w).powi(2)).sum()
        })
    };
    [next(), next()]
}
