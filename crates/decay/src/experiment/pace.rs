//! Follows the engine: how many steps are done, and what each epoch's losses are.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use decay_train::{Event as EngineEvent, Record, Split};

use crate::event::{BestSoFar, Event, Observer, Progress};
use crate::run::{EpochLosses, append_losses};

/// Time between two events of progress within an epoch.
const BETWEEN: Duration = Duration::from_millis(100);

/// Members in training.
pub(super) struct Followed {
    /// Their folder among the checkpoints.
    pub(super) stage: String,
    /// What the stage is called.
    pub(super) name: &'static str,
    /// Names of the settings, in the order of the members, of which each has as many.
    pub(super) settings: Vec<String>,
    pub(super) members: usize,
    pub(super) epochs: u32,
}

/// Counts the engine's steps and tells of them now and then.
pub(super) struct Pace<'a> {
    followed: Followed,
    /// Where each epoch's losses are written.
    losses: Option<PathBuf>,
    observe: Observer<'a>,
    start: Instant,
    total: AtomicU64,
    done: AtomicU64,
    epoch: AtomicU32,
    told: Mutex<Instant>,
    best: Mutex<Option<BestSoFar>>,
}

impl<'a> Pace<'a> {
    pub(super) fn new(followed: Followed, losses: Option<PathBuf>, observe: Observer<'a>) -> Self {
        Self {
            followed,
            losses,
            observe,
            start: Instant::now(),
            total: AtomicU64::new(0),
            done: AtomicU64::new(0),
            epoch: AtomicU32::new(0),
            told: Mutex::new(Instant::now()),
            best: Mutex::new(None),
        }
    }

    pub(super) fn note(&self, event: EngineEvent) {
        match event {
            EngineEvent::Started { total_steps } => {
                self.total.store(total_steps, Ordering::Relaxed);
                self.tell(true);
            }
            EngineEvent::Resumed { epoch, lost } => {
                if let Some(reason) = lost {
                    (self.observe)(Event::Warning(format!(
                        "going back to the checkpoint of epoch {epoch}: {reason}"
                    )));
                }
                self.epoch.store(epoch, Ordering::Relaxed);
            }
            EngineEvent::Stepped { members } => {
                self.done.fetch_add(members as u64, Ordering::Relaxed);
                self.tell(false);
            }
            EngineEvent::Epoch { epoch, records } => {
                self.epoch.store(epoch, Ordering::Relaxed);
                self.keep(self.losses_of(epoch, &records));
                self.tell(true);
            }
        }
    }

    /// Means over the members of each setting.
    fn losses_of(&self, epoch: u32, records: &[Record]) -> EpochLosses {
        let settings = &self.followed.settings;
        let own = self.followed.members.div_ceil(settings.len().max(1)).max(1);
        let means = |split: Split| {
            let (mut sums, mut counts) = (vec![0.0; settings.len()], vec![0_u32; settings.len()]);
            for record in records.iter().filter(|record| record.split == split) {
                sums[record.member / own] += record.losses.loss;
                counts[record.member / own] += 1;
            }
            let mean = |(sum, count): (f64, u32)| match count {
                0 => None,
                count => Some(sum / f64::from(count)).filter(|mean| mean.is_finite()),
            };
            sums.into_iter().zip(counts).map(mean).collect::<Vec<_>>()
        };
        EpochLosses {
            stage: self.followed.stage.clone(),
            epoch,
            epochs: self.followed.epochs,
            settings: settings.clone(),
            train: means(Split::Train),
            validation: means(Split::Validation),
        }
    }

    /// Writes the losses for who watches from outside, and notes the best.
    fn keep(&self, losses: EpochLosses) {
        if let Some(dir) = &self.losses {
            // What cannot be watched from outside goes on all the same.
            let _ = append_losses(dir, &losses);
        }
        let Some((setting, loss)) = losses.lowest() else {
            return;
        };
        let Ok(mut best) = self.best.lock() else {
            return;
        };
        if best.as_ref().is_none_or(|best| loss < best.loss) {
            *best = Some(BestSoFar {
                loss,
                setting: losses.settings[setting].clone(),
                epoch: losses.epoch,
            });
        }
    }

    /// Tells how far the members are, unless that was told a moment ago.
    fn tell(&self, now: bool) {
        // Another thread is telling.
        let Ok(mut told) = self.told.try_lock() else {
            return;
        };
        if !now && told.elapsed() < BETWEEN {
            return;
        }
        *told = Instant::now();
        (self.observe)(Event::Progress(Progress {
            stage: self.followed.name,
            members: self.followed.members,
            epoch: self.epoch.load(Ordering::Relaxed),
            epochs: self.followed.epochs,
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
            elapsed: self.start.elapsed(),
            best: self.best.lock().ok().and_then(|best| best.clone()),
        }));
    }
}
