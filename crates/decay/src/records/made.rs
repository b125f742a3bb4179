//! Sweeps for tests of what is said of them.

use decay_report::{
    Curve, Interval, LearningCurve, Metric, RatePoint, RowsGain, RowsPoint, Split, Spread, Sweep,
    Task,
};

/// A setting whose validation loss is `of(share of the training)`.
pub(crate) fn point(rate: f64, of: impl Fn(f64) -> f64) -> RatePoint {
    let mean: Vec<f64> = (1..=40).map(|epoch| of(f64::from(epoch) / 40.0)).collect();
    let known = || Spread::of(&[mean[39]]);
    RatePoint {
        rate,
        half_life_epochs: None,
        tau_epochs: None,
        train: known(),
        validation: known(),
        gap: known(),
        accuracy: None,
        ece: None,
        weight_norm: known(),
        logit_scale: None,
        diverged: 0,
        curves: vec![Curve {
            split: Split::Validation,
            mean,
            low: Vec::new(),
            high: Vec::new(),
        }],
        reliability: Vec::new(),
    }
}

/// The first setting is the best and the chosen one.
pub(crate) fn sweep(points: Vec<RatePoint>) -> Sweep {
    Sweep {
        axis: "decay rate".into(),
        symbol: "λ".into(),
        at: String::new(),
        linear: false,
        metric: Metric {
            name: "NLL".into(),
            unit: String::new(),
            higher_is_better: false,
        },
        task: Task::Classification,
        points,
        audited: Vec::new(),
        chosen: 0,
        best: 0,
        rule: String::new(),
        threshold: f64::NAN,
    }
}

/// The gain of the last doubling has these ends; the value on all rows is 0.5.
pub(crate) fn curve_of_gain(low: f64, high: f64, higher_is_better: bool) -> LearningCurve {
    let of = |mean: f64, low: f64, high: f64| Interval {
        mean,
        low,
        high,
        n: 5,
    };
    let point = |share: &str, rows: f64| RowsPoint {
        share: share.into(),
        rows,
        validation: of(0.5, 0.4, 0.6),
        accuracy: None,
        diverged: 0,
    };
    let name = if higher_is_better { "accuracy" } else { "NLL" };
    LearningCurve {
        metric: Metric {
            name: name.into(),
            unit: String::new(),
            higher_is_better,
        },
        parts: "parts of the training rows".into(),
        seeds: 1,
        points: vec![point("1/2", 400.0), point("all", 800.0)],
        gain: Some(RowsGain {
            from: 400.0,
            to: 800.0,
            by: of(f64::midpoint(low, high), low, high),
        }),
        beyond: None,
    }
}
