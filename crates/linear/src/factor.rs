//! A Cholesky factor whose columns come and go.

/// Least square of a pivot, relative to its column's own: of a column that the others explain.
const LEAST: f64 = 1e-14;

/// `L` of `G_AA + δ I = L L'` for a set `A` of columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Factor {
    /// `A`, in the order of the rows.
    places: Vec<usize>,
    /// Lower triangle, row `i` of length `i + 1`.
    rows: Vec<Vec<f64>>,
}

impl Factor {
    /// Columns that it is of, in the order of [`solve`](Self::solve).
    pub(super) fn places(&self) -> &[usize] {
        &self.places
    }

    /// Becomes the factor of other columns; those that stay are not computed anew.
    ///
    /// # Shapes
    /// - `wanted`: whether a column belongs to it; `gram(i, j)`: `G_ij`, `δ` on its diagonal
    pub(super) fn become_of(
        &mut self,
        wanted: impl Fn(usize) -> bool,
        count: usize,
        gram: impl Fn(usize, usize) -> f64,
    ) {
        for row in (0..self.places.len()).rev() {
            if !wanted(self.places[row]) {
                self.remove(row);
            }
        }
        let mut has = vec![false; count];
        self.places.iter().for_each(|&place| has[place] = true);
        for place in (0..count).filter(|&place| wanted(place) && !has[place]) {
            let column: Vec<f64> = self.places.iter().map(|&own| gram(own, place)).collect();
            self.append(place, column, gram(place, place));
        }
    }

    /// Solves `L L' x = b` in place.
    pub(super) fn solve(&self, b: &mut [f64]) {
        self.forward(b);
        for (row, line) in self.rows.iter().enumerate().rev() {
            let own = b[row] / line[row];
            b[row] = own;
            for (value, entry) in b.iter_mut().zip(&line[..row]) {
                *value -= entry * own;
            }
        }
    }

    fn forward(&self, b: &mut [f64]) {
        for (row, line) in self.rows.iter().enumerate() {
            b[row] = (b[row] - dot(&line[..row], &b[..row])) / line[row];
        }
    }

    fn append(&mut self, place: usize, mut column: Vec<f64>, own: f64) {
        self.forward(&mut column);
        let left = own - dot(&column, &column);
        column.push(left.max(LEAST * own).sqrt());
        self.places.push(place);
        self.rows.push(column);
    }

    /// Takes a row out and turns the later ones by Givens' rotations until they are a triangle again.
    fn remove(&mut self, row: usize) {
        self.places.remove(row);
        self.rows.remove(row);
        let mut turns: Vec<[f64; 2]> = Vec::with_capacity(self.rows.len() - row);
        for line in &mut self.rows[row..] {
            for (place, [c, s]) in turns.iter().enumerate() {
                let at = row + place;
                let [a, b] = [line[at], line[at + 1]];
                [line[at], line[at + 1]] = [c * a + s * b, c * b - s * a];
            }
            let at = row + turns.len();
            let [a, b] = [line[at], line[at + 1]];
            let length = a.hypot(b);
            turns.push([a / length, b / length]);
            line[at] = length;
            line.truncate(at + 1);
        }
    }
}

/// Eight sums side by side, which a processor adds at once.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (a, a_rest) = a.as_chunks::<8>();
    let (b, b_rest) = b.as_chunks::<8>();
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::Factor;

    /// After any comings and goings it solves what a factor made at once solves.
    #[test]
    fn columns_come_and_go() {
        let count = 40;
        let entry = |i: usize, j: usize| ((i * 7 + j * 13) as f64).sin();
        let a = DMatrix::from_fn(60, count, |i, j| entry(i, j) + f64::from(u8::from(i == j)));
        let gram = a.tr_mul(&a);
        let mut factor = Factor::default();
        let sets: [fn(usize) -> bool; 6] = [
            |place| place % 2 == 0,
            |place| place % 3 != 0,
            |_| true,
            |place| place > 30 || place == 4,
            |_| false,
            |place| place < 21,
        ];
        for wanted in sets {
            factor.become_of(wanted, count, |i, j| gram[(i, j)]);
            let places = factor.places().to_vec();
            assert_eq!(
                places.len(),
                (0..count).filter(|place| wanted(*place)).count()
            );
            let own = DMatrix::from_fn(places.len(), places.len(), |i, j| {
                gram[(places[i], places[j])]
            });
            let mut found: Vec<f64> = places.iter().map(|place| (*place as f64).cos()).collect();
            let b = DVector::from_vec(found.clone());
            factor.solve(&mut found);
            if places.is_empty() {
                continue;
            }
            let left = own * DVector::from_vec(found) - b;
            assert!(left.amax() < 1e-10, "{}", left.amax());
        }
    }
}
