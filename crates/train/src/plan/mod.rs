//! The list of members: settings x folds x seeds.

pub(crate) mod axis;

use serde::{Deserialize, Serialize};

use crate::error::TrainError;
use crate::options::TrainConfig;
use crate::options::augmentation::Augmentation;
use crate::options::hyper::Hyper;
use crate::options::keep::Keep;
use crate::plan::axis::Axis;

/// One model of a population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Keys every random draw of this member.
    pub seed: u64,
    /// Which of the problem's folds it trains on.
    pub fold: usize,
    /// Decay rate `λ`.
    pub decay: f64,
    /// Learning rate before the schedule.
    pub lr: f64,
    /// Dropout rate.
    pub dropout: f64,
    /// Label smoothing.
    pub label_smoothing: f64,
    /// Share of a graph's edges that a step does without.
    pub edge_dropout: f64,
    /// Strength `mu` of the penalty `mu / N * sum over edges of w_ij |h_i / sqrt(d_i) - h_j / sqrt(d_j)|^2` on the last
    /// hidden representation `h` of a graph's `N` nodes with degrees `d`.
    pub laplacian: f64,
    /// Standard deviation of Gaussian noise that every step adds to its inputs, in units of the scaled features. For squared errors of a
    /// linear map it is ridge regression (Bishop 1995, "Training with noise is equivalent to Tikhonov regularization").
    pub input_noise: f64,
    /// Standard deviation of Gaussian noise on the weight matrices in a step's passes; the update changes the weights without noise
    /// (Graves 2011, <https://papers.nips.cc/paper/2011/hash/7eb3c8be3d411e8ebfab08eba5f49632-Abstract.html>).
    pub weight_noise: f64,
    /// Standard deviation of Gaussian noise that is added to the gradients before the update, and after any clipping.
    pub gradient_noise: f64,
    /// How that noise fades: at step `t`, counted from 0, the variance is `gradient_noise^2 / (1 + t)^gradient_noise_decay`; 0 does not
    /// fade, 0.55 is the choice of Neelakantan et al. 2015, <https://arxiv.org/abs/1511.06807>.
    pub gradient_noise_decay: f64,
    /// Strength `beta` of the penalty `-beta H(p)`, the mean entropy of the predicted distributions: the objective is the loss less
    /// `beta H(p)` (Pereyra et al. 2017, <https://arxiv.org/abs/1701.06548>). For classifications.
    pub confidence_penalty: f64,
    /// Strength `mu` of the penalty `mu mean_b |d outputs / d inputs|_F^2` on the scaled inputs (Hoffman et al. 2019,
    /// <https://arxiv.org/abs/1908.02729>). A step takes the slope along one random direction for each sample, from a second pass; of a
    /// linear map the penalty is ridge. Not with batch normalisation, on graphs or in bf16.
    pub jacobian: f64,
    /// Largest Euclidean norm of all gradients of a step together; 0 does not clip. A larger gradient is multiplied by
    /// `clip_norm / (norm + 1e-6)`, as torch's `clip_grad_norm_` does (Pascanu et al. 2013, <https://arxiv.org/abs/1211.5063>).
    pub clip_norm: f64,
    /// Decay `b` per step of an exponential average of the weights, corrected for its start, which is validated and kept instead of the
    /// weights; 0 keeps the weights (Polyak & Juditsky 1992; Kingma & Ba 2015, section 7.2, <https://arxiv.org/abs/1412.6980>).
    pub ema: f64,
    /// Share of the epochs after which the weights of each epoch's end are averaged, all with the same weight; the average is validated
    /// and kept. Not with batch normalisation, whose statistics would have to be measured anew. 0 does not average (Izmailov et al. 2018, <https://arxiv.org/abs/1803.05407>).
    pub swa_from: f64,
    /// Random changes of images.
    pub augmentation: Augmentation,
    /// `λ_1` of the proximal step `w <- soft(w, lr λ_1) / (1 + lr λ_2)`: lasso, and with `l2` the elastic net.
    pub l1: f64,
    /// `λ_2` of that step.
    pub l2: f64,
    /// `λ_g` of the group lasso on the weights that leave one input.
    pub group_lasso: f64,
    /// Largest norm of the weights that arrive at one unit; 0 for none.
    pub max_norm: f64,
}

impl Member {
    /// A member with the configuration's settings.
    pub fn new(config: &TrainConfig, decay: f64, fold: usize, seed: u64) -> Self {
        Self {
            seed,
            fold,
            decay,
            lr: config.lr,
            dropout: config.dropout,
            label_smoothing: config.label_smoothing,
            edge_dropout: config.edge_dropout,
            laplacian: config.laplacian,
            input_noise: config.input_noise,
            weight_noise: config.weight_noise,
            gradient_noise: config.gradient_noise,
            gradient_noise_decay: config.gradient_noise_decay,
            confidence_penalty: config.confidence_penalty,
            jacobian: config.jacobian,
            clip_norm: config.clip_norm,
            ema: config.ema,
            swa_from: config.swa_from,
            augmentation: config.augmentation(),
            l1: config.l1,
            l2: config.l2,
            group_lasso: config.group_lasso,
            max_norm: config.max_norm,
        }
    }
}

