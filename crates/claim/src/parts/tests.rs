//! Each kind of part on curves that are known to have it, to have its opposite, and neither.

use decay_audit::compare::Better;
use decay_audit::trend::{Side, Support};

use super::{
    Comparison, below_decade, differences, falls, larger_optimum, power_law, remarked_differences,
    rises, turns_up, u_shaped, within,
};
use crate::curve::Curve;
use crate::drawing::spread;
use crate::judgement::Effect;
use crate::measurements::Measurements;
use crate::study::rates;

fn curve(noise: f64, f: impl Fn(f64) -> f64) -> Curve {
    let mut all = Measurements::default();
    all.make_up("s", "", "m", &rates(1e-3, 10.0, 9), noise, f);
    all.curve("s", "", "m").unwrap()
}

fn bowl(centre: f64) -> impl Fn(f64) -> f64 {
    move |rate: f64| 1.0 + (rate.max(1e-4).log10() - centre).powi(2)
}

#[test]
fn trends_are_seen_both_ways() {
    let rising = curve(1e-3, |rate| 1.0 + rate);
    assert_eq!(rises("r", &rising).unwrap().support, Support::Supported);
    assert_eq!(falls("f", &rising).unwrap().support, Support::Contradicted);
    let flat = curve(0.1, |_| 1.0);
    assert_eq!(rises("r", &flat).unwrap().support, Support::Undecided);
}

#[test]
fn a_bowl_is_u_shaped_and_its_gain_is_that_over_no_decay() {
    let part = u_shaped("u", &curve(1e-4, bowl(-1.0)), Better::Lower, 0.0).unwrap();
    assert_eq!(part.support, Support::Supported);
    // Rate 0 counts as 10^-4 here, 3 decades from the best: 1 + 9 against 1.
    assert!((part.effect.estimate.mean - 9.0).abs() < 0.01, "{part:?}");
    let upside_down = curve(1e-4, |rate| 12.0 - bowl(-1.0)(rate));
    let part = u_shaped("u", &upside_down, Better::Higher, 0.0).unwrap();
    assert_eq!(part.support, Support::Supported);
    assert!((part.effect.estimate.mean - 9.0).abs() < 0.01, "{part:?}");
    let rising = curve(1e-3, |rate| 1.0 + rate);
    let part = u_shaped("u", &rising, Better::Lower, 0.0).unwrap();
    assert_eq!(part.support, Support::Contradicted);
    assert_eq!(part.effect.estimate.mean, 0.0);
}

#[test]
fn optima_are_compared_in_steps_of_the_grid() {
    let (left, right) = (
        curve(1e-4, bowl(-2.0)),
        curve(1e-4, |rate| 20.0 - bowl(0.0)(rate)),
    );
    let (lower, higher) = (Better::Lower, Better::Higher);
    let part = larger_optimum("o", &right, higher, &left, lower).unwrap();
    assert_eq!(
        (part.support, part.effect.estimate.mean),
        (Support::Supported, 4.0)
    );
    let part = larger_optimum("o", &left, lower, &right, higher).unwrap();
    assert_eq!(
        (part.support, part.effect.estimate.mean),
        (Support::Contradicted, -4.0)
    );
    assert_eq!(
        larger_optimum("o", &left, lower, &left, lower)
            .unwrap()
            .support,
        Support::Undecided
    );
}

#[test]
fn differences_keep_their_sign_and_answer_what_is_claimed() {
    let pair = |claimed| Comparison {
        statement: "a and b".into(),
        what: "a - b".into(),
        a: vec![1.0, 2.1, 2.9, 4.0, 5.1],
        b: vec![2.0, 3.0, 4.0, 5.1, 6.0],
        claimed,
    };
    let parts = differences(&[pair(Side::Above), pair(Side::Below)], 0.0).unwrap();
    assert_eq!(
        [parts[0].support, parts[1].support],
        [Support::Contradicted, Support::Supported]
    );
    for part in &parts {
        let found = part.effect.estimate;
        assert!(
            (found.mean + 1.0).abs() < 1e-12
                && found.low < -1.0
                && -1.0 < found.high
                && found.high < 0.0,
            "{part:?}"
        );
    }
    // Overlapping splits say less.
    let wide = differences(&[pair(Side::Below)], 3.0).unwrap();
    assert!(wide[0].effect.estimate.low < parts[1].effect.estimate.low);
}

#[test]
fn a_curve_turns_up_only_if_the_others_minimum_is_its_own() {
    let judged = |by_place: &[Vec<f64>]| {
        let turn = turns_up("t", "loss", by_place);
        differences(&[turn], 0.0).unwrap().remove(0)
    };
    let noise = |place: f64, replicate: usize| 0.01 * (place * 7.0 + replicate as f64 * 3.0).sin();
    let along = |f: fn(f64) -> f64| -> Vec<Vec<f64>> {
        let places = (0..10).map(f64::from);
        places
            .map(|x| (0..6).map(|r| f(x) + noise(x, r)).collect())
            .collect()
    };
    let turning = judged(&along(|x| (x - 4.0).powi(2)));
    assert_eq!(turning.support, Support::Supported);
    assert!((turning.effect.estimate.mean - 25.0).abs() < 0.1);
    assert_eq!(judged(&along(|x| 10.0 - x)).support, Support::Undecided);
    assert_ne!(judged(&along(|_| 1.0)).support, Support::Supported);
}

#[test]
fn a_remark_stands_before_the_statistics() {
    let pair =
        |a: f64| Comparison::above("a and b", "a - b", vec![a, a + 0.1, a + 0.3], vec![0.0; 3]);
    let bare = differences(&[pair(1.0), pair(-1.0)], 0.0).unwrap();
    let family = vec![(pair(1.0), "one".into()), (pair(-1.0), "two".into())];
    let parts = remarked_differences(family, 0.0).unwrap();
    for ((part, bare), remark) in parts.iter().zip(&bare).zip(["one", "two"]) {
        assert_eq!(part.note, format!("{remark}; {}", bare.note));
        assert_eq!((&part.effect, part.support), (&bare.effect, bare.support));
    }
    assert_ne!(parts[0].effect, parts[1].effect);
}

#[test]
fn an_effect_is_within_limits_beyond_them_or_neither() {
    for (values, support) in [
        ([0.9, 1.0, 1.1], Support::Supported),
        ([1.8, 1.9, 2.0], Support::Contradicted),
        ([-2.0, -1.9, -1.8], Support::Contradicted),
        ([0.0, 1.0, 2.0], Support::Undecided),
    ] {
        let part = within("w", Effect::new("slope", spread(&values)), [0.5, 1.5]);
        assert_eq!(part.support, support, "{part:?}");
        assert_eq!(part.note, "to lie within 0.5 and 1.5");
    }
}

#[test]
fn figures_that_span_decades_are_judged_by_their_logarithms() {
    for (values, support) in [
        ([1e-13, 2e-13, 1e-14], Support::Supported),
        ([0.0; 3], Support::Supported),
        ([1e-3, 1e-3, 2e-3], Support::Contradicted),
        ([1e-13, 1.0, 1e-6], Support::Undecided),
    ] {
        assert_eq!(below_decade("b", "gap", &values, 1e-9).support, support);
    }
    let falls = power_law(
        "p",
        "distance",
        [10.0, 1000.0],
        [&[1.0, 2.0, 3.0], &[0.01, 0.02, 0.031]],
        [-1.1, -0.9],
    );
    assert_eq!(falls.support, Support::Supported);
    assert!((falls.effect.estimate.mean + 1.0).abs() < 0.01, "{falls:?}");
}
