//! The smooth clip: values by hand, the reference, gradients.

use super::Subject;
use super::gradients::{Tape, Tracked, differences, gradients};
use super::values::{
    assert_close, assert_same, bits, draws, floats, host, however_spread, member, scattered,
};
use crate::{ClipOps, Columns, reference};

/// Of 4: `4 / (5 / 3) = 2.4`, with slope `(3 / 5)^3 = 0.216`; a label stays, however large.
#[test]
fn numbers_are_clipped_and_labels_are_not() {
    let columns = Columns::new(&[0, 2, 3], 4);
    let x = floats(
        vec![4.0, 4e9, -4.0, 1e12, 0.0, -0.0, f32::NAN, -1e12],
        [1, 2, 4],
    );
    let y = host(&Subject::clip(x.clone(), columns.clone()));
    let want = [2.4, 4e9, -2.4, 3.0, 0.0, 0.0, f32::NAN, -3.0];
    for (got, want) in y.iter().zip(want) {
        let same = got.is_nan() && want.is_nan() || (got - want).abs() <= 1e-6 * want.abs();
        assert!(same, "{got} {want}");
    }
    let grad = floats(vec![2.0; 8], [1, 2, 4]);
    let dx = host(&Subject::clip_backward(x, grad, columns));
    for (got, want) in dx.iter().zip([0.432, 2.0, 0.432, 0.0, 2.0, 2.0]) {
        assert!((got - want).abs() < 1e-6, "{got} {want}");
    }
}

#[test]
fn clips_agree_with_the_reference() {
    for (numbers, count, batch) in [
        (&[0usize][..], 1, 1),
        (&[1, 2, 4], 6, 33),
        (&[0, 1, 2, 3, 4], 5, 200),
    ] {
        let columns = Columns::new(numbers, count);
        let (x, grad) = (draws([3, batch, count], 1), draws([3, batch, count], 2));
        let own = however_spread(|| {
            let (x, columns) = (scattered(&x), || columns.clone());
            let y = Subject::clip(x.clone(), columns());
            [y, Subject::clip_backward(x, grad.clone(), columns())]
        });
        let of = || columns.clone();
        let y = reference::clip::clip::<Subject>(x.clone(), of());
        assert_same("y", &own[0], &y, 1e-6);
        let dx = reference::clip::clip_backward::<Subject>(x.clone(), grad.clone(), of());
        assert_close("dx", &own[1], &dx, 1e-6);
        for r in 0..3 {
            let alone = Subject::clip(member(&x, r), of());
            assert_eq!(bits(&alone), bits(&member(&own[0], r)));
        }
    }
}

#[test]
fn clips_agree_with_finite_differences() {
    let columns = Columns::new(&[0, 2], 3);
    let inputs = [draws([3, 5, 3], 1)];
    let cotangent = draws([3, 5, 3], 2);
    let clip = |inputs: &[Tracked]| Tape::clip(inputs[0].clone(), columns.clone());
    let actual = gradients(&inputs, &cotangent, clip);
    let expected = differences(&inputs, 0, &cotangent, clip);
    assert_close("clip", &actual[0], &expected, 1e-3);
}
