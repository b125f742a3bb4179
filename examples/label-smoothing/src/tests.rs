//! The decomposition, and the verdict on worlds in which the two complement each other, in which they do not, and on one of each.

use std::path::Path;

use decay_audit::Logits;
use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::experiment::decomposed;
use crate::{LabelSmoothing, STRENGTHS};

/// Both sides by different sums; and against a value by hand.
#[test]
fn the_smoothed_loss_is_a_mixture_of_two_cross_entropies() {
    let values: Vec<f64> = (0..40).map(|k| f64::from(k * k % 17) / 3.0 - 2.0).collect();
    let logits = Logits::new(values, 8, 5).unwrap();
    let truth = [0, 4, 2, 2, 1, 3, 0, 4];
    for strength in [0.0, 0.1, 0.37, 0.9] {
        let [smoothed, parts] = decomposed(&logits.log_probabilities(), &truth, strength);
        assert!((smoothed - parts).abs() < 1e-12, "{smoothed} {parts}");
    }
    // p = (1/4, 3/4), the second is right, ε = 1/2: q' = (1/4, 3/4), so that the loss is the entropy of p.
    let logs = [0.25f64.ln(), 0.75f64.ln()];
    let entropy = -(0.25 * logs[0] + 0.75 * logs[1]);
    let found = decomposed(&logs, &[1], 0.5);
    assert!(
        found.iter().all(|side| (side - entropy).abs() < 1e-15),
        "{found:?}"
    );
    assert_eq!(decomposed(&logs, &[1], 0.0), [-logs[1]; 2]);
}

/// Figures as functions of strength and rate.
struct World {
    loss: fn(f64, f64) -> f64,
    tempered: fn(f64, f64) -> f64,
    entropy: fn(f64, f64) -> f64,
    norm: fn(f64, f64) -> f64,
    gap: f64,
}

/// As the text has it: each in a space of its own, and both together best.
const TEXTBOOK: World = World {
    loss: |e, rate| 3.0 - (3.0 * e).sqrt() - rate / (1.0 + rate),
    tempered: |e, rate| 2.0 - e - 0.1 * rate / (1.0 + rate),
    entropy: |e, rate| 0.2 + e + 1e-4 * rate,
    norm: |e, rate| 9.0 / (1.0 + rate) - 0.1 * e,
    gap: 1e-16,
};

/// The other way round.
const UPSIDE_DOWN: World = World {
    loss: |e, rate| 1.0 + 10.0 * e * rate + (e - 0.02).powi(2) + 0.1 * (rate - 1.0).powi(2),
    tempered: |e, rate| 1.0 + e + 0.1 * rate + e * rate,
    entropy: |e, rate| 2.0 - e + rate,
    norm: |e, rate| 1.0 + rate + 20.0 * e,
    gap: 0.1,
};

const STUDIES: [&str; 2] = ["clothes", "digits"];

fn measured(worlds: [&World; 2]) -> Measurements {
    let (mut all, rates) = (Measurements::default(), rates(0.1, 10.0, 5));
    for (study, world) in STUDIES.into_iter().zip(worlds) {
        for (series, e) in STRENGTHS {
            let mut add = |metric, f: &dyn Fn(f64) -> f64| {
                all.make_up(study, series, metric, &rates, 1e-4, f);
            };
            for metric in ["NLL", "error", "calibration error"] {
                add(metric, &|rate| (world.loss)(e, rate));
            }
            add("tempered NLL", &|rate| (world.tempered)(e, rate));
            add("entropy", &|rate| (world.entropy)(e, rate));
            add("norm of the weights", &|rate| (world.norm)(e, rate));
            add("gap", &|_| world.gap);
        }
    }
    all
}

fn judged(worlds: [&World; 2]) -> Judgement {
    LabelSmoothing.judge(&measured(worlds)).unwrap()
}

#[test]
fn where_each_has_its_space_and_both_are_best_every_part_is_supported() {
    let judgement = judged([&TEXTBOOK, &TEXTBOOK]);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
    assert!(
        judgement.parts[0]
            .note
            .contains("best pair ε = 0.3, λ = 10")
    );
    assert!(
        judgement.parts[0]
            .note
            .contains("best alone ε = 0.3, λ = 0; p")
    );
}

#[test]
fn where_either_alone_is_best_every_part_is_contradicted() {
    let judgement = judged([&UPSIDE_DOWN, &UPSIDE_DOWN]);
    assert_eq!(judgement.count(Support::Contradicted), 26, "{judgement:#?}");
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
}

#[test]
fn one_data_set_of_each_holds_partly() {
    let judgement = judged([&TEXTBOOK, &UPSIDE_DOWN]);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let supported = judgement
        .parts
        .iter()
        .filter(|part| part.support == Support::Supported);
    assert!(
        supported
            .clone()
            .all(|part| part.statement.starts_with("clothes: "))
    );
    assert_eq!(supported.count(), 13);
}

#[test]
fn the_pictures_show_every_study_and_strength() {
    for drawing in LabelSmoothing
        .draw(&measured([&TEXTBOOK, &UPSIDE_DOWN]))
        .unwrap()
    {
        let svg = drawing.picture.svg();
        assert!(STUDIES.iter().all(|study| svg.contains(study)));
        let strengths = STRENGTHS.iter().all(|(series, _)| svg.contains(series));
        assert!(strengths || drawing.file == "spaces");
    }
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&LabelSmoothing, &results).unwrap();
}
