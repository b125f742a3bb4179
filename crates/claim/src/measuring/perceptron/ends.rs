//! Where many starts of one perceptron end: how many optima these are, what they are worth, and what lies between them.

use nalgebra::DVector;
use rayon::prelude::*;

use super::{Penalty, Perceptron, Regression, Settled, aligned, barrier};
use crate::measurements::{MeasurementKey, Measurements};
use crate::measuring::optima::{distinct, median, worst};
use crate::population::Population;

/// Functions whose root mean square difference is below this share of the target's spread are one optimum.
const SAME: f64 = 1e-3;
/// Objectives of one optimum agree to this share of the target's variance.
const LEVEL: f64 = 1e-6;

/// Members of a population that differ in nothing but their starts, led on from where training left them to minima.
#[derive(Debug, Clone)]
pub struct Ends {
    train: Regression,
    held_out: Regression,
    trained: Vec<Perceptron>,
    settled: Vec<Settled>,
}

impl Ends {
    /// Ends of some members, after so many Newton steps at most: [`Regression::settle`].
    ///
    /// # Panics
    /// Without members, or as [`Perceptron::of`] and [`Regression::of`].
    pub fn of(
        population: &Population<'_>,
        members: &[usize],
        penalty: Penalty,
        steps: usize,
    ) -> Self {
        let (rows, replicate) = (
            population.rows(members[0]),
            population.replicate(members[0]),
        );
        let own = |rows| Regression::of(population, replicate, rows);
        let (train, held_out) = (own(&rows.train), own(&rows.validation));
        let trained = members.iter().map(|&k| Perceptron::of(population, k));
        let trained: Vec<Perceptron> = trained.collect();
        let settle = |net: &Perceptron| train.settle(net, penalty, steps);
        Self {
            settled: trained.par_iter().map(settle).collect(),
            trained,
            train,
            held_out,
        }
    }

    /// Notes what is known of the ends: numbers of optima and units, losses in variances of the target, and barriers.
    pub fn note(&self, key: MeasurementKey<'_>, out: &mut Measurements) {
        let by_objective = |a: &&Settled, b: &&Settled| a.objective.total_cmp(&b.objective);
        if let Some(best) = self.settled.iter().min_by(by_objective) {
            self.note_objectives(best, key, out);
            self.note_functions(best, key, out);
        }
        let unsettled = self.each(|end| end.slope.max(-end.curvature));
        out.add(
            key,
            [
                ("from a minimum", worst(unsettled)),
                ("size", median(self.each(|end| end.net.size()))),
                ("different units", median(self.each(different_units))),
                ("barrier", self.barrier(|_, b| b.clone())),
                ("barrier after matching", self.barrier(aligned)),
            ],
        );
    }

    fn each(&self, figure: impl Fn(&Settled) -> f64) -> impl Iterator<Item = f64> {
        self.settled.iter().map(figure)
    }

    /// How many ends are at the lowest objective, and how far the others are above.
    fn note_objectives(&self, best: &Settled, key: MeasurementKey<'_>, out: &mut Measurements) {
        let above = |end: &Settled| end.objective - best.objective;
        let lowest = |end: &Settled| above(end) < LEVEL;
        let told = |end: &Settled| (live_units(end) == live_units(best)) == lowest(end);
        let share = |which: &dyn Fn(&Settled) -> bool| {
            let those = self.settled.iter().filter(|end| which(end));
            those.count() as f64 / self.settled.len() as f64
        };
        out.add(
            key,
            [
                ("at the lowest", share(&lowest)),
                ("told by live units", share(&told)),
                ("excess", median(self.each(above))),
                ("excess of the worst", worst(self.each(above))),
                ("live units", median(self.each(live_units))),
            ],
        );
    }

