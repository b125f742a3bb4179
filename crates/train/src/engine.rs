//! The population loop: waves of chunks, epoch by epoch.

use std::sync::Mutex;
use std::time::Instant;

use crate::chunk::{Chunk, Setting};
use crate::early_stopping::Status;
use crate::error::TrainError;
use crate::evaluate::{self, Evaluation, Losses};
use crate::job::{Event, Job, Outcome, Trained};
use crate::progress::{Progress, Report};
use crate::resources::{Cut, cut};
use crate::snapshot::Snapshot;
use crate::workers::Workers;
use crate::writer::Writer;

/// Trains every member of a population; each comes out as if it had been trained alone.
///
/// # Errors
/// [`TrainError::OutOfRange`], [`TrainError::NoMembers`], [`TrainError::NoBatch`], [`TrainError::Memory`] before the first
/// step; [`TrainError::Interrupted`] when cancelled; [`TrainError::Checkpoint`].
pub fn train(job: &Job<'_>) -> Result<Trained, TrainError> {
    job.check()?;
    let started = Instant::now();
    let cut = cut(
        job.network,
        job.problem,
        job.config,
        job.resources,
        job.members.len(),
    )?;
    let mut run = Run::start(job, cut)?;
    (job.observe)(Event::Started {
        total_steps: run.steps_to_do(),
    });
    while run.progress.wave_start < job.members.len() {
        run.wave()?;
    }
    let duration = started.elapsed();
    let outcomes = run.outcomes();
    run.finish_writing()?;
    Ok(Trained {
        outcomes,
        history: run.progress.history,
        duration,
    })
}

struct Run<'a> {
    job: &'a Job<'a>,
    cut: Cut,
    workers: Workers,
    progress: Progress,
    writer: Option<Writer>,
}

