//! Perceptrons from many starts: trained by the library as one population, then led on to the minimum by Newton steps.

use std::iter::repeat_n;

use decay_claim::measuring::optima::distinct;
use decay_claim::measuring::perceptron::{Perceptron, Regression, Settled, aligned, barrier};
use decay_claim::{Lab, MeasurementKey, Measurements, Population, Result, Study};
use decay_data::Embedded;
use decay_model::{MlpConfig, Nonlinearity};
use decay_train::{DecayKind, FoldRows, Optimizer, Schedule, TrainConfig};
use nalgebra::DVector;
use rayon::prelude::*;

use crate::{RATES, STARTS, WIDTHS};

/// Rows to train on and to judge by.
const ROWS: [usize; 2] = [60, 300];
/// Newton steps at most.
const STEPS: usize = 300;
/// Functions whose root mean square difference on held-out rows is below this share of the target's spread are one optimum.
const SAME: f64 = 1e-3;
/// Objectives of one optimum agree to this share of the target's variance.
const LEVEL: f64 = 1e-6;

pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let data = Embedded::Diabetes.load()?;
    let replicates = lab.draws(data.rows, lab.pick(10, 20), ROWS);
    // A fold each, so that every start has weights of its own, the same under every rate.
    let starts = replicates.iter().flat_map(|rows| repeat_n(rows.clone(), STARTS));
    let starts: Vec<FoldRows> = starts.collect();
    let config = TrainConfig {
        epochs: 1000,
        full_batch: true,
        lr: 0.02,
        optimizer: Optimizer::Adam,
        decay: Some(DecayKind::Coupled),
        schedule: Schedule::Cosine,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    for (name, units) in WIDTHS {
        let model = MlpConfig {
            hidden: vec![units],
            activation: Nonlinearity::Tanh,
            ..MlpConfig::default()
        };
        let rates = RATES.to_vec();
        let study = Study::of_decay(name, &data, starts.clone(), model, config.clone(), rates);
        let population = lab.train(study)?;
        lab.each(&format!("{name}: minima"), replicates.len(), |replicate| {
            for rate in RATES {
                Ends::of(&population, replicate, rate).note(out);
            }
            Ok(())
        })?;
    }
    Ok(())
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
    fn of(population: &Population<'a>, replicate: usize, rate: f64) -> Self {
        let own = |&member: &usize| {
            population.replicate(member) / STARTS == replicate && population.key(member).rate == rate
        };
        let members: Vec<usize> = (0..population.len()).filter(own).collect();
        let rows = population.rows(members[0]);
        let of = |rows| Regression::of(population, population.replicate(members[0]), rows);
        let (train, held_out) = (of(&rows.train), of(&rows.validation));
        let trained = members.iter().map(|&member| Perceptron::of(population, member));
        let trained: Vec<Perceptron> = trained.collect();
        let settle = |net: &Perceptron| train.settle(net, rate, STEPS);
        Self {
            key: MeasurementKey {
                replicate,
                ..population.key(members[0])
            },
            settled: trained.par_iter().map(settle).collect(),
            trained,
            train,
            held_out,
        }
    }

    fn note(&self, out: &mut Measurements) {
        let settled = &self.settled;
        let best = (0..STARTS).min_by(|&a, &b| settled[a].objective.total_cmp(&settled[b].objective));
        let best = best.unwrap_or(0);
        let lowest = settled[best].objective;
        let level = settled.iter().filter(|end| end.objective < lowest + LEVEL);
        let (level, rate) = (level.count() as f64, self.key.rate);
        let outputs = settled.iter().map(|end| self.held_out.outputs(&end.net));
        let outputs: Vec<DVector<f64>> = outputs.collect();
        let size = (outputs[0].len() as f64).sqrt();
        let apart = |a: usize, b: usize| (&outputs[a] - &outputs[b]).norm() / size;
        let losses: Vec<f64> = settled.iter().map(|end| self.held_out.loss(&end.net)).collect();
        let unsettled = settled.iter().map(|end| end.slope.max(-end.curvature));
        let trained = self.trained.iter();
        let slopes = trained.map(|net| self.train.bends(net, rate).slopes.amax());
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let objectives: Vec<f64> = settled.iter().map(|end| end.objective).collect();
        out.add(
            self.key,
            [
                ("slope after training", slopes.fold(0.0, f64::max)),
                ("from a minimum", unsettled.fold(0.0, f64::max)),
                ("optima", distinct(STARTS, SAME, apart) as f64),
                ("at the lowest", level / STARTS as f64),
                ("excess", mean(&objectives) - lowest),
                ("held-out loss", mean(&losses)),
                ("held-out loss of the lowest", losses[best]),
                ("spread of held-out loss", deviation(&losses)),
                ("barrier", self.mean_barrier(|_, b| b.clone())),
                ("barrier after matching", self.mean_barrier(aligned)),
            ],
        );
    }

    /// Mean over disjoint pairs of starts of the barrier on the training rows, the second of each as `ready` makes it.
    fn mean_barrier(&self, ready: impl Fn(&Perceptron, &Perceptron) -> Perceptron) -> f64 {
        let pairs = self.settled.chunks_exact(2);
        let barriers = pairs.map(|pair| {
            let (a, b) = (&pair[0].net, &pair[1].net);
            barrier(&self.train, a, &ready(a, b))
        });
        barriers.sum::<f64>() / (STARTS / 2) as f64
    }
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2));
    (squares.sum::<f64>() / (count - 1.0)).sqrt()
}
