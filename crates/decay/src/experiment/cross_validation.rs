//! Every setting on every fold with every seed, measured on rows that its fold never saw.

use std::sync::atomic::AtomicBool;

use decay_model::Network;
use decay_train::{
    Evaluation, FoldRows, FoldScales, Hyper, Loss, Member, Plan, Problem, Representations, Samples,
    Status, Trained,
};

use super::measuring::Validated;
use super::planned::Units;
use super::session::Stage;
use super::{Measured, Planned, Session, ValidationMetric};
use crate::data::Truth;
use crate::device::Machine;
use crate::error::Error;
use crate::targets::{NEVER, TargetModels};
use decay_report::text::short;

/// A trained population with what is needed to compute with it.
#[derive(Debug)]
pub struct Population {
    /// The architecture.
    pub network: Network,
    /// Data, folds and their scales, on the devices.
    pub problem: Problem,
    /// The members.
    pub plan: Plan,
    /// Their values and losses.
    pub trained: Trained,
    /// Where it computes.
    pub machine: Machine,
}

/// A trained and measured sweep.
#[derive(Debug)]
pub struct CrossValidation {
    /// The members.
    pub plan: Plan,
    /// What every member is like where no axis says otherwise.
    pub like: Member,
    /// What chooses.
    pub metric: ValidationMetric,
    /// Values and losses of the members.
    pub trained: Trained,
    /// Of each fold.
    pub scales: Vec<FoldScales>,
    /// Raw outputs of each member on its validation rows.
    pub outputs: Vec<Vec<f32>>,
    /// `None` for members that diverged.
    pub measured: Vec<Option<Measured>>,
    /// Labels or values of each fold's validation rows.
    pub truths: Vec<Truth>,
    /// What the models were trained by.
    pub loss: Loss,
    pub(crate) units: Units,
}

/// Of the settings of a plan, as `0.1`, or with a second axis `0.1, dropout 0.2`.
pub(super) fn named(plan: &Plan) -> Vec<String> {
    let settings = plan.members.len() / (plan.folds * plan.seeds).max(1);
    let name = |setting: usize| {
        let values = plan.values(setting).into_iter();
        let words = values.map(|(hyper, value)| match hyper {
            Hyper::Decay => short(value),
            hyper => format!("{} {}", hyper.key(), short(value)),
        });
        words.collect::<Vec<_>>().join(", ")
    };
    (0..settings).map(name).collect()
}

impl Population {
    /// Trains the members of a plan, scaled as given or as each fold's training rows say; `names` are those of their settings.
    pub(super) fn train(
        session: &Session<'_>,
        stage: Stage,
        plan: Plan,
        names: Vec<String>,
        folds: Vec<FoldRows>,
        scales: Option<Vec<FoldScales>>,
    ) -> Result<Self, Error> {
        let (settings, data) = (&session.settings, &session.data.dataset);
        let devices = &session.machine.devices;
        let problem = match scales {
            Some(scales) => Problem::with_scales(data, folds, scales, devices)?,
            None => Problem::new(data, folds, settings.data.scaling, devices)?,
        };
        let problem = match &session.objective {
            Some(own) => problem.minimising(own.clone()),
            None => problem,
        };
        let trained = session.train(stage, &problem, &plan.members, &settings.train, names)?;
        Ok(Self {
            network: session.network.clone(),
            problem,
            plan,
            trained,
            machine: session.machine.clone(),
        })
    }

    /// Raw outputs `[rows, outputs]` of each member on the rows that `side` picks of its fold.
    ///
    /// # Errors
    /// [`Error::Train`] if the device fails.
    pub fn outputs(&self, side: fn(&FoldRows) -> &[usize]) -> Result<Vec<Vec<f32>>, Error> {
        self.outputs_until(&NEVER, side)
    }

    /// The same, which ends once the flag is set.
    pub(super) fn outputs_until(
        &self,
        stop: &AtomicBool,
        side: fn(&FoldRows) -> &[usize],
    ) -> Result<Vec<Vec<f32>>, Error> {
        let members = self.evaluations(|fold| side(&self.problem.folds[fold]));
        let resources = &self.machine.resources;
        Ok(decay_train::outputs(
            &self.network,
            &self.problem,
            &members,
            resources,
            stop,
        )?)
    }

    /// Raw outputs of each member on other samples, scaled as its training rows were.
    ///
    /// # Errors
    /// [`Error::Train`] if the device fails.
    pub fn outputs_on(&self, samples: Samples<'_>) -> Result<Vec<Vec<f32>>, Error> {
        let rows: Vec<usize> = (0..samples.rows).collect();
        let members = self.plan.members.iter().zip(&self.trained.outcomes);
        let models = members.map(|(member, outcome)| (&outcome.state, member.fold, member.seed));
        let (scales, outputs) = (self.problem.scales.clone(), self.problem.outputs);
        TargetModels::new(&self.network, models, scales, outputs).outputs(
            samples,
            &rows,
            &self.machine,
        )
    }

