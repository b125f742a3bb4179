//! Edges of the bins of a piecewise-linear encoding, and the encoding as maps.

use decay_kernels::Columns;
use decay_options::names;

use super::tree::thresholds;
use crate::fitting::RowTargets;
use crate::maps::{DenseMap, Map};
use crate::nonlinearity::Nonlinearity;

names! {
    /// What the bins of a piecewise encoding lie between; the lowest and the highest value of the training rows are the ends of both.
    ///
    /// | name | edges | source |
    /// | :-- | :-- | :-- |
    /// | `quantiles` | quantiles at `0, 1 / bins, ..., 1` | Gorishniy et al. 2022, section 3.2.1, <https://arxiv.org/abs/2203.05556> |
    /// | `target` | thresholds of a decision tree with `bins` leaves that predicts the target from the number alone | section 3.2.2 |
    ///
    /// A leaf has at least a quarter of the rows that a bin of equal counts would have, `n / (4 bins)`.
    #[derive(Default)]
    pub enum BinsBy {
        /// As many rows in each.
        #[default]
        Quantiles = "quantiles",
        /// Where the target changes.
        Target = "target",
    }
}

/// Of the rows of a bin of equal counts, the share that a leaf has to have.
const LEAST_SHARE: usize = 4;

impl BinsBy {
    /// Edges of at most so many bins, each once; the last one is repeated until there are `bins + 1`.
    ///
    /// Of no values, all edges are 0.
    ///
    /// # Shapes
    /// - `column`: `[n]`, NaN where the number is missing; `targets` of the same rows
    /// - returns: `[bins + 1]`, ascending
    pub(super) fn edges(self, column: &[f32], targets: &RowTargets, bins: usize) -> Vec<f32> {
        let mut values = column.to_vec();
        values.retain(|value| !value.is_nan());
        values.sort_unstable_by(f32::total_cmp);
        let (Some(&lowest), Some(&highest)) = (values.first(), values.last()) else {
            return vec![0.0; bins + 1];
        };
        let mut edges = match self {
            Self::Quantiles => quantiles(&values, bins),
            Self::Target => {
                let least = values.len().div_ceil(LEAST_SHARE * bins);
                let mut edges = thresholds(column, targets, bins, least);
                edges.insert(0, lowest);
                edges.push(highest);
                edges
            }
        };
        edges.dedup_by(|next, edge| is_empty(*edge, *next));
        let highest = edges.last().copied().unwrap_or_default();
        edges.resize(bins + 1, highest);
        edges
    }
}

/// At `0, 1 / bins, ..., 1` of ascending values.
fn quantiles(values: &[f32], bins: usize) -> Vec<f32> {
    let last = values.len() - 1;
    let quantile = |t: usize| {
        let place = t as f64 / bins as f64 * last as f64;
        let below = (place.floor() as usize).min(last);
        let above = (below + 1).min(last);
        let [low, high] = [below, above].map(|place| f64::from(values[place]));
        (low + (high - low) * (place - below as f64)) as f32
    };
    (0..=bins).map(quantile).collect()
}

/// Whether nothing can be told apart between two edges.
pub(super) fn is_empty(lower: f32, upper: f32) -> bool {
    !(upper > lower && (1.0 / (upper - lower)).is_finite())
}

/// The encoding of one row as `dense, ReLU, dense`.
///
/// ```text
/// closed:             clamp(u, 0, 1) = relu(u) - relu(u - 1)
/// open below:         min(u, 1) = 1 - relu(1 - u)
/// open above:         max(u, 0) = relu(u)
/// open on both sides: u = relu(u) - relu(-u)
/// ```
pub(super) fn maps(columns: &Columns, edges: &[f32], bins: usize) -> Vec<Map> {
    let mut sums = Sums::default();
    for &column in &*columns.others {
        sums.push(0.0, &[(column, 1.0, 0.0, 1.0), (column, -1.0, 0.0, -1.0)]);
    }
    for (&column, edges) in columns.numbers.iter().zip(edges.chunks_exact(bins + 1)) {
        let pairs: Vec<_> = edges.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let last = pairs.iter().rposition(|&(low, high)| low < high);
        for (t, &(lower, upper)) in pairs.iter().enumerate() {
            if lower >= upper {
                sums.push(0.0, &[]);
                continue;
            }
            let rate = 1.0 / (f64::from(upper) - f64::from(lower));
            let start = -f64::from(lower) * rate;
            let up = |from: f64, sign| (column, rate, start - from, sign);
            let down = |from: f64| (column, -rate, from - start, -1.0);
            match (t == 0, Some(t) == last) {
                (false, false) => sums.push(0.0, &[up(0.0, 1.0), up(1.0, -1.0)]),
                (true, false) => sums.push(1.0, &[down(1.0)]),
                (false, true) => sums.push(0.0, &[up(0.0, 1.0)]),
                (true, true) => sums.push(0.0, &[up(0.0, 1.0), down(0.0)]),
            }
        }
    }
    sums.maps(columns.count())
}

