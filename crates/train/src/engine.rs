//! The population loop: waves of chunks, epoch by epoch.

use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::Instant;

use decay_data::sha256_hex;

use crate::checkpoint::{Checkpoint, Saved};
use crate::chunk::{Chunk, Setting};
use crate::early_stopping::{Patience, Status};
use crate::error::TrainError;
use crate::evaluate::{self, Evaluation, Losses};
use crate::history::{Record, Split};
use crate::job::{Event, Job, Outcome, Trained};
use crate::resources::{Cut, cut};
use crate::snapshot::Snapshot;
use crate::workers::Workers;

/// Trains every member of a population; each comes out as if it had been trained alone.
///
/// # Errors
/// [`TrainError::OutOfRange`], [`TrainError::NoMembers`], [`TrainError::NoBatch`], [`TrainError::Memory`] before the first
/// step; [`TrainError::Interrupted`] when cancelled; [`TrainError::Checkpoint`].
pub fn train(job: &Job<'_>) -> Result<Trained, TrainError> {
    check(job)?;
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
    let outcomes = run.outcomes()?;
    Ok(Trained {
        outcomes,
        history: run.progress.history,
        duration,
    })
}

fn check(job: &Job<'_>) -> Result<(), TrainError> {
    job.config.validate()?;
    if job.members.is_empty() {
        return Err(TrainError::NoMembers);
    }
    for member in job.members {
        crate::check_rate("decay", member.decay)?;
        let rows = job.problem.folds[member.fold].train.len();
        if job.config.steps_per_epoch(rows) == 0 {
            return Err(TrainError::NoBatch {
                fold: member.fold,
                rows,
                batch: job.config.batch,
            });
        }
    }
    Ok(())
}

/// What a resumed run must have in common with the one that wrote the checkpoint.
fn fingerprint(job: &Job<'_>) -> String {
    let described = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        job.network.parameters(),
        job.members,
        job.config,
        job.problem.folds,
        job.problem.scales
    );
    sha256_hex(described.as_bytes())
}

struct Run<'a> {
    job: &'a Job<'a>,
    cut: Cut,
    workers: Workers,
    progress: Checkpoint,
    /// Writes the last checkpoint while the next epoch trains.
    writer: Option<JoinHandle<Result<(), TrainError>>>,
}

/// What one chunk's epoch left.
struct Report {
    train: Vec<f64>,
    validation: Option<Vec<Losses>>,
}

