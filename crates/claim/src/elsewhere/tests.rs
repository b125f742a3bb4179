//! Enlarged images, and classes that are set aside.

use super::{LARGE, SMALL, digits_without, enlarge};

#[test]
fn enlarging_keeps_corners_and_straight_slopes() {
    let ramp: Vec<f32> = (0..SMALL * SMALL)
        .map(|pixel| 28.0 * (pixel % SMALL) as f32)
        .collect();
    let large = enlarge(&ramp);
    assert_eq!((large[0], large[LARGE - 1]), (0, 196));
    let step = |x: usize| large[3 * LARGE + x + 1] - large[3 * LARGE + x];
    assert!((2..25).all(|x| step(x) == 8), "{:?}", &large[..LARGE]);
    // The middle stays the middle.
    assert!((0..LARGE).all(|x| large[x] + large[LARGE - 1 - x] == 196));
    let turned: Vec<f32> = (0..SMALL * SMALL)
        .map(|pixel| 28.0 * (pixel / SMALL) as f32)
        .collect();
    let turned = enlarge(&turned);
    assert!((0..LARGE * LARGE).all(|at| turned[at] == large[at % LARGE * LARGE + at / LARGE]));
}

#[test]
fn unknown_classes_are_not_among_the_known() {
    let (known, unknown) = digits_without(&[3, 8]).unwrap();
    assert_eq!(known.rows + unknown.rows, 1797);
    let names = |data: &decay_data::Dataset| match &data.target {
        decay_data::Target::Classes { names, .. } => names.clone(),
        _ => Vec::new(),
    };
    assert_eq!(names(&unknown), ["3", "8"]);
    assert_eq!(names(&known), ["0", "1", "2", "4", "5", "6", "7", "9"]);
}

#[test]
fn what_is_no_digit_cannot_be_set_aside() {
    assert!(digits_without(&[3, 10]).is_err());
}
