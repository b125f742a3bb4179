//! Choices that no replicate gains from, and parts of curves.

use super::Curve;

fn curve(values: [[f64; 3]; 3]) -> Curve {
    Curve {
        rates: vec![0.0, 1.0, 2.0],
        half_lives: vec![f64::INFINITY, 2.0, 1.0],
        values: values.map(Vec::from).into(),
    }
}

/// Each replicate is by far the lowest at another rate, where it is of no use to the others.
#[test]
fn a_replicate_gets_what_the_others_choose() {
    let loss = curve([[0.0, 5.0, 5.0], [6.0, 1.0, 6.0], [9.0, 9.0, 2.0]]);
    let figure = curve([[10.0, 11.0, 12.0], [20.0, 21.0, 22.0], [30.0, 31.0, 32.0]]);
    // Others of replicate 0: 10, 7, 11; of 1: 5, 12, 11; of 2: 5, 7, 18.
    assert_eq!(loss.chosen_by_others(&figure), [20.0, 11.0, 12.0]);
}

#[test]
fn rates_are_kept_by_the_other_figures_mean() {
    // Means 0.8, 0.9 and 0.85; 95 % of the best is 0.855.
    let accuracy = curve([[0.7, 0.8, 0.9], [0.9, 0.9, 0.9], [1.0, 0.7, 0.85]]);
    let radius = curve([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]);
    let kept = radius.keeping(0.95, &accuracy);
    assert_eq!(
        (kept.rates, kept.values),
        (vec![1.0], vec![vec![4.0, 5.0, 6.0]])
    );
    assert_eq!(radius.keeping(0.5, &accuracy), radius);
}
