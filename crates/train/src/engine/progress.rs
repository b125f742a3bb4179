//! How far a run has come: every member's values, how it ended, and what was measured.

use std::collections::BTreeMap;
use std::sync::Arc;

use decay_model::MemberState;
use serde::{Deserialize, Serialize};

use crate::engine::losses::Losses;
use crate::options::TrainConfig;
use crate::schedule::Plateau;
use crate::step::agreement::TaskRecord;
use crate::step::diagnostics::LayerRecord;
use crate::step::snapshot::Snapshot;

/// Everything that continues a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Progress {
    /// What the run was started with; another plan must not continue it.
    pub(crate) fingerprint: String,
    /// Epochs that all active members of the current wave have completed.
    pub(crate) epoch: u32,
    /// First place of the current wave.
    pub(crate) wave_start: usize,
    pub(crate) history: Vec<Record>,
    pub(crate) layers: Vec<LayerRecord>,
    pub(crate) tasks: Vec<TaskRecord>,
    /// Members of this wave and of earlier ones, by place.
    pub(crate) members: BTreeMap<usize, Saved>,
}

/// One member between two epochs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Saved {
    /// Shared with checkpoints that are being written.
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) patience: Patience,
    pub(crate) plateau: Plateau,
    /// How it ended, if it did.
    pub(crate) status: Option<Status>,
}

/// What one chunk's epoch left, per member.
pub(crate) struct Report {
    /// Mean training loss.
    pub(crate) train: Vec<f64>,
    /// Losses on the validation rows, if they were measured.
    pub(crate) validation: Option<Vec<Losses>>,
    /// What the epoch's last step did, if that was watched.
    pub(crate) layers: Vec<LayerRecord>,
    /// How the gradients of tasks agreed, if they were taken apart.
    pub(crate) tasks: Vec<TaskRecord>,
}

impl Report {
    /// Whether some loss is not a finite number.
    pub(crate) fn diverged(&self) -> bool {
        (0..self.train.len()).any(|member| !self.is_finite(member))
    }

    fn validation_of(&self, member: usize) -> Option<Losses> {
        self.validation.as_ref().map(|losses| losses[member])
    }

    fn is_finite(&self, member: usize) -> bool {
        let validation = self.validation_of(member);
        self.train[member].is_finite() && validation.is_none_or(|v| v.loss.is_finite())
    }
}

impl Progress {
    pub(crate) fn new(fingerprint: String) -> Self {
        Self {
            fingerprint,
            epoch: 0,
            wave_start: 0,
            history: Vec::new(),
            layers: Vec::new(),
            tasks: Vec::new(),
            members: BTreeMap::new(),
        }
    }

    /// Adds members that have not started.
    pub(crate) fn enter(&mut self, place: usize, initial: impl FnOnce() -> Snapshot) {
        self.members.entry(place).or_insert_with(|| Saved {
            snapshot: Arc::new(initial()),
            patience: Patience::default(),
            plateau: Plateau::default(),
            status: None,
        });
    }

    /// Whether a member still trains.
    pub(crate) fn is_active(&self, place: usize) -> bool {
        self.members
            .get(&place)
            .is_none_or(|saved| saved.status.is_none())
    }

    /// What is left of a member's learning rate after the reductions of a plateau.
    pub(crate) fn reduction(&self, place: usize, config: &TrainConfig) -> f64 {
        let saved = self.members.get(&place);
        saved.map_or(1.0, |saved| saved.plateau.factor(config))
    }

    /// Takes over a member's values at the end of an epoch.
    pub(crate) fn keep(&mut self, place: usize, snapshot: Snapshot) {
        if let Some(saved) = self.members.get_mut(&place) {
            saved.snapshot = Arc::new(snapshot);
        }
    }

    /// Records a chunk's epoch and decides who ends; returns whether somebody did.
    pub(crate) fn note(&mut self, places: &[usize], report: &Report, config: &TrainConfig) -> bool {
        let mut ended = false;
        self.layers.extend_from_slice(&report.layers);
        self.tasks.extend_from_slice(&report.tasks);
        for (member, &place) in places.iter().enumerate() {
            let validation = report.validation_of(member);
            self.record(place, report.train[member], validation);
            let epoch = self.epoch;
            if let Some(saved) = self.members.get_mut(&place) {
                ended |= saved.judge(epoch, report.is_finite(member), validation, config);
            }
        }
        ended
    }

    fn record(&mut self, member: usize, train: f64, validation: Option<Losses>) {
        let train = Losses {
            loss: train,
            accuracy: None,
        };
        let splits = [(Split::Train, Some(train)), (Split::Validation, validation)];
        for (split, losses) in splits {
            if let Some(losses) = losses {
                self.history.push(Record {
                    member,
                    epoch: self.epoch,
                    split,
                    losses,
                });
            }
        }
    }

