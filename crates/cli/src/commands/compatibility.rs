//! Settings that only make sense for some data or networks, refused before anything is written.

use decay_model::{ModelConfig, Network};
use decay_train::TrainConfig;

use decay::Error;
use decay::experiment::SplitData;
use decay::settings::Settings;

/// Refuses what the data or the network have no use for; a graph becomes one batch of a graph network, and the nodes of a graph
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
    let train = &settings.train;
    let for_graphs = [
        ("edge_dropout", train.edge_dropout),
        ("laplacian", train.laplacian),
    ];
    if !matches!(settings.model, ModelConfig::Gnn(_)) {
        refuse(&for_graphs, "is for a gnn")?;
    }
    let for_images = [
        ("flip", train.flip),
        ("shift", f64::from(train.shift)),
        ("rotation", train.rotation),
        ("cutout", f64::from(train.cutout)),
        ("brightness", train.brightness),
    ];
    if split.data.shape.len() != 3 {
        refuse(&for_images, "is for images")?;
    }
    match matches!(settings.model, ModelConfig::Gnn(_)) {
        true => refuse(
            &[("mixup", train.mixup)],
            "does not mix the nodes of a graph",
        ),
        false => Ok(()),
    }
}

/// Refuses the first setting that is not off.
fn refuse(settings: &[(&str, f64)], why: &str) -> Result<(), Error> {
    match settings.iter().find(|(_, value)| *value != 0.0) {
        None => Ok(()),
        Some((name, value)) => Err(Error::Usage(format!("train.{name} {why}, got {value}"))),
    }
}

/// Every pattern must name a parameter, or a slip of the hand would leave it undecayed, or decayed as all others.
pub(super) fn check_decayed(train: &TrainConfig, network: &Network) -> Result<(), Error> {
    let factors = train.decay_factors.iter().map(|factor| &factor.names);
    let patterns = [
        ("decayed", train.decayed.iter().collect::<Vec<_>>()),
        ("decay_factors", factors.collect()),
    ];
    let parameters = network.parameters();
    let unknown = |pattern: &&&String| {
        let alone = TrainConfig {
            decayed: vec![(**pattern).clone()],
            exempt: Vec::new(),
            ..TrainConfig::default()
        };
        !parameters.iter().any(|parameter| alone.decays(parameter))
    };
    for (key, patterns) in patterns {
        if let Some(pattern) = patterns.iter().find(unknown) {
            let names: Vec<_> = parameters.iter().map(|p| p.name.as_str()).collect();
            return Err(Error::Usage(format!(
                "train.{key}: no parameter is called '{pattern}'; there are {}",
                names.join(", ")
            )));
        }
    }
    Ok(())
}
