//! The verdict on leaks that flatter, on leaks that do the opposite, and on some of both.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::measuring::trials::NOISE;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::leak::LEAKS;
use crate::{CrossValidation, overlap};

/// Losses as functions of the logarithm of the rate.
struct World {
    test: fn(f64) -> f64,
    promised: fn(f64) -> f64,
    promised_with_leak: fn(f64) -> f64,
}

/// The leak promises a third, at a rate that is too small.
const TEXTBOOK: World = World {
    test: |rate| 0.6 + (rate - 0.5).powi(2),
    promised: |rate| 0.6 + (rate - 0.5).powi(2),
    promised_with_leak: |rate| 0.2 + (rate + 0.5).powi(2),
};

/// The leak promises too little and leads to the best rate, which the honest way misses.
const UPSIDE_DOWN: World = World {
    test: |rate| 0.6 + (rate - 0.5).powi(2),
    promised: |rate| 0.2 + (rate + 0.5).powi(2),
    promised_with_leak: |rate| 0.8 + (rate - 0.5).powi(2),
};

const STUDIES: [&str; 4] = [NOISE, "wine", "breast-cancer", "diabetes"];

fn measured(noise: &World, tables: &World) -> Measurements {
    let mut all = Measurements::default();
    let rates = rates(0.01, 10.0, 7);
    let log = |rate: f64| (rate + 0.001).log10();
    for study in STUDIES {
        let world = if study == NOISE { noise } else { tables };
        for leak in LEAKS {
            let [free, leaky] = leak.series;
            let mut add = |series, metric, f: fn(f64) -> f64| {
                all.make_up(study, series, metric, &rates, 1e-2, |rate| f(log(rate)));
            };
            add(free, "promised", world.promised);
            add(free, "test", world.test);
            add(leaky, "promised", world.promised_with_leak);
        }
    }
    all
}

fn judged(noise: &World, tables: &World) -> Judgement {
    CrossValidation.judge(&measured(noise, tables)).unwrap()
}

#[test]
fn leaks_that_flatter_support_every_part() {
    let judgement = judged(&TEXTBOOK, &TEXTBOOK);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
    let line = judgement.line("cross-validation");
    assert!(
        line.starts_with("cross-validation: holds: 18 of 18 parts supported; optimism added"),
        "{line}"
    );
    let last = judgement.parts.last().unwrap();
    assert!(
        last.note
            .starts_with("another rate, as a share of choices, 1 (95 % interval 0.82"),
        "{}",
        last.note
    );
    // 0.6 + 1 is lost where 0.2 was promised, and nothing without the leak.
    assert!((judgement.parts[0].effect.estimate.mean - 1.4).abs() < 0.05);
    // The test loss of the rate picked is 1.6 instead of 0.6.
    assert!((last.effect.estimate.mean - 1.0).abs() < 0.05);
}

#[test]
fn leaks_that_help_contradict_every_part() {
    let judgement = judged(&UPSIDE_DOWN, &UPSIDE_DOWN);
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
    assert_eq!(judgement.count(Support::Contradicted), 18, "{judgement:#?}");
    let line = judgement.line("x");
    assert!(
        line.starts_with("x: does not hold: 0 of 18 parts supported, 18 contradicted; "),
        "{line}"
    );
}

#[test]
fn noise_and_tables_are_judged_apart() {
    let judgement = judged(&TEXTBOOK, &UPSIDE_DOWN);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    assert_eq!(judgement.count(Support::Supported), 6, "{judgement:#?}");
    let supported = judgement
        .parts
        .iter()
        .filter(|part| part.support == Support::Supported);
    assert!(
        supported
            .into_iter()
            .all(|part| part.statement.starts_with(NOISE))
    );
    assert!(judgement.line("x").starts_with("x: holds partly: 6 of 18"));
}

#[test]
fn the_pictures_show_every_table() {
    let drawings = CrossValidation
        .draw(&measured(&TEXTBOOK, &UPSIDE_DOWN))
        .unwrap();
    assert_eq!(drawings.len(), 3);
    for drawing in drawings {
        let svg = drawing.picture.svg();
        assert!(
            STUDIES.iter().all(|study| svg.contains(study)),
            "{}",
            drawing.file
        );
    }
}

#[test]
fn only_samples_of_the_same_table_overlap() {
    assert_eq!(overlap(NOISE), 0.0);
    assert_eq!(overlap("wine"), 20.0 / 158.0);
    assert!(overlap("diabetes") < overlap("wine"));
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&CrossValidation, &results).unwrap();
}
