//! Data and network brought together before anything is written.

use std::sync::Arc;

use decay_model::ModelConfig;

use crate::data::Data;
use crate::error::Error;
use crate::settings::Settings;

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
