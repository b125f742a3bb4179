//! The population loop: waves of chunks, epoch by epoch.

pub(crate) mod applies;
pub(crate) mod checkpoint;
pub(crate) mod evaluate;
mod fits;
pub(crate) mod job;
pub(crate) mod losses;
pub(crate) mod progress;
pub(crate) mod resources;
pub(crate) mod task_gradients;
pub(crate) mod workers;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Instant;

use decay_kernels::catch_panic;
use decay_model::Network;

use crate::engine::checkpoint::Writer;
use crate::engine::evaluate::{train_losses, validation_losses, widths};
use crate::engine::fits::Wanted;
use crate::engine::job::{Job, Outcome, Trained};
use crate::engine::progress::{Progress, Report, Saved, Status};
use crate::engine::resources::{Cut, cut};
use crate::engine::workers::{Placed, Workers, deal, guard};
use crate::error::TrainError;
use crate::event::Event;
use crate::exact;
use crate::problem::Resident;
use crate::step::groups::Groups;
use crate::step::importance::Importance;
use crate::step::snapshot::Snapshot;
use crate::step::{Chunk, Context, Epoch};

/// Chunks of one wave, in the order of their members' places.
type Chunks = Vec<Placed<Mutex<Chunk>>>;

/// Trains every member of a population; each comes out as if it had been trained alone.
///
/// # Errors
/// [`TrainError::OutOfRange`], [`TrainError::NoMembers`], [`TrainError::NoBatch`], [`TrainError::Memory`] before the first
/// step; [`TrainError::Interrupted`] when cancelled; [`TrainError::Device`] when a device fails; [`TrainError::Fault`],
/// [`TrainError::Threads`], [`TrainError::Checkpoint`]; of models that are solved [`TrainError::Stopped`] and [`TrainError::SolverMemory`].
pub fn train(job: &Job<'_>) -> Result<Trained, TrainError> {
    job.check()?;
    if job.config.is_exact() {
        return exact::solve(job);
    }
    let started = Instant::now();
    let mut run = Run::start(job)?;
    let trained = run.check_outputs().and_then(|()| run.complete());
    let duration = started.elapsed();
    let written = run.finish_writing();
    match (trained, written) {
        (Ok(outcomes), Ok(())) => Ok(Trained {
            outcomes,
            history: run.progress.history,
            layers: run.progress.layers,
            tasks: run.progress.tasks,
            alone: None,
            duration,
        }),
        // An interruption promises that everything is on disk.
        (Ok(_) | Err(TrainError::Interrupted { .. }), Err(error)) => Err(error),
        (Err(error), _) => Err(error),
    }
}

struct Run<'a> {
    job: &'a Job<'a>,
    groups: Groups,
    importance: Option<Importance>,
    cut: Cut,
    workers: Workers<'a>,
    progress: Progress,
    writer: Option<Writer>,
}

impl<'a> Run<'a> {
    fn start(job: &'a Job<'a>) -> Result<Self, TrainError> {
        let groups = Groups::new(job.network, job.config);
        let cut = cut(job)?;
        let fresh = Progress::new(job.fingerprint());
        let found = match job.checkpoints {
            Some(dir) if job.resume => {
                let wanted = Wanted::of(job, &groups);
                Progress::newest(dir, &fresh.fingerprint, &wanted)?.map(|found| (found, dir))
            }
            _ => None,
        };
        let progress = match found {
            None => fresh,
            Some(((saved, lost), dir)) => {
                if saved.fingerprint != fresh.fingerprint {
                    return Err(TrainError::Checkpoint {
                        path: dir.to_owned(),
                        reason: "these checkpoints belong to a run with other data or settings"
                            .into(),
                    });
                }
                (job.observe)(Event::Resumed {
                    epoch: saved.epoch,
                    lost,
                });
                saved
            }
        };
        Ok(Self {
            workers: Workers::start(job.problem, cut.workers, job.resources.threads)?,
            job,
            importance: Importance::new(job.problem, &job.config.class_weights),
            groups,
            cut,
            progress,
            writer: job
                .checkpoints
                .map(|dir| Writer::start(dir, job.resources.threads))
                .transpose()?,
        })
    }

    /// Refuses a network whose outputs are not those of the loss, where it was not made for it.
    fn check_outputs(&self) -> Result<(), TrainError> {
        let (job, problem) = (self.job, self.job.problem);
        let made_for_it = !matches!(job.network, Network::Own(_)) && problem.objective.is_none();
        let Some(resident) = problem.residents.first().filter(|_| !made_for_it) else {
            return Ok(());
        };
        let state = job.network.initial(job.members[0].seed);
        let widths = guard(resident, || widths(job.network, resident, &state))?;
        let wanted = problem.wanted_outputs(job.config);
        match widths.last() {
            Some(&found) if found != wanted => Err(TrainError::Outputs { wanted, found }),
            _ => Ok(()),
        }
    }

