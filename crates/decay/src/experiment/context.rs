//! What every stage needs, and the one place that calls the engine.

use std::sync::atomic::AtomicBool;

use decay_model::Network;
use decay_train::{Job, Member, Problem, TrainConfig, TrainError, Trained};

use crate::device::Machine;
use crate::error::Error;
use crate::event::{Event, Observer};
use crate::run_dir::{CHECKPOINTS, RunDir};
use crate::settings::Settings;

/// One run.
pub struct Context<'a> {
    pub settings: &'a Settings,
    pub machine: &'a Machine,
    pub dir: &'a RunDir,
    pub cancel: &'a AtomicBool,
    pub observe: Observer<'a>,
    /// `tune` or `fit`.
    pub command: &'static str,
}

impl Context<'_> {
    /// Trains members with checkpoints in `checkpoint/STAGE`.
    pub fn train(
        &self,
        stage: &'static str,
        network: &Network,
        problem: &Problem,
        members: &[Member],
        config: &TrainConfig,
    ) -> Result<Trained, Error> {
        let run = &self.settings.run;
        let checkpoints = self.dir.join(CHECKPOINTS).join(stage);
        (self.observe)(Event::Training {
            stage,
            members: members.len(),
            epochs: config.epochs,
        });
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
            observe: &|event| (self.observe)(Event::Engine(event)),
        });
        (self.observe)(Event::Trained);
        trained.map_err(|error| match error {
            TrainError::Interrupted { epoch, epochs } => Error::Interrupted {
                epoch,
                epochs,
                resume: self.resume_command(),
            },
            error => error.into(),
        })
    }

    /// Adds to a device's failure how the run goes on, if it has come far enough.
    pub fn with_way_on(&self, failure: Error) -> Error {
        match failure {
            Error::Train(error @ TrainError::Device { .. }) if self.dir.is_resumable() => {
                Error::Device {
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
