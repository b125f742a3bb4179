//! The chosen setting on parts of the training rows: against a closed form, without leakage, stopped and resumed.

use std::sync::atomic::{AtomicBool, Ordering};

use decay::experiment::FoldRows;
use decay::prelude::*;
use decay_data::{Dataset, Nested, Philox, Storage, Target};
use decay_report::RowsModel;

use crate::experiment::{file, quick, wine};

const FEATURES: usize = 5;

/// By Box and Muller.
fn normals(seed: u64, count: usize) -> Vec<f64> {
    let mut words = Philox::new(seed, 99);
    let mut uniform = move || (f64::from(words.next_u32()) + 0.5) / 4_294_967_296.0;
    let pair = |_| (-2.0 * uniform().ln()).sqrt() * (std::f64::consts::TAU * uniform()).cos();
    (0..count).map(pair).collect()
}

/// `y = x w + noise` of deviation 1, all Gaussian.
fn regression(rows: usize, seed: u64) -> Data {
    let x = normals(seed, rows * FEATURES);
    let lines = x.chunks_exact(FEATURES).zip(normals(seed + 1, rows));
    let value = |(x, noise): (&[f64], f64)| {
        let terms = x.iter().enumerate().map(|(k, x)| (k as f64 - 1.5) * x);
        terms.sum::<f64>() + noise
    };
    let y: Vec<f64> = lines.map(value).collect();
    decay::rows(&x, FEATURES)
        .values(&y)
        .holdout(0.0)
        .load()
        .unwrap()
}

/// Mean squared error of least squares with a constant on new rows, in units of the noise's variance.
///
/// `(1 + 1/n) (n - 2) / (n - p - 2)` for `p` Gaussian features.
fn closed_form(rows: f64) -> f64 {
    (1.0 + 1.0 / rows) * (rows - 2.0) / (rows - FEATURES as f64 - 2.0)
}

#[test]
fn least_squares_errs_on_parts_as_the_closed_form_says() {
    let data = regression(640, 7);
    let outcome = Experiment::on(&data)
        .model(Mlp::hidden([]))
        .set("train.solver", "exact")
        .unwrap()
        .sweep(Hyper::Decay, [0.0])
        .folds(10)
        .seeds(1)
        .refits(1)
        .learning_curve(true)
        .run()
        .unwrap();
    let curve = outcome.swept.as_ref().unwrap().learning_curve().unwrap();
    let rows: Vec<f64> = curve.points.iter().map(|point| point.rows).collect();
    assert_eq!(rows, [72.0, 144.0, 288.0, 576.0]);
    // The noise of the validation rows is the same at every point, and of all of them what is nearest to the closed form.
    let last = curve.points[3].validation.mean - closed_form(576.0);
    for point in &curve.points {
        let truth = closed_form(point.rows) + last;
        let half = (point.validation.high - point.validation.low) / 2.0;
        assert!(
            (point.validation.mean - truth).abs() < half,
            "{point:?} {truth}"
        );
    }
    let all = &curve.points[3].validation;
    assert!(
        (all.low..=all.high).contains(&closed_form(576.0)),
        "{all:?}"
    );
    let fewest = curve.points[0].validation.mean - curve.points[3].validation.mean;
    assert!(
        fewest > 0.4 * (closed_form(72.0) - closed_form(576.0)),
        "{fewest}"
    );
    let gain = curve.gain.unwrap();
    let truth = closed_form(288.0) - closed_form(576.0);
    assert!(
        (gain.by.low..=gain.by.high).contains(&truth),
        "{gain:?} {truth}"
    );
    assert_eq!((gain.from, gain.to, gain.by.n), (288.0, 576.0, 10));
}

