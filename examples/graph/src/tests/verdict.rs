//! The verdict on worlds in which the claim is right, wrong, and right in part, and on what was published.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict};

use crate::{
    DECAY, DEEP_RATES, FEW, FEWER, GCN, Graphs, LABELS, LAPLACIAN, LAYERS, MLP, NETS, NODES, RATES,
    REST, SETS, STRENGTHS, depth_of, fewer_of, study_of,
};

/// What is measured of networks, by strength and rate.
struct World {
    /// What becomes of the test error: 1 as claimed, -1 the other way.
    gain: f64,
    /// The larger of both gains instead of their sum.
    either: bool,
    size: fn(f64, f64) -> f64,
    quotient: fn(f64, f64) -> f64,
    deep_error: fn(f64, f64) -> f64,
    distance: fn(f64, f64) -> f64,
    off: f64,
}

const CLAIMED: World = World {
    gain: 1.0,
    either: false,
    size: |strength, rate| 4.0 / (1.0 + 90.0 * strength) / (1.0 + 500.0 * rate),
    quotient: |strength, rate| 0.5 / (1.0 + strength * if rate > 0.0 { 10.0 } else { 2.0 }),
    deep_error: |layers, rate| 0.1 * layers - 10.0 * rate,
    distance: |layers, rate| 0.8 / layers / (1.0 + 300.0 * rate),
    off: 1e-7,
};

const WRONG: World = World {
    gain: -1.0,
    either: false,
    size: |strength, rate| (4.0 + 100.0 * rate) * (1.0 + 10.0 * strength),
    quotient: |strength, rate| {
        0.5 * (1.0 + 200.0 * rate) * (1.0 + strength * (2.0 + 1000.0 * rate))
    },
    deep_error: |layers, rate| 1.0 - 0.1 * layers + 10.0 * rate,
    distance: |layers, rate| 0.1 * layers * (1.0 + 300.0 * rate),
    off: 0.1,
};

/// Highest at the best of a grid, less at its neighbours.
fn bump(value: f64, best: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    1.0 / (1.0 + (value / best).log10().powi(2))
}

impl World {
    /// What the error is less than without either; decay is best at a larger rate with fewer labels.
    fn gained(&self, net: &str, labels: usize, strength: f64, rate: f64) -> f64 {
        let most = match net {
            MLP => 0.08,
            GCN => 0.004,
            _ => 0.02,
        };
        let best = RATES[if labels < LABELS { 3 } else { 2 }];
        let scarce = (LABELS / labels) as f64;
        let gains = [0.05 * bump(rate, best), most * bump(strength, 0.1)];
        let [decay, laplacian] = gains.map(|gain| gain * scarce.sqrt());
        if self.either {
            decay.max(laplacian)
        } else {
            decay + laplacian
        }
    }

    fn losses(
        &self,
        all: &mut Measurements,
        (study, series): (&str, &str),
        values: &[f64],
        gained: impl Fn(f64) -> f64,
    ) {
        for (figure, scale) in [("error", 1.0), ("NLL", 3.0)] {
            for (split, sign) in [("validation", 1.0), ("test", self.gain)] {
                let metric = format!("{split} {figure}");
                let loss = |value| scale * (0.5 - sign * gained(value));
                all.make_up(study, series, &metric, values, 1e-4, loss);
            }
        }
    }

    fn set(&self, all: &mut Measurements, set: &str) {
        for net in NETS {
            let study = study_of(set, net);
            for (series, strength) in STRENGTHS {
                let gained = |rate| self.gained(net, LABELS, strength, rate);
                self.losses(all, (&study, series), &RATES, gained);
                let (size, quotient) = (self.size, self.quotient);
                let mut note = |metric, f: &dyn Fn(f64) -> f64| {
                    all.make_up(&study, series, metric, &RATES, 1e-3, f);
                };
                note("size", &|rate| size(strength, rate));
                note("Rayleigh quotient", &|rate| quotient(strength, rate));
                note("energy", &|rate| {
                    size(strength, rate) * quotient(strength, rate)
                });
            }
        }
        self.fewer(all, set);
        self.depth(all, set);
    }

    fn fewer(&self, all: &mut Measurements, set: &str) {
        for (net, labels) in FEW
            .into_iter()
            .flat_map(|net| FEWER.map(|labels| (net, labels)))
        {
            let study = fewer_of(set, net, labels);
            let strengths = STRENGTHS.map(|(_, strength)| strength);
            let (decay, laplacian) = (
                |rate| self.gained(net, labels, 0.0, rate),
                |strength| self.gained(net, labels, strength, 0.0),
            );
            self.losses(all, (&study, DECAY), &RATES, decay);
            self.losses(all, (&study, LAPLACIAN), &strengths, laplacian);
        }
    }

