//! The list of members: grid x folds x seeds.

use serde::{Deserialize, Serialize};

use crate::augmentation::Augmentation;
use crate::config::TrainConfig;
use crate::error::TrainError;

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
        }
    }
}

/// Every rate on every fold with every seed.
///
/// Rates vary slowest and seeds fastest. Seed `s` of fold `f` is the same number under every rate, so that two rates are
/// compared on the same starting weights and batches (common random numbers).
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Decay rates in ascending order.
    pub rates: Vec<f64>,
    /// Number of folds.
    pub folds: usize,
    /// Models per rate and fold.
    pub seeds: usize,
    /// The members, of length `rates * folds * seeds`.
    pub members: Vec<Member>,
}

impl Plan {
    /// Lays out the grid.
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
        for &value in rates {
            check_rate("rate", value)?;
        }
        let mut rates = rates.to_vec();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        let members: Vec<_> = rates
            .iter()
            .flat_map(|&rate| (0..folds).map(move |fold| (rate, fold)))
            .flat_map(|(rate, fold)| (0..seeds).map(move |s| (rate, fold, s)))
            .map(|(rate, fold, s)| {
                Member::new(config, rate, fold, member_seed(seed, fold * seeds + s))
            })
            .collect();
        if members.is_empty() {
            return Err(TrainError::NoMembers);
        }
        Ok(Self {
            rates,
            folds,
            seeds,
            members,
        })
    }

    /// Places of the members with rate number `rate`.
    pub fn of_rate(&self, rate: usize) -> std::ops::Range<usize> {
        let per_rate = self.folds * self.seeds;
        rate * per_rate..(rate + 1) * per_rate
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
mod tests {
    use super::{Plan, TrainConfig, TrainError};

    #[test]
    fn the_grid_has_every_combination_once_and_shares_seeds_between_rates() {
        let plan = Plan::grid(&TrainConfig::default(), &[0.1, 0.0, 0.1], 3, 2, 5).unwrap();
        assert_eq!(plan.rates, [0.0, 0.1]);
        assert_eq!(plan.members.len(), 12);
        let (low, high) = (plan.of_rate(0), plan.of_rate(1));
        for (a, b) in plan.members[low].iter().zip(&plan.members[high]) {
            assert_eq!((a.seed, a.fold), (b.seed, b.fold));
            assert_eq!((a.decay, b.decay), (0.0, 0.1));
        }
        let mut seeds: Vec<_> = plan.members[..6].iter().map(|m| m.seed).collect();
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), 6);
    }

    #[test]
    fn a_negative_or_undefined_rate_is_refused() {
        for rate in [-0.1, f64::NAN, f64::INFINITY] {
            let plan = Plan::grid(&TrainConfig::default(), &[0.1, rate], 2, 1, 0);
            assert!(matches!(plan, Err(TrainError::Rate { .. })), "{rate}");
        }
    }
}
