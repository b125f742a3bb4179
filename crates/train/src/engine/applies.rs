//! Options that contradict each other, or that the data or the network leave without a meaning.

use decay_data::Dataset;
use decay_model::{Network, Precision};
use decay_options::{Only, Unless};

use crate::engine::job::Job;
use crate::error::TrainError;
use crate::options::TrainConfig;
use crate::options::decay::{DecayKind, matches};
use crate::options::hyper::{Hyper, Member};
use crate::options::optimizer::Optimizer;
use crate::problem::Nature;
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
            Only::Rows => !self.graph,
        }
    }

    fn include(self, unless: Unless) -> bool {
        match unless {
            Unless::Regression => self.data.regression,
            Unless::Graph => self.graph,
            Unless::SparseFeatures => self.data.sparse,
            Unless::BatchNorm => self.batch_norm,
            Unless::Bf16 => self.bf16,
        }
    }

    /// Refuses what is on and applies to something else.
    fn check(self, value: impl Fn(Hyper) -> f64) -> Result<(), TrainError> {
        for hyper in Hyper::ALL.into_iter().filter(|&hyper| value(hyper) != 0.0) {
            let row = hyper.row();
            if let Some(only) = row.only.filter(|&only| !self.suit(only)) {
                return Err(TrainError::OnlyFor {
                    field: hyper.key(),
                    only: only.refusal(),
                    value: value(hyper),
                });
            }
            let mut contradicted = row.unless.iter();
            if let Some((_, reason)) = contradicted.find(|(unless, _)| self.include(*unless)) {
                return Err(pointless(hyper.key(), value(hyper), reason));
            }
        }
        Ok(())
    }
}

impl TrainConfig {
    /// Refuses options that this network or these data leave without a meaning; a job repeats it for every member.
    ///
    /// # Errors
    /// [`TrainError::OnlyFor`], [`TrainError::Pointless`], [`TrainError::NoParameter`].
    pub fn check_for(&self, network: &Network, data: &Dataset) -> Result<(), TrainError> {
        let circumstances = Circumstances::new(network, data.into(), self);
        circumstances.check(|hyper| hyper.of_config(self))?;
        self.check_names(network)
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
        self.check_plateau()?;
        self.check_decay()?;
        self.config.check_names(self.network)?;
        let circumstances = Circumstances::new(self.network, self.problem.nature, self.config);
        for member in self.members {
            // A member's numbers may be its own, and need not come from a configuration that was checked.
            let mut all = Hyper::ALL.into_iter();
            all.try_for_each(|hyper| hyper.check(hyper.get(member)))?;
            circumstances.check(|hyper| hyper.get(member))?;
            check_averages(member)?;
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

fn check_averages(member: &Member) -> Result<(), TrainError> {
    if member.ema > 0.0 && member.swa_from > 0.0 {
        let both = "ema averages the same weights in another way; choose one";
        return Err(pointless("swa_from", member.swa_from, both));
    }
    Ok(())
}

fn pointless(field: &'static str, value: impl ToString, reason: &'static str) -> TrainError {
    TrainError::Pointless {
        field,
        value: value.to_string(),
        reason,
    }
}
