//! Classes, groups and curves against scikit-learn, and what must hold of any of them.

use decay_audit::Logits;
use decay_audit::by_class::{
    ConfusionMatrix, areas, class_scores, curves, macro_curves, one_vs_rest_curves,
};
use decay_audit::distribution::normal_quantile;
use decay_audit::interval::{Bootstrap, SplitMix};
use decay_audit::subgroups::{corrected_level, quantile_bands, subgroups, worst};

use crate::golden::own_cases;

fn xs(points: &[(f64, f64)]) -> Vec<f64> {
    points.iter().map(|point| point.0).collect()
}

fn ys(points: &[(f64, f64)]) -> Vec<f64> {
    points.iter().map(|point| point.1).collect()
}

/// Golden values: `golden/make_classes.py`.
#[test]
fn confusions_and_figures_by_class_match_scikit_learn() {
    for case in own_cases("classes.json", |name| name.starts_with("classes_")) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let matrix = ConfusionMatrix::of(&labels, &logits.predictions(), logits.classes()).unwrap();
        let counts = matrix.counts().iter().flatten();
        case.check("/confusion", &counts.map(|&n| n as f64).collect::<Vec<_>>());
        let classes = matrix.by_class();
        let each = |figure: &dyn Fn(&decay_audit::by_class::ClassFigures) -> Option<f64>| {
            let all = classes.iter();
            all.map(|own| figure(own).unwrap_or(0.0))
                .collect::<Vec<_>>()
        };
        case.check("/precision", &each(&|own| own.precision));
        case.check("/recall", &each(&|own| own.recall));
        case.check("/f1", &each(&|own| own.f1));
        case.check("/support", &each(&|own| Some(own.support as f64)));
    }
}

/// Golden values: `golden/make_classes.py`. Depends on ties in `classes_2_tied`: rows of equal score are one point of a curve, so that 120
/// rows leave 17 thresholds.
#[test]
fn curves_of_each_class_match_scikit_learn() {
    for case in own_cases("classes.json", |name| name.starts_with("classes_")) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let found = one_vs_rest_curves(&logits, &labels).unwrap();
        let found: Vec<_> = found.into_iter().flatten().collect();
        for (k, own) in found.iter().enumerate() {
            case.check(&format!("/fpr_{k}"), &xs(&own.roc));
            case.check(&format!("/tpr_{k}"), &ys(&own.roc));
            case.check(&format!("/curve_recall_{k}"), &xs(&own.precision_recall));
            case.check(&format!("/curve_precision_{k}"), &ys(&own.precision_recall));
        }
        let of = |area: fn(&decay_audit::by_class::ClassCurves) -> f64| {
            found.iter().map(area).collect::<Vec<_>>()
        };
        case.check("/auroc_by_class", &of(|own| own.auroc));
        case.check("/ap_by_class", &of(|own| own.average_precision));
        let means = macro_curves(&found.iter().collect::<Vec<_>>(), 101).unwrap();
        let expected = found.iter().map(|own| own.auroc).sum::<f64>() / found.len() as f64;
        assert!((means.auroc - expected).abs() < 1e-15);
    }
}

/// Three classes, labels and logits at random, on a grid so that some tie.
fn random(seed: u64, rows: usize) -> (Logits<'static>, Vec<usize>) {
    let generator = SplitMix::new(seed, 0);
    let labels: Vec<usize> = (0..rows as u64).map(|i| generator.below(i, 3)).collect();
    let noise = SplitMix::new(seed, 1);
    let value = |i: usize| (8.0 * noise.unit(i as u64)).round() / 4.0;
    let hit = |i: usize| f64::from(u8::from(labels[i / 3] == i % 3));
    let values: Vec<f64> = (0..3 * rows).map(|i| value(i) + hit(i)).collect();
    (Logits::new(values, rows, 3).unwrap(), labels)
}

#[test]
fn rows_of_the_matrix_sum_to_the_support_and_its_columns_to_what_is_predicted() {
    for seed in 0..20 {
        let (logits, labels) = random(seed, 3 + 7 * seed as usize);
        let matrix = ConfusionMatrix::of(&labels, &logits.predictions(), 3).unwrap();
        for (class, own) in matrix.by_class().iter().enumerate() {
            let support = labels.iter().filter(|&&label| label == class).count();
            assert_eq!(matrix.counts()[class].iter().sum::<usize>(), support);
            assert_eq!(own.support, support);
        }
        let wrong: usize = matrix.largest_confusions(9).iter().map(|c| c.rows).sum();
        let right: usize = (0..3).map(|class| matrix.counts()[class][class]).sum();
        assert_eq!(wrong + right, labels.len());
    }
}

