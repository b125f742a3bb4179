//! Classifications with few images, on which regularisers have something to do.

use decay_data::{Dataset, Embedded};
use decay_model::{Mlp, ModelConfig};
use decay_train::{FoldRows, TrainConfig};

use crate::failure::Result;
use crate::lab::Lab;
use crate::study::Study;

/// Rows that each replicate is audited on.
const AUDITED: usize = 600;

/// Images, how many of them a network is trained on, and for how long.
#[derive(Debug, Clone)]
pub struct Small {
    /// What measurements call it.
    pub name: &'static str,
    data: Dataset,
    replicates: Vec<FoldRows>,
    epochs: u32,
}

impl Small {
    /// Correlation `ρ` of replicates as `ρ / (1 - ρ)`: two share a third of their audited rows.
    pub const OVERLAP: f64 = 0.5;

    /// 400 of the embedded clothes and 200 of the embedded digits, on 10 replicates, or 20 with `--full`.
    ///
    /// # Errors
    /// If embedded data cannot be read.
    pub fn both(lab: &Lab) -> Result<[Self; 2]> {
        let small = |name, data: Dataset, train, epochs| Self {
            name,
            replicates: lab.draws(data.rows, lab.pick(10, 20), [train, AUDITED]),
            data,
            epochs,
        };
        let (clothes, digits) = (Embedded::FashionMini.load()?, Embedded::Digits.load()?);
        Ok([
            small("Fashion-MNIST", clothes, 400, 30),
            small("digits", digits, 200, 80),
        ])
    }

    /// A perceptron with two hidden layers of 64 units at these decay rates, regularised otherwise as in a configuration.
    pub fn study(&self, rates: &[f64], config: TrainConfig) -> Study<'_> {
        let config = TrainConfig {
            epochs: self.epochs,
            batch: self
                .replicates
                .first()
                .map_or(1, |rows| rows.train.len() / 10),
            lr: 2e-3,
            evaluate_every: 0,
            ..config
        };
        let model = ModelConfig::from(Mlp::hidden([64, 64]));
        let (rows, rates) = (self.replicates.clone(), rates.to_vec());
        Study::of_decay(self.name, &self.data, rows, model, config, rates)
    }
}