    /// Trains all waves; what became of every member.
    fn complete(&mut self) -> Result<Vec<Outcome>, TrainError> {
        (self.job.observe)(Event::Started {
            total_steps: self.steps_to_do(),
        });
        while self.progress.wave_start < self.job.members.len() {
            self.wave()?;
        }
        self.outcomes()
    }

    fn context<'b>(&'b self, resident: &'b Resident) -> Context<'b> {
        Context {
            network: self.job.network,
            groups: &self.groups,
            problem: self.job.problem,
            resident,
            config: self.job.config,
            importance: self.importance.as_ref(),
            cancel: self.job.cancel,
            observe: self.job.observe,
        }
    }

    fn steps_to_do(&self) -> u64 {
        let steps = |place: usize| {
            let fold = &self.job.problem.folds[self.job.members[place].fold];
            let per_epoch = self.job.config.steps_per_epoch(fold.train.len());
            let total = per_epoch * self.job.config.epochs;
            let saved = self.progress.members.get(&place);
            let left = saved.map_or(total, |saved| match saved.status {
                Some(_) => 0,
                None => total - saved.snapshot.steps,
            });
            u64::from(left)
        };
        (0..self.job.members.len()).map(steps).sum()
    }

    /// Trains the members of one wave to their end.
    fn wave(&mut self) -> Result<(), TrainError> {
        let wave = self.progress.wave_start
            ..(self.progress.wave_start + self.cut.wave).min(self.job.members.len());
        self.enter(wave.clone())?;
        let mut chunks = self.chunks(wave.clone().collect())?;
        let done = self.epochs(&mut chunks);
        if done.is_err() {
            // A lost device may panic once more when it is told that its memory is free.
            let _ = catch_panic(|| drop(chunks));
        }
        done?;
        self.progress.wave_start = wave.end;
        self.progress.epoch = 0;
        Ok(())
    }

    /// Starting values of the members that have none yet.
    fn enter(&mut self, wave: Range<usize>) -> Result<(), TrainError> {
        let (job, mut fitted) = (self.job, BTreeMap::new());
        for place in wave {
            if job.cancel.load(Ordering::Relaxed) {
                return Err(self.interrupted(self.progress.epoch));
            }
            let member = &job.members[place];
            if self.progress.members.contains_key(&place) {
                continue;
            }
            let own = match fitted.entry(member.fold) {
                Entry::Occupied(own) => own.into_mut(),
                Entry::Vacant(room) => room.insert(job.problem.fit(job.network, member.fold)?),
            };
            let groups = &self.groups;
            self.progress.enter(place, || {
                Snapshot::initial(job.network, member, groups, own)
            });
        }
        Ok(())
    }

    fn epochs(&mut self, chunks: &mut Chunks) -> Result<(), TrainError> {
        for epoch in self.progress.epoch..self.job.config.epochs {
            if chunks.is_empty() {
                break;
            }
            let reports = self.epoch(chunks, epoch)?;
            self.progress.epoch = epoch + 1;
            let known = self.progress.history.len();
            self.note(chunks, &reports)?;
            (self.job.observe)(Event::Epoch {
                epoch: epoch + 1,
                records: self.progress.history[known..].to_vec(),
            });
            self.checkpoint()?;
        }
        Ok(())
    }

    /// Deals the places that have not ended to the devices and groups them into chunks.
    fn chunks(&self, places: Vec<usize>) -> Result<Chunks, TrainError> {
        let active: Vec<_> = places
            .into_iter()
            .filter(|&place| self.progress.is_active(place))
            .collect();
        let groups = deal(&active, self.job.problem.residents.len(), self.cut.chunk);
        let chunks = self.workers.map(&groups, |resident, places| {
            let snapshots: Vec<_> = places
                .iter()
                .map(|place| &*self.progress.members[place].snapshot)
                .collect();
            Mutex::new(Chunk::new(
                places.clone(),
                self.job.members,
                &snapshots,
                self.context(resident),
            ))
        })?;
        let placed = groups.iter().zip(chunks).map(|(group, chunk)| Placed {
            device: group.device,
            item: chunk,
        });
        Ok(placed.collect())
    }

