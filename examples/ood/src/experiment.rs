//! Networks that know clothes are shown handwriting; networks that know eight digits are shown the other two.

use std::ops::Range;

use decay_claim::{Lab, Measurements, Population, Result, Study, digits_without, round_rates};
use decay_data::{Dataset, Embedded, Scaling};
use decay_model::MlpConfig;
use decay_train::TrainConfig;

use crate::{FAR, FARTHEST, HELD_OUT, NEAR, RAY, SCORES};

/// Pairs of digits that are left out, so that each is left out once.
const PAIRS: [[usize; 2]; 5] = [[0, 5], [1, 6], [2, 7], [3, 8], [4, 9]];
/// Distances along rays, in units of the image's own distance from the mean.
const DISTANCES: [f64; 5] = [1.0, 3.0, 10.0, 100.0, FARTHEST];
/// Images through which rays go, a replicate's own being those that it holds out.
const RAYS: usize = 500;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let (clothes, (name, digits)) = (Embedded::FashionMini.load()?, lab.handwriting(1000)?);
    let name = format!("{FAR} against {name}");
    let population = trained(lab, &name, &clothes, 0..lab.pick(8, 20), 30)?;
    note_scores(&population, 0, &digits, &mut out)?;
    for distance in DISTANCES {
        let sure = population.confidence_on_rays(distance, RAYS)?;
        population.note_at(distance, RAY, &sure, &mut out);
    }
    // Each pair's replicates have splits and weights of their own.
    let each = lab.pick(2, 4);
    for (pair, classes) in PAIRS.iter().enumerate() {
        let (known, unknown) = digits_without(classes)?;
        let first = pair * each;
        let population = trained(lab, NEAR, &known, first..first + each, 60)?;
        note_scores(&population, first, &unknown, &mut out)?;
    }
    Ok(out)
}

/// Every rate, from no decay to the collapse of the network at `lr λ = 0.3`, on splits of the data.
fn trained<'a>(
    lab: &'a Lab,
    name: &'a str,
    data: &'a Dataset,
    replicates: Range<usize>,
    epochs: u32,
) -> Result<Population<'a>> {
    let splits = lab.splits_of(data, HELD_OUT, replicates)?;
    let model = MlpConfig::default();
    let config = TrainConfig {
        epochs,
        lr: 3e-3,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let rates = round_rates(0.02, 100.0);
    lab.train(Study {
        // One scale for all pixels: a ray in pixels is a ray in what the network reads.
        scaling: Scaling::Global,
        ..Study::of_decay(name, data, splits, model, config, rates)
    })
}

fn note_scores(
    population: &Population<'_>,
    first_replicate: usize,
    elsewhere: &Dataset,
    out: &mut Measurements,
) -> Result<()> {
    let found = population.detection(elsewhere, &SCORES.map(|(_, detector)| detector))?;
    for (member, found) in found.iter().enumerate() {
        let key = population.key(member).counted_from(first_replicate);
        found.note(key, &SCORES.map(|(name, _)| name), out);
    }
    Ok(())
}
