//! Calibration metrics against torchmetrics, netcal, scikit-learn and scipy.

use decay_audit::calibration::{
    BinEdge, CalibrationError, DEFAULT_BINS, ReliabilityBin, equal_mass_bins, equal_width_bins,
    optimal_temperature,
};
use decay_audit::ood::predictive_entropy;
use decay_audit::{Logits, accuracy, brier, nll};

use crate::figures::figure;
use crate::golden::{Case, cases};

const FILE: &str = "calibration.json";

fn is_data_set(name: &str) -> bool {
    !name.starts_with("edge_") && !name.ends_with("_temperature") && name != "saturated_logits"
}

fn hits(logits: &Logits<'_>, labels: &[usize]) -> Vec<bool> {
    logits.hits(labels).unwrap()
}

/// The expected calibration error of each class's probability.
fn classwise(logits: &Logits<'_>, labels: &[usize], bins: usize, edge: BinEdge) -> Vec<f64> {
    let probabilities = logits.probabilities();
    let of_class = |class: usize| {
        let column = probabilities.iter().skip(class).step_by(logits.classes());
        let p: Vec<f64> = column.copied().collect();
        let hit: Vec<bool> = labels.iter().map(|&label| label == class).collect();
        CalibrationError::of(&equal_width_bins(&p, &hit, bins, edge).unwrap()).l1
    };
    (0..logits.classes()).map(of_class).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn check_error(case: &Case, prefix: &str, bins: &[ReliabilityBin]) {
    let error = CalibrationError::of(bins);
    case.check(&format!("{prefix}/ece_l1"), &[error.l1]);
    case.check(&format!("{prefix}/ece_l2"), &[error.l2]);
    case.check(&format!("{prefix}/mce"), &[error.max]);
}

fn check_bins(case: &Case, prefix: &str, bins: &[ReliabilityBin]) {
    check_error(case, prefix, bins);
    let column = |of: fn(&ReliabilityBin) -> f64| bins.iter().map(of).collect::<Vec<_>>();
    case.check(&format!("{prefix}/count"), &column(|b| b.count as f64));
    // The reference writes 0 for an empty bin.
    case.check(
        &format!("{prefix}/confidence"),
        &column(|b| b.confidence.unwrap_or(0.0)),
    );
    case.check(
        &format!("{prefix}/accuracy"),
        &column(|b| b.accuracy.unwrap_or(0.0)),
    );
    let edges = format!("{prefix}/bin_edges");
    if case.expects(&edges) {
        let expected = case.expected(&edges);
        // Bit for bit: an edge one rounding off moves the confidences that lie on it.
        assert_eq!(column(|b| b.lower), expected[..bins.len()]);
        assert_eq!(column(|b| b.upper), expected[1..]);
    }
}

#[test]
fn oracle_scores_of_predictions() {
    for case in cases(FILE, is_data_set) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let correct: Vec<f64> = hits(&logits, &labels).into_iter().map(f64::from).collect();
        let predictions: Vec<f64> = logits.predictions().iter().map(|&p| p as f64).collect();
        case.check("/prediction", &predictions);
        case.check("/correct", &correct);
        case.check("/confidence", &logits.confidences());
        case.check("/mean_confidence", &[mean(&logits.confidences())]);
        case.check("/accuracy", &[accuracy(&logits, &labels).unwrap()]);
        case.check("/nll", &[nll(&logits, &labels).unwrap()]);
        let brier = brier(&logits, &labels).unwrap();
        case.check("/brier_sum_over_classes", &[brier]);
        case.check(
            "/brier_mean_over_classes",
            &[brier / logits.classes() as f64],
        );
        case.check("/entropy_nats", &predictive_entropy(&logits));
        case.check("/mean_entropy_nats", &[figure("entropy", &logits, &labels)]);
    }
}

