//! A linear model and networks on digits, at every rate: margins, attacks, certificates.

use decay_claim::measuring::robustness::Search;
use decay_claim::{Lab, Measurements, Population, Result, Study, convolutional, round_rates};
use decay_data::{Dataset, Embedded, Scaling};
use decay_model::{Mlp, ModelConfig};
use decay_robust::certificate::Certificate;
use decay_train::TrainConfig;

use crate::{CONVOLUTIONAL, LINEAR, PERCEPTRON, TEST, TRAIN, UNDER_ATTACK};

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let data = Embedded::Digits.load()?;
    let population = trained(lab, LINEAR, &data, Mlp::hidden(vec![]).into())?;
    for (member, found) in population.planes() {
        found.note(population.key(member), &mut out);
    }
    let mut networks = vec![(PERCEPTRON, Mlp::hidden([64, 64]).into(), Certificate::Crown)];
    if lab.full {
        let small = convolutional(&["conv3:8", "max2", "conv3:16", "max2", "dense:32"]);
        networks.push((CONVOLUTIONAL, small, Certificate::PairwiseLipschitz));
    }
    for (name, model, certificate) in networks {
        let (population, search) = (trained(lab, name, &data, model)?, Search::with(certificate));
        for (member, found) in population.distances(&search)? {
            found.note(population.key(member), &search, &UNDER_ATTACK, &mut out);
        }
    }
    Ok(out)
}

/// Every rate, from no decay to the collapse of the network at `lr λ = 0.3`, on rows drawn anew.
fn trained<'a>(
    lab: &'a Lab,
    name: &'a str,
    data: &'a Dataset,
    model: ModelConfig,
) -> Result<Population<'a>> {
    let config = TrainConfig {
        epochs: 100,
        batch: 50,
        lr: 3e-3,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let draws = lab.draws(data.rows, lab.pick(8, 20), [TRAIN, TEST]);
    let rates = round_rates(0.02, 100.0);
    lab.train(Study {
        // Pixels from 0 to 1, all alike: distances are those between images.
        scaling: Scaling::UnitRange,
        ..Study::of_decay(name, data, draws, model, config, rates)
    })
}
