//! Perceptrons from many starts: trained by the library as one population, then led on to the minimum by Newton steps.

use std::iter::repeat_n;

use decay_claim::measuring::optima::{distinct, median};
use decay_claim::measuring::perceptron::{
    Penalty, Perceptron, Regression, Settled, aligned, barrier,
};
use decay_claim::{Lab, MeasurementKey, Measurements, Population, Result, Study};
use decay_data::Embedded;
use decay_model::{MlpConfig, Nonlinearity, ParameterKind};
use decay_train::{DecayKind, FoldRows, Optimizer, Schedule, TrainConfig};
use nalgebra::DVector;
use rayon::prelude::*;

use crate::{NETS, RATES, STARTS};

/// Rows to train on and to judge by.
const ROWS: [usize; 2] = [60, 300];
/// Newton steps at most.
const STEPS: usize = 1000;
/// Functions whose root mean square difference on held-out rows is below this share of the target's spread are one optimum.
const SAME: f64 = 1e-3;
/// Objectives of one optimum agree to this share of the target's variance.
const LEVEL: f64 = 1e-6;

pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let data = Embedded::Diabetes.load()?;
    let replicates = lab.draws(data.rows, lab.pick(10, 20), ROWS);
    // A fold each, so that every start has weights of its own, the same under every rate.
    let starts = replicates
        .iter()
        .flat_map(|rows| repeat_n(rows.clone(), STARTS));
    let starts: Vec<FoldRows> = starts.collect();
    for (name, units, biases) in NETS {
        let model = MlpConfig {
            hidden: vec![units],
            activation: Nonlinearity::Tanh,
            ..MlpConfig::default()
        };
        let (rates, config) = (RATES.to_vec(), config(biases));
        let study = Study::of_decay(name, &data, starts.clone(), model, config, rates);
        let population = lab.train(study)?;
        lab.each(&format!("{name}: minima"), replicates.len(), |replicate| {
            for rate in RATES {
                Ends::of(&population, replicate, Penalty { rate, biases }).note(out);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Decay in the gradient, so that training has the minima of the penalised loss.
fn config(biases: bool) -> TrainConfig {
    let all = TrainConfig {
        epochs: 1000,
        full_batch: true,
        lr: 0.02,
        optimizer: Optimizer::Adam,
        decay: Some(DecayKind::Coupled),
        schedule: Schedule::Cosine,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let exempt = all.exempt.iter().copied();
    let spared = |kind: &ParameterKind| !biases || *kind != ParameterKind::Bias;
    TrainConfig {
        exempt: exempt.filter(spared).collect(),
        ..all
    }
}

/// Where all starts of a replicate end at one rate.
struct Ends<'a> {
    key: MeasurementKey<'a>,
    train: Regression,
    held_out: Regression,
    /// As the library left them.
    trained: Vec<Perceptron>,
    settled: Vec<Settled>,
}

impl<'a> Ends<'a> {
    fn of(population: &Population<'a>, replicate: usize, penalty: Penalty) -> Self {
        let rate = penalty.rate;
        let own = |&member: &usize| {
            population.replicate(member) / STARTS == replicate
                && population.key(member).rate == rate
        };
        let members: Vec<usize> = (0..population.len()).filter(own).collect();
        let rows = population.rows(members[0]);
        let of = |rows| Regression::of(population, population.replicate(members[0]), rows);
        let (train, held_out) = (of(&rows.train), of(&rows.validation));
        let trained = members
            .iter()
            .map(|&member| Perceptron::of(population, member));
        let trained: Vec<Perceptron> = trained.collect();
        let settle = |net: &Perceptron| train.settle(net, penalty, STEPS);
        Self {
            key: MeasurementKey::of(population.study.name, "", rate, replicate),
            settled: trained.par_iter().map(settle).collect(),
            trained,
            train,
            held_out,
        }
    }

    fn note(&self, out: &mut Measurements) {
        let settled = &self.settled;
        let by_objective = |a: &&Settled, b: &&Settled| a.objective.total_cmp(&b.objective);
        let Some(best) = settled.iter().min_by(by_objective) else {
            return;
        };
        let lowest = |end: &Settled| end.objective < best.objective + LEVEL;
        let share = |which: &dyn Fn(&Settled) -> bool| {
            settled.iter().filter(|end| which(end)).count() as f64 / STARTS as f64
        };
        let live = |end: &Settled| end.net.live_units(SAME).len();
        let told = |end: &Settled| (live(end) == live(best)) == lowest(end);
        let outputs = settled.iter().map(|end| self.held_out.outputs(&end.net));
        let outputs: Vec<DVector<f64>> = outputs.collect();
        let size = (self.held_out.len() as f64).sqrt();
        let apart = |a: usize, b: usize| (&outputs[a] - &outputs[b]).norm() / size;
        let losses = settled.iter().map(|end| self.held_out.loss(&end.net));
        let middle = median(losses.clone());
        let middling = |figure: &dyn Fn(&Settled) -> f64| median(settled.iter().map(figure));
        let unsettled = settled.iter().map(|end| end.slope.max(-end.curvature));
        out.add(
            self.key,
            [
                ("from a minimum", unsettled.fold(0.0, f64::max)),
                ("optima", distinct(STARTS, SAME, apart) as f64),
                (
                    "optima, ten times as far apart",
                    distinct(STARTS, 10.0 * SAME, apart) as f64,
                ),
                ("at the lowest", share(&lowest)),
                ("told by live units", share(&told)),
                ("excess", middling(&|end| end.objective - best.objective)),
                ("size", middling(&|end| end.net.size())),
                ("live units", middling(&|end| live(end) as f64)),
                (
                    "different units",
                    middling(&|end| end.net.different_units(SAME) as f64),
                ),
                ("held-out loss", middle),
                ("held-out loss of the lowest", self.held_out.loss(&best.net)),
                (
                    "spread of held-out loss",
                    median(losses.map(|loss| (loss - middle).abs())),
                ),
                ("barrier", self.barrier(|_, b| b.clone())),
                ("barrier after matching", self.barrier(aligned)),
            ],
        );
        let pairs = self.trained.iter().zip(&outputs);
        let moved = pairs.map(|(net, end)| (self.held_out.outputs(net) - end).norm() / size);
        out.add(self.key, [("moved after training", median(moved))]);
    }

    /// Median over disjoint pairs of starts of the barrier on the training rows, the second of each as `ready` makes it.
    fn barrier(&self, ready: impl Fn(&Perceptron, &Perceptron) -> Perceptron) -> f64 {
        let pairs = self.settled.chunks_exact(2);
        median(pairs.map(|pair| {
            let (a, b) = (&pair[0].net, &pair[1].net);
            barrier(&self.train, a, &ready(a, b))
        }))
    }
}
