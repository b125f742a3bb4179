//! Batch normalisation against its reference body and the properties that name it.

use super::Subject;
use super::values::{Floats, assert_close, draws, floats, host, member};
use crate::{Activation, NormOps, reference};

/// `(members, batch, columns)`.
const SIZES: [(usize, usize, usize); 5] =
    [(1, 64, 40), (7, 5, 19), (3, 1, 4), (2, 33, 1), (1, 9, 33)];

struct Request {
    x: Floats,
    scale: Floats,
    shift: Floats,
    weights: Floats,
    running: [Floats; 2],
}

impl Request {
    /// Every third sample has weight 0; the last of several members has no sample at all.
    fn new((members, batch, columns): (usize, usize, usize)) -> Self {
        let weight = |i: usize| {
            let counts = i % 3 != 1 && (members == 1 || i / batch + 1 < members);
            f32::from(u8::from(counts))
        };
        let squares = host(&draws([members, columns], 5)).into_iter();
        let squares = squares.map(|v| v * v).collect();
        Self {
            x: draws([members, batch, columns], 1),
            scale: draws([members, columns], 2),
            shift: draws([members, columns], 3),
            weights: floats((0..members * batch).map(weight).collect(), [members, batch]),
            running: [
                draws([members, columns], 4),
                floats(squares, [members, columns]),
            ],
        }
    }

    fn forward(&self, activation: Activation) -> [Floats; 5] {
        let (y, mean, inverse, running_mean, running_variance) =
            Subject::batch_norm_with_statistics(
                self.x.clone(),
                self.scale.clone(),
                self.shift.clone(),
                self.weights.clone(),
                self.running[0].clone(),
                self.running[1].clone(),
                activation,
            );
        [y, mean, inverse, running_mean, running_variance]
    }

    fn expected(&self, activation: Activation) -> [Floats; 5] {
        let (y, mean, inverse, running_mean, running_variance) = reference::norm::forward::<Subject>(
            self.x.clone(),
            self.scale.clone(),
            self.shift.clone(),
            self.weights.clone(),
            self.running[0].clone(),
            self.running[1].clone(),
            activation,
        );
        [y, mean, inverse, running_mean, running_variance]
    }

    fn of_member(&self, r: usize) -> Self {
        Self {
            x: member(&self.x, r),
            scale: member(&self.scale, r),
            shift: member(&self.shift, r),
            weights: member(&self.weights, r),
            running: [member(&self.running[0], r), member(&self.running[1], r)],
        }
    }
}

#[test]
fn agrees_with_the_reference() {
    for size in SIZES {
        let request = Request::new(size);
        for activation in Activation::ALL {
            let names = ["y", "mean", "inverse", "running mean", "running variance"];
            let (actual, expected) = (request.forward(activation), request.expected(activation));
            for ((name, actual), expected) in names.iter().zip(&actual).zip(&expected) {
                assert_close(name, actual, expected, 1e-5);
            }
        }
    }
}

#[test]
fn gradients_agree_with_the_reference() {
    for size @ (members, batch, columns) in SIZES {
        let request = Request::new(size);
        let (x, scale, weights) = (&request.x, &request.scale, &request.weights);
        let grad = draws([members, batch, columns], 6);
        for activation in Activation::ALL {
            let [y, mean, inverse, ..] = request.expected(activation);
            let actual = Subject::batch_norm_backward(
                x.clone(),
                scale.clone(),
                weights.clone(),
                mean.clone(),
                inverse.clone(),
                y.clone(),
                grad.clone(),
                activation,
            );
            let expected = reference::norm::backward::<Subject>(
                x.clone(),
                scale.clone(),
                weights.clone(),
                mean,
                inverse,
                activation.pull_back::<Subject>(y, grad.clone()),
            );
            assert_close("dx", &actual.0, &expected.0, 1e-5);
            assert_close("dscale", &actual.1, &expected.1, 1e-5);
            assert_close("dshift", &actual.2, &expected.2, 1e-5);
        }
    }
}

#[test]
fn a_member_alone_is_itself_among_others() {
    let request = Request::new((7, 13, 19));
    let together = request.forward(Activation::Relu);
    for r in 0..7 {
        let alone = request.of_member(r).forward(Activation::Relu);
        for (alone, together) in alone.iter().zip(&together) {
            assert_close("alone", alone, &member(together, r), 1e-6);
        }
    }
}

#[test]
fn a_member_without_samples_keeps_its_running_statistics() {
    let request = Request::new((3, 6, 5));
    let [.., running_mean, running_variance] = request.forward(Activation::Identity);
    for (after, before) in [running_mean, running_variance]
        .iter()
        .zip(&request.running)
    {
        let (after, before) = (host(after), host(before));
        assert_eq!(after[10..], before[10..]);
        assert!(after[..10].iter().zip(&before[..10]).all(|(a, b)| a != b));
    }
}

#[test]
fn what_comes_out_has_mean_shift_and_deviation_scale() {
    let request = Request::new((1, 64, 3));
    let [y, ..] = request.forward(Activation::Identity);
    let (y, weights) = (host(&y), host(&request.weights));
    let (shift, scale) = (host(&request.shift), host(&request.scale));
    for c in 0..3 {
        let counting = (0..64).filter(|&b| weights[b] > 0.0);
        let column: Vec<f64> = counting.map(|b| f64::from(y[3 * b + c])).collect();
        let n = column.len() as f64;
        let mean = column.iter().sum::<f64>() / n;
        let variance = column.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
        assert!((mean - f64::from(shift[c])).abs() < 1e-5);
        assert!((variance.sqrt() - f64::from(scale[c]).abs()).abs() < 1e-4);
    }
}
