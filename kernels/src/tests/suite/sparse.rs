//! Sparse products against dense ones, the reference body and finite differences.

use super::Subject;
use super::matrix::{Matrix, mask, mask_of_member};
use super::values::{
    AT, Floats, assert_close, assert_same, bits, draws, floats, host, host_integers,
    however_spread, member, seeds,
};
use crate::sparse::{Kept, Sparse};
use crate::{Activation, SparseOps, reference};

/// `(members, rows, columns, width)`.
const SIZES: [(usize, usize, usize, usize); 7] = [
    (1, 7, 5, 1),
    (3, 13, 9, 7),
    (2, 9, 33, 16),
    (5, 4, 11, 33),
    (2, 21, 6, 64),
    (1, 6, 8, 81),
    // Large enough to be cut into row ranges.
    (1, 300, 400, 33),
];

#[test]
fn products_are_those_of_the_dense_matrix() {
    for (members, rows, columns, width) in SIZES {
        let matrix = Matrix::new(rows, columns);
        let x = draws([members, columns, width], 1);
        let [y] = however_spread(|| {
            [Subject::sparse_product(
                matrix.on_device(),
                x.clone(),
                Kept::All,
            )]
        });
        assert_close("A x", &y, &matrix.times(&x, width, |_, _| 1.0), 2e-6);
    }
}

#[test]
fn dropped_entries_are_those_of_the_stream_in_both_directions() {
    for (members, rows, columns, width) in SIZES {
        let matrix = Matrix::new(rows, columns);
        let kept = mask(members, matrix.entries());
        let Kept::Some { words, rate } = &kept else {
            unreachable!("the mask was just drawn");
        };
        let (words, rate) = (host_integers(words), host(rate));
        let per_member = words.len() / members;
        let factor = |r: usize, e: usize| {
            let bit = words[r * per_member + e / 32] >> (e % 32) & 1;
            f64::from(bit) / f64::from(1.0 - rate[r]).max(1e-9)
        };
        let x = draws([members, columns, width], 1);
        let y = Subject::sparse_product(matrix.on_device(), x.clone(), kept.clone());
        assert_close("forward", &y, &matrix.times(&x, width, factor), 3e-6);

        let turned = Matrix {
            rows: columns,
            columns: rows,
            entries: (matrix.entries.iter())
                .map(|&(row, column, value)| (column, row, value))
                .collect(),
        };
        let grad = draws([members, rows, width], 2);
        let transpose = matrix.on_device().transposed();
        let dx = Subject::sparse_product(transpose, grad.clone(), kept);
        assert_close("backward", &dx, &turned.times(&grad, width, factor), 3e-6);
    }
}

#[test]
fn masks_agree_with_the_reference_and_with_those_of_dropout() {
    for entries in [1, 31, 32, 33, 500] {
        let rates = || floats(vec![0.0, 0.3, 0.999, 1.0], [4]);
        let words = Subject::kept_entries(rates(), seeds(4), entries, AT);
        let expected = reference::sparse::kept_entries::<Subject>(rates(), seeds(4), entries, AT);
        assert_eq!(host_integers(&words), host_integers(&expected));
        let ones = floats(vec![1.0; 4 * entries], [4, entries]);
        let dropped = reference::dropout::dropout::<Subject>(ones, rates(), seeds(4), AT);
        let words = host_integers(&words);
        let per_member = words.len() / 4;
        for (i, &value) in host(&dropped).iter().enumerate() {
            let (r, e) = (i / entries, i % entries);
            let bit = words[r * per_member + e / 32] >> (e % 32) & 1;
            assert_eq!(bit == 1, value != 0.0, "entry {e} of member {r}");
        }
    }
}

#[test]
fn layers_and_their_gradients_agree_with_the_reference() {
    for (members, rows, columns, width) in SIZES {
        let matrix = Matrix::new(rows, columns);
        let (x, bias) = (
            draws([members, columns, width], 1),
            draws([members, width], 3),
        );
        let grad = draws([members, rows, width], 2);
        for kept in [Kept::All, mask(members, matrix.entries())] {
            for activation in Activation::ALL {
                let [y, dx, db] =
                    however_spread(|| layer(&matrix, &x, &bias, &grad, &kept, activation));
                let Sparse { matrix, transpose } = matrix.on_device();
                let (x, bias, grad) = (x.clone(), bias.clone(), grad.clone());
                let expected = reference::sparse::forward::<Subject>(
                    matrix,
                    x,
                    bias,
                    kept.clone(),
                    activation,
                );
                assert_close("y", &y, &expected, 1e-5);
                let (dx_expected, db_expected) = reference::sparse::backward::<Subject>(
                    transpose,
                    expected,
                    grad,
                    kept.clone(),
                    activation,
                );
                assert_close("dx", &dx, &dx_expected, 1e-5);
                assert_close("db", &db, &db_expected, 1e-5);
            }
        }
    }
}

/// `[y, dx, db]`.
fn layer(
    matrix: &Matrix,
    x: &Floats,
    bias: &Floats,
    grad: &Floats,
    kept: &Kept<Subject>,
    activation: Activation,
) -> [Floats; 3] {
    let y = Subject::sparse_linear(
        matrix.on_device(),
        x.clone(),
        bias.clone(),
        kept.clone(),
        activation,
    );
    let (dx, db) = Subject::sparse_linear_backward(
        matrix.on_device(),
        y.clone(),
        grad.clone(),
        kept.clone(),
        activation,
    );
    [y, dx, db]
}

#[test]
fn a_member_alone_is_itself_among_others() {
    let matrix = Matrix::new(19, 14);
    let (x, bias) = (draws([7, 14, 17], 1), draws([7, 17], 2));
    let grad = draws([7, 19, 17], 3);
    let kept = mask(7, matrix.entries());
    let together = layer(&matrix, &x, &bias, &grad, &kept, Activation::Tanh);
    for r in 0..7 {
        let alone = layer(
            &matrix,
            &member(&x, r),
            &member(&bias, r),
            &member(&grad, r),
            &mask_of_member(&kept, r),
            Activation::Tanh,
        );
        for (alone, together) in alone.iter().zip(&together) {
            assert_same("alone", alone, &member(together, r), 1e-6);
        }
    }
}

#[test]
fn a_member_that_drops_nothing_is_as_if_nobody_did() {
    let matrix = Matrix::new(19, 14);
    let x = draws([1, 14, 17], 1);
    let plain = Subject::sparse_product(matrix.on_device(), x.clone(), Kept::All);
    let rate_zero = Subject::sparse_product(matrix.on_device(), x, mask(1, matrix.entries()));
    assert_eq!(bits(&plain), bits(&rate_zero));
}

#[test]
fn a_matrix_without_entries_leaves_the_bias() {
    let matrix = Matrix::pattern(3, vec![(1, 2)]);
    let bias = draws([2, 4], 2);
    let y = Subject::sparse_linear(
        matrix.on_device(),
        draws([2, 3, 4], 1),
        bias.clone(),
        Kept::All,
        Activation::Identity,
    );
    let (y, bias) = (host(&y), host(&bias));
    for r in 0..2 {
        assert_eq!(y[r * 12..][..4], bias[r * 4..][..4]);
        assert_eq!(y[r * 12 + 8..][..4], bias[r * 4..][..4]);
    }
}