    /// The recorded validation losses of the weights that each of `count` members kept.
    pub(crate) fn final_validation(&self, count: usize) -> Vec<Option<Losses>> {
        let mut of_member = vec![None; count];
        for record in &self.history {
            let status = self.members.get(&record.member).and_then(|m| m.status);
            let kept = match status {
                Some(Status::Stopped { best_epoch, .. }) => record.epoch == best_epoch,
                _ => true,
            };
            if record.split == Split::Validation && kept {
                of_member[record.member] = Some(record.losses);
            }
        }
        of_member
    }
}

impl Saved {
    /// Decides whether the member ends after this epoch.
    fn judge(
        &mut self,
        epoch: u32,
        finite: bool,
        validation: Option<Losses>,
        config: &TrainConfig,
    ) -> bool {
        // The last update is behind every loss that was measured without validation rows.
        if !finite || epoch == config.epochs && !self.snapshot.judged().is_finite() {
            self.end(Status::Diverged { epoch });
            return true;
        }
        if let Some(losses) = validation {
            self.plateau.note(losses.loss, epoch, config);
        }
        let over = match validation {
            Some(losses) if config.patience > 0 => {
                let state = self.snapshot.judged();
                self.patience
                    .note(losses.loss, epoch, config, || state.clone())
            }
            _ => false,
        };
        if !over && epoch < config.epochs {
            return false;
        }
        self.complete(epoch);
        true
    }

    /// Ends the member with its best epoch's values, or with its present ones.
    fn complete(&mut self, epoch: u32) {
        match self.patience.best.take() {
            Some(best) => {
                let status = Status::Stopped {
                    epoch,
                    best_epoch: best.epoch,
                };
                self.end_with(Arc::unwrap_or_clone(best.state), status);
            }
            None => {
                let state = self.snapshot.judged().clone();
                self.end_with(state, Status::Finished { epochs: epoch });
            }
        }
    }

    /// Ends the member with its present values.
    fn end(&mut self, status: Status) {
        self.end_with(self.snapshot.state.clone(), status);
    }

    /// Ends the member; what continued it is of no more use.
    fn end_with(&mut self, state: MemberState, status: Status) {
        self.status = Some(status);
        self.snapshot = Arc::new(Snapshot {
            state,
            average: None,
            moments: Vec::new(),
            memory: Vec::new(),
            steps: self.snapshot.steps,
        });
    }
}

/// Which rows a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Mean over the batches of an epoch, each before its update.
    Train,
    /// The fold's validation rows, after the epoch.
    Validation,
}

/// One member's losses in one epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Place of the member in the plan.
    pub member: usize,
    /// Epoch, counted from 1.
    pub epoch: u32,
    /// Which rows.
    pub split: Split,
    /// The losses.
    pub losses: Losses,
}

/// Why and when a member ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Status {
    /// All epochs done.
    Finished {
        /// Epochs trained.
        epochs: u32,
    },
    /// No improvement for long enough; the weights of the best epoch are kept.
    Stopped {
        /// Last epoch trained, counted from 1.
        epoch: u32,
        /// Epoch of the lowest validation loss.
        best_epoch: u32,
    },
    /// The loss stopped being a finite number; the weights are those of that epoch's end.
    Diverged {
        /// The epoch, counted from 1.
        epoch: u32,
    },
}

/// The best weights of a member so far.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Best {
    pub(crate) loss: f64,
    pub(crate) epoch: u32,
    /// Shared with checkpoints that are being written.
    pub(crate) state: Arc<MemberState>,
}

/// Follows one member's validation loss.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Patience {
    pub(crate) best: Option<Best>,
    pub(crate) waited: u32,
}

impl Patience {
    /// Notes a validation loss; `state` is called where the weights are to be kept. Returns whether patience is over.
    pub(crate) fn note(
        &mut self,
        loss: f64,
        epoch: u32,
        config: &TrainConfig,
        state: impl FnOnce() -> MemberState,
    ) -> bool {
        let improves = self
            .best
            .as_ref()
            .is_none_or(|best| loss < best.loss - config.min_delta);
        if improves {
            self.waited = 0;
            self.best = Some(Best {
                loss,
                epoch,
                state: Arc::new(state()),
            });
        } else {
            self.waited += 1;
        }
        self.waited >= config.patience
    }
}

#[cfg(test)]
mod tests {
    use super::{Patience, TrainConfig};
    use decay_model::MemberState;

    fn state(mark: f32) -> MemberState {
        MemberState {
            parameters: vec![vec![mark]],
            buffers: vec![],
        }
    }

    #[test]
    fn patience_counts_evaluations_without_enough_improvement() {
        let config = TrainConfig {
            patience: 2,
            min_delta: 0.05,
            ..TrainConfig::default()
        };
        let mut patience = Patience::default();
        let losses = [1.0, 0.5, 0.49, 0.6, 0.3];
        let over: Vec<_> = (1..)
            .zip(losses)
            .map(|(epoch, loss)| patience.note(loss, epoch, &config, || state(loss as f32)))
            .collect();
        assert_eq!(over, [false, false, false, true, false]);
        let best = patience.best.unwrap();
        assert_eq!((best.epoch, best.state), (5, state(0.3).into()));
    }
}
