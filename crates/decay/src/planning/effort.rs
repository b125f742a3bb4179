//! How much work a run is, and how long it takes about.

use decay_data::{Storage, TaskKind};
use decay_model::{ModelConfig, Network};
use decay_train::{TrainConfig, is_gpu};

use crate::data::Data;
use crate::device::Machine;
use crate::error::Error;
use crate::experiment::PARTS;
use crate::network::network_of;
use crate::settings::{Allowance, Settings};

/// Floating-point operations of a training step per multiplication of the forward pass: two there, four in the backward pass.
const OPERATIONS: f64 = 6.0;
/// What one thread of a CPU does per second in training small networks.
const THREAD: f64 = 45e9;
/// What a GPU does per second in training small networks.
const GPU: f64 = 2e12;
/// A stored entry of sparse features costs as much as so many of dense ones.
const SPARSE: f64 = 8.0;
/// What a step of one member costs beside its products.
const STEP: f64 = 15e-6;
/// Passes over the rows that a rate takes where the minimum is computed, of which each is two products, in double precision on narrow
/// matrices: a third of a thread's pace.
const PASSES: f64 = 3.0 * 20.0;
/// Operations of turning features into their basis, per cube of the smaller of their number and that of the rows: most of them in
/// rotations of pairs, which a processor makes slowly.
const BASIS: f64 = 300.0;
/// Operations that a run may take where nobody says how long: half a minute of two threads.
const DEFAULT: f64 = 2.0 * THREAD * 30.0;

/// A run's size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effort {
    /// Floating-point operations of the products.
    operations: f64,
    /// Steps of all members.
    steps: f64,
}

/// What a machine does in a second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speed {
    operations: f64,
    threads: f64,
}

impl Speed {
    pub(super) fn of(machine: &Machine) -> Self {
        let gpus = machine
            .devices
            .iter()
            .filter(|device| is_gpu(device))
            .count();
        let threads = machine.resources.threads as f64;
        if gpus > 0 {
            // A GPU's launches serve many members at once.
            return Self {
                operations: GPU * gpus as f64,
                threads: 64.0 * gpus as f64,
            };
        }
        Self {
            operations: THREAD * threads,
            threads,
        }
    }
}

/// Share of the features that is stored: of sparse ones the rest costs nothing, and they feed the largest layer.
fn density(features: &Storage) -> f64 {
    match features {
        Storage::Sparse(sparse) => {
            let all = sparse.columns * (sparse.offsets.len() - 1);
            (SPARSE * sparse.values.len() as f64 / all.max(1) as f64).min(1.0)
        }
        Storage::F32(_) | Storage::U8(_) => 1.0,
    }
}

/// Rows that minima are computed of.
struct Shape {
    rows: f64,
    inputs: f64,
    outputs: f64,
}

impl Shape {
    /// Of the basis and of a path of so many models, which take passes unless they have a closed form.
    fn operations(&self, models: f64, passes: bool) -> f64 {
        let side = self.rows.min(self.inputs);
        let basis = BASIS * side.powi(3) + 4.0 * self.rows * self.inputs * side;
        let products = 4.0 * side * self.outputs;
        let model = match passes {
            true => PASSES * self.rows * products,
            false => products,
        };
        basis + models * model
    }
}

/// Multiplications that a row takes in each of the networks.
fn sizes(settings: &Settings, data: &Data) -> Result<Vec<f64>, Error> {
    let schema = &data.dataset.schema;
    let outputs = settings.train.loss.outputs(&data.dataset.task());
    let all = settings.model.alternatives().into_iter();
    all.map(|own| Ok(network_of(&own.config, schema, outputs)?.multiplications() as f64))
        .collect()
}

/// What is trained or solved.
struct Size {
    /// Of a row, in the mean over the networks.
    multiplications: f64,
    /// Rows of a fold, and all.
    rows: [usize; 2],
    /// Models of the sweep.
    members: f64,
    /// Final models, those that are audited and those that are shipped.
    refits: f64,
}

impl Size {
    fn of(
        settings: &Settings,
        network: Option<&Network>,
        data: &Data,
        rates: usize,
    ) -> Result<Self, Error> {
        let sizes: Vec<f64> = match network {
            Some(network) => vec![network.multiplications() as f64],
            None => sizes(settings, data)?,
        };
        // Each of several networks has a population; final models are of one, whichever that will be.
        let networks = sizes.len() as f64;
        let sweep = &settings.sweep;
        // Every node of a graph takes part in every pass.
        let rows = if matches!(*settings.model, ModelConfig::Gnn(_)) {
            [data.dataset.rows; 2]
        } else {
            let all = data.training.len();
            [all - all / sweep.folds, all]
        };
        let lists = settings.train.lists();
        let settings_of_lists: usize = lists.map(|(_, values)| values.len()).product();
        let settings_in_all = rates * settings_of_lists.max(1);
        // The chosen setting on parts of the rows, for as many steps as on all.
        let parts = if sweep.learning_curve { PARTS.len() } else { 0 };
        let stages = if data.held_out().is_some() { 2.0 } else { 1.0 };
        Ok(Self {
            multiplications: sizes.iter().sum::<f64>() / networks,
            rows,
            members: (networks * settings_in_all as f64 + parts as f64)
                * (sweep.folds * sweep.seeds) as f64,
            refits: sweep.refits as f64 * stages,
        })
    }

    /// Where models are trained step by step.
    fn trained(&self, train: &TrainConfig, features: &Storage) -> Effort {
        let epochs = f64::from(train.epochs);
        let row = OPERATIONS * self.multiplications * density(features);
        let of_all = |each: [f64; 2]| epochs * (self.members * each[0] + self.refits * each[1]);
        Effort {
            operations: row * of_all(self.rows.map(|rows| rows as f64)),
            steps: of_all(self.rows.map(|rows| f64::from(train.steps_per_epoch(rows)))),
        }
    }

    /// Where they are solved, those of a fold as one path.
    fn solved(&self, data: &Data, folds: f64) -> Effort {
        let outputs = data.outputs() as f64;
        let passes = data.dataset.task().kind() == TaskKind::Classification;
        let [fold, all] = self.rows.map(|rows| Shape {
            rows: rows as f64,
            inputs: self.multiplications / outputs,
            outputs,
        });
        let of_folds = folds * fold.operations(self.members / folds, passes);
        Effort {
            operations: of_folds + self.refits * all.operations(1.0, passes),
            steps: 0.0,
        }
    }
}

impl Effort {
    /// Of a sweep with these settings and its final models.
    pub(super) fn of(
        settings: &Settings,
        network: Option<&Network>,
        data: &Data,
        rates: usize,
    ) -> Result<Self, Error> {
        let size = Size::of(settings, network, data, rates)?;
        Ok(match settings.train.is_exact() {
            true => size.solved(data, settings.sweep.folds as f64),
            false => size.trained(&settings.train, &data.dataset.features),
        })
    }

    /// About how long it takes.
    pub(super) fn seconds(self, speed: Speed) -> f64 {
        self.operations / speed.operations + self.steps * STEP / speed.threads
    }

    /// By which factor it is more than is allowed; the default allowance is the same on every machine, so that the plan is.
    pub(super) fn excess(self, allowed: Option<Allowance>, speed: Speed) -> f64 {
        match allowed {
            Some(Allowance::Seconds(seconds)) => self.seconds(speed) / seconds,
            Some(Allowance::Steps(_)) => 0.0,
            None => (self.operations + self.steps * STEP * THREAD) / DEFAULT,
        }
    }
}
