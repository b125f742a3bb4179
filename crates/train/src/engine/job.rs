//! What a training run is given and what it returns.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use decay_data::sha256_hex;
use decay_model::{MemberState, Network};

use crate::engine::applies::pointless;
use crate::engine::losses::Losses;
use crate::engine::progress::{Record, Status};
use crate::engine::resources::Resources;
use crate::error::TrainError;
use crate::event::Event;
use crate::exact::RowsAlone;
use crate::options::TrainConfig;
use crate::options::class_weights::ClassWeights;
use crate::options::hyper::{Hyper, Member};
use crate::options::loss::Loss;
use crate::problem::Problem;
use crate::step::agreement::TaskRecord;
use crate::step::diagnostics::LayerRecord;
use crate::step::importance::counts;

/// A population to train.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The architecture of all members.
    pub network: &'a Network,
    /// Data and folds.
    pub problem: &'a Problem,
    /// The members.
    pub members: &'a [Member],
    /// What they have in common.
    pub config: &'a TrainConfig,
    /// Threads and memory.
    pub resources: &'a Resources,
    /// Where a checkpoint is written after every epoch that is validated, if anywhere.
    pub checkpoints: Option<&'a Path>,
    /// Continue from the newest checkpoint, if there is one.
    pub resume: bool,
    /// Evaluate the final loss on the training rows, too.
    pub train_losses: bool,
    /// Set to stop after the current step.
    pub cancel: &'a AtomicBool,
    /// Told of progress, from any thread.
    pub observe: &'a (dyn Fn(Event) + Sync),
}

impl Job<'_> {
    /// Refuses settings that no training can start with.
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        self.config.validate()?;
        if self.members.is_empty() {
            return Err(TrainError::NoMembers);
        }
        self.problem.check_precision(self.config.precision)?;
        self.check_kind()?;
        self.check_compatibility()?;
        self.check_objective()?;
        self.check_weights()?;
        for member in self.members {
            let rows = self.problem.folds[member.fold].train.len();
            if self.config.steps_per_epoch(rows) == 0 {
                return Err(TrainError::NoBatch {
                    fold: member.fold,
                    rows,
                    batch: self.config.batch,
                });
            }
        }
        Ok(())
    }

    fn check_kind(&self) -> Result<(), TrainError> {
        let name = |graph: bool| if graph { "a graph" } else { "rows" };
        let (reads_edges, nodes) = (self.network.reads_edges(), self.problem.nodes);
        if reads_edges != nodes.is_some() {
            return Err(TrainError::Kind {
                wanted: name(reads_edges),
                found: name(nodes.is_some()),
            });
        }
        match nodes {
            Some(nodes) if self.config.rows_per_step(nodes) < nodes => {
                Err(TrainError::GraphBatch {
                    nodes,
                    batch: self.config.batch,
                })
            }
            _ => Ok(()),
        }
    }

    /// Options of a loss that an objective of one's own replaces.
    fn check_objective(&self) -> Result<(), TrainError> {
        let Some(own) = &self.problem.objective else {
            return Ok(());
        };
        let parameters = self.network.parameters();
        if !parameters.iter().any(|spec| own.shares(&spec.name)) {
            return Err(TrainError::NothingShared {
                objective: own.name().to_owned(),
                names: parameters.iter().map(|spec| spec.name.clone()).collect(),
            });
        }
        const REASON: &str = "an objective of one's own says what is minimised";
        let config = self.config;
        if config.loss != Loss::Auto {
            return Err(pointless("loss", config.loss.name(), REASON));
        }
        if config.class_weights != ClassWeights::None {
            return Err(pointless("class_weights", &config.class_weights, REASON));
        }
        let of_classes = [Hyper::LabelSmoothing, Hyper::ConfidencePenalty];
        let pairs = self
            .members
            .iter()
            .flat_map(|own| of_classes.map(|hyper| (own, hyper)));
        let mut said = pairs.filter(|(member, hyper)| hyper.get(member) > 0.0);
        match said.next() {
            Some((member, hyper)) => Err(pointless(hyper.key(), hyper.get(member), REASON)),
            None => Ok(()),
        }
    }

    /// Every fold needs a row on each side that counts.
    fn check_weights(&self) -> Result<(), TrainError> {
        let (problem, classes) = (self.problem, &self.config.class_weights);
        for (fold, rows) in problem.folds.iter().enumerate() {
            let nothing = |rows: &'static str, purpose| TrainError::NoWeight {
                fold,
                rows,
                purpose,
            };
            if !rows.train.is_empty() && !counts(problem, classes, &rows.train) {
                return Err(nothing("training", "learned"));
            }
            let alike = &ClassWeights::None;
            if !rows.validation.is_empty() && !counts(problem, alike, &rows.validation) {
                return Err(nothing("validation", "chosen"));
            }
        }
        Ok(())
    }

    /// What a resumed run must have in common with the one that wrote the checkpoint.
    pub(crate) fn fingerprint(&self) -> String {
        let described = format!(
            "{:?} {:?} {:?} {:?} {:?}",
            self.network.parameters(),
            self.members,
            self.config,
            self.problem.folds,
            self.problem.scales
        );
        let weights = self.problem.weights.iter().flatten();
        let weights: String = weights.map(|weight| format!(" {weight}")).collect();
        let own = self.problem.objective.as_ref();
        let objective = own.map(|own| format!(" {own:?}")).unwrap_or_default();
        sha256_hex((described + &weights + &objective).as_bytes())
    }
}

/// What became of one member.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Final values; those of the best epoch if it stopped early.
    pub state: MemberState,
    /// How it ended.
    pub status: Status,
    /// Epochs after which a plateau reduced its learning rate, counted from 1.
    pub reduced_after: Vec<u32>,
    /// Loss of the final values on the training rows, in evaluation mode; if asked for and not diverged.
    pub train: Option<Losses>,
    /// Loss of the final values on the validation rows, if the fold has any.
    pub validation: Option<Losses>,
}

/// A trained population.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// One per member, in their order.
    pub outcomes: Vec<Outcome>,
    /// Losses by epoch.
    pub history: Vec<Record>,
    /// What the last step of each epoch did to each weight matrix, if the configuration asks for it.
    pub layers: Vec<LayerRecord>,
    /// How the gradients of an objective's tasks agreed, if it takes them [apart](crate::Objective::combination).
    pub tasks: Vec<TaskRecord>,
    /// What the rows of the first fold would choose alone, where it validates on none and has one target whose minimum is solved with
    /// decay alone.
    pub alone: Option<RowsAlone>,
    /// Wall time from the first starting weight to the last validation.
    pub duration: Duration,
}
