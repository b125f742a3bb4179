//! A closed form, steps that do and do not give zeros, inputs that do not matter by the hundred, and a perceptron.

use std::f64::consts::PI;

use decay_claim::measuring::folds::relative_losses;
use decay_claim::measuring::linear::{Linear, LinearLoss};
use decay_claim::measuring::sparsity::Recovery;
use decay_claim::{
    Failure, Lab, MeasurementKey, Measurements, Population, Result, Study, friedman, made_up,
};
use decay_data::Scaling;
use decay_model::{Mlp, MlpConfig, Nonlinearity};
use decay_train::{FoldRows, Hyper, Optimizer, Schedule, TrainConfig};

use crate::tables::{Table, descent, replicates, swept};
use crate::{
    ADAM, AMONG, COSINES, GROUPED, HOW, IN_BATCHES, IRRELEVANT, L1, L2, NET, PENALTIES, PERCEPTRON,
    PERCEPTRON_INPUTS, STEPS,
};

/// Cosines are orthogonal: every weight has its own minimum, `soft(2 x·y / n, λ) / (2 + λ_2)`.
pub(crate) fn orthonormal(lab: &Lab, out: &mut Measurements) -> Result<()> {
    const OWN: usize = 64;
    const INPUTS: usize = 16;
    const RIDGE: f64 = 0.5;
    let count = replicates(lab);
    let place = |row: usize| (row % OWN) as f64 + 0.5;
    let cosine = |input: usize| -> Vec<f64> {
        let wave = (input + 1) as f64 * PI / OWN as f64;
        let rows = 0..(count + 1) * OWN;
        rows.map(|row| 2f64.sqrt() * (wave * place(row)).cos())
            .collect()
    };
    let columns: Vec<Vec<f64>> = (0..INPUTS).map(cosine).collect();
    let noise = lab.normal(1 << 19, (count + 1) * OWN);
    let signal = |row: usize| columns[0][row] - 0.5 * columns[3][row] + 0.2 * columns[7][row];
    let seen: Vec<f64> = (0..noise.len())
        .map(|row| signal(row) + 0.5 * noise[row])
        .collect();
    let data = made_up(&columns, |rows| rows.values(&seen))?;
    let own = |replicate: usize| (replicate * OWN..(replicate + 1) * OWN).collect();
    let rows = |replicate: usize| FoldRows {
        train: own(replicate),
        validation: own(replicate + 1),
    };
    for series in PENALTIES {
        let config = TrainConfig {
            l2: if series == NET { RIDGE } else { 0.0 },
            optimizer: Optimizer::Sgd,
            ..descent(0.2, 200)
        };
        let folds = (0..count).map(rows);
        let study = Study::of_decay(
            COSINES,
            &data,
            folds.collect(),
            Mlp::hidden([]),
            config,
            Vec::new(),
        );
        let study = study
            .in_series(series)
            .over(swept(series), &[0.02, 0.1, 0.3, 1.0]);
        let population = lab.train(Study {
            scaling: Scaling::Standard,
            ..study
        })?;
        for member in 0..population.len() {
            let (key, found) = (population.key(member), population.linear(member).weights);
            // At zero the slope is -2 x·y / n.
            let zero = Linear {
                weights: vec![0.0; INPUTS],
                biases: vec![0.0],
            };
            let (_, slopes) = LinearLoss::of(&population, member).with_slopes(&zero);
            let [l1, l2] = match series {
                L2 => [0.0, key.rate],
                NET => [key.rate, RIDGE],
                _ => [key.rate, 0.0],
            };
            let closed = slopes.weights.iter().map(|&slope| closed(slope, [l1, l2]));
            let far = found
                .iter()
                .zip(closed)
                .map(|(w, closed)| (w - closed).abs());
            out.add(key, [("distance", far.fold(0.0, f64::max))]);
        }
    }
    Ok(())
}

/// Where `(w - a)² + l1 |w| + l2 w² / 2` is lowest, of its slope `-2 a` at zero without the penalties.
pub(crate) fn closed(slope: f64, [l1, l2]: [f64; 2]) -> f64 {
    -slope.signum() * (slope.abs() - l1).max(0.0) / (2.0 + l2)
}