impl<'a> Run<'a> {
    fn start(job: &'a Job<'a>, cut: Cut) -> Result<Self, TrainError> {
        let fresh = Checkpoint {
            fingerprint: fingerprint(job),
            epoch: 0,
            wave_start: 0,
            history: Vec::new(),
            members: Default::default(),
        };
        let found = match job.checkpoints {
            Some(dir) if job.resume => Checkpoint::newest(dir)?.map(|found| (found, dir)),
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
            writer: None,
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
            self.progress.members.entry(place).or_insert_with(|| Saved {
                snapshot: Snapshot::initial(self.job.network, self.job.members[place].seed, slots),
                patience: Patience::default(),
                status: None,
            });
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
        self.finish_writing()
    }

    /// Groups the places that have not ended into chunks.
    fn chunks(&self, places: Vec<usize>) -> Vec<Mutex<Chunk>> {
        let active: Vec<_> = places
            .into_iter()
            .filter(|place| self.progress.members[place].status.is_none())
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

    /// Records an epoch, takes members that ended out of their chunks, and keeps the others' snapshots.
    fn note(&mut self, chunks: &mut Vec<Mutex<Chunk>>, reports: &[Report]) {
        let epoch = self.progress.epoch;
        let last = epoch == self.job.config.epochs;
        let mut ended = false;
        let kept = last || self.job.checkpoints.is_some() || self.job.config.patience > 0;
        let mut all = Vec::new();
        for (chunk, report) in chunks.iter_mut().zip(reports) {
            let chunk = chunk.get_mut().unwrap_or_else(|poison| poison.into_inner());
            let diverged = report.diverged();
            let snapshots = (kept || diverged).then(|| chunk.snapshots());
            all.push((chunk.places.clone(), snapshots));
        }
        for ((places, snapshots), report) in all.into_iter().zip(reports) {
            let mut snapshots = snapshots.map(Vec::into_iter);
            for (i, &place) in places.iter().enumerate() {
                let validation = report.validation.as_ref().map(|v| v[i]);
                self.record(place, report.train[i], validation);
                if let Some(snapshot) = snapshots.as_mut().and_then(Iterator::next) {
                    let saved = self.progress.members.get_mut(&place);
                    if let Some(saved) = saved {
                        saved.snapshot = snapshot;
                    }
                }
                ended |= self.judge(place, report.train[i], validation, last);
            }
        }
        if ended && !last {
            self.take_out(chunks);
        }
    }

    fn record(&mut self, place: usize, train: f64, validation: Option<Losses>) {
        let mut push = |split, losses| {
            self.progress.history.push(Record {
                member: place,
                epoch: self.progress.epoch,
                split,
                losses,
            });
        };
        let train = Losses {
            loss: train,
            accuracy: None,
        };
        push(Split::Train, train);
        if let Some(losses) = validation {
            push(Split::Validation, losses);
        }
    }

    /// Decides whether a member ends here.
    fn judge(&mut self, place: usize, train: f64, validation: Option<Losses>, last: bool) -> bool {
        let config = self.job.config;
        let epoch = self.progress.epoch;
        let Some(saved) = self.progress.members.get_mut(&place) else {
            return false;
        };
        let finite = train.is_finite() && validation.is_none_or(|v| v.loss.is_finite());
        if !finite {
            saved.end(Status::Diverged { epoch });
            return true;
        }
        let over = match validation {
            Some(losses) if config.patience > 0 => {
                let state = &saved.snapshot.state;
                let terms = (config.patience, config.min_delta);
                saved
                    .patience
                    .note(losses.loss, epoch, terms, || state.clone())
            }
            _ => false,
        };
        if !over && !last {
            return false;
        }
        match saved.patience.best.take() {
            Some(best) => {
                saved.snapshot.state = best.state;
                saved.end(Status::Stopped {
                    epoch,
                    best_epoch: best.epoch,
                });
            }
            None => saved.end(Status::Finished { epochs: epoch }),
        }
        true
    }

    /// Rebuilds the chunks that lost members.
    fn take_out(&mut self, chunks: &mut Vec<Mutex<Chunk>>) {
        for chunk in chunks.iter_mut() {
            let chunk = chunk.get_mut().unwrap_or_else(|poison| poison.into_inner());
            for (&place, snapshot) in chunk.places.iter().zip(chunk.snapshots()) {
                if let Some(saved) = self.progress.members.get_mut(&place)
                    && saved.status.is_none()
                {
                    saved.snapshot = snapshot;
                }
            }
        }
        let places = chunks
            .drain(..)
            .flat_map(|chunk| {
                let chunk = chunk.into_inner();
                chunk.unwrap_or_else(|poison| poison.into_inner()).places
            })
            .collect();
        *chunks = self.chunks(places);
    }

    /// Hands the progress to the writer; waits for the one before.
    fn checkpoint(&mut self) -> Result<(), TrainError> {
        let Some(dir) = self.job.checkpoints else {
            return Ok(());
        };
        self.finish_writing()?;
        let (progress, dir) = (self.progress.clone(), dir.to_owned());
        self.writer = Some(std::thread::spawn(move || progress.write(&dir)));
        Ok(())
    }

    fn finish_writing(&mut self) -> Result<(), TrainError> {
        match self.writer.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(result)) => result,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }

    /// Final losses of every member.
    fn outcomes(&self) -> Result<Vec<Outcome>, TrainError> {
        let problem = self.job.problem;
        let saved: Vec<_> = self.progress.members.values().collect();
        let train = if self.job.train_losses {
            let rows = saved
                .iter()
                .zip(self.job.members)
                .map(|(saved, member)| Evaluation {
                    state: &saved.snapshot.state,
                    fold: member.fold,
                    rows: &problem.folds[member.fold].train,
                });
            let evaluations: Vec<_> = rows.collect();
            let outputs =
                self.workers
                    .outputs(self.job.network, problem, &evaluations, self.cut.chunk);
            let losses = outputs.iter().zip(&evaluations);
            losses
                .map(|(outputs, e)| Some(evaluate::losses(problem, e.fold, e.rows, outputs)))
                .collect()
        } else {
            vec![None; saved.len()]
        };
        let validation = self.final_validation();
        let outcomes = saved.iter().zip(train).zip(validation);
        Ok(outcomes
            .map(|((saved, train), validation)| Outcome {
                state: saved.snapshot.state.clone(),
                status: saved.status.unwrap_or(Status::Finished {
                    epochs: self.job.config.epochs,
                }),
                train,
                validation,
            })
            .collect())
    }

    /// The recorded validation losses of the weights that each member kept.
    fn final_validation(&self) -> Vec<Option<Losses>> {
        let mut of_member = vec![None; self.job.members.len()];
        for record in &self.progress.history {
            let kept = match self
                .progress
                .members
                .get(&record.member)
                .and_then(|m| m.status)
            {
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

impl Report {
    fn diverged(&self) -> bool {
        let validation = self.validation.iter().flatten().map(|v| v.loss);
        self.train
            .iter()
            .copied()
            .chain(validation)
            .any(|loss| !loss.is_finite())
    }
}

impl Saved {
    /// Ends the member; its moments are of no more use.
    fn end(&mut self, status: Status) {
        self.status = Some(status);
        self.snapshot.moments.clear();
    }
}

/// Raw outputs of each member on its own rows, in evaluation mode.
///
/// # Shapes
/// - returns: per member `[rows, outputs]`, flat
///
/// # Errors
/// [`TrainError::Threads`].
pub fn outputs(
    network: &decay_model::Network,
    problem: &crate::Problem,
    members: &[Evaluation<'_>],
    resources: &crate::Resources,
) -> Result<Vec<Vec<f32>>, TrainError> {
    let workers = Workers::start(
        resources.threads.min(members.len()).max(1),
        resources.threads,
    )?;
    let chunk = resources.chunk.unwrap_or(8);
    Ok(workers.outputs(network, problem, members, chunk))
}
