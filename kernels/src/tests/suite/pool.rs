//! Pooling against its reference bodies and the rules for ties, padding and NaN.

use super::Subject;
use super::gradients::{Tape, Tracked, differences, gradients};
use super::values::{
    Floats, assert_close, assert_same, draws, floats, host, however_spread, member, window,
};
use super::window::windows;
use crate::{PoolOps, Window, reference};

fn maxima(x: &Floats, grad: &Floats, window: Window) -> [Floats; 2] {
    however_spread(|| {
        let (y, places) = Subject::max_pool_with_places(x.clone(), window);
        let dx = Subject::max_pool_backward(places, grad.clone(), window);
        [y, dx]
    })
}

#[test]
fn maxima_and_their_gradients_are_those_of_the_reference() {
    for window in windows() {
        for (members, images, channels) in [(1, 2, 1), (3, 2, 19), (2, 1, 32)] {
            let x = draws([members, images * window.inputs(), channels], 1);
            let grad = draws([members, images * window.outputs(), channels], 2);
            let [y, dx] = maxima(&x, &grad, window);
            let (expected, places) = reference::pool::maximum::<Subject>(x.clone(), window);
            assert_same("y", &y, &expected, 0.0);
            let expected = reference::pool::maximum_backward::<Subject>(places, grad, window);
            assert_close("dx", &dx, &expected, 1e-6);
        }
    }
}

#[test]
fn means_and_their_gradients_are_those_of_the_reference() {
    for window in windows() {
        for count_padding in [false, true] {
            let x = draws([3, 2 * window.inputs(), 19], 1);
            let grad = draws([3, 2 * window.outputs(), 19], 2);
            let [y, dx] = however_spread(|| {
                [
                    Subject::average_pool(x.clone(), window, count_padding),
                    Subject::average_pool_backward(grad.clone(), window, count_padding),
                ]
            });
            let expected = reference::pool::average::<Subject>(x, window, count_padding);
            assert_close("y", &y, &expected, 1e-6);
            let expected =
                reference::pool::average_backward::<Subject>(grad, window, count_padding);
            assert_close("dx", &dx, &expected, 1e-6);
        }
    }
}

/// Two images of 2 x 3: equal values, then minus infinity next to the padding.
#[test]
fn the_first_of_equal_values_gets_the_gradient() {
    let low = f32::NEG_INFINITY;
    let x = [1.0, 5.0, 5.0, 5.0, 2.0, 0.0, low, low, low, low, low, low];
    let x = floats(x.to_vec(), [1, 12, 1]);
    let window = window([2, 3], [3, 3], [2, 2], [1, 1]);
    assert_eq!(window.output(), [1, 2]);
    let grad = floats(vec![1.0, 10.0, 100.0, 1000.0], [1, 4, 1]);
    let (y, places) = Subject::max_pool_with_places(x, window);
    assert_eq!(host(&y), [5.0, 5.0, low, low]);
    let dx = host(&Subject::max_pool_backward(places, grad, window));
    assert_eq!(dx[..6], [0.0, 11.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(dx[6..], [100.0, 1000.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn nan_is_larger_than_any_number() {
    for spoilt in 0..4 {
        let mut x = vec![f32::INFINITY, 1.0, 2.0, -3.0];
        x[spoilt] = f32::NAN;
        let window = window([2, 2], [2, 2], [2, 2], [0, 0]);
        let (y, places) = Subject::max_pool_with_places(floats(x, [1, 4, 1]), window);
        assert!(host(&y)[0].is_nan(), "NaN at {spoilt}");
        let grad = floats(vec![1.0], [1, 1, 1]);
        let dx = host(&Subject::max_pool_backward(places, grad, window));
        let mut expected = [0.0; 4];
        expected[spoilt] = 1.0;
        assert_eq!(dx, expected);
    }
}

/// Values so far apart that no step of a difference changes which is the largest.
#[test]
fn gradients_agree_with_finite_differences() {
    for window in [
        window([5, 4], [3, 2], [2, 1], [1, 1]),
        window([4, 6], [2, 2], [2, 2], [0, 0]),
    ] {
        let count = 2 * window.inputs() * 3;
        let apart = (0..count).map(|i| (i * 37 % count) as f32 * 0.05 - 2.0);
        let x = [floats(apart.collect(), [2, window.inputs(), 3])];
        let grad = draws([2, window.outputs(), 3], 2);
        let pools: [&dyn Fn(&[Tracked]) -> Tracked; 3] = [
            &|x| Tape::max_pool(x[0].clone(), window),
            &|x| Tape::average_pool(x[0].clone(), window, true),
            &|x| Tape::average_pool(x[0].clone(), window, false),
        ];
        for pool in pools {
            let actual = gradients(&x, &grad, pool);
            let expected = differences(&x, 0, &grad, pool);
            assert_close("dx", &actual[0], &expected, 5e-4);
        }
    }
}

#[test]
fn a_member_alone_is_itself_among_others() {
    let window = window([5, 7], [3, 2], [2, 1], [1, 0]);
    let x = draws([3, 2 * window.inputs(), 19], 1);
    let grad = draws([3, 2 * window.outputs(), 19], 2);
    let together = maxima(&x, &grad, window);
    let alone = maxima(&member(&x, 1), &member(&grad, 1), window);
    for (together, alone) in together.iter().zip(&alone) {
        assert_same("alone", alone, &member(together, 1), 0.0);
    }
}