impl<'a> Run<'a> {
    fn start(job: &'a Job<'a>, cut: Cut) -> Result<Self, TrainError> {
        let fresh = Progress::new(job.fingerprint());
        let found = match job.checkpoints {
            Some(dir) if job.resume => Progress::newest(dir)?.map(|found| (found, dir)),
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
            workers: Workers::start(cut.workers, job.resources.threads)?,
            job,
            cut,
            progress,
            writer: job.checkpoints.map(Writer::start),
        })
    }

    fn setting(&self) -> Setting<'a> {
        Setting {
            network: self.job.network,
            problem: self.job.problem,
            config: self.job.config,
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
        let slots = self.job.config.optimizer.slots();
        for place in wave.clone() {
            let seed = self.job.members[place].seed;
            self.progress
                .enter(place, || Snapshot::initial(self.job.network, seed, slots));
        }
        let mut chunks = self.chunks(wave.clone().collect());
        for epoch in self.progress.epoch..self.job.config.epochs {
            if chunks.is_empty() {
                break;
            }
            let reports = self.epoch(&mut chunks, epoch)?;
            self.progress.epoch = epoch + 1;
            self.note(&mut chunks, &reports);
            (self.job.observe)(Event::Epoch { epoch: epoch + 1 });
            self.checkpoint()?;
        }
        self.progress.wave_start = wave.end;
        self.progress.epoch = 0;
        Ok(())
    }

    /// Groups the places that have not ended into chunks.
    fn chunks(&self, places: Vec<usize>) -> Vec<Mutex<Chunk>> {
        let active: Vec<_> = places
            .into_iter()
            .filter(|&place| self.progress.is_active(place))
            .collect();
        let groups: Vec<Vec<usize>> = active.chunks(self.cut.chunk).map(<[_]>::to_vec).collect();
        self.workers.map(&groups, |places| {
            let snapshots: Vec<_> = places
                .iter()
                .map(|place| &self.progress.members[place].snapshot)
                .collect();
            Mutex::new(Chunk::new(
                places.clone(),
                self.job.members,
                &snapshots,
                self.setting(),
            ))
        })
    }

    /// One epoch of all chunks.
    fn epoch(
        &mut self,
        chunks: &mut [Mutex<Chunk>],
        epoch: u32,
    ) -> Result<Vec<Report>, TrainError> {
        let setting = self.setting();
        let evaluates = self.job.config.evaluates_after(epoch + 1);
        let reports = self.workers.map(chunks, |chunk| {
            let mut chunk = chunk.lock().unwrap_or_else(|poison| poison.into_inner());
            let train = chunk.epoch(self.job.members, epoch, setting)?;
            let validation = evaluates.then(|| self.validate(&chunk)).flatten();
            Some(Report { train, validation })
        });
        let complete: Option<Vec<_>> = reports.into_iter().collect();
        complete.ok_or(()).or_else(|()| {
            self.finish_writing()?;
            Err(TrainError::Interrupted {
                epoch,
                epochs: self.job.config.epochs,
            })
        })
    }

    /// Losses on the validation rows; `None` if the folds have none.
    fn validate(&self, chunk: &Chunk) -> Option<Vec<Losses>> {
        let problem = self.job.problem;
        let folds: Vec<_> = chunk
            .places
            .iter()
            .map(|&p| self.job.members[p].fold)
            .collect();
        let rows: Vec<_> = folds
            .iter()
            .map(|&f| problem.folds[f].validation.as_slice())
            .collect();
        if rows.iter().all(|rows| rows.is_empty()) {
            return None;
        }
        let outputs =
            evaluate::chunk_outputs(self.job.network, problem, chunk.state(), &folds, &rows);
        let losses = outputs.iter().zip(&folds).zip(&rows);
        Some(
            losses
                .map(|((outputs, &fold), rows)| evaluate::losses(problem, fold, rows, outputs))
                .collect(),
        )
    }

    /// Keeps what has to be kept of an epoch, and takes members that ended out of their chunks.
    fn note(&mut self, chunks: &mut Vec<Mutex<Chunk>>, reports: &[Report]) {
        let config = self.job.config;
        let last = self.progress.epoch == config.epochs;
        let always = last || self.job.checkpoints.is_some() || config.patience > 0;
        let mut ended = false;
        for (chunk, report) in chunks.iter_mut().zip(reports) {
            let chunk = chunk.get_mut().unwrap_or_else(|poison| poison.into_inner());
            if always || report.diverged() {
                self.keep(chunk);
            }
            ended |= self.progress.note(&chunk.places, report, config);
        }
        if ended && !last {
            self.take_out(chunks);
        }
    }

    /// Copies the values of a chunk's active members to the host.
    fn keep(&mut self, chunk: &Chunk) {
        for (&place, snapshot) in chunk.places.iter().zip(chunk.snapshots()) {
            if self.progress.is_active(place) {
                self.progress.keep(place, snapshot);
            }
        }
    }

    /// Rebuilds the chunks without the members that ended.
    fn take_out(&mut self, chunks: &mut Vec<Mutex<Chunk>>) {
        let mut places = Vec::new();
        for chunk in chunks.drain(..) {
            let chunk = chunk
                .into_inner()
                .unwrap_or_else(|poison| poison.into_inner());
            self.keep(&chunk);
            places.extend(chunk.places);
        }
        *chunks = self.chunks(places);
    }

    /// Hands the progress of an epoch to the writer.
    fn checkpoint(&mut self) -> Result<(), TrainError> {
        match &self.writer {
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
    fn outcomes(&self) -> Vec<Outcome> {
        let validation = self.progress.final_validation(self.job.members.len());
        self.progress
            .members
            .values()
            .zip(self.train_losses())
            .zip(validation)
            .map(|((saved, train), validation)| Outcome {
                state: saved.snapshot.state.clone(),
                status: saved.status.unwrap_or(Status::Finished {
                    epochs: self.job.config.epochs,
                }),
                train,
                validation,
            })
            .collect()
    }

    /// Losses of the final values on the training rows, if they are wanted.
    fn train_losses(&self) -> Vec<Option<Losses>> {
        let Job {
            network,
            problem,
            members,
            ..
        } = *self.job;
        if !self.job.train_losses {
            return vec![None; members.len()];
        }
        let saved = self.progress.members.values().zip(members);
        let evaluations: Vec<_> = saved
            .map(|(saved, member)| Evaluation {
                state: &saved.snapshot.state,
                fold: member.fold,
                rows: &problem.folds[member.fold].train,
            })
            .collect();
        let outputs = self
            .workers
            .outputs(network, problem, &evaluations, self.cut.chunk);
        let losses = outputs.iter().zip(&evaluations);
        losses
            .map(|(outputs, e)| Some(evaluate::losses(problem, e.fold, e.rows, outputs)))
            .collect()
    }
}
