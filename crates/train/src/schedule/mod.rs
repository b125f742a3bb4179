//! Learning-rate schedules.

mod course;
mod plateau;
#[cfg(test)]
mod tests;

pub(crate) use plateau::Plateau;

use decay_options::names;

names! {
    /// How the learning rate moves over a member's steps.
    ///
    /// `u` counts the steps after the warm-up, `U` is how many there are, `e` is `u` in epochs; `floor`, `gamma` and the other numbers
    /// are keys of [`TrainConfig`](crate::TrainConfig). What falls to the floor `f` is `f + (1 - f) s`, what shrinks stops there.
    ///
    /// | name | factor | keys |
    /// | :-- | :-- | :-- |
    /// | any, in `W` steps of warm-up | `a + (1 - a) (t + 1) / W` | `warmup`, `warmup_from` `a` |
    /// | `constant` | `1` | |
    /// | `step` | `max(f, gamma^floor(e / step_epochs))` | `step_epochs`, `gamma`, `floor` |
    /// | `exponential` | `max(f, gamma^e)` | `gamma`, `floor` |
    /// | `milestones` | `max(f, gamma^(milestones passed))` | `milestones`, `gamma`, `floor` |
    /// | `polynomial` | `s = (1 - u / U)^power` | `power`, `floor` |
    /// | `cosine` | `s = (1 + cos(pi u / U)) / 2` | `floor` |
    /// | `restarts` | the same over periods, each `restart_factor` times as long as the one before | `restart_epochs`, `restart_factor`, `floor` |
    /// | `one_cycle` | half a cosine from `1 / 25` up to 1 during the share `peak`, then one down to the floor | `peak`, `floor` |
    /// | `plateau` | `max(f, gamma^(reductions))`, one reduction whenever the validation loss has not improved by `min_delta` for `plateau_patience` evaluations | `plateau_patience`, `gamma`, `floor` |
    ///
    /// A plateau is each member's own, so that two members of a run may reduce their rates at different times.
    ///
    /// # Source
    /// `cosine` and `restarts`: Loshchilov & Hutter 2017, eq. 5, <https://arxiv.org/abs/1608.03983>. `one_cycle`: Smith & Topin 2018,
    /// <https://arxiv.org/abs/1708.07120>, in the two cosine phases of torch's `OneCycleLR`; momentum stays. `polynomial` and
    /// `exponential` are optax's, `milestones` and `plateau` torch's `MultiStepLR` and `ReduceLROnPlateau`.
    #[derive(Default)]
    pub enum Schedule {
        /// The same rate throughout.
        #[default]
        Constant = "constant",
        /// A stair with equal treads.
        Step = "step",
        /// Shrinks by the same share in every epoch.
        Exponential = "exponential",
        /// A stair with given treads.
        Milestones = "milestones",
        /// A power of what is left; of power 1 a straight line.
        Polynomial = "polynomial",
        /// Half a cosine wave.
        Cosine = "cosine",
        /// One half wave after the other.
        Restarts = "restarts",
        /// Up and down once.
        OneCycle = "one_cycle",
        /// A stair that follows the validation loss.
        Plateau = "plateau",
    }
}