/// Every setting on every fold with every seed; a setting is one combination of the axes' values.
///
/// The first axis varies slowest, then the other axes, then folds; seeds vary fastest. Seed `s` of fold `f` is the same
/// number under every setting, so that two settings are compared on the same starting weights and batches (common random
/// numbers).
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What differs between settings.
    pub axes: Vec<Axis>,
    /// Number of folds.
    pub folds: usize,
    /// Models per setting and fold.
    pub seeds: usize,
    /// The members, of length `settings * folds * seeds`.
    pub members: Vec<Member>,
}

impl Plan {
    /// Lays out a sweep of the decay rate alone.
    ///
    /// # Errors
    /// [`TrainError::Rate`] for a rate that is not a finite number of at least 0, [`TrainError::NoMembers`].
    pub fn grid(
        config: &TrainConfig,
        rates: &[f64],
        folds: usize,
        seeds: usize,
        seed: u64,
    ) -> Result<Self, TrainError> {
        let axis = Axis::new(Hyper::Decay, rates)?;
        let like = Member::new(config, 0.0, 0, 0);
        Self::over(&like, vec![axis], folds, seeds, seed)
    }

    /// Lays out a sweep over any hyper-parameters; what no axis says is as in the member given.
    ///
    /// # Errors
    /// [`TrainError::Rate`] or [`TrainError::OutOfRange`] for a value that its hyper-parameter does not allow,
    /// [`TrainError::AxisTwice`], [`TrainError::NoMembers`].
    pub fn over(
        like: &Member,
        axes: Vec<Axis>,
        folds: usize,
        seeds: usize,
        seed: u64,
    ) -> Result<Self, TrainError> {
        let axes: Vec<Axis> = axes
            .iter()
            .map(|axis| Axis::new(axis.hyper, &axis.values))
            .collect::<Result<_, _>>()?;
        for (place, axis) in axes.iter().enumerate() {
            if axes[..place].iter().any(|other| other.hyper == axis.hyper) {
                return Err(TrainError::AxisTwice {
                    key: axis.hyper.key(),
                });
            }
        }
        let mut plan = Self {
            axes,
            folds,
            seeds,
            members: Vec::new(),
        };
        for setting in 0..plan.settings() {
            let like = plan.set(setting, like);
            let replicates = (0..folds).flat_map(|fold| (0..seeds).map(move |s| (fold, s)));
            plan.members.extend(replicates.map(|(fold, s)| Member {
                fold,
                seed: member_seed(seed, fold * seeds + s),
                ..like.clone()
            }));
        }
        match plan.members.is_empty() {
            true => Err(TrainError::NoMembers),
            false => Ok(plan),
        }
    }

    /// Number of settings.
    pub fn settings(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).product()
    }

    /// Places of the members with setting number `setting`.
    pub fn of_setting(&self, setting: usize) -> std::ops::Range<usize> {
        let per_setting = self.folds * self.seeds;
        setting * per_setting..(setting + 1) * per_setting
    }

    /// The setting of the member at a place.
    pub fn setting_of(&self, member: usize) -> usize {
        member / (self.folds * self.seeds)
    }

    /// What a setting gives each swept hyper-parameter.
    pub fn values(&self, setting: usize) -> Vec<(Hyper, f64)> {
        let mut rest = setting;
        let mut values: Vec<(Hyper, f64)> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let value = axis.values[rest % axis.values.len()];
                rest /= axis.values.len();
                (axis.hyper, value)
            })
            .collect();
        values.reverse();
        values
    }

    /// A member with a setting's values, else like the one given.
    pub fn set(&self, setting: usize, like: &Member) -> Member {
        let mut member = like.clone();
        for (hyper, value) in self.values(setting) {
            hyper.set(&mut member, value);
        }
        member
    }

    /// Changes the rates of the members whose folds have other numbers of steps per epoch than the first fold, to which
    /// the plan's rates belong.
    pub fn keep(&mut self, keep: Keep, steps: &[u32]) {
        for member in &mut self.members {
            member.decay = keep.rate(member.decay, steps[0], steps[member.fold]);
        }
    }
}

/// A rate must be a finite number of at least 0.
///
/// # Errors
/// [`TrainError::Rate`].
pub fn check_rate(field: &'static str, value: f64) -> Result<(), TrainError> {
    if (0.0..f64::INFINITY).contains(&value) {
        Ok(())
    } else {
        Err(TrainError::Rate { field, value })
    }
}

/// The seed of replicate `index` under a run's seed: two words that no other replicate of any nearby seed shares.
pub fn member_seed(seed: u64, index: usize) -> u64 {
    // SplitMix64's finaliser (Steele et al. 2014), a bijection for each index.
    let mut z = seed.wrapping_add((index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
