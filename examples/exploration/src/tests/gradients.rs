//! Every gradient against finite differences, AdamW against the engine's update.

use burn::tensor::{Device, Tensor, TensorData};
use decay_kernels::{Decay, Direction as Kernel, Rule, Scalars, update};
use decay_random::{At, Purpose, Stream};

use crate::advantage::advantages;
use crate::descent::{Descent, Direction};
use crate::function::{Function, Perceptron, Table};
use crate::learner::clipped;
use crate::softmax::{draw, entropy, slopes, softmax, spread};

fn normals(count: usize, seed: u64) -> Vec<f64> {
    let mut all = vec![0.0; count];
    Stream::new(seed, Purpose::Experiment, At::default()).fill_normal(&mut all);
    all.into_iter().map(f64::from).collect()
}

/// Central differences of `f` at `x`.
fn differences(x: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    const STEP: f64 = 1e-5;
    let moved = |place: usize, by: f64| {
        let mut x = x.to_vec();
        x[place] += by;
        f(&x)
    };
    let slope = |place| (moved(place, STEP) - moved(place, -STEP)) / (2.0 * STEP);
    (0..x.len()).map(slope).collect()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < tolerance, "{found:?}\n{expected:?}");
    }
}

#[test]
fn slopes_are_those_of_weighted_log_probability_and_entropy() {
    let logits = normals(5, 1);
    let [weight, bonus] = [-0.7, 0.3];
    let value = |logits: &[f64]| {
        let mut policy = logits.to_vec();
        softmax(&mut policy);
        weight * policy[2].ln() + bonus * entropy(&policy)
    };
    let mut policy = logits.clone();
    softmax(&mut policy);
    let mut found = vec![0.0; 5];
    slopes(&policy, 2, weight, bonus, &mut found);
    assert_close(&found, &differences(&logits, value), 1e-9);
}

#[test]
fn softmax_entropy_and_spread_are_exact_where_they_are_known() {
    let mut policy = vec![3.0; 4];
    softmax(&mut policy);
    assert_close(&policy, &[0.25; 4], 1e-15);
    assert!((entropy(&policy) - 4f64.ln()).abs() < 1e-15);
    let mut sure = vec![0.0, 1000.0];
    assert_eq!(spread(&sure), 1000.0);
    softmax(&mut sure);
    assert_eq!((sure[1], entropy(&sure)), (1.0, 0.0));
    let policy = [0.2, 0.0, 0.8];
    assert_eq!(
        [0.0, 0.19, 0.21, 0.999].map(|u| draw(&policy, u)),
        [0, 0, 2, 2]
    );
}

fn check_function<F: Function>(function: &F, input: F::Input) {
    let [_, all] = function.sizes();
    let [outputs, hidden] = function.widths();
    let (parameters, weights) = (normals(all, 2), normals(outputs, 3));
    let value = |parameters: &[f64]| {
        let (mut hidden, mut out) = (vec![0.0; hidden], vec![0.0; outputs]);
        function.at(parameters, input, &mut hidden, &mut out);
        out.iter().zip(&weights).map(|(a, b)| a * b).sum()
    };
    let (mut units, mut out) = (vec![0.0; hidden], vec![0.0; outputs]);
    function.at(&parameters, input, &mut units, &mut out);
    let mut found = vec![1.0; all];
    function.add_gradient(&parameters, input, &units, &weights, &mut found);
    let expected: Vec<f64> = differences(&parameters, value)
        .iter()
        .map(|g| g + 1.0)
        .collect();
    assert_close(&found, &expected, 1e-8);
}

#[test]
fn functions_know_their_gradients() {
    check_function(
        &Perceptron {
            hidden: 6,
            outputs: 3,
        },
        [0.3, -1.0, 0.7, 2.0],
    );
    check_function(
        &Table {
            states: 4,
            outputs: 3,
        },
        2,
    );
}

