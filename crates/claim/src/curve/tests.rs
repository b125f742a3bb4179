//! Choices that no replicate gains from, and rates that another figure allows.

use decay_audit::compare::Better;

use super::Curve;

fn curve<const N: usize>(values: &[[f64; N]]) -> Curve {
    let places = 0..values.len();
    Curve {
        rates: places.clone().map(|place| place as f64).collect(),
        half_lives: places.map(|place| 10.0 / place as f64).collect(),
        values: values.iter().map(|rate| rate.to_vec()).collect(),
    }
}

/// Each replicate is by far the lowest at another rate, where it is of no use to the others.
#[test]
fn a_replicate_gets_what_the_others_choose() {
    let loss = curve(&[[0.0, 5.0, 5.0], [6.0, 1.0, 6.0], [9.0, 9.0, 2.0]]);
    let figure = curve(&[[10.0, 11.0, 12.0], [20.0, 21.0, 22.0], [30.0, 31.0, 32.0]]);
    // Others of replicate 0: 10, 7, 11; of 1: 5, 12, 11; of 2: 5, 7, 18.
    let chosen = loss.chosen_by_others(Better::Lower, &figure);
    assert_eq!(chosen, [20.0, 11.0, 12.0]);
    let chosen = loss.chosen_by_others(Better::Higher, &figure);
    assert_eq!(chosen, [30.0, 21.0, 32.0]);
}

/// The last replicate alone is best at the second rate.
#[test]
fn no_replicate_chooses_its_own_best_rate() {
    let figure = curve(&[[1.0, 1.0, 1.0], [0.0, 0.0, 9.0], [4.0, 4.0, 4.5]]);
    let chosen = |better| figure.chosen_by_others(better, &figure);
    assert_eq!(chosen(Better::Higher), [0.0, 0.0, 4.5]);
    assert_eq!(chosen(Better::Lower), [1.0, 1.0, 9.0]);
}

#[test]
fn rates_are_kept_by_the_other_figures_mean() {
    let accuracy = curve(&[[0.7, 0.9], [0.9, 0.9], [1.0, 0.7], [0.5, 0.4]]);
    let radius = curve(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]);
    let kept = radius.keeping(0.95, &accuracy);
    assert_eq!((kept.rates, kept.values), (vec![1.0], vec![vec![3.0, 4.0]]));
    assert_eq!(radius.keeping(0.5, &accuracy).rates, [0.0, 1.0, 2.0, 3.0]);
}

#[test]
fn the_best_decay_is_not_none_and_relative_figures_start_at_one() {
    // No decay is best of all; of the others the second rate is, for both replicates.
    let gain = curve(&[[8.0, 5.0], [2.0, 1.0], [4.0, 3.0]]);
    assert_eq!(gain.at_best_decay(Better::Higher), [4.0, 3.0]);
    assert_eq!(gain.at_best_decay(Better::Lower), [2.0, 1.0]);
    assert_eq!(gain.ends(), [[8.0, 5.0], [4.0, 3.0]]);
    assert_eq!((gain.at(1.0), gain.at(9.0)), (vec![2.0, 1.0], vec![]));
    let relative = gain.over_first();
    assert_eq!(relative.values, [[1.0, 1.0], [0.25, 0.2], [0.5, 0.6]]);
    assert_eq!(relative.rates, gain.rates);
}

/// The mean of the other figure falls below the limit again, where it no longer counts.
#[test]
fn a_part_ends_where_the_other_figure_exceeds_the_limit() {
    let error = curve(&[[0.5, 0.5], [0.2, 0.7], [0.9, 0.2], [0.1, 0.1]]);
    let figure = curve(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]);
    let part = figure.until(&error, 0.5);
    assert_eq!(
        (part.rates, part.values),
        (vec![0.0, 1.0], vec![vec![1.0, 2.0], vec![3.0, 4.0]])
    );
    assert_eq!(figure.until(&error, 0.6), figure);
}

#[test]
fn the_largest_value_is_each_replicates_own() {
    let curve = Curve {
        rates: vec![0.0, 1.0],
        half_lives: vec![f64::INFINITY, 1.0],
        values: vec![vec![1.0, 5.0], vec![3.0, 2.0]],
    };
    assert_eq!(curve.largest(), [3.0, 5.0]);
}

/// Strengths 1, 3 and 2 in an order that is not that of the rates; figures are ten times the strength, plus the replicate.
#[test]
fn figures_are_compared_at_equal_strength() {
    let scale = curve(&[[0.0, 2.0], [2.0, 4.0], [1.0, 3.0]]);
    let figure = curve(&[[10.0, 11.0], [30.0, 31.0], [20.0, 21.0]]);
    let wanted = curve(&[[1.5, 1.5], [0.0, 1.0], [9.0, 9.0], [2.0, 2.0]]);
    let found = figure.at_equal(&scale, &wanted);
    let expected = [[15.0, 16.0], [10.0, 11.0], [30.0, 31.0], [20.0, 21.0]];
    assert_eq!(found.values, expected);
    assert_eq!(found.rates, wanted.rates);
    assert_eq!(figure.at_equal(&scale, &scale).values, figure.values);
}

/// The mean of the loss is 0.5, 0.45, 0.55 and 0.75: what costs nothing ends between the second and the third rate.
#[test]
fn the_most_of_a_penalty_that_costs_nothing_lies_between_two_rates() {
    let loss = curve(&[[0.5, 0.5], [0.2, 0.7], [0.9, 0.2], [0.8, 0.7]]);
    let figure = curve(&[[1.0, 2.0], [3.0, 4.0], [5.0, 8.0], [9.0, 9.0]]);
    let near = |(rate, values): (f64, Vec<f64>), wanted: [f64; 3]| {
        let found = [rate, values[0], values[1]];
        let off = found.iter().zip(wanted).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f64::max) < 1e-12, "{found:?}");
    };
    near(figure.at_last_crossing(&loss, 0.5), [1.5, 4.0, 6.0]);
    near(figure.at_last_crossing(&loss, 0.6), [2.25, 6.0, 8.25]);
    near(figure.at_last_crossing(&loss, 0.8), [3.0, 9.0, 9.0]);
    near(figure.at_last_crossing(&loss, 0.1), [0.0, 1.0, 2.0]);
    let defined = figure.only(|rate| rate < 2.0);
    near(defined.at_last_crossing(&loss, 0.5), [1.0, 3.0, 4.0]);
}
