//! `update` against the reference, member by member.

use super::Subject;
use super::values::{
    Floats, assert_same, bits, draws, floats, host, however_spread, member, scattered, slice,
};
use crate::{Decay, Direction, Rule, Scalars, UpdateOps, reference};

/// Every direction with every kind of decay, without and with a proximal step.
fn rules() -> impl Iterator<Item = Rule> {
    let plain = Direction::ALL.into_iter().flat_map(|direction| {
        [Decay::Plain, Decay::Cautious, Decay::Anchored].map(|decay| Rule::new(direction, decay))
    });
    plain.flat_map(|rule| [false, true].map(|proximal| Rule { proximal, ..rule }))
}

/// Groups of parameters: what decays, and what is left alone.
const GROUPS: usize = 2;

/// Hyper-parameters that differ from member to member; member 2 is not active.
fn scalars(members: usize, step: u32, direction: Direction) -> Floats {
    let row = |group: usize, r: usize| {
        let (r, decays) = (r as f64, f64::from(group == 0));
        Scalars {
            learning_rate: 0.01 + 0.003 * r,
            coupled: 0.02 * r * decays,
            shrink: 0.003 * r * decays,
            threshold: 0.01 * r * decays,
            ridge: 0.02 * r * decays,
            beta1: 0.9 - 0.02 * r,
            beta2: 0.99 - 0.01 * r,
            dampening: 0.05 * r,
            epsilon: 1e-8 * 10f64.powf(r),
            step,
            active: r != 2.0,
        }
        .row(direction)
    };
    let rows = (0..GROUPS).flat_map(|group| (0..members).map(move |r| (group, r)));
    let table: Vec<f32> = rows.flat_map(|(group, r)| row(group, r)).collect();
    floats(table, [GROUPS, members, Scalars::COUNT])
}

#[derive(Clone)]
struct State {
    w: Floats,
    m: Floats,
}

