//! What can go wrong while training.

use std::path::PathBuf;

use burn::tensor::Device;
use decay_kernels::{device_name, is_gpu};

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A setting is outside its range.
    #[error("train.{field} must be in {range}, got {value}")]
    OutOfRange {
        /// Key in the `[train]` table.
        field: &'static str,
        /// What is allowed.
        range: &'static str,
        /// What was given.
        value: f64,
    },
    /// A decay rate is not a finite number of at least 0.
    #[error("{field} must be in [0, inf), got {value}")]
    Rate {
        /// Where the rate was given.
        field: &'static str,
        /// What was given.
        value: f64,
    },
    /// A plan has two axes for one hyper-parameter.
    #[error("{key} is swept by two axes at once")]
    AxisTwice {
        /// Key of the hyper-parameter.
        key: &'static str,
    },
    /// A problem was given no device.
    #[error("a problem needs at least one device")]
    NoDevice,
    /// A computation on the CPU panicked, which no data should make it do.
    #[error("a computation of this program failed: {reason}")]
    Fault {
        /// The first line of what was said.
        reason: String,
    },
    /// A GPU was lost, ran out of memory or refused an operation; checkpoints written before are whole.
    #[error("device '{device}' failed: {reason}")]
    Device {
        /// Its name.
        device: String,
        /// The first line of what was said.
        reason: String,
    },
    /// A device does not compute in the precision asked for.
    #[error(
        "train.precision must be f32 on device '{device}', which does not compute in {precision}"
    )]
    Precision {
        /// Its name.
        device: String,
        /// What was asked for.
        precision: decay_model::Precision,
    },
    /// A setting that this network, these data or another setting leave without a meaning.
    #[error("train.{field} = {value}: {reason}")]
    Pointless {
        /// Key in the `[train]` table.
        field: &'static str,
        /// What was given.
        value: String,
        /// Why it cannot be.
        reason: &'static str,
    },
    /// An option is for other networks or data.
    #[error("train.{field} {only}, got {value}")]
    OnlyFor {
        /// Key in the `[train]` table.
        field: &'static str,
        /// What it is for.
        only: &'static str,
        /// What was given.
        value: String,
    },
    /// A target that is no count, nor another amount.
    #[error("train.loss = poisson needs targets in [0, inf): row {row} of the data has {value}")]
    NoCount {
        /// The row, counted from 1.
        row: usize,
        /// Its target.
        value: f64,
    },
    /// Weights were given to a class that there is not.
    #[error("train.class_weights: no class is called '{class}'; the classes are {}", classes.join(", "))]
    NoClass {
        /// What was given.
        class: String,
        /// The classes.
        classes: Vec<String>,
    },
    /// All rows of one side of a fold have weight 0.
    #[error("fold {fold}: all of its {rows} rows have weight 0, so that nothing can be {purpose}")]
    NoWeight {
        /// The fold, counted from 0.
        fold: usize,
        /// `training` or `validation`.
        rows: &'static str,
        /// `learned` or `chosen`.
        purpose: &'static str,
    },
    /// A pattern fits no parameter of the network.
    #[error("train.{field}: no parameter is called '{pattern}'; there are {}", names.join(", "))]
    NoParameter {
        /// Key in the `[train]` table.
        field: &'static str,
        /// What was given.
        pattern: String,
        /// The network's parameters.
        names: Vec<String>,
    },
    /// Burn's trainers do not tell an optimiser what this kind of decay needs.
    #[error("an optimiser of Burn's has no {} decay; choose decoupled, independent, cautious or anchored", kind.name())]
    NotDecoupled {
        /// What was asked for.
        kind: crate::DecayKind,
    },
    /// There is nothing to train.
    #[error("a population needs at least one member")]
    NoMembers,
    /// More members than a plan may have.
    #[error(
        "{settings} settings x {folds} folds x {seeds} seeds are {members} models, and a sweep has at most {most}; lower sweep.seeds or \
         sweep.folds, or sweep fewer values"
    )]
    ManyMembers {
        /// Combinations of the swept values.
        settings: u128,
        /// Folds.
        folds: usize,
        /// Seeds of each setting and fold.
        seeds: usize,
        /// The product.
        members: u128,
        /// What is allowed.
        most: u128,
    },
    /// A fold has no training rows, or none left after dropping the last partial batch.
    #[error(
        "fold {fold}: {rows} training rows do not fill one batch of {batch}; lower train.batch or turn train.drop_last off"
    )]
    NoBatch {
        /// The fold, counted from 0.
        fold: usize,
        /// Its training rows.
        rows: usize,
        /// Rows per batch.
        batch: usize,
    },
    /// A graph's nodes are not cut into batches.
    #[error("train.batch must be at least {nodes}, all nodes of the graph, got {batch}")]
    GraphBatch {
        /// Nodes.
        nodes: usize,
        /// Rows per batch.
        batch: usize,
    },
    /// A graph network without a graph, or a graph for another network.
    #[error("this network reads {wanted}, but the data are {found}")]
    Kind {
        /// What it reads.
        wanted: &'static str,
        /// What there is.
        found: &'static str,
    },
    /// A network of the caller's own that the loss cannot read.
    #[error("this network has {found} outputs, and the loss reads {wanted}")]
    Outputs {
        /// What the loss reads, as [`Loss::outputs`](crate::Loss::outputs) or [`Objective::outputs`](crate::Objective::outputs) says.
        wanted: usize,
        /// What the network puts out.
        found: usize,
    },
    /// Tasks of an objective that have no parameter of the network in common.
    #[error("the tasks of '{objective}' share no parameter of the network; there are {}", names.join(", "))]
    NothingShared {
        /// Name of the objective.
        objective: String,
        /// The network's parameters.
        names: Vec<String>,
    },
    /// Not even waves of one member fit.
    #[error(
        "this run of {members} models needs {needed} MiB at least, but the memory budget is {budget} MiB; raise --memory, train fewer models \
         or lower train.batch"
    )]
    Memory {
        /// Members of the population.
        members: usize,
        /// MiB for the process, the data, what all members leave, and one that trains.
        needed: u64,
        /// MiB allowed.
        budget: u64,
    },
    /// All rows of a fold do not fit at once.
    #[error(
        "a minimum is computed from all rows of a fold at once, which needs {needed} MiB, but the memory budget is {budget} MiB; raise \
         --memory, or train by --solver steps"
    )]
    SolverMemory {
        /// MiB for the process, the data and one fold.
        needed: u64,
        /// MiB allowed.
        budget: u64,
    },
    /// The user asked to stop.
    #[error("interrupted after epoch {epoch} of {epochs}")]
    Interrupted {
        /// Epochs completed and checkpointed.
        epoch: u32,
        /// Epochs planned.
        epochs: u32,
    },
    /// The user asked to stop while members were solved or evaluated.
    #[error("interrupted")]
    Stopped,
    /// A checkpoint cannot be written or read.
    #[error("{path}: {reason}")]
    Checkpoint {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Reading or writing data failed.
    #[error(transparent)]
    Data(#[from] decay_data::DataError),
    /// The architecture is invalid.
    #[error(transparent)]
    Model(#[from] decay_model::ModelError),
    /// The thread pool could not be started.
    #[error("cannot start {threads} threads: {reason}; lower --threads, or allow more processes")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// What the system said.
        reason: String,
    },
}

impl TrainError {
    /// What a panic while a device computed was: drivers of GPUs have no other way to say that one is lost.
    pub(crate) fn of_panic(device: &Device, reason: String) -> Self {
        if is_gpu(device) {
            let device = device_name(device);
            return Self::Device { device, reason };
        }
        Self::Fault { reason }
    }
}
