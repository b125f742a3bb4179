//! Claim: in graph networks decay acts on parameters, the Laplacian on embeddings, and together they generalise better.

#![forbid(unsafe_code)]

mod depth;
mod exact;
mod grid;
mod nets;
mod parts;
mod pictures;
#[cfg(test)]
mod tests;

use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

use crate::nets::sets;

/// The claim.
pub struct Graphs;

/// Data sets; the first only where there is one.
const SETS: [&str; 2] = ["Cora", "digits"];
const LINEAR: &str = "linear";
const MLP: &str = "MLP";
const GCN: &str = "GCN";
const APPNP: &str = "APPNP";
const NETS: [&str; 4] = [LINEAR, MLP, GCN, APPNP];
/// Networks with dropout, as they are usually trained; with `--full`.
const USUAL: [&str; 2] = ["MLP, dropout", "GCN, dropout"];
/// Networks that are measured with fewer labels, too.
const FEW: [&str; 2] = [MLP, GCN];
/// Decay rates, in the gradient.
const RATES: [f64; 5] = [0.0, 2e-4, 1e-3, 5e-3, 2.5e-2];
/// Strengths of the Laplacian penalty, by the name of their series.
const STRENGTHS: [(&str, f64); 4] = [
    ("μ = 0", 0.0),
    ("μ = 0.01", 0.01),
    ("μ = 0.1", 0.1),
    ("μ = 1", 1.0),
];
/// Labels of each class to train on: those of the grid, fewer, and with `--full` between.
const LABELS: usize = 20;
const FEWER: [usize; 2] = [5, 10];
/// Series of either alone where labels are fewer.
const DECAY: &str = "decay";
const LAPLACIAN: &str = "Laplacian";
/// Layers of the convolutional networks by depth.
const LAYERS: [usize; 3] = [2, 4, 8];
/// Decay rates of these.
const DEEP_RATES: [f64; 3] = [0.0, RATES[2], RATES[3]];
/// Study of linear models with a weight for every node.
const NODES: &str = "a weight for every node";
/// Study of networks at rest.
const REST: &str = "at rest";
/// Correlation `ρ` of replicates as `ρ / (1 - ρ)`: two share a fifth of their test nodes.
const OVERLAP: f64 = 0.25;

/// Name of the study of a network on a data set.
fn study_of(set: &str, net: &str) -> String {
    format!("{set}, {net}")
}

/// Name of the same with fewer labels of each class.
fn fewer_of(set: &str, net: &str, labels: usize) -> String {
    format!("{set}, {net}, {labels} labels")
}

/// Name of the study of depth.
fn depth_of(set: &str) -> String {
    format!("{set}, GCN by depth")
}

impl Claim for Graphs {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay and the graph's Laplacian",
            statement: "In graph networks decay acts on parameters and the Laplacian on embeddings, so together they generalise better.",
            source: "an introductory text on weight decay; Weston, Ratle & Collobert 2008; Kipf & Welling 2017; against it Yang, Ma & \
                     Cheng 2021",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        let mut out = Measurements::default();
        for nodes in sets(lab)? {
            grid::measure(lab, &nodes, &mut out)?;
            depth::measure(lab, &nodes, &mut out)?;
        }
        exact::measure(lab, &mut out)?;
        Ok(out)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        parts::judge(measured)
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}
