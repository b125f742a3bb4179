//! Sparse matrices and masks with known contents.

use super::Subject;
use super::values::{AT, Floats, draws, floats, host, host_integers, integers, member, seeds};
use crate::SparseOps;
use crate::sparse::{ByRows, Kept, Sparse};

/// A matrix on the host.
#[derive(Clone)]
pub(in crate::tests) struct Matrix {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Row, column and value of each entry, by rows.
    pub(super) entries: Vec<(usize, usize, f32)>,
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
    pub(super) fn times(
        &self,
        x: &Floats,
        width: usize,
        keep: impl Fn(usize, usize) -> f64,
    ) -> Floats {
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

/// Number of an entry, its row, column and value.
type Numbered = (usize, (usize, usize, f32));

fn by_rows(rows: usize, entries: &[Numbered]) -> ByRows<Subject> {
    let start = |row| entries.partition_point(|&(_, (of, ..))| of < row) as i32;
    let number = |of: fn(&Numbered) -> usize| {
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
