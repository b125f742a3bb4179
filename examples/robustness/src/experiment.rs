//! A linear model and networks on digits, at every rate: margins, attacks, certificates.

use decay_claim::measuring::robustness::Search;
use decay_claim::{
    Lab, Measurements, Population, Result, Study, convolutional, perceptron, round_rates,
};
use decay_data::{Dataset, Embedded, Scaling};
use decay_model::ModelConfig;
use decay_robust::certificate::{Certificate, Hyperplanes};
use decay_train::TrainConfig;

use crate::{CONVOLUTIONAL, LINEAR, PERCEPTRON, TEST, TRAIN, UNDER_ATTACK};

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let data = Embedded::Digits.load()?;
    note_margins(&trained(lab, LINEAR, &data, perceptron(&[]))?, &mut out);
    let population = trained(lab, PERCEPTRON, &data, perceptron(&[64, 64]))?;
    note_radii(&population, Certificate::Crown, &mut out)?;
    if lab.full {
        let small = convolutional(&["conv3:8", "max2", "conv3:16", "max2", "dense:32"]);
        let population = trained(lab, CONVOLUTIONAL, &data, small)?;
        note_radii(&population, Certificate::PairwiseLipschitz, &mut out)?;
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
    let draws = lab.draws(data, (TRAIN, TEST), lab.pick(8, 20));
    let rates = round_rates(0.02, 100.0);
    lab.train(Study {
        // Pixels from 0 to 1, all alike: distances are those between images.
        scaling: Scaling::UnitRange,
        ..Study::of_decay(name, data, draws, (model, config), rates)
    })
}

/// The linear model of every member, beside that of its replicate without decay.
fn note_margins(population: &Population<'_>, out: &mut Measurements) {
    for replicate in 0..population.problem.folds.len() {
        let own = population.held_out(replicate);
        let planes = |member| Hyperplanes::new(population.state(member), &own.scale);
        let undecayed = planes(own.members[0]);
        for &member in &own.members {
            let model = planes(member);
            let found = model.margins(&own.x, &own.labels);
            let rescaled = undecayed.times(model.size() / undecayed.size());
            let control = rescaled.margins(&own.x, &own.labels);
            out.add(
                population.subject(member),
                [
                    ("accuracy", found.accuracy),
                    ("margin", found.margin),
                    ("norm", found.norm),
                    ("radius", found.radius),
                    ("radius, rescaled only", control.radius),
                    ("cosine", model.cosine(&undecayed)),
                ],
            );
        }
    }
}

/// How far attacks and a certificate put the boundary of every member.
fn note_radii(
    population: &Population<'_>,
    certificate: Certificate,
    out: &mut Measurements,
) -> Result<()> {
    let search = Search {
        certificate,
        ..Search::default()
    };
    for (member, found) in population.distances(&search)? {
        let subject = population.subject(member);
        found.note(subject, &search, &UNDER_ATTACK, out);
    }
    Ok(())
}
