//! The filters against descent and closed forms, noise against its covariance, and the verdict on worlds in which decay wins, in which it loses, and on both.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::measuring::moments::Moments;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};
use nalgebra::DMatrix;

use crate::linear::{Directions, apart, descended, kept, noisy, normalised, repeated, stopped};
use crate::{BATCH_NORM, DECAY, EARLY, LINEAR, METHODS, NETS, OtherRegularisers, Way, tested};

fn table() -> (DMatrix<f64>, DMatrix<f64>) {
    let noise = |row: usize, column: usize| {
        ((row * 67 + column * 31 + row * row * column) % 23) as f64 / 23.0
    };
    let y = DMatrix::from_fn(30, 2, |row, class| f64::from(u8::from(row % 2 == class)));
    (DMatrix::from_fn(30, 6, noise), y)
}

/// One input with values 1 and -1 and targets alike: `s² = 1`, least squares 1.
#[test]
fn one_direction_by_hand() {
    let x = DMatrix::from_column_slice(2, 1, &[1.0, -1.0]);
    let moments = Moments::of(&x, &x);
    let directions = Directions::of(&moments);
    assert_eq!((directions.squares[0], directions.step()), (1.0, 1.0));
    let close =
        |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-15, "{found} {wanted}");
    close(stopped(1.0, 0.1, 2.0), 0.19);
    close(descended(&moments, 0.1, 2)[0], 0.19);
    close(kept(1.0, 3.0), 0.25);
    close(directions.filtered(|square| kept(square, 3.0))[0], 0.25);
    close(moments.ridge(3.0).unwrap()[0], 0.25);
}

#[test]
fn descent_and_ridge_are_their_filters_and_not_each_other() {
    let (x, y) = table();
    let moments = Moments::of(&x, &y);
    let directions = Directions::of(&moments);
    let step = directions.step();
    for steps in [1, 7, 100] {
        let early = directions.filtered(|square| stopped(square, step, steps as f64));
        assert!(apart(&early, &descended(&moments, step, steps)) < 1e-12);
        let decay = 1.0 / (step * steps as f64);
        let ridge = directions.filtered(|square| kept(square, decay));
        assert!(apart(&ridge, &moments.ridge(decay).unwrap()) < 1e-12);
        assert!(apart(&early, &ridge) > 1e-2);
    }
}

/// Ali, Kolter & Tibshirani 2019: with `λ = 1/(η t)` the ridge keeps at least 1/1.2985 of what descent has learnt, and
/// never more than it.
#[test]
fn descent_learns_more_than_the_ridge_of_the_same_time_and_at_most_a_third_more() {
    for place in 1..1000 {
        let (square, step, steps) = (f64::from(place) / 1000.0, 1e-4, 20_000.0);
        let ratio = stopped(square, step, steps) / kept(square, 1.0 / (step * steps));
        assert!((1.0..1.2986).contains(&ratio), "{square} {ratio}");
    }
}

#[test]
fn noise_on_inputs_adds_its_variance_to_every_direction_and_no_other_does() {
    let (x, y) = table();
    let (moments, told) = (Moments::of(&x, &y), repeated(&y, 6));
    let noise = |size: f64| Moments::of(&noisy(&x, size), &told).ridge(0.0).unwrap();
    let ridge = moments.ridge(0.04).unwrap();
    assert!(apart(&ridge, &noise(0.2)) < 1e-12);
    assert!(apart(&ridge, &noise(0.3)) > 1e-2);
}

#[test]
fn units_after_a_batch_norm_have_mean_0_and_variance_1_at_any_size_of_weights() {
    let (x, _) = table();
    let weights = DMatrix::from_fn(6, 2, |row, column| {
        ((row * 5 + column * 3) % 7) as f64 - 2.5
    });
    let units = normalised(&x, &weights);
    for unit in units.column_iter() {
        assert!(unit.mean().abs() < 1e-14 && (unit.norm_squared() / 30.0 - 1.0).abs() < 1e-14);
    }
    assert!(apart(&units, &normalised(&x, &(&weights * 1e-3))) < 1e-12);
    let mut other = weights;
    other[(0, 0)] += 1.0;
    assert!(apart(&units, &normalised(&x, &other)) > 1e-2);
}

/// What the linear models do, and the test loss of networks with a method at a rate.
struct World {
    gap: f64,
    /// What early stopping errs over what ridge regression does.
    ratio: f64,
    nearest: f64,
    loss: fn(bool, f64) -> f64,
}

/// Decay gains 1 alone and 0.6 beside others, which gain 0.5.
const TEXTBOOK: World = World {
    gap: 1e-15,
    ratio: 1.0,
    nearest: 1e-3,
    loss: |other, rate| match (other, rate > 0.0) {
        (false, false) => 3.0,
        (false, true) => 2.0,
        (true, false) => 2.5,
        (true, true) => 1.9,
    },
};

