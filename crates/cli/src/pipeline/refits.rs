//! Models of one rate, trained on all training rows.

use decay_model::{MemberState, Network};
use decay_train::{FoldRows, FoldScales, Member, Problem, Status, TrainConfig, Trained, half_life};

use super::{Context, SplitData};
use crate::failure::Failure;

/// Trained models of one rate.
pub(crate) struct Refits {
    pub(crate) rate: f64,
    /// In epochs, on all training rows.
    pub(crate) half_life: f64,
    pub(crate) members: Vec<Member>,
    pub(crate) trained: Trained,
    pub(crate) scales: FoldScales,
}

impl Refits {
    /// Places of the models that did not diverge.
    pub(crate) fn survivors(&self) -> Vec<usize> {
        let diverged = |place: &usize| {
            matches!(
                self.trained.outcomes[*place].status,
                Status::Diverged { .. }
            )
        };
        (0..self.members.len())
            .filter(|place| !diverged(place))
            .collect()
    }

    /// Their weights.
    pub(crate) fn states(&self) -> Vec<&MemberState> {
        let places = self.survivors().into_iter();
        places
            .map(|place| &self.trained.outcomes[place].state)
            .collect()
    }
}

/// Trains one model per seed on all training rows; a stage of its own with its own checkpoints.
pub(crate) fn refit(
    context: &Context<'_>,
    split: &SplitData,
    network: &Network,
    config: &TrainConfig,
    rate: f64,
    seeds: &[u64],
) -> Result<Refits, Failure> {
    let rows = FoldRows {
        train: split.training.clone(),
        validation: Vec::new(),
    };
    let settings = context.settings;
    let problem = Problem::new(
        &split.data,
        vec![rows],
        settings.data.scaling,
        &context.machine.devices,
    )?;
    let members: Vec<_> = seeds
        .iter()
        .map(|&seed| Member::new(config, rate, 0, seed))
        .collect();
    let trained = context.train("refits", network, &problem, &members, config)?;
    let steps = f64::from(config.steps_per_epoch(split.training.len()));
    let refits = Refits {
        rate,
        half_life: half_life(rate, config.lr, steps),
        members,
        trained,
        scales: problem.scales[0].clone(),
    };
    if refits.survivors().is_empty() {
        return Err(Failure::Failed(format!(
            "every model at rate {rate} ended with a loss that is not a number; lower train.lr"
        )));
    }
    Ok(refits)
}
