//! The verdict on figures that support the claim, that contradict it, and that do some of both.

use std::fs;
use std::path::{Path, PathBuf};

use decay_audit::trend::Support;
use decay_claim::measuring::robustness::{ATTACKED, CERTIFIED, PROVEN, STANDING};
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::{CONVOLUTIONAL, LINEAR, PERCEPTRON, Robustness, UNDER_ATTACK};

/// What measurements look like, as functions of the rate.
#[derive(Clone, Copy)]
struct World {
    size: fn(f64) -> f64,
    cosine: fn(f64) -> f64,
    radius: fn(f64) -> f64,
    attacked: fn(f64) -> f64,
    certified: fn(f64) -> f64,
}

/// As the claim has it.
const TEXTBOOK: World = World {
    size: |rate| 5.0 / (1.0 + rate),
    cosine: |rate| 0.8 + 0.2 / (1.0 + rate),
    radius: |rate| 0.5 + 0.05 * (1.0 + 100.0 * rate).log10(),
    attacked: |rate| 0.5 + 0.05 * (1.0 + 100.0 * rate).log10(),
    certified: |rate| 0.2 + 0.06 * (1.0 + 100.0 * rate).log10(),
};

/// Decay lets weights grow and brings the boundary nearer.
const UPSIDE_DOWN: World = World {
    size: |rate| 5.0 + rate,
    cosine: |rate| 1.0 - 0.2 / (1.0 + rate),
    radius: |rate| 0.5 - 0.05 * (1.0 + 100.0 * rate).log10(),
    attacked: |rate| 0.5 - 0.05 * (1.0 + 100.0 * rate).log10(),
    certified: |rate| 0.3 - 0.06 * (1.0 + 100.0 * rate).log10(),
};

/// Falls below 95 % beyond a rate of 10.
fn accuracy(rate: f64) -> f64 {
    1.0 / (1.0 + (rate / 50.0).powi(2))
}

fn measured(linear: &World, networks: &[(&str, World)]) -> Measurements {
    let mut all = Measurements::default();
    let rates = rates(0.01, 100.0, 9);
    let mut note = |study: &str, metric: &str, f: fn(f64) -> f64| {
        all.make_up(study, "", metric, &rates, 1e-3, f);
    };
    note(LINEAR, "accuracy", accuracy);
    for (metric, figure) in [
        ("norm", linear.size),
        ("margin", linear.size),
        ("cosine", linear.cosine),
        ("radius", linear.radius),
        ("radius, rescaled only", |_| 0.5),
    ] {
        note(LINEAR, metric, figure);
    }
    for (study, world) in networks {
        note(study, "accuracy", accuracy);
        for metric in ["FGSM", "PGD", "APGD", ATTACKED] {
            note(study, metric, world.attacked);
        }
        note(study, CERTIFIED, world.certified);
    }
    for (study, _) in networks {
        for metric in [STANDING, PROVEN] {
            let shares = |_, radius| 0.9 - radius;
            all.make_up_along(study, "", metric, &rates, &UNDER_ATTACK, shares);
        }
    }
    all
}

fn judged(linear: &World, network: World) -> Judgement {
    Robustness
        .judge(&measured(linear, &[(PERCEPTRON, network)]))
        .unwrap()
}

#[test]
fn what_the_claim_says_supports_every_part() {
    let judgement = judged(&TEXTBOOK, TEXTBOOK);
    assert_eq!(judgement.count(Support::Supported), 9, "{judgement:#?}");
    assert_eq!(judgement.verdict, Verdict::Holds);
    let line = judgement.line("robustness");
    assert!(
        line.starts_with("robustness: holds: 9 of 9 parts supported; gain"),
        "{line}"
    );
}

#[test]
fn the_opposite_contradicts_every_part() {
    let judgement = judged(&UPSIDE_DOWN, UPSIDE_DOWN);
    assert_eq!(judgement.count(Support::Contradicted), 9, "{judgement:#?}");
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
    assert!(
        judgement.line("x").starts_with("x: does not hold: 0 of 9"),
        "{judgement:#?}"
    );
}

/// Smaller weights alone, with the boundary where it was, are no robustness.
#[test]
fn scale_without_geometry_holds_partly() {
    let rescaled = World {
        cosine: |_| 1.0,
        radius: |_| 0.5,
        attacked: |_| 0.5,
        certified: |_| 0.3,
        ..TEXTBOOK
    };
    let judgement = judged(&rescaled, rescaled);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let supported = judgement
        .parts
        .iter()
        .filter(|part| part.support == Support::Supported);
    let statements: Vec<&str> = supported.map(|part| part.statement.as_str()).collect();
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert!(
        statements
            .iter()
            .all(|said| said.starts_with("linear, scale")),
        "{statements:?}"
    );
}

#[test]
fn a_convolutional_network_is_judged_and_drawn_where_measured() {
    let all = measured(
        &TEXTBOOK,
        &[(PERCEPTRON, TEXTBOOK), (CONVOLUTIONAL, UPSIDE_DOWN)],
    );
    let judgement = Robustness.judge(&all).unwrap();
    assert_eq!(judgement.parts.len(), 13);
    assert_eq!(judgement.count(Support::Contradicted), 4, "{judgement:#?}");
    for (networks, panels) in [(1, [2, 2, 1]), (2, [2, 4, 2])] {
        let both = [(PERCEPTRON, TEXTBOOK), (CONVOLUTIONAL, TEXTBOOK)];
        let drawings = Robustness
            .draw(&measured(&TEXTBOOK, &both[..networks]))
            .unwrap();
        let found: Vec<usize> = drawings
            .iter()
            .map(|drawing| drawing.picture.panels.len())
            .collect();
        assert_eq!(found, panels);
        for drawing in drawings {
            let series: usize = drawing
                .picture
                .panels
                .iter()
                .map(|panel| panel.series.len())
                .sum();
            let lines = drawing.picture.svg().matches("class=\"line").count();
            assert!(
                lines >= series,
                "{}: {lines} lines for {series} series",
                drawing.file
            );
        }
    }
}

fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results")
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    check_results(&Robustness, &results()).unwrap();
}

/// What is proven of a network nothing can have refuted, and no attack beats the strongest.
#[test]
fn published_certificates_stay_below_published_attacks() {
    let bytes = fs::read(results().join("measurements.csv")).unwrap();
    let measured = Measurements::from_csv(&bytes, "measurements.csv").unwrap();
    for study in measured
        .studies()
        .into_iter()
        .filter(|study| *study != LINEAR)
    {
        let of = |metric| measured.curve(study, "", metric).unwrap();
        let at = |metric, radius| measured.curve_at(study, "", metric, radius).unwrap();
        let mut pairs = vec![(of(CERTIFIED), of(ATTACKED))];
        pairs.extend(["FGSM", "PGD", "APGD"].map(|attack| (of(ATTACKED), of(attack))));
        pairs.extend(UNDER_ATTACK.map(|radius| (at(PROVEN, radius), at(STANDING, radius))));
        for (less, more) in pairs {
            let excess = less.with(&more, |less, more| less - more);
            assert!(
                excess.values.concat().iter().all(|excess| *excess <= 1e-12),
                "{study}"
            );
        }
    }
}
