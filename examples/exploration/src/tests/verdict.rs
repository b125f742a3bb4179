//! The verdict on a world as claimed, on its opposite, and on a soft world in which nothing is gained.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict};

use crate::at_rest::RATES as REST_RATES;
use crate::{BONUS, BOTH, DECAY, Exploration, REST, STUDIES};

const RATES: [f64; 6] = [0.0, 0.01, 0.03, 0.1, 0.3, 1.0];

/// How far decay softens, what it gains by it, and how far from rest and from an entropy bonus it is there.
struct Made {
    soft: f64,
    gain: f64,
    apart: f64,
    /// How much longer a bonus takes to come back.
    back: f64,
}

const CLAIMED: Made = Made {
    soft: 1.0,
    gain: 0.2,
    apart: 1e-12,
    back: 0.5,
};

impl Made {
    fn measurements(&self) -> Measurements {
        let mut all = Measurements::default();
        for study in STUDIES {
            for (series, more) in [(DECAY, 1.0), (BONUS, 0.0), (BOTH, 1.5)] {
                self.figures(study, series, more, &mut all);
            }
        }
        let rest = |metric: &str, f: &dyn Fn(f64) -> f64, all: &mut Measurements| {
            all.make_up(REST, "", metric, &REST_RATES, 1e-4, f);
        };
        rest("unrest", &|_| self.apart, &mut all);
        rest("of the bound", &|_| 0.5 + self.apart * 1e3, &mut all);
        rest(
            "entropy",
            &|rate| 2.0 + self.soft * rate.ln() / 10.0,
            &mut all,
        );
        rest("distance", &|_| self.apart * 1e2, &mut all);
        rest("return", &|_| 1.0, &mut all);
        rest("steps back", &|_| 100.0, &mut all);
        let other = 100.0 * (1.0 + self.back);
        rest("steps back of the bonus", &|_| other, &mut all);
        rest("return of the bonus", &|_| 1.0 + self.apart * 1e2, &mut all);
        all
    }

    fn figures(&self, study: &str, series: &str, more: f64, all: &mut Measurements) {
        let softness = |rate: f64| self.soft * (1.0 + rate).ln();
        let mut up = |metric, noise, f: &dyn Fn(f64) -> f64| {
            all.make_up(study, series, metric, &RATES, noise, f);
        };
        up("entropy", 1e-4, &|rate| 1.0 + softness(rate));
        up("spread", 1e-4, &|rate| 5.0 - softness(rate));
        let gained = |rate: f64| more * self.gain * (rate + 0.02).ln().max(-3.0) / 10.0;
        let gained = |rate: f64| {
            gained(rate) - gained(0.0) + f64::from(u8::from(rate > 0.0)) * more * self.gain
        };
        let noise = 1e-2 * self.gain.abs();
        up("found", noise, &|rate| 0.5 + gained(rate));
        up("return", noise, &|rate| 0.7 + gained(rate));
        up("until", noise, &|rate| 0.5 - gained(rate));
    }

    fn judged(&self) -> Judgement {
        let measured = self.measurements();
        assert_eq!(Exploration.draw(&measured).unwrap().len(), 3);
        Exploration.judge(&measured).unwrap()
    }
}

fn supports(judgement: &Judgement, says: &str) -> Vec<Support> {
    let parts = judgement.parts.iter();
    let own: Vec<_> = parts
        .filter(|part| part.statement.contains(says))
        .map(|part| part.support)
        .collect();
    assert!(!own.is_empty(), "no part says '{says}'");
    own
}

fn assert_all(judgement: &Judgement, says: &str, support: Support) {
    let found = supports(judgement, says);
    assert!(found.iter().all(|own| *own == support), "{says}: {found:?}");
}

#[test]
fn a_world_as_claimed_supports_every_part() {
    let judgement = CLAIMED.judged();
    for part in &judgement.parts {
        assert_eq!(part.support, Support::Supported, "{part:?}");
    }
    assert_eq!(judgement.verdict, Verdict::Holds);
}

#[test]
fn a_world_of_the_opposite_contradicts() {
    let opposite = Made {
        soft: -0.5,
        gain: -0.2,
        apart: 1e-3,
        back: -0.5,
    };
    let judgement = opposite.judged();
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
    for says in [
        "entropy rises",
        "logits draw together",
        "the more decay, the more runs",
        "best decay: more runs find",
        "best decay: they find it sooner",
        "best decay: a larger return than without",
        "than by an entropy bonus of equal entropy",
        "than by the best entropy bonus",
        "by both than by decay alone",
        "by both than by entropy bonus alone",
        "at rest",
        "comes back sooner",
    ] {
        assert_all(&judgement, says, Support::Contradicted);
    }
}

/// Soft as claimed and nothing found: the verdict is a partial one, and tells the two apart.
#[test]
fn a_soft_world_without_gain_leaves_gains_open() {
    let idle = Made {
        gain: 0.0,
        ..CLAIMED
    };
    let judgement = idle.judged();
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    assert_all(&judgement, "entropy rises", Support::Supported);
    for says in [
        "best decay: more runs find",
        "find it sooner",
        "than by an entropy bonus",
        "larger return",
    ] {
        assert_all(&judgement, says, Support::Undecided);
    }
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Exploration, &results).unwrap();
}
