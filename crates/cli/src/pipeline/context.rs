//! What every stage needs, and the one place that calls the engine.

use std::sync::atomic::AtomicBool;

use decay_model::Network;
use decay_train::{Job, Member, Problem, TrainConfig, TrainError, Trained};

use crate::device::Machine;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::run_dir::{CHECKPOINTS, RunDir};
use crate::settings::Settings;

/// One run.
pub(crate) struct Context<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) machine: &'a Machine,
    pub(crate) dir: &'a RunDir,
    pub(crate) cancel: &'a AtomicBool,
    /// `tune` or `fit`.
    pub(crate) command: &'static str,
}

impl Context<'_> {
    /// Trains members with a progress bar and checkpoints in `checkpoint/STAGE`.
    pub(crate) fn train(
        &self,
        stage: &'static str,
        network: &Network,
        problem: &Problem,
        members: &[Member],
        config: &TrainConfig,
    ) -> Result<Trained, Failure> {
        let run = &self.settings.run;
        let checkpoints = self.dir.join(CHECKPOINTS).join(stage);
        let progress = Progress::new(stage, members.len(), config.epochs, run.quiet);
        let trained = decay_train::train(&Job {
            network,
            problem,
            members,
            config,
            resources: &self.machine.resources,
            checkpoints: Some(&checkpoints),
            resume: run.resume,
            train_losses: true,
            cancel: self.cancel,
            observe: &|event| progress.note(event),
        });
        progress.finish();
        trained.map_err(|error| match error {
            TrainError::Interrupted { epoch, epochs } => Failure::Interrupted {
                epoch,
                epochs,
                resume: self.resume_command(),
            },
            error => error.into(),
        })
    }

    /// Adds to a device's failure how the run goes on, if it has come far enough.
    pub(crate) fn with_way_on(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Train(error @ TrainError::Device { .. }) if self.dir.is_resumable() => {
                Failure::Device {
                    error: error.to_string(),
                    resume: self.resume_command(),
                }
            }
            failure => failure,
        }
    }

    /// The command that continues this run.
    fn resume_command(&self) -> String {
        let dir = self.dir.path().display().to_string();
        let dir = if dir.contains(' ') {
            format!("'{dir}'")
        } else {
            dir
        };
        format!("decay {} --out {dir} --resume", self.command)
    }
}
