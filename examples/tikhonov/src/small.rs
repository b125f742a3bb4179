//! Few pixels, so that matrices are small: the same picture by every way that is said to lead to it, and where ways part.

use decay_claim::measuring::image_quality::{mean_square, psnr};
use decay_claim::measuring::ridge::{Singular, descend, normal_equations};
use decay_claim::{
    Lab, MeasurementKey, Measurements, Population, Result, Study, made_up, unchanged,
};
use decay_data::{GreyImage, Photograph};
use decay_linear::least;
use decay_model::Mlp;
use decay_train::{DecayKind, FoldRows, Optimizer, Schedule, TrainConfig};
use nalgebra::{DMatrix, DVector};

use crate::blur::{Blur, Edges, GRADIENT, Square, matrix};
use crate::fourier::{Penalty, Seen, Waves};
use crate::product::{descend_product, soft_threshold};
use crate::scene::Scene;
use crate::{ENDS, IDENTITIES, LIBRARY, PRODUCT, RATES, SIGMA, STOPPED, WAYS};

const SIDE: usize = 12;
const PIXELS: usize = SIDE * SIDE;
/// Photographs become so much smaller first, or 12 pixels would show nothing.
const SHRUNK: usize = 8;
/// Momentum of the library's gradient descent.
const MOMENTUM: f64 = 0.9;
/// The library's inputs are so many times the blur's, `√n`: its bias, an input of ones, then bends the loss as much as a pixel,
/// and one learning rate suits both.
const SCALE: f64 = SIDE as f64;
/// Largest pixels that AdamW's decay rates allow: weights stay below `1 / λ`.
const BOXES: [f64; 3] = [0.1, 0.2, 0.3];

pub(crate) fn measure(lab: &Lab, whole: &[GreyImage; 2], out: &mut Measurements) -> Result<()> {
    let photographs = Photograph::ALL
        .into_iter()
        .zip(whole.each_ref().map(shrunk));
    let photographs: Vec<_> = photographs.collect();
    let scenes = lab.each("few pixels", lab.pick(10, 20), |replicate| {
        let (photograph, whole) = &photographs[replicate % 2];
        let scene = Scene::draw(lab.seed, *photograph, whole, Square(SIDE), replicate).centred();
        identities(&scene, replicate, out);
        stopped(&scene, replicate, out);
        product(&scene, replicate, out);
        Ok(scene)
    })?;
    for (series, optimizer, decay) in WAYS {
        library(lab, &scenes, (series, optimizer, decay), out)?;
    }
    Ok(())
}

/// Means of blocks of pixels.
fn shrunk(whole: &GreyImage) -> GreyImage {
    let (height, width) = (whole.height / SHRUNK, whole.width / SHRUNK);
    let block = |place: usize| {
        let corner = (place / width * SHRUNK, place % width * SHRUNK);
        crate::scene::mean(&whole.square(corner, SHRUNK))
    };
    GreyImage {
        height,
        width,
        pixels: (0..height * width).map(block).collect(),
    }
}

fn relative(found: &DVector<f64>, expected: &DVector<f64>) -> f64 {
    (found - expected).norm() / expected.norm()
}

/// Largest relative differences between ways to the same picture.
fn identities(scene: &Scene, replicate: usize, out: &mut Measurements) {
    let square = scene.square;
    let blur = Blur::Gaussian;
    let identity = DMatrix::identity(PIXELS, PIXELS);
    let gradient = GRADIENT.map(|taps| matrix(&taps, square, Edges::Meet));
    let gradient: DMatrix<f64> = gradient.iter().map(|l| l.tr_mul(l)).sum();
    let waves = Waves::new(square);
    // With dark edges no wave is its own picture: singular vectors alone know.
    let [dark, meet] = [Edges::Dark, Edges::Meet].map(|edges| blur.matrix(square, edges));
    let seen = scene.seen(blur, SIGMA);
    let b = DVector::from_column_slice(&seen);
    let Some(singular) = Singular::new(&dark, &b) else {
        return;
    };
    let by_waves = Seen::new(&waves, blur, &seen);
    for rate in RATES {
        let ridge = |a, penalty| normal_equations(a, &b, rate, penalty);
        let all = [
            ridge(&dark, &identity),
            ridge(&meet, &identity),
            ridge(&meet, &gradient),
        ];
        let [Some(dense), Some(periodic), Some(general)] = all else {
            return;
        };
        let waves = |penalty| DVector::from_vec(by_waves.ridge(penalty, rate));
        let descended = descend(&dark, &b, rate, singular.gains(), 1000);
        let figures = [
            (IDENTITIES.1[0], relative(&singular.ridge(rate), &dense)),
            (
                IDENTITIES.1[1],
                relative(&waves(Penalty::Identity), &periodic),
            ),
            (
                IDENTITIES.1[2],
                relative(&waves(Penalty::Gradient), &general),
            ),
            (IDENTITIES.1[3], relative(&descended, &dense)),
        ];
        out.add(
            MeasurementKey::of(IDENTITIES.0, "", rate, replicate),
            figures,
        );
    }
}

