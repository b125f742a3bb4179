//! Worlds in which the claim is right, wrong, and right but for plain decay on a grid that is seen whole.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::parts::ALL;
use crate::{
    BASIS, Burgers, DENSE, HOW, IDENTITIES, KNOWING, MANY, SHOWN, SOLVERS, SPARSE, SPECTRUM, TRUTH,
    moment_name,
};

/// Whether the claim is right of samples, and of plain decay where every point is seen.
#[derive(Clone, Copy)]
struct World {
    samples: bool,
    dense: bool,
}

/// Squared decades from the rate that is best where the claim is right.
fn far(rate: f64) -> f64 {
    (rate / 0.03).log10().powi(2)
}

impl World {
    fn measured(self) -> Measurements {
        let mut all = Measurements::default();
        let errors = [0.7, 0.3, 0.2, 0.1, 0.4];
        for (place, series) in ALL.into_iter().enumerate() {
            let error = if self.samples {
                errors[place]
            } else {
                1.0 - errors[place]
            };
            self.sweep(&mut all, SPARSE, series, error);
            if place < 2 {
                self.sweep(&mut all, MANY, series, error);
            }
        }
        for (place, (series, _)) in BASIS.into_iter().enumerate() {
            self.grid(&mut all, series, self.dense || place == 1 && self.samples);
            for metric in ["slope", "size"] {
                let off = if self.samples { 1e-15 } else { 1e-5 };
                all.make_up(IDENTITIES, series, metric, &[1.0], 1e-3, |_| off);
            }
        }
        for series in SOLVERS.1 {
            let off = if self.samples { 1e-12 } else { 1e-3 };
            all.make_up(SOLVERS.0, series, "difference", &[0.0], 1e-3, |_| off);
        }
        pictures(&mut all);
        all
    }

    /// Where the claim is wrong, energy, oscillation and error rise with the rate, and samples choose the largest.
    fn sweep(self, all: &mut Measurements, study: &str, series: &str, error: f64) {
        let rates = &rates(1e-3, 1.0, 7)[1..];
        let mut figure = |metric, right: &dyn Fn(f64) -> f64, wrong: &dyn Fn(f64) -> f64| {
            let of = if self.samples { right } else { wrong };
            all.make_up(study, series, metric, rates, 1e-3, of);
        };
        let little = |rate: f64| (0.03 / rate).log10().max(0.0);
        figure("error", &|rate| error * (1.0 + far(rate)), &|rate| {
            error * (1.0 + rate)
        });
        figure("left out", &|rate| 0.1 + far(rate), &|rate| 2.0 - rate);
        figure("energy", &|rate| 1.0 / rate, &|rate| 1.0 + rate);
        figure("variation", &|rate| 1.02 + little(rate), &|rate| 3.0 + rate);
        figure("overshoot", &|rate| 0.1 + little(rate), &|rate| 3.0 + rate);
    }

    fn grid(self, all: &mut Measurements, series: &str, right: bool) {
        let rates = &rates(1e-3, 1.0, 7)[1..];
        let mut figure = |metric, of: &dyn Fn(f64) -> f64| {
            all.make_up(DENSE, series, metric, rates, 1e-4, of);
        };
        let share = f64::from(u8::from(right));
        figure("kept", &|rate| 1.0 / (1.0 + share * rate));
        figure("error", &|rate| 0.4 - share * 0.2 / (1.0 + far(rate)));
        figure("error before", &|_| 0.4);
    }
}

fn pictures(all: &mut Measurements) {
    let decayed = BASIS.iter().chain(&KNOWING);
    let names = decayed.flat_map(|(series, _)| HOW.map(|how| format!("{series}, {how}")));
    for name in [TRUTH.to_owned()].into_iter().chain(names) {
        all.make_up_along(SPECTRUM, &name, "decades", &[0.0], &[1.0, 2.0], |_, k| -k);
        for place in 0..2 {
            let metric = moment_name(place);
            all.make_up_along(SHOWN, &name, &metric, &[0.1], &[0.0, 1.0], |_, x| x);
        }
    }
}

fn judged(world: World) -> Judgement {
    let measured = world.measured();
    assert_eq!(Burgers.draw(&measured).unwrap().len(), 5);
    Burgers.judge(&measured).unwrap()
}

#[test]
fn the_verdict_follows_the_world() {
    let right = judged(World {
        samples: true,
        dense: true,
    });
    assert_eq!(right.verdict, Verdict::Holds, "{right:#?}");
    let wrong = judged(World {
        samples: false,
        dense: false,
    });
    assert_eq!(wrong.verdict, Verdict::DoesNotHold);
    let count = wrong.count(Support::Contradicted);
    assert_eq!(count, wrong.parts.len(), "{wrong:#?}");
}

#[test]
fn plain_decay_that_only_shrinks_contradicts_two_parts() {
    let mixed = judged(World {
        samples: true,
        dense: false,
    });
    assert_eq!(mixed.verdict, Verdict::HoldsPartly);
    let against = mixed
        .parts
        .iter()
        .filter(|part| part.support != Support::Supported);
    let against: Vec<_> = against
        .map(|part| (part.support, part.statement.starts_with(DENSE)))
        .collect();
    assert_eq!(against, [(Support::Contradicted, true); 2]);
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Burgers, &results).unwrap();
}
