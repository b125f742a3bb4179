//! Ten arms whose rewards are uncertain.

use super::{Step, World};
use crate::function::Table;

/// Mean rewards; the last arm is the best, the one before it is nearly as good.
pub(crate) const ARMS: [f64; 10] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0];
/// Rewards are uniform with this standard deviation.
const DEVIATION: f64 = 0.5;

/// One decision, one reward.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bandit;

impl World for Bandit {
    type Function = Table;
    type State = usize;
    const ACTIONS: usize = ARMS.len();
    const LIMIT: usize = 1;
    const GOAL: f64 = 0.9;
    const UNIT: f64 = 1.0;

    fn function(&self, outputs: usize) -> Table {
        Table { states: 1, outputs }
    }

    fn start(&self, _draws: [f64; 4]) -> usize {
        0
    }

    fn step(&self, state: usize, action: usize, draw: f64) -> Step<usize> {
        Step {
            state,
            reward: ARMS[action] + DEVIATION * 12f64.sqrt() * (draw - 0.5),
            ended: true,
        }
    }
}
