//! Where policies act.

mod bandit;
mod cart_pole;
mod grid;

#[cfg(test)]
pub(crate) use bandit::ARMS;
pub(crate) use bandit::Bandit;
pub(crate) use cart_pole::CartPole;
pub(crate) use grid::Grid;

use crate::function::Function;

/// A Markov decision process with a few actions.
pub(crate) trait World: Sync {
    /// What policies and baselines of it are.
    type Function: Function<Input = Self::State> + Send + Sync;
    /// All that the future depends on.
    type State: Copy + Send;
    /// Number of actions.
    const ACTIONS: usize;
    /// Steps after which an episode is cut off.
    const LIMIT: usize;
    /// Return of an episode above which the better reward has been found.
    const GOAL: f64;
    /// What a reward counts for in training, so that the best discounted return is about 1.
    const UNIT: f64;

    /// A function with so many outputs.
    fn function(&self, outputs: usize) -> Self::Function;

    /// A first state, by four numbers from `[0, 1)`.
    fn start(&self, draws: [f64; 4]) -> Self::State;

    /// One step, by a number from `[0, 1)` where there is chance.
    fn step(&self, state: Self::State, action: usize, draw: f64) -> Step<Self::State>;
}

/// What came of an action.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step<S> {
    pub(crate) state: S,
    pub(crate) reward: f64,
    /// Whether nothing follows.
    pub(crate) ended: bool,
}