/// The share of pairs of a row of the class and another in which the class's row has the higher score, ties counting half.
#[test]
fn the_area_is_the_statistic_of_mann_and_whitney_and_that_of_the_drawn_curve() {
    for seed in 0..10 {
        let generator = SplitMix::new(seed, 3);
        let scores: Vec<f64> = (0..60)
            .map(|i| (10.0 * generator.unit(i)).round())
            .collect();
        let positive: Vec<bool> = (60..120).map(|i| generator.unit(i) < 0.3).collect();
        let Some(found) = curves(&scores, &positive).unwrap() else {
            continue;
        };
        let (mut wins, mut pairs) = (0.0, 0.0);
        for i in (0..60).filter(|&i| positive[i]) {
            for j in (0..60).filter(|&j| !positive[j]) {
                pairs += 1.0;
                wins += if scores[i] > scores[j] { 1.0 } else { 0.0 };
                wins += if scores[i] == scores[j] { 0.5 } else { 0.0 };
            }
        }
        assert!((found.auroc - wins / pairs).abs() < 1e-12);
        let steps = found.roc.windows(2);
        let drawn: f64 = steps
            .map(|two| (two[1].0 - two[0].0) * (two[1].1 + two[0].1) / 2.0)
            .sum();
        assert!((found.auroc - drawn).abs() < 1e-12);
        assert_eq!(found.roc.first(), Some(&(0.0, 0.0)));
        assert_eq!(found.roc.last(), Some(&(1.0, 1.0)));
    }
}

#[test]
fn a_class_without_rows_has_no_curve_and_no_recall() {
    let logits = Logits::new(vec![1.0, 0.0, 0.0, 2.0, 0.0, 1.0], 2, 3).unwrap();
    let found = one_vs_rest_curves(&logits, &[0, 2]).unwrap();
    assert!(found[0].is_some() && found[1].is_none() && found[2].is_some());
    let matrix = ConfusionMatrix::of(&[0, 2], &[0, 0], 3).unwrap();
    let classes = matrix.by_class();
    assert_eq!(classes[1].recall, None);
    assert_eq!((classes[2].precision, classes[2].f1), (None, Some(0.0)));
    let confused = matrix.largest_confusions(5)[0];
    assert_eq!(
        (confused.class, confused.predicted, confused.rows),
        (2, 0, 1)
    );
    assert!(ConfusionMatrix::of(&[0], &[3], 3).is_err());
}

#[test]
fn macro_curves_of_one_class_run_through_its_points() {
    let scores = [0.9, 0.8, 0.7, 0.6, 0.4];
    let own = curves(&scores, &[true, false, true, false, false])
        .unwrap()
        .unwrap();
    let mean = macro_curves(&[&own], 7).unwrap();
    // At a third of false alarms the curve rises from 0.5 to 1.
    assert!(
        mean.roc
            .iter()
            .any(|&(x, y)| (x - 1.0 / 3.0).abs() < 1e-12 && y == 1.0)
    );
    assert_eq!(mean.precision_recall[0].1, 1.0);
    assert!((mean.precision_recall[6].1 - 2.0 / 3.0).abs() < 1e-12);
}

/// Golden values: `golden/make_classes.py`, with ties as in the curves; the areas with intervals are those of the curves.
#[test]
fn areas_with_intervals_are_those_of_scikit_learn() {
    for case in own_cases("classes.json", |name| name.starts_with("classes_")) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        let settings = Bootstrap::default();
        let of_class = |(class, scores): (usize, &Vec<f64>)| {
            let positive: Vec<bool> = labels.iter().map(|&label| label == class).collect();
            areas(scores, &positive, &settings).unwrap().unwrap()
        };
        let scores = class_scores(&logits);
        let found: Vec<_> = scores.iter().enumerate().map(of_class).collect();
        let auroc: Vec<f64> = found.iter().map(|own| own.auroc.mean).collect();
        let precision = found.iter().map(|own| own.average_precision);
        case.check("/auroc_by_class", &auroc);
        case.check(
            "/ap_by_class",
            &precision.clone().map(|own| own.mean).collect::<Vec<_>>(),
        );
        for own in precision.chain(found.iter().map(|own| own.auroc)) {
            assert!(
                own.low <= own.mean && own.mean <= own.high && own.high <= 1.0,
                "{own:?}"
            );
        }
    }
}

/// `P(positive > t) = 1 - Φ(t - 1)`, `P(other > t) = 1 - Φ(t)`: the precision at each recall is known, and its mean over recalls.
fn true_average_precision(share: f64) -> f64 {
    let steps = 20_000;
    let upper = |t: f64| decay_audit::distribution::normal_upper_tail(t);
    let at = |step: usize| {
        let recall = (step as f64 + 0.5) / f64::from(steps as u32);
        let threshold = 1.0 + normal_quantile(1.0 - recall);
        share * recall / (share * recall + (1.0 - share) * upper(threshold))
    };
    (0..steps).map(at).sum::<f64>() / steps as f64
}

