//! Checkpoints of training: what a resumed run takes, whole or in parts that are put together again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use decay_data::{Dataset, Embedded, Scaling, sha256_hex};
use decay_model::Network;
use decay_train::{
    Device, Event, FoldRows, Job, Member, PROCESS_MEMORY, Problem, Resources, Schedule,
    TrainConfig, TrainError, train,
};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use crate::targets::network;

/// Length of the digest at the end of a file.
const DIGEST: usize = 64;
/// Between the state as JSON and the tensors.
const END_OF_STATE: u8 = 0;
/// One in so many of the files that are taken is trained to its end.
const FINISHED: usize = 16;

/// Two small networks with everything that a checkpoint can hold: moments, averages, best weights, plateaus, a regulariser's memory.
struct Population {
    network: Network,
    problem: Problem,
    members: Vec<Member>,
    config: TrainConfig,
    resources: Resources,
}

static POPULATION: LazyLock<Population> =
    LazyLock::new(|| Population::new().unwrap_or_else(|error| panic!("the population: {error}")));

impl Population {
    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let data: Dataset = Embedded::Wine.load()?;
        let (validation, rows) = (0..data.rows).partition(|row| row % 5 == 0);
        let folds = vec![FoldRows {
            train: rows,
            validation,
        }];
        let config = TrainConfig {
            epochs: 4,
            batch: 64,
            patience: 1,
            ema: 0.9,
            spectral_norm: 0.1,
            diagnostics: true,
            schedule: Schedule::Plateau,
            plateau_patience: 1,
            ..TrainConfig::default()
        };
        Ok(Self {
            network: network(),
            problem: Problem::new(&data, folds, Scaling::Auto, &[Device::default()])?,
            // The second does not learn, so that it has ended when the others go on.
            members: vec![
                Member::new(&config, 0.1, 0, 1),
                Member {
                    lr: 1e-30,
                    ..Member::new(&config, 0.1, 0, 2)
                },
            ],
            config,
            resources: Resources {
                threads: 1,
                memory: PROCESS_MEMORY + (64 << 20),
                chunk: None,
            },
        })
    }

    /// Trains from the checkpoint of a folder, if it has one, until `cancel` is set.
    fn resume(
        &self,
        folder: &Path,
        cancel: &AtomicBool,
        observe: &(dyn Fn(Event) + Sync),
    ) -> Result<(), TrainError> {
        let job = Job {
            network: &self.network,
            problem: &self.problem,
            members: &self.members,
            config: &self.config,
            resources: &self.resources,
            checkpoints: Some(folder),
            resume: true,
            train_losses: false,
            cancel,
            observe,
        };
        train(&job).map(drop)
    }

    /// The checkpoint of a run that was stopped after an epoch.
    fn after(&self, epoch: u32) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        let (place, cancel) = (tempfile::tempdir()?, AtomicBool::new(false));
        let observe = |event| {
            if matches!(event, Event::Epoch { epoch: own, .. } if own == epoch) {
                cancel.store(true, Ordering::Relaxed);
            }
        };
        match self.resume(place.path(), &cancel, &observe) {
            Err(TrainError::Interrupted { .. }) => {}
            other => return Err(format!("it was not interrupted: {other:?}").into()),
        }
        let files = std::fs::read_dir(place.path())?.flatten();
        let newest = files.map(|entry| entry.path()).max();
        Ok(std::fs::read(newest.ok_or("no checkpoint")?)?)
    }
}

/// Whether a run goes on from these bytes. A fault of a worker is a finding: nothing damaged may reach one.
pub(crate) fn checkpoint(folder: &Path, bytes: &[u8]) -> bool {
    let path = folder.join("000000000009.checkpoint");
    std::fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let stop = AtomicBool::new(!bytes.len().is_multiple_of(FINISHED));
    match POPULATION.resume(folder, &stop, &|_| {}) {
        Ok(()) | Err(TrainError::Interrupted { .. }) => true,
        Err(TrainError::Checkpoint { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Files without their digests.
pub(crate) fn bodies() -> Vec<Vec<u8>> {
    let body = |epoch| {
        let mut bytes = POPULATION.after(epoch)?;
        bytes.truncate(bytes.len() - DIGEST);
        Ok(bytes)
    };
    let bodies: Result<_, Box<dyn std::error::Error>> = [1, 3].into_iter().map(body).collect();
    bodies.unwrap_or_else(|error| panic!("the checkpoints of the seeds: {error}"))
}

/// The SHA-256 at the end.
pub(crate) fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let digest = sha256_hex(&body);
    body.extend_from_slice(digest.as_bytes());
    body
}

/// The state as JSON, then each tensor after a line with its name and its length in bytes: as [`joined`] takes it.
pub(crate) fn parts() -> Vec<Vec<u8>> {
    let parts = |body: Vec<u8>| {
        let (_, metadata) = SafeTensors::read_metadata(&body).ok()?;
        let mut parts = metadata
            .metadata()
            .as_ref()?
            .get("decay")?
            .clone()
            .into_bytes();
        parts.push(END_OF_STATE);
        for (name, view) in SafeTensors::deserialize(&body).ok()?.iter() {
            parts.extend(format!("{name} {}\n", view.data().len()).bytes());
            parts.extend_from_slice(view.data());
        }
        Some(parts)
    };
    bodies().into_iter().filter_map(parts).collect()
}

/// A whole checkpoint of parts as [`parts`] makes them.
pub(crate) fn joined(bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|&byte| byte == END_OF_STATE);
    let (state, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
    let state = String::from_utf8_lossy(state).into_owned();
    // A file with two tensors of one name cannot be written.
    let tensors: BTreeMap<_, _> = crate::seal::named(rest.get(1..).unwrap_or_default())
        .into_iter()
        .collect();
    let views = tensors.into_iter().map(|(name, values)| {
        let (kind, width) = match values.len().is_multiple_of(4) {
            true => (Dtype::F32, 4),
            false => (Dtype::U8, 1),
        };
        let view = TensorView::new(kind, vec![values.len() / width], values);
        (name, view.unwrap_or_else(|error| unreachable!("{error}")))
    });
    let file = serialize(views, Some([("decay".to_owned(), state)].into()));
    sealed(file.unwrap_or_default())
}
