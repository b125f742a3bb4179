//! Which parameters decay, and why.

use decay_model::{Network, ParameterKind, ParameterSpec};
use decay_report::ParameterRow;
use decay_train::TrainConfig;

/// One row per parameter, in the order of the model file.
pub(crate) fn parameter_rows(network: &Network, train: &TrainConfig) -> Vec<ParameterRow> {
    let row = |spec: &ParameterSpec| {
        let decayed = train.decays(spec);
        let mut shape = spec.shape.clone();
        if spec.kind == ParameterKind::Matrix {
            // As torch has it in the file: outputs first.
            shape.reverse();
        }
        ParameterRow {
            name: spec.name.clone(),
            shape,
            kind: spec.kind.name().into(),
            decayed,
            why: why(spec, train),
        }
    };
    network.parameters().iter().map(row).collect()
}

fn why(spec: &ParameterSpec, train: &TrainConfig) -> String {
    let factor = train.decay_factor(spec);
    let reason = match (spec.kind, factor > 0.0) {
        (ParameterKind::Matrix, true) if spec.normalised => {
            "a normalisation follows: decay sets the effective learning rate here, it does not bound the function"
        }
        (ParameterKind::Matrix, true) => "a matrix sets how strongly inputs act; decay bounds it",
        (ParameterKind::Bias, false) => "a bias shifts the function and does not make it steeper",
        (ParameterKind::NormScale | ParameterKind::NormShift, false) => {
            "few values, whose size the normalisation itself holds in check"
        }
        (ParameterKind::Activation, false) => {
            "a factor says how much of a nonlinearity a unit has: 0 would be none of it"
        }
        (ParameterKind::Encoding, true) => "an encoding sets how fast inputs act; decay smooths it",
        (ParameterKind::Matrix | ParameterKind::Encoding, false)
            if train.exempt.contains(&spec.kind) =>
        {
            "listed in train.exempt"
        }
        (ParameterKind::Matrix | ParameterKind::Encoding, false) => {
            "not listed in train.decayed, or with a factor of 0"
        }
        (_, true) => "not listed in train.exempt",
    };
    match factor {
        0.0 | 1.0 => reason.to_owned(),
        factor => format!("at {factor} times the rate; {reason}"),
    }
}
