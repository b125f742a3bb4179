//! Learning-rate schedules.

use serde::{Deserialize, Serialize};

/// How the learning rate moves over a member's steps `t = 0 .. T - 1`, after `W` steps of warm-up.
///
/// | name | factor |
/// | :-- | :-- |
/// | any, `t < W` | `(t + 1) / W` |
/// | `constant` | `1` |
/// | `cosine` | `(1 + cos(pi (t - W) / (T - W))) / 2` |
///
/// # Source
/// Loshchilov & Hutter 2017, eq. 5 without restarts, <https://arxiv.org/abs/1608.03983>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// The same rate throughout.
    #[default]
    Constant,
    /// Half a cosine wave down to 0.
    Cosine,
}

impl Schedule {
    /// Every variant.
    pub const ALL: [Self; 2] = [Self::Constant, Self::Cosine];

    /// The factor on the learning rate at step `t` of `total`.
    pub fn factor(self, t: u32, total: u32, warm_up: u32) -> f64 {
        if t < warm_up {
            return f64::from(t + 1) / f64::from(warm_up);
        }
        match self {
            Self::Constant => 1.0,
            Self::Cosine => {
                let length = f64::from(total.saturating_sub(warm_up).max(1));
                let share = (f64::from(t - warm_up) / length).min(1.0);
                (1.0 + (std::f64::consts::PI * share).cos()) / 2.0
            }
        }
    }
}
