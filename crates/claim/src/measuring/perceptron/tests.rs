//! Derivatives against differences, minima against closed forms, and symmetries against their definitions.

use clap::Parser;
use decay_model::{MlpConfig, Nonlinearity};
use decay_random::{At, Purpose, Stream};
use decay_train::{DecayKind, Optimizer, Schedule, TrainConfig};
use nalgebra::DVector;

use super::{Penalty, Perceptron, Regression, aligned, barrier};
use crate::arguments::Arguments;
use crate::lab::Lab;
use crate::study::Study;
use crate::synthetic::friedman;

const INPUTS: usize = 3;

fn normal(site: u32, count: usize) -> Vec<f64> {
    let at = At {
        site,
        ..At::default()
    };
    let mut drawn = vec![0.0f32; count];
    Stream::new(3, Purpose::Experiment, at).fill_normal(&mut drawn);
    drawn.into_iter().map(f64::from).collect()
}

fn rows() -> Regression {
    Regression::new(&normal(0, 20 * INPUTS), normal(1, 20))
}

fn net(site: u32, units: usize) -> Perceptron {
    Perceptron::new(INPUTS, normal(site, units * (INPUTS + 2) + 1))
}

fn spared(rate: f64) -> Penalty {
    Penalty {
        rate,
        biases: false,
    }
}

fn moved(net: &Perceptron, place: usize, by: f64) -> Perceptron {
    let mut values = net.values.clone();
    values[place] += by;
    Perceptron {
        values,
        inputs: net.inputs,
    }
}

#[test]
fn predictions_and_penalty_are_those_of_the_formula() {
    let net = Perceptron::new(1, vec![0.5, -0.2, 2.0, -1.0, 0.3, 0.7, 0.1]);
    let rows = Regression::new(&[1.5, -1.0], vec![0.0, 1.0]);
    let f = |x: f64| 0.1 + 2.0 * (0.5 * x - 0.2).tanh() + 0.7 * (0.3 - x).tanh();
    let outputs = rows.outputs(&net);
    assert!((outputs[0] - f(1.5)).abs() < 1e-15 && (outputs[1] - f(-1.0)).abs() < 1e-15);
    let loss = (f(1.5).powi(2) + (f(-1.0) - 1.0).powi(2)) / 2.0;
    let penalty = 0.5 * 0.3 * (0.25 + 4.0 + 1.0 + 0.49);
    assert!((rows.objective(&net, spared(0.3)) - loss - penalty).abs() < 1e-15);
    let all = Penalty {
        rate: 0.3,
        biases: true,
    };
    let penalty = penalty + 0.15 * (0.04 + 0.09 + 0.01);
    assert!((rows.objective(&net, all) - loss - penalty).abs() < 1e-15);
}

#[test]
fn slopes_and_curvature_follow_differences() {
    let (rows, net) = (rows(), net(2, 4));
    for biases in [false, true] {
        let penalty = Penalty { rate: 0.3, biases };
        let bends = rows.bends(&net, penalty);
        for place in 0..net.values.len() {
            let [up, down] = [1e-5, -1e-5].map(|by| moved(&net, place, by));
            let rise = rows.objective(&up, penalty) - rows.objective(&down, penalty);
            assert!((bends.slopes[place] - rise / 2e-5).abs() < 1e-8);
            let slopes = [&up, &down].map(|net| rows.bends(net, penalty).slopes);
            let bend: DVector<f64> = (&slopes[0] - &slopes[1]) / 2e-5;
            assert!((bends.curvature.column(place) - bend).amax() < 1e-7);
        }
    }
}

#[test]
fn newton_steps_end_at_a_minimum_that_nothing_near_undercuts() {
    let rows = rows();
    for site in 3..8 {
        let found = rows.settle(&net(site, 4), spared(0.02), 500);
        assert!(found.slope < 1e-10 && found.curvature > -1e-9, "{found:?}");
        for place in 0..found.net.values.len() {
            for by in [1e-2, -1e-2] {
                let near = rows.objective(&moved(&found.net, place, by), spared(0.02));
                assert!(near >= found.objective - 1e-12);
            }
        }
    }
}

/// Beyond twice the largest `|Σ x (y - mean y)| / n` no unit is worth its decay: what is left is the mean.
#[test]
fn much_decay_leaves_the_mean() {
    let rows = rows();
    let found = rows.settle(&net(3, 4), spared(10.0), 500);
    let mean = rows.y.mean();
    assert!(
        rows.outputs(&found.net)
            .iter()
            .all(|y| (y - mean).abs() < 1e-8)
    );
}

