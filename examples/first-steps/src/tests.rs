//! The programs against closed forms, and the verdict on worlds in which the listings are right and in which they are not.

use std::panic::catch_unwind;
use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict};
use nalgebra::DMatrix;

use crate::programs::{Line, Net, Points, norm, penalty_gradient, predict};
use crate::{
    CONVERGENCE, DECAYING, FirstSteps, GD, HALVED, LIBRARY, LINE, LINES, NET, NETS, ONE_LAYER,
    RATE, SGD,
};

const ROWS: [usize; 5] = [0, 1, 2, 3, 4];

fn points() -> Points {
    Points {
        x: vec![0.1, 0.3, 0.55, 0.7, 0.95],
        y: vec![2.0, 3.3, 3.2, 4.5, 4.4],
    }
}

fn descended(program: Line, decay: f64) -> [f64; 2] {
    points().descend(program, decay, 3000, |_| (&ROWS, 0.5), |_, _| ())
}

fn near(a: [f64; 2], b: [f64; 2]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
}

#[test]
fn gradient_descent_reaches_the_closed_form_of_each_program() {
    for decay in [0.0, 0.05, 0.7] {
        let optimum = |decay, intercept| points().optimum(decay, intercept);
        assert!(near(descended(Line::Right, decay), optimum(decay, true)));
        let without = descended(Line::NoIntercept, decay);
        assert!(near(without, optimum(decay, false)) && without[1] == 0.0);
        // The listing's penalty is the right one at 2 λ / n: with a hundred rows a fiftieth of what was asked for.
        let divided = descended(Line::DividedPenalty, decay);
        assert!(near(divided, optimum(2.0 * decay / 5.0, true)));
    }
    // By hand: rows (0, 1), (1, 3) have variance 1/4 and covariance 1/2, so w = 1/2 / (1/4 + 1/4).
    let two = Points {
        x: vec![0.0, 1.0],
        y: vec![1.0, 3.0],
    };
    assert_eq!(two.optimum(0.25, true), [1.0, 1.5]);
}

/// The distance is multiplied by `1 - η μ`, with the smaller eigenvalue of `[[mean x² + λ, mean x], [mean x, 1]]`.
#[test]
fn gradient_descent_converges_at_the_rate_of_the_smallest_curvature() {
    let (points, decay, optimum) = (points(), 0.05, points().optimum(0.05, true));
    let mean = points.x.iter().sum::<f64>() / 5.0;
    let square = points.x.iter().map(|x| x * x).sum::<f64>() / 5.0 + decay;
    let smallest = (square + 1.0 - ((square - 1.0).powi(2) + 4.0 * mean * mean).sqrt()) / 2.0;
    let mut far = Vec::new();
    points.descend(
        Line::Right,
        decay,
        200,
        |_| (&ROWS, 0.5),
        |_, [w, b]| {
            far.push((w - optimum[0]).hypot(b - optimum[1]));
        },
    );
    assert!((far[199] / far[198] - (1.0 - 0.5 * smallest)).abs() < 1e-9);
}

const START: [f64; 7] = [0.7, -1.1, 0.2, 0.4, 1.3, -0.6, 0.1];

fn net_loss(at: &[f64], program: Net) -> f64 {
    let points = points();
    let rows = points.x.iter().zip(&points.y);
    let squares: f64 = rows
        .map(|(&x, y)| (predict(at, program, x) - y).powi(2))
        .sum();
    squares / 10.0
}

/// One step against central differences of loss and penalty.
#[test]
fn a_step_of_an_mlp_follows_its_gradient() {
    for program in [Net::Right, Net::SquashedOutput] {
        let stepped = points().train(program, 0.3, &START, 1);
        let objective = |at: &[f64]| net_loss(at, program) + 0.15 * norm(at).powi(2);
        for place in 0..START.len() {
            let moved = |by: f64| {
                let mut at = START;
                at[place] += by;
                objective(&at)
            };
            let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((stepped[place] - (START[place] - 0.2 * slope)).abs() < 1e-9);
        }
    }
}

#[test]
fn a_penalty_on_normalised_weights_has_no_gradient_and_shrinks_nothing() {
    let pull = penalty_gradient(&START, Net::NormalisedPenalty);
    assert!(pull.iter().all(|pull| pull.abs() < 1e-15), "{pull:?}");
    let trained = |decay| points().train(Net::NormalisedPenalty, decay, &START, 500);
    let without = points().train(Net::Right, 0.0, &START, 500);
    for (a, b) in trained(100.0).iter().zip(without) {
        assert!((a - b).abs() < 1e-9);
    }
    let shrunk = points().train(Net::Right, 1.0, &START, 500);
    assert!(norm(&shrunk) < 0.5 * norm(&trained(1.0)));
}

#[test]
fn a_sigmoid_cannot_reach_targets_above_one() {
    let found = points().train(Net::SquashedOutput, 0.0, &START, 5000);
    let rows = points().x.into_iter();
    let highest = rows.map(|x| predict(&found, Net::SquashedOutput, x));
    let highest = highest.fold(0.0, f64::max);
    assert!(highest > 0.9 && highest <= 1.0, "{highest}");
}

