//! The mathematics by hand, and the verdict on worlds in which the penalties do what is said, the opposite, and some of it.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::beyond::{among_series, closed};
use crate::experiment::{best_member, by_entry, by_size};
use crate::{
    ADAM, AMONG, CHOOSERS, COSINES, FEW, GROUPED, HOW, IN_BATCHES, IRRELEVANT, L1, L2, MADE_UP,
    NET, PATHS, PENALTIES, PERCEPTRON, STABLE, STEPS, Sparsity, WHOLE, refitted,
};

/// Against a search over a grid.
#[test]
fn the_closed_form_is_the_minimum() {
    for (a, penalties) in [
        (0.7, [0.3, 0.0]),
        (-0.7, [0.3, 2.0]),
        (0.1, [0.3, 1.0]),
        (0.4, [0.0, 3.0]),
    ] {
        let cost = |w: f64| (w - a).powi(2) + penalties[0] * w.abs() + penalties[1] * w * w / 2.0;
        let grid = (-10_000..=10_000).map(|k| f64::from(k) * 1e-4);
        let best = grid.min_by(|x, y| cost(*x).total_cmp(&cost(*y))).unwrap();
        assert!(
            (closed(-2.0 * a, penalties) - best).abs() < 1e-4,
            "{a} {best}"
        );
    }
}

/// Strengths ascend: what still has a weight at the last was taken up first.
#[test]
fn inputs_enter_where_the_path_first_gives_them_a_weight() {
    let path = [
        vec![0.9, 0.8, -0.7, 0.1, 0.0],
        vec![0.5, 0.6, -0.4, 0.0, 0.0],
        vec![0.0, 0.2, -0.3, 0.0, 0.0],
        vec![0.0, 0.0, 0.0, 0.0, 0.0],
    ];
    assert_eq!(by_entry(&path), [2, 1, 0, 3, 4]);
    assert_eq!(by_size(&[0.1, 0.0, 0.7, 0.3]), [2, 3, 0, 1]);
}

#[test]
fn the_best_member_of_a_fold_is_at_the_strength_that_is_best_on_average() {
    // Three strengths of two folds; the mean is lowest at the second.
    let losses = [3.0, 9.0, 5.0, 5.0, 4.0, 7.0];
    assert_eq!([0, 1].map(|fold| best_member(&losses, 2, fold)), [2, 3]);
}

/// Whether each thing is as claimed.
#[derive(Clone, Copy)]
struct World {
    exact: bool,
    sparse: bool,
    spread: bool,
    selects: bool,
    network: bool,
}

const CLAIMED: World = World {
    exact: true,
    sparse: true,
    spread: true,
    selects: true,
    network: true,
};

const OPPOSITE: World = World {
    exact: false,
    sparse: false,
    spread: false,
    selects: false,
    network: false,
};

const BOWL: fn(f64) -> f64 = |rate| 1.0 + (rate.log10() + 1.0).powi(2);

fn measured(world: &World) -> Measurements {
    let mut all = Measurements::default();
    let strengths = rates(0.01, 1.0, 6).split_off(1);
    let far = if world.exact { 1e-7 } else { 0.1 };
    for series in PENALTIES {
        all.make_up(COSINES, series, "distance", &strengths, 0.1, |_| far);
    }
    for table in PATHS {
        for (place, series) in PENALTIES.into_iter().enumerate() {
            let step = if world.spread { 3.0 } else { -3.0 };
            let zeros = |rate: f64| match (world.sparse, series == L2) {
                (true, true) => 0.0,
                (true, false) => 0.3 + 0.3 * rate,
                (false, _) => 0.7 - 0.3 * rate,
            };
            let effective = |rate| 20.0 + step * (place as f64 + rate);
            let mut add = |metric, noise, f: &dyn Fn(f64) -> f64| {
                all.make_up(table, series, metric, &strengths, noise, f);
            };
            add("zeros", 1e-4, &zeros);
            add("loss", 1e-3, &BOWL);
            add("effective inputs", 1e-4, &effective);
            add("stability", 1e-3, &|_| 1.0 + 0.1 * step * place as f64);
            add("unrest", 0.1, &|_| far);
        }
    }
    linear_selections(world, &strengths, &mut all);
    perceptrons(world, &strengths, &mut all);
    all
}

