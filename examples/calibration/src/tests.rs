//! The verdict on curves that support the claim, that contradict it, and on some of both.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::{Calibration, DECAY, SMOOTHING};

/// Figures as functions of the rate.
struct World {
    error: fn(f64) -> f64,
    confidence: f64,
    calibration: fn(f64) -> f64,
    nll: fn(f64) -> f64,
    tempered: fn(f64) -> f64,
    scale: fn(f64) -> f64,
    smoothed: f64,
}

fn log(rate: f64) -> f64 {
    (rate + 0.01).log10()
}

/// As Guo et al. have it; at the largest rate nothing is left, and the constant prediction is calibrated.
const TEXTBOOK: World = World {
    error: |rate| {
        if rate > 9.0 {
            0.9
        } else {
            0.1 + 0.05 * (log(rate) + 0.3).powi(2)
        }
    },
    confidence: 0.99,
    calibration: |rate| {
        if rate > 9.0 {
            0.001
        } else {
            0.02 + 0.1 * (log(rate) - 0.3).powi(2)
        }
    },
    nll: |rate| 0.4 + (log(rate) - 0.3).powi(2),
    tempered: |rate| 0.35 + 0.1 * (log(rate) + 0.3).powi(2),
    scale: |rate| 5.0 / (1.0 + rate),
    smoothed: 0.6,
};

/// Everything the other way round.
const UPSIDE_DOWN: World = World {
    error: |rate| 0.3 / (1.0 + rate),
    confidence: 0.5,
    calibration: |rate| 0.1 + rate,
    nll: |rate| 1.5 + rate,
    tempered: |rate| 1.0 + rate,
    scale: |rate| 1.0 + rate,
    smoothed: 0.4,
};

const STUDIES: [&str; 2] = ["clothes", "digits"];

fn measured(worlds: [&World; 2]) -> Measurements {
    let mut all = Measurements::default();
    let rates = rates(0.1, 10.0, 9);
    for (study, world) in STUDIES.into_iter().zip(worlds) {
        for series in [DECAY, SMOOTHING] {
            let mut add = |metric, f: &dyn Fn(f64) -> f64| {
                all.make_up(study, series, metric, &rates, 1e-3, f);
            };
            add("error", &world.error);
            add("confidence", &|_| world.confidence);
            add("calibration error", &world.calibration);
            add("tempered calibration error", &world.calibration);
            add("logit scale", &world.scale);
            add("temperature", &|rate| (world.scale)(rate) / 2.0);
            let smoothed = series == SMOOTHING;
            add("NLL", &|rate| {
                if smoothed {
                    world.smoothed
                } else {
                    (world.nll)(rate)
                }
            });
            add("tempered NLL", &world.tempered);
        }
    }
    all
}

fn judged(worlds: [&World; 2]) -> Judgement {
    Calibration.judge(&measured(worlds)).unwrap()
}

#[test]
fn the_textbooks_curves_support_every_part() {
    let judgement = judged([&TEXTBOOK, &TEXTBOOK]);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
    let line = judgement.line("calibration");
    assert!(
        line.starts_with("calibration: holds: 18 of 18 parts supported; gain"),
        "{line}"
    );
    let over_confident = &judgement.parts[5];
    let (_, last) = over_confident.statement.split_once(": ").unwrap();
    assert_eq!(last, "without decay the network is over-confident");
    // Accuracy at rate 0 is 1 - (0.1 + 0.05 * 1.7²).
    let expected = 0.99 - (0.9 - 0.05 * 1.7f64.powi(2));
    assert!((over_confident.effect.estimate.mean - expected).abs() < 2e-3);
}

#[test]
fn curves_the_other_way_round_contradict_it() {
    let judgement = judged([&UPSIDE_DOWN, &UPSIDE_DOWN]);
    assert_eq!(judgement.verdict, Verdict::DoesNotHold, "{judgement:#?}");
    // Where decay only harms, none is chosen, and that it still helps after tempering is only not shown.
    assert_eq!(
        (
            judgement.count(Support::Contradicted),
            judgement.count(Support::Undecided)
        ),
        (16, 2)
    );
    assert!(judgement.line("x").starts_with("x: does not hold: 0 of 18"));
}

#[test]
fn half_of_each_holds_partly() {
    let judgement = judged([&TEXTBOOK, &UPSIDE_DOWN]);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    assert!(judgement.line("x").starts_with("x: holds partly: 9 of 18"));
}

#[test]
fn the_pictures_show_every_study() {
    let drawings = Calibration
        .draw(&measured([&TEXTBOOK, &UPSIDE_DOWN]))
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
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Calibration, &results).unwrap();
}