impl State {
    fn new(shape: &[usize], rule: Rule) -> Self {
        let moments: Vec<usize> = [rule.slots()].iter().chain(shape).copied().collect();
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

    fn step(self, gradient: Floats, scalars: Floats, group: usize, rule: Rule) -> Self {
        let (w, m) = Subject::update(self.w, gradient, self.m, scalars, group, rule);
        Self { w, m }
    }

    fn reference(self, gradient: Floats, scalars: Floats, group: usize, rule: Rule) -> Self {
        let (w, m) =
            reference::update::update::<Subject>(self.w, gradient, self.m, scalars, group, rule);
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
            for group in 0..GROUPS {
                let (mut kernel, mut other) = {
                    let state = State::new(shape, rule);
                    (state.clone(), state)
                };
                for step in 1..=3 {
                    let gradient = draws(shape.to_vec(), 10 + u64::from(step));
                    let scalars = scalars(shape[0], step, rule.direction);
                    let copied = however_spread(|| {
                        let (gradient, scalars) = (gradient.clone(), scalars.clone());
                        let State { w, m } = kernel.clone().step(gradient, scalars, group, rule);
                        [w, m]
                    });
                    kernel = kernel.step(gradient.clone(), scalars.clone(), group, rule);
                    other = other.reference(gradient, scalars, group, rule);
                    let name = format!("{rule:?} {shape:?} {group}");
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
        let (state, gradient) = (State::new(&shape, rule), draws(shape, 3));
        let table = scalars(7, 2, rule.direction);
        let together = state.clone().step(gradient.clone(), table.clone(), 0, rule);
        for r in 0..7 {
            let alone = state.member(r);
            let alone = alone.step(member(&gradient, r), slice(&table, 1, r, r + 1), 0, rule);
            assert_eq!(alone.bits(), together.member(r).bits());
        }
    }
}

#[test]
fn strided_tensors_give_the_same_bits() {
    for rule in rules() {
        let shape = [3, 17, 5];
        let (state, gradient) = (State::new(&shape, rule), draws(shape, 3));
        let table = scalars(3, 1, rule.direction);
        let strided = State {
            w: scattered(&state.w),
            m: scattered(&state.m),
        };
        let plain = state.step(gradient.clone(), table.clone(), 0, rule);
        let strided = strided.step(scattered(&gradient), scattered(&table), 0, rule);
        assert_eq!(plain.bits(), strided.bits());
    }
}

#[test]
fn an_inactive_member_keeps_every_bit_whatever_its_gradient() {
    for rule in rules() {
        let shape = [4, 5, 3];
        let state = State::new(&shape, rule);
        let mut values = host(&draws(shape, 3));
        values[2 * 15..3 * 15].fill(f32::NAN);
        let gradient = floats(values, shape);
        let table = scalars(4, 1, rule.direction);
        let after = [
            state.clone().step(gradient.clone(), table.clone(), 0, rule),
            state.clone().reference(gradient, table, 0, rule),
        ];
        for after in after {
            assert_eq!(after.member(2).bits(), state.member(2).bits());
            assert_ne!(after.member(1).bits(), state.member(1).bits());
        }
    }
}

/// With no gradient only decay acts: `w_t = w_0 (1 - s)^t`, toward the reference point where there is one.
#[test]
fn decay_alone_is_a_geometric_series() {
    for direction in Direction::ALL {
        for decay in [Decay::Plain, Decay::Cautious, Decay::Anchored] {
            check_series(Rule::new(direction, decay));
        }
    }
}

fn check_series(rule: Rule) {
    let (shape, steps) = ([4, 33], 50);
    let slots = |anchor: &Floats| {
        let mut all = vec![0.0; rule.slots() * 4 * 33];
        if rule.decay == Decay::Anchored {
            let start = rule.direction.moments() * 4 * 33;
            all[start..].copy_from_slice(&host(anchor));
        }
        floats(all, [rule.slots(), 4, 33])
    };
    let anchor = draws(shape, 7);
    let mut state = State {
        w: draws(shape, 1),
        m: slots(&anchor),
    };
    let (start, zero) = (host(&state.w), floats(vec![0.0; 4 * 33], shape));
    let row = |r: f64, step| {
        Scalars {
            learning_rate: 0.01,
            shrink: 0.003 * r,
            step,
            active: r != 2.0,
            ..Scalars::default()
        }
        .row(rule.direction)
    };
    for step in 1..=steps {
        let table = [0.0, 1.0, 2.0, 3.0].map(|r| row(r, step)).concat();
        state = state.step(zero.clone(), floats(table, [1, 4, Scalars::COUNT]), 0, rule);
    }
    let anchor = match rule.decay {
        Decay::Anchored => host(&anchor),
        Decay::Plain | Decay::Cautious => vec![0.0; 4 * 33],
    };
    for (i, (w, w0)) in host(&state.w).iter().zip(start).enumerate() {
        let kept = match i / 33 {
            2 => 1.0,
            r => (1.0 - 0.003 * r as f64).powi(steps as i32),
        };
        let (w0, a) = (f64::from(w0), f64::from(anchor[i]));
        let expected = a + kept * (w0 - a);
        let error = (f64::from(*w) - expected).abs();
        let size = w0.abs().max(a.abs());
        assert!(error <= 1e-5 * size, "{rule:?} {i}: {w} {expected}");
    }
}

fn limit(rule: Rule, scalars: Scalars) -> Floats {
    let shape = [2, 33];
    let row = scalars.row(rule.direction);
    let table = floats([row, row].concat(), [1, 2, Scalars::COUNT]);
    let state = State {
        w: draws(shape, 1),
        m: floats(
            host(&draws([4, 2, 33], 2)).iter().map(|v| v * v).collect(),
            [4, 2, 33],
        ),
    };
    state.step(draws(shape, 3), table, 0, rule).w
}

/// Momentum 0 without dampening is plain descent, and for descent both ways of decay are the same.
#[test]
fn a_rule_at_its_limit_equals_a_simpler_one() {
    let scalars = Scalars {
        learning_rate: 0.1,
        shrink: 0.02,
        beta1: 0.0,
        beta2: 0.9,
        step: 3,
        ..Scalars::default()
    };
    let coupled = Scalars {
        coupled: 0.2,
        shrink: 0.0,
        ..scalars
    };
    let of = |direction| Rule::new(direction, Decay::Plain);
    let largest = |a: &Floats, b: &Floats| {
        let pairs = host(a).into_iter().zip(host(b));
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    };
    let sgd = limit(of(Direction::Sgd), scalars);
    let same = limit(of(Direction::Sgd), coupled);
    assert!(largest(&same, &sgd) < 1e-6, "coupled descent");
    for nesterov in [false, true] {
        let momentum = of(Direction::Momentum { nesterov });
        assert_same("momentum 0", &limit(momentum, scalars), &sgd, 1e-6);
    }
    let adam = of(Direction::ADAM);
    let (apart, within) = (limit(adam, scalars), limit(adam, coupled));
    assert!(largest(&apart, &within) > 1e-2, "Adam tells them apart");
}

/// Strengths of zero give the bits of the rule without them.
#[test]
fn a_strength_of_zero_changes_no_bit() {
    for direction in Direction::ALL {
        let scalars = Scalars {
            learning_rate: 0.1,
            step: 2,
            ..Scalars::default()
        };
        let plain = bits(&limit(Rule::new(direction, Decay::Plain), scalars));
        for rule in rules().filter(|rule| rule.direction == direction) {
            assert_eq!(bits(&limit(rule, scalars)), plain, "{rule:?}");
        }
    }
}

/// The proximal step minimises `|x - w'|^2 / 2 + a |x| + b x^2 / 2`, seen on a grid.
#[test]
fn the_proximal_step_is_the_minimiser_on_a_grid() {
    let scalars = Scalars {
        learning_rate: 0.1,
        step: 2,
        ..Scalars::default()
    };
    let rule = Rule::new(Direction::Sgd, Decay::Plain);
    let before = host(&limit(rule, scalars));
    let (a, b) = (0.3, 0.7);
    let scalars = Scalars {
        threshold: a,
        ridge: b,
        ..scalars
    };
    let rule = Rule {
        proximal: true,
        ..rule
    };
    let after = host(&limit(rule, scalars));
    assert!(after.contains(&0.0), "some weights are zero");
    for (w, x) in before.iter().zip(after) {
        let w = f64::from(*w);
        let cost = |x: f64| (x - w).powi(2) / 2.0 + a * x.abs() + b * x * x / 2.0;
        let grid = (-4000..=4000).map(|i| f64::from(i) * 1e-3);
        let best = grid.min_by(|&x, &y| cost(x).total_cmp(&cost(y)));
        assert!(
            (best.unwrap_or(9.0) - f64::from(x)).abs() <= 1e-3,
            "{w}: {x}"
        );
    }
}
