//! Linear models with every mask, with random masks, and perceptrons with dropout and decay.

use decay_claim::measuring::calibration::note_calibration;
use decay_claim::measuring::small::Small;
use decay_claim::{Lab, MeasurementKey, Measurements, Result, labels};
use decay_data::{Dataset, Embedded, Target};
use decay_train::TrainConfig;
use nalgebra::{DMatrix, DVector};

use crate::linear::Rows;
use crate::{DROPOUTS, INPUTS, LOGISTIC, P, RANDOM, SQUARED};

/// Rows of a linear model, and its inputs: the first of the table.
const ROWS: usize = 100;
const COLUMNS: usize = 6;
const RATES: [f64; 6] = [0.0, 0.2, 0.5, 1.0, 2.0, 4.0];

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let (diabetes, cancer) = (Embedded::Diabetes.load()?, Embedded::BreastCancer.load()?);
    lab.each("linear models", lab.pick(10, 50), |replicate| {
        let table = draw(lab, &diabetes, replicate);
        let inputs = [whitened(&table), table.clone(), unequal(&table)];
        for (series, rows) in INPUTS.into_iter().zip(inputs) {
            squared(&rows, series, replicate, &mut out);
        }
        random(lab, &table, replicate, &mut out);
        logistic(&draw(lab, &cancer, replicate), replicate, &mut out);
        Ok(())
    })?;
    for small in Small::both(lab)? {
        for (series, dropout) in DROPOUTS {
            let config = TrainConfig {
                dropout,
                ..TrainConfig::default()
            };
            let study = small.study(&RATES, config).in_series(series);
            note_calibration(&lab.train(study)?, &mut out)?;
        }
    }
    Ok(out)
}

/// Some rows of a table with standardised inputs; values are centred.
fn draw(lab: &Lab, data: &Dataset, replicate: usize) -> Rows {
    let all: Vec<usize> = (0..data.rows).collect();
    let own = lab.sample(replicate as u32, &all, ROWS);
    let mut x = DMatrix::from_fn(ROWS, COLUMNS, |row, column| {
        f64::from(data.value(own[row], column))
    });
    for mut column in x.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
        let size = column.norm() / (ROWS as f64).sqrt();
        column /= size;
    }
    let y: Vec<f64> = match &data.target {
        Target::Values { values, .. } => own.iter().map(|&row| values[row]).collect(),
        _ => labels(data, &own).into_iter().map(|k| k as f64).collect(),
    };
    let y = DVector::from_vec(y);
    match data.target {
        Target::Values { .. } => Rows {
            x,
            y: y.add_scalar(-y.mean()),
        },
        _ => Rows { x, y },
    }
}

/// The same rows with uncorrelated inputs of the same size.
fn whitened(rows: &Rows) -> Rows {
    let (x, y) = (rows.x.clone().qr().q(), rows.y.clone());
    Rows {
        x: x * (ROWS as f64).sqrt(),
        y,
    }
}

/// The same rows with inputs in units of their own: each twice as large as the one before.
fn unequal(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    for (place, mut column) in rows.x.column_iter_mut().enumerate() {
        column *= 2f64.powi(place as i32);
    }
    rows
}

/// The penalty of dropout by enumeration, what training with every mask finds, and how near plain decay comes.
fn squared(rows: &Rows, series: &'static str, replicate: usize, out: &mut Measurements) {
    for p in [0.1, 0.2, 0.3, 0.5, 0.7] {
        let penalty = rows.dropout_penalty(p);
        let Some(ridge) = rows.ridge(&penalty) else {
            continue;
        };
        let sum = rows.squares(&ridge) + penalty.dot(&ridge.component_mul(&ridge));
        let dropped = rows.dropped_squares(&ridge, p);
        let key = MeasurementKey::of(SQUARED, series, p, replicate);
        let identity = (dropped - sum).abs() / sum;
        let decay = rows.nearest_decay(&penalty, &ridge);
        out.add(key, [("identity", identity), ("decay", decay)]);
        if series != INPUTS[2] {
            let trained = rows.descend_dropped(p, 1500);
            out.add(key, [("trained", (trained - &ridge).norm() / ridge.norm())]);
        }
    }
}

/// One row and one random mask a step; the mean of the weights over each doubling of the steps.
fn random(lab: &Lab, rows: &Rows, replicate: usize, out: &mut Measurements) {
    const STEPS: usize = 1 << 18;
    let key = MeasurementKey::of(RANDOM, "", P, replicate);
    let mut drawn = vec![0.0f32; STEPS * (COLUMNS + 1)];
    lab.stream((1 << 20) + replicate as u32)
        .fill_uniform(&mut drawn);
    let Some(ridge) = rows.ridge(&rows.dropout_penalty(P)) else {
        return;
    };
    let (mut w, mut sum, mut begun) = (DVector::zeros(COLUMNS), DVector::zeros(COLUMNS), 1);
    for (step, own) in (1..).zip(drawn.chunks_exact(COLUMNS + 1)) {
        let row = ((own[COLUMNS] * ROWS as f32) as usize).min(ROWS - 1);
        let kept = |input: usize| f64::from(u8::from(f64::from(own[input]) >= P)) / (1.0 - P);
        let x = DVector::from_fn(COLUMNS, |input, _| rows.x[(row, input)] * kept(input));
        let error = x.dot(&w) - rows.y[row];
        w -= x * (0.005 * error);
        sum += &w;
        if usize::is_power_of_two(step) {
            let mean = &sum / (step + 1 - begun) as f64;
            let far = (mean - &ridge).norm() / ridge.norm();
            out.add_at(key, step as f64, "distance", far);
            sum.fill(0.0);
            begun = step + 1;
        }
    }
}

/// The second-order penalty of a logistic model over the exact one, where training with dropout ends.
fn logistic(rows: &Rows, replicate: usize, out: &mut Measurements) {
    for p in [0.05, 0.1, 0.2, 0.3, 0.5, 0.7] {
        let w = rows.descend_logistic(p, 400);
        let [exact, second] = rows.logistic_penalties(&w, p);
        let key = MeasurementKey::of(LOGISTIC, "", p, replicate);
        out.add(key, [("ratio", second / exact)]);
    }
}
