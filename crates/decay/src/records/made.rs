//! Sweeps for tests of what is said of them.

use decay_report::{Curve, Metric, RatePoint, Split, Spread, Sweep, Task};

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
