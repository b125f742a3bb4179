//! Perceptrons that see a place as waves around the circle, as a population of the library.

use decay_claim::{Lab, Measurements, Population, Result, Study, made_up, rates};
use decay_data::Storage;
use decay_model::Mlp;
use decay_train::{FoldRows, Loss, Samples, Schedule, TrainConfig};

use crate::experiment::note;
use crate::field::{Field, grid};
use crate::task::{SAMPLES, Task};
use crate::{NETWORK, SPARSE};

const FEW: usize = SAMPLES[0];
/// Wave numbers that a perceptron is given.
const WAVES: u32 = 8;
/// Of the samples, those that a rate is chosen by.
const HELD: usize = FEW / 5;

/// Time, and a cosine and a sine of every wave number.
fn features([x, t]: [f64; 2]) -> Vec<f64> {
    let waves = (1..=WAVES).flat_map(|k| [(f64::from(k) * x).cos(), (f64::from(k) * x).sin()]);
    [t].into_iter().chain(waves).collect()
}

pub(crate) fn measure(lab: &Lab, tasks: &[Task], out: &mut Measurements) -> Result<()> {
    let points = tasks.iter().flat_map(|task| task.samples(FEW).points);
    let inputs: Vec<Vec<f64>> = points.map(|&point| features(point)).collect();
    let column = |place: usize| inputs.iter().map(|row| row[place]).collect();
    let columns: Vec<Vec<f64>> = (0..inputs[0].len()).map(column).collect();
    let values = tasks.iter().flat_map(|task| task.samples(FEW).values);
    let values: Vec<f64> = values.copied().collect();
    let data = made_up(&columns, |rows| rows.values(&values))?;
    // Once on all samples, and once on those that are not held to choose by. Points are random, so their order is, too.
    let fold = |replicate: usize, held: usize| FoldRows {
        train: (replicate * FEW..(replicate + 1) * FEW - held).collect(),
        validation: ((replicate + 1) * FEW - HELD..(replicate + 1) * FEW).collect(),
    };
    let folds = [0, HELD].map(|held| (0..tasks.len()).map(move |one| fold(one, held)));
    let config = TrainConfig {
        epochs: 1000,
        full_batch: true,
        lr: 1e-2,
        schedule: Schedule::Cosine,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let study = Study::of_decay(
        SPARSE,
        &data,
        folds.into_iter().flatten().collect(),
        Mlp::hidden([32, 32]),
        config,
        rates(1e-2, 10.0, 7),
    );
    note_members(&lab.train(study.in_series(NETWORK))?, tasks, out)
}

fn note_members(population: &Population<'_>, tasks: &[Task], out: &mut Measurements) -> Result<()> {
    let grid: Vec<f32> = grid()
        .into_iter()
        .flat_map(|point| features(point).into_iter().map(|value| value as f32))
        .collect();
    let inputs = 1 + 2 * WAVES as usize;
    let outputs = population.models.outputs_on(Samples {
        rows: grid.len() / inputs,
        features: &Storage::F32(grid),
        inputs,
        graph: None,
    })?;
    let members = 0..population.len();
    let scales =
        |member: usize| &population.models.problem.scales[population.replicate(member)].targets;
    let held_out = |member: usize| {
        let loss = population.outcome(member).validation;
        loss.map_or(f64::NAN, |loss| loss.loss * scales(member)[0].sd.powi(2))
    };
    for (member, outputs) in members.clone().zip(outputs) {
        let key = population.key(member);
        let Some(task) = tasks.get(key.replicate) else {
            continue;
        };
        let chooses = |&other: &usize| {
            let own = population.key(other);
            own.rate == key.rate && own.replicate == key.replicate + tasks.len()
        };
        let left_out = members.clone().find(chooses).map_or(f64::NAN, held_out);
        let field = Field(Loss::Auto.values(&outputs, scales(member)));
        note(key, &field, &task.truth, left_out, out);
    }
    Ok(())
}
