//! Golden values: `tests/oracle/linear.json` (numpy, torch) and `golden/scikit-image.json` (scikit-image 0.26.0).

use std::path::Path;

use decay_claim::measuring::image_quality::{mean_square, psnr, ssim};
use decay_claim::measuring::ridge::{Singular, normal_equations};
use decay_data::Photograph;
use nalgebra::{DMatrix, DVector};
use serde::Deserialize;
use serde_json::Value;

use crate::blur::{Blur, Square};
use crate::fourier::{Penalty, Seen, Waves};
use crate::scene::{less, mean};

fn read(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn case(name: &str) -> Value {
    let all = read("../../tests/oracle/linear.json");
    let found = all["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["name"] == name);
    found.unwrap().clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.get("data").unwrap_or(value).as_array().unwrap();
    list.iter().map(|x| x.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> DMatrix<f64> {
    let side = |k: usize| value["shape"][k].as_u64().unwrap() as usize;
    DMatrix::from_row_slice(side(0), side(1), &numbers(value))
}

fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    let size = expected.iter().fold(0f64, |size, x| size.max(x.abs()));
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance * size, "{a} {b}");
    }
}

#[test]
fn filter_factors_and_cross_validation_are_those_of_numpy() {
    let case = case("svd_filter_factors_and_gcv");
    let (x, y) = (
        matrix(&case["inputs"]["x"]),
        DVector::from_vec(numbers(&case["inputs"]["y"])),
    );
    let singular = Singular::new(&x, &y).unwrap();
    // No truth is needed for this.
    let known = singular.known(&DVector::zeros(x.ncols()), x.nrows());
    let spectrum = known.spectrum;
    let rates = numbers(&case["params"]["alpha"]);
    let gcv: Vec<f64> = rates
        .iter()
        .map(|&rate| spectrum.cross_validation(rate))
        .collect();
    near(&gcv, &numbers(&case["expected"]["gcv"]), 1e-10);
    let residuals: Vec<f64> = rates.iter().map(|&rate| spectrum.residual(rate)).collect();
    near(
        &residuals,
        &numbers(&case["expected"]["residual_sum_of_squares"]),
        1e-10,
    );
    let factors = rates
        .iter()
        .flat_map(|&rate| spectrum.coordinates.iter().map(move |own| own.filter(rate)));
    let mut factors: Vec<f64> = factors.collect();
    let mut expected = numbers(&case["expected"]["filter_factors"]);
    factors.sort_by(f64::total_cmp);
    expected.sort_by(f64::total_cmp);
    near(&factors, &expected, 1e-10);
}

#[test]
fn the_l_curve_bends_as_automatic_differentiation_says() {
    let case = case("l_curve");
    let (a, b) = (
        matrix(&case["inputs"]["a"]),
        DVector::from_vec(numbers(&case["inputs"]["b"])),
    );
    let spectrum = Singular::new(&a, &b)
        .unwrap()
        .known(&DVector::zeros(a.ncols()), a.nrows())
        .spectrum;
    let rates = numbers(&case["params"]["alpha"]);
    let found: Vec<f64> = rates.iter().map(|&rate| spectrum.curvature(rate)).collect();
    near(&found, &numbers(&case["expected"]["curvature"]), 1e-6);
}

#[test]
fn the_general_form_is_that_of_least_squares_on_the_stacked_system() {
    for order in 0..3 {
        let case = case(&format!("tikhonov_difference_order{order}"));
        let [a, l] = ["a", "l"].map(|name| matrix(&case["inputs"][name]));
        let b = DVector::from_vec(numbers(&case["inputs"]["b"]));
        let expected = numbers(&case["expected"]["x"]);
        // Its λ is the square root of ours.
        for (rate, x) in numbers(&case["params"]["lambda"])
            .iter()
            .zip(expected.chunks(a.ncols()))
        {
            let found = normal_equations(&a, &b, rate * rate, &l.tr_mul(&l)).unwrap();
            near(found.as_slice(), x, 1e-6);
        }
    }
}

#[test]
fn early_stopping_has_the_filter_of_torchs_gradient_descent() {
    let case = case("early_stopping_filter_factors");
    let (x, y) = (
        matrix(&case["inputs"]["x"]),
        DVector::from_vec(numbers(&case["inputs"]["y"])),
    );
    let singular = Singular::new(&x, &y).unwrap();
    let lr = case["params"]["lr"].as_f64().unwrap();
    let expected = numbers(&case["expected"]["coef"]);
    for (steps, coefficients) in numbers(&case["params"]["steps"])
        .iter()
        .zip(expected.chunks(x.ncols()))
    {
        near(singular.stopped(lr, *steps).as_slice(), coefficients, 1e-9);
    }
}

#[derive(Deserialize)]
struct Quality {
    psnr: f64,
    ssim: f64,
}

#[derive(Deserialize)]
struct Restored {
    balance: f64,
    psnr: f64,
    ssim: f64,
    first: Vec<f64>,
}

/// A picture restored by scikit-image.
#[derive(Deserialize)]
struct Case {
    photograph: String,
    corner: (usize, usize),
    side: usize,
    blur: String,
    sigma: f64,
    seen: Quality,
    identity: Vec<Restored>,
    #[serde(rename = "Laplacian")]
    laplacian: Vec<Restored>,
    unsupervised: Quality,
}

fn cases() -> Vec<Case> {
    serde_json::from_value(read("golden/scikit-image.json")["cases"].clone()).unwrap()
}

/// Sums of twelve numbers of a linear congruential generator.
fn noise(count: usize) -> Vec<f64> {
    let mut state = 12345u64;
    let mut draw = || {
        let mut next = || {
            state = (1_664_525 * state + 1_013_904_223) % (1 << 32);
            state
        };
        (0..12).map(|_| next()).sum::<u64>() as f64 / 4_294_967_296.0 - 6.0
    };
    (0..count).map(|_| draw()).collect()
}

impl Case {
    /// The truth, what was seen, and the blur.
    fn pictures(&self) -> (Vec<f64>, Vec<f64>, Blur) {
        let photograph = Photograph::ALL
            .into_iter()
            .find(|own| own.name() == self.photograph);
        let truth = photograph
            .unwrap()
            .load()
            .unwrap()
            .square(self.corner, self.side);
        let (_, blur) = Blur::ALL
            .into_iter()
            .find(|(name, _)| *name == self.blur)
            .unwrap();
        let blurred = blur.apply(Square(self.side), &truth).into_iter();
        let seen = blurred
            .zip(noise(truth.len()))
            .map(|(x, e)| x + self.sigma * e)
            .collect();
        (truth, seen, blur)
    }
}

#[test]
fn wiener_filters_are_those_of_scikit_image() {
    for case in cases() {
        let (truth, seen, blur) = case.pictures();
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-8, "{a} {b}");
        close(psnr(mean_square(&seen, &truth)), case.seen.psnr);
        close(ssim(&seen, &truth, case.side), case.seen.ssim);
        let (waves, middle) = (Waves::new(Square(case.side)), mean(&seen));
        let centred = Seen::new(&waves, blur, &less(&seen, middle));
        for (penalty, expected) in [
            (Penalty::Identity, &case.identity),
            (Penalty::Laplacian, &case.laplacian),
        ] {
            for restored in expected {
                let found = centred.ridge(penalty, restored.balance);
                let found = less(&found, -middle);
                near(&found[..3], &restored.first, 1e-9);
                close(psnr(mean_square(&found, &truth)), restored.psnr);
                close(ssim(&found, &truth, case.side), restored.ssim);
            }
        }
    }
}

/// The best of the three penalties at its best λ, for PSNR and for SSIM each by itself.
#[test]
fn the_best_rate_is_never_worse_than_scikit_images_filters() {
    for case in cases() {
        let (truth, seen, blur) = case.pictures();
        let (waves, middle) = (Waves::new(Square(case.side)), mean(&seen));
        let centred = Seen::new(&waves, blur, &less(&seen, middle));
        let (mut best, mut alike) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (_, penalty) in Penalty::ALL {
            best = best.max(psnr(
                centred.known(penalty, &less(&truth, middle)).oracle().1,
            ));
            for power in -20..=8 {
                let found = centred.ridge(penalty, 10f64.powf(0.25 * f64::from(power)));
                alike = alike.max(ssim(&less(&found, -middle), &truth, case.side));
            }
        }
        let supervised = case.identity.iter().chain(&case.laplacian);
        let theirs = supervised.map(|own| (own.psnr, own.ssim));
        for (psnr, ssim) in theirs.chain([(case.unsupervised.psnr, case.unsupervised.ssim)]) {
            // Theirs is on the same grid of rates, to rounding.
            assert!(
                best >= psnr && alike >= ssim - 1e-9,
                "{best} {psnr}, {alike} {ssim}"
            );
        }
    }
}
