//! Windows, and what slides under them: patches and their adjoint.

use super::Subject;
use super::values::{assert_close, assert_same, draws, floats, host, window};
use crate::tests::Habits;
use crate::{ConvOps, Window, WindowError, reference};

/// Odd and even, square and not, with and without what is left over at the end.
pub(super) fn windows() -> Vec<Window> {
    vec![
        window([5, 7], [3, 3], [1, 1], [1, 1]),
        window([5, 7], [3, 2], [2, 1], [1, 0]),
        window([6, 4], [1, 1], [2, 2], [0, 0]),
        window([8, 5], [5, 3], [1, 1], [2, 1]),
        window([6, 9], [2, 4], [3, 2], [1, 3]),
        window([7, 7], [7, 7], [1, 1], [6, 3]),
        window([4, 3], [4, 3], [1, 1], [0, 0]),
        window([3, 14], [3, 3], [1, 1], [1, 1]),
    ]
}

#[test]
fn patches_and_fold_agree_with_the_reference() {
    for window in windows() {
        for (members, images, channels) in [(1, 2, 3), (3, 1, 4)] {
            let x = draws([members, images * window.inputs(), channels], 1);
            let patches = Subject::patches(x.clone(), window);
            let expected = reference::window::patches::<Subject>(x, window);
            assert_same("patches", &patches, &expected, 0.0);
            let depth = window.taps() * channels;
            let held = draws([members, images * window.outputs(), depth], 2);
            let folded = Subject::fold(held.clone(), window);
            let expected = reference::window::fold::<Subject>(held, window);
            assert_close("fold", &folded, &expected, 1e-6);
        }
    }
}

/// `<patches(x), p> = <x, fold(p)>`, and the patches of one image are counted by hand.
#[test]
fn fold_is_the_adjoint_of_patches() {
    for window in windows() {
        let x = draws([2, 3 * window.inputs(), 2], 1);
        let held = draws([2, 3 * window.outputs(), 2 * window.taps()], 2);
        let inner = |a: &[f32], b: &[f32]| -> f64 {
            let pairs = a.iter().zip(b);
            pairs.map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
        };
        let patches = host(&Subject::patches(x.clone(), window));
        let left = inner(&patches, &host(&held));
        let right = inner(&host(&x), &host(&Subject::fold(held, window)));
        assert!(
            (left - right).abs() < 1e-3,
            "{window:?}: {left} and {right}"
        );
    }
}

#[test]
fn patches_of_a_small_image() {
    let x = floats((1..=6).map(|i| i as f32).collect(), [1, 6, 1]);
    let window = window([2, 3], [2, 2], [1, 2], [1, 1]);
    let rows = [
        [0.0, 0.0, 0.0, 1.0],
        [0.0, 0.0, 2.0, 3.0],
        [0.0, 1.0, 0.0, 4.0],
        [2.0, 3.0, 5.0, 6.0],
        [0.0, 4.0, 0.0, 0.0],
        [5.0, 6.0, 0.0, 0.0],
    ];
    assert_eq!(window.output(), [3, 2]);
    assert_eq!(host(&Subject::patches(x, window)), rows.as_flattened());
}

#[test]
fn what_is_no_window_is_refused() {
    let refused = |size, kernel, stride, padding| {
        Window::new(size, kernel, stride, padding)
            .expect_err("no window")
            .to_string()
    };
    assert_eq!(
        refused([5, 5], [3, 3], [1, 0], [0, 0]),
        "the stride of a window must be in [1, inf), got [1, 0]"
    );
    assert_eq!(
        refused([5, 5], [3, 1], [1, 1], [1, 1]),
        "the padding of a window must be smaller than its kernel [3, 1], got [1, 1]"
    );
    assert_eq!(
        refused([5, 4], [6, 7], [1, 1], [1, 1]),
        "the kernel of a window must be at most as large as the padded image [7, 6], got [6, 7]"
    );
    let zero = Window::new([0, 4], [1, 1], [1, 1], [0, 0]);
    assert!(matches!(zero, Err(WindowError::Zero { field: "size", .. })));
    let whole = Window::whole([4, 5]).map(|window| window.output());
    assert_eq!(whole, Ok([1, 1]));
}

/// Every backend rounds here alike, or not at all.
#[test]
fn a_stored_value_passes_a_patch_unchanged() {
    let window = window([2, 2], [2, 2], [1, 1], [0, 0]);
    let x = floats(vec![f32::NAN, -0.0, f32::INFINITY, 1e-30], [1, 4, 1]);
    let patch = host(&Subject::patches(x, window));
    assert!(patch[0].is_nan() && patch[2] == f32::INFINITY);
    if Subject::EXACT {
        assert_eq!(patch[3], 1e-30);
    }
}
