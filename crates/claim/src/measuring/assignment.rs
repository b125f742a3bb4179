//! Who goes with whom, so that the sum of costs is least: the assignment problem.

use nalgebra::DMatrix;

/// The column of every row of the assignment with the least sum of costs, each column once.
///
/// Rows are added one at a time by shortest augmenting paths over reduced costs `c - u - v >= 0`, in `O(n³)`.
///
/// # Shapes
/// - `costs`: `[n, n]`, finite
///
/// # Panics
/// If the costs are not square.
///
/// # Source
/// Kuhn 1955, "The Hungarian method for the assignment problem"; by paths, Jonker & Volgenant 1987, <https://doi.org/10.1007/BF02278710>.
pub fn assign(costs: &DMatrix<f64>) -> Vec<usize> {
    let count = costs.nrows();
    assert_eq!(count, costs.ncols(), "as many rows as columns");
    let mut partial = Partial {
        costs,
        of_row: vec![0.0; count],
        of_column: vec![0.0; count],
        owner: vec![None; count],
    };
    (0..count).for_each(|row| partial.add(row));
    let mut columns = vec![0; count];
    for (column, row) in partial.owner.into_iter().enumerate() {
        if let Some(row) = row {
            columns[row] = column;
        }
    }
    columns
}

/// The best assignment of some rows, with the prices that prove it.
struct Partial<'a> {
    costs: &'a DMatrix<f64>,
    of_row: Vec<f64>,
    of_column: Vec<f64>,
    /// Row of every column that has one.
    owner: Vec<Option<usize>>,
}

impl Partial<'_> {
    /// Adds a row by the shortest path from it to a free column, over columns whose owners move on.
    fn add(&mut self, row: usize) {
        let count = self.owner.len();
        let mut length = vec![f64::INFINITY; count];
        let mut before = vec![None; count];
        let mut reached = Vec::new();
        let (mut here, mut last, mut so_far) = (row, None, 0.0);
        let end = loop {
            let open = (0..count).filter(|column| !reached.contains(column));
            let mut nearest: Option<usize> = None;
            for column in open {
                let prices = self.of_row[here] + self.of_column[column];
                let through = so_far + self.costs[(here, column)] - prices;
                if through < length[column] {
                    (length[column], before[column]) = (through, last);
                }
                if nearest.is_none_or(|best| length[column] < length[best]) {
                    nearest = Some(column);
                }
            }
            let Some(column) = nearest else { return };
            (last, so_far) = (Some(column), length[column]);
            match self.owner[column] {
                Some(owner) => here = owner,
                None => break column,
            }
            reached.push(column);
        };
        self.of_row[row] += so_far;
        for column in reached {
            let spared = so_far - length[column];
            self.of_column[column] -= spared;
            if let Some(owner) = self.owner[column] {
                self.of_row[owner] += spared;
            }
        }
        self.shift(end, &before, row);
    }

    /// Every owner on the path takes the next column; the first goes to the new row.
    fn shift(&mut self, mut column: usize, before: &[Option<usize>], row: usize) {
        while let Some(previous) = before[column] {
            self.owner[column] = self.owner[previous];
            column = previous;
        }
        self.owner[column] = Some(row);
    }
}

#[cfg(test)]
mod tests {
    use decay_random::{At, Purpose, Stream};
    use nalgebra::DMatrix;

    use super::assign;

    /// The least sum over all orders.
    fn least(costs: &DMatrix<f64>, row: usize, taken: &mut Vec<usize>) -> f64 {
        if row == costs.nrows() {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for column in 0..costs.ncols() {
            if !taken.contains(&column) {
                taken.push(column);
                best = best.min(costs[(row, column)] + least(costs, row + 1, taken));
                taken.pop();
            }
        }
        best
    }

    #[test]
    fn no_order_costs_less() {
        for trial in 0..200 {
            let count = 1 + trial as usize % 7;
            let at = At {
                site: trial,
                ..At::default()
            };
            let mut drawn = vec![0.0f32; count * count];
            Stream::new(1, Purpose::Experiment, at).fill_normal(&mut drawn);
            // Every third has ties.
            let value = |x: f32| if trial % 3 == 0 { x.round() } else { x };
            let drawn = drawn.into_iter().map(|x| f64::from(value(x)));
            let costs = DMatrix::from_iterator(count, count, drawn);
            let found = assign(&costs);
            let sum: f64 = found
                .iter()
                .enumerate()
                .map(|at| costs[(at.0, *at.1)])
                .sum();
            let mut sorted = found.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..count).collect::<Vec<_>>());
            assert!(
                (sum - least(&costs, 0, &mut Vec::new())).abs() < 1e-6,
                "{costs}"
            );
        }
    }

    #[test]
    fn the_cheapest_column_goes_to_the_row_that_would_lose_most() {
        // Row by row the first would take column 0, and the second pay 9.
        let costs = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 1.0, 9.0]);
        assert_eq!(assign(&costs), [1, 0]);
        assert!(assign(&DMatrix::zeros(0, 0)).is_empty());
    }
}
