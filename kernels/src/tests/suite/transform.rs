//! Pixels under given transformations, against what each of them does by definition.

use super::Subject;
use super::values::{
    Floats, assert_close, bits, draws, floats, host, however_spread, member, scattered,
};
use crate::augment::{Transform, column};
use crate::{AugmentOps, reference};

/// One image per transformation.
fn under(x: &Floats, rows: &[Transform], border: &[f32], image: [usize; 3]) -> Floats {
    let border = floats(border.to_vec(), [1, image[0]]);
    Subject::transform(x.clone(), border, table(rows, 1), image)
}

fn table(rows: &[Transform], members: usize) -> Floats {
    let values = rows.iter().flat_map(|row| row.0).collect();
    floats(values, [members, rows.len() / members, Transform::COUNT])
}

/// The transformation with these columns, otherwise the identity.
fn with(changes: &[(usize, f32)]) -> Transform {
    let mut row = [0.0; Transform::COUNT];
    row[column::COSINE] = 1.0;
    for &(column, value) in changes {
        row[column] = value;
    }
    Transform(row)
}

/// Pixels `(channel, row, column)` of a new image.
fn image_of(
    [channels, height, width]: [usize; 3],
    pixel: impl Fn(usize, isize, isize) -> f32,
) -> Vec<f32> {
    let mut out = Vec::new();
    for channel in 0..channels {
        for row in 0..height as isize {
            out.extend((0..width as isize).map(|column| pixel(channel, row, column)));
        }
    }
    out
}

/// A pixel, or the border outside.
fn at(
    image: &[f32],
    [_, height, width]: [usize; 3],
    border: &[f32],
    channel: usize,
    row: isize,
    column: isize,
) -> f32 {
    let inside = (0..height as isize).contains(&row) && (0..width as isize).contains(&column);
    match inside {
        true => image[(channel * height + row as usize) * width + column as usize],
        false => border[channel],
    }
}

