//! Perceptrons with every regulariser beside every rate of decay.

use decay_claim::drawing::Panel;
use decay_claim::measuring::budget::{Budget, EARLY, Method, gains, gains_panel};
use decay_claim::{Lab, Measurements, Part, Result};
use decay_model::{Mlp, Norm};
use decay_train::TrainConfig;

use crate::sets::Set;

/// What decay is held against.
pub(crate) const METHODS: [Method; 6] = [
    Method {
        name: EARLY,
        strengths: &[2.0, 5.0, 10.0, 20.0, 40.0],
        apply: |_, _, _| (),
    },
    Method {
        name: "input noise",
        strengths: &[0.2, 0.4, 0.8, 1.6, 3.2],
        apply: |config, _, sd| config.input_noise = sd,
    },
    Method {
        name: "weight noise",
        strengths: &[0.02, 0.05, 0.1, 0.2, 0.4],
        apply: |config, _, sd| config.weight_noise = sd,
    },
    Method {
        name: "gradient noise",
        strengths: &[0.01, 0.03, 0.1, 0.3, 1.0],
        apply: |config, _, sd| config.gradient_noise = sd,
    },
    Method {
        name: "dropout",
        strengths: &[0.1, 0.3, 0.5, 0.7, 0.85],
        apply: |config, _, share| config.dropout = share,
    },
    Method {
        name: "batch norm",
        strengths: &[1.0],
        apply: |_, model, _| model.norm = Norm::Batch,
    },
];

/// One hidden layer of 64 rectified units.
pub(crate) fn measure(lab: &Lab, set: &Set, out: &mut Measurements) -> Result<()> {
    let data = (set.load)()?;
    let budget = Budget {
        name: set.name,
        rows: lab.draws(data.rows, lab.pick(20, 40), set.sizes),
        data: &data,
        model: Mlp::hidden([64]),
        config: TrainConfig {
            epochs: 80,
            batch: 20,
            lr: 5e-3,
            ..TrainConfig::default()
        },
        rates: vec![0.0, 0.2, 0.6, 1.8, 5.4, 16.2],
    };
    budget.measure(lab, &METHODS, out)
}

/// Whether decay wins, and whether it adds.
pub(crate) fn parts(measured: &Measurements, set: &Set) -> Result<Vec<Part>> {
    gains(measured, set.name, set.unit, &METHODS, set.overlap())
}

/// Test losses with and without decay, less that of decay alone.
pub(crate) fn panel(measured: &Measurements, set: &Set) -> Result<Panel> {
    gains_panel(measured, set.name, set.unit, &METHODS)
}
