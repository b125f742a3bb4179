//! Sparse products against dense ones, the reference body and finite differences.

use decay_random::At;

use super::Subject;
use super::values::{
    Floats, Integers, assert_close, assert_same, bits, draws, floats, host, host_integers,
    however_spread, integers, member,
};
use crate::sparse::{ByRows, Kept, Sparse};
use crate::{Activation, SparseOps, reference};

pub(super) const AT: At = At {
    site: 3,
    epoch: 5,
    step: 8,
};

/// A matrix on the host.
#[derive(Clone)]
pub(in crate::tests) struct Matrix {
    rows: usize,
    columns: usize,
    /// Row, column and value of each entry, by rows.
    entries: Vec<(usize, usize, f32)>,
}

impl Matrix {
    /// Rows and columns whose number leaves 3 when divided by 5 are empty, one row is long, and one place has two entries.
    pub(in crate::tests) fn new(rows: usize, columns: usize) -> Self {
        let values = host(&draws([rows * columns + 1], 9));
        let mut entries = Vec::new();
        for row in (0..rows).filter(|row| row % 5 != 3) {
            for column in (0..columns).filter(|column| column % 5 != 3) {
                let listed = row == 1 || (row * 7 + column * 3) % 4 == 0;
                let value = values[row * columns + column];
                entries.extend(listed.then_some((row, column, value)));
            }
        }
        entries.extend(entries.last().copied());
        Self {
            rows,
            columns,
            entries,
        }
    }

    /// From `(target, source)` pairs, sorted, of a graph without weights.
    pub(in crate::tests) fn pattern(nodes: usize, mut edges: Vec<(usize, usize)>) -> Self {
        edges.sort_unstable();
        Self {
            rows: nodes,
            columns: nodes,
            entries: edges.into_iter().map(|(i, j)| (i, j, 1.0)).collect(),
        }
    }

    pub(super) fn entries(&self) -> usize {
        self.entries.len()
    }

    /// Entries of each row.
    pub(super) fn degrees(&self) -> Vec<usize> {
        let of_row = |row| self.entries.iter().filter(|entry| entry.0 == row).count();
        (0..self.rows).map(of_row).collect()
    }

    pub(in crate::tests) fn on_device(&self) -> Sparse<Subject> {
        let numbered: Vec<_> = self.entries.iter().copied().enumerate().collect();
        let mut turned: Vec<_> = numbered
            .iter()
            .map(|&(number, (row, column, value))| (number, (column, row, value)))
            .collect();
        turned.sort_by_key(|&(_, (row, ..))| row);
        Sparse {
            matrix: by_rows(self.rows, &numbered),
            transpose: by_rows(self.columns, &turned),
        }
    }

    /// `A x` of each member, entry by entry in f64; `keep` is the factor of an entry of a member.
    fn times(&self, x: &Floats, width: usize, keep: impl Fn(usize, usize) -> f64) -> Floats {
        let x = host(x);
        let members = x.len() / (self.columns * width);
        let mut y = vec![0.0f64; members * self.rows * width];
        for r in 0..members {
            for (e, &(row, column, value)) in self.entries.iter().enumerate() {
                for f in 0..width {
                    let x = f64::from(x[(r * self.columns + column) * width + f]);
                    y[(r * self.rows + row) * width + f] += keep(r, e) * f64::from(value) * x;
                }
            }
        }
        floats(
            y.into_iter().map(|y| y as f32).collect(),
            [members, self.rows, width],
        )
    }
}

fn by_rows(rows: usize, entries: &[(usize, (usize, usize, f32))]) -> ByRows<Subject> {
    let start = |row| entries.partition_point(|&(_, (of, ..))| of < row) as i32;
    let number = |of: fn(&(usize, (usize, usize, f32))) -> usize| {
        let values = entries.iter().map(|entry| of(entry) as i32);
        integers(values.collect(), [entries.len()])
    };
    let values = entries.iter().map(|&(_, (.., value))| value).collect();
    ByRows {
        offsets: integers((0..=rows).map(start).collect(), [rows + 1]),
        rows: number(|(_, (row, ..))| *row),
        columns: number(|(_, (_, column, _))| *column),
        values: floats(values, [entries.len()]),
        numbers: number(|(number, _)| *number),
    }
}

pub(super) fn seeds(members: usize) -> Integers {
    let halves = (0..2 * members as i32).map(|i| i.wrapping_mul(-1_640_531_527));
    integers(halves.collect(), [members, 2])
}

/// Rates of all kinds: off, some, all.
pub(super) fn mask(members: usize, entries: usize) -> Kept<Subject> {
    let rates = (0..members)
        .map(|r| [0.0, 0.5, 0.2, 1.0, 0.9][r % 5])
        .collect();
    let rate = floats(rates, [members]);
    Kept::Some {
        words: Subject::kept_entries(rate.clone(), seeds(members), entries, AT),
        rate,
    }
}

pub(super) fn mask_of_member(kept: &Kept<Subject>, r: usize) -> Kept<Subject> {
    match kept {
        Kept::All => Kept::All,
        Kept::Some { words, rate } => {
            let per_member = host_integers(words).len() / host(rate).len();
            let own = host_integers(words)[r * per_member..][..per_member].to_vec();
            Kept::Some {
                words: integers(own, [1, per_member]),
                rate: member(rate, r),
            }
        }
    }
}

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
        let dropped = reference::random::dropout::<Subject>(ones, rates(), seeds(4), AT);
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
