//! What the numbers say of each part of the claim.

mod depth;
pub(crate) mod embeddings;
mod exact;
pub(crate) mod gains;

use decay_claim::{Judgement, Measurements, Result};

use crate::{MLP, NETS, SETS, USUAL, study_of};

/// The data sets that were there.
pub(crate) fn measured_sets(measured: &Measurements) -> Vec<&'static str> {
    let studies = measured.studies();
    let there = |set: &&str| studies.contains(&study_of(set, MLP).as_str());
    SETS.into_iter().filter(there).collect()
}

/// The networks that were measured on one of them.
pub(crate) fn measured_nets(measured: &Measurements, set: &str) -> Vec<&'static str> {
    let studies = measured.studies();
    let there = |net: &&str| studies.contains(&study_of(set, net).as_str());
    NETS.into_iter().chain(USUAL).filter(there).collect()
}

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = Vec::new();
    for set in measured_sets(measured) {
        parts.extend(gains::together(measured, set)?);
        parts.extend(gains::by_network(measured, set)?);
        parts.extend(gains::by_labels(measured, set)?);
        parts.extend(embeddings::parts(measured, set)?);
        parts.extend(depth::parts(measured, set)?);
    }
    parts.extend(exact::parts(measured)?);
    Ok(Judgement::of(parts))
}
