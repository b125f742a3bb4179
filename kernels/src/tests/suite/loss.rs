//! The losses against their reference bodies, and what a weight of zero means.

use burn::backend::TensorMetadata;

use super::Subject;
use super::values::{
    Floats, Integers, assert_close, assert_same, assert_same_sums, draws, floats, host,
    host_integers, however_spread, integers, member, scattered,
};
use crate::tests::Habits;
use crate::{LossOps, reference};

/// Of the largest magnitude: exponentials of another library and sums in another order.
const TOLERANCE: f32 = 2e-6;

const SHAPES: [[usize; 3]; 9] = [
    [1, 1, 1],
    [1, 64, 10],
    [2, 5, 3],
    [7, 64, 10],
    [7, 5, 17],
    [2, 16, 33],
    [2, 17, 64],
    [1, 5, 300],
    [7, 33, 2],
];

struct Batch {
    logits: Floats,
    labels: Integers,
    weights: Floats,
    smoothing: Floats,
}

impl Batch {
    /// Some weights are zero and, from two members on, all of the last member's.
    fn new([members, batch, classes]: [usize; 3]) -> Self {
        let weight = |i: usize| {
            let idle = members > 1 && i / batch == members - 1;
            if idle || i % 3 == 1 {
                0.0
            } else {
                0.5 + (i % 5) as f32
            }
        };
        let smoothing = (0..members).map(|r| (r % 4) as f32 * 0.13).collect();
        Self {
            logits: draws([members, batch, classes], 1),
            labels: integers(
                (0..members * batch)
                    .map(|i| (i * 7 % classes) as i32)
                    .collect(),
                [members, batch],
            ),
            weights: floats((0..members * batch).map(weight).collect(), [members, batch]),
            smoothing: floats(smoothing, [members]),
        }
    }

    fn run(&self) -> [Floats; 3] {
        however_spread(|| {
            let (objective, nll, gradient) = Subject::cross_entropy_with_gradient(
                self.logits.clone(),
                self.labels.clone(),
                self.weights.clone(),
                self.smoothing.clone(),
            );
            [objective, nll, gradient]
        })
    }

    fn expected(&self) -> [Floats; 3] {
        let (objective, nll, gradient) = reference::loss::cross_entropy::<Subject>(
            self.logits.clone(),
            self.labels.clone(),
            self.weights.clone(),
            self.smoothing.clone(),
        );
        [objective, nll, gradient]
    }

    fn member(&self, r: usize) -> Self {
        let labels = host_integers(&self.labels);
        let batch = self.labels.shape()[1];
        Self {
            logits: member(&self.logits, r),
            labels: integers(labels[r * batch..][..batch].to_vec(), [1, batch]),
            weights: member(&self.weights, r),
            smoothing: member(&self.smoothing, r),
        }
    }
}

#[test]
fn cross_entropy_agrees_with_the_reference() {
    for shape in SHAPES {
        let batch = Batch::new(shape);
        for (actual, expected) in batch.run().iter().zip(&batch.expected()) {
            assert_close(&format!("{shape:?}"), actual, expected, TOLERANCE);
        }
    }
}

#[test]
fn a_member_alone_equals_the_member_among_others() {
    for shape in [[7, 64, 10], [7, 5, 17], [7, 33, 2]] {
        let batch = Batch::new(shape);
        let together = batch.run();
        for r in 0..7 {
            for (alone, together) in batch.member(r).run().iter().zip(&together) {
                assert_same_sums("alone", alone, &member(together, r), TOLERANCE);
            }
        }
    }
}

#[test]
fn strided_logits_give_the_same() {
    let plain = Batch::new([7, 5, 17]);
    let strided = Batch {
        logits: scattered(&plain.logits),
        weights: scattered(&plain.weights),
        ..Batch::new([7, 5, 17])
    };
    for (strided, plain) in strided.run().iter().zip(&plain.run()) {
        assert_same_sums("strided", strided, plain, TOLERANCE);
    }
}

