//! The `[train]` table.

pub(crate) mod applies;
pub(crate) mod augmentation;
pub(crate) mod decay;
pub(crate) mod decay_factor;
pub(crate) mod half_life;
pub(crate) mod hyper;
pub(crate) mod keep;
pub(crate) mod name_pattern;
pub(crate) mod optimizer;
pub(crate) mod ranges;
pub(crate) mod tau;

use decay_kernels::Direction;
use decay_model::{ParameterKind, ParameterSpec, Precision};
use serde::{Deserialize, Serialize};

use crate::options::augmentation::Augmentation;
use crate::options::decay::DecayKind;
use crate::options::decay_factor::DecayFactor;
use crate::options::keep::Keep;
use crate::options::name_pattern::matches;
use crate::options::optimizer::Optimizer;
use crate::schedule::Schedule;

/// How every member is trained; what differs between members is in [`Member`](crate::Member).
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `epochs` | `20` | `[1, inf)` | passes over the training rows |
/// | `batch` | `64` | `[1, inf)` | rows per step |
/// | `drop_last` | `false` | | leave out an epoch's last partial batch |
/// | `precision` | `f32` | see [`Precision`] | of products and activations |
/// | `optimizer` | `adamw` | see [`Optimizer`] | direction of the steps |
/// | `decay` | the optimiser's | see [`DecayKind`] | how the decay rate enters |
/// | `decay_schedule` | `constant` | see [`Schedule`], but not `plateau` | of the decay rate |
/// | `decay_factors` | none | `NAMES=FACTOR`, `*` for any text, factor in `[0, inf)` | factors of the penalties of some parameters, the last that fits |
/// | `l1`, `l2` | `0` | `[0, inf)` | elastic net by proximal steps, see [`Member`](crate::Member) |
/// | `group_lasso` | `0` | `[0, inf)` | penalty on the norms of the weights that leave one input |
/// | `max_norm` | `0` | `[0, inf)` | largest norm of the weights that arrive at one unit; 0 for none |
/// | `lr` | `1e-3` | `(0, inf)` | learning rate |
/// | `beta1`, `beta2` | `0.9`, the optimiser's | `[0, 1)` | averages of Adam, Lion and RMSProp |
/// | `centered` | `false` | | RMSProp measures squares around the mean gradient |
/// | `epsilon` | `1e-8` | `[0, inf)` | Adam's denominator |
/// | `momentum` | the optimiser's | `[0, 1)` | of `momentum`, `nesterov`, `rmsprop_momentum` and `muon` |
/// | `dampening` | `0` | `[0, 1)` | of `momentum` |
/// | `schedule` | `constant` | see [`Schedule`] | of the learning rate |
/// | `warmup` | `0` | `[0, inf)` | epochs of linear warm-up |
/// | `warmup_from` | `0` | `[0, 1]` | share of the rate that the warm-up rises from |
/// | `floor` | `0` | `[0, 1]` | share of the rate that a schedule leaves |
/// | `gamma` | `0.5` | `(0, 1]` | factor of every reduction of `step`, `exponential`, `milestones` and `plateau` |
/// | `step_epochs` | `10` | `(0, inf)` | epochs between the reductions of `step` |
/// | `milestones` | none | epochs | after which `milestones` reduces the rate |
/// | `power` | `1` | `(0, inf)` | of `polynomial` |
/// | `restart_epochs`, `restart_factor` | `10`, `2` | `(0, inf)`, `[1, inf)` | first period of `restarts`, and how much longer each is than the one before |
/// | `peak` | `0.3` | `(0, 1]` | share of `one_cycle` that rises |
/// | `plateau_patience` | `5` | `[1, inf)` | evaluations without improvement before `plateau` reduces the rate |
/// | `dropout` | `0` | `[0, 1)` | after every hidden layer |
/// | `label_smoothing` | `0` | `[0, 1)` | share of the label spread over all classes |
/// | `edge_dropout` | `0` | `[0, 1)` | share of a graph's edges that a step does without |
/// | `laplacian` | `0` | `[0, inf)` | strength of the graph-Laplacian penalty, see [`Member::laplacian`](crate::Member) |
/// | `input_noise` and others | `0` | see [`Member`](crate::Member) and [`Hyper`](crate::Hyper) | regularisers; 0 is off |
/// | `flip` and others | `0` | see [`Augmentation`] | random changes of images |
/// | `keep` | `time_scale` | see [`Keep`] | what a rate keeps where an epoch has more steps |
/// | `decayed` | all that are not exempt | names, `*` for any text | parameters that decay, as in `convs.0.*` |
/// | `exempt` | biases and norms | parameter kinds | left undecayed |
/// | `patience` | `0` | `[0, inf)` | evaluations without improvement before a member stops; 0 never stops |
/// | `min_delta` | `0` | `[0, inf)` | what counts as improvement of the validation loss |
/// | `diagnostics` | `false` | | record what the last step of every epoch does to each weight matrix, see [`LayerRecord`](crate::LayerRecord) |
/// | `full_batch` | `false` | | all of a member's training rows in every step, whatever `batch` says |
/// | `evaluate_every` | `1` | `[0, inf)` | epochs between validations; 0 validates at the end only |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Passes over the training rows.
    pub epochs: u32,
    /// Rows per step.
    pub batch: usize,
    /// Leave out an epoch's last partial batch.
    pub drop_last: bool,
    /// All training rows in every step.
    pub full_batch: bool,
    /// Of products and activations.
    pub precision: Precision,
    /// Direction of the steps.
    pub optimizer: Optimizer,
    /// How the decay rate enters; as the optimiser has it by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decay: Option<DecayKind>,
    /// Of the decay rate.
    pub decay_schedule: Schedule,
    /// Factors of the penalties by name.
    pub decay_factors: Vec<DecayFactor>,
    /// Absolute part of the elastic net.
    pub l1: f64,
    /// Square part of the elastic net.
    pub l2: f64,
    /// Strength of the group lasso.
    pub group_lasso: f64,
    /// Largest norm of a unit's weights.
    pub max_norm: f64,
    /// Learning rate.
    pub lr: f64,
    /// Adam's average of gradients.
    pub beta1: f64,
    /// Average of squares; the optimiser's own by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beta2: Option<f64>,
    /// Whether RMSProp measures squares around the mean gradient.
    pub centered: bool,
    /// Adam's denominator.
    pub epsilon: f64,
    /// Momentum; the optimiser's own by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub momentum: Option<f64>,
    /// Of `momentum`.
    pub dampening: f64,
    /// Of the learning rate.
    pub schedule: Schedule,
    /// Epochs of linear warm-up.
    pub warmup: f64,
    /// Share of the rate that the warm-up rises from.
    pub warmup_from: f64,
    /// Share of the rate that a schedule leaves.
    pub floor: f64,
    /// Factor of every reduction.
    pub gamma: f64,
    /// Epochs between the reductions of `step`.
    pub step_epochs: f64,
    /// Epochs after which `milestones` reduces the rate.
    pub milestones: Vec<u32>,
    /// Of `polynomial`.
    pub power: f64,
    /// First period of `restarts`, in epochs.
    pub restart_epochs: f64,
    /// How much longer each period is than the one before.
    pub restart_factor: f64,
    /// Share of `one_cycle` that rises.
    pub peak: f64,
    /// Evaluations without improvement before `plateau` reduces the rate.
    pub plateau_patience: u32,
    /// After every hidden layer.
    pub dropout: f64,
    /// Share of the label spread over all classes.
    pub label_smoothing: f64,
    /// Share of a graph's edges that a step does without.
    pub edge_dropout: f64,
    /// Strength of the graph-Laplacian penalty.
    pub laplacian: f64,
    /// Deviation of the noise on the inputs.
    pub input_noise: f64,
    /// Deviation of the noise on the weights.
    pub weight_noise: f64,
    /// Deviation of the noise on the gradients.
    pub gradient_noise: f64,
    /// How that noise fades.
    pub gradient_noise_decay: f64,
    /// Strength of the penalty on confident outputs.
    pub confidence_penalty: f64,
    /// Strength of the penalty on the slope of the outputs.
    pub jacobian: f64,
    /// Largest norm of a step's gradient.
    pub clip_norm: f64,
    /// Exponential average of the weights.
    pub ema: f64,
    /// Share of the training after which weights are averaged.
    pub swa_from: f64,
    /// Probability of a mirror image.
    pub flip: f64,
    /// Largest shift in pixels.
    pub shift: u32,
    /// Largest rotation in degrees.
    pub rotation: f64,
    /// Side of a blank square in pixels.
    pub cutout: u32,
    /// Largest change of brightness.
    pub brightness: f64,
    /// Parameter of mixup's distribution.
    pub mixup: f64,
    /// What a rate keeps where an epoch has more steps.
    pub keep: Keep,
    /// Names of the parameters that decay; empty for all that are not exempt.
    pub decayed: Vec<String>,
    /// Left undecayed.
    pub exempt: Vec<ParameterKind>,
    /// Evaluations without improvement before a member stops.
    pub patience: u32,
    /// What counts as improvement.
    pub min_delta: f64,
    /// Epochs between validations.
    pub evaluate_every: u32,
    /// Whether every epoch's last step is recorded layer by layer.
    pub diagnostics: bool,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 20,
            batch: 64,
            drop_last: false,
            full_batch: false,
            precision: Precision::default(),
            optimizer: Optimizer::default(),
            decay: None,
            decay_schedule: Schedule::default(),
            decay_factors: Vec::new(),
            l1: 0.0,
            l2: 0.0,
            group_lasso: 0.0,
            max_norm: 0.0,
            lr: 1e-3,
            beta1: 0.9,
            beta2: None,
            centered: false,
            epsilon: 1e-8,
            momentum: None,
            dampening: 0.0,
            schedule: Schedule::default(),
            warmup: 0.0,
            warmup_from: 0.0,
            floor: 0.0,
            gamma: 0.5,
            step_epochs: 10.0,
            milestones: Vec::new(),
            power: 1.0,
            restart_epochs: 10.0,
            restart_factor: 2.0,
            peak: 0.3,
            plateau_patience: 5,
            dropout: 0.0,
            label_smoothing: 0.0,
            edge_dropout: 0.0,
            laplacian: 0.0,
            input_noise: 0.0,
            weight_noise: 0.0,
            gradient_noise: 0.0,
            gradient_noise_decay: 0.0,
            confidence_penalty: 0.0,
            jacobian: 0.0,
            clip_norm: 0.0,
            ema: 0.0,
            swa_from: 0.0,
            flip: 0.0,
            shift: 0,
            rotation: 0.0,
            cutout: 0,
            brightness: 0.0,
            mixup: 0.0,
            keep: Keep::default(),
            decayed: Vec::new(),
            exempt: vec![
                ParameterKind::Bias,
                ParameterKind::NormScale,
                ParameterKind::NormShift,
            ],
            patience: 0,
            min_delta: 0.0,
            evaluate_every: 1,
            diagnostics: false,
        }
    }
}

