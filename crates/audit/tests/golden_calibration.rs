//! Smooth and debiased errors, slopes, recalibration and regression calibration against relplot,
//! uncertainty-calibration, scikit-learn, scipy and properscoring; see `golden/make_calibration.py`.

mod golden;

use decay_audit::Logits;
use decay_audit::calibration::{
    CalibrationError, calibration_slope, debiased_calibration_error, equal_mass_bins,
    multinomial_slope, optimal_temperature, smooth_calibration_error, smooth_calibration_error_at,
    sweep_bins,
};
use decay_audit::distribution::kolmogorov_upper_tail;
use decay_audit::predictive::{
    gaussian_coverage, gaussian_crps_per_row, pit_values, uniformity_test,
};
use decay_audit::recalibration::{Method, Recalibration, VECTOR_RIDGE};
use golden::{Case, own_cases};

const FILE: &str = "calibration_maps.json";

fn hits(logits: &Logits<'_>, labels: &[usize]) -> Vec<bool> {
    let pairs = logits.predictions().into_iter().zip(labels);
    pairs.map(|(p, y)| p == *y).collect()
}

fn near(what: &str, got: f64, want: f64, tolerance: f64) {
    assert!(
        (got - want).abs() < tolerance,
        "{what}: {got} against {want}"
    );
}

#[test]
fn smooth_error_is_the_integral_of_its_definition() {
    for case in own_cases(FILE, |name| name.starts_with("smooth_")) {
        let (confidence, correct) = (case.values("/confidence"), case.flags("/correct"));
        let widths = case.values("/bandwidths");
        let (exact, relplot) = (case.expected("/exact"), case.expected("/relplot"));
        for (k, &width) in widths.iter().enumerate() {
            let got = smooth_calibration_error_at(&confidence, &correct, width).unwrap();
            near(&case.name, got, exact[k], 2e-6);
            // relplot cuts its kernel at half the unit interval, which shows at the widest bandwidth.
            near(&case.name, got, relplot[k], 1e-3);
        }
        let got = smooth_calibration_error(&confidence, &correct).unwrap();
        near(
            &case.name,
            got,
            case.expected("/fixed_point_exact")[0],
            2e-6,
        );
        let bisected = case.expected("/fixed_point_relplot")[0];
        near(&case.name, got, bisected, 1.0 / 1024.0);
    }
}

#[test]
fn slopes_match_maximum_likelihood() {
    for case in own_cases(FILE, |name| name.starts_with("slope_")) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let found = calibration_slope(&logits, &labels).unwrap();
        case.check("/slope", &[found.slope]);
        case.check("/intercept", &[found.intercept]);
        case.check("/slope_se", &[found.slope_se]);
        case.check("/intercept_se", &[found.intercept_se]);
        let temperature = optimal_temperature(&logits, &labels).unwrap().value;
        let factor = multinomial_slope(&logits, &labels, temperature).unwrap();
        case.check("/multinomial", &[factor.value]);
        case.check("/multinomial_se", &[factor.se]);
    }
}

#[test]
fn debiased_and_sweep_errors_match() {
    for case in own_cases(FILE, |name| name.starts_with("debiased_")) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let (confidence, correct) = (logits.confidences(), hits(&logits, &labels));
        let bins = case.param("/bins") as usize;
        let mass = equal_mass_bins(&confidence, &correct, bins).unwrap();
        case.check("/debiased_l2", &[debiased_calibration_error(&mass)]);
        let sweep = sweep_bins(&confidence, &correct).unwrap();
        case.check("/sweep_bins", &[sweep.len() as f64]);
        case.check("/sweep_ece", &[CalibrationError::of(&sweep).l1]);
    }
}

fn fitted(case: &Case, method: Method) -> Recalibration {
    let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
    Recalibration::fit(method, &logits, &labels).unwrap()
}

#[test]
fn vector_scaling_matches_a_general_optimiser() {
    for case in own_cases(FILE, |name| name.starts_with("maps_")) {
        let map = fitted(&case, Method::Vector);
        case.check("/vector", &map.apply(&case.logits("/test")).unwrap());
        let Recalibration::Vector(vector) = map else {
            panic!("another map")
        };
        let parameters = [vector.scale.clone(), vector.shift.clone()].concat();
        let wanted = case.expected("/vector_parameters");
        for (got, want) in parameters.iter().zip(&wanted) {
            near(&case.name, *got, *want, 1e-5);
        }
        let logits = case.logits("/logits");
        let scaled = vector.scaled(&logits).unwrap();
        let loss = decay_audit::nll(&scaled, &case.indices("/labels")).unwrap();
        let k = vector.scale.len();
        let pull = |(i, v): (usize, &f64)| (v - f64::from(i < k)).powi(2);
        let pull: f64 = parameters.iter().enumerate().map(pull).sum();
        case.check("/vector_loss", &[loss + 0.5 * VECTOR_RIDGE * pull]);
    }
}

#[test]
fn platt_and_isotonic_match_scikit_learn() {
    for case in own_cases(FILE, |name| name.starts_with("maps_")) {
        let test = case.logits("/test");
        let platt = fitted(&case, Method::Platt);
        case.check("/platt", &platt.apply(&test).unwrap());
        if let Recalibration::Platt { classes } = &platt {
            let flat: Vec<f64> = classes
                .iter()
                .flat_map(|s| [s.slope, s.intercept])
                .collect();
            case.check("/sigmoids", &flat);
        }
        let isotonic = fitted(&case, Method::Isotonic);
        case.check("/isotonic", &isotonic.apply(&test).unwrap());
        if let Recalibration::Isotonic { classes } = &isotonic {
            let knots: Vec<f64> = classes.iter().map(|c| c.probability.len() as f64).collect();
            case.check("/isotonic_knots", &knots);
        }
    }
}

#[test]
fn gaussian_scores_and_transforms_match() {
    for case in own_cases(FILE, |name| name == "regression") {
        let (f, y) = (case.values("/predictions"), case.values("/targets"));
        let sigma2 = case.param("/sigma2");
        let crps = gaussian_crps_per_row(&f, &y, sigma2).unwrap();
        case.check("/crps", &crps);
        // The defining integral, by adaptive quadrature.
        for (got, want) in crps.iter().zip(case.expected("/crps_integral")) {
            near("crps", *got, want, 1e-7);
        }
        let pit = pit_values(&f, &y, sigma2).unwrap();
        case.check("/pit", &pit);
        let test = uniformity_test(&pit).unwrap();
        case.check("/ks", &[test.statistic]);
        case.check("/ks_p", &[test.p_value]);
        for (nominal, pointer) in [(0.5, "/coverage_50"), (0.9, "/coverage_90")] {
            let found = gaussian_coverage(&f, &y, sigma2, nominal, 0.95).unwrap();
            case.check(pointer, &[found.mean]);
        }
    }
}

#[test]
fn kolmogorov_tails_match_scipy() {
    for case in own_cases(FILE, |name| name == "kolmogorov") {
        let pairs = case.values("/d").into_iter().zip(case.indices("/n"));
        for ((d, n), want) in pairs.zip(case.expected("/sf")) {
            // Up to 140 samples scipy is exact too, then it takes an expansion good to six digits.
            let tolerance = if n <= 140 { 1e-11 } else { 1e-6 };
            near("tail", kolmogorov_upper_tail(d, n), want, tolerance);
        }
    }
}
