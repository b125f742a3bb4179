//! `update` against the reference, member by member.

use super::Subject;
use super::values::{
    Floats, assert_same, bits, draws, floats, host, however_spread, member, scattered, slice,
};
use crate::{Decay, Direction, Rule, Scalars, UpdateOps, reference};

const DIRECTIONS: [Direction; 4] = [
    Direction::Sgd,
    Direction::Momentum { nesterov: false },
    Direction::Momentum { nesterov: true },
    Direction::Adam,
];

fn rules() -> impl Iterator<Item = Rule> {
    DIRECTIONS.into_iter().flat_map(|direction| {
        [Decay::Decoupled, Decay::Coupled].map(|decay| Rule { direction, decay })
    })
}

/// Hyper-parameters that differ from member to member; member 2 is not active.
fn scalars(members: usize, step: u32, direction: Direction) -> Floats {
    let row = |r: usize| {
        let r = r as f64;
        Scalars {
            learning_rate: 0.01 + 0.003 * r,
            decay: 0.3 * r,
            beta1: 0.9 - 0.02 * r,
            beta2: 0.99 - 0.01 * r,
            dampening: 0.05 * r,
            epsilon: 1e-8 * 10f64.powf(r),
            step,
            active: r != 2.0,
        }
        .row(direction)
    };
    let table: Vec<f32> = (0..members).flat_map(row).collect();
    floats(table, [members, Scalars::COUNT])
}

#[derive(Clone)]
struct State {
    w: Floats,
    m: Floats,
}

impl State {
    fn new(shape: &[usize], direction: Direction) -> Self {
        let kept = direction.moments().max(1);
        let moments: Vec<usize> = [kept].iter().chain(shape).copied().collect();
        let squares = host(&draws(moments.clone(), 2));
        Self {
            w: draws(shape.to_vec(), 1),
            m: floats(squares.iter().map(|value| value * value).collect(), moments),
        }
    }

    fn bits(&self) -> [Vec<u32>; 2] {
        [bits(&self.w), bits(&self.m)]
    }

    fn member(&self, r: usize) -> Self {
        Self {
            w: member(&self.w, r),
            m: slice(&self.m, 1, r, r + 1),
        }
    }

    fn step(self, gradient: Floats, scalars: Floats, decayed: bool, rule: Rule) -> Self {
        let (w, m) = Subject::update(self.w, gradient, self.m, scalars, decayed, rule);
        Self { w, m }
    }

    fn reference(self, gradient: Floats, scalars: Floats, decayed: bool, rule: Rule) -> Self {
        let (w, m) =
            reference::update::update::<Subject>(self.w, gradient, self.m, scalars, decayed, rule);
        Self { w, m }
    }
}

const SHAPES: [&[usize]; 6] = [
    &[1, 1],
    &[2, 3],
    &[7, 17, 33],
    &[1, 300, 33],
    &[2, 64, 300],
    &[7, 5, 3, 2],
];

/// Both bodies do the same operations in the same order: where nothing is fused or rounded freely, they agree to the bit.
#[test]
fn agrees_with_the_reference() {
    for rule in rules() {
        for shape in SHAPES {
            for decayed in [true, false] {
                let (mut kernel, mut other) = {
                    let state = State::new(shape, rule.direction);
                    (state.clone(), state)
                };
                for step in 1..=3 {
                    let gradient = draws(shape.to_vec(), 10 + u64::from(step));
                    let scalars = scalars(shape[0], step, rule.direction);
                    let copied = however_spread(|| {
                        let (gradient, scalars) = (gradient.clone(), scalars.clone());
                        let State { w, m } = kernel.clone().step(gradient, scalars, decayed, rule);
                        [w, m]
                    });
                    kernel = kernel.step(gradient.clone(), scalars.clone(), decayed, rule);
                    other = other.reference(gradient, scalars, decayed, rule);
                    let name = format!("{rule:?} {shape:?} {decayed}");
                    assert_eq!(copied.map(|tensor| bits(&tensor)), kernel.bits(), "{name}");
                    assert_same(&name, &kernel.w, &other.w, 1e-6);
                    assert_same(&name, &kernel.m, &other.m, 1e-6);
                }
            }
        }
    }
}