impl TrainConfig {
    /// Whether decay and the other penalties on weights apply to this parameter.
    pub fn decays(&self, parameter: &ParameterSpec) -> bool {
        self.decay_factor(parameter) > 0.0
    }

    /// Factor of the penalties on this parameter; 0 if it is exempt.
    pub fn decay_factor(&self, parameter: &ParameterSpec) -> f64 {
        let named = |pattern: &String| matches(pattern, &parameter.name);
        let exempt = self.exempt.contains(&parameter.kind)
            || !self.decayed.is_empty() && !self.decayed.iter().any(named);
        if exempt {
            return 0.0;
        }
        let mut factors = self.decay_factors.iter().rev();
        let own = factors.find(|factor| named(&factor.names));
        own.map_or(1.0, |factor| factor.factor)
    }

    /// How the decay rate enters.
    pub fn decay_kind(&self) -> DecayKind {
        self.decay.unwrap_or_else(|| self.optimizer.decay())
    }

    /// Average of squares.
    pub fn beta2(&self) -> f64 {
        self.beta2.unwrap_or_else(|| self.optimizer.beta2())
    }

    /// Momentum.
    pub fn momentum(&self) -> f64 {
        self.momentum.unwrap_or_else(|| self.optimizer.momentum())
    }

    /// The first average of a direction: Adam's and Lion's, or the momentum of the others.
    pub(crate) fn beta1_of(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Adam { .. } | Direction::Lion => self.beta1,
            _ => self.momentum(),
        }
    }

    /// How images are changed at random.
    pub fn augmentation(&self) -> Augmentation {
        Augmentation {
            flip: self.flip,
            shift: self.shift,
            rotation: self.rotation,
            cutout: self.cutout,
            brightness: self.brightness,
            mixup: self.mixup,
        }
    }

    /// Rows of a full step of a member with this many training rows.
    pub fn rows_per_step(&self, rows: usize) -> usize {
        if self.full_batch {
            rows.max(1)
        } else {
            self.batch
        }
    }

    /// Steps that one epoch over `rows` takes.
    pub fn steps_per_epoch(&self, rows: usize) -> u32 {
        let batch = self.rows_per_step(rows);
        let steps = if self.drop_last {
            rows / batch
        } else {
            rows.div_ceil(batch)
        };
        steps as u32
    }

    /// Whether the model is validated after this epoch, counted from 1.
    pub(crate) fn evaluates_after(&self, epoch: u32) -> bool {
        epoch == self.epochs || self.evaluate_every > 0 && epoch.is_multiple_of(self.evaluate_every)
    }
}
