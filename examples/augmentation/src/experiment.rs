//! Linear models of every change, and perceptrons with every strength of each augmentation.

use decay_audit::bias_variance;
use decay_claim::measuring::moments::Moments;
use decay_claim::measuring::training_sets::indicators;
use decay_claim::{Lab, MeasurementKey, Measurements, Result, Study, halved_clothes};
use decay_data::{Dataset, Embedded};
use decay_model::Mlp;
use decay_train::{FoldRows, TrainConfig};
use nalgebra::DMatrix;

use crate::linear::{Images, cutouts, shifts};
use crate::{EXACT, IDENTITY, KINDS, LEVELS, LINEAR, NONE, series};

/// Rows that a model is trained on, training sets of a replicate, and rows that both models of a replicate are held against.
const ROWS: usize = 100;
const SETS: usize = 2;
const UNSEEN: usize = 300;
const RATES: [f64; 10] = [0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8];
/// Mixing with uniform shares multiplies centred second moments by `E (s² + (1 - s)²)`.
const MIXED: f64 = 2.0 / 3.0;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let digits = Embedded::Digits.load()?;
    let clothes = halved_clothes()?;
    linear(lab, &digits, &mut out)?;
    // Largest shift in pixels and rotation in degrees, side of the blank square, and mixup's α, of each level but none.
    let small = [
        [1.0, 10.0, 2.0, 0.1],
        [2.0, 20.0, 3.0, 0.3],
        [3.0, 40.0, 4.0, 1.0],
    ];
    let large = [
        [1.0, 10.0, 4.0, 0.1],
        [2.0, 20.0, 6.0, 0.3],
        [3.0, 40.0, 8.0, 1.0],
    ];
    perceptrons(lab, "digits", &digits, small, &mut out)?;
    perceptrons(lab, "Fashion-MNIST", &clothes, large, &mut out)?;
    Ok(out)
}

/// The training sets of every replicate, each with the rows that the replicate is held against.
fn sets(lab: &Lab, data: &Dataset) -> Vec<FoldRows> {
    let draws = lab.draws(data.rows, lab.pick(10, 20), [SETS * ROWS, UNSEEN]);
    let cut = |rows: FoldRows| {
        let validation = rows.validation;
        let parts = rows.train.chunks(ROWS).map(<[usize]>::to_vec);
        let parts: Vec<_> = parts.collect();
        parts.into_iter().map(move |train| FoldRows {
            train,
            validation: validation.clone(),
        })
    };
    draws.into_iter().flat_map(cut).collect()
}

/// Every level of every kind, without one only once.
fn perceptrons(
    lab: &Lab,
    name: &str,
    data: &Dataset,
    strengths: [[f64; 4]; 3],
    out: &mut Measurements,
) -> Result<()> {
    let (truth, rows) = (indicators(data), sets(lab, data));
    let mut train = |series: &str, [shift, rotation, cutout, mixup]: [f64; 4]| {
        let config = TrainConfig {
            epochs: lab.pick(150, 400),
            batch: 20,
            lr: 5e-3,
            evaluate_every: 0,
            shift: shift as u32,
            rotation,
            cutout: cutout as u32,
            mixup,
            ..TrainConfig::default()
        };
        let study = Study::of_decay(
            name,
            data,
            rows.clone(),
            Mlp::hidden([64]),
            config,
            RATES.to_vec(),
        );
        let population = lab.train(study.in_series(series))?;
        population.note_bias_variance(SETS, &truth, out)
    };
    train(NONE, [0.0; 4])?;
    for (column, kind) in KINDS.into_iter().enumerate() {
        for ((level, _), own) in LEVELS[1..].iter().zip(strengths) {
            let mut alone = [0.0; 4];
            alone[column] = own[column];
            train(&series(kind, level), alone)?;
        }
    }
    Ok(())
}

