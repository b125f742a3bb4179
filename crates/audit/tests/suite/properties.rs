//! Properties that hold for any input, whatever a reference says.

use decay_audit::calibration::{
    BinEdge, CalibrationError, equal_mass_bins, equal_width_bins, optimal_temperature,
};
use decay_audit::distribution::{
    beta_cdf, beta_quantile, normal_cdf, normal_quantile, student_t_quantile, student_t_upper_tail,
};
use decay_audit::interval::{ProportionMethod, proportion_interval};
use decay_audit::ood::{auroc, figures};
use decay_audit::significance::holm;
use decay_audit::{Logits, brier, nll};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::figures::figure;

/// Scores on a coarse grid, so that ties are common.
fn scores() -> impl Strategy<Value = Vec<f64>> {
    vec((-20i32..20).prop_map(|k| f64::from(k) / 4.0), 1..60)
}

fn labelled_logits() -> impl Strategy<Value = (Logits<'static>, Vec<usize>)> {
    (2usize..7, 1usize..80).prop_flat_map(|(classes, rows)| {
        let values = vec(-30.0..30.0f64, rows * classes);
        (values, vec(0..classes, rows))
            .prop_map(move |(values, labels)| (Logits::new(values, rows, classes).unwrap(), labels))
    })
}

/// Logits that know something of the labels, so that their best temperature is rarely at a bound.
fn informed_logits() -> impl Strategy<Value = (Logits<'static>, Vec<usize>)> {
    (2usize..7, 30usize..80).prop_flat_map(|(classes, rows)| {
        (vec(-3.0..3.0f64, rows * classes), vec(0..classes, rows)).prop_map(
            move |(mut values, labels)| {
                for (row, label) in labels.iter().enumerate() {
                    values[row * classes + label] += 1.0;
                }
                (Logits::new(values, rows, classes).unwrap(), labels)
            },
        )
    })
}

fn predictions() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
    vec(
        ((0u32..=64).prop_map(|k| f64::from(k) / 64.0), any::<bool>()),
        1..150,
    )
    .prop_map(|pairs| pairs.into_iter().unzip())
}

