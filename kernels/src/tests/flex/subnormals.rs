//! `update` leaves no subnormal numbers behind, which would slow every later product down. Other bodies may.

use burn::backend::Flex;

use super::suite::values::{Floats, draws, floats, host, member};
use crate::{Decay, Direction, Rule, Scalars, UpdateOps};

/// Everything halves at every step.
fn table(direction: Direction) -> Floats {
    let row = Scalars {
        learning_rate: 0.5,
        decay: 1.0,
        beta1: 0.5,
        beta2: 0.5,
        dampening: 0.0,
        epsilon: 1e-8,
        step: 9,
        active: true,
    }
    .row(direction);
    floats(row.to_vec(), [1, Scalars::COUNT])
}

fn check(direction: Direction) {
    let rule = Rule {
        direction,
        decay: Decay::Decoupled,
    };
    let kept = direction.moments().max(1);
    let squares = host(&draws([kept, 1, 40], 2))
        .iter()
        .map(|v| v * v)
        .collect();
    let (mut w, mut m) = (draws([1, 40], 1), floats(squares, [kept, 1, 40]));
    let (tiny, table) = (floats(vec![1e-30; 40], [1, 40]), table(direction));
    for _ in 0..300 {
        (w, m) = Flex::update(w, tiny.clone(), m, table.clone(), true, rule);
        let values = [host(&w), host(&m)].concat();
        assert!(!values.iter().any(|value| value.is_subnormal()), "{rule:?}");
    }
    if direction == Direction::Adam {
        assert!(host(&member(&m, 1)).iter().all(|&v| v == 0.0));
    }
}

#[test]
fn what_decays_away_becomes_zero() {
    for direction in [
        Direction::Sgd,
        Direction::Momentum { nesterov: false },
        Direction::Momentum { nesterov: true },
        Direction::Adam,
    ] {
        check(direction);
    }
}
