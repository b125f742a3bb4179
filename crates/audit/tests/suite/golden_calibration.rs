//! Smooth and debiased errors, slopes, recalibration and regression calibration against relplot,
//! uncertainty-calibration, scikit-learn, scipy and properscoring; see `golden/make_calibration.py`.

use decay_audit::calibration::{
    CalibrationError, debiased_calibration_error, equal_mass_bins, smooth_calibration_error,
};
use decay_audit::distribution::normal_quantile;
use decay_audit::predictive::{gaussian_crps, integral_transform};
use decay_audit::recalibration::{Method, Recalibration, VECTOR_RIDGE};
use decay_audit::{MemberLogits, MemberPredictions, audit_classification, audit_regression};

use crate::figures::figure;
use crate::golden::{Case, own_cases};
use crate::synthetic::quick;

const FILE: &str = "calibration_maps.json";

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
            let got = smooth_calibration_error(&confidence, &correct, Some(width)).unwrap();
            near(&case.name, got, exact[k], 2e-6);
            // relplot cuts its kernel at half the unit interval, which shows at the widest bandwidth.
            near(&case.name, got, relplot[k], 1e-3);
        }
        let got = smooth_calibration_error(&confidence, &correct, None).unwrap();
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
        let member = [MemberLogits {
            logits,
            temperature: None,
        }];
        let found = audit_classification(&member, &labels, None, &quick(2, 0)).unwrap();
        // Normal intervals: half their width is so many standard errors.
        let z = normal_quantile(0.5 + found.level / 2.0);
        for (key, name) in [
            ("calibration_slope", "slope"),
            ("calibration_intercept", "intercept"),
            ("multinomial_slope", "multinomial"),
        ] {
            let estimate = found.metrics[key];
            case.check(&format!("/{name}"), &[estimate.mean]);
            let error = (estimate.high - estimate.low) / (2.0 * z);
            case.check(&format!("/{name}_se"), &[error]);
        }
    }
}

/// Depends on a tie in `debiased_over`: of one row the two largest logits are equal, and it is taken for the first class, as `argmax` does.
/// All confidences differ, so that the cuts of equal mass do not depend on a sort.
#[test]
fn debiased_and_sweep_errors_match() {
    for case in own_cases(FILE, |name| name.starts_with("debiased_")) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let (confidence, correct) = (logits.confidences(), logits.hits(&labels).unwrap());
        let bins = case.param("/bins") as usize;
        let mass = equal_mass_bins(&confidence, &correct, bins).unwrap();
        case.check("/debiased_l2", &[debiased_calibration_error(&mass)]);
        // As many bins as the reference finds give the error of the table's own search.
        let bins = case.expected("/sweep_bins")[0] as usize;
        let sweep = equal_mass_bins(&confidence, &correct, bins).unwrap();
        case.check("/sweep_ece", &[CalibrationError::of(&sweep).l1]);
        case.check("/sweep_ece", &[figure("ece_sweep", &logits, &labels)]);
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

/// Depends on a tie in `maps_binary`: its two rows of equal score are one knot of the isotonic map, as scikit-learn averages them before it
/// pools.
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
        let errors = || y.iter().zip(&f).map(|(y, f)| y - f);
        let crps: Vec<f64> = errors().map(|e| gaussian_crps(e, sigma2.sqrt())).collect();
        case.check("/crps", &crps);
        // The defining integral, by adaptive quadrature.
        for (got, want) in crps.iter().zip(case.expected("/crps_integral")) {
            near("crps", *got, want, 1e-7);
        }
        let pit: Vec<f64> = errors()
            .map(|e| integral_transform(e, sigma2.sqrt()))
            .collect();
        case.check("/pit", &pit);
        let member = MemberPredictions {
            values: &f,
            predictive: decay_audit::Predictive::Variance(sigma2),
        };
        let found = audit_regression(&[member], &y, &quick(2, 0)).unwrap();
        case.check("/ks", &[found.metrics["pit_ks"].mean]);
        for name in ["coverage_50", "coverage_90"] {
            case.check(&format!("/{name}"), &[found.metrics[name].mean]);
        }
    }
}
