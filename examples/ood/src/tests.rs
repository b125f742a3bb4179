//! The verdict on figures that support the claim, that contradict it, and that do some of both.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::{FAR, FARTHEST, NEAR, Ood, RAY, SCORES};

/// What measurements look like, as functions of the rate.
struct World {
    auroc: fn(f64) -> f64,
    outside: fn(f64) -> f64,
    /// Confidence along rays, of the rate and the distance.
    ray: fn(f64, f64) -> f64,
}

/// As the claim has it.
const TEXTBOOK: World = World {
    auroc: |rate| 0.9 - 0.05 * (rate + 1e-3).log10().powi(2),
    outside: |rate| 0.2 + 0.7 / (1.0 + rate),
    ray: |_, distance| 0.3 + 0.5 / distance,
};

/// Decay separates worse until the network has forgotten everything, and makes surer.
const UPSIDE_DOWN: World = World {
    auroc: |rate| match rate {
        100.0.. => 0.95,
        _ => 0.5 + 0.4 / (1.0 + rate),
    },
    outside: |rate| 0.9 - 0.7 / (1.0 + rate),
    ray: |_, distance| 1.0 - 0.3 / distance,
};

fn measured(world: &World) -> Measurements {
    let mut all = Measurements::default();
    let rates = rates(0.01, 100.0, 9);
    let far = format!("{FAR} against something");
    for study in [far.as_str(), NEAR] {
        for (score, _) in SCORES {
            all.make_up(study, "", score, &rates, 1e-3, world.auroc);
        }
        for metric in ["accuracy", "confidence inside"] {
            all.make_up(study, "", metric, &rates, 1e-3, |rate| 0.9 - 0.001 * rate);
        }
        let metric = "confidence outside";
        all.make_up(study, "", metric, &rates, 1e-3, world.outside);
    }
    let distances = [1.0, 10.0, FARTHEST];
    all.make_up_along(&far, "", RAY, &rates, &distances, world.ray);
    all
}

fn judged(world: &World) -> Judgement {
    Ood.judge(&measured(world)).unwrap()
}

#[test]
fn what_the_claim_says_supports_every_part() {
    let judgement = judged(&TEXTBOOK);
    assert_eq!(judgement.count(Support::Supported), 15, "{judgement:#?}");
    assert_eq!(judgement.verdict, Verdict::Holds);
    let line = judgement.line("ood");
    assert!(
        line.starts_with("ood: holds: 15 of 15 parts supported; AUROC gained"),
        "{line}"
    );
}

#[test]
fn the_opposite_contradicts_every_part() {
    let judgement = judged(&UPSIDE_DOWN);
    assert_eq!(judgement.count(Support::Contradicted), 15, "{judgement:#?}");
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
    let line = judgement.line("ood");
    assert!(line.starts_with("ood: does not hold: 0 of 15"), "{line}");
}

#[test]
fn sure_networks_far_away_contradict_one_part() {
    let judgement = judged(&World {
        ray: UPSIDE_DOWN.ray,
        ..TEXTBOOK
    });
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let last = judgement.parts.last().map(|part| part.support);
    assert_eq!(last, Some(Support::Contradicted));
    assert!(
        judgement
            .line("ood")
            .contains("holds partly: 14 of 15 parts supported, 1 contradicted")
    );
}

/// Without a gain there is one thing to lose, and without a loss one to gain; rates that lose the accuracy count for neither.
#[test]
fn gains_and_losses_are_apart() {
    let none: fn(f64) -> f64 = |rate| 0.5 + 0.4 / (1.0 + rate);
    let lasting: fn(f64) -> f64 = |rate| 0.9 - 0.4 / (1.0 + rate);
    for (auroc, gains, losses) in [
        (none, Support::Contradicted, Support::Supported),
        (lasting, Support::Supported, Support::Contradicted),
    ] {
        let judgement = judged(&World { auroc, ..TEXTBOOK });
        let supports: Vec<Support> = judgement.parts.iter().map(|part| part.support).collect();
        assert_eq!(supports[..6], [gains; 6], "{judgement:#?}");
        assert_eq!(supports[6..12], [losses; 6], "{judgement:#?}");
    }
}

#[test]
fn every_picture_is_drawn() {
    let drawings = Ood.draw(&measured(&TEXTBOOK)).unwrap();
    let panels: Vec<usize> = drawings
        .iter()
        .map(|drawing| drawing.picture.panels.len())
        .collect();
    assert_eq!(panels, [4, 1]);
    for drawing in drawings {
        let svg = drawing.picture.svg();
        let lines = svg.matches("class=\"line").count();
        let series: usize = drawing
            .picture
            .panels
            .iter()
            .map(|panel| panel.series.len())
            .sum();
        assert!(
            lines >= series,
            "{}: {lines} lines for {series} series",
            drawing.file
        );
    }
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Ood, &results).unwrap();
}