/// Two members with decay of their own as the engine's fused step updates them, in single precision.
#[test]
fn adam_with_decoupled_decay_is_the_engines() {
    const WIDTH: usize = 3;
    let (lr, rates) = (0.05, [0.0, 0.7]);
    let device = Device::default();
    let tensor = |values: &[f64]| {
        let values: Vec<f32> = values.iter().map(|x| *x as f32).collect();
        Tensor::<2>::from_data(TensorData::new(values.repeat(2), [2, WIDTH]), &device)
    };
    let start = normals(WIDTH, 4);
    let mut ours = rates.map(|_| Descent::from(start.clone(), Direction::Adam));
    let mut parameter = tensor(&start).into_dispatch();
    let mut slots = Tensor::<3>::zeros([Kernel::ADAM.moments(), 2, WIDTH], &device).into_dispatch();
    for step in 1..=20u32 {
        let gradient = normals(WIDTH, 100 + u64::from(step));
        let row = |rate: f64| Scalars {
            learning_rate: lr,
            shrink: lr * rate,
            step,
            ..Scalars::default()
        };
        let rows = rates.map(|rate| row(rate).row(Kernel::ADAM)).concat();
        let table = Tensor::from_data(TensorData::new(rows, [1, 2, Scalars::COUNT]), &device);
        let rule = Rule::new(Kernel::ADAM, Decay::Plain);
        let theirs = tensor(&gradient).into_dispatch();
        (parameter, slots) = update(parameter, theirs, slots, table, 0, rule);
        for (own, rate) in ours.iter_mut().zip(rates) {
            own.step(&gradient, lr, rate, WIDTH);
        }
    }
    let theirs = Tensor::<2>::from_dispatch(parameter).into_data();
    let theirs: Vec<f32> = theirs.try_to_vec().unwrap();
    let theirs: Vec<f64> = theirs.into_iter().map(f64::from).collect();
    assert_close(&ours.map(|own| own.parameters).concat(), &theirs, 1e-5);
    assert!((theirs[0] - theirs[WIDTH]).abs() > 0.01);
}

/// Only decay acts without a gradient, and only on the first parameters.
#[test]
fn decay_shrinks_what_decays() {
    for direction in [Direction::Plain, Direction::Adam] {
        let mut own = Descent::from(vec![1.0, 1.0], direction);
        (0..10).for_each(|_| own.step(&[0.0, 0.0], 0.1, 0.5, 1));
        assert_close(&own.parameters, &[0.95f64.powi(10), 1.0], 1e-15);
    }
}

#[test]
fn advantages_are_returns_less_the_baseline_or_one_steps_surprise() {
    let (rewards, values) = ([1.0, 0.0, 2.0], [0.5, -0.3, 0.2, 0.7]);
    let discount = 0.9;
    let all = advantages(&rewards, &values, discount, 1.0);
    let tail = discount * 0.7;
    let returns = [
        1.0 + discount * (discount * (2.0 + tail)),
        discount * (2.0 + tail),
        2.0 + tail,
    ];
    let expected: Vec<f64> = returns.iter().zip(values).map(|(r, v)| r - v).collect();
    assert_close(&all, &expected, 1e-15);
    let one = advantages(&rewards, &values, discount, 0.0);
    assert_close(
        &one,
        &[1.0 - 0.27 - 0.5, 0.18 + 0.3, 2.0 + 0.63 - 0.2],
        1e-15,
    );
}

/// `d/d ln r min(r A, clip(r) A) / A`.
#[test]
fn ratios_are_clipped_where_they_have_moved_far_enough() {
    let surrogate = |log: f64, a: f64| {
        let ratio = log.exp();
        (ratio * a).min(ratio.clamp(0.8, 1.2) * a)
    };
    for advantage in [2.0, -1.5] {
        for log in [-0.5, -0.1, 0.0, 0.1, 0.5f64] {
            let slope = differences(&[log], |x| surrogate(x[0], advantage))[0] / advantage;
            let found = clipped(log.exp(), advantage);
            assert!(
                (found - slope).abs() < 1e-8,
                "{advantage} {log}: {found} {slope}"
            );
        }
    }
}