/// Outputs as sums of ReLUs of one input each.
#[derive(Default)]
struct Sums {
    /// Input, slope and offset of each ReLU.
    units: Vec<(usize, f64, f64)>,
    /// Place of a ReLU, output and sign.
    terms: Vec<(usize, usize, f64)>,
    offsets: Vec<f64>,
}

impl Sums {
    /// Appends `offset + sum of sign relu(slope x[input] + bias)` over `(input, slope, bias, sign)`.
    fn push(&mut self, offset: f64, units: &[(usize, f64, f64, f64)]) {
        for &(input, slope, bias, sign) in units {
            self.terms
                .push((self.units.len(), self.offsets.len(), sign));
            self.units.push((input, slope, bias));
        }
        self.offsets.push(offset);
    }

    fn maps(self, inputs: usize) -> Vec<Map> {
        let (units, outputs) = (self.units.len(), self.offsets.len());
        let mut first = DenseMap {
            weight: vec![0.0; inputs * units],
            bias: vec![0.0; units],
        };
        for (unit, (input, slope, bias)) in self.units.into_iter().enumerate() {
            first.weight[input * units + unit] = slope;
            first.bias[unit] = bias;
        }
        let mut second = DenseMap {
            weight: vec![0.0; units * outputs],
            bias: self.offsets,
        };
        for (unit, output, sign) in self.terms {
            second.weight[unit * outputs + output] = sign;
        }
        vec![
            Map::Dense(first),
            Map::Nonlinearity(Nonlinearity::Relu),
            Map::Dense(second),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{BinsBy, maps};
    use crate::fitting::RowTargets;
    use crate::maps::apply;
    use decay_kernels::Columns;

    fn edges(values: &[f32], bins: usize) -> Vec<f32> {
        BinsBy::Quantiles.edges(values, &RowTargets::Classes(Vec::new()), bins)
    }

    #[test]
    fn edges_are_quantiles_each_once() {
        let values: Vec<f32> = (0..=8).rev().map(|v| v as f32).collect();
        assert_eq!(edges(&values, 4), [0.0, 2.0, 4.0, 6.0, 8.0]);
        // Between two values by linear interpolation; what is missing does not count.
        let missing = [1.0, f32::NAN, 3.0];
        assert_eq!(edges(&missing, 4), [1.0, 1.5, 2.0, 2.5, 3.0]);
        // Quantiles 0, 0, 0, 1.5 and 6 of a column with ties.
        let ties = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 3.0, 6.0];
        assert_eq!(edges(&ties, 4), [0.0, 1.0, 6.0, 6.0, 6.0]);
        assert_eq!(edges(&[2.0; 5], 3), [2.0; 4]);
        assert_eq!(edges(&[], 2), [0.0; 3]);
        assert_eq!(edges(&[f32::NAN; 2], 2), [0.0; 3]);
    }

    /// Column 0 is a label; column 1 has bins from -1 to 0 and 0 to 4, column 2 is constant, column 3 has one bin.
    #[test]
    fn maps_are_the_encoding() {
        let columns = Columns::new(&[1, 2, 3], 4);
        let edges = [-1.0, 0.0, 4.0, 4.0, 5.0, 5.0, 5.0, 5.0, 0.0, 2.0, 2.0, 2.0];
        let maps = maps(&columns, &edges, 3);
        let of = |x: [f64; 4]| apply(&maps, &x);
        let bins = |x: [f64; 2], third: f64| {
            let empty = [0.0; 3];
            let label = [-0.5, x[0], x[1], 0.0].into_iter().chain(empty);
            label.chain([third, 0.0, 0.0]).collect::<Vec<_>>()
        };
        assert_eq!(of([-0.5, -3.0, 7.0, -1.0]), bins([-2.0, 0.0], -0.5));
        assert_eq!(of([-0.5, -0.25, 5.0, 1.0]), bins([0.75, 0.0], 0.5));
        assert_eq!(of([-0.5, 3.0, 0.0, 2.0]), bins([1.0, 0.75], 1.0));
        assert_eq!(of([-0.5, 6.0, 0.0, 8.0]), bins([1.0, 1.5], 4.0));
    }
}