    /// One epoch of all chunks.
    fn epoch(&self, chunks: &mut Chunks, epoch: u32) -> Result<Vec<Report>, TrainError> {
        let evaluates = self.job.config.evaluates_after(epoch + 1);
        let reports = self.workers.map(chunks, |resident, chunk| {
            let mut chunk = chunk.lock().unwrap_or_else(|poison| poison.into_inner());
            let context = self.context(resident);
            let reduction = |place| self.progress.reduction(place, self.job.config);
            let Epoch {
                train,
                layers,
                tasks,
            } = chunk.epoch(self.job.members, epoch, &reduction, context)?;
            let validation = if evaluates {
                validation_losses(self.job, resident, &chunk)?
            } else {
                None
            };
            Some(Report {
                train,
                validation,
                layers,
                tasks,
            })
        })?;
        let finished: Option<Vec<_>> = reports.into_iter().collect();
        finished.ok_or_else(|| self.interrupted(epoch))
    }

    fn interrupted(&self, epoch: u32) -> TrainError {
        let epochs = self.job.config.epochs;
        TrainError::Interrupted { epoch, epochs }
    }

    /// Keeps what has to be kept of an epoch, and takes members that ended out of their chunks.
    fn note(&mut self, chunks: &mut Chunks, reports: &[Report]) -> Result<(), TrainError> {
        let config = self.job.config;
        let last = self.progress.epoch == config.epochs;
        let always = last || self.is_due() || config.patience > 0;
        let mut ended = false;
        for (chunk, report) in chunks.iter_mut().zip(reports) {
            if always || report.diverged() {
                self.keep(chunk)?;
            }
            let places = &chunk_of(chunk).places;
            ended |= self.progress.note(places, report, config);
        }
        if ended && !last {
            self.take_out(chunks)?;
        }
        Ok(())
    }

    /// Copies the values of a chunk's active members to the host.
    fn keep(&mut self, chunk: &mut Placed<Mutex<Chunk>>) -> Result<(), TrainError> {
        let device = chunk.device;
        let chunk = &*chunk_of(chunk);
        let snapshots = self.workers.on(device, || chunk.snapshots())?;
        for (&place, snapshot) in chunk.places.iter().zip(snapshots) {
            if self.progress.is_active(place) {
                self.progress.keep(place, snapshot);
            }
        }
        Ok(())
    }

    /// Rebuilds the chunks without the members that ended.
    fn take_out(&mut self, chunks: &mut Chunks) -> Result<(), TrainError> {
        let mut places = Vec::new();
        for chunk in chunks.iter_mut() {
            self.keep(chunk)?;
            places.extend_from_slice(&chunk_of(chunk).places);
        }
        chunks.clear();
        *chunks = self.chunks(places)?;
        Ok(())
    }

    /// Whether the epoch that has ended gets a checkpoint: those after which members are validated, and all if none are.
    fn is_due(&self) -> bool {
        let every = self.job.config.evaluate_every.max(1);
        let due = self.progress.epoch.is_multiple_of(every);
        self.writer.is_some() && (due || self.progress.epoch == self.job.config.epochs)
    }

    /// Hands the progress of an epoch to the writer, if it is due.
    fn checkpoint(&mut self) -> Result<(), TrainError> {
        match &self.writer {
            Some(_) if !self.is_due() => Ok(()),
            Some(writer) if writer.has_failed() => self.finish_writing(),
            Some(writer) => {
                writer.submit(self.progress.clone());
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn finish_writing(&mut self) -> Result<(), TrainError> {
        self.writer.take().map_or(Ok(()), Writer::finish)
    }

    /// What became of every member.
    fn outcomes(&self) -> Result<Vec<Outcome>, TrainError> {
        let validation = self.progress.final_validation(self.job.members.len());
        let members = self.progress.members.values();
        let states = members.clone().map(|saved| &saved.snapshot.state);
        let train = train_losses(self.job, &self.workers, states, self.cut.chunk)?;
        let outcome = |((saved, train), validation): ((&Saved, _), _)| Outcome {
            state: saved.snapshot.state.clone(),
            status: saved.status.unwrap_or(Status::Finished {
                epochs: self.job.config.epochs,
            }),
            reduced_after: saved.plateau.reduced_after.clone(),
            train,
            validation,
        };
        Ok(members.zip(train).zip(validation).map(outcome).collect())
    }
}

/// The chunk behind a lock that nobody else holds.
fn chunk_of(chunk: &mut Placed<Mutex<Chunk>>) -> &mut Chunk {
    let inner = chunk.item.get_mut();
    inner.unwrap_or_else(|poison| poison.into_inner())
}
