//! The verdict on curves that support the claim, that contradict it, and that do some of both.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::{BiasVariance, DIGITS, FRIEDMAN};

/// What a study's measurements look like: each a function of the rate.
struct World {
    train: fn(f64) -> f64,
    validation: fn(f64) -> f64,
    bias: fn(f64) -> f64,
    variance: fn(f64) -> f64,
    by_epoch: fn(f64) -> f64,
}

/// As the textbook has it.
const TEXTBOOK: World = World {
    train: |rate| 0.1 + rate,
    validation: |rate| 3.0 + ((rate + 0.001).log10() + 1.0).powi(2),
    bias: |rate| 1.0 + rate,
    variance: |rate| 2.0 / (1.0 + rate),
    by_epoch: |epoch| 1.0 + (epoch - 20.0).abs(),
};

/// Everything the other way round: decay widens the gap, and what decays best is not to decay.
const UPSIDE_DOWN: World = World {
    train: |rate| 2.0 / (1.0 + rate),
    validation: |rate| 3.0 + rate,
    bias: |rate| 2.0 / (1.0 + rate),
    variance: |rate| 1.0 + rate,
    by_epoch: |epoch| 50.0 - epoch,
};

fn measured(digits: &World, friedman: &World) -> Measurements {
    let mut all = Measurements::default();
    let rates = rates(0.01, 10.0, 7);
    for (study, world) in [(DIGITS.name, digits), (FRIEDMAN.name, friedman)] {
        all.make_up(study, "", "training loss", &rates, 1e-3, world.train);
        let validation = world.validation;
        all.make_up(study, "", "validation loss", &rates, 1e-3, validation);
        all.make_up(study, "", "squared bias", &rates, 1e-3, world.bias);
        all.make_up(study, "", "variance", &rates, 1e-3, world.variance);
        let sum = |rate| (world.bias)(rate) + (world.variance)(rate);
        all.make_up(study, "", "their sum", &rates, 1e-3, sum);
        let epochs = [10.0, 20.0, 30.0, 40.0];
        for split in ["training", "validation"] {
            let by_epoch = |_, epoch| (world.by_epoch)(epoch);
            all.make_up_along(study, "", split, &rates, &epochs, by_epoch);
        }
    }
    all
}

fn judged(digits: &World, friedman: &World) -> Judgement {
    BiasVariance.judge(&measured(digits, friedman)).unwrap()
}

#[test]
fn the_textbooks_curves_support_every_part() {
    let judgement = judged(&TEXTBOOK, &TEXTBOOK);
    assert!(
        judgement
            .parts
            .iter()
            .all(|part| part.support == Support::Supported),
        "{judgement:#?}"
    );
    assert_eq!(judgement.verdict, Verdict::Holds);
    assert!(
        judgement
            .line("bias-variance")
            .starts_with("bias-variance: holds: 12 of 12 parts supported; gain")
    );
}

#[test]
fn curves_the_other_way_round_contradict_it() {
    let judgement = judged(&UPSIDE_DOWN, &UPSIDE_DOWN);
    let (supported, contradicted) = (
        judgement.count(Support::Supported),
        judgement.count(Support::Contradicted),
    );
    assert_eq!(
        (supported, judgement.verdict),
        (0, Verdict::DoesNotHold),
        "{judgement:#?}"
    );
    // That validation loss is lowest at the end is no evidence against a turn, only none for it.
    assert_eq!(contradicted, 10);
    assert!(
        judgement
            .line("x")
            .starts_with("x: does not hold: 0 of 12 parts supported, 10 contradicted, 2 undecided")
    );
}

#[test]
fn half_of_each_holds_partly() {
    let judgement = judged(&TEXTBOOK, &UPSIDE_DOWN);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    assert!(
        judgement
            .line("x")
            .starts_with("x: holds partly: 6 of 12 parts supported")
    );
}

#[test]
fn the_pictures_show_every_study() {
    let drawings = BiasVariance
        .draw(&measured(&TEXTBOOK, &UPSIDE_DOWN))
        .unwrap();
    assert_eq!(drawings.len(), 2);
    for drawing in drawings {
        assert_eq!(drawing.picture.panels.len(), 4);
        let svg = drawing.picture.svg();
        assert!(
            svg.contains(DIGITS.name) && svg.contains("Friedman"),
            "{}",
            drawing.file
        );
    }
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&BiasVariance, &results).unwrap();
}
