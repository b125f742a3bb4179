//! Graph convolutional networks of two to eight layers, with decay and without.

use decay_claim::{Lab, Measurements, Result, Study};

use crate::grid::key;
use crate::nets::{Nodes, config, deep};
use crate::{DEEP_RATES, LABELS, LAYERS, depth_of};

pub(crate) fn measure(lab: &Lab, nodes: &Nodes, out: &mut Measurements) -> Result<()> {
    let (splits, study) = (nodes.splits(lab, LABELS)?, depth_of(nodes.name));
    let config = config(0.0);
    for layers in LAYERS {
        let (rows, config, rates) = (splits.clone(), config.clone(), DEEP_RATES.to_vec());
        let of = Study::of_decay(&study, &nodes.data, rows, deep(layers), config, rates);
        let population = lab.train(of)?;
        let (losses, smoothness) = (
            population.parted_losses(nodes.held[0])?,
            population.smoothness()?,
        );
        for (member, ([_, [error, nll]], found)) in losses.into_iter().zip(smoothness).enumerate() {
            let (key, at) = (key(&population, member), layers as f64);
            out.add_at(key, at, "test error", error);
            out.add_at(key, at, "test NLL", nll);
            found.note(key, at, out);
        }
    }
    Ok(())
}
