//! Claim: decay keeps a policy soft and so explores.

#![forbid(unsafe_code)]

mod advantage;
mod at_rest;
mod course;
mod descent;
mod experiment;
mod function;
mod learner;
mod parts;
mod pictures;
mod rollout;
mod softmax;
mod stationary;
#[cfg(test)]
mod tests;
mod worlds;

use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

/// The claim.
pub struct Exploration;

/// Worlds and how policies learn there, as measurements name them.
const BANDIT: &str = "bandit, REINFORCE";
const GRIDS: [&str; 2] = ["grid, REINFORCE", "grid, PPO"];
const CART_POLES: [&str; 2] = ["CartPole, REINFORCE", "CartPole, PPO"];
const STUDIES: [&str; 5] = [BANDIT, GRIDS[0], GRIDS[1], CART_POLES[0], CART_POLES[1]];
/// Those with a better reward to be found.
const HIDDEN: [&str; 3] = [BANDIT, GRIDS[0], GRIDS[1]];
/// What keeps a policy soft: rates are `λ`, `β`, and `λ` beside one `β`.
const DECAY: &str = "decay";
const BONUS: &str = "entropy bonus";
const BOTH: &str = "both";
/// Where policies of a bandit come to rest.
const REST: &str = "bandits at rest";
/// Rate at which those are compared with an entropy bonus.
const MIDDLE: f64 = 0.03;

impl Claim for Exploration {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay and exploration",
            statement: "Decay keeps the logits of a policy small and the policy soft, and so it explores.",
            source: "after Liu, Li, Kang & Darrell 2021, \"Regularization matters in policy optimization\"; the entropy bonus is that of Williams & Peng 1991",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        parts::judge(measured)
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}
