//! Which parameters decay, and why.

use decay_model::{Network, ParameterKind};
use decay_report::ParameterRow;
use decay_train::TrainConfig;

/// One row per parameter, in the order of the model file.
pub(crate) fn parameter_rows(network: &Network, train: &TrainConfig) -> Vec<ParameterRow> {
    let row = |spec: &decay_model::ParameterSpec| {
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
            why: why(spec.kind, decayed).into(),
        }
    };
    network.parameters().iter().map(row).collect()
}

fn why(kind: ParameterKind, decayed: bool) -> &'static str {
    match (kind, decayed) {
        (ParameterKind::Matrix, true) => "a matrix sets how strongly inputs act; decay bounds it",
        (ParameterKind::Bias, false) => "a bias shifts the function and does not make it steeper",
        (ParameterKind::NormScale | ParameterKind::NormShift, false) => {
            "few values, whose size the normalisation itself holds in check"
        }
        (ParameterKind::Matrix, false) => "listed in train.exempt",
        (_, true) => "not listed in train.exempt",
    }
}
