//! A linear model and networks on digits, at every rate: margins, attacks, certificates.

use decay_claim::{Lab, Measurements, Population, Result, Study, Subject};
use decay_data::{Dataset, Embedded, Scaling};
use decay_model::{CnnConfig, MlpConfig, ModelConfig};
use decay_robust::certificate::Certificate;
use decay_train::{FoldRows, TrainConfig};

use crate::hyperplanes::Hyperplanes;
use crate::replicate::{FARTHEST, Radii, Replicate};
use crate::{
    ATTACKED, CERTIFIED, CONVOLUTIONAL, LINEAR, PERCEPTRON, PROVEN, STANDING, TEST, TRAIN,
    UNDER_ATTACK,
};

/// From no decay to the collapse of the network at `lr λ = 0.3`.
const RATES: [f64; 13] = [
    0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let data = Embedded::Digits.load()?;
    let perceptron = |hidden: &[usize]| {
        ModelConfig::Mlp(MlpConfig {
            hidden: hidden.to_vec(),
            ..MlpConfig::default()
        })
    };
    note_margins(&trained(lab, LINEAR, &data, perceptron(&[]))?, &mut out);
    let population = trained(lab, PERCEPTRON, &data, perceptron(&[64, 64]))?;
    note_radii(lab, &population, Certificate::Crown, &mut out)?;
    if lab.full {
        let population = trained(lab, CONVOLUTIONAL, &data, ModelConfig::Cnn(small()))?;
        note_radii(lab, &population, Certificate::PairwiseLipschitz, &mut out)?;
    }
    Ok(out)
}

/// Two convolutions for images of 8 x 8 pixels.
fn small() -> CnnConfig {
    let stages = ["conv3:8", "max2", "conv3:16", "max2", "dense:32"];
    let stage = |text: &str| {
        text.parse()
            .unwrap_or_else(|error| unreachable!("a stage: {error}"))
    };
    CnnConfig {
        stages: stages.map(stage).into(),
        ..CnnConfig::default()
    }
}

fn trained<'a>(
    lab: &'a Lab,
    name: &'a str,
    data: &'a Dataset,
    model: ModelConfig,
) -> Result<Population<'a>> {
    let all: Vec<usize> = (0..data.rows).collect();
    let draw = |replicate: usize| {
        let mut train = lab.sample(replicate as u32, &all, TRAIN + TEST);
        FoldRows {
            validation: train.split_off(TRAIN),
            train,
        }
    };
    let config = TrainConfig {
        epochs: 100,
        batch: 50,
        lr: 3e-3,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let replicates = (0..lab.pick(8, 20)).map(draw).collect();
    lab.train(Study {
        // Pixels from 0 to 1, all alike: distances are those between images.
        scaling: Scaling::UnitRange,
        ..Study::of_decay(name, data, replicates, (model, config), RATES.to_vec())
    })
}

/// The linear model of every member, beside that of its replicate without decay.
fn note_margins(population: &Population<'_>, out: &mut Measurements) {
    for replicate in 0..population.problem.folds.len() {
        let own = Replicate::of(population, replicate);
        let models = own.states.iter().zip(&own.scales);
        let models: Vec<Hyperplanes> = models
            .map(|(state, scale)| Hyperplanes::new(state, scale))
            .collect();
        let undecayed = &models[0];
        for (&member, model) in own.members.iter().zip(&models) {
            let found = model.margins(&own.x, &own.labels);
            let rescaled = undecayed.times(model.size() / undecayed.size());
            out.add(
                population.subject(member),
                [
                    ("accuracy", found.accuracy),
                    ("margin", found.margin),
                    ("norm", found.norm),
                    ("radius", found.radius),
                    (
                        "radius, rescaled only",
                        rescaled.margins(&own.x, &own.labels).radius,
                    ),
                    ("cosine", model.cosine(undecayed)),
                ],
            );
        }
    }
}

/// How far attacks and a certificate put the boundary of every member.
fn note_radii(
    lab: &Lab,
    population: &Population<'_>,
    certificate: Certificate,
    out: &mut Measurements,
) -> Result<()> {
    let what = format!("{}, attacks and certificates", population.study.name);
    lab.each(&what, population.problem.folds.len(), |replicate| {
        let own = Replicate::of(population, replicate);
        let (attacked, certified) = (own.attacked(lab)?, own.certified(certificate)?);
        for (place, &member) in own.members.iter().enumerate() {
            let subject = population.subject(member);
            let found = attacked.iter().map(|(name, radii)| (*name, &radii[place]));
            note_member(subject, found.collect(), &certified[place], out);
        }
        Ok(())
    })?;
    Ok(())
}

fn note_member(
    subject: Subject<'_>,
    attacked: Vec<(&str, &Radii)>,
    certified: &[f64],
    out: &mut Measurements,
) {
    // What the strongest attack found on each row.
    let nearest = (0..certified.len()).map(|row| {
        let found = attacked.iter().map(|(_, radii)| radii[row]);
        found.reduce(|a, b| Some(a?.min(b?))).flatten()
    });
    let nearest: Radii = nearest.collect();
    // Of the rows that are right, as those of the attacks; as far as those look.
    let pairs = nearest.iter().zip(certified);
    let proven: Radii = pairs
        .map(|(attacked, own)| attacked.map(|_| own.min(FARTHEST)))
        .collect();
    out.add(subject, [("accuracy", share_beyond(&nearest, 0.0))]);
    for (name, radii) in attacked {
        out.add(subject, [(name, mean(radii))]);
    }
    out.add(
        subject,
        [(ATTACKED, mean(&nearest)), (CERTIFIED, mean(&proven))],
    );
    for at in UNDER_ATTACK {
        out.add_at(subject, at, STANDING, share_beyond(&nearest, at));
        out.add_at(subject, at, PROVEN, share_beyond(&proven, at));
    }
}

/// Over the rows that are classified correctly; 0 without any.
fn mean(radii: &Radii) -> f64 {
    let (count, sum) = radii
        .iter()
        .flatten()
        .fold((0.0, 0.0), |(n, sum), radius| (n + 1.0, sum + radius));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Of all rows, those whose radius is larger.
fn share_beyond(radii: &Radii, at: f64) -> f64 {
    let beyond = radii.iter().flatten().filter(|radius| **radius > at);
    beyond.count() as f64 / radii.len() as f64
}
