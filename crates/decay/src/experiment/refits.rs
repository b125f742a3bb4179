//! Models of one setting, trained on all training rows.

use decay_model::{MemberState, Network};
use decay_train::{
    DecayKind, FoldRows, FoldScales, Member, Problem, Status, TrainConfig, Trained, half_life,
    tau_epochs,
};

use super::{Context, SplitData};
use crate::error::Error;
use decay_report::text::short;

/// Trained models of one setting.
pub struct Refits {
    /// What they have in common, their rate among it.
    pub like: Member,
    /// The rate that was asked for, and the steps per epoch that it was asked for.
    pub asked: (f64, u32),
    /// Steps per epoch on all training rows.
    pub steps: u32,
    /// How their decay enters.
    kind: DecayKind,
    pub members: Vec<Member>,
    pub trained: Trained,
    pub scales: FoldScales,
}

impl Refits {
    /// Their decay rate.
    pub fn rate(&self) -> f64 {
        self.like.decay
    }

    fn pace(&self) -> f64 {
        self.kind.pace(self.like.lr)
    }

    /// In epochs, on all training rows.
    pub fn half_life(&self) -> f64 {
        half_life(self.like.decay, self.pace(), f64::from(self.steps))
    }

    /// In epochs, on all training rows.
    pub fn tau(&self) -> f64 {
        tau_epochs(self.like.decay, self.pace(), f64::from(self.steps))
    }

    /// Half-life and time-scale for a file, which has no infinity.
    pub fn times(&self) -> [Option<f64>; 2] {
        [self.half_life(), self.tau()].map(|epochs| epochs.is_finite().then_some(epochs))
    }

    /// What the rate has become on all training rows, and why; `None` where it has not changed.
    pub fn change(&self) -> Option<String> {
        let (asked, steps) = self.asked;
        (self.rate() != asked).then(|| {
            format!(
                "The refits have rate {} instead of {}, so that the time-scale stays: an epoch of all training rows has {} \
                 steps, one of the first fold {steps}.",
                short(self.rate()),
                short(asked),
                self.steps
            )
        })
    }

    /// Places of the models that did not diverge.
    pub fn survivors(&self) -> Vec<usize> {
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
    pub fn states(&self) -> Vec<&MemberState> {
        self.seeded_states().map(|(state, _)| state).collect()
    }

    /// Their weights and seeds.
    pub fn seeded_states(&self) -> impl Iterator<Item = (&MemberState, u64)> {
        let places = self.survivors().into_iter();
        places.map(|place| {
            (
                &self.trained.outcomes[place].state,
                self.members[place].seed,
            )
        })
    }
}

/// Models to be trained on all training rows.
pub struct Refitting<'a> {
    pub config: &'a TrainConfig,
    /// Their setting.
    pub like: &'a Member,
    /// Steps per epoch that the setting's rate was chosen for, if not those of all training rows.
    pub chosen_for: Option<u32>,
    pub seeds: &'a [u64],
}

impl<'a> Refitting<'a> {
    /// With a rate that was asked for all training rows.
    pub fn on_all_rows(config: &'a TrainConfig, like: &'a Member, seeds: &'a [u64]) -> Self {
        Self {
            config,
            like,
            chosen_for: None,
            seeds,
        }
    }

    /// What the models are like where an epoch has so many steps, and the rate and steps that were asked for.
    fn like(&self, steps: u32) -> (Member, (f64, u32)) {
        let (rate, chosen_for) = (self.like.decay, self.chosen_for.unwrap_or(steps));
        let like = Member {
            decay: self.config.keep.rate(rate, chosen_for, steps),
            fold: 0,
            ..self.like.clone()
        };
        (like, (rate, chosen_for))
    }
}

/// Trains one model per seed on all training rows; a stage of its own with its own checkpoints.
pub fn refit(
    context: &Context<'_>,
    split: &SplitData,
    network: &Network,
    refitting: &Refitting<'_>,
) -> Result<Refits, Error> {
    let Refitting { config, seeds, .. } = *refitting;
    let rows = FoldRows {
        train: split.training.clone(),
        validation: Vec::new(),
    };
    let scaling = context.settings.data.scaling;
    let devices = &context.machine.devices;
    let problem = Problem::new(&split.data, vec![rows], scaling, devices)?;
    let steps = config.steps_per_epoch(split.training.len());
    let (like, asked) = refitting.like(steps);
    let member = |&seed: &u64| Member {
        seed,
        ..like.clone()
    };
    let members: Vec<Member> = seeds.iter().map(member).collect();
    let trained = context.train("refits", network, &problem, &members, config)?;
    let refits = Refits {
        like,
        asked,
        steps,
        kind: config.decay_kind(),
        members,
        trained,
        scales: problem.scales[0].clone(),
    };
    if refits.survivors().is_empty() {
        return Err(Error::Failed(format!(
            "every model at rate {} ended with a loss that is not a number; lower train.lr",
            refits.rate()
        )));
    }
    Ok(refits)
}