    fn depth(&self, all: &mut Measurements, set: &str) {
        let (study, layers) = (depth_of(set), LAYERS.map(|layers| layers as f64));
        for (metric, f) in [
            ("test error", self.deep_error),
            ("distance", self.distance),
            ("Rayleigh quotient", self.distance),
            ("size", self.size),
        ] {
            all.make_up_along(&study, "", metric, &DEEP_RATES, &layers, |rate, at| {
                f(at, rate)
            });
        }
    }

    fn measured(&self, sets: &[&str]) -> Measurements {
        let mut all = Measurements::default();
        for set in sets {
            self.set(&mut all, set);
        }
        let off = |_, _| self.off;
        for series in ["all nodes", "a third of the nodes"] {
            let metric = "from the closed form";
            all.make_up_along(NODES, series, metric, &[0.003, 0.03], &[1.0, 10.0], off);
        }
        let metric = "change of the Rayleigh quotient";
        all.make_up(NODES, "all nodes", metric, &[0.003, 0.03], 1e-3, |_| {
            self.off
        });
        for net in FEW {
            all.make_up_along(REST, net, "off balance", &[0.01], &[0.1, 1.0], off);
        }
        all
    }
}

fn statements(judgement: &Judgement, support: Support) -> Vec<&str> {
    let parts = judgement.parts.iter();
    let own = parts.filter(|part| part.support == support);
    own.map(|part| part.statement.as_str()).collect()
}

#[test]
fn a_world_as_claimed_supports_every_part() {
    let judgement = Graphs.judge(&CLAIMED.measured(&SETS)).unwrap();
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
    let digits = Graphs.judge(&CLAIMED.measured(&SETS[1..])).unwrap();
    assert_eq!(digits.verdict, Verdict::Holds);
    let exact = 5;
    assert_eq!(
        judgement.parts.len() - exact,
        2 * (digits.parts.len() - exact)
    );
}

/// A Laplacian that harms the GCN gains it less than a point; how smooth embeddings are does not follow from who is right, nor
/// does where a curve of losses has its end.
#[test]
fn a_world_the_other_way_contradicts_all_but_that_the_gcn_hardly_gains() {
    let judgement = Graphs.judge(&WRONG.measured(&SETS[1..])).unwrap();
    let supported = statements(&judgement, Support::Supported);
    assert_eq!(
        supported,
        ["digits: the Laplacian gains the GCN less than one point of error"],
        "{judgement:#?}"
    );
    let undecided = statements(&judgement, Support::Undecided);
    assert!(
        undecided.iter().all(|part| part.contains("NLL is lowest")),
        "{undecided:?}"
    );
}

/// Where the better of both is all that there is to gain, a pair is no better.
#[test]
fn a_pair_that_adds_nothing_is_no_better_than_the_best_of_either() {
    let world = World {
        either: true,
        ..CLAIMED
    };
    let judgement = Graphs.judge(&world.measured(&SETS[1..])).unwrap();
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let not = judgement.parts.iter();
    let not: Vec<_> = not
        .filter(|part| part.support != Support::Supported)
        .map(|part| part.statement.as_str())
        .collect();
    assert!(
        not.len() == 2 * NETS.len() && not.iter().all(|part| part.contains("best pair")),
        "{not:?}"
    );
}

/// Networks that are not at rest at one strength, or one that has no figure, are not lost among others.
#[test]
fn what_is_known_is_judged_by_its_worst() {
    for (worst, rows) in [(0.5, 6), (f64::NAN, 1)] {
        let mut world = CLAIMED.measured(&SETS[1..]);
        let last = world.rows.iter_mut().rev();
        let last = last.filter(|row| row.study == REST && row.at == 1.0);
        last.take(rows).for_each(|row| row.value = worst);
        let judgement = Graphs.judge(&world).unwrap();
        let supported = statements(&judgement, Support::Supported);
        let rest = supported.iter().filter(|part| part.contains("at rest"));
        assert_eq!(rest.count(), 1, "{judgement:#?}");
    }
}

#[test]
fn the_pictures_show_every_network() {
    let drawings = Graphs.draw(&CLAIMED.measured(&SETS)).unwrap();
    let svg: String = drawings
        .iter()
        .map(|drawing| drawing.picture.svg())
        .collect();
    let studies = SETS
        .iter()
        .flat_map(|set| NETS[1..].iter().map(|net| study_of(set, net)));
    for name in studies.chain(SETS.map(depth_of)) {
        assert!(svg.contains(&name), "{name}");
    }
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Graphs, &results).unwrap();
}
