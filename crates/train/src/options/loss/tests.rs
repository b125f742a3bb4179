//! What rows cost, by hand.

use super::{Loss, TargetScale};

const SCALE: [TargetScale; 1] = [TargetScale { mean: 3.0, sd: 2.0 }];

/// By hand, with `softplus(1) = 1.3132617`.
#[test]
fn rows_cost_what_the_formulas_say_in_the_unit_of_the_target() {
    let x = [0.5f32, 1.0];
    let cost = |loss: Loss, truth| loss.of_row(&x[..loss.width()], &[truth], 0.2, &SCALE);
    // f = 3 + 2 / 2
    assert_eq!(cost(Loss::Auto, 7.0), 9.0);
    assert_eq!(cost(Loss::Absolute, 7.0), 3.0);
    assert!((cost(Loss::Quantile, 7.0) - 0.6).abs() < 1e-12);
    assert!((cost(Loss::Quantile, 1.0) - 2.4).abs() < 1e-12);
    let v = 4.0 * (1.0f64.exp().ln_1p() + 1e-6);
    let nll = 0.5 * ((std::f64::consts::TAU * v).ln() + 9.0 / v);
    assert!((cost(Loss::Gaussian, 7.0) - nll).abs() < 1e-9);
    let rate = 3.0 * 0.5f64.exp();
    let deviance = 2.0 * (7.0 * (7.0 / rate).ln() - 7.0 + rate);
    assert!((cost(Loss::Poisson, 7.0) - deviance).abs() < 1e-12);
    assert!((cost(Loss::Poisson, 0.0) - 2.0 * rate).abs() < 1e-12);
    assert_eq!(Loss::Poisson.values(&x[..1], &SCALE), [rate]);
    assert_eq!(Loss::Poisson.variances(&x[..1], &SCALE), Some(vec![rate]));
    let fitted = Loss::Gaussian.variances(&x, &SCALE).unwrap()[0];
    assert!((fitted / v - 1.0).abs() < 1e-9);
    assert_eq!(
        (
            Loss::Gaussian.values(&x, &SCALE),
            Loss::Auto.variances(&x[..1], &SCALE)
        ),
        (vec![4.0], None)
    );
}

/// What the kernels minimise, told in the target's unit, is the loss of the rows.
#[test]
fn the_units_of_training_are_undone() {
    let (x, truth, quantile) = ([0.25f32, -0.5], 5.0, 0.3);
    let [scale] = SCALE;
    let t = (truth - scale.mean) / scale.sd;
    let scaled = |loss: Loss| {
        let unit = [TargetScale::IDENTITY];
        let of = |truth| loss.of_row(&x[..loss.width()], &[truth], quantile, &unit);
        match loss {
            // Counts in units of their mean, and half the deviance.
            Loss::Poisson => of(truth / scale.mean) / 2.0,
            // Labels have no unit.
            Loss::Bernoulli => loss.of_row(&x[..1], &[truth], quantile, &SCALE),
            _ => of(t),
        }
    };
    for loss in Loss::ALL {
        let told = loss.in_unit(scaled(loss), &SCALE);
        let want = loss.of_row(&x[..loss.width()], &[truth], quantile, &SCALE);
        assert!((told - want).abs() < 1e-9, "{loss:?}: {told} {want}");
    }
}

#[test]
fn counts_that_are_all_zero_have_a_unit() {
    let zeros = [TargetScale::IDENTITY];
    assert_eq!(Loss::Poisson.values(&[0.0], &zeros), [1.0]);
}

/// Each target in units of its own spread: `f = (4, 30)` beside `t = (7, 10)` is 1.5 and 4 of them away.
#[test]
fn several_targets_cost_their_mean_in_units_of_their_spread() {
    let scales = [
        SCALE[0],
        TargetScale {
            mean: 20.0,
            sd: 5.0,
        },
    ];
    let (x, truths) = ([0.5f32, 2.0, 1.0, -1.0], [7.0, 10.0]);
    let cost = |loss: Loss| loss.of_row(&x[..2 * loss.width()], &truths, 0.2, &scales);
    assert_eq!(Loss::Auto.values(&x[..2], &scales), [4.0, 30.0]);
    assert_eq!(cost(Loss::Auto), (1.5 * 1.5 + 16.0) / 2.0);
    assert_eq!(cost(Loss::Absolute), (1.5 + 4.0) / 2.0);
    assert!((cost(Loss::Quantile) - (0.2 * 1.5 + 0.8 * 4.0) / 2.0).abs() < 1e-12);
    let nll = |error: f64, s: f64| {
        let v = s.exp().ln_1p() + 1e-6;
        0.5 * ((std::f64::consts::TAU * v).ln() + error * error / v)
    };
    let wanted = (nll(1.5, 1.0) + nll(4.0, -1.0)) / 2.0;
    assert!((cost(Loss::Gaussian) - wanted).abs() < 1e-9);
    let deviance = |t: f64, x: f64| 2.0 * (x.exp() - t + t * (t.ln() - x));
    let wanted = (deviance(7.0 / 3.0, 0.5) + deviance(0.5, 2.0)) / 2.0;
    assert!((cost(Loss::Poisson) - wanted).abs() < 1e-12);
    let units = Loss::Auto.units(&scales);
    assert_eq!((units[0].apply(7.0), units[1].apply(10.0)), (2.0, -2.0));
    assert_eq!(Loss::Poisson.units(&scales)[1].apply(10.0), 0.5);
    assert_eq!(Loss::Auto.units(&SCALE), [TargetScale::IDENTITY]);
    assert_eq!(Loss::Auto.in_unit(0.75, &scales), 0.75);
}

/// `ln(1 + e^0.5) - 0.5` and `ln(1 + e^2)`.
#[test]
fn labels_cost_their_mean_cross_entropy() {
    let scales = [TargetScale::IDENTITY; 2];
    let found = Loss::Bernoulli.of_row(&[0.5, 2.0], &[1.0, 0.0], 0.5, &scales);
    assert!((found - (0.474_076_984_180_107 + 2.126_928_011_042_972_6) / 2.0).abs() < 1e-12);
}
