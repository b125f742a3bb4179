//! Losses of values against their reference bodies, torch, finite differences and their minima.

use super::Subject;
use super::gradients::{Tape, Tracked, constant, differences, gradients};
use super::values::{
    Floats, assert_close, assert_same_sums, draws, floats, host, however_spread, member,
};
use crate::tests::Habits;
use crate::{LossOps, ValueLoss, reference};

const ALL: [ValueLoss; 5] = [
    ValueLoss::Absolute,
    ValueLoss::Quantile,
    ValueLoss::Gaussian,
    ValueLoss::Poisson,
    ValueLoss::Bernoulli,
];

/// Of the largest magnitude: exponentials of another library and sums in another order.
const TOLERANCE: f32 = 4e-6;

struct Batch {
    loss: ValueLoss,
    outputs: Floats,
    targets: Floats,
    weights: Floats,
    quantile: Floats,
}

impl Batch {
    /// Targets of a Poisson are not negative, labels 0 or 1; some weights are zero and, from two members on, all of the last member's.
    fn new(loss: ValueLoss, [members, batch, values]: [usize; 3]) -> Self {
        let weight = |i: usize| {
            let idle = members > 1 && i / batch == members - 1;
            if idle || i % 3 == 1 {
                0.0
            } else {
                0.5 + (i % 5) as f32
            }
        };
        let shape = [members, batch, values];
        let targets = host(&draws(shape, 2));
        let targets = match loss {
            ValueLoss::Poisson => targets.iter().map(|t| (3.0 * t).round().max(0.0)).collect(),
            ValueLoss::Bernoulli => targets
                .iter()
                .map(|t| f32::from(u8::from(*t > 0.0)))
                .collect(),
            _ => targets,
        };
        let quantile = (0..members).map(|r| 0.1 + 0.11 * r as f32).collect();
        Self {
            loss,
            outputs: draws([members, batch, values * loss.outputs()], 1),
            targets: floats(targets, shape),
            weights: floats((0..members * batch).map(weight).collect(), [members, batch]),
            quantile: floats(quantile, [members]),
        }
    }

    fn run(&self) -> [Floats; 2] {
        however_spread(|| {
            Subject::value_loss_with_gradient(
                self.outputs.clone(),
                self.targets.clone(),
                self.weights.clone(),
                self.quantile.clone(),
                self.loss,
            )
            .into()
        })
    }

    fn expected(&self) -> [Floats; 2] {
        reference::loss::value_loss::<Subject>(
            self.outputs.clone(),
            self.targets.clone(),
            self.weights.clone(),
            self.quantile.clone(),
            self.loss,
        )
        .into()
    }

    fn member(&self, r: usize) -> Self {
        Self {
            loss: self.loss,
            outputs: member(&self.outputs, r),
            targets: member(&self.targets, r),
            weights: member(&self.weights, r),
            quantile: member(&self.quantile, r),
        }
    }
}

#[test]
fn losses_of_values_agree_with_the_reference() {
    for loss in ALL {
        for shape in [[1, 1, 1], [2, 5, 3], [7, 64, 1], [7, 5, 4]] {
            let batch = Batch::new(loss, shape);
            let found = batch.run();
            for (actual, expected) in found.iter().zip(&batch.expected()) {
                assert_close(&format!("{loss:?} {shape:?}"), actual, expected, TOLERANCE);
            }
            for r in 0..shape[0] {
                for (alone, together) in batch.member(r).run().iter().zip(&found) {
                    assert_same_sums("alone", alone, &member(together, r), TOLERANCE);
                }
            }
        }
    }
}

