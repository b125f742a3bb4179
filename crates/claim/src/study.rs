//! One population of a claim: every value of a hyper-parameter on every replicate, trained as one program.

use std::time::Instant;

use decay::{Data, Event, Experiment};
use decay_data::{Dataset, Preprocess, Scaling, TargetScale};
use decay_model::ModelConfig;
use decay_train::{FoldRows, FoldScales, Hyper, TrainConfig};

use crate::failure::Result;
use crate::lab::Lab;
use crate::population::Population;

/// What is to be trained.
#[derive(Debug, Clone)]
pub struct Study<'a> {
    /// As measurements and progress name it.
    pub name: &'a str,
    /// What of the study; empty if there is only one.
    pub series: &'a str,
    /// Rows and targets.
    pub data: &'a Dataset,
    /// Rows of each replicate.
    pub replicates: Vec<FoldRows>,
    /// How features are scaled, fitted on each replicate's training rows.
    pub scaling: Scaling,
    /// The architecture.
    pub model: ModelConfig,
    /// What all members have in common.
    pub config: TrainConfig,
    /// What differs between members.
    pub hyper: Hyper,
    /// Its values.
    pub values: Vec<f64>,
}

impl<'a> Study<'a> {
    /// Decay rates on each replicate, with the data's own scaling.
    pub fn of_decay(
        name: &'a str,
        data: &'a Dataset,
        replicates: Vec<FoldRows>,
        model: impl Into<ModelConfig>,
        config: TrainConfig,
        rates: Vec<f64>,
    ) -> Self {
        Self {
            name,
            series: "",
            data,
            replicates,
            scaling: Scaling::Auto,
            model: model.into(),
            config,
            hyper: Hyper::Decay,
            values: rates,
        }
    }

    /// What each replicate's training rows say of scales.
    pub fn scales(&self) -> Vec<FoldScales> {
        let fit = |rows: &FoldRows| FoldScales {
            features: Preprocess::fit_with(self.data, &rows.train, self.scaling),
            targets: TargetScale::fit(&self.data.target, &rows.train),
        };
        self.replicates.iter().map(fit).collect()
    }

    /// The same under a name within the study.
    pub fn in_series(self, series: &'a str) -> Self {
        Self { series, ..self }
    }

    /// The same replicates and weights without decay, over another hyper-parameter.
    pub fn over(self, hyper: Hyper, values: &[f64]) -> Self {
        Self {
            hyper,
            values: values.to_vec(),
            ..self
        }
    }
}

/// No decay, then `count` rates in equal ratios from `low` to `high`.
pub fn rates(low: f64, high: f64, count: usize) -> Vec<f64> {
    let ratio = (high / low).ln() / (count.max(2) - 1) as f64;
    let positive = (0..count).map(|step| low * (ratio * step as f64).exp());
    [0.0].into_iter().chain(positive).collect()
}

/// No decay, then the rates 1, 2 and 5 times a power of ten in `[low, high]`.
pub fn round_rates(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    // A division, because a negative power of ten is no number of the machine's.
    let times = |digit: f64, power: i32| match power {
        0.. => digit * 10f64.powi(power),
        _ => digit / 10f64.powi(-power),
    };
    let all = (first..=last).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| times(digit, power)));
    let within = all.filter(|rate| (low..=high).contains(rate));
    [0.0].into_iter().chain(within).collect()
}

impl Lab {
    /// Trains a population.
    ///
    /// # Errors
    /// From the layout of the network, the settings, or the device.
    pub fn train<'a>(&'a self, study: Study<'a>) -> Result<Population<'a>> {
        let scales = study.scales();
        self.train_scaled(study, scales)
    }

    /// Trains a population whose replicates are scaled in a way of one's own.
    ///
    /// # Errors
    /// As [`Lab::train`].
    pub fn train_scaled<'a>(
        &'a self,
        study: Study<'a>,
        scales: Vec<FoldScales>,
    ) -> Result<Population<'a>> {
        self.train_arranged(study, scales, |experiment| experiment)
    }

    /// Trains a population with a network or an objective of one's own, which `arrange` gives the experiment; the study's model is that
    /// of an experiment without a network.
    ///
    /// # Errors
    /// As [`Lab::train`].
    pub fn train_arranged<'a>(
        &'a self,
        study: Study<'a>,
        scales: Vec<FoldScales>,
        arrange: impl for<'x> FnOnce(Experiment<'x>) -> Experiment<'x>,
    ) -> Result<Population<'a>> {
        let members = study.values.len() * study.replicates.len();
        let what = match study.series {
            "" => format!("{}, {members} models", study.name),
            series => format!("{}, {series}, {members} models", study.name),
        };
        let (bar, start) = (self.bar(&what, 0), Instant::now());
        let epochs = self.epochs(study.config.epochs);
        let config = TrainConfig {
            epochs,
            ..study.config.clone()
        };
        let data = Data::from(study.data.clone());
        let experiment = Experiment::on(&data)
            .model(study.model.clone())
            .train(config)
            .rate(0.0)
            .sweep(study.hyper, study.values.clone())
            .folds_of(study.replicates.clone())
            .scales(scales)
            .seeds(1)
            .seed(self.seed)
            .on_machine(self.machine.clone())
            .observe(|event| {
                if let Event::Progress(progress) = event {
                    bar.set_length(progress.total);
                    bar.set_position(progress.done);
                }
            });
        let models = arrange(experiment).population()?;
        self.done(&bar, &what, start.elapsed());
        Ok(Population {
            study,
            models,
            lab: self,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::round_rates;

    #[test]
    fn round_rates_are_those_that_one_would_type() {
        let all = [0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0];
        assert_eq!(round_rates(0.02, 20.0), all);
        assert_eq!(round_rates(0.001, 0.003), [0.0, 0.001, 0.002]);
        assert_eq!(round_rates(4e-6, 1e-5), [0.0, 5e-6, 1e-5]);
    }
}
