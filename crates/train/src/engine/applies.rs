//! Options that contradict each other, or that the data or the network leave without a meaning.

use decay_data::{Dataset, TaskKind};
use decay_model::{Network, Precision};
use decay_options::{Only, Options, Row, Unless};

use crate::engine::job::Job;
use crate::error::TrainError;
use crate::exact;
use crate::options::TrainConfig;
use crate::options::decay::{DecayKind, matches};
use crate::options::hyper::{Hyper, Member};
use crate::options::loss::Loss;
use crate::options::optimizer::Optimizer;
use crate::problem::{Nature, RowValues, Truth};
use crate::schedule::Schedule;

/// What is trained on what, as far as options ask for it.
#[derive(Debug, Clone, Copy)]
struct Circumstances {
    graph: bool,
    data: Nature,
    batch_norm: bool,
    bf16: bool,
}

impl Circumstances {
    fn new(network: &Network, data: Nature, config: &TrainConfig) -> Self {
        Self {
            graph: network.reads_edges(),
            data,
            batch_norm: network.buffers().iter().any(|buffer| !buffer.fitted),
            bf16: config.precision == Precision::Bf16,
        }
    }

    fn suit(self, only: Only) -> bool {
        match only {
            Only::Graphs => self.graph,
            Only::Images => self.data.images,
            Only::Regressions => self.data.task == TaskKind::Regression,
            Only::Values => self.data.task != TaskKind::Classification,
            Only::Rows => !self.graph,
        }
    }

    fn include(self, unless: Unless) -> bool {
        match unless {
            Unless::Regression => self.data.task == TaskKind::Regression,
            Unless::Labels => self.data.task == TaskKind::Multilabel,
            Unless::Graph => self.graph,
            Unless::SparseFeatures => self.data.sparse,
            Unless::BatchNorm => self.batch_norm,
            Unless::Bf16 => self.bf16,
        }
    }

    /// Refuses hyper-parameters that say something and apply to something else.
    fn check(self, value: impl Fn(Hyper) -> f64) -> Result<(), TrainError> {
        let usual = TrainConfig::default();
        let said = |hyper: &Hyper| value(*hyper) != hyper.of_config(&usual);
        let mut said = Hyper::ALL.into_iter().filter(said);
        said.try_for_each(|hyper| self.check_row(hyper.row(), value(hyper).to_string()))
    }

    /// The same of what all members have in common.
    fn check_common(self, config: &TrainConfig) -> Result<(), TrainError> {
        let values = config
            .shown()
            .into_iter()
            .zip(TrainConfig::default().shown());
        let rows = TrainConfig::ROWS.iter().zip(values);
        let mut common = rows.filter(|(row, (own, usual))| row.axis.is_none() && own != usual);
        common.try_for_each(|(row, (own, _))| self.check_row(row, own.unwrap_or_default()))
    }

    fn check_row(self, row: &Row, value: String) -> Result<(), TrainError> {
        if let Some(only) = row.only.filter(|&only| !self.suit(only)) {
            return Err(TrainError::OnlyFor {
                field: row.name(),
                only: only.refusal(),
                value,
            });
        }
        let mut contradicted = row.unless.iter();
        match contradicted.find(|(unless, _)| self.include(*unless)) {
            Some((_, reason)) => Err(pointless(row.name(), value, reason)),
            None => Ok(()),
        }
    }
}

impl TrainConfig {
    /// Refuses options that this network or these data leave without a meaning; a job repeats it for every member.
    ///
    /// # Errors
    /// [`TrainError::OnlyFor`], [`TrainError::Pointless`], [`TrainError::NoParameter`], [`TrainError::NoCount`],
    /// [`TrainError::NoClass`].
    pub fn check_for(&self, network: &Network, data: &Dataset) -> Result<(), TrainError> {
        exact::check(self, network, data.into())?;
        let circumstances = Circumstances::new(network, data.into(), self);
        circumstances.check_common(self)?;
        circumstances.check(|hyper| hyper.of_config(self))?;
        check_quantile(self, self.quantile)?;
        self.check_target(&Truth::from(&data.target), &data.labelled_rows())?;
        self.check_names(network)
    }

    /// Values of these rows must be such that the loss has a meaning, and classes must be those that have weights.
    fn check_target(&self, truth: &Truth, rows: &[usize]) -> Result<(), TrainError> {
        match truth {
            Truth::Values(values) => self.check_values(values, rows),
            Truth::Classes { names, .. } => match self.class_weights.unknown(names) {
                Some(class) => Err(TrainError::NoClass {
                    class: class.to_owned(),
                    classes: names.clone(),
                }),
                None => Ok(()),
            },
        }
    }

    fn check_values(&self, values: &RowValues, rows: &[usize]) -> Result<(), TrainError> {
        let labels = values.task == TaskKind::Multilabel;
        let of_labels = self.loss.of(values.task) == Loss::Bernoulli;
        if labels != of_labels {
            return Err(TrainError::OnlyFor {
                field: "loss",
                only: if labels {
                    "is auto or bernoulli of a multilabel task"
                } else {
                    "is for multilabel tasks"
                },
                value: self.loss.name().to_owned(),
            });
        }
        let below = |&row: &usize| {
            let mut own = values.of_row(row).iter();
            Some((row, *own.find(|value| **value < 0.0)?))
        };
        let poisson = self.loss == Loss::Poisson;
        match rows.iter().find_map(below).filter(|_| poisson) {
            Some((row, value)) => Err(TrainError::NoCount {
                row: row + 1,
                value,
            }),
            None => Ok(()),
        }
    }

