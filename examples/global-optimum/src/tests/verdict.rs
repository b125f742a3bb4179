//! The verdict on worlds in which the claim is right, wrong, and right in part, and on what was published.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict};

use crate::{BALANCE, CORRELATED, DEPTHS, FEW_ROWS, GlobalOptimum, NETS, RATES, SHARES, WHITE};

/// Figures of a world, most of them over the rate.
struct World {
    /// Of every end from where it is said to be.
    off: f64,
    /// Starts that do not end at the global optimum.
    elsewhere: f64,
    optima: fn(f64) -> f64,
    /// Objective of a start above the lowest.
    excess: fn(f64) -> f64,
    told: f64,
    /// Held-out loss of the median start, and of the lowest less that.
    held_out: fn(f64) -> f64,
    gain: f64,
    spread: fn(f64) -> f64,
    barrier: fn(f64) -> f64,
    matched: fn(f64) -> f64,
    /// Optima where biases decay.
    with_biases: f64,
}

/// Decay leaves one optimum, and matched units connect what it leaves.
const CLAIMED: World = World {
    off: 1e-13,
    elsewhere: 0.0,
    optima: |rate| {
        if rate < 0.2 {
            10.0 - 10.0 * rate
        } else {
            1.2 / (1.0 + 0.1 * rate)
        }
    },
    excess: |_| 1e-13,
    told: 0.99,
    held_out: |rate| 1.0 - rate.min(0.3),
    gain: -0.1,
    spread: |rate| 0.3 / (1.0 + 10.0 * rate),
    barrier: |rate| 2.0 / (1.0 + rate),
    matched: |rate| 0.5 * f64::exp(-40.0 * rate),
    with_biases: 1.0,
};

/// The more decay the worse.
const WRONG: World = World {
    off: 0.1,
    elsewhere: 0.3,
    optima: |rate| 2.0 + rate,
    excess: |_| 0.1,
    told: 0.2,
    held_out: |rate| {
        if rate > 0.0 {
            1.0 + (rate - 0.3).abs()
        } else {
            0.5
        }
    },
    gain: 0.1,
    spread: |rate| 0.1 + rate,
    barrier: |_| 0.1,
    matched: |rate| 1.0 + rate,
    with_biases: 9.0,
};

fn linear(world: &World, all: &mut Measurements) {
    for (series, ..) in DEPTHS {
        for metric in [
            "from an optimum",
            "excess",
            "penalty",
            "largest singular value",
        ] {
            all.make_up(WHITE, series, metric, &SHARES, 1e-2, |_| world.off);
        }
        all.make_up(WHITE, series, "optima", &SHARES, 1e-2, |_| 1.0);
        let share = |_| 1.0 - world.elsewhere;
        all.make_up(WHITE, series, "at the global optimum", &SHARES, 1e-3, share);
    }
    for (study, metric) in [
        (CORRELATED, "distance"),
        (BALANCE, "off the law"),
        (FEW_ROWS, "from the ridge"),
        (FEW_ROWS, "loss apart"),
        (FEW_ROWS, "function apart"),
    ] {
        all.make_up(study, "", metric, &[0.0, 0.1], 1e-2, |_| world.off);
    }
}

fn measured(world: &World) -> Measurements {
    let mut all = Measurements::default();
    linear(world, &mut all);
    for (study, _, biases) in NETS {
        let mut note = |metric, f: &dyn Fn(f64) -> f64| {
            all.make_up(study, "", metric, &RATES, 1e-3, f);
        };
        note("from a minimum", &|_| world.off);
        note("optima", &|rate| {
            if biases {
                world.with_biases
            } else {
                (world.optima)(rate)
            }
        });
        note("excess", &world.excess);
        note("excess of the worst", &world.excess);
        note("told by live units", &|_| world.told);
        note("held-out loss", &world.held_out);
        note("held-out loss of the lowest", &|rate| {
            (world.held_out)(rate) + world.gain
        });
        note("spread of held-out loss", &world.spread);
        note("barrier", &world.barrier);
        note("barrier after matching", &world.matched);
        for metric in ["at the lowest", "different units"] {
            note(metric, &|_| 1.0);
        }
    }
    all
}

fn judged(world: &World) -> Judgement {
    GlobalOptimum.judge(&measured(world)).unwrap()
}

fn statements(judgement: &Judgement, support: Support) -> Vec<&str> {
    let own = judgement
        .parts
        .iter()
        .filter(|part| part.support == support);
    own.map(|part| part.statement.as_str()).collect()
}

#[test]
fn a_world_as_claimed_supports_every_part() {
    let judgement = judged(&CLAIMED);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
}

/// Whatever decay does to optima, the median start at the best rate cannot predict worse than at another.
#[test]
fn a_world_in_which_decay_does_not_help_contradicts_all_but_what_must_be() {
    let judgement = judged(&WRONG);
    let must = [
        "without decay there are several optima",
        "a start at the best λ predicts better than the lowest of 16 with little decay",
    ];
    let expected = [NETS[1], NETS[0]].into_iter();
    let expected = expected.flat_map(|net| must.map(|part| format!("{}: {part}", net.0)));
    assert_eq!(
        statements(&judgement, Support::Supported),
        expected.collect::<Vec<_>>(),
        "{judgement:#?}"
    );
    assert!(
        statements(&judgement, Support::Undecided).is_empty(),
        "{judgement:#?}"
    );
}

/// What is known of linear networks does not depend on what perceptrons do.
#[test]
fn linear_networks_as_known_and_perceptrons_with_more_optima_hold_partly() {
    let world = World {
        optima: |rate| 9.0 - rate,
        ..CLAIMED
    };
    let judgement = judged(&world);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let expected = [NETS[1], NETS[0]]
        .iter()
        .map(|net| format!("{}: at the best λ there is one optimum", net.0));
    assert_eq!(
        statements(&judgement, Support::Contradicted),
        expected.collect::<Vec<_>>(),
        "{judgement:#?}"
    );
}

/// A local optimum of three layers that is not global shows in two parts alone.
#[test]
fn each_known_statement_looks_at_its_own_figure() {
    let mut world = measured(&CLAIMED);
    for row in &mut world.rows {
        if row.series.starts_with("three")
            && row.metric.ends_with("global optimum")
            && row.rate > 0.0
        {
            row.value -= 0.2;
        }
    }
    let judgement = GlobalOptimum.judge(&world).unwrap();
    let wrong = statements(&judgement, Support::Contradicted);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(
        wrong
            .iter()
            .all(|part| part.contains("three") && part.contains("global"))
    );
}

#[test]
fn the_pictures_show_every_network() {
    let drawings = GlobalOptimum.draw(&measured(&CLAIMED)).unwrap();
    let svg: String = drawings
        .iter()
        .map(|drawing| drawing.picture.svg())
        .collect();
    let names = NETS
        .iter()
        .map(|net| net.0)
        .chain(DEPTHS.map(|depth| depth.0));
    for name in names {
        assert!(svg.contains(name), "{name}");
    }
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&GlobalOptimum, &results).unwrap();
}
