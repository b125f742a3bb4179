//! Choices that no replicate gains from.

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
