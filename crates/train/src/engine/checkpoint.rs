//! A run between two epochs, on disk, written beside the training.
//!
//! A checkpoint is a safetensors file whose metadata hold the rest as JSON, followed by the SHA-256 of all bytes before
//! it. The last two epochs are kept, so that a damaged file costs one epoch.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{Builder, JoinHandle};

use decay_data::{sha256_hex, write_atomically};
use decay_model::MemberState;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::engine::fits::Wanted;
use crate::engine::progress::{Best, Patience, Progress, Record, Saved, Status};
use crate::error::TrainError;
use crate::regularisers::HOOKS;
use crate::schedule::Plateau;
use crate::step::agreement::TaskRecord;
use crate::step::diagnostics::LayerRecord;
use crate::step::snapshot::Snapshot;

/// Length of the hexadecimal digest at the end of a file.
const DIGEST: usize = 64;
/// Checkpoints that are kept.
const KEPT: usize = 2;

#[derive(Serialize, Deserialize)]
struct Header {
    fingerprint: String,
    epoch: u32,
    wave_start: usize,
    history: Vec<Record>,
    layers: Vec<LayerRecord>,
    #[serde(default)]
    tasks: Vec<TaskRecord>,
    members: Vec<MemberHeader>,
}

#[derive(Serialize, Deserialize)]
struct MemberHeader {
    place: usize,
    steps: u32,
    waited: u32,
    plateau: Plateau,
    best: Option<(f64, u32)>,
    status: Option<Status>,
}

impl Progress {
    /// Writes a file named after the wave and the epoch and removes all but the newest two.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), TrainError> {
        std::fs::create_dir_all(dir).map_err(|error| damaged(dir, error.to_string()))?;
        let number = self.wave_start as u64 * 1_000_000 + u64::from(self.epoch);
        let path = dir.join(format!("{number:012}.checkpoint"));
        write_atomically(&path, &self.to_bytes())?;
        for old in files(dir)?.iter().rev().skip(KEPT) {
            std::fs::remove_file(old).map_err(|error| damaged(old, error.to_string()))?;
        }
        Ok(())
    }

    /// The newest readable checkpoint, and what was wrong with a newer one.
    ///
    /// One with the run's `fingerprint` must be as `wanted`; one of another run is for the caller to refuse.
    pub(crate) fn newest(
        dir: &Path,
        fingerprint: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<(Self, Option<String>)>, TrainError> {
        let sound = |path: &Path| {
            let own = Self::read(path)?;
            if own.fingerprint == fingerprint {
                wanted.check(&own).map_err(|reason| damaged(path, reason))?;
            }
            Ok::<_, TrainError>(own)
        };
        let mut lost = None;
        for path in files(dir)?.iter().rev() {
            match sound(path) {
                Ok(checkpoint) => return Ok(Some((checkpoint, lost))),
                Err(error) => lost = lost.or(Some(error.to_string())),
            }
        }
        match lost {
            Some(reason) => Err(damaged(dir, format!("no readable checkpoint: {reason}"))),
            None => Ok(None),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            fingerprint: self.fingerprint.clone(),
            epoch: self.epoch,
            wave_start: self.wave_start,
            history: self.history.clone(),
            layers: self.layers.clone(),
            tasks: self.tasks.clone(),
            members: self
                .members
                .iter()
                .map(|(&place, m)| m.header(place))
                .collect(),
        };
        let header = serde_json::to_string(&header)
            .unwrap_or_else(|error| unreachable!("plain records serialise: {error}"));
        let tensors = self.members.iter().flat_map(|(place, m)| m.tensors(*place));
        let views = tensors.map(|(name, values)| {
            let view =
                TensorView::new(Dtype::F32, vec![values.len()], bytemuck::cast_slice(values))
                    .unwrap_or_else(|error| unreachable!("a flat tensor has its length: {error}"));
            (name, view)
        });
        let metadata = Some([("decay".to_owned(), header)].into());
        let mut bytes = safetensors::serialize(views, metadata)
            .unwrap_or_else(|error| unreachable!("valid views serialise: {error}"));
        let digest = sha256_hex(&bytes);
        bytes.extend_from_slice(digest.as_bytes());
        bytes
    }

    fn read(path: &Path) -> Result<Self, TrainError> {
        let bytes = std::fs::read(path).map_err(|error| damaged(path, error.to_string()))?;
        let (body, digest) = bytes
            .split_at_checked(bytes.len().saturating_sub(DIGEST))
            .unwrap_or_default();
        if sha256_hex(body).as_bytes() != digest {
            return Err(damaged(path, "damaged: its digest does not match".into()));
        }
        Self::parse(body).ok_or_else(|| damaged(path, "not a checkpoint of this version".into()))
    }

    fn parse(body: &[u8]) -> Option<Self> {
        let (_, metadata) = SafeTensors::read_metadata(body).ok()?;
        let header: Header =
            serde_json::from_str(metadata.metadata().as_ref()?.get("decay")?).ok()?;
        let file = SafeTensors::deserialize(body).ok()?;
        let members = header.members.iter();
        Some(Self {
            members: members
                .map(|own| (own.place, Saved::parse(own, &file)))
                .collect(),
            fingerprint: header.fingerprint,
            epoch: header.epoch,
            wave_start: header.wave_start,
            history: header.history,
            layers: header.layers,
            tasks: header.tasks,
        })
    }
}

