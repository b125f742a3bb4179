//! Networks that know clothes are shown handwriting; networks that know eight digits are shown the other two.

use decay_audit::{Logits, accuracy};
use decay_claim::{Lab, Measurements, Population, Result, Study, Subject, labels};
use decay_data::{Dataset, Embedded, Scaling, Storage, stratified_holdout};
use decay_model::{MlpConfig, ModelConfig};
use decay_train::{FoldRows, Samples, TrainConfig, member_seed};

use crate::elsewhere::{handwriting, unknown_digits};
use crate::scores::{SCORES, Seen, mean_confidence, separation};
use crate::{FAR, FARTHEST, HELD_OUT, NEAR, RAY};

/// Pairs of digits that are left out, so that each is left out once.
const PAIRS: [[usize; 2]; 5] = [[0, 5], [1, 6], [2, 7], [3, 8], [4, 9]];
/// Distances along rays, in units of the image's own distance from the mean.
const DISTANCES: [f64; 5] = [1.0, 3.0, 10.0, 100.0, FARTHEST];
/// From no decay to the collapse of the network at `lr λ = 0.3`.
const RATES: [f64; 13] = [
    0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
];
/// Images through which rays go, a replicate's own being those that it holds out.
const RAYS: usize = 500;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let (clothes, (name, digits)) = (Embedded::FashionMini.load()?, handwriting(lab)?);
    let name = format!("{} against {name}", FAR);
    let population = trained(lab, &name, &clothes, 0..lab.pick(8, 20), 30)?;
    let place = |member: usize| population.subject(member);
    note_scores(&population, &digits, place, &mut out)?;
    note_rays(&population, &mut out)?;
    // Each pair's replicates have splits and weights of their own.
    let each = lab.pick(2, 4);
    for (pair, &classes) in PAIRS.iter().enumerate() {
        let (known, unknown) = unknown_digits(classes)?;
        let seeds = pair * each..(pair + 1) * each;
        let population = trained(lab, NEAR, &known, seeds.clone(), 60)?;
        let place = |member: usize| Subject {
            replicate: seeds.start + population.replicate(member),
            ..population.subject(member)
        };
        note_scores(&population, &unknown, place, &mut out)?;
    }
    Ok(out)
}

/// Every rate on splits of the data.
fn trained<'a>(
    lab: &'a Lab,
    name: &'a str,
    data: &'a Dataset,
    replicates: std::ops::Range<usize>,
    epochs: u32,
) -> Result<Population<'a>> {
    let split = |replicate: usize| {
        let seed = member_seed(lab.seed, replicate);
        let split = stratified_holdout(&data.target, HELD_OUT, seed)?;
        Ok(FoldRows {
            train: split.train,
            validation: split.test,
        })
    };
    let model = ModelConfig::Mlp(MlpConfig::default());
    let config = TrainConfig {
        epochs,
        lr: 3e-3,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let replicates = replicates.map(split).collect::<Result<_>>()?;
    lab.train(Study {
        // One scale for all pixels: a ray in pixels is a ray in what the network reads.
        scaling: Scaling::Global,
        ..Study::of_decay(name, data, replicates, (model, config), RATES.to_vec())
    })
}

fn note_scores<'a>(
    population: &Population<'_>,
    elsewhere: &Dataset,
    place: impl Fn(usize) -> Subject<'a>,
    out: &mut Measurements,
) -> Result<()> {
    let (training, inside) = (
        population.representations(true)?,
        population.representations(false)?,
    );
    let outside = population.representations_on(elsewhere.into())?;
    for member in 0..population.len() {
        let seen = |layers: &decay_train::Representations| {
            Seen::of(&layers.values[member], &layers.widths)
        };
        let (training, inside, outside) = (seen(&training)?, seen(&inside)?, seen(&outside)?);
        let rows = population.rows(member);
        let known = labels(population.study.data, &rows.train);
        let of_test = labels(population.study.data, &rows.validation);
        let subject = place(member);
        out.add(
            subject,
            [
                ("accuracy", accuracy(&inside.logits, &of_test)?),
                ("confidence inside", inside.confidence()),
                ("confidence outside", outside.confidence()),
            ],
        );
        for (name, detector) in SCORES {
            let found = separation(detector, (&training, &known), &inside, &outside)?;
            out.add(subject, [(name, found)]);
        }
    }
    Ok(())
}

/// Confidence at `mean + distance (x - mean)` for images `x` that a member has not seen.
fn note_rays(population: &Population<'_>, out: &mut Measurements) -> Result<()> {
    let data = population.study.data;
    let mean = mean_image(data);
    for distance in DISTANCES {
        let far = |value: f64, mean: f64| (mean + distance * (value - mean)) as f32;
        let pixel = |at: usize| far(f64::from(data.features.get(at)), mean[at % mean.len()]);
        let features = Storage::F32((0..RAYS * mean.len()).map(pixel).collect());
        let outputs = population.outputs_on(Samples {
            features: &features,
            rows: RAYS,
            inputs: mean.len(),
            graph: None,
        })?;
        for (member, outputs) in outputs.iter().enumerate() {
            let classes = outputs.len() / RAYS;
            let own = population
                .rows(member)
                .validation
                .iter()
                .filter(|&&row| row < RAYS);
            let logits: Vec<f32> = own
                .flat_map(|row| &outputs[row * classes..][..classes])
                .copied()
                .collect();
            let logits = Logits::from_f32(&logits, logits.len() / classes, classes)?;
            out.add_at(
                population.subject(member),
                distance,
                RAY,
                mean_confidence(&logits),
            );
        }
    }
    Ok(())
}

fn mean_image(data: &Dataset) -> Vec<f64> {
    let inputs = data.features();
    let of = |pixel: usize| {
        let values = (0..data.rows).map(|row| f64::from(data.value(row, pixel)));
        values.sum::<f64>() / data.rows as f64
    };
    (0..inputs).map(of).collect()
}