/// Depends on no tie: all confidences of a data set differ, and the nearest lies 2e-6 of a bin from an edge, so that either closing of the
/// bins agrees with the reference.
#[test]
fn oracle_reliability_bins_and_calibration_errors() {
    for case in cases(FILE, is_data_set) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let (confidence, correct) = (logits.confidences(), hits(&logits, &labels));
        let bins = case.param("/bins") as usize;
        for edge in [BinEdge::LeftClosed, BinEdge::RightClosed] {
            let width = equal_width_bins(&confidence, &correct, bins, edge).unwrap();
            check_bins(&case, "/equal_width", &width);
            let classwise = classwise(&logits, &labels, bins, edge);
            case.check("/classwise_ece", &classwise);
            case.check("/classwise_ece_mean", &[mean(&classwise)]);
        }
        if bins == DEFAULT_BINS {
            let table = figure("ece_classwise", &logits, &labels);
            case.check("/classwise_ece_mean", &[table]);
        }
        let mass = equal_mass_bins(&confidence, &correct, bins).unwrap();
        check_bins(&case, "/equal_mass", &mass);
        let l1 = CalibrationError::of(&mass).l1;
        case.check("/equal_mass_uncertainty_calibration_l1", &[l1]);
    }
}

/// Depends on ties: these confidences lie on edges of bins, whose side is what the two closings differ by; torchmetrics closes at the left.
#[test]
fn oracle_confidences_on_edges_and_exactly_one() {
    for case in cases(FILE, |name| name.starts_with("edge_")) {
        let (confidence, correct) = (case.values("/confidence"), case.flags("/correct"));
        let bins = case.param("/bins") as usize;
        for (edge, prefix) in [
            (BinEdge::LeftClosed, "/left_closed"),
            (BinEdge::RightClosed, "/right_closed"),
        ] {
            let width = equal_width_bins(&confidence, &correct, bins, edge).unwrap();
            check_bins(&case, prefix, &width);
        }
        // The two-class Brier score is half the sum over both classes; a confidence of 1 rules one out.
        let pairs = confidence.iter().flat_map(|c| [c.ln(), (1.0 - c).ln()]);
        let logits = Logits::new(pairs.collect::<Vec<f64>>(), correct.len(), 2).unwrap();
        let labels: Vec<usize> = correct.iter().map(|&hit| usize::from(!hit)).collect();
        case.check("/brier_binary", &[brier(&logits, &labels).unwrap() / 2.0]);
    }
}

#[test]
fn oracle_saturated_logits_stay_finite() {
    for case in cases(FILE, |name| name == "saturated_logits") {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        case.check("/nll", &[nll(&logits, &labels).unwrap()]);
        case.check("/confidence", &logits.confidences());
        case.check("/log_softmax", &logits.log_probabilities());
        case.check("/entropy_nats", &predictive_entropy(&logits));
    }
}

#[test]
fn oracle_optimal_temperature_and_what_it_repairs() {
    for case in cases(FILE, |name| name.ends_with("_temperature")) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let temperature = optimal_temperature(&logits, &labels).unwrap();
        assert_eq!(temperature.bound, None);
        case.check("/temperature", &[temperature.value]);
        case.check("/before/nll", &[temperature.nll_before]);
        case.check("/after/nll", &[temperature.nll_after]);
        let bins = case.param("/bins") as usize;
        for (side, divisor) in [("/before", 1.0), ("/after", temperature.value)] {
            let soft = logits.tempered(divisor).unwrap();
            case.check(
                &format!("{side}/brier_sum_over_classes"),
                &[brier(&soft, &labels).unwrap()],
            );
            case.check(
                &format!("{side}/mean_entropy_nats"),
                &[figure("entropy", &soft, &labels)],
            );
            case.check(
                &format!("{side}/mean_confidence"),
                &[mean(&soft.confidences())],
            );
        }
        let soft = logits.tempered(temperature.value).unwrap();
        let (confidence, correct) = (soft.confidences(), hits(&soft, &labels));
        let width = equal_width_bins(&confidence, &correct, bins, BinEdge::RightClosed).unwrap();
        check_error(&case, "/after_equal_width", &width);
        let mass = equal_mass_bins(&confidence, &correct, bins).unwrap();
        check_error(&case, "/after_equal_mass", &mass);
    }
}
