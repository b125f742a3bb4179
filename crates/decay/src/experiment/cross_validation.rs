//! Every setting on every fold with every seed, measured on rows that its fold never saw.

use decay_model::Network;
use decay_train::{FoldScales, Hyper, Member, Plan, Problem, Status, Trained};

use super::measuring::Measuring;
use super::planned::Units;
use super::{Context, Measured, Planned, SplitData, Truth, ValidationMetric};
use crate::error::Error;

/// A trained and measured sweep.
pub struct CrossValidation {
    pub plan: Plan,
    /// What every member is like where no axis says otherwise.
    pub like: Member,
    pub metric: ValidationMetric,
    pub trained: Trained,
    /// Of each fold.
    pub scales: Vec<FoldScales>,
    /// Raw outputs of each member on its validation rows.
    pub outputs: Vec<Vec<f32>>,
    /// `None` for members that diverged.
    pub measured: Vec<Option<Measured>>,
    /// Labels or values of each fold's validation rows.
    pub truths: Vec<Truth>,
    pub units: Units,
}

/// Trains the members of a plan and measures them.
pub fn cross_validate(
    context: &Context<'_>,
    split: &SplitData,
    network: &Network,
    planned: Planned,
) -> Result<CrossValidation, Error> {
    let Planned { plan, metric, .. } = planned;
    let settings = context.settings;
    let scaling = settings.data.scaling;
    let problem = Problem::new(
        &split.data,
        planned.folds,
        scaling,
        &context.machine.devices,
    )?;
    let trained = context.train("sweep", network, &problem, &plan.members, &settings.train)?;
    let measuring = Measuring {
        context,
        split,
        network,
        problem: &problem,
        plan: &plan,
        trained: &trained,
        metric,
    };
    let outputs = measuring.outputs(|fold| &fold.validation)?;
    let truths = measuring.truths(|fold| &fold.validation);
    let measured = measuring.members(&outputs, &truths)?;
    Ok(CrossValidation {
        plan,
        like: planned.like,
        metric,
        trained,
        scales: problem.scales,
        outputs,
        measured,
        truths,
        units: planned.units,
    })
}

impl CrossValidation {
    /// What a member with this setting is like.
    pub fn setting(&self, setting: usize) -> Member {
        self.plan.set(setting, &self.like)
    }

    /// The decay rate of a setting on the first fold.
    pub fn rate(&self, setting: usize) -> f64 {
        Hyper::Decay.get(&self.setting(setting))
    }

    /// Validation errors at a setting, `[folds][seeds]`; `None` if a member diverged.
    pub fn errors(&self, setting: usize) -> Option<Vec<Vec<f64>>> {
        let members = self.plan.of_setting(setting);
        let errors: Option<Vec<f64>> = members
            .map(|m| self.measured[m].map(|m| m.validation))
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
    pub fn reductions_of(&self, setting: usize) -> Vec<u32> {
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
    pub fn epochs_of(&self, setting: usize, planned: u32) -> u32 {
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
