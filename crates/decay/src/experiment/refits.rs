//! Models of one setting, trained on all training rows.

use decay_train::{
    DecayKind, FoldRows, FoldScales, Keep, Member, Problem, RowsAlone, Status, TrainConfig,
    Trained, half_life, tau_epochs,
};

use super::Session;
use crate::error::Error;
use decay_report::text::short;

/// Trained models of one setting.
pub struct Refits {
    /// What they have in common, their rate among it.
    pub like: Member,
    /// The rate that was asked for, and the [extent](TrainConfig::extent) that it was asked for.
    pub asked: (f64, u32),
    /// Steps per epoch on all training rows; of models that are solved the rows.
    pub steps: u32,
    /// What a rate means for other rows.
    keep: Keep,
    /// How their decay enters.
    kind: DecayKind,
    /// Whether they are minima, which no time leads to.
    pub exact: bool,
    /// The models.
    pub members: Vec<Member>,
    /// Their values and losses.
    pub trained: Trained,
    /// Scales of all training rows.
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

    /// In epochs, on all training rows; endless where there are no epochs.
    pub fn half_life(&self) -> f64 {
        if self.exact {
            return f64::INFINITY;
        }
        half_life(self.like.decay, self.pace(), f64::from(self.steps))
    }

    /// In epochs, on all training rows; endless where there are no epochs.
    pub fn tau(&self) -> f64 {
        if self.exact {
            return f64::INFINITY;
        }
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
            if self.exact {
                return format!(
                    "The refits have rate {} instead of {}, so that the penalty weighs as much beside each row: all training rows are {}, \
                     those of the first fold {steps}.",
                    short(self.rate()),
                    short(asked),
                    self.steps
                );
            }
            format!(
                "The refits have rate {} instead of {}, so that the time-scale stays: an epoch of all training rows has {} \
                 steps, one of the first fold {steps}.",
                short(self.rate()),
                short(asked),
                self.steps
            )
        })
    }

    /// What the rows they trained on would have chosen alone, in the unit of the rates that were asked for.
    pub fn alone(&self) -> Option<RowsAlone> {
        let (_, extent) = self.asked;
        let alone = self.trained.alone?;
        Some(alone.map(|rate| self.keep.rate(rate, self.steps, extent)))
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
}

/// How final models are to be trained, on whatever rows.
pub(super) struct Order {
    pub(super) config: TrainConfig,
    /// What they have in common.
    pub(super) like: Member,
    /// The [extent](TrainConfig::extent) that the rate of `like` was asked for, if not that of the rows.
    pub(super) chosen_for: Option<u32>,
    /// One model each.
    pub(super) seeds: Vec<u64>,
}

impl Order {
    /// Trains the models on these rows; a stage of its own with its own checkpoints.
    pub(super) fn carry_out(
        &self,
        session: &Session<'_>,
        stage: &'static str,
        rows: Vec<usize>,
    ) -> Result<Refits, Error> {
        let (data, config) = (&session.data, &self.config);
        let count = rows.len();
        let fold = FoldRows {
            train: rows,
            validation: Vec::new(),
        };
        let scaling = session.settings.data.scaling;
        let devices = &session.machine.devices;
        let problem = Problem::new(&data.dataset, vec![fold], scaling, devices)?;
        let steps = config.extent(count);
        let asked = (self.like.decay, self.chosen_for.unwrap_or(steps));
        let like = Member {
            decay: config.keep.rate(asked.0, asked.1, steps),
            fold: 0,
            ..self.like.clone()
        };
        let member = |&seed: &u64| Member {
            seed,
            ..like.clone()
        };
        let members: Vec<Member> = self.seeds.iter().map(member).collect();
        let trained = session.train(
            stage.into(),
            &problem,
            &members,
            config,
            vec![short(like.decay)],
        )?;
        let refits = Refits {
            like,
            asked,
            steps,
            keep: config.keep,
            kind: config.decay_kind(),
            exact: config.is_exact(),
            members,
            trained,
            scales: problem.scales[0].clone(),
        };
        if refits.survivors().is_empty() {
            return Err(Error::Diverged(format!(
                "every model at rate {} ended with a loss that is not a number; lower train.lr",
                refits.rate()
            )));
        }
        Ok(refits)
    }
}