fn linear_selections(world: &World, strengths: &[f64], all: &mut Measurements) {
    let good = |right: f64, wrong: f64| if world.selects { right } else { wrong };
    for (series, right, wrong) in [(STEPS[0], 1.0, 0.2), (STEPS[1], 0.0, 0.5), (ADAM, 1.0, 0.2)] {
        all.make_up(HOW, series, "zeros", &[0.1], 0.0, |_| good(right, wrong));
    }
    for table in PATHS {
        for (chooser, loss) in CHOOSERS.into_iter().zip([0.5, 0.6, 0.7]) {
            let loss = good(loss, 1.0 - loss);
            all.make_up(&refitted(table), chooser, "loss", &[1.0, FEW], 1e-3, |_| {
                loss
            });
        }
    }
    for table in MADE_UP {
        for (series, metric, right, wrong) in [
            (WHOLE, "precision", 1.0, 0.4),
            (WHOLE, "recall", 1.0, 0.4),
            (STABLE, "wrong", 0.1, 4.0),
            (STABLE, "recall", 1.0, 0.4),
        ] {
            all.make_up(table, series, metric, strengths, 1e-3, |_| {
                good(right, wrong)
            });
        }
        all.make_up(table, WHOLE, "loss", strengths, 1e-3, BOWL);
    }
    for among in AMONG {
        for (penalty, slope) in [(L1, good(0.1, 0.4)), (L2, 0.2)] {
            let loss = |rate| BOWL(rate) + slope * (among as f64).log10();
            let series = among_series(penalty, among);
            all.make_up(IRRELEVANT, &series, "loss", strengths, 1e-3, loss);
        }
    }
}

/// Losses and shares dropped, as claimed and otherwise.
fn perceptrons(world: &World, strengths: &[f64], all: &mut Measurements) {
    for (series, [loss, dropped], otherwise) in [
        (GROUPED, [0.0, 1.0], [0.5, 0.1]),
        (L1, [0.2, 0.1], [0.2, 0.5]),
        (L2, [0.4, 0.0], [0.1, 0.0]),
        (IN_BATCHES, [0.3, 0.0], [0.3, 0.5]),
    ] {
        let [loss, dropped] = if world.network {
            [loss, dropped]
        } else {
            otherwise
        };
        let recall = if world.network { 1.0 } else { 0.3 };
        let inputs = if world.network { 30.0 } else { 12.0 };
        let mut add = |metric, noise, f: &dyn Fn(f64) -> f64| {
            all.make_up(PERCEPTRON, series, metric, strengths, noise, f);
        };
        add("recall", 1e-3, &|_| recall);
        add("dropped", 1e-3, &|_| dropped);
        add("inputs", 0.0, &|_| inputs);
        add("loss", 1e-3, &|rate| BOWL(rate) + loss);
    }
}

fn judged(world: &World) -> Judgement {
    Sparsity.judge(&measured(world)).unwrap()
}

#[test]
fn a_world_as_claimed_supports_every_part() {
    let judgement = judged(&CLAIMED);
    let others = judgement
        .parts
        .iter()
        .filter(|part| part.support != Support::Supported);
    assert_eq!(
        judgement.verdict,
        Verdict::Holds,
        "{:#?}",
        others.collect::<Vec<_>>()
    );
}

#[test]
fn the_opposite_world_contradicts_every_part() {
    let judgement = judged(&OPPOSITE);
    let others = judgement
        .parts
        .iter()
        .filter(|part| part.support != Support::Contradicted);
    assert_eq!(
        others.clone().count(),
        0,
        "{:#?}",
        others.collect::<Vec<_>>()
    );
}

#[test]
fn a_world_in_which_one_thing_is_otherwise_holds_partly() {
    let mixed = [
        (
            World {
                exact: false,
                ..CLAIMED
            },
            4,
        ),
        (
            World {
                spread: false,
                ..CLAIMED
            },
            12,
        ),
        (
            World {
                network: false,
                ..CLAIMED
            },
            7,
        ),
    ];
    for (world, contradicted) in mixed {
        let judgement = judged(&world);
        assert_eq!(judgement.verdict, Verdict::HoldsPartly);
        assert_eq!(
            judgement.count(Support::Contradicted),
            contradicted,
            "{judgement:#?}"
        );
        assert_eq!(judgement.count(Support::Undecided), 0);
    }
}

#[test]
fn the_pictures_show_every_penalty_and_everyone_who_chooses() {
    let drawings = Sparsity.draw(&measured(&CLAIMED)).unwrap();
    let svg: String = drawings
        .iter()
        .map(|drawing| drawing.picture.svg())
        .collect();
    let names = PENALTIES.into_iter().chain(CHOOSERS).chain(PATHS);
    assert!(names.chain([GROUPED, NET]).all(|name| svg.contains(name)));
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Sparsity, &results).unwrap();
}