/// The models of parts, not those of the sweep.
fn on_parts(data: &Data, folds: &[FoldRows], epochs: u32) -> Vec<RowsModel> {
    let outcome = Experiment::on(data)
        .model(Mlp::hidden([8]))
        .train(TrainConfig {
            epochs,
            batch: 32,
            lr: 0.01,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, [0.1])
        .folds_of(folds.to_vec())
        .seeds(2)
        .refits(1)
        .learning_curve(true)
        .run()
        .unwrap();
    let models = outcome.swept.unwrap().parts.unwrap().models;
    models
        .into_iter()
        .filter(|own| own.share != "all")
        .collect()
}

/// Wild values, holes and other labels of all rows outside of the parts and the validation rows change none of the parts' models.
///
/// Parts are by time here: which rows belong to parts of classes is a matter of all rows' labels.
#[test]
fn rows_outside_of_a_part_do_not_reach_it() {
    let mut dataset = Dataset::clone(&wine().dataset);
    // Of 178 rows of three classes, one after the other.
    let times: Vec<f64> = (0..dataset.rows)
        .map(|row| (row * 77 % 178) as f64)
        .collect();
    dataset.ties.times = Some(times.clone());
    let data = Data::from(dataset);
    let rows: Vec<usize> = (0..data.rows()).collect();
    let part = |from: usize| -> Vec<usize> {
        rows.iter().copied().filter(|row| row % 3 == from).collect()
    };
    let rest = |from: usize| -> Vec<usize> {
        rows.iter()
            .copied()
            .filter(|row| row % 3 != from && row % 3 != 2)
            .collect()
    };
    let folds: Vec<FoldRows> = [0, 1]
        .map(|from| FoldRows {
            train: rest(from),
            validation: part(2).into_iter().skip(from).step_by(2).collect(),
        })
        .into();
    let before = on_parts(&data, &folds, 6);
    // An eighth of 59 rows is too few.
    assert_eq!(before.len(), 2 * 2 * 2);
    let used = |fold: usize| {
        let nested = Nested::latest(&times, &folds[fold].train);
        nested.unwrap().first(folds[fold].train.len() / 2)
    };
    let used: Vec<usize> = [used(0), used(1), part(2)].concat();
    let outside: Vec<usize> = rows
        .iter()
        .copied()
        .filter(|row| !used.contains(row))
        .collect();
    assert!(outside.len() > 20, "{}", outside.len());
    let mut wild = Dataset::clone(&data.dataset);
    let width = wild.features();
    let Storage::F32(features) = &mut wild.features else {
        panic!("a table has f32 features");
    };
    for &row in &outside {
        for (place, value) in features[row * width..(row + 1) * width]
            .iter_mut()
            .enumerate()
        {
            *value = if (row + place) % 3 == 0 {
                f32::NAN
            } else {
                1e6
            };
        }
    }
    if let Target::Classes { labels, .. } = &mut wild.target {
        outside
            .iter()
            .for_each(|&row| labels[row] = (labels[row] + 1) % 3);
    }
    let after = on_parts(&Data::from(wild), &folds, 6);
    assert_eq!(before, after);
    // And what is within does reach it.
    let others = on_parts(&data, &folds, 5);
    assert!(
        before
            .iter()
            .zip(&others)
            .all(|(a, b)| a.validation != b.validation)
    );
}

/// A part trains for the steps of the whole, at the rate that keeps `λ n`.
#[test]
fn a_part_keeps_the_steps_and_the_weight_of_the_penalty() {
    let data = wine();
    let outcome = quick(&data).learning_curve(true).run().unwrap();
    let swept = outcome.swept.unwrap();
    let parts = swept.parts.unwrap();
    let of_all: Vec<&RowsModel> = parts
        .models
        .iter()
        .filter(|own| own.share == "all")
        .collect();
    for own in &parts.models {
        let all = of_all
            .iter()
            .find(|all| (all.fold, all.seed) == (own.fold, own.seed))
            .unwrap();
        let kept = own.rate * own.rows as f64 / (all.rate * all.rows as f64);
        assert!((kept - 1.0).abs() < 1e-12, "{own:?} {all:?}");
    }
    // The last point is the sweep's own, not trained again.
    let point = &swept.curve.points[swept.curve.chosen];
    let last = parts.curve.points.last().unwrap();
    assert_eq!(last.validation.mean, point.validation.mean);
    assert_eq!(last.accuracy.unwrap().mean, point.accuracy.unwrap().mean);
}

#[test]
fn a_run_that_is_stopped_on_parts_goes_on_to_the_same_end() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let [whole, halves] = ["whole", "halves"].map(|name| parent.path().join(name));
    let wanted = || quick(&data).learning_curve(true);
    wanted().out(&whole).run().unwrap();
    let flag = AtomicBool::new(false);
    let stopped = wanted()
        .out(&halves)
        .cancel(&flag)
        .observe(|event| {
            if let Event::Progress(progress) = event
                && progress.stage == "learning-curve"
                && progress.epoch >= 2
            {
                flag.store(true, Ordering::SeqCst);
            }
        })
        .run();
    assert!(matches!(stopped.err(), Some(Error::Interrupted { .. })));
    assert!(halves.join("checkpoint/learning-curve").is_dir());
    wanted().out(&halves).resume(true).run().unwrap();
    for name in [
        "learning_curve.csv",
        "members.csv",
        "selection.json",
        "audit.json",
        "model.safetensors",
    ] {
        assert!(file(&whole, name) == file(&halves, name), "{name}");
    }
}

#[test]
fn what_cannot_be_parted_is_refused_with_key_and_range() {
    let data = regression(40, 3);
    let refused = |data: &Data, folds: usize| {
        let run = quick(data).folds(folds).learning_curve(true).run();
        run.err().unwrap().to_string()
    };
    let message = refused(&regression(20, 3), 3);
    for part in ["sweep.learning_curve = true", "at least 16", "13 rows"] {
        assert!(message.contains(part), "{message}");
    }
    assert!(quick(&data).folds(2).learning_curve(true).run().is_ok());
}
