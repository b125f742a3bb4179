//! A field with a small reward nearby and a large one far away.

use super::{Step, World};
use crate::function::Table;

/// Rows and columns.
const SIZE: [usize; 2] = [5, 9];
const START: usize = 2 * SIZE[1] + 1;
/// Where an episode ends, and with what.
pub(crate) const NEAR: (usize, f64) = (2 * SIZE[1], 0.5);
pub(crate) const FAR: (usize, f64) = (3 * SIZE[1] - 1, 1.0);

/// Up, down, left, right; who walks against the border stays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid;

impl World for Grid {
    type Function = Table;
    type State = usize;
    const ACTIONS: usize = 4;
    const LIMIT: usize = 40;
    const GOAL: f64 = (NEAR.1 + FAR.1) / 2.0;
    const UNIT: f64 = 1.0;

    fn function(&self, outputs: usize) -> Table {
        Table {
            states: SIZE[0] * SIZE[1],
            outputs,
        }
    }

    fn start(&self, _draws: [f64; 4]) -> usize {
        START
    }

    fn step(&self, state: usize, action: usize, _draw: f64) -> Step<usize> {
        let [row, column] = [state / SIZE[1], state % SIZE[1]];
        let [row, column] = match action {
            0 => [row.saturating_sub(1), column],
            1 => [(row + 1).min(SIZE[0] - 1), column],
            2 => [row, column.saturating_sub(1)],
            _ => [row, (column + 1).min(SIZE[1] - 1)],
        };
        let state = row * SIZE[1] + column;
        let ends = [NEAR, FAR].into_iter().find(|(place, _)| *place == state);
        Step {
            state,
            reward: ends.map_or(0.0, |(_, reward)| reward),
            ended: ends.is_some(),
        }
    }
}