/// Bias and variance of ridge regressions on every change, and how exact the two identities are.
fn linear(lab: &Lab, digits: &Dataset, out: &mut Measurements) -> Result<()> {
    let (truth, rows) = (indicators(digits), sets(lab, digits));
    let classes = truth.len() / digits.rows;
    let take = |rows: &[usize]| images(digits, &truth, rows);
    // Two steps are what mixing leaves of second moments, so that mixing moves an optimum by two.
    let rates: Vec<f64> = (0..48).map(|step| 1e-4 / MIXED.sqrt().powi(step)).collect();
    lab.each("linear models", rows.len() / SETS, |replicate| {
        let own = &rows[replicate * SETS..][..SETS];
        let trained: Vec<Images> = own.iter().map(|set| take(&set.train)).collect();
        let unseen = take(&own[0].validation);
        let told: Vec<[Moments; 4]> = trained.iter().map(every_way).collect();
        let truth: Vec<f64> = unseen.y.transpose().iter().copied().collect();
        for (way, name) in LINEAR.into_iter().enumerate() {
            for &rate in &rates {
                let says = |told: &[Moments; 4]| {
                    let weights = told[way].ridge(rate)?;
                    Some(told[way].predicted(&weights, &unseen.x))
                };
                let predicted: Vec<Vec<f64>> = told.iter().filter_map(says).collect();
                let parts = bias_variance(&predicted, &truth, classes)?;
                out.add(
                    MeasurementKey::of(EXACT, name, rate, replicate),
                    [
                        ("squared bias", parts.squared_bias),
                        ("variance", parts.variance),
                        ("their sum", parts.squared_bias + parts.variance),
                    ],
                );
            }
        }
        let [changed, mixed] = gaps(&trained[0], &told[0], 0.01);
        let key = MeasurementKey::of(IDENTITY, "", 0.01, replicate);
        out.add(key, [("changed", changed), ("mixed", mixed)]);
        Ok(())
    })?;
    Ok(())
}

/// Some rows with grey values up to 1, and their indicators.
fn images(digits: &Dataset, truth: &[f64], rows: &[usize]) -> Images {
    let classes = truth.len() / digits.rows;
    Images {
        x: DMatrix::from_fn(rows.len(), digits.features(), |row, pixel| {
            f64::from(digits.value(rows[row], pixel)) / 16.0
        }),
        y: DMatrix::from_fn(rows.len(), classes, |row, class| {
            truth[rows[row] * classes + class]
        }),
    }
}

/// What a linear model is told without a change, by all shifts, all cutouts and all pairs.
pub(crate) fn every_way(images: &Images) -> [Moments; 4] {
    [
        images.moments(),
        images.changed(&shifts(1)).moments(),
        images.changed(&cutouts(4)).moments(),
        images.mixed().moments(),
    ]
}

/// Relative differences between the ridge on changed images and the one that is said to be the same:
///
/// ```text
/// every shift and cutout:  averaged images, with the penalty mean_i Σ_k w_kᵀ Cov(changes of x_i) w_k
/// every pair, mixed:       the images as they are, with λ / E(s² + (1 - s)²)
/// ```
pub(crate) fn gaps(images: &Images, told: &[Moments; 4], decay: f64) -> [f64; 2] {
    let apart = |a: &Moments, b: &Moments, decay_b: f64| {
        let pair = a.ridge(decay).zip(b.ridge(decay_b));
        pair.map_or(f64::NAN, |(a, b)| (&a - b).norm() / a.norm())
    };
    let penalised = |changes: &[_]| {
        let (averaged, covariance) = images.averaged(changes);
        let mut told = averaged.moments();
        told.xx += covariance;
        told
    };
    let shifted = apart(&told[1], &penalised(&shifts(1)), decay);
    let cut = apart(&told[2], &penalised(&cutouts(4)), decay);
    [shifted.max(cut), apart(&told[3], &told[0], decay / MIXED)]
}
