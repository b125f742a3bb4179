//! The verdict on norms that fall, that rise, and that do neither.

use std::path::Path;

use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::{STUDY, Shrinkage};

fn judged(norm: fn(f64) -> f64) -> Judgement {
    let mut measured = Measurements::default();
    let rates = rates(0.1, 10.0, 6);
    measured.make_up(STUDY, "", "norm of the weights", &rates, 1e-3, norm);
    assert_eq!(Shrinkage.draw(&measured).unwrap().len(), 1);
    Shrinkage.judge(&measured).unwrap()
}

#[test]
fn the_verdict_follows_the_curve() {
    let falling = judged(|rate| 5.0 / (1.0 + rate));
    assert_eq!(falling.verdict, Verdict::Holds);
    assert!(
        falling
            .line("shrinkage")
            .starts_with("shrinkage: holds: 1 of 1 parts supported; Spearman")
    );
    let rising = judged(|rate| 5.0 + rate);
    assert_eq!(rising.verdict, Verdict::DoesNotHold);
    assert!(
        rising
            .line("x")
            .starts_with("x: does not hold: 0 of 1 parts supported, 1 contradicted; ")
    );
    let flat = judged(|_| 5.0);
    assert_eq!(flat.verdict, Verdict::DoesNotHold);
    assert!(flat.line("x").contains("1 undecided"), "{flat:?}");
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Shrinkage, &results).unwrap();
}