impl Saved {
    fn header(&self, place: usize) -> MemberHeader {
        MemberHeader {
            place,
            steps: self.snapshot.steps,
            waited: self.patience.waited,
            plateau: self.plateau.clone(),
            best: self.patience.best.as_ref().map(|b| (b.loss, b.epoch)),
            status: self.status,
        }
    }

    fn tensors(&self, place: usize) -> Vec<(String, &[f32])> {
        let best = self.patience.best.as_ref().map(|b| &b.state);
        let average = self.snapshot.average.as_ref();
        let groups = [
            ("average_parameter", average.map(|a| &a.parameters)),
            ("average_buffer", average.map(|a| &a.buffers)),
            ("parameter", Some(&self.snapshot.state.parameters)),
            ("buffer", Some(&self.snapshot.state.buffers)),
            ("moment", Some(&self.snapshot.moments)),
            ("memory", Some(&self.snapshot.memory)),
            ("best_parameter", best.map(|b| &b.parameters)),
            ("best_buffer", best.map(|b| &b.buffers)),
        ];
        let mut all = Vec::new();
        for (kind, values) in groups {
            for (i, values) in values.into_iter().flatten().enumerate() {
                // Most regularisers carry nothing.
                if kind != "memory" || !values.is_empty() {
                    all.push((format!("{place}.{kind}.{i}"), values.as_slice()));
                }
            }
        }
        all
    }

    fn parse(header: &MemberHeader, file: &SafeTensors<'_>) -> Self {
        let values = |kind: &str, i: usize| -> Option<Vec<f32>> {
            let view = file.tensor(&format!("{}.{kind}.{i}", header.place)).ok()?;
            if view.dtype() != Dtype::F32 {
                return None;
            }
            let words = view.data().as_chunks::<4>().0;
            Some(words.iter().map(|&word| f32::from_le_bytes(word)).collect())
        };
        let group =
            |kind: &str| -> Vec<Vec<f32>> { (0..).map_while(|i| values(kind, i)).collect() };
        let state = |kind: [&str; 2]| MemberState {
            parameters: group(kind[0]),
            buffers: group(kind[1]),
        };
        let best = header.best.map(|(loss, epoch)| Best {
            loss,
            epoch,
            state: Arc::new(state(["best_parameter", "best_buffer"])),
        });
        let average = state(["average_parameter", "average_buffer"]);
        let memory = (0..HOOKS.len()).map(|i| values("memory", i).unwrap_or_default());
        Self {
            snapshot: Arc::new(Snapshot {
                average: (!average.parameters.is_empty()).then_some(average),
                state: state(["parameter", "buffer"]),
                moments: group("moment"),
                memory: memory.collect(),
                steps: header.steps,
            }),
            patience: Patience {
                best,
                waited: header.waited,
            },
            plateau: header.plateau.clone(),
            status: header.status,
        }
    }
}

/// Checkpoint files in ascending order.
fn files(dir: &Path) -> Result<Vec<PathBuf>, TrainError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(damaged(dir, error.to_string())),
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "checkpoint"))
        .collect();
    paths.sort();
    Ok(paths)
}

fn damaged(path: &Path, reason: String) -> TrainError {
    TrainError::Checkpoint {
        path: path.to_owned(),
        reason,
    }
}

/// A thread that writes the newest progress it was given.
///
/// Training never waits for the disk: where a write takes longer than an epoch, the epochs between are skipped. [`Writer::finish`]
/// waits until the newest one is safe, so that an interruption in good order loses nothing.
pub(crate) struct Writer {
    desk: Arc<Desk>,
    thread: JoinHandle<Result<(), TrainError>>,
}

#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    newest: Option<Progress>,
    closed: bool,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }

    /// The newest progress that is not written; `None` when there is none and none will come.
    fn take(&self) -> Option<Progress> {
        let waits = |state: &mut State| state.newest.is_none() && !state.closed;
        let mut state = self
            .changed
            .wait_while(self.lock(), waits)
            .unwrap_or_else(|poison| poison.into_inner());
        state.newest.take()
    }
}

impl Writer {
    /// A thread beside the `threads` of the run.
    ///
    /// # Errors
    /// [`TrainError::Threads`].
    pub(crate) fn start(dir: &Path, threads: usize) -> Result<Self, TrainError> {
        let desk = Arc::new(Desk::default());
        let (at_desk, dir) = (Arc::clone(&desk), dir.to_owned());
        let thread = Builder::new().spawn(move || {
            while let Some(progress) = at_desk.take() {
                progress.write(&dir)?;
            }
            Ok(())
        });
        let thread = thread.map_err(|error| TrainError::Threads {
            threads,
            reason: error.to_string(),
        })?;
        Ok(Self { desk, thread })
    }

    /// Hands over the progress of an epoch.
    pub(crate) fn submit(&self, progress: Progress) {
        self.desk.lock().newest = Some(progress);
        self.desk.changed.notify_one();
    }

    /// Whether a write failed; [`Writer::finish`] tells why.
    pub(crate) fn has_failed(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits until everything is written.
    pub(crate) fn finish(self) -> Result<(), TrainError> {
        self.desk.lock().closed = true;
        self.desk.changed.notify_one();
        match self.thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}