#[test]
fn a_member_alone_equals_the_member_among_others() {
    for rule in rules() {
        let shape = [7, 17, 33];
        let (state, gradient) = (State::new(&shape, rule.direction), draws(shape, 3));
        let table = scalars(7, 2, rule.direction);
        let together = state
            .clone()
            .step(gradient.clone(), table.clone(), true, rule);
        for r in 0..7 {
            let alone = state.member(r);
            let alone = alone.step(member(&gradient, r), member(&table, r), true, rule);
            assert_eq!(alone.bits(), together.member(r).bits());
        }
    }
}

#[test]
fn strided_tensors_give_the_same_bits() {
    for rule in rules() {
        let shape = [3, 17, 5];
        let (state, gradient) = (State::new(&shape, rule.direction), draws(shape, 3));
        let table = scalars(3, 1, rule.direction);
        let strided = State {
            w: scattered(&state.w),
            m: scattered(&state.m),
        };
        let plain = state.step(gradient.clone(), table.clone(), true, rule);
        let strided = strided.step(scattered(&gradient), scattered(&table), true, rule);
        assert_eq!(plain.bits(), strided.bits());
    }
}

#[test]
fn an_inactive_member_keeps_every_bit_whatever_its_gradient() {
    for rule in rules() {
        let shape = [4, 5, 3];
        let state = State::new(&shape, rule.direction);
        let mut values = host(&draws(shape, 3));
        values[2 * 15..3 * 15].fill(f32::NAN);
        let gradient = floats(values, shape);
        let table = scalars(4, 1, rule.direction);
        let after = [
            state
                .clone()
                .step(gradient.clone(), table.clone(), true, rule),
            state.clone().reference(gradient, table, true, rule),
        ];
        for after in after {
            assert_eq!(after.member(2).bits(), state.member(2).bits());
            assert_ne!(after.member(1).bits(), state.member(1).bits());
        }
    }
}

/// With no gradient only decay acts: `w_t = w_0 (1 - lr λ)^t`.
#[test]
fn decoupled_decay_is_a_geometric_series() {
    for direction in DIRECTIONS {
        let rule = Rule {
            direction,
            decay: Decay::Decoupled,
        };
        let shape = [4, 33];
        let mut state = State::new(&shape, direction);
        state.m = floats(
            vec![0.0; 4 * 33 * direction.moments().max(1)],
            [direction.moments().max(1), 4, 33],
        );
        let (start, zero) = (host(&state.w), floats(vec![0.0; 4 * 33], shape));
        let steps = 50;
        for step in 1..=steps {
            state = state.step(zero.clone(), scalars(4, step, direction), true, rule);
        }
        for (i, (w, w0)) in host(&state.w).iter().zip(start).enumerate() {
            let r = (i / 33) as f64;
            let shrink = 1.0 - (0.01 + 0.003 * r) * 0.3 * r;
            let expected = match i / 33 {
                2 => f64::from(w0),
                _ => f64::from(w0) * shrink.powi(steps as i32),
            };
            let error = (f64::from(*w) - expected).abs();
            assert!(
                error <= 5e-6 * expected.abs(),
                "{direction:?} {i}: {w} {expected}"
            );
        }
    }
}

/// Momentum 0 without dampening is plain descent, and a rate of zero makes both kinds of decay the same.
#[test]
fn a_rule_at_its_limit_equals_a_simpler_one() {
    let shape = [2, 33];
    let limit = |direction, decay, rate: f64| {
        let row = Scalars {
            learning_rate: 0.1,
            decay: rate,
            beta1: 0.0,
            beta2: 0.9,
            dampening: 0.0,
            epsilon: 1e-8,
            step: 3,
            active: true,
        }
        .row(direction);
        let table = floats([row, row].concat(), [2, Scalars::COUNT]);
        let state = State {
            w: draws(shape, 1),
            m: draws([2, 2, 33], 2),
        };
        let rule = Rule { direction, decay };
        state.step(draws(shape, 3), table, true, rule).w
    };
    let sgd = limit(Direction::Sgd, Decay::Decoupled, 0.2);
    for nesterov in [false, true] {
        let momentum = Direction::Momentum { nesterov };
        let plain = limit(momentum, Decay::Decoupled, 0.2);
        assert_same("momentum 0", &plain, &sgd, 1e-6);
        let [coupled, decoupled] = [Decay::Coupled, Decay::Decoupled];
        let (coupled, decoupled) = (
            limit(momentum, coupled, 0.0),
            limit(momentum, decoupled, 0.0),
        );
        assert_same("rate 0", &coupled, &decoupled, 1e-6);
    }
}