/// The same lasso by proximal steps, by sub-gradients, and by proximal steps after AdamW's: how many of the weights that must be zero are.
pub(crate) fn steps(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let [table, _] = Table::embedded(lab)?;
    const STRENGTH: f64 = 0.1;
    let proximal = Study {
        config: TrainConfig {
            optimizer: Optimizer::Sgd,
            epochs: 1500,
            ..descent(2.0 * table.lr, 0)
        },
        values: vec![STRENGTH],
        ..table.study(STEPS[0], 0, table.halves.clone())
    };
    let adam = Study {
        config: TrainConfig {
            optimizer: Optimizer::Adamw,
            schedule: Schedule::Cosine,
            lr: 0.01,
            ..proximal.config.clone()
        },
        ..proximal.clone().in_series(ADAM)
    };
    let (proximal, adam) = (lab.train(proximal)?, lab.train(adam)?);
    for member in (0..proximal.len()).step_by(2) {
        let loss = LinearLoss::of(&proximal, member);
        let trained = [
            (STEPS[0], proximal.linear(member)),
            (STEPS[1], sub_gradients(&loss, STRENGTH, &table)),
            (ADAM, adam.linear(member)),
        ];
        let (_, slopes) = loss.with_slopes(&trained[0].1);
        let key = |series| MeasurementKey::of(HOW, series, STRENGTH, member / 2);
        for (series, model) in trained {
            note_zeros(&slopes.weights, STRENGTH, &model, key(series), out);
        }
        for (series, population) in [(STEPS[0], &proximal), (ADAM, &adam)] {
            let far = population.unrest(member, [STRENGTH, 0.0]);
            out.add(key(series), [("unrest", far)]);
        }
    }
    Ok(())
}

/// Notes how many weights are zero of those that must be, which the slopes at a solution tell.
fn note_zeros(
    slopes: &[f64],
    l1: f64,
    model: &Linear,
    key: MeasurementKey<'_>,
    out: &mut Measurements,
) {
    let pairs = slopes.iter().zip(&model.weights);
    let must = pairs.filter(|(slope, _)| slope.abs() < 0.99 * l1);
    let left: Vec<f64> = must.map(|(_, weight)| weight.abs()).collect();
    let zeros = left.iter().filter(|&&weight| weight == 0.0).count();
    let share = zeros as f64 / left.len() as f64;
    let largest = left.into_iter().fold(0.0, f64::max);
    out.add(key, [("zeros", share), ("largest left", largest)]);
}

/// Steps along `-(g + λ sign(w))` that shrink as `1 / √t`.
fn sub_gradients(loss: &LinearLoss, l1: f64, table: &Table) -> Linear {
    let mut model = Linear {
        weights: vec![0.05; table.data.features()],
        biases: vec![0.0; loss.outputs()],
    };
    for step in 1..=1500u32 {
        let lr = 2.0 * table.lr / f64::from(step).sqrt();
        let (_, slopes) = loss.with_slopes(&model);
        let pairs = model.weights.iter_mut().zip(slopes.weights);
        pairs.for_each(|(w, slope)| *w -= lr * (slope + l1 * w.signum()));
        let pairs = model.biases.iter_mut().zip(slopes.biases);
        pairs.for_each(|(b, slope)| *b -= lr * slope);
    }
    model
}

/// Ng's question: three inputs decide between two classes, among more and more that do not.
pub(crate) fn irrelevant(lab: &Lab, out: &mut Measurements) -> Result<()> {
    const OWN: usize = 100;
    const TEST: usize = 1000;
    let (count, most) = (replicates(lab), AMONG[AMONG.len() - 1]);
    let rows = count * OWN + TEST;
    let column = |input: usize| lab.normal((1 << 20) + input as u32, rows);
    let columns: Vec<Vec<f64>> = (0..most).map(column).collect();
    let mut drawn = vec![0.0f32; rows];
    lab.stream((1 << 20) - 1).fill_uniform(&mut drawn);
    let log_odds = |row: usize| 1.5 * (columns[0][row] - columns[1][row] + columns[2][row]);
    let label =
        |row: usize| usize::from(f64::from(drawn[row]) < 1.0 / (1.0 + (-log_odds(row)).exp()));
    let labels: Vec<usize> = (0..rows).map(label).collect();
    for among in AMONG {
        let data = made_up(&columns[..among], |rows| rows.classes(&labels))?;
        let own = |replicate: usize| FoldRows {
            train: (replicate * OWN..(replicate + 1) * OWN).collect(),
            validation: (count * OWN..rows).collect(),
        };
        let folds: Vec<FoldRows> = (0..count).map(own).collect();
        for (penalty, strengths) in [
            (L1, [0.005, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15]),
            (L2, [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]),
        ] {
            let series = among_series(penalty, among);
            let config = TrainConfig {
                optimizer: Optimizer::Sgd,
                ..descent(0.1, 500)
            };
            let (model, folds) = (Mlp::hidden([]), folds.clone());
            let study = Study::of_decay(IRRELEVANT, &data, folds, model, config, Vec::new());
            let study = study.in_series(&series).over(swept(penalty), &strengths);
            note_losses(&lab.train(study)?, out)?;
        }
    }
    Ok(())
}

