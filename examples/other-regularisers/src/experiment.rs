//! Linear models on two tables, and perceptrons with every regulariser beside every rate on two tables and two sets of images.

use decay_audit::{Logits, nll};
use decay_claim::measuring::moments::Moments;
use decay_claim::measuring::training_sets::indicators;
use decay_claim::{
    Lab, MeasurementKey, Measurements, Population, Result, Study, halved_clothes, labels,
};
use decay_data::{Dataset, Embedded};
use decay_model::{Mlp, Norm};
use decay_train::{FoldRows, Split, TrainConfig};
use nalgebra::DMatrix;

use crate::linear::{Directions, apart, descended, kept, noisy, normalised, repeated, stopped};
use crate::{DECAY, EARLY, LINEAR, METHODS, NETS};

const RATES: [f64; 6] = [0.0, 0.2, 0.6, 1.8, 5.4, 16.2];
const EPOCHS: u32 = 80;
/// What the halves of the held rows are for.
const HALVES: [&str; 2] = ["validation", "test"];

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let (cancer, wine) = (Embedded::BreastCancer.load()?, Embedded::Wine.load()?);
    let (digits, clothes) = (Embedded::Digits.load()?, halved_clothes()?);
    // Rows to train on, and rows of which one half chooses and the other tests.
    let sizes = [[60, 200], [40, 80], [100, 600], [100, 600]];
    let all = [&cancer, &wine, &digits, &clothes].into_iter().zip(sizes);
    for (name, (data, sizes)) in LINEAR.into_iter().zip(all.clone()) {
        linear(lab, name, data, sizes, &mut out)?;
    }
    for (name, (data, sizes)) in NETS.into_iter().zip(all) {
        let rows = lab.draws(data.rows, lab.pick(20, 40), sizes);
        let nets = Nets {
            lab,
            name,
            data,
            rows,
        };
        nets.followed(&mut out)?;
        for (method, strengths) in &METHODS[1..] {
            for &strength in *strengths {
                nets.regularised(method, strength, &mut out)?;
            }
        }
    }
    Ok(out)
}

/// Perceptrons of a data set: rows to train on, and rows of which the first half chooses and the second tests.
struct Nets<'a> {
    lab: &'a Lab,
    name: &'a str,
    data: &'a Dataset,
    rows: Vec<FoldRows>,
}

impl Nets<'_> {
    /// One hidden layer of 64 rectified units at every rate.
    fn study(&self, rows: Vec<FoldRows>, config: TrainConfig, norm: Norm) -> Study<'_> {
        let mut model = Mlp::hidden([64]);
        model.norm = norm;
        let config = TrainConfig {
            epochs: EPOCHS,
            batch: 20,
            lr: 5e-3,
            ..config
        };
        Study::of_decay(self.name, self.data, rows, model, config, RATES.to_vec())
    }

    /// Decay alone and early stopping: the same networks twice, followed on the rows that choose and on those that test.
    fn followed(&self, out: &mut Measurements) -> Result<()> {
        for (half, metric) in HALVES.into_iter().enumerate() {
            let held = |rows: &FoldRows| {
                let size = rows.validation.len() / 2;
                FoldRows {
                    train: rows.train.clone(),
                    validation: rows.validation[half * size..][..size].to_vec(),
                }
            };
            let rows = self.rows.iter().map(held).collect();
            let study = self.study(rows, TrainConfig::default(), Norm::None);
            let population = self.lab.train(study.in_series(DECAY))?;
            let curves = population.learning_curves(Split::Validation);
            for (member, losses) in curves.iter().enumerate() {
                let key = population.key(member);
                // A run may be shorter than planned.
                let after = |epoch: u32| losses[losses.len().min(epoch as usize) - 1];
                out.add_at(key, 0.0, metric, after(EPOCHS));
                let series = EARLY;
                for &stop in METHODS[0].1 {
                    let early = MeasurementKey { series, ..key };
                    out.add_at(early, stop, metric, after(stop as u32));
                }
            }
        }
        Ok(())
    }

    /// A regulariser at one strength.
    fn regularised(&self, method: &str, strength: f64, out: &mut Measurements) -> Result<()> {
        let (mut config, mut norm) = (TrainConfig::default(), Norm::None);
        config.evaluate_every = 0;
        match method {
            "input noise" => config.input_noise = strength,
            "weight noise" => config.weight_noise = strength,
            "gradient noise" => config.gradient_noise = strength,
            "dropout" => config.dropout = strength,
            _ => norm = Norm::Batch,
        }
        let study = self.study(self.rows.clone(), config, norm);
        note(&self.lab.train(study.in_series(method))?, strength, out)
    }
}

