//! Data and network brought together before anything is written.

use decay_model::ModelConfig;

use decay::Error;
use decay::experiment::SplitData;
use decay::settings::Settings;

/// A graph becomes one batch of a graph network, and the nodes of a graph
/// rows of any other.
pub(super) fn fit_to_each_other(
    settings: &mut Settings,
    split: &mut SplitData,
) -> Result<(), Error> {
    split.data.check_scaling(settings.data.scaling)?;
    match (&settings.model, &split.data.graph) {
        (ModelConfig::Gnn(_), Some(graph)) => settings.train.batch = graph.nodes,
        (ModelConfig::Gnn(_), None) => {
            return Err(Error::Usage(format!(
                "model.kind: a gnn needs a graph, {} has none",
                split.data.name
            )));
        }
        _ => split.data.graph = None,
    }
    Ok(())
}
