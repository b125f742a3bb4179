//! A run between two epochs, on disk.
//!
//! A checkpoint is a safetensors file whose metadata hold the rest as JSON, followed by the SHA-256 of all bytes before
//! it. The last two epochs are kept, so that a damaged file costs one epoch.

use std::path::{Path, PathBuf};

use decay_data::{sha256_hex, write_atomically};
use decay_model::MemberState;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::engine::early_stopping::{Best, Patience, Status};
use crate::engine::history::Record;
use crate::engine::progress::{Progress, Saved};
use crate::engine::snapshot::Snapshot;
use crate::error::TrainError;
use crate::schedule::Plateau;
use crate::step::diagnostics::LayerRecord;

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
    pub(crate) fn newest(dir: &Path) -> Result<Option<(Self, Option<String>)>, TrainError> {
        let mut lost = None;
        for path in files(dir)?.iter().rev() {
            match Self::read(path) {
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
        let members = header
            .members
            .iter()
            .map(|m| Some((m.place, Saved::parse(m, &file)?)));
        Some(Self {
            members: members.collect::<Option<_>>()?,
            fingerprint: header.fingerprint,
            epoch: header.epoch,
            wave_start: header.wave_start,
            history: header.history,
            layers: header.layers,
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
        let named = |kind: &'static str, values: &'_ [Vec<f32>]| -> Vec<(String, usize)> {
            (0..values.len())
                .map(|i| (format!("{place}.{kind}.{i}"), i))
                .collect()
        };
        let mut all = Vec::new();
        let best = self.patience.best.as_ref().map(|b| &b.state);
        let average = self.snapshot.average.as_ref();
        let groups = [
            ("average_parameter", average.map(|a| &a.parameters)),
            ("average_buffer", average.map(|a| &a.buffers)),
            ("parameter", Some(&self.snapshot.state.parameters)),
            ("buffer", Some(&self.snapshot.state.buffers)),
            ("moment", Some(&self.snapshot.moments)),
            ("best_parameter", best.map(|b| &b.parameters)),
            ("best_buffer", best.map(|b| &b.buffers)),
        ];
        for (kind, values) in groups {
            if let Some(values) = values {
                all.extend(
                    named(kind, values)
                        .into_iter()
                        .map(|(n, i)| (n, values[i].as_slice())),
                );
            }
        }
        all
    }

    fn parse(header: &MemberHeader, file: &SafeTensors<'_>) -> Option<Self> {
        let group = |kind: &str| -> Option<Vec<Vec<f32>>> {
            (0..)
                .map_while(|i| file.tensor(&format!("{}.{kind}.{i}", header.place)).ok())
                .map(|view| {
                    let words = view.data().as_chunks::<4>().0;
                    Some(words.iter().map(|&word| f32::from_le_bytes(word)).collect())
                })
                .collect()
        };
        let state = |kind: [&str; 2]| -> Option<MemberState> {
            Some(MemberState {
                parameters: group(kind[0])?,
                buffers: group(kind[1])?,
            })
        };
        let best = match header.best {
            Some((loss, epoch)) => Some(Best {
                loss,
                epoch,
                state: state(["best_parameter", "best_buffer"])?,
            }),
            None => None,
        };
        let average = state(["average_parameter", "average_buffer"])?;
        Some(Self {
            snapshot: Snapshot {
                average: (!average.parameters.is_empty()).then_some(average),
                state: state(["parameter", "buffer"])?,
                moments: group("moment")?,
                steps: header.steps,
            },
            patience: Patience {
                best,
                waited: header.waited,
            },
            plateau: header.plateau.clone(),
            status: header.status,
        })
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