    /// How many functions the ends are, and what these predict.
    fn note_functions(&self, best: &Settled, key: MeasurementKey<'_>, out: &mut Measurements) {
        let size = (self.held_out.len() as f64).sqrt();
        let (outputs, before): (Vec<DVector<f64>>, Vec<DVector<f64>>) = (
            self.settled
                .iter()
                .map(|end| self.held_out.outputs(&end.net))
                .collect(),
            self.trained
                .iter()
                .map(|net| self.held_out.outputs(net))
                .collect(),
        );
        let apart = |a: usize, b: usize| (&outputs[a] - &outputs[b]).norm() / size;
        let optima = |limit| distinct(outputs.len(), limit, apart) as f64;
        let moved = outputs.iter().zip(&before);
        let moved = moved.map(|(end, before)| (end - before).norm() / size);
        let losses = || self.each(|end| self.held_out.loss(&end.net));
        let middle = median(losses());
        let spread = median(losses().map(|loss| (loss - middle).abs()));
        out.add(
            key,
            [
                ("optima", optima(SAME)),
                ("optima, ten times as far apart", optima(10.0 * SAME)),
                ("moved after training", median(moved)),
                ("held-out loss", middle),
                ("held-out loss of the lowest", self.held_out.loss(&best.net)),
                ("spread of held-out loss", spread),
            ],
        );
    }

    /// Median over disjoint pairs of the barrier on the training rows, the second of each as `ready` makes it.
    fn barrier(&self, ready: impl Fn(&Perceptron, &Perceptron) -> Perceptron) -> f64 {
        let pairs = self.settled.chunks_exact(2);
        median(pairs.map(|pair| {
            let (a, b) = (&pair[0].net, &pair[1].net);
            barrier(&self.train, a, &ready(a, b))
        }))
    }
}

fn live_units(end: &Settled) -> f64 {
    end.net.live_units(SAME).len() as f64
}

fn different_units(end: &Settled) -> f64 {
    end.net.different_units(SAME) as f64
}

#[cfg(test)]
mod tests {
    use super::{Ends, Penalty, Perceptron, Regression};
    use crate::measurements::{MeasurementKey, Measurements};

    /// `tanh(x) + 1` twice with its unit negated, once as a unit cut in halves, and once with a dead unit: one function, one
    /// objective without decay.
    #[test]
    fn ends_of_one_function_are_one_optimum_however_they_are_written() {
        let x = [-1.0, -0.5, 0.25, 2.0];
        let rows = Regression::new(&x, x.map(|x| f64::tanh(x) + 1.0).into());
        let nets = [
            [1.0, 0.0, 1.0, 0.0, 3.0, 0.0, 1.0],
            [0.0, 3.0, 0.0, -1.0, 0.0, -1.0, 1.0],
            [1.0, 0.0, 0.5, 1.0, 0.0, 0.5, 1.0],
            [1.0, 0.0, 0.5, -1.0, 0.0, -0.5, 1.0],
        ];
        let trained = nets.map(|values| Perceptron::new(1, values.to_vec()));
        let penalty = Penalty {
            rate: 0.0,
            biases: false,
        };
        let ends = Ends {
            settled: trained
                .each_ref()
                .map(|net| rows.settle(net, penalty, 0))
                .into(),
            held_out: rows.clone(),
            trained: trained.into(),
            train: rows,
        };
        let mut out = Measurements::default();
        ends.note(MeasurementKey::of("s", "", 0.0, 0), &mut out);
        let of = |metric: &str| out.curve("s", "", metric).unwrap().values[0][0];
        assert_eq!([of("optima"), of("at the lowest")], [1.0, 1.0]);
        assert!(of("held-out loss") < 1e-30 && of("moved after training") == 0.0);
        // Two live units or one, of which the first end has one.
        assert_eq!([of("live units"), of("told by live units")], [1.5, 0.5]);
        assert_eq!([of("different units"), of("size")], [1.0, 2.0]);
        assert!(of("barrier after matching") < 1e-15 && of("barrier") > 0.01);
    }
}
