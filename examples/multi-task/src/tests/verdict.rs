//! The verdict on a world in which the claim is right and one in which it is wrong, and on what was published.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::{
    ACROSS, ADAMW, APART, AT_REST, BALANCED, CONFLICTS, COSINE, DECAYED, END, EQUAL, HALVED, JOINT,
    LAST, LOSS, MIDDLE, MOMENTS, MultiTask, OFF, PROJECTED, REST, START, WEIGHED, WORLDS,
};

/// Best rate of every method.
const BEST: f64 = 0.01;

/// What decay does, at its best, to each figure.
struct World {
    /// To cosines of the data.
    agreement: f64,
    /// To those with its part in both, beyond that of the data.
    added: f64,
    /// To validation losses: joint and alone.
    gains: [f64; 2],
    /// What joint training, projecting and weighing gain over what they are held against.
    methods: f64,
    /// How far derived figures are off.
    off: f64,
}

const RIGHT: World = World {
    agreement: 0.3,
    added: 0.1,
    gains: [1.0, 0.5],
    methods: 0.2,
    off: 1e-12,
};

const WRONG: World = World {
    agreement: -0.3,
    added: -0.1,
    gains: [-1.0, -0.5],
    methods: -0.2,
    off: 0.1,
};

/// 0 without decay, from a half to 1 at the best rate, and 0 beyond it.
fn strength(rate: f64) -> f64 {
    if rate == 0.0 || is_too_much(rate) {
        return 0.0;
    }
    0.5 + 0.25 * (rate / 1e-4).log10()
}

fn is_too_much(rate: f64) -> bool {
    rate > 1.5 * BEST
}

fn of_world(all: &mut Measurements, name: &str, world: &World) {
    let rates = rates(1e-4, 0.1, 7);
    let agreement = |rate: f64| 0.5 + world.agreement * strength(rate);
    let mut add = |series: &str, metric: &str, f: &dyn Fn(f64) -> f64| {
        all.make_up(name, series, metric, &rates, 1e-3, f);
    };
    for series in [JOINT, PROJECTED, ADAMW] {
        add(series, COSINE, &agreement);
        add(series, CONFLICTS, &|rate| 1.0 - agreement(rate));
    }
    add(JOINT, LAST, &agreement);
    add(JOINT, EQUAL, &|rate| 0.5 + 0.5 * (agreement(rate) - 0.5));
    let [joint, alone] = world.gains;
    let loss = |start: f64, gain: f64| {
        move |rate: f64| {
            let lost = if is_too_much(rate) { 20.0 } else { 0.0 };
            start - gain * strength(rate) + lost
        }
    };
    add(JOINT, LOSS, &loss(4.0, joint));
    add(ADAMW, LOSS, &loss(4.0, joint));
    add(APART, LOSS, &loss(4.0 + world.methods, alone));
    add(PROJECTED, LOSS, &loss(4.0 - world.methods, joint));
    add(WEIGHED, LOSS, &loss(4.0 - world.methods, joint));
    let mut at = |metric: &str, f: &dyn Fn(f64, f64) -> f64| {
        let moments = [START, MIDDLE, END];
        all.make_up_along(name, MOMENTS, metric, &rates, &moments, f);
    };
    at(COSINE, &|rate, _| agreement(rate));
    at(ACROSS, &|rate, _| agreement(rate) - 0.1);
    at(DECAYED, &|rate, _| agreement(rate) + world.added);
    at(HALVED, &|rate, _| agreement(rate) + world.added / 2.0);
    at(OFF, &|_, _| world.off);
    all.make_up_along(name, JOINT, COSINE, &rates, &[1.0, 9.0], |rate, _| {
        agreement(rate)
    });
}

fn at_rest(all: &mut Measurements, world: &World) {
    let off = world.off;
    let cosine = |rate: f64| -0.5 + world.agreement * rate / 0.03;
    let mut at = |metric: &str, f: &dyn Fn(f64) -> f64| {
        all.make_up_along(REST, MOMENTS, metric, &AT_REST, &[END], |rate, _| f(rate));
    };
    at(COSINE, &cosine);
    at(HALVED, &|_| off - 1.0);
    at(ACROSS, &|_| off - 1.0);
    at(DECAYED, &|rate| cosine(rate) + off);
    at(BALANCED, &|rate| cosine(rate) - off);
}

fn judged(world: &World) -> Judgement {
    let mut all = Measurements::default();
    for name in WORLDS {
        of_world(&mut all, name, world);
    }
    at_rest(&mut all, world);
    assert_eq!(MultiTask.draw(&all).unwrap().len(), 3);
    MultiTask.judge(&all).unwrap()
}

fn unlike(judgement: &Judgement, wanted: Support) -> Vec<&str> {
    let parts = judgement.parts.iter();
    let others = parts.filter(|part| part.support != wanted);
    others.map(|part| part.statement.as_str()).collect()
}

#[test]
fn the_verdict_follows_what_decay_does() {
    let right = judged(&RIGHT);
    assert_eq!(unlike(&right, Support::Supported), [""; 0]);
    assert_eq!((right.verdict, right.parts.len()), (Verdict::Holds, 45));
    let wrong = judged(&WRONG);
    assert_eq!(unlike(&wrong, Support::Contradicted), [""; 0]);
    assert_eq!(wrong.verdict, Verdict::DoesNotHold);
}

#[test]
fn where_decay_does_nothing_nothing_is_decided_but_arithmetic() {
    let nothing = World {
        agreement: 0.0,
        added: 0.0,
        gains: [0.0; 2],
        methods: 0.0,
        off: 1e-12,
    };
    let judgement = judged(&nothing);
    let decided = judgement
        .parts
        .iter()
        .filter(|part| part.support != Support::Undecided);
    let decided = decided.map(|part| part.statement.as_str());
    // Decay's part is a difference of two made-up figures, whose noise is all that is left of it.
    let expected = |what: &str| {
        let mut known = ["formula", "decay's part in both", REST].into_iter();
        known.any(|known| what.contains(known))
    };
    assert_eq!(decided.filter(|what| !expected(what)).count(), 0);
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&MultiTask, &results).unwrap();
}
