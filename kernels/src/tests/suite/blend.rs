//! Shares of an activation: values by hand, the reference, gradients.

use super::Subject;
use super::gradients::{Tape, Tracked, differences, gradients};
use super::values::{assert_close, bits, draws, floats, host, however_spread, member, scattered};
use crate::{BlendOps, Smooth, SmoothOps, reference};

/// All of the way, none of it, a quarter and beyond the end.
#[test]
fn shares_by_hand() {
    let (z, f) = (
        floats(vec![-2.0; 4], [1, 1, 4]),
        floats(vec![6.0; 4], [1, 1, 4]),
    );
    let share = floats(vec![1.0, 0.0, 0.25, 1.5], [1, 4]);
    let y = Subject::blend(z.clone(), f.clone(), share.clone());
    assert_eq!(host(&y), [6.0, -2.0, 0.0, 10.0]);
    let grad = floats(vec![4.0; 4], [1, 1, 4]);
    let (dz, df, dshare) = Subject::blend_backward(z, f, share, grad);
    assert_eq!(host(&dz), [0.0, 4.0, 3.0, -2.0]);
    assert_eq!(host(&df), [4.0, 0.0, 1.0, 6.0]);
    assert_eq!(host(&dshare), [32.0; 4]);
}

#[test]
fn blends_agree_with_the_reference() {
    for shape in [[3, 1, 1], [3, 33, 19], [2, 16, 64]] {
        let [z, f, grad] = [1, 2, 3].map(|seed| draws(shape, seed));
        let share = draws([shape[0], shape[2]], 4);
        let own = however_spread(|| {
            let (z, grad, share) = (scattered(&z), grad.clone(), share.clone());
            let y = Subject::blend(z.clone(), f.clone(), share.clone());
            let (dz, df, dshare) = Subject::blend_backward(z, f.clone(), share, grad);
            [y, dz, df, dshare]
        });
        let (dz, df, dshare) = reference::blend::blend_backward::<Subject>(
            z.clone(),
            f.clone(),
            share.clone(),
            grad.clone(),
        );
        let y = reference::blend::blend::<Subject>(z.clone(), f.clone(), share.clone());
        let names = ["y", "dz", "df", "d share"];
        for ((name, actual), expected) in names.into_iter().zip(&own).zip(&[y, dz, df, dshare]) {
            assert_close(name, actual, expected, 2e-6);
        }
        for r in 0..shape[0] {
            let alone = Subject::blend(member(&z, r), member(&f, r), member(&share, r));
            assert_eq!(bits(&alone), bits(&member(&own[0], r)));
        }
    }
}

/// Of the two values on their own, and of a parametric activation, in which one follows from the other.
#[test]
fn blends_agree_with_finite_differences() {
    let (shape, share) = ([3, 5, 7], draws([3, 7], 4));
    let inputs = [draws(shape, 1), share.clone(), draws(shape, 2)];
    let cotangent = draws(shape, 3);
    let free = |inputs: &[Tracked]| {
        let [z, share, f] = [0, 1, 2].map(|i| inputs[i].clone());
        Tape::blend(z, f, share)
    };
    let parametric = |inputs: &[Tracked]| {
        let f = Tape::smooth(inputs[0].clone(), Smooth::Silu);
        Tape::blend(inputs[0].clone(), f, inputs[1].clone())
    };
    let all = gradients(&inputs, &cotangent, free);
    for (i, actual) in all.iter().enumerate() {
        let expected = differences(&inputs, i, &cotangent, free);
        assert_close(&format!("blend {i}"), actual, &expected, 1e-3);
    }
    let both = gradients(&inputs[..2], &cotangent, parametric);
    for (i, actual) in both.iter().enumerate() {
        let expected = differences(&inputs[..2], i, &cotangent, parametric);
        assert_close(&format!("parametric {i}"), actual, &expected, 1e-3);
    }
}