/// torch 2.15 in f64: `l1_loss`, the pinball formula, `gaussian_nll_loss(full=True)` with `softplus`, and `poisson_nll_loss` with
/// `t ln t - t` in place of Stirling's formula, gradients by its autograd; `binary_cross_entropy_with_logits` by its closed form,
/// `max(x, 0) - t x + ln(1 + e^-|x|)` with the slope `1 / (1 + e^-x) - t`.
#[test]
fn losses_of_values_are_those_of_torch() {
    let x = [0.5, -1.25, 2.0, 0.75, -0.5, 3.0];
    let s = [0.25, -2.0, 1.5, -0.5, 4.0, -6.0];
    let pairs: Vec<f32> = (0..3)
        .flat_map(|b| [x[2 * b], x[2 * b + 1], s[2 * b], s[2 * b + 1]])
        .collect();
    let expected: [(f32, Vec<f32>); 5] = [
        (
            0.517_857_13,
            vec![
                -0.142_857_13,
                -0.142_857_13,
                -0.071_428_57,
                0.071_428_57,
                -0.285_714_3,
                0.285_714_3,
            ],
        ),
        (
            0.191_071_44,
            vec![
                -0.042_857_144,
                -0.042_857_144,
                -0.021_428_57,
                0.05,
                -0.085_714_29,
                0.2,
            ],
        ),
        (
            4.616_394,
            vec![
                -0.086_481_504,
                -1.406_860_6,
                0.033_901_956,
                -0.758_685_4, //
                -0.020_990_94,
                0.037_667_1,
                0.014_639_982,
                0.024_692_114, //
                -0.035_552_956,
                28.840_393,
                0.032_741_256,
                -3.456_513_6,
            ],
        ),
        (
            3.845_824_5,
            vec![
                0.092_674_464,
                0.040_929_258,
                0.349_218_28,
                0.1155,
                0.173_294_47,
                4.953_010_6,
            ],
        ),
        (
            -1.397_752_3,
            vec![
                -0.053_934_38,
                0.031_814_306,
                -0.115_657_35,
                0.012_798_479,
                0.107_868_76,
                -0.513_550_2,
            ],
        ),
    ];
    for (loss, (objective, gradient)) in ALL.into_iter().zip(expected) {
        let outputs = match loss {
            ValueLoss::Gaussian => floats(pairs.clone(), [1, 3, 4]),
            _ => floats(x.to_vec(), [1, 3, 2]),
        };
        let batch = Batch {
            loss,
            outputs,
            targets: floats(vec![1.0, 0.0, 2.5, 0.5, 0.0, 2.75], [1, 3, 2]),
            weights: floats(vec![1.0, 0.5, 2.0], [1, 3]),
            quantile: floats(vec![0.3], [1]),
        };
        for found in [batch.run(), batch.expected()] {
            let [loss_found, slopes] = found.each_ref().map(host);
            assert!(
                (loss_found[0] / objective - 1.0).abs() < TOLERANCE * Subject::SLACK,
                "{loss:?}: {loss_found:?}"
            );
            let largest = gradient
                .iter()
                .fold(0.1, |most: f32, slope| most.max(slope.abs()));
            for (found, wanted) in slopes.iter().zip(&gradient) {
                // A GPU's exponential of a variance is the less exact, the larger the slope that it is a part of.
                let scale = if Subject::EXACT {
                    wanted.abs().max(0.1)
                } else {
                    largest
                };
                assert!(
                    (found - wanted).abs() <= TOLERANCE * Subject::SLACK * scale,
                    "{loss:?}: {slopes:?}"
                );
            }
        }
    }
}

#[test]
fn slopes_of_losses_of_values_are_those_of_differences() {
    for loss in ALL {
        let mut batch = Batch::new(loss, [2, 6, 2]);
        if loss.outputs() == 1 {
            // Where a slope jumps there is no difference to compare with.
            let pairs = host(&batch.outputs).into_iter().zip(host(&batch.targets));
            let apart = |(x, t): (f32, f32)| if (x - t).abs() < 0.05 { t + 0.2 } else { x };
            batch.outputs = floats(pairs.map(apart).collect(), [2, 6, 2]);
        }
        let cotangent = floats(vec![0.7, -1.3], [2]);
        let objective = |inputs: &[Tracked]| {
            Tape::value_loss(
                inputs[0].clone(),
                constant(&batch.targets),
                constant(&batch.weights),
                constant(&batch.quantile),
                loss,
            )
        };
        let inputs = [batch.outputs.clone()];
        let exact = gradients(&inputs, &cotangent, objective);
        let differences = differences(&inputs, 0, &cotangent, objective);
        assert_close(&format!("{loss:?}"), &exact[0], &differences, 2e-3);
    }
}

