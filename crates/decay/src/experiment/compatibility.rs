//! Data and network brought together before anything is written.

use std::sync::Arc;

use decay_model::ModelConfig;

use crate::data::Data;
use crate::error::Error;
use crate::run::RunKind;
use crate::settings::Settings;

/// Models that are solved are the same under every seed: one is enough, which a note says where more were asked for.
pub(super) fn alike(kind: RunKind, settings: &mut Settings) -> Option<String> {
    let Settings { sweep, train, .. } = settings;
    let (counts, keys) = match kind {
        RunKind::Tune => (
            sweep.seeds.max(sweep.refits),
            "sweep.seeds and sweep.refits are",
        ),
        RunKind::Fit => (sweep.seeds, "sweep.seeds is"),
    };
    if !train.is_exact() || counts == 1 {
        return None;
    }
    sweep.seeds = 1;
    if kind == RunKind::Tune {
        sweep.refits = 1;
    }
    Some(format!(
        "the minimum is the same whatever the seed: {keys} 1"
    ))
}

/// A graph becomes one batch of a graph network, and the nodes of a graph rows of any other.
pub(super) fn fit_to_each_other(settings: &mut Settings, data: &mut Data) -> Result<(), Error> {
    let dataset = &data.dataset;
    dataset.check_scaling(settings.data.scaling)?;
    match (&*settings.model, &dataset.graph) {
        (ModelConfig::Gnn(_), Some(graph)) => settings.train.batch = graph.nodes,
        (ModelConfig::Gnn(_), None) => {
            return Err(Error::Setting(format!(
                "model.kind: a gnn needs a graph, {} has none",
                dataset.name
            )));
        }
        (_, Some(_)) => Arc::make_mut(&mut data.dataset).graph = None,
        (_, None) => {}
    }
    Ok(())
}
