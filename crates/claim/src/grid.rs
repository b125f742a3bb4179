//! One figure over two hyper-parameters: a curve over the first for every value of the second.

use decay_audit::compare::Better;

use crate::curve::Curve;
use crate::failure::Result;
use crate::measurements::Measurements;
use crate::parts::Comparison;

/// Whether a cell is meant, by its values of the second and of the first hyper-parameter.
type Wanted = fn(f64, f64) -> bool;

/// One figure of all replicates in every cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The second hyper-parameter, the first, and the replicates' values.
    pub cells: Vec<(f64, f64, Vec<f64>)>,
}

impl Grid {
    /// A metric of several series, each with its value of the second hyper-parameter.
    ///
    /// # Errors
    /// As [`Measurements::curve`].
    pub fn of(
        measured: &Measurements,
        study: &str,
        series: &[(&str, f64)],
        metric: &str,
    ) -> Result<Self> {
        let mut cells = Vec::new();
        for &(name, second) in series {
            let curve = measured.curve(study, name, metric)?;
            let rates = curve.rates.into_iter().zip(curve.values);
            cells.extend(rates.map(|(rate, values)| (second, rate, values)));
        }
        Ok(Self { cells })
    }

    /// The figure over the second hyper-parameter, at one value of the first.
    pub fn across(self, rate: f64) -> Curve {
        let cells = self.cells.into_iter().filter(|cell| cell.1 == rate);
        let (rates, values): (Vec<_>, _) =
            cells.map(|(second, _, values)| (second, values)).unzip();
        Curve {
            half_lives: vec![f64::NAN; rates.len()],
            rates,
            values,
        }
    }

    /// The largest value of each replicate over all cells.
    pub fn largest(&self) -> Vec<f64> {
        let replicates = self.cells.first().map_or(0, |cell| cell.2.len());
        let own = |replicate: usize| self.cells.iter().map(move |cell| cell.2[replicate]);
        let largest = |replicate| own(replicate).fold(f64::NEG_INFINITY, f64::max);
        (0..replicates).map(largest).collect()
    }

    /// The cell with the best mean among some.
    ///
    /// # Panics
    /// If none is meant.
    pub fn best(&self, better: Better, wanted: Wanted) -> (f64, f64) {
        let sum = |values: &[f64]| values.iter().sum();
        let (second, rate, _) = &self.cells[self.place(better, wanted, sum)];
        (*second, *rate)
    }

    /// The figure of each replicate in the cell, among some, that is best for the other replicates.
    ///
    /// # Panics
    /// If no cell is meant.
    pub fn chosen_by_others(&self, better: Better, wanted: Wanted) -> Vec<f64> {
        let replicates = self.cells.first().map_or(0, |(.., values)| values.len());
        let chosen = |replicate: usize| {
            let others = |values: &[f64]| values.iter().sum::<f64>() - values[replicate];
            self.cells[self.place(better, wanted, others)].2[replicate]
        };
        (0..replicates).map(chosen).collect()
    }

    /// That the best pair of both is lower than the best of either alone, each chosen by the other replicates; with a remark on which
    /// they are. `unit` is what the difference is in.
    pub fn pair_below(
        &self,
        statement: String,
        unit: &str,
        [second, first]: [&str; 2],
    ) -> (Comparison, String) {
        let [both, alone]: [Wanted; 2] = [|a, b| a > 0.0 && b > 0.0, |a, b| a == 0.0 || b == 0.0];
        let chosen = |wanted| self.chosen_by_others(Better::Lower, wanted);
        let named = |(a, b)| format!("{second} = {a}, {first} = {b}");
        let [pair, single] = [both, alone].map(|wanted| named(self.best(Better::Lower, wanted)));
        (
            Comparison::below(
                statement,
                format!("difference in {unit}"),
                chosen(both),
                chosen(alone),
            ),
            format!("best pair {pair}; best alone {single}"),
        )
    }

    fn place(&self, better: Better, wanted: Wanted, score: impl Fn(&[f64]) -> f64) -> usize {
        let sign = match better {
            Better::Lower => 1.0,
            Better::Higher => -1.0,
        };
        let meant = (0..self.cells.len()).filter(|&k| wanted(self.cells[k].0, self.cells[k].1));
        let of = |place: &usize| sign * score(&self.cells[*place].2);
        let best = meant.min_by(|a, b| of(a).total_cmp(&of(b)));
        best.unwrap_or_else(|| panic!("no cell is meant"))
    }
}

#[cfg(test)]
mod tests {
    use decay_audit::compare::Better;

    use super::Grid;
    use crate::measurements::Measurements;

    #[test]
    fn cells_are_chosen_by_the_other_replicates_among_those_that_are_meant() {
        let grid = Grid {
            cells: vec![
                (0.0, 0.0, vec![5.0, 5.0, 5.0]),
                (0.0, 1.0, vec![0.0, 4.0, 4.0]),
                (0.1, 1.0, vec![3.0, 3.0, 9.0]),
            ],
        };
        assert_eq!(grid.largest(), [5.0, 5.0, 9.0]);
        assert_eq!(grid.best(Better::Lower, |_, _| true), (0.0, 1.0));
        assert_eq!(grid.best(Better::Higher, |_, _| true), (0.0, 0.0));
        assert_eq!(
            grid.best(Better::Lower, |second, _| second > 0.0),
            (0.1, 1.0)
        );
        // Without the last replicate the third cell has 6 and the second 4; without the first they have 12 and 8.
        assert_eq!(
            grid.chosen_by_others(Better::Lower, |_, _| true),
            [0.0, 4.0, 4.0]
        );
        assert_eq!(
            grid.chosen_by_others(Better::Higher, |_, rate| rate > 0.0),
            [3.0, 3.0, 9.0]
        );
    }

    #[test]
    fn pairs_are_held_against_the_best_of_either_alone() {
        let cell = |a, b, value| (a, b, vec![value; 3]);
        let grid = Grid {
            cells: vec![
                cell(0.0, 0.0, 5.0),
                cell(0.0, 2.0, 3.0),
                cell(0.1, 0.0, 4.0),
                cell(0.1, 2.0, 1.0),
            ],
        };
        let (comparison, remark) = grid.pair_below("s".into(), "nats", ["ε", "λ"]);
        assert_eq!((comparison.a, comparison.b), (vec![1.0; 3], vec![3.0; 3]));
        assert_eq!(remark, "best pair ε = 0.1, λ = 2; best alone ε = 0, λ = 2");
    }

    #[test]
    fn a_grid_is_made_of_the_curves_of_its_series() {
        let mut all = Measurements::default();
        for (series, second) in [("a", 0.0), ("b", 1.0)] {
            all.make_up("s", series, "m", &[0.0, 2.0], 0.0, |rate| second + rate);
        }
        let grid = Grid::of(&all, "s", &[("a", 0.0), ("b", 1.0)], "m").unwrap();
        let means: Vec<_> = grid.cells.iter().map(|(a, b, v)| (*a, *b, v[0])).collect();
        assert_eq!(
            means,
            [
                (0.0, 0.0, 0.0),
                (0.0, 2.0, 2.0),
                (1.0, 0.0, 1.0),
                (1.0, 2.0, 3.0)
            ]
        );
        let across = grid.across(2.0);
        assert_eq!((across.rates, across.values[1][0]), (vec![0.0, 1.0], 3.0));
        assert!(Grid::of(&all, "s", &[("c", 0.0)], "m").is_err());
    }
}