    /// Layers of each member on the rows that `side` picks of its fold.
    ///
    /// # Errors
    /// [`Error::Train`] if the device fails.
    pub fn representations(
        &self,
        side: fn(&FoldRows) -> &[usize],
    ) -> Result<Representations, Error> {
        let members = self.evaluations(|fold| side(&self.problem.folds[fold]));
        let resources = &self.machine.resources;
        Ok(decay_train::representations(
            &self.network,
            &self.problem,
            &members,
            resources,
            &NEVER,
        )?)
    }

    /// Layers of each member on other samples.
    ///
    /// # Errors
    /// [`Error::Train`] if the device fails.
    pub fn representations_on(&self, samples: Samples<'_>) -> Result<Representations, Error> {
        let rows: Vec<usize> = (0..samples.rows).collect();
        let (members, resources) = (self.evaluations(|_| &rows), &self.machine.resources);
        let elsewhere = self.elsewhere(samples)?;
        Ok(decay_train::representations(
            &self.network,
            &elsewhere,
            &members,
            resources,
            &NEVER,
        )?)
    }

    fn elsewhere(&self, samples: Samples<'_>) -> Result<Problem, Error> {
        let (scales, outputs) = (self.problem.scales.clone(), self.problem.outputs);
        let devices = &self.machine.devices;
        Ok(Problem::unlabelled(samples, scales, outputs, devices)?)
    }

    fn evaluations<'r>(&'r self, rows: impl Fn(usize) -> &'r [usize]) -> Vec<Evaluation<'r>> {
        let members = self.plan.members.iter().zip(&self.trained.outcomes);
        members
            .map(|(member, outcome)| Evaluation {
                state: &outcome.state,
                fold: member.fold,
                rows: rows(member.fold),
            })
            .collect()
    }
}

/// Trains the members of a plan and measures them.
pub(super) fn cross_validate(
    session: &Session<'_>,
    planned: Planned,
    scales: Option<Vec<FoldScales>>,
    place: usize,
) -> Result<CrossValidation, Error> {
    let Planned { plan, metric, .. } = planned;
    let (stage, names) = (
        Stage {
            name: "sweep",
            place,
        },
        named(&plan),
    );
    let population = Population::train(session, stage, plan, names, planned.folds, scales)?;
    let scales = &population.problem.scales;
    let Validated {
        outputs,
        measured,
        truths,
    } = population.validated(session, metric, scales)?;
    Ok(CrossValidation {
        plan: population.plan,
        like: planned.like,
        metric,
        trained: population.trained,
        scales: population.problem.scales,
        outputs,
        measured,
        truths,
        loss: session.settings.train.loss,
        units: planned.units,
    })
}

impl CrossValidation {
    /// What a member with this setting is like.
    pub(crate) fn setting(&self, setting: usize) -> Member {
        self.plan.set(setting, &self.like)
    }

    /// The decay rate of a setting on the first fold.
    pub(crate) fn rate(&self, setting: usize) -> f64 {
        Hyper::Decay.get(&self.setting(setting))
    }

    /// Validation errors at a setting, `[folds][seeds]`; `None` if a member diverged.
    pub(crate) fn errors(&self, setting: usize) -> Option<Vec<Vec<f64>>> {
        let members = self.plan.of_setting(setting);
        let errors: Option<Vec<f64>> = members
            .map(|m| self.measured[m].map(|m| self.metric.loss(m.validation)))
            .collect();
        let by_fold = |errors: Vec<f64>| {
            errors
                .chunks_exact(self.plan.seeds)
                .map(<[f64]>::to_vec)
                .collect()
        };
        errors.map(by_fold)
    }

    /// Epochs after which the next models, which have no validation rows, should reduce their learning rates: as often as the setting's
    /// median member did, each time at the mean epoch.
    pub(super) fn reductions_of(&self, setting: usize) -> Vec<u32> {
        let members = self.plan.of_setting(setting);
        let all: Vec<&[u32]> = members
            .map(|member| self.trained.outcomes[member].reduced_after.as_slice())
            .collect();
        let mut counts: Vec<usize> = all.iter().map(|epochs| epochs.len()).collect();
        counts.sort_unstable();
        let median = counts.get(counts.len() / 2).copied().unwrap_or(0);
        let mean = |place: usize| {
            let epochs: Vec<f64> = all
                .iter()
                .filter_map(|epochs| epochs.get(place).map(|&epoch| f64::from(epoch)))
                .collect();
            (epochs.iter().sum::<f64>() / epochs.len() as f64).round() as u32
        };
        (0..median).map(mean).collect()
    }

    /// Epochs that the next models should train for: as long as the setting's members were at their best.
    pub(super) fn epochs_of(&self, setting: usize, planned: u32) -> u32 {
        let best = self.plan.of_setting(setting).filter_map(|member| {
            match self.trained.outcomes[member].status {
                Status::Stopped { best_epoch, .. } => Some(f64::from(best_epoch)),
                Status::Finished { epochs } => Some(f64::from(epochs)),
                Status::Diverged { .. } => None,
            }
        });
        let best: Vec<f64> = best.collect();
        match best.len() {
            0 => planned,
            n => (best.iter().sum::<f64>() / n as f64).round().max(1.0) as u32,
        }
    }
}
