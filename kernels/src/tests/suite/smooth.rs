//! Smooth activations against their closed forms and their reference bodies.

use super::Subject;
use super::values::{assert_close, draws, floats, host};
use crate::{Smooth, SmoothOps, reference};

/// Values and slopes at -30, -1, 0, 1, 2 and 30, from the formulas in double precision.
#[test]
fn values_and_slopes_are_those_of_the_closed_form() {
    let z = floats(vec![-30.0, -1.0, 0.0, 1.0, 2.0, 30.0], [1, 6]);
    let known = [
        (
            Smooth::Gelu,
            [0.0, -0.158_655_25, 0.0, 0.841_344_8, 1.954_499_7, 30.0],
            [0.0, -0.083_315_47, 0.5, 1.083_315_5, 1.085_231_8, 1.0],
        ),
        (
            Smooth::Silu,
            [0.0, -0.268_941_4, 0.0, 0.731_058_6, 1.761_594_2, 30.0],
            [0.0, 0.072_329_49, 0.5, 0.927_670_5, 1.090_784_2, 1.0],
        ),
        (
            Smooth::Elu,
            [-1.0, -0.632_120_56, 0.0, 1.0, 2.0, 30.0],
            [0.0, 0.367_879_44, 1.0, 1.0, 1.0, 1.0],
        ),
    ];
    let ones = floats(vec![1.0; 6], [1, 6]);
    for (activation, values, slopes) in known {
        let y = host(&Subject::smooth(z.clone(), activation));
        let dz = host(&Subject::smooth_backward(
            z.clone(),
            ones.clone(),
            activation,
        ));
        for (actual, expected) in y.iter().chain(&dz).zip(values.iter().chain(&slopes)) {
            let error: f32 = (actual - expected).abs();
            assert!(
                error <= 1e-6 * expected.abs().max(1.0),
                "{activation:?}: {actual} for {expected}"
            );
        }
    }
}

#[test]
fn agrees_with_the_reference() {
    for shape in [[1, 1, 1], [7, 5, 19], [2, 16, 64]] {
        let (z, grad) = (draws(shape, 1), draws(shape, 2));
        for activation in Smooth::ALL {
            let expected = reference::smooth::forward::<Subject>(z.clone(), activation);
            let actual = Subject::smooth(z.clone(), activation);
            assert_close("y", &actual, &expected, 1e-6);
            let expected =
                reference::smooth::backward::<Subject>(z.clone(), grad.clone(), activation);
            let actual = Subject::smooth_backward(z.clone(), grad.clone(), activation);
            assert_close("dz", &actual, &expected, 1e-6);
        }
    }
}