fn brute_force_auroc(inside: &[f64], outside: &[f64]) -> f64 {
    let mut wins = 0.0;
    for o in outside {
        for i in inside {
            wins += if o > i { 1.0 } else { f64::from(o == i) * 0.5 };
        }
    }
    wins / (inside.len() * outside.len()) as f64
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn auroc_counts_pairs_and_mirrors(inside in scores(), outside in scores()) {
        let area = auroc(&inside, &outside).unwrap();
        prop_assert!((area - brute_force_auroc(&inside, &outside)).abs() < 1e-12);
        prop_assert!((area + auroc(&outside, &inside).unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn detection_ignores_monotone_maps(inside in scores(), outside in scores()) {
        let map = |scores: &[f64]| scores.iter().map(|s| s.powi(3) + 2.0 * s.exp()).collect::<Vec<_>>();
        let (mapped_in, mapped_out) = (map(&inside), map(&outside));
        prop_assert_eq!(figures(&inside, &outside), figures(&mapped_in, &mapped_out));
    }

    /// Detecting one side is detecting the other with sides and signs exchanged.
    #[test]
    fn positives_inside_are_positives_outside_mirrored(inside in scores(), outside in scores()) {
        let minus = |scores: &[f64]| scores.iter().map(|s| -s).collect::<Vec<_>>();
        let mirrored = figures(&minus(&outside), &minus(&inside)).unwrap();
        prop_assert_eq!(figures(&inside, &outside).unwrap().aupr_in, mirrored.aupr_out);
    }

    #[test]
    fn calibration_errors_are_ordered_shares((confidence, correct) in predictions(), bins in 1usize..30) {
        let gap = confidence.iter().sum::<f64>() - correct.iter().filter(|c| **c).count() as f64;
        let overall = gap.abs() / confidence.len() as f64;
        let mut diagrams = vec![equal_mass_bins(&confidence, &correct, bins).unwrap()];
        for edge in [BinEdge::LeftClosed, BinEdge::RightClosed] {
            diagrams.push(equal_width_bins(&confidence, &correct, bins, edge).unwrap());
        }
        for diagram in diagrams {
            prop_assert_eq!(diagram.iter().map(|b| b.count).sum::<usize>(), confidence.len());
            let CalibrationError { l1, l2, max } = CalibrationError::of(&diagram);
            prop_assert!(0.0 <= l1 && l1 <= l2 + 1e-12 && l2 <= max + 1e-12 && max <= 1.0 + 1e-12);
            // Binning can only find more than the gap of all predictions together.
            prop_assert!(overall <= l1 + 1e-12);
            for bin in diagram.iter().filter(|bin| bin.count > 0) {
                let (accuracy, confidence) = (bin.accuracy.unwrap(), bin.confidence.unwrap());
                prop_assert!(bin.low <= accuracy + 1e-12 && accuracy <= bin.high + 1e-12);
                prop_assert!(bin.lower <= confidence + 1e-12 && confidence <= bin.upper + 1e-12);
            }
        }
    }

    #[test]
    fn temperature_never_raises_the_likelihood_loss((logits, labels) in labelled_logits()) {
        let found = optimal_temperature(&logits, &labels).unwrap();
        prop_assert!(found.value > 0.0);
        prop_assert!(found.nll_after <= found.nll_before + 1e-12);
        for factor in [0.9, 0.999, 1.001, 1.1] {
            let near = (found.value * factor).clamp(1e-3, 1e3);
            let other = nll(&logits.tempered(near).unwrap(), &labels).unwrap();
            prop_assert!(found.nll_after <= other + 1e-12, "T {} beaten by {near}", found.value);
        }
    }

    /// Scaling the logits scales the temperature: `softmax(c z / (c T)) = softmax(z / T)`.
    #[test]
    fn temperature_scales_with_the_logits((logits, labels) in informed_logits()) {
        let found = optimal_temperature(&logits, &labels).unwrap();
        let doubled = optimal_temperature(&logits.tempered(0.5).unwrap(), &labels).unwrap();
        // Near a bound, or where the likelihood is flat to rounding, the two need not agree.
        prop_assume!(found.bound.is_none() && doubled.bound.is_none() && (0.05..50.0).contains(&found.value));
        prop_assert!((doubled.value / found.value - 2.0).abs() < 1e-6);
    }

    #[test]
    fn an_offset_per_row_changes_nothing((logits, labels) in labelled_logits(), offset in -500.0..500.0f64) {
        let moved: Vec<f64> = logits.values().iter().map(|z| z + offset).collect();
        let moved = Logits::new(moved, logits.rows(), logits.classes()).unwrap();
        prop_assert!((nll(&logits, &labels).unwrap() - nll(&moved, &labels).unwrap()).abs() < 1e-10);
        prop_assert!((brier(&logits, &labels).unwrap() - brier(&moved, &labels).unwrap()).abs() < 1e-10);
        let most = (logits.classes() as f64).ln() + 1e-12;
        prop_assert!((0.0..=most).contains(&figure("entropy", &logits, &labels)));
    }

    #[test]
    fn quantiles_invert_their_distributions(p in 1e-9..(1.0 - 1e-9f64), df in 0.5..300.0f64, b in 0.3..300.0f64) {
        let near = 1e-12 + 1e-9 * p.min(1.0 - p);
        let close = |got: f64| (got - p).abs() < near;
        prop_assert!(close(student_t_upper_tail(-student_t_quantile(p, df), df)));
        prop_assert!(close(normal_cdf(normal_quantile(p))));
        // Close to 1 the beta distribution can climb by more than that between two numbers that are neighbours.
        let x = beta_quantile(df, b, p);
        prop_assert!(beta_cdf(df, b, x.next_down()) - near < p && p < beta_cdf(df, b, x.next_up().min(1.0)) + near);
    }

    #[test]
    fn proportion_intervals_nest_and_mirror(total in 1u64..400, share in 0.0..=1.0f64) {
        let count = (share * total as f64) as u64;
        for method in [ProportionMethod::Wilson, ProportionMethod::ClopperPearson] {
            let narrow = proportion_interval(count, total, 0.9, method).unwrap();
            let wide = proportion_interval(count, total, 0.99, method).unwrap();
            prop_assert!(wide.low <= narrow.low + 1e-12 && narrow.high <= wide.high + 1e-12);
            prop_assert!(narrow.low <= narrow.mean + 1e-12 && narrow.mean <= narrow.high + 1e-12);
            let mirror = proportion_interval(total - count, total, 0.9, method).unwrap();
            prop_assert!((narrow.low + mirror.high - 1.0).abs() < 1e-10);
        }
    }

    #[test]
    fn adjusted_p_values_are_ordered(p in vec(0.0..=1.0f64, 1..20)) {
        let adjusted = holm(&p);
        for i in 0..p.len() {
            let bonferroni = (p.len() as f64 * p[i]).min(1.0);
            prop_assert!(p[i] <= adjusted[i] + 1e-15 && adjusted[i] <= bonferroni + 1e-15);
        }
    }
}

#[test]
fn temperature_reports_the_bound_it_hits() {
    use decay_audit::calibration::TemperatureBound::{Largest, Smallest};
    let logits = Logits::new(vec![2.0, 0.0, 0.0, 3.0], 2, 2).unwrap();
    let right = optimal_temperature(&logits, &[0, 1]).unwrap();
    assert_eq!((right.value, right.bound), (1e-3, Some(Smallest)));
    let wrong = optimal_temperature(&logits, &[1, 0]).unwrap();
    assert_eq!((wrong.value, wrong.bound), (1e3, Some(Largest)));
    let flat = Logits::new(vec![1.0; 4], 2, 2).unwrap();
    let indifferent = optimal_temperature(&flat, &[0, 1]).unwrap();
    assert_eq!((indifferent.value, indifferent.bound), (1.0, None));
}