#[test]
fn units_are_counted_whatever_their_signs() {
    let (a, b) = ([0.3, 0.1, 0.5], [0.3, 0.2, 0.5]);
    let dead = [0.0, 2.0, 0.0];
    let all = [a, a.map(|v: f64| -v), b, dead, a.map(|v| v + 1e-9)];
    let net = Perceptron::new(1, all.concat().into_iter().chain([0.7]).collect());
    assert_eq!((net.units(), net.live_units(1e-3)), (5, vec![0, 1, 2, 4]));
    assert_eq!(
        [net.different_units(1e-3), net.different_units(0.11)],
        [2, 1]
    );
    assert_eq!(net.size(), 2.0);
}

#[test]
fn exchanged_and_negated_units_are_found_again() {
    let (rows, net) = (rows(), net(9, 5));
    let units: Vec<&[f64]> = net.each_unit().collect();
    let order = [(3, 1.0), (0, -1.0), (4, -1.0), (2, 1.0), (1, -1.0)];
    let exchanged = order
        .iter()
        .flat_map(|&(unit, sign)| units[unit].iter().map(move |v| sign * v));
    let other = Perceptron::new(INPUTS, exchanged.chain([net.last()]).collect());
    assert!((rows.outputs(&other) - rows.outputs(&net)).amax() < 1e-14);
    assert!(barrier(&rows, &net, &other) > 0.1);
    let back = aligned(&net, &other);
    assert!((&back.values - &net.values).amax() < 1e-15);
    assert!(barrier(&rows, &net, &back) < 1e-14);
}

#[test]
fn aligned_is_nearer_than_any_one_exchange_and_keeps_the_function() {
    let (rows, to, other) = (rows(), net(10, 5), net(11, 5));
    let best = aligned(&to, &other);
    assert!((rows.outputs(&best) - rows.outputs(&other)).amax() < 1e-14);
    let far = |net: &Perceptron| (&net.values - &to.values).norm();
    assert!(far(&best) < far(&other));
    let width = INPUTS + 2;
    for (a, b) in (0..5).flat_map(|a| (0..a).map(move |b| (a, b))) {
        let mut exchanged = best.clone();
        for place in 0..width {
            exchanged
                .values
                .swap_rows(a * width + place, b * width + place);
        }
        assert!(far(&exchanged) >= far(&best));
    }
}

/// On a line on which one bias alone moves, the loss is a parabola: at its middle `(a - b)² / 4` below the chord, so no barrier.
/// Between a unit and its negative the middle is no unit at all.
#[test]
fn barriers_are_those_of_lines_that_are_known() {
    let (rows, net) = (rows(), net(12, 2));
    assert_eq!(
        barrier(&rows, &net, &moved(&net, 2 * (INPUTS + 2), 1.0)),
        0.0
    );
    let rows = Regression::new(&[1.0, -1.0], vec![1.0, -1.0]);
    let (v, w) = (1.0 / 1f64.tanh(), 1.0);
    let [a, b] = [1.0, -1.0].map(|sign| Perceptron::new(1, vec![sign * w, 0.0, sign * v, 0.0]));
    // Of 25 places the two in the middle are 0.48 and 0.52: f = (1 - 2t) v tanh(1 - 2t).
    let left = 0.04 * v * 0.04f64.tanh();
    assert!((barrier(&rows, &a, &b) - (left - 1.0).powi(2)).abs() < 1e-12);
    assert!(barrier(&rows, &a, &aligned(&a, &b)) < 1e-15);
}

/// What the library trains with decay in the gradient ends where the slopes of this objective are zero, in single precision: layout,
/// scales and penalty are the same.
#[test]
fn the_library_ends_at_minima_of_the_same_objective() {
    let lab = Lab::new(&Arguments::parse_from(["claim", "--quiet"])).unwrap();
    let (data, _) = friedman(&lab, 80, 5, 1.0).unwrap();
    for biases in [false, true] {
        let mut config = TrainConfig {
            epochs: 2000,
            full_batch: true,
            lr: 0.02,
            optimizer: Optimizer::Adam,
            decay: Some(DecayKind::Coupled),
            schedule: Schedule::Cosine,
            evaluate_every: 0,
            ..TrainConfig::default()
        };
        if biases {
            config.exempt.clear();
        }
        let model = MlpConfig {
            hidden: vec![3],
            activation: Nonlinearity::Tanh,
            ..MlpConfig::default()
        };
        let rows = lab.draws(80, 1, [40, 40]);
        let study = Study::of_decay("", &data, rows, model, config, vec![0.2]);
        let population = lab.train(study).unwrap();
        let net = Perceptron::of(&population, 0);
        let rows = &population.rows(0).train;
        let penalty = Penalty { rate: 0.2, biases };
        let slope = |penalty| {
            let rows = Regression::of(&population, 0, rows);
            rows.bends(&net, penalty).slopes.amax()
        };
        let other = Penalty {
            biases: !biases,
            ..penalty
        };
        assert!(slope(penalty) < 1e-4, "{}", slope(penalty));
        assert!(slope(other) > 1e-3 && net.size() > 0.1);
    }
}