/// What a penalty among so many inputs is called.
pub(crate) fn among_series(penalty: &str, among: usize) -> String {
    format!("{penalty}, {among} inputs")
}

fn note_losses(population: &Population<'_>, out: &mut Measurements) -> Result<()> {
    for (member, loss) in relative_losses(population)?.into_iter().enumerate() {
        out.add_rounded(population.key(member), [("loss", loss)]);
    }
    Ok(())
}

/// Friedman's function of five inputs among thirty, learned by a perceptron with a penalty on its first layer.
pub(crate) fn perceptron(lab: &Lab, out: &mut Measurements) -> Result<()> {
    const OWN: usize = 300;
    const TEST: usize = 600;
    const INPUTS: u32 = PERCEPTRON_INPUTS as u32;
    let count = replicates(lab);
    let (data, _) = friedman(lab, count * OWN + TEST, INPUTS, 1.0)?;
    let own = |replicate: usize| FoldRows {
        train: (replicate * OWN..(replicate + 1) * OWN).collect(),
        validation: (count * OWN..data.rows).collect(),
    };
    let folds: Vec<FoldRows> = (0..count).map(own).collect();
    let truth: Vec<bool> = (0..INPUTS).map(|input| input < 5).collect();
    let lasso = [0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];
    for (series, hyper, strengths, batches) in [
        (
            GROUPED,
            Hyper::GroupLasso,
            lasso.map(|strength| strength / 2.0),
            1,
        ),
        (L1, Hyper::L1, lasso, 1),
        (L2, Hyper::Decay, lasso.map(|strength| strength * 5.0), 1),
        (
            IN_BATCHES,
            Hyper::GroupLasso,
            lasso.map(|strength| strength / 2.0),
            10,
        ),
    ] {
        let config = TrainConfig {
            optimizer: Optimizer::Sgd,
            schedule: Schedule::Cosine,
            lr: 0.1,
            batch: OWN / batches,
            epochs: 1500 / batches as u32,
            evaluate_every: 0,
            decay_factors: vec!["layers.1.*=0".parse().map_err(Failure::Measurements)?],
            ..TrainConfig::default()
        };
        let model = MlpConfig {
            activation: Nonlinearity::Relu,
            ..Mlp::hidden([32])
        };
        let study = Study::of_decay(PERCEPTRON, &data, folds.clone(), model, config, Vec::new());
        let population = lab.train(study.in_series(series).over(hyper, &strengths))?;
        note_losses(&population, out)?;
        note_inputs(&population, &truth, out);
    }
    Ok(())
}

/// Notes which inputs of a perceptron are left.
fn note_inputs(population: &Population<'_>, truth: &[bool], out: &mut Measurements) {
    for member in 0..population.len() {
        let selected = population.selected_inputs(member);
        let found = Recovery::of(&selected, truth);
        let kept = selected.iter().filter(|&&own| own).count() as f64;
        let useless = truth.iter().filter(|&&own| !own).count() as f64;
        let dropped = 1.0 - found.wrong as f64 / useless;
        let zeros = population.zero_share(member);
        let key = population.key(member);
        out.add_rounded(key, [("inputs", kept), ("recall", found.recall)]);
        out.add_rounded(key, [("dropped", dropped), ("zeros", zeros)]);
    }
}