/// The padding of a ragged batch carries weight zero, whatever its logits became.
#[test]
fn a_sample_of_weight_zero_passes_nothing_on() {
    let mut batch = Batch::new([2, 20, 10]);
    let (clean, weights) = (batch.run(), host(&batch.weights));
    let mut logits = host(&batch.logits);
    for (sample, row) in logits.chunks_mut(10).enumerate() {
        if weights[sample] == 0.0 {
            row.fill(if sample % 2 == 0 {
                f32::NAN
            } else {
                f32::INFINITY
            });
        }
    }
    batch.logits = floats(logits, [2, 20, 10]);
    for (body, spoiled) in [batch.run(), batch.expected()].iter().enumerate() {
        for (spoiled, clean) in spoiled.iter().zip(&clean) {
            assert_close(&format!("body {body}"), spoiled, clean, TOLERANCE);
        }
    }
    let gradient = host(&batch.run()[2]);
    for (sample, row) in gradient.chunks(10).enumerate() {
        assert!(weights[sample] != 0.0 || row.iter().all(|&value| value == 0.0));
    }
}

#[test]
fn a_member_without_weight_has_loss_and_gradient_zero() {
    let [objective, nll, gradient] = Batch::new([3, 7, 5]).run();
    assert_eq!(host(&objective)[2], 0.0);
    assert_eq!(host(&nll)[2], 0.0);
    assert!(
        host(&member(&gradient, 2))
            .iter()
            .all(|&value| value == 0.0)
    );
}

#[test]
fn a_diverged_sample_shows_in_its_member_only() {
    let mut batch = Batch::new([3, 7, 5]);
    let clean = batch.run();
    let mut logits = host(&batch.logits);
    logits[2] = f32::NAN;
    batch.logits = floats(logits, [3, 7, 5]);
    let spoiled = batch.run();
    assert!(host(&spoiled[0])[0].is_nan() && host(&spoiled[1])[0].is_nan());
    for (spoiled, clean) in spoiled.iter().zip(&clean) {
        assert_same("others", &member(spoiled, 1), &member(clean, 1), TOLERANCE);
    }
}

/// `log C` whatever the common value, at magnitudes where the exponential alone would overflow.
#[test]
fn equal_logits_give_the_logarithm_of_the_classes() {
    for value in [0.0, 1e4, -1e4, 3e38] {
        let batch = Batch {
            logits: floats(vec![value; 2 * 7 * 5], [2, 7, 5]),
            ..Batch::new([2, 7, 5])
        };
        let [objective, nll, _] = batch.run();
        let expected = 5f32.ln();
        for loss in [objective, nll] {
            assert!((host(&loss)[0] - expected).abs() < 1e-6 * Subject::SLACK);
        }
    }
}

#[test]
fn squared_error_agrees_with_the_reference() {
    for shape in SHAPES {
        let Batch {
            logits, weights, ..
        } = Batch::new(shape);
        let targets = draws(shape, 2);
        let [objective, gradient] = however_spread(|| {
            let (x, t, w) = (logits.clone(), targets.clone(), weights.clone());
            Subject::squared_error_with_gradient(x, t, w).into()
        });
        let (x, t, w) = (logits.clone(), targets.clone(), weights.clone());
        let expected = reference::loss::squared_error::<Subject>(x, t, w);
        assert_close("objective", &objective, &expected.0, TOLERANCE);
        assert_close("gradient", &gradient, &expected.1, TOLERANCE);
        for r in 0..shape[0] {
            let (x, t, w) = (member(&logits, r), member(&targets, r), member(&weights, r));
            let alone = Subject::squared_error_with_gradient(x, t, w);
            assert_same_sums("alone", &alone.0, &member(&objective, r), TOLERANCE);
            assert_same_sums("alone", &alone.1, &member(&gradient, r), TOLERANCE);
        }
    }
}

#[test]
fn a_missing_target_of_weight_zero_passes_nothing_on() {
    let outputs = draws([1, 3, 2], 1);
    let targets = floats(vec![1.0, 2.0, f32::NAN, f32::NAN, 3.0, 4.0], [1, 3, 2]);
    let weights = floats(vec![1.0, 0.0, 2.0], [1, 3]);
    let arguments = || (outputs.clone(), targets.clone(), weights.clone());
    let (x, t, w) = arguments();
    let kernel = Subject::squared_error_with_gradient(x, t, w);
    let (x, t, w) = arguments();
    let expected = reference::loss::squared_error::<Subject>(x, t, w);
    for (objective, gradient) in [&kernel, &expected] {
        assert!(host(objective)[0].is_finite());
        assert_eq!(host(gradient)[2..4], [0.0, 0.0]);
    }
}
