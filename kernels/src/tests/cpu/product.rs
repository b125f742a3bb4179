//! The product against its definition, on every vector unit that this machine has.

use crate::cpu::product::{Finish, Matrix, Unit, product_on};
use crate::cpu::share::Shared;

/// Multiples of 1/8 below 2: sums of a few hundred products are exact in f32.
fn grid(len: usize, step: usize) -> Vec<f32> {
    (0..len)
        .map(|i| ((i * step) % 31) as f32 / 8.0 - 2.0)
        .collect()
}

fn expected(
    [m, n, k]: [usize; 3],
    a: impl Fn(usize, usize) -> f32,
    b: impl Fn(usize, usize) -> f32,
) -> Vec<f32> {
    let mut c = vec![0.0; m * n];
    for i in 0..m {
        for j in 0..n {
            c[i * n + j] = (0..k).map(|p| a(i, p) * b(p, j)).sum();
        }
    }
    c
}

const SHAPES: [[usize; 3]; 16] = [
    [1, 1, 1],
    [1, 10, 64],
    [7, 33, 5],
    [13, 32, 64],
    [64, 10, 64],
    [25, 17, 300],
    [40, 70, 513],
    [12, 31, 129],
    [3, 48, 1],
    [26, 16, 9],
    [27, 8, 256],
    [28, 24, 257],
    [29, 40, 17],
    [30, 15, 8],
    [41, 7, 24],
    [5, 9, 0],
];

/// The units of this machine, narrower ones included.
fn units() -> Vec<Unit> {
    Unit::ALL
        .into_iter()
        .filter(|unit| unit.is_here())
        .collect()
}

fn view(data: &[f32], rows: usize, columns: usize, turned: bool) -> Matrix<'_> {
    if turned {
        Matrix::new(data, rows).transposed()
    } else {
        Matrix::new(data, columns)
    }
}

#[test]
fn agrees_with_the_definition_in_every_orientation_on_every_unit() {
    assert!(units().contains(&Unit::Baseline));
    for shape in SHAPES {
        let [m, n, k] = shape;
        let (a, b) = (grid(m * k, 7), grid(k * n, 11));
        for (a_turned, b_turned) in [(false, false), (true, false), (false, true), (true, true)] {
            let at = |i, p| if a_turned { a[p * m + i] } else { a[i * k + p] };
            let bt = |p, j| if b_turned { b[j * k + p] } else { b[p * n + j] };
            let expected = expected(shape, at, bt);
            for unit in units() {
                let mut c = vec![f32::NAN; m * n];
                let (a, b) = (view(&a, m, k, a_turned), view(&b, k, n, b_turned));
                // SAFETY: the vectors have exactly these shapes, and the machine has the unit.
                unsafe { product_on(unit, shape, a, b, Shared::new(&mut c), n, Finish::NOTHING) };
                assert_eq!(c, expected, "{unit:?} {shape:?} {a_turned} {b_turned}");
            }
        }
    }
}

#[test]
fn the_epilogue_adds_the_bias_then_cuts_at_zero() {
    for shape in SHAPES {
        let [m, n, k] = shape;
        let (a, b, bias) = (grid(m * k, 7), grid(k * n, 11), grid(n, 5));
        let mut want = expected(shape, |i, p| a[i * k + p], |p, j| b[p * n + j]);
        for (i, value) in want.iter_mut().enumerate() {
            *value = (*value + bias[i % n]).max(0.0);
        }
        let finish = Finish {
            bias: Some(&bias),
            relu: true,
        };
        for unit in units() {
            let mut c = vec![f32::NAN; m * n];
            let (a, b) = (view(&a, m, k, false), view(&b, k, n, false));
            // SAFETY: the vectors have exactly these shapes, and the machine has the unit.
            unsafe { product_on(unit, shape, a, b, Shared::new(&mut c), n, finish) };
            assert_eq!(c, want, "{unit:?} {shape:?}");
        }
    }
}

/// Columns of a wider result: what lies beside them stays as it was.
#[test]
fn writes_nothing_beside_its_columns() {
    for unit in units() {
        for n in 1..=40 {
            let (m, k, row) = (13, 9, 48);
            let (a, b) = (grid(m * k, 7), grid(k * n, 11));
            let mut c = vec![7.5; m * row];
            let to = Shared::new(&mut c[4..]);
            let (left, right) = (view(&a, m, k, false), view(&b, k, n, false));
            // SAFETY: rows of 48 hold 4 + n columns.
            unsafe { product_on(unit, [m, n, k], left, right, to, row, Finish::NOTHING) };
            let want = expected([m, n, k], |i, p| a[i * k + p], |p, j| b[p * n + j]);
            for (i, &value) in c.iter().enumerate() {
                let (r, column) = (i / row, i % row);
                if (4..4 + n).contains(&column) {
                    assert_eq!(value, want[r * n + column - 4]);
                } else {
                    assert_eq!(value, 7.5, "{unit:?} {n} {r} {column}");
                }
            }
        }
    }
}

/// ReLU keeps NaN, so that a diverged member shows.
#[test]
fn the_cut_at_zero_passes_nan() {
    for unit in units() {
        let (a, b, mut c) = ([f32::NAN, 1.0], [1.0f32, -1.0], [0f32; 4]);
        let finish = Finish {
            bias: None,
            relu: true,
        };
        // SAFETY: two by one times one by two.
        unsafe {
            let (left, right) = (view(&a, 2, 1, false), view(&b, 1, 2, false));
            product_on(unit, [2, 2, 1], left, right, Shared::new(&mut c), 2, finish);
        }
        assert!(c[0].is_nan() && c[1].is_nan(), "{unit:?}");
        assert_eq!(c[2..], [1.0, 0.0]);
    }
}