/// Nominal 95 %; 300 samples have a standard error of 1.3 %.
#[test]
fn intervals_of_the_average_precision_hold_the_true_one() {
    let truth = true_average_precision(0.3);
    let settings = Bootstrap {
        resamples: 200,
        ..Bootstrap::default()
    };
    let mut held = 0;
    for sample in 0..300_u64 {
        let noise = SplitMix::new(sample, 9);
        let positive: Vec<bool> = (0..200).map(|row| row < 60).collect();
        let score = |row: u64| normal_quantile(noise.unit(row)) + f64::from(u8::from(row < 60));
        let scores: Vec<f64> = (0..200).map(score).collect();
        let own = areas(&scores, &positive, &settings).unwrap().unwrap();
        let own = own.average_precision;
        held += usize::from(own.low <= truth && truth <= own.high);
    }
    assert!((270..=297).contains(&held), "{held} of 300");
}

#[test]
fn areas_of_separated_scores_and_of_a_single_row_do_not_pretend_to_certainty() {
    let settings = Bootstrap::default();
    let found = areas(
        &[0.1, 0.2, 0.8, 0.9],
        &[false, false, true, true],
        &settings,
    );
    let found = found.unwrap().unwrap();
    assert_eq!(found.average_precision.mean, 1.0);
    assert!(found.average_precision.low < 0.5 && found.auroc.low < 0.5);
    let single = areas(&[0.1, 0.5, 0.4], &[false, true, false], &settings);
    let single = single.unwrap().unwrap().average_precision;
    assert_eq!((single.low, single.high), (0.0, 1.0));
    assert_eq!(areas(&[0.1, 0.2], &[true, true], &settings).unwrap(), None);
    assert!(areas(&[0.1, f64::NAN], &[true, false], &settings).is_err());
}

/// One group of five has a mean of 2 among zeros with little noise.
#[test]
fn the_worst_group_is_the_one_that_is_worse_and_its_interval_is_widened() {
    let noise = SplitMix::new(4, 0);
    let group_of: Vec<Option<usize>> = (0..200).map(|row| Some(row % 5)).collect();
    let level = |row: usize| if row % 5 == 3 { 2.0 } else { 0.0 };
    let figures: Vec<f64> = (0..200)
        .map(|row| level(row) + noise.unit(row as u64))
        .collect();
    let found = subgroups(&figures, &group_of, 5, 0.95).unwrap();
    assert_eq!(worst(&found), Some(3));
    let gap = found[3].against_rest.unwrap();
    assert!(gap.low < 2.0 && 2.0 < gap.high && gap.low > 1.5, "{gap:?}");
    assert!(found[0].against_rest.unwrap().high < 0.0);
    assert_eq!(found.iter().map(|group| group.rows).sum::<usize>(), 200);
    // Of one question alone the interval is narrower.
    let alone: Vec<Option<usize>> = group_of
        .iter()
        .map(|g| (*g == Some(3)).then_some(0))
        .collect();
    let alone = subgroups(&figures, &alone, 1, 0.95).unwrap()[0]
        .against_rest
        .unwrap();
    assert!(alone.high - alone.low < gap.high - gap.low);
    assert!((corrected_level(0.95, 5) - 0.99).abs() < 1e-12);
}

#[test]
fn few_rows_are_no_worst_group_and_a_lone_row_has_no_interval() {
    let figures = [9.0, 0.0, 0.1, 0.2, 0.0, 0.1, 0.3, 0.2, 0.0, 0.1, 0.2, 0.1];
    let group_of: Vec<Option<usize>> = (0..12).map(|row| Some(usize::from(row > 0))).collect();
    let found = subgroups(&figures, &group_of, 2, 0.95).unwrap();
    assert_eq!(found[0].against_rest, None);
    assert_eq!(worst(&found), None);
    assert!(subgroups(&figures, &group_of, 1, 0.95).is_err());
}

#[test]
fn bands_hold_as_many_rows_each_and_equal_values_one() {
    let values: Vec<f64> = (0..100).map(f64::from).collect();
    assert_eq!(quantile_bands(&values, 4), [24.0, 49.0, 74.0, 99.0]);
    assert_eq!(quantile_bands(&[1.0, 1.0, 1.0, 1.0, 5.0], 4), [1.0, 5.0]);
    assert!(quantile_bands(&[f64::NAN], 4).is_empty());
}
