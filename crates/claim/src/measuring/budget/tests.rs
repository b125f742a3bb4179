//! What is trained and noted, and what is chosen of it.

use clap::Parser;
use decay_audit::trend::Support;
use decay_data::Embedded;
use decay_model::Mlp;
use decay_train::TrainConfig;

use super::{Budget, DECAY, EARLY, Method, Way, gains, gains_panel, tested};
use crate::arguments::Arguments;
use crate::lab::Lab;
use crate::measurements::Measurements;

const STOPPED: Method = Method {
    name: EARLY,
    strengths: &[1.0, 3.0],
    apply: |_, _, _| (),
};
const DROPPED: Method = Method {
    name: "dropout",
    strengths: &[0.0, 0.5],
    apply: |config, _, share| config.dropout = share,
};

/// Early stopping at the last epoch is decay alone, and so is a strength of 0; another strength is not.
#[test]
fn methods_that_do_nothing_are_decay_alone() {
    let lab = Lab::new(&Arguments::parse_from(["claim", "--quiet"])).unwrap();
    let data = Embedded::Wine.load().unwrap();
    let budget = Budget {
        name: "wine",
        data: &data,
        rows: lab.draws(data.rows, 2, [60, 40]),
        model: Mlp::hidden([8]),
        config: TrainConfig {
            epochs: 3,
            lr: 1e-2,
            ..TrainConfig::default()
        },
        rates: vec![0.0, 2.0],
    };
    let mut all = Measurements::default();
    budget.measure(&lab, &[STOPPED, DROPPED], &mut all).unwrap();
    let of = |series, at| {
        let halves = ["validation", "test"].map(|metric| {
            let curve = all.curve_at("wine", series, metric, at).unwrap();
            assert_eq!((&curve.rates[..], curve.replicates()), (&[0.0, 2.0][..], 2));
            curve.values.concat()
        });
        halves.concat()
    };
    let far = |a: Vec<f64>| {
        let pairs = a.into_iter().zip(of(DECAY, 0.0));
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    };
    assert!(far(of(EARLY, 3.0)) == 0.0 && far(of("dropout", 0.0)) < 1e-5);
    assert!(far(of(EARLY, 1.0)) > 1e-2 && far(of("dropout", 0.5)) > 1e-3);
    let decay = of(DECAY, 0.0);
    assert!(decay[..4].iter().zip(&decay[4..]).all(|(a, b)| a != b));
}

/// Each replicate takes the setting that its own validation rows prefer, and what the test rows say of that.
#[test]
fn settings_are_chosen_by_validation_and_judged_by_the_test() {
    type Figure = (&'static str, &'static str, fn(f64) -> f64);
    let mut all = Measurements::default();
    let method = Method {
        strengths: &[1.0],
        ..DROPPED
    };
    let figures: [Figure; 4] = [
        (DECAY, "validation", |rate| 5.0 - rate),
        (DECAY, "test", |rate| 50.0 + rate),
        (method.name, "validation", |rate| 4.5 + rate),
        (method.name, "test", |rate| 10.0 + rate),
    ];
    for (series, metric, f) in figures {
        let at = if series == DECAY { 0.0 } else { 1.0 };
        all.make_up_along("n", series, metric, &[0.0, 1.0], &[at], |rate, _| f(rate));
    }
    let near = |way, wanted: f64| {
        let found = tested(&all, "n", way).unwrap();
        assert!(
            found.iter().all(|loss| (loss / wanted - 1.0).abs() < 2e-3),
            "{found:?} {wanted}"
        );
    };
    near(Way::Decay, 51.0);
    near(Way::Alone(method), 10.0);
    near(Way::Bare(method), 10.0);
    near(Way::Both(method), 10.0);
    let parts = gains(&all, "n", "nats", &[method], 0.0).unwrap();
    assert_eq!(parts[0].support, Support::Contradicted);
    let panel = gains_panel(&all, "n", "nats", &[method]).unwrap();
    let shown: Vec<f64> = (panel.series.iter())
        .map(|own| own.points[0].mean)
        .collect();
    assert!(shown.iter().all(|less| (less + 41.0).abs() < 0.2));
}