#[test]
fn what_has_weight_zero_passes_nothing_on() {
    for loss in ALL {
        let mut batch = Batch::new(loss, [2, 9, 1]);
        let (clean, weights) = (batch.run(), host(&batch.weights));
        let (mut outputs, mut targets) = (host(&batch.outputs), host(&batch.targets));
        for (sample, weight) in weights.iter().enumerate() {
            if *weight == 0.0 {
                outputs[sample * loss.outputs()..][..loss.outputs()].fill(f32::NAN);
                targets[sample] = f32::INFINITY;
            }
        }
        batch.outputs = floats(outputs, [2, 9, loss.outputs()]);
        batch.targets = floats(targets, [2, 9, 1]);
        for spoiled in [batch.run(), batch.expected()] {
            for (spoiled, clean) in spoiled.iter().zip(&clean) {
                assert_close(&format!("{loss:?}"), spoiled, clean, TOLERANCE);
            }
            assert_eq!(
                host(&spoiled[0])[1],
                0.0,
                "all of the last member's are zero"
            );
        }
    }
}

/// A model that diverged must not look like one that is right.
#[test]
fn an_output_that_is_no_number_shows_in_the_loss() {
    for loss in ALL {
        let mut batch = Batch::new(loss, [1, 4, 1]);
        let mut outputs = host(&batch.outputs);
        outputs[0] = f32::NAN;
        batch.outputs = floats(outputs, [1, 4, loss.outputs()]);
        for [objective, _] in [batch.run(), batch.expected()] {
            assert!(host(&objective)[0].is_nan(), "{loss:?}");
        }
    }
}

/// At the minimum: a rate equal to the count, a variance equal to the squared error.
#[test]
fn likelihoods_are_least_at_the_truth() {
    let run = |loss, outputs: Vec<f32>, target: f32| {
        let width = outputs.len();
        let batch = Batch {
            loss,
            outputs: floats(outputs, [1, 1, width]),
            targets: floats(vec![target], [1, 1, 1]),
            weights: floats(vec![2.0], [1, 1]),
            quantile: floats(vec![0.5], [1]),
        };
        let [objective, gradient] = batch.run();
        (host(&objective)[0], host(&gradient))
    };
    let (deviance, slope) = run(ValueLoss::Poisson, vec![5f32.ln()], 5.0);
    assert!(deviance.abs() < 2e-6 * Subject::SLACK && slope[0].abs() < 2e-6 * Subject::SLACK);
    let (none, slope) = run(ValueLoss::Poisson, vec![-3.0], 0.0);
    assert!((none - (-3f32).exp()).abs() < 1e-7 && (slope[0] - none).abs() < 1e-7);
    // softplus(s) = 0.25
    let s = 0.25f32.exp_m1().ln();
    let (nll, slopes) = run(ValueLoss::Gaussian, vec![1.5, s], 2.0);
    let wanted = 0.5 * ((std::f32::consts::TAU * 0.25).ln() + 1.0);
    assert!((nll - wanted).abs() < 1e-5);
    assert!(
        (slopes[0] + 2.0).abs() < 1e-4 && slopes[1].abs() < 1e-5,
        "{slopes:?}"
    );
}

/// A log-odds whose exponential overflows costs itself, or nothing; at 0 a label costs a bit.
#[test]
fn cross_entropy_of_labels_does_not_overflow() {
    let batch = Batch {
        loss: ValueLoss::Bernoulli,
        outputs: floats(vec![300.0, -300.0, 300.0, -300.0, 0.0], [1, 5, 1]),
        targets: floats(vec![0.0, 1.0, 1.0, 0.0, 1.0], [1, 5, 1]),
        weights: floats(vec![1.0; 5], [1, 5]),
        quantile: floats(vec![0.5], [1]),
    };
    for found in [batch.run(), batch.expected()] {
        let [loss, slopes] = found.each_ref().map(host);
        let wanted = (600.0 + std::f32::consts::LN_2) / 5.0;
        assert!((loss[0] / wanted - 1.0).abs() < 1e-6, "{loss:?}");
        for (found, wanted) in slopes.iter().zip([0.2, -0.2, 0.0, 0.0, -0.1]) {
            assert!((found - wanted).abs() < 1e-6, "{slopes:?}");
        }
    }
}