/// The loss of every member on the rows that choose and on those that test.
fn note(population: &Population<'_>, strength: f64, out: &mut Measurements) -> Result<()> {
    let all = population.models.outputs(|rows| &rows.validation)?;
    for (member, outputs) in all.into_iter().enumerate() {
        let truth = labels(population.study.data, &population.rows(member).validation);
        let classes = outputs.len() / truth.len();
        let (rows, key) = (truth.len() / 2, population.key(member));
        let halves = outputs.chunks(rows * classes).zip(truth.chunks(rows));
        for (metric, (outputs, truth)) in HALVES.into_iter().zip(halves) {
            let loss = nll(&Logits::from_f32(outputs, rows, classes)?, truth)?;
            out.add_at(key, strength, metric, loss);
        }
    }
    Ok(())
}

/// A table's linear models in one replicate, on inputs that are standardised by the rows to train on.
struct Table {
    x: DMatrix<f64>,
    y: DMatrix<f64>,
    unseen: DMatrix<f64>,
    held: Vec<f64>,
}

impl Table {
    fn of(data: &Dataset, truth: &[f64], FoldRows { train, validation }: &FoldRows) -> Self {
        let (inputs, classes) = (data.features(), truth.len() / data.rows);
        let take = |rows: &[usize]| {
            DMatrix::from_fn(rows.len(), inputs, |row, column| {
                f64::from(data.value(rows[row], column))
            })
        };
        let targets = |rows: &[usize]| {
            DMatrix::from_fn(rows.len(), classes, |row, class| {
                truth[rows[row] * classes + class]
            })
        };
        let (mut x, mut unseen) = (take(train), take(validation));
        for column in 0..inputs {
            let own = x.column(column);
            let (mean, deviation) = (own.mean(), own.variance().sqrt());
            for values in [&mut x, &mut unseen] {
                let mut own = values.column_mut(column);
                own.add_scalar_mut(-mean);
                own /= deviation.max(1e-12);
            }
        }
        Self {
            x,
            y: targets(train),
            unseen,
            held: targets(validation).transpose().iter().copied().collect(),
        }
    }

    /// Mean squared error on the other rows.
    fn error(&self, moments: &Moments, weights: &DMatrix<f64>) -> f64 {
        let predicted = moments.predicted(weights, &self.unseen).into_iter();
        let squares = predicted.zip(&self.held).map(|(p, t)| (p - t).powi(2));
        squares.sum::<f64>() / self.unseen.nrows() as f64
    }

    /// Relative differences of what is said to be the same.
    fn identities(&self, moments: &Moments, directions: &Directions) -> [(&'static str, f64); 4] {
        let (steps, decay, inputs) = (300, 0.09, self.x.ncols());
        let step = directions.step();
        let early = directions.filtered(|square| stopped(square, step, steps as f64));
        let kept = directions.filtered(|square| kept(square, decay));
        let from = |moments: &Moments, decay| {
            let solved = moments.ridge(decay);
            solved.map_or(f64::NAN, |solved| apart(&kept, &solved))
        };
        let noise = Moments::of(&noisy(&self.x, decay.sqrt()), &repeated(&self.y, inputs));
        let weights = DMatrix::from_fn(inputs, 3, |input, unit| {
            ((input * 7 + unit * 3) % 5) as f64 - 1.7
        });
        let large = normalised(&self.x, &(&weights * 1e3));
        [
            ("steps", apart(&early, &descended(moments, step, steps))),
            ("ridge", from(moments, decay)),
            ("noise", from(&noise, 0.0)),
            ("batch norm", apart(&normalised(&self.x, &weights), &large)),
        ]
    }
}

/// Ridge regression at every rate, and early stopping after `1/(η λ)` steps.
fn linear(
    lab: &Lab,
    name: &str,
    data: &Dataset,
    sizes: [usize; 2],
    out: &mut Measurements,
) -> Result<()> {
    let truth = indicators(data);
    let replicates = lab.draws(data.rows, lab.pick(20, 40), sizes);
    let grid = |per_decade: f64, count: u32| {
        let steps = (0..count).map(f64::from);
        steps.map(move |step| 1e-3 * 10f64.powf(step / per_decade))
    };
    lab.each(name, replicates.len(), |replicate| {
        let table = Table::of(data, &truth, &replicates[replicate]);
        let moments = Moments::of(&table.x, &table.y);
        let directions = Directions::of(&moments);
        let ridge = |decay: f64| directions.filtered(|square| kept(square, decay));
        let fine: Vec<_> = grid(100.0, 500).map(ridge).collect();
        for decay in grid(8.0, 29) {
            let (step, kept) = (directions.step(), ridge(decay));
            let early = directions.filtered(|square| stopped(square, step, 1.0 / (step * decay)));
            let distances = fine.iter().map(|other| apart(&early, other));
            let error = |weights| ("squared error", table.error(&moments, weights));
            let key = |series| MeasurementKey::of(name, series, decay, replicate);
            out.add(key(DECAY), [error(&kept)]);
            let nearest = distances.fold(f64::MAX, f64::min);
            out.add(key(EARLY), [error(&early), ("nearest ridge", nearest)]);
        }
        let key = MeasurementKey::of(name, "identities", 0.0, replicate);
        out.add(key, table.identities(&moments, &directions));
        Ok(())
    })?;
    Ok(())
}