/// The others gain 1, decay gains nothing alone and harms beside them.
const UPSIDE_DOWN: World = World {
    gap: 0.1,
    ratio: 2.0,
    nearest: 0.5,
    loss: |other, rate| match (other, rate > 0.0) {
        (false, _) => 3.0,
        (true, false) => 2.0,
        (true, true) => 2.2,
    },
};

fn measured(linear: &World, nets: [&World; 4]) -> Measurements {
    let mut all = Measurements::default();
    let grid = rates(0.1, 10.0, 4);
    for table in LINEAR {
        let error = |rate: f64| 1.0 + (rate.max(0.01).log10() - 0.3).powi(2);
        all.make_up(table, DECAY, "squared error", &grid, 1e-4, error);
        all.make_up(table, EARLY, "squared error", &grid, 1e-4, |rate| {
            linear.ratio * error(rate)
        });
        all.make_up(table, EARLY, "nearest ridge", &grid, 1e-4, |_| {
            linear.nearest
        });
        for metric in ["steps", "ridge", "noise", "batch norm"] {
            all.make_up(table, "identities", metric, &[0.0], 1e-4, |_| linear.gap);
        }
    }
    for (net, world) in NETS.into_iter().zip(nets) {
        for metric in ["validation", "test"] {
            // Validation promises what the test gives, but for the rates that harm, which it praises.
            let harmful = |other, rate: f64| metric == "validation" && other && rate > 0.0;
            let loss = |other, rate| {
                let lower = if harmful(other, rate) { 0.3 } else { 0.0 };
                (world.loss)(other, rate) - lower
            };
            all.make_up_along(net, DECAY, metric, &grid, &[0.0], |rate, _| {
                loss(false, rate)
            });
            for (method, strengths) in METHODS {
                all.make_up_along(net, method, metric, &grid, strengths, |rate, _| {
                    loss(true, rate)
                });
            }
        }
    }
    all
}

fn judged(linear: &World, nets: [&World; 4]) -> Judgement {
    OtherRegularisers.judge(&measured(linear, nets)).unwrap()
}

#[test]
fn where_decay_wins_and_adds_every_part_is_supported() {
    let judgement = judged(&TEXTBOOK, [&TEXTBOOK; 4]);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
    assert_eq!(judgement.parts.len(), 2 * 6 + 4 * 12);
}

#[test]
fn where_others_win_every_part_is_contradicted() {
    let judgement = judged(&UPSIDE_DOWN, [&UPSIDE_DOWN; 4]);
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
    let contradicted = judgement.count(Support::Contradicted);
    assert_eq!(contradicted, judgement.parts.len(), "{judgement:#?}");
}

#[test]
fn what_holds_for_two_networks_holds_partly() {
    let nets = [&TEXTBOOK, &TEXTBOOK, &UPSIDE_DOWN, &UPSIDE_DOWN];
    let judgement = judged(&UPSIDE_DOWN, nets);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let parts = judgement.parts.iter();
    let supported = parts.filter(|part| part.support == Support::Supported);
    assert_eq!(supported.clone().count(), 24);
    let starts = |statement: &str| NETS[..2].iter().any(|net| statement.starts_with(net));
    assert!(supported.clone().all(|part| starts(&part.statement)));
}

/// Each replicate takes the setting that its own validation rows prefer, and what the test rows say of that.
#[test]
fn settings_are_chosen_by_validation_and_judged_by_the_test() {
    type Figure = (&'static str, &'static str, fn(f64) -> f64);
    let mut all = Measurements::default();
    let method = METHODS[5];
    assert_eq!(method, (BATCH_NORM, &[1.0][..]));
    let figures: [Figure; 4] = [
        (DECAY, "validation", |rate| 5.0 - rate),
        (DECAY, "test", |rate| 50.0 + rate),
        (BATCH_NORM, "validation", |rate| 4.5 + rate),
        (BATCH_NORM, "test", |rate| 10.0 + rate),
    ];
    for (series, metric, f) in figures {
        let at = if series == DECAY { 0.0 } else { 1.0 };
        all.make_up_along("n", series, metric, &[0.0, 1.0], &[at], |rate, _| f(rate));
    }
    let near = |way, wanted: f64| {
        let found = tested(&all, "n", way).unwrap();
        assert!(
            found.iter().all(|loss| (loss / wanted - 1.0).abs() < 2e-3),
            "{found:?} {wanted}"
        );
    };
    near(Way::Decay, 51.0);
    near(Way::Alone(method), 10.0);
    near(Way::Bare(method), 10.0);
    near(Way::Both(method), 10.0);
}

#[test]
fn the_pictures_show_every_method_and_table() {
    let drawings = OtherRegularisers
        .draw(&measured(&TEXTBOOK, [&UPSIDE_DOWN; 4]))
        .unwrap();
    let svg = drawings[0].picture.svg();
    assert!(METHODS.iter().all(|(name, _)| svg.contains(name)));
    assert!(NETS.iter().all(|net| svg.contains(net)));
    let svg = drawings[1].picture.svg();
    assert!(LINEAR.iter().all(|table| svg.contains(table)));
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&OtherRegularisers, &results).unwrap();
}
