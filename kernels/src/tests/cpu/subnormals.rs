//! `update` leaves no subnormal numbers behind, which would slow every later product down. Other bodies may.

use burn::backend::Flex;

use super::suite::values::{Floats, draws, floats, host, member};
use crate::{Decay, Direction, Rule, Scalars, UpdateOps};

/// Everything halves at every step.
fn table(direction: Direction) -> Floats {
    let row = Scalars {
        learning_rate: 0.5,
        shrink: 0.5,
        beta1: 0.5,
        beta2: 0.5,
        step: 9,
        ..Scalars::default()
    }
    .row(direction);
    floats(row.to_vec(), [1, 1, Scalars::COUNT])
}

fn check(direction: Direction) {
    let rule = Rule::new(direction, Decay::Plain);
    let kept = rule.slots();
    let squares = host(&draws([kept, 1, 40], 2))
        .iter()
        .map(|v| v * v)
        .collect();
    let (mut w, mut m) = (draws([1, 40], 1), floats(squares, [kept, 1, 40]));
    let (tiny, table) = (floats(vec![1e-30; 40], [1, 40]), table(direction));
    for _ in 0..300 {
        (w, m) = Flex::update(w, tiny.clone(), m, table.clone(), 0, rule);
        let values = [host(&w), host(&m)].concat();
        assert!(!values.iter().any(|value| value.is_subnormal()), "{rule:?}");
    }
    if direction == Direction::ADAM {
        assert!(host(&member(&m, 1)).iter().all(|&v| v == 0.0));
    }
}

#[test]
fn what_decays_away_becomes_zero() {
    for direction in Direction::ALL {
        check(direction);
    }
}
