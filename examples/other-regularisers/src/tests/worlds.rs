//! Made-up measurements.

use decay_claim::measuring::budget::{DECAY, EARLY};
use decay_claim::measuring::equilibrium::{
    ANGLE, BALANCED, Balance, FOURTH_POWER, SLANT, SQUARED_ANGLE,
};
use decay_claim::{Claim, Judgement, Measurements, rates};

use crate::OtherRegularisers;
use crate::equilibrium::{RUNS, STEPS};
use crate::linear::IDENTITIES;
use crate::nets::METHODS;
use crate::sets::{LINEAR, SETS};

pub(super) const LINEAR_PARTS: usize = 3 * 6;
pub(super) const TURNS_PARTS: usize = 3 + 4 * 7;

/// What the linear models and the batch norm do, and the test loss of networks with a method at a rate.
#[derive(Clone, Copy)]
pub(super) struct World {
    pub(super) gap: f64,
    /// What early stopping errs over what ridge regression does.
    pub(super) ratio: f64,
    pub(super) nearest: f64,
    /// Norm, angle and the root of its square over their formulas, and the norm from large weights over that from small ones.
    pub(super) norm: f64,
    pub(super) angle: f64,
    pub(super) squared_angle: f64,
    pub(super) start: f64,
    pub(super) slant: f64,
    pub(super) loss: fn(bool, f64) -> f64,
}

/// Decay gains 1 alone and 0.6 beside others, which gain 0.5.
pub(super) const TEXTBOOK: World = World {
    gap: 1e-15,
    ratio: 1.0,
    nearest: 1e-3,
    norm: 1.0,
    angle: 1.0,
    squared_angle: 1.0,
    start: 1.0,
    slant: 1e-6,
    loss: |other, rate| match (other, rate > 0.0) {
        (false, false) => 3.0,
        (false, true) => 2.0,
        (true, false) => 2.5,
        (true, true) => 1.9,
    },
};

/// The others gain 1, decay gains nothing alone and harms beside them.
pub(super) const UPSIDE_DOWN: World = World {
    gap: 0.1,
    ratio: 2.0,
    nearest: 0.5,
    norm: 1.3,
    angle: 0.7,
    squared_angle: 1.4,
    start: 2.4,
    slant: 0.5,
    loss: |other, rate| match (other, rate > 0.0) {
        (false, _) => 3.0,
        (true, false) => 2.0,
        (true, true) => 2.2,
    },
};

fn linear(world: &World, all: &mut Measurements) {
    let grid = rates(0.1, 10.0, 4);
    for (_, table) in LINEAR {
        let error = |rate: f64| 1.0 + (rate.max(0.01).log10() - 0.3).powi(2);
        all.make_up(table, DECAY, "squared error", &grid, 1e-4, error);
        all.make_up(table, EARLY, "squared error", &grid, 1e-4, |rate| {
            world.ratio * error(rate)
        });
        all.make_up(table, EARLY, "nearest ridge", &grid, 1e-4, |_| {
            world.nearest
        });
        for (metric, _) in IDENTITIES {
            all.make_up(table, "identities", metric, &[0.0], 1e-4, |_| world.gap);
        }
    }
}

/// Early on norm and angle are anywhere, the later half is as the world has it.
fn equilibrium(world: &World, all: &mut Measurements) {
    let places = [100.0, 200.0, 300.0, 400.0];
    let settled = |step: f64| step > 250.0;
    for (place, (study, ..)) in RUNS.into_iter().enumerate() {
        let own = if place == 1 { 1.0 / world.start } else { 1.0 };
        for (series, lr, rates) in STEPS {
            let fourth = |rate: f64, step: f64| {
                let early = if settled(step) { 1.0 } else { 9.0 };
                (own * early * world.norm).powi(4) * lr / rate
            };
            let balanced = |rate: f64, _: f64| own.powi(4) * lr / rate;
            all.make_up_along(study, series, FOURTH_POWER, &rates, &places, fourth);
            all.make_up_along(study, series, BALANCED, &rates, &places, balanced);
            for (metric, over, power) in [
                (ANGLE, world.angle, 1),
                (SQUARED_ANGLE, world.squared_angle, 2),
            ] {
                let angle = |rate: f64, step: f64| {
                    let over = if settled(step) { over } else { 0.1 };
                    (over * Balance { lr, rate }.angle()).powi(power)
                };
                all.make_up_along(study, series, metric, &rates, &places, angle);
            }
            all.make_up(study, series, SLANT, &rates, 1e-3, |_| world.slant);
        }
    }
}

/// Validation promises what the test gives, but for the rates that harm, which it praises.
fn nets(set: &str, world: &World, all: &mut Measurements) {
    let grid = rates(0.1, 10.0, 4);
    for metric in ["validation", "test"] {
        let loss = |other, rate: f64| {
            let praised = metric == "validation" && other && rate > 0.0;
            (world.loss)(other, rate) - if praised { 0.3 } else { 0.0 }
        };
        all.make_up_along(set, DECAY, metric, &grid, &[0.0], |rate, _| {
            loss(false, rate)
        });
        for method in METHODS {
            let strengths = method.strengths;
            all.make_up_along(set, method.name, metric, &grid, strengths, |rate, _| {
                loss(true, rate)
            });
        }
    }
}

pub(super) fn measured(exact: &World, worlds: [&World; 7]) -> Measurements {
    let mut all = Measurements::default();
    linear(exact, &mut all);
    equilibrium(exact, &mut all);
    for (set, world) in SETS.iter().zip(worlds) {
        nets(set.name, world, &mut all);
    }
    all
}

pub(super) fn judged(exact: &World, worlds: [&World; 7]) -> Judgement {
    OtherRegularisers.judge(&measured(exact, worlds)).unwrap()
}
