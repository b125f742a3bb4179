//! What the linear models are trained on: two tables, and two made-up ones whose inputs that matter are known.

use decay_claim::{Lab, Result, Study, made_up, rates};
use decay_data::{Dataset, Embedded, Scaling};
use decay_model::Mlp;
use decay_train::{FoldRows, Hyper, Optimizer, TrainConfig};

use crate::{L2, MADE_UP, NET, TABLES};

/// Rows of a made-up replicate, and inputs.
pub(crate) const ROWS: usize = 200;
const INPUTS: usize = 40;
/// Inputs of a group, which are noisy copies of one variable; three groups matter.
const GROUP: usize = 5;

/// A table, its replicates, and how linear models are trained on it.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) data: Dataset,
    /// Two halves of each replicate, one after the other.
    pub(crate) halves: Vec<FoldRows>,
    /// Which inputs matter, where that is known.
    pub(crate) truth: Option<Vec<bool>>,
    /// The lasso's strength that leaves hardly an input.
    pub(crate) strongest: f64,
    /// The square part of the elastic net, below the best strength of L2 alone.
    ridge: f64,
    pub(crate) lr: f64,
    pub(crate) steps: u32,
}

impl Table {
    /// Diabetes by squared errors, breast cancer by cross-entropy; every replicate is the whole table, cut anew.
    pub(crate) fn embedded(lab: &Lab) -> Result<[Self; 2]> {
        let of =
            |name, embedded: Embedded, [strongest, ridge, lr]: [f64; 3], steps| -> Result<Self> {
                let data = embedded.load()?;
                let all: Vec<usize> = (0..data.rows).collect();
                let pairs = (0..replicates(lab)).flat_map(|own| lab.halves(own as u32, &all));
                Ok(Self {
                    name,
                    halves: pairs.collect(),
                    data,
                    truth: None,
                    strongest,
                    ridge,
                    lr,
                    steps,
                })
            };
        Ok([
            of(TABLES[0], Embedded::Diabetes, [1.0, 0.1, 0.06], 900)?,
            of(TABLES[1], Embedded::BreastCancer, [0.2, 0.005, 0.4], 1500)?,
        ])
    }

    /// Independent inputs of which five matter, and groups of near copies of which three matter; replicates share no row.
    pub(crate) fn made_up(lab: &Lab) -> Result<[Self; 2]> {
        let rows = replicates(lab) * ROWS;
        let own = |site: usize| lab.normal((1 << 17) + site as u32, rows);
        let independent: Vec<Vec<f64>> = (0..INPUTS).map(own).collect();
        let alike = |input: usize| -> Vec<f64> {
            if input >= 3 * GROUP {
                return independent[input].clone();
            }
            let pairs = own(INPUTS + input / GROUP)
                .into_iter()
                .zip(&independent[input]);
            pairs
                .map(|(shared, own)| 0.9f64.sqrt() * shared + 0.1f64.sqrt() * own)
                .collect()
        };
        let groups: Vec<Vec<f64>> = (0..INPUTS).map(alike).collect();
        let of = |name, columns: &[Vec<f64>], matter: usize, signs: [f64; 2]| -> Result<Self> {
            let errors = own(2 * INPUTS);
            let signal = |row: usize| -> f64 {
                let own = (0..matter).map(|input| signs[input % 2] * columns[input][row]);
                own.sum()
            };
            // Noise of a third of the signal's variance.
            let signals: Vec<f64> = (0..rows).map(signal).collect();
            let noise = (signals.iter().map(|s| s * s).sum::<f64>() / rows as f64 / 3.0).sqrt();
            let pairs = signals.iter().zip(errors);
            let seen: Vec<f64> = pairs
                .map(|(signal, error)| signal + noise * error)
                .collect();
            let halves = (0..replicates(lab))
                .flat_map(|replicate| lab.halves(replicate as u32, &rows_of(replicate)));
            Ok(Self {
                name,
                data: made_up(columns, |rows| rows.values(&seen))?,
                halves: halves.collect(),
                truth: Some((0..INPUTS).map(|input| input < matter).collect()),
                strongest: 1.0,
                ridge: 0.5,
                lr: 0.05,
                steps: 500,
            })
        };
        Ok([
            of(MADE_UP[0], &independent, 5, [1.0, -1.0])?,
            of(MADE_UP[1], &groups, 3 * GROUP, [1.0, 1.0])?,
        ])
    }

    /// Linear models with one of the penalties at its [`Table::strengths`] from the `first` on.
    pub(crate) fn study<'a>(
        &'a self,
        series: &'a str,
        first: usize,
        rows: Vec<FoldRows>,
    ) -> Study<'a> {
        let config = TrainConfig {
            l2: self.ridge(series) / REST,
            ..descent(self.lr, self.steps)
        };
        let strengths = self.strengths(series).into_iter().skip(first);
        let values: Vec<f64> = strengths.map(|strength| strength / REST).collect();
        let study = Study {
            scaling: Scaling::Standard,
            ..Study::of_decay(
                self.name,
                &self.data,
                rows,
                Mlp::hidden([]),
                config,
                Vec::new(),
            )
        };
        study.in_series(series).over(swept(series), &values)
    }

    /// Strengths of a penalty, ascending: of the lasso up to the strongest, of the ridge up to where a step still does not overshoot.
    pub(crate) fn strengths(&self, series: &str) -> Vec<f64> {
        let up_to = if series == L2 {
            1.2 * REST / self.lr
        } else {
            self.strongest
        };
        rates(self.strongest / 100.0, up_to, 12).split_off(1)
    }

    /// The square part of a penalty, if it has one beside another.
    pub(crate) fn ridge(&self, series: &str) -> f64 {
        if series == NET { self.ridge } else { 0.0 }
    }
}

/// The hyper-parameter that a penalty is swept by.
pub(crate) fn swept(series: &str) -> Hyper {
    if series == L2 {
        Hyper::Decay
    } else {
        Hyper::L1
    }
}

/// Momentum, and what a slope is multiplied by at rest, where velocity is `g / (1 - momentum)`: a proximal step must have its strength
/// divided by this to be that of the loss with the penalty.
const MOMENTUM: f64 = 0.9;
pub(crate) const REST: f64 = 1.0 - MOMENTUM;

/// Descent with momentum on all rows.
pub(crate) fn descent(lr: f64, steps: u32) -> TrainConfig {
    TrainConfig {
        optimizer: Optimizer::Momentum,
        momentum: Some(MOMENTUM),
        lr,
        epochs: steps,
        full_batch: true,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

/// Rows of a made-up replicate.
pub(crate) fn rows_of(replicate: usize) -> Vec<usize> {
    (replicate * ROWS..(replicate + 1) * ROWS).collect()
}

pub(crate) fn replicates(lab: &Lab) -> usize {
    lab.pick(10, 20)
}
