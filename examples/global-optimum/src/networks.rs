//! Perceptrons from many starts: trained by the library as one population, then led on to the minimum by Newton steps.

use std::iter::repeat_n;

use decay_claim::measuring::perceptron::{Ends, Penalty};
use decay_claim::{Lab, MeasurementKey, Measurements, Result, Study};
use decay_data::Embedded;
use decay_model::{MlpConfig, Nonlinearity, ParameterKind};
use decay_train::{DecayKind, FoldRows, Optimizer, Schedule, TrainConfig};

use crate::{NETS, RATES, STARTS};

/// Rows to train on and to judge by.
const ROWS: [usize; 2] = [60, 300];
/// Newton steps at most.
const STEPS: usize = 1000;
pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let data = Embedded::Diabetes.load()?;
    let replicates = lab.draws(data.rows, lab.pick(10, 20), ROWS);
    // A fold each, so that every start has weights of its own, the same under every rate.
    let starts = replicates
        .iter()
        .flat_map(|rows| repeat_n(rows.clone(), STARTS));
    let starts: Vec<FoldRows> = starts.collect();
    for (name, units, biases) in NETS {
        let model = MlpConfig {
            hidden: vec![units],
            activation: Nonlinearity::Tanh,
            ..MlpConfig::default()
        };
        let (rates, config) = (RATES.to_vec(), config(biases));
        let study = Study::of_decay(name, &data, starts.clone(), model, config, rates);
        let population = lab.train(study)?;
        lab.each(&format!("{name}: minima"), replicates.len(), |replicate| {
            for rate in RATES {
                let own = |&member: &usize| {
                    population.replicate(member) / STARTS == replicate
                        && population.key(member).rate == rate
                };
                let members: Vec<usize> = (0..population.len()).filter(own).collect();
                let penalty = Penalty { rate, biases };
                let ends = Ends::of(&population, &members, penalty, lab.steps(STEPS));
                ends.note(MeasurementKey::of(name, "", rate, replicate), out);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Decay in the gradient, so that training has the minima of the penalised loss.
fn config(biases: bool) -> TrainConfig {
    let all = TrainConfig {
        epochs: 1000,
        full_batch: true,
        lr: 0.02,
        optimizer: Optimizer::Adam,
        decay: Some(DecayKind::Coupled),
        schedule: Schedule::Cosine,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let exempt = all.exempt.iter().copied();
    let spared = |kind: &ParameterKind| !biases || *kind != ParameterKind::Bias;
    TrainConfig {
        exempt: exempt.filter(spared).collect(),
        ..all
    }
}
