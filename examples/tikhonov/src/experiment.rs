//! Both photographs at every blur and noise, a world that is as the prior says, and a world without noise.

use decay_claim::measuring::image_quality::{mean_square, psnr, ssim};
use decay_claim::measuring::known::Known;
use decay_claim::{Lab, MeasurementKey, Measurements, Result, rates};
use decay_data::{GreyImage, Photograph};
use decay_linear::Rule;

use crate::blur::{Blur, GRADIENT, Square, convolve};
use crate::fourier::{Penalty, Seen, Waves};
use crate::scene::{Scene, less, mean, normal};
use crate::{
    IDENTITIES, NOISELESS, NOISES, OFF, PHOTOGRAPHS, PRIOR, RATES, RULES, SHOWN, SIGMA, over_rates,
    photograph_and_blur,
};

/// Of a square, in every run: larger ones of the same photographs would be the same.
const SIDE: usize = 128;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let whole = Photograph::ALL.map(Photograph::load);
    let [camera, chelsea] = whole;
    let whole = [camera?, chelsea?];
    crate::small::measure(lab, &whole, &mut out)?;
    let waves = Waves::new(Square(SIDE));
    lab.each(
        "photographs and a made-up world",
        lab.pick(10, 20),
        |replicate| {
            for (photograph, whole) in Photograph::ALL.into_iter().zip(&whole) {
                let scene = Scene::draw(lab.seed, photograph, whole, waves.square, replicate);
                for (blur, kind) in Blur::ALL {
                    let study = photograph_and_blur(PHOTOGRAPHS[photograph as usize], blur);
                    choices(&waves, &scene, kind, (&study, replicate), &mut out);
                    curves(
                        &waves,
                        &scene,
                        kind,
                        (&over_rates(&study), replicate),
                        &mut out,
                    );
                }
            }
            large(lab.seed, &waves, &whole[0], replicate, &mut out);
            prior(lab.seed, &waves, replicate, &mut out);
            noiseless(lab.seed, &waves, &whole[0], replicate, &mut out);
            Ok(())
        },
    )?;
    // Pictures are drawn from it again, so that the file need not hold their pixels.
    out.add(
        MeasurementKey::of(SHOWN, "", 0.0, 0),
        [("seed", lab.seed as f64)],
    );
    Ok(out)
}

/// How well a large picture by waves solves the equations that no matrix of its size could be made for.
fn large(seed: u64, waves: &Waves, camera: &GreyImage, replicate: usize, out: &mut Measurements) {
    let scene = Scene::draw(seed, Photograph::Camera, camera, waves.square, replicate);
    let seen = scene.seen(Blur::Gaussian, SIGMA);
    let by_waves = Seen::new(waves, Blur::Gaussian, &seen);
    for rate in RATES {
        let left = unsolved(
            scene.square,
            &seen,
            &by_waves.ridge(Penalty::Gradient, rate),
            rate,
        );
        let key = MeasurementKey::of(IDENTITIES.0, "", rate, replicate);
        out.add(key, [(IDENTITIES.1[4], left)]);
    }
}

/// What is left of `AᵀA x + λ LᵀL x = Aᵀb` relative to the right side, all of it computed pixel by pixel.
pub(crate) fn unsolved(square: Square, seen: &[f64], x: &[f64], rate: f64) -> f64 {
    let blurred = |pixels: &[f64]| Blur::Gaussian.apply(square, pixels);
    let mut left = blurred(&blurred(x));
    for taps in &GRADIENT {
        let back = taps.map(|((down, right), weight)| ((-down, -right), weight));
        let twice = convolve(&back, square, &convolve(taps, square, x));
        left.iter_mut()
            .zip(twice)
            .for_each(|(left, twice)| *left += rate * twice);
    }
    let right = blurred(seen);
    let none = vec![0.0; right.len()];
    (mean_square(&left, &right) / mean_square(&right, &none)).sqrt()
}