/// The listing's first layer: a hundred rows of one input, times a weight of two inputs.
#[test]
fn the_listings_product_does_not_exist() {
    let product = |inputs: usize| {
        catch_unwind(move || DMatrix::<f64>::zeros(100, 1) * DMatrix::<f64>::zeros(inputs, 1))
    };
    assert!(product(2).is_err());
    assert_eq!(product(1).unwrap().shape(), (100, 1));
}

/// Figures of a world.
struct World {
    gd: f64,
    sgd: fn(f64) -> f64,
    decaying: fn(f64) -> f64,
    wrong_error: f64,
    divided: f64,
    norm: fn(f64) -> f64,
    normalised: fn(f64) -> f64,
}

/// In which listings are as good as programs without mistakes.
const TEXT: World = World {
    gd: 1e-9,
    sgd: |_| 1e-14,
    decaying: |step| 1.0 / step,
    wrong_error: 0.5,
    divided: 1.0,
    norm: |rate| 3.0 / (1.0 + rate),
    normalised: |rate| 3.0 / (1.0 + rate),
};

/// In which nothing works.
const WRONG: World = World {
    gd: 1.0,
    sgd: |step| step,
    decaying: |step| step,
    wrong_error: 5.0,
    divided: 3.0,
    norm: |rate| 3.0 + rate,
    normalised: |_| 3.0,
};

/// What can be expected: programs work, listings do not.
const REAL: World = World {
    sgd: |_| 0.1,
    wrong_error: 5.0,
    divided: 3.0,
    normalised: |_| 3.0,
    ..TEXT
};

fn measured(world: &World) -> Measurements {
    let mut all = Measurements::default();
    let rates = [0.0, RATE, 0.1, 1.0];
    let mut add = |study, series, metric, f: &dyn Fn(f64) -> f64| {
        all.make_up(study, series, metric, &rates, 1e-3, f);
    };
    add(LIBRARY, "", "distance", &|_| world.gd);
    for (place, series) in LINES.into_iter().enumerate() {
        let error = if place == 1 { world.wrong_error } else { 1.0 };
        add(LINE, series, "excess error", &|_| error);
        add(LINE, series, "distance", &|_| world.gd);
        add(LINE, series, "slope", &|_| {
            if place == 2 { world.divided } else { 2.0 }
        });
    }
    for series in NETS.into_iter().chain([ONE_LAYER]) {
        let right = [NETS[0], NETS[1]].contains(&series);
        let error = if right { 1.0 } else { world.wrong_error };
        add(NET, series, "excess error", &|_| error);
        add(NET, series, "norm", &world.norm);
    }
    all.rows
        .retain(|row| (row.series.as_str(), row.metric.as_str()) != (NETS[1], "norm"));
    all.make_up(NET, NETS[1], "norm", &rates, 0.0, world.normalised);
    let steps: Vec<f64> = (0..10).map(|power| f64::from(1 << power)).collect();
    let gd = |_, step| 1.0 / (1.0 + step);
    all.make_up_along(CONVERGENCE, GD, "square", &[RATE], &steps, gd);
    for (series, f) in [
        (GD, world.decaying),
        (SGD, world.sgd),
        (HALVED, world.sgd),
        (DECAYING, world.decaying),
    ] {
        let half = if series == HALVED { 0.5 } else { 1.0 };
        let of = |_, step| half * f(step);
        all.make_up_along(CONVERGENCE, series, "squared distance", &[RATE], &steps, of);
    }
    all
}

fn judged(world: &World) -> Judgement {
    FirstSteps.judge(&measured(world)).unwrap()
}

#[test]
fn where_listings_work_all_is_supported_but_that_the_best_sgd_is_the_decaying_one() {
    let judgement = judged(&TEXT);
    let rest = judgement
        .parts
        .iter()
        .filter(|part| part.support != Support::Supported);
    let rest: Vec<&str> = rest.map(|part| part.statement.as_str()).collect();
    assert_eq!(
        rest,
        ["SGD, rate ~ 1/t, ends nearer than SGD, half that rate"],
        "{judgement:#?}"
    );
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
}

#[test]
fn where_nothing_works_all_is_contradicted() {
    let judgement = judged(&WRONG);
    // A rate half as large is still twice as near.
    assert_eq!(judgement.count(Support::Supported), 1, "{judgement:#?}");
    assert_eq!(judgement.count(Support::Contradicted), 12);
}

#[test]
fn programs_that_work_and_listings_that_do_not_are_told_apart() {
    let judgement = judged(&REAL);
    let contradicted = judgement
        .parts
        .iter()
        .filter(|part| part.support == Support::Contradicted);
    let contradicted = contradicted.map(|part| part.statement.as_str());
    assert!(
        contradicted
            .clone()
            .skip(1)
            .all(|statement| statement.contains("listing"))
    );
    assert_eq!(contradicted.count(), 6, "{judgement:#?}");
    assert_eq!(judgement.count(Support::Supported), 7);
}

#[test]
fn the_pictures_show_every_program() {
    let drawings = FirstSteps.draw(&measured(&REAL)).unwrap();
    let svg: String = drawings
        .iter()
        .map(|drawing| drawing.picture.svg())
        .collect();
    for series in LINES
        .into_iter()
        .chain(NETS)
        .chain([GD, SGD, HALVED, DECAYING, ONE_LAYER])
    {
        assert!(
            svg.contains(&series.replace('\'', "&#39;")) || svg.contains(series),
            "{series}"
        );
    }
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&FirstSteps, &results).unwrap();
}
