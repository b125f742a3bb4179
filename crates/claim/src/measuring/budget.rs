//! Regularisers at an equal budget of validation: what each is worth alone, and beside every rate of decay.

mod chosen;

pub use chosen::{Way, gains, gains_panel, tested};

use decay_data::Dataset;
use decay_model::MlpConfig;
use decay_train::{FoldRows, Split, TrainConfig};

use crate::failure::Result;
use crate::lab::Lab;
use crate::measurements::{MeasurementKey, Measurements};
use crate::study::Study;

/// The series of decay alone.
pub const DECAY: &str = "decay";
/// The series of early stopping, whose strength is the epoch.
pub const EARLY: &str = "early stopping";
/// What the halves of the held rows are for: the metrics.
const HALVES: [&str; 2] = ["validation", "test"];

/// A regulariser, its strengths, and how a perceptron gets one of them.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// As measurements name its series.
    pub name: &'static str,
    /// Without 0.
    pub strengths: &'static [f64],
    /// Sets a strength; of [`EARLY`], which is followed by epoch, nothing.
    pub apply: fn(&mut TrainConfig, &mut MlpConfig, f64),
}

/// A data set with what every network on it has in common.
#[derive(Debug, Clone)]
pub struct Budget<'a> {
    /// As measurements name the study.
    pub name: &'a str,
    /// Rows and targets.
    pub data: &'a Dataset,
    /// Rows to train on, and rows of which the first half chooses and the second tests.
    pub rows: Vec<FoldRows>,
    /// The architecture.
    pub model: MlpConfig,
    /// Everything else.
    pub config: TrainConfig,
    /// Decay rates, 0 among them.
    pub rates: Vec<f64>,
}

impl Budget<'_> {
    /// Trains every method at every strength and rate, and decay alone, and notes losses on both halves of the held rows at the
    /// strength; those of decay alone at 0.
    ///
    /// # Errors
    /// From the layout of the network, the settings, or the device.
    pub fn measure(&self, lab: &Lab, methods: &[Method], out: &mut Measurements) -> Result<()> {
        let stops = methods.iter().find(|method| method.name == EARLY);
        self.follow(lab, stops.map_or(&[], |method| method.strengths), out)?;
        for method in methods.iter().filter(|method| method.name != EARLY) {
            for &strength in method.strengths {
                self.regularise(lab, method, strength, out)?;
            }
        }
        Ok(())
    }

    fn study(&self, rows: Vec<FoldRows>, model: MlpConfig, config: TrainConfig) -> Study<'_> {
        let rates = self.rates.clone();
        Study::of_decay(self.name, self.data, rows, model, config, rates)
    }

    /// Decay alone and early stopping: the same networks twice, followed on the rows that choose and on those that test.
    fn follow(&self, lab: &Lab, stops: &[f64], out: &mut Measurements) -> Result<()> {
        for (half, metric) in HALVES.into_iter().enumerate() {
            let held = |rows: &FoldRows| {
                let size = rows.validation.len() / 2;
                FoldRows {
                    train: rows.train.clone(),
                    validation: rows.validation[half * size..][..size].to_vec(),
                }
            };
            let rows = self.rows.iter().map(held).collect();
            let study = self.study(rows, self.model.clone(), self.config.clone());
            let population = lab.train(study.in_series(DECAY))?;
            let curves = population.learning_curves(Split::Validation);
            for (member, losses) in curves.iter().enumerate() {
                let (key, unit) = (population.key(member), population.loss_unit(member));
                // A run may be shorter than planned.
                let after = |epoch: usize| losses[losses.len().min(epoch) - 1] / unit;
                out.add_at(key, 0.0, metric, after(losses.len()));
                let series = EARLY;
                for &stop in stops {
                    let early = MeasurementKey { series, ..key };
                    out.add_at(early, stop, metric, after(stop as usize));
                }
            }
        }
        Ok(())
    }

    /// A regulariser at one strength.
    fn regularise(
        &self,
        lab: &Lab,
        method: &Method,
        strength: f64,
        out: &mut Measurements,
    ) -> Result<()> {
        let (mut config, mut model) = (self.config.clone(), self.model.clone());
        config.evaluate_every = 0;
        (method.apply)(&mut config, &mut model, strength);
        let study = self.study(self.rows.clone(), model, config);
        let population = lab.train(study.in_series(method.name))?;
        for (member, losses) in population.halved_losses()?.into_iter().enumerate() {
            for (metric, loss) in HALVES.into_iter().zip(losses) {
                out.add_at(population.key(member), strength, metric, loss);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