    /// Every pattern must name a parameter, or a slip of the hand would leave it undecayed, or decayed as all others.
    fn check_names(&self, network: &Network) -> Result<(), TrainError> {
        let decayed = self.decayed.iter().map(|names| ("decayed", names));
        let factors = self.decay_factors.iter();
        let factors = factors.map(|factor| ("decay_factors", &factor.names));
        let parameters = network.parameters();
        let named = |pattern: &str| {
            let mut parameters = parameters.iter();
            parameters.any(|parameter| matches(pattern, &parameter.name))
        };
        match decayed.chain(factors).find(|(_, pattern)| !named(pattern)) {
            None => Ok(()),
            Some((field, pattern)) => Err(TrainError::NoParameter {
                field,
                pattern: pattern.clone(),
                names: parameters.iter().map(|own| own.name.clone()).collect(),
            }),
        }
    }
}

impl Job<'_> {
    /// Refuses what could only be ignored, before any work is done.
    pub(crate) fn check_compatibility(&self) -> Result<(), TrainError> {
        exact::check(self.config, self.network, self.problem.nature)?;
        exact::check_members(self)?;
        self.check_plateau()?;
        self.check_decay()?;
        self.config.check_names(self.network)?;
        let circumstances = Circumstances::new(self.network, self.problem.nature, self.config);
        circumstances.check_common(self.config)?;
        self.check_batch(circumstances)?;
        for fold in &self.problem.folds {
            for rows in [&fold.train, &fold.validation] {
                self.config.check_target(&self.problem.truth, rows)?;
            }
        }
        for member in self.members {
            // A member's numbers may be its own, and need not come from a configuration that was checked.
            let mut all = Hyper::ALL.into_iter();
            all.try_for_each(|hyper| hyper.check(hyper.get(member)))?;
            circumstances.check(|hyper| hyper.get(member))?;
            check_averages(member)?;
            check_quantile(self.config, member.quantile)?;
        }
        Ok(())
    }

    /// Batch normalisation of a single row, which has no variance: its output is the shift alone, whatever the row.
    fn check_batch(&self, circumstances: Circumstances) -> Result<(), TrainError> {
        let Circumstances {
            graph,
            data,
            batch_norm,
            ..
        } = circumstances;
        // Pixels of an image, and the nodes of a graph, are normalised together.
        if !batch_norm || graph || data.images {
            return Ok(());
        }
        let config = self.config;
        let single = |rows: usize| {
            let batch = config.rows_per_step(rows);
            batch == 1 || rows % batch == 1 && !config.drop_last
        };
        let reason = if config.batch == 1 && !config.full_batch {
            "batch normalisation of a single row has no variance, and nothing can be learned"
        } else {
            "the last batch of an epoch would be a single row, which batch normalisation cannot do; set drop_last, or another batch"
        };
        let mut folds = self.problem.folds.iter();
        if folds.any(|fold| single(fold.train.len())) {
            return Err(pointless("batch", config.batch, reason));
        }
        Ok(())
    }

    fn check_plateau(&self) -> Result<(), TrainError> {
        if self.config.schedule != Schedule::Plateau {
            return Ok(());
        }
        let validation = |member: &Member| &self.problem.folds[member.fold].validation;
        let reason = if self.members.iter().any(|m| validation(m).is_empty()) {
            "it follows the validation loss, and there are no validation rows"
        } else if self.config.evaluate_every == 0 {
            "it follows the validation loss, which evaluate_every = 0 measures at the end only"
        } else {
            return Ok(());
        };
        Err(pointless("schedule", "plateau", reason))
    }

    /// Decay that contradicts the optimiser's name, or that acts on nothing.
    fn check_decay(&self) -> Result<(), TrainError> {
        let config = self.config;
        if config.decay_schedule == Schedule::Plateau {
            let reason = "a plateau reduces the learning rate, which most kinds of decay follow";
            return Err(pointless("decay_schedule", "plateau", reason));
        }
        let parameters = self.network.parameters();
        let normalised = parameters.iter().any(|spec| spec.normalised);
        match (config.optimizer, config.decay) {
            (Optimizer::Adamw, Some(DecayKind::Coupled)) => {
                let reason = "adamw is Adam with decoupled decay; choose the optimizer adam";
                return Err(pointless("decay", "coupled", reason));
            }
            (_, Some(DecayKind::Corrected)) if !normalised => {
                let reason = "it corrects weights before a normalisation, and the network has none; choose decoupled";
                return Err(pointless("decay", "corrected", reason));
            }
            _ => {}
        }
        let penalised = Hyper::ALL.into_iter().any(|hyper| {
            let wanted = |member: &Member| hyper.get(member) > 0.0;
            hyper.row().penalises_weights && self.members.iter().any(wanted)
        });
        if penalised && !parameters.iter().any(|spec| config.decays(spec)) {
            let reason = "every parameter is exempt, so that the decay would act on nothing";
            return Err(pointless("exempt", "all", reason));
        }
        Ok(())
    }
}

/// A quantile that no loss reads.
fn check_quantile(config: &TrainConfig, quantile: f64) -> Result<(), TrainError> {
    if config.loss != Loss::Quantile && quantile != TrainConfig::default().quantile {
        let reason = "it is the level of train.loss = quantile";
        return Err(pointless("quantile", quantile, reason));
    }
    Ok(())
}

fn check_averages(member: &Member) -> Result<(), TrainError> {
    if member.ema > 0.0 && member.swa_from > 0.0 {
        let both = "ema averages the same weights in another way; choose one";
        return Err(pointless("swa_from", member.swa_from, both));
    }
    Ok(())
}

pub(crate) fn pointless(
    field: &'static str,
    value: impl ToString,
    reason: &'static str,
) -> TrainError {
    TrainError::Pointless {
        field,
        value: value.to_string(),
        reason,
    }
}
