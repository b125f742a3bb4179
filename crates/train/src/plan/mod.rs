//! The members of a population: settings x folds x seeds.

use crate::error::TrainError;
use crate::options::TrainConfig;
use crate::options::hyper::{Hyper, Member};
use crate::options::time_scale::Keep;

/// Members of a plan, at most.
const MOST_MEMBERS: u128 = 1_000_000;

/// One swept hyper-parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What differs.
    pub hyper: Hyper,
    /// Its values; a plan has them in ascending order and each once.
    pub values: Vec<f64>,
}

impl Axis {
    /// Values in ascending order, each once.
    ///
    /// # Errors
    /// As [`Hyper::check`].
    pub fn new(hyper: Hyper, values: &[f64]) -> Result<Self, TrainError> {
        for &value in values {
            hyper.check(value)?;
        }
        // Both zeros are one value.
        let mut values: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        Ok(Self { hyper, values })
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
    /// [`TrainError::AxisTwice`], [`TrainError::NoMembers`], [`TrainError::ManyMembers`].
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
        check_count(&axes, folds, seeds)?;
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
        if plan.members.is_empty() {
            return Err(TrainError::NoMembers);
        }
        Ok(plan)
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

/// Refuses more members than a plan may have, before they are listed.
fn check_count(axes: &[Axis], folds: usize, seeds: usize) -> Result<(), TrainError> {
    let counts = axes.iter().map(|axis| axis.values.len());
    let product = |product: u128, count: usize| product.saturating_mul(count as u128);
    let settings = counts.fold(1, product);
    let members = [folds, seeds].into_iter().fold(settings, product);
    if members <= MOST_MEMBERS {
        return Ok(());
    }
    Err(TrainError::ManyMembers {
        settings,
        folds,
        seeds,
        members,
        most: MOST_MEMBERS,
    })
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
