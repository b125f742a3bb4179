//! Claim: the common decay term aligns the gradients of tasks and so reduces conflict between them.

#![forbid(unsafe_code)]

mod measure;
mod moments;
mod network;
mod parts;
mod pictures;
#[cfg(test)]
mod tests;
mod uncertainty;
mod worlds;

use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

/// The claim.
pub struct MultiTask;

/// Studies: two digits in one picture, and two numbers of a table.
const DIGITS: &str = "overlaid digits";
const TABLE: &str = "diabetes, two numbers";
const WORLDS: [&str; 2] = [DIGITS, TABLE];
/// Study of the table with gradient descent on all rows until nothing moves, and its rates.
const REST: &str = "diabetes, at rest";
const AT_REST: [f64; 3] = [0.003, 0.01, 0.03];

/// Series: how both tasks are trained.
const JOINT: &str = "joint";
const PROJECTED: &str = "PCGrad";
const WEIGHED: &str = "uncertainty weighting";
/// Each task by a network of its own.
const APART: &str = "each task alone";
/// Joint training with decoupled decay, which no gradient holds.
const ADAMW: &str = "joint, AdamW";
const METHODS: [&str; 4] = [JOINT, PROJECTED, WEIGHED, APART];
/// Series of gradients on all training rows at some moments of joint training.
const MOMENTS: &str = "gradients of joint training";
/// Shares of the training that have passed.
const START: f64 = 0.0;
const MIDDLE: f64 = 0.5;
const END: f64 = 1.0;

/// Metrics.
const LOSS: &str = "validation loss";
const TRAIN: &str = "training loss";
const COSINE: &str = "cosine";
const CONFLICTS: &str = "share of steps in conflict";
/// Of the last tenth of the epochs, and of training without decay when its training loss was as low as at the end with decay.
const LAST: &str = "cosine at the end";
const EQUAL: &str = "cosine without decay at this training loss";
/// Of a moment: with the decay part in both gradients, with half of it in each, and of what is left across the weights.
const DECAYED: &str = "cosine with decay in both";
const HALVED: &str = "cosine with half of decay in each";
const ACROSS: &str = "cosine across the weights";
const BALANCED: &str = "cosine in balance";
const IMBALANCE: &str = "imbalance";
const OFF: &str = "error of the formula";

impl Claim for MultiTask {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay and conflict between tasks",
            statement: "The common decay term aligns the gradients of tasks that share a trunk and so reduces conflict in multi-task learning.",
            source: "an introductory text on weight decay; conflict between tasks: Yu et al. 2020; weighing tasks: Kendall, Gal & Cipolla 2018",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        measure::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        parts::judge(measured)
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}
