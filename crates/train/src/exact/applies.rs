//! What a minimum is computed of.

use decay_data::TaskKind;
use decay_model::{Network, ParameterKind};
use decay_options::Options;

use crate::engine::applies::pointless;
use crate::engine::job::Job;
use crate::error::TrainError;
use crate::options::TrainConfig;
use crate::options::hyper::Hyper;
use crate::options::loss::Loss;
use crate::problem::{Nature, Truth};

/// Keys that shape the minimum, or what a rate means for other rows; all others shape steps.
const OF_THE_MINIMUM: [&str; 4] = ["loss", "class_weights", "solver", "keep"];
/// Penalties beside decay, of squared errors.
const PENALTIES: [Hyper; 2] = [Hyper::L1, Hyper::L2];
/// Why they are refused beside classes.
const SQUARED: &str = "train.solver = exact minimises it beside squared errors only; --solver steps takes it for classes";
const STEPS: &str = "it shapes steps, and train.solver = exact computes the minimum without any; --solver steps takes it";

/// Whether the minimum of this network's loss can be computed: that of one linear map behind what the data alone decide.
pub fn solvable(network: &Network, loss: Loss, task: TaskKind) -> bool {
    is_linear(network) && has_closed_minimum(loss, task)
}

fn is_linear(network: &Network) -> bool {
    let kinds = network.parameters().iter().map(|spec| spec.kind);
    let map = [ParameterKind::Matrix, ParameterKind::Bias];
    matches!(network, Network::Mlp(_)) && kinds.eq(map)
}

/// Cross-entropy of classes and squared errors.
fn has_closed_minimum(loss: Loss, task: TaskKind) -> bool {
    loss == Loss::Auto && task != TaskKind::Multilabel
}

/// Refuses what has no part in a minimum that is computed.
pub(crate) fn check(
    config: &TrainConfig,
    network: &Network,
    data: Nature,
) -> Result<(), TrainError> {
    if !config.is_exact() {
        return Ok(());
    }
    let refused = |reason| Err(pointless("solver", "exact", reason));
    if !is_linear(network) {
        return refused(
            "only a linear model, as --model linear without anything learned before its map, has one minimum to compute",
        );
    }
    if !has_closed_minimum(config.loss, data.task) {
        return refused(
            "it minimises the cross-entropy of classes that exclude each other, and squared errors",
        );
    }
    let values = config
        .shown()
        .into_iter()
        .zip(TrainConfig::default().shown());
    let said = TrainConfig::ROWS.iter().zip(values);
    let mut said =
        said.filter(|(row, (own, usual))| own != usual && !shapes_minimum(row.name(), data.task));
    match said.next() {
        Some((row, (own, _))) => {
            let name = row.name();
            Err(pointless(name, own.unwrap_or_default(), why_not(name)))
        }
        None => Ok(()),
    }
}

/// Whether a key of training has a part in the minimum of a task's loss, or in what a rate means for other rows.
pub fn shapes_minimum(name: &str, task: TaskKind) -> bool {
    OF_THE_MINIMUM.contains(&name) || (is_penalty(name) && task == TaskKind::Regression)
}

fn is_penalty(name: &str) -> bool {
    PENALTIES.iter().any(|own| own.key() == name)
}

fn why_not(name: &str) -> &'static str {
    if is_penalty(name) { SQUARED } else { STEPS }
}

/// The same of what members have of their own, and of objectives.
pub(crate) fn check_members(job: &Job<'_>) -> Result<(), TrainError> {
    if !job.config.is_exact() {
        return Ok(());
    }
    if job.problem.objective.is_some() {
        let reason = "an objective of one's own is minimised by steps";
        return Err(pointless("solver", "exact", reason));
    }
    let usual = TrainConfig::default();
    let values = matches!(job.problem.truth, Truth::Values(_));
    for member in job.members {
        let steps = |own: &Hyper| *own != Hyper::Decay && !(values && PENALTIES.contains(own));
        let others = Hyper::ALL.into_iter().filter(steps);
        let mut said = others.filter(|own| own.get(member) != own.of_config(&usual));
        if let Some(hyper) = said.next() {
            let key = hyper.key();
            return Err(pointless(key, hyper.get(member), why_not(key)));
        }
    }
    Ok(())
}