/// Flip, rotation, shift, cutout, brightness, each of them a whole image, the angle in double precision.
fn step_by_step(x: &[f32], row: &Transform, border: &[f32], size: [usize; 3]) -> Vec<f32> {
    let [_, height, width] = size;
    let row = row.0;
    let pixel = |image: &[f32], c, y, x| at(image, size, border, c, y, x);
    let flipped = image_of(size, |c, y, column| match row[column::FLIP] == 1.0 {
        true => pixel(x, c, y, width as isize - 1 - column),
        false => pixel(x, c, y, column),
    });
    let turned = image_of(size, |c, y, x| {
        let [cosine, sine] = [column::COSINE, column::SINE].map(|i| f64::from(row[i]));
        let (cy, cx) = ((height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0);
        let (dy, dx) = (y as f64 - cy, x as f64 - cx);
        let (sy, sx) = (cy + sine * dx + cosine * dy, cx + cosine * dx - sine * dy);
        let mut sum = 0.0;
        for y in [sy.floor(), sy.floor() + 1.0] {
            for x in [sx.floor(), sx.floor() + 1.0] {
                let weight = (1.0 - (sy - y).abs()) * (1.0 - (sx - x).abs());
                sum += weight * f64::from(pixel(&flipped, c, y as isize, x as isize));
            }
        }
        sum as f32
    });
    let moved = image_of(size, |c, y, x| {
        let (down, right) = (row[column::DOWN] as isize, row[column::RIGHT] as isize);
        pixel(&turned, c, y - down, x - right)
    });
    image_of(size, |c, y, x| {
        let rows = row[column::CUT_TOP] as isize..row[column::CUT_BOTTOM] as isize;
        let columns = row[column::CUT_LEFT] as isize..row[column::CUT_RIGHT] as isize;
        let cut = rows.contains(&y) && columns.contains(&x);
        let value = if cut {
            border[c]
        } else {
            pixel(&moved, c, y, x)
        };
        value + row[column::BRIGHTNESS]
    })
}

/// The transformation number `i`, with all terms at once; every fifth is not rotated.
fn every_term(i: usize, [_, height, width]: [usize; 3]) -> Transform {
    let angle = (i as f32 * 21.7 - 170.0).to_radians();
    with(&[
        (column::FLIP, (i % 2) as f32),
        (
            column::COSINE,
            if i.is_multiple_of(5) {
                1.0
            } else {
                angle.cos()
            },
        ),
        (
            column::SINE,
            if i.is_multiple_of(5) {
                0.0
            } else {
                angle.sin()
            },
        ),
        (column::DOWN, (i % 4) as f32 - 1.0),
        (column::RIGHT, (i % 3) as f32 - 2.0),
        (column::CUT_TOP, (i % 2).min(height) as f32),
        (column::CUT_BOTTOM, (i % 4).min(height) as f32),
        (column::CUT_LEFT, 0.0),
        (column::CUT_RIGHT, (i % 3).min(width) as f32),
        (column::BRIGHTNESS, i as f32 * 0.1 - 0.7),
    ])
}

/// Every term at once, on shapes that are not square, for several members.
#[test]
fn agrees_with_one_step_after_the_other() {
    let batch = 6;
    for size in [[1, 1, 1], [1, 4, 9], [3, 7, 5], [2, 16, 11]] {
        let features = size.iter().product();
        let x = draws([3, batch, features], 1);
        let border = draws([3, size[0]], 2);
        let rows: Vec<Transform> = (0..3 * batch).map(|i| every_term(i, size)).collect();
        let run = |x: &Floats| Subject::transform(x.clone(), border.clone(), table(&rows, 3), size);
        let [actual] = however_spread(|| [run(&x)]);
        let (values, edges) = (host(&x), host(&border));
        let expected = rows.iter().enumerate().flat_map(|(i, row)| {
            let border = &edges[i / batch * size[0]..][..size[0]];
            step_by_step(&values[i * features..][..features], row, border, size)
        });
        let expected = floats(expected.collect(), [3, batch, features]);
        assert_close("transform", &actual, &expected, 1e-5);
        let (own, edge) = (x.clone(), border.clone());
        let reference = reference::augment::transform::<Subject>(own, edge, table(&rows, 3), size);
        assert_close("reference", &reference, &expected, 1e-5);
        assert_eq!(bits(&run(&scattered(&x))), bits(&actual));
        for r in 0..3 {
            let own = table(&rows[r * batch..][..batch], 1);
            let alone = Subject::transform(member(&x, r), member(&border, r), own, size);
            assert_eq!(bits(&alone), bits(&member(&actual, r)));
        }
    }
}

/// Without rotation pixels are copied: the same bits as by indexing.
#[test]
fn mirrors_shifts_and_squares_copy_pixels() {
    let size = [3, 7, 5];
    let mut values = host(&draws([1, 1, 105], 1));
    values.iter_mut().step_by(6).for_each(|value| *value = -0.0);
    let border = [0.5, -0.25, 7.0];
    let moves = [
        [0, 0],
        [2, -1],
        [-3, 4],
        [6, 0],
        [0, -4],
        [7, 0],
        [0, 5],
        [-9, -30],
    ];
    for (flip, [down, right]) in [0, 1].iter().flat_map(|&flip| moves.map(|by| (flip, by))) {
        let row = with(&[
            (column::FLIP, flip as f32),
            (column::DOWN, down as f32),
            (column::RIGHT, right as f32),
            (column::CUT_TOP, 1.0),
            (column::CUT_BOTTOM, 3.0),
            (column::CUT_LEFT, 2.0),
            (column::CUT_RIGHT, 5.0),
        ]);
        let x = floats(values.clone(), [1, 1, 105]);
        let actual = under(&x, &[row], &border, size);
        let expected = image_of(size, |c, y, x| {
            let (row, seen) = (y - down, x - right);
            let inside = (0..7).contains(&row) && (0..5).contains(&seen);
            let source = if flip == 1 { 4 - seen } else { seen };
            match (1..3).contains(&y) && (2..5).contains(&x) || !inside {
                true => border[c],
                false => at(&values, size, &border, c, row, source),
            }
        });
        let expected = floats(expected, [1, 1, 105]);
        assert_eq!(bits(&actual), bits(&expected), "{flip} {down} {right}");
    }
}

#[test]
fn two_mirrors_cancel() {
    let x = draws([1, 4, 2 * 5 * 6], 1);
    let mirror = [with(&[(column::FLIP, 1.0)]); 4];
    let once = under(&x, &mirror, &[0.0; 2], [2, 5, 6]);
    assert_ne!(bits(&once), bits(&x));
    assert_eq!(bits(&under(&once, &mirror, &[0.0; 2], [2, 5, 6])), bits(&x));
}

/// Counterclockwise: what was on the right is on top.
#[test]
fn a_quarter_turn_permutes_the_pixels_of_a_square() {
    for side in [1, 4, 5] {
        let size = [2, side, side];
        let x = draws([1, 3, 2 * side * side], 1);
        let values = host(&x);
        let turn = |cosine, sine| with(&[(column::COSINE, cosine), (column::SINE, sine)]);
        let turns = [turn(0.0, 1.0), turn(-1.0, 0.0), turn(0.0, -1.0)];
        let actual = under(&x, &turns, &[9.0; 2], size);
        let last = side as isize - 1;
        let mut expected = Vec::new();
        for (i, image) in values.chunks_exact(2 * side * side).enumerate() {
            expected.extend(image_of(size, |c, y, x| {
                let (y, x) = [(x, last - y), (last - y, last - x), (last - x, y)][i];
                at(image, size, &[9.0; 2], c, y, x)
            }));
        }
        assert_close(
            "turn",
            &actual,
            &floats(expected, [1, 3, 2 * side * side]),
            1e-6,
        );
    }
}

/// Bilinear interpolation reproduces a plane wherever it needs no border.
#[test]
fn a_turned_ramp_stays_a_ramp() {
    let (side, slope) = (15, [0.3f32, -0.7]);
    let size = [1, side, side];
    let ramp = |y: f32, x: f32| slope[0] * (y - 7.0) + slope[1] * (x - 7.0);
    let x = floats(
        image_of(size, |_, y, x| ramp(y as f32, x as f32)),
        [1, 1, side * side],
    );
    let (sine, cosine) = 0.6f32.sin_cos();
    let row = with(&[(column::COSINE, cosine), (column::SINE, sine)]);
    let actual = host(&under(&x, &[row], &[100.0], size));
    for y in 3..12 {
        for x in 3..12 {
            let (dy, dx) = (y as f32 - 7.0, x as f32 - 7.0);
            let expected = ramp(7.0 + sine * dx + cosine * dy, 7.0 + cosine * dx - sine * dy);
            let found = actual[y * side + x];
            assert!(
                (found - expected).abs() < 1e-5,
                "{y} {x}: {found}, expected {expected}"
            );
        }
    }
}