/// Gradient descent without decay that stops early, beside the nearest ridge and the best.
fn stopped(scene: &Scene, replicate: usize, out: &mut Measurements) {
    let a = Blur::Gaussian.matrix(scene.square, Edges::Dark);
    let truth = DVector::from_column_slice(&scene.truth);
    let noise = DVector::from_vec(scene.seen(Blur::None, SIGMA)) - &truth;
    let b = &a * &truth + noise;
    let Some(singular) = Singular::new(&a, &b) else {
        return;
    };
    let of = |x: &DVector<f64>| psnr(mean_square(x.as_slice(), &scene.truth));
    let best = psnr(singular.known(&truth, PIXELS).oracle().1);
    let mut counts: Vec<f64> = (0..=18)
        .map(|half| 2f64.powf(0.5 * f64::from(half)).round())
        .collect();
    counts.dedup();
    for steps in counts {
        let x = singular.stopped(1.0, steps);
        let key = MeasurementKey::of(STOPPED, "", steps, replicate);
        out.add(
            key,
            [
                (ENDS[0], singular.from_nearest(&x)),
                (ENDS[1], best - of(&x)),
            ],
        );
    }
}

/// Two factors for each pixel of a noisy picture.
fn product(scene: &Scene, replicate: usize, out: &mut Measurements) {
    let b = DVector::from_vec(scene.seen(Blur::None, SIGMA));
    let Some(singular) = Singular::new(&DMatrix::identity(PIXELS, PIXELS), &b) else {
        return;
    };
    // From the largest pixel's size on, nothing would be left.
    for share in [0.2, 0.4, 0.6] {
        let rate = share * b.amax();
        let x = descend_product(&b, rate, 20_000);
        let key = MeasurementKey::of(PRODUCT, "", share, replicate);
        out.add(
            key,
            [
                (ENDS[0], singular.from_nearest(&x)),
                (ENDS[2], relative(&x, &soft_threshold(&b, rate))),
            ],
        );
    }
}

/// The library's λ for one of the formula: its loss is the mean of squares, and its weights are `SCALE` times smaller than pixels.
const SCALED: f64 = SCALE * SCALE / (PIXELS as f64 / 2.0);

/// Linear models of the library, one weight for each pixel and a bias, on all scenes as one population.
fn library(
    lab: &Lab,
    scenes: &[Scene],
    (series, optimizer, decay): (&'static str, Optimizer, DecayKind),
    out: &mut Measurements,
) -> Result<()> {
    let a = Blur::Gaussian.matrix(Square(SIDE), Edges::Dark);
    let seen = scenes.iter().map(|scene| scene.seen(Blur::Gaussian, SIGMA));
    let seen: Vec<DVector<f64>> = seen.map(DVector::from_vec).collect();
    let inputs = |pixel: usize| (a.column(pixel) * SCALE).as_slice().repeat(scenes.len());
    let columns: Vec<Vec<f64>> = (0..PIXELS).map(inputs).collect();
    let values: Vec<f64> = seen.iter().flat_map(|b| b.iter().copied()).collect();
    let data = made_up(&columns, |rows| rows.values(&values))?;
    let own = |replicate: usize| (replicate * PIXELS..(replicate + 1) * PIXELS).collect::<Vec<_>>();
    let rows = (0..scenes.len()).map(|replicate| FoldRows {
        train: own(replicate),
        validation: own(replicate),
    });
    let rates = match optimizer {
        Optimizer::Adamw => BOXES.map(|most| SCALE / most),
        _ => RATES.map(|rate| rate * SCALED),
    };
    let (rows, config) = (rows.collect(), settings(optimizer, decay));
    let network = Mlp::hidden([]);
    let study = Study::of_decay(LIBRARY, &data, rows, network, config, rates.to_vec());
    let scales = vec![unchanged(PIXELS); scenes.len()];
    let population = lab.train_scaled(study.in_series(series), scales)?;
    note_distances(&population, &a, &seen, (series, decay), out);
    Ok(())
}

/// Full batches until nothing moves.
fn settings(optimizer: Optimizer, decay: DecayKind) -> TrainConfig {
    let adaptive = optimizer == Optimizer::Adamw;
    let (lr, schedule) = if adaptive {
        (1e-2 / SCALE, Schedule::Cosine)
    } else {
        (0.5, Schedule::Constant)
    };
    TrainConfig {
        epochs: 3000,
        full_batch: true,
        lr,
        schedule,
        momentum: (!adaptive).then_some(MOMENTUM),
        optimizer,
        decay: Some(decay),
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

/// How far every member is from the ridge that is claimed, and from the nearest.
fn note_distances(
    population: &Population,
    a: &DMatrix<f64>,
    seen: &[DVector<f64>],
    (series, decay): (&str, DecayKind),
    out: &mut Measurements,
) {
    let with_bias = a.clone().insert_column(PIXELS, 1.0);
    let mut penalty = DMatrix::identity(PIXELS + 1, PIXELS + 1);
    penalty[(PIXELS, PIXELS)] = 0.0;
    // At rest momentum has added up 1 / (1 - μ) gradients, against which decoupled decay pulls once.
    let share = if decay == DecayKind::Decoupled {
        1.0 - MOMENTUM
    } else {
        1.0
    };
    for member in 0..population.len() {
        let key = population.key(member);
        let values = population.state(member).parameters.iter().flatten();
        let mut found = DVector::from_iterator(PIXELS + 1, values.map(|&value| f64::from(value)));
        found.rows_mut(0, PIXELS).scale_mut(SCALE);
        let far = |rate: f64| {
            let ridge = normal_equations(&with_bias, &seen[key.replicate], rate, &penalty);
            ridge.map_or(f64::INFINITY, |ridge| relative(&found, &ridge))
        };
        let claimed = far(key.rate / SCALED * share);
        let key = MeasurementKey::of(LIBRARY, series, key.rate, key.replicate);
        out.add(key, [("distance", claimed), (ENDS[0], far(least(far)))]);
    }
}