/// What each rule chooses at each noise, and how far that is from the best.
fn choices(
    waves: &Waves,
    scene: &Scene,
    blur: Blur,
    (study, replicate): (&str, usize),
    out: &mut Measurements,
) {
    for sigma in NOISES {
        let seen = scene.seen(blur, sigma);
        let middle = mean(&seen);
        let (centred, truth) = (
            Seen::new(waves, blur, &less(&seen, middle)),
            less(&scene.truth, middle),
        );
        let before = psnr(mean_square(&seen, &scene.truth));
        for (series, penalty) in Penalty::ALL {
            let known = centred.known(penalty, &truth);
            let key = MeasurementKey::of(study, series, sigma, replicate);
            let gain = psnr(known.oracle().1) - before;
            out.add_rounded(key, [("PSNR", gain + before), ("gain", gain)]);
            if penalty != Penalty::Laplacian {
                note_rules(&known, sigma, key, out);
            }
        }
    }
}

/// The best rate over `σ²/τ²`, in decades, and the PSNR that each rule loses against it.
fn note_rules(known: &Known, sigma: f64, key: MeasurementKey<'_>, out: &mut Measurements) {
    let noise = sigma * sigma;
    let prior = known.prior();
    let (best, error) = known.oracle();
    let decades = (best * prior / noise).log10();
    out.add_rounded(key, [(OFF[0], decades), (OFF[1], decades.abs())]);
    let rules = [
        Rule::Prior { noise, prior },
        Rule::CrossValidation,
        Rule::LCurve,
        Rule::Discrepancy { noise },
        Rule::Evidence,
    ];
    for (name, rule) in RULES.into_iter().zip(rules) {
        let lost = psnr(error) - psnr(known.error(known.spectrum.choose(rule)));
        out.add_rounded(key, [(name, lost)]);
    }
}

/// PSNR and SSIM over the rate at one noise.
fn curves(
    waves: &Waves,
    scene: &Scene,
    blur: Blur,
    (study, replicate): (&str, usize),
    out: &mut Measurements,
) {
    let seen = scene.seen(blur, SIGMA);
    let middle = mean(&seen);
    let centred = Seen::new(waves, blur, &less(&seen, middle));
    for (series, penalty) in &Penalty::ALL[..2] {
        for rate in &rates(1e-4, 10.0, 11)[1..] {
            let found = less(&centred.ridge(*penalty, *rate), -middle);
            let key = MeasurementKey::of(study, series, *rate, replicate);
            let figures = [
                ("PSNR", psnr(mean_square(&found, &scene.truth))),
                ("SSIM", ssim(&found, &scene.truth, scene.square.0)),
            ];
            out.add_rounded(key, figures);
        }
    }
}

/// Pixels drawn from the prior: independent and Gaussian, `τ = 0.2`.
fn prior(seed: u64, waves: &Waves, replicate: usize, out: &mut Measurements) {
    const TAU: f64 = 0.2;
    let count = waves.square.0 * waves.square.0;
    let draws = |of: u32| normal(seed, (of << 20) + replicate as u32, count);
    let truth: Vec<f64> = draws(0).into_iter().map(|x| TAU * x).collect();
    let blurred = Blur::Gaussian.apply(waves.square, &truth);
    let noise = draws(1);
    for sigma in NOISES {
        let seen: Vec<f64> = blurred
            .iter()
            .zip(&noise)
            .map(|(x, e)| x + sigma * e)
            .collect();
        let known = Seen::new(waves, Blur::Gaussian, &seen).known(Penalty::Identity, &truth);
        note_rules(
            &known,
            sigma,
            MeasurementKey::of(PRIOR, "", sigma, replicate),
            out,
        );
    }
}

/// Blurred and nothing else; and then rounded to 8 bits.
fn noiseless(
    seed: u64,
    waves: &Waves,
    camera: &GreyImage,
    replicate: usize,
    out: &mut Measurements,
) {
    let scene = Scene::draw(seed, Photograph::Camera, camera, waves.square, replicate);
    let blurred = Blur::Gaussian.apply(scene.square, &scene.truth);
    let rounded = blurred
        .iter()
        .map(|pixel| (pixel * 255.0).round() / 255.0)
        .collect();
    for (series, seen) in NOISELESS.1.into_iter().zip([blurred, rounded]) {
        let middle = mean(&seen);
        let centred = Seen::new(waves, Blur::Gaussian, &less(&seen, middle));
        for rate in rates(1e-14, 1.0, 15) {
            let key = MeasurementKey::of(NOISELESS.0, series, rate, replicate);
            let found = centred.ridge(Penalty::Identity, rate);
            let error = mean_square(&found, &less(&scene.truth, middle));
            out.add_rounded(key, [("PSNR", psnr(error))]);
        }
    }
}
