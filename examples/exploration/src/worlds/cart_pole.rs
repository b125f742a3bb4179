//! A pole on a cart that is pushed left or right (Barto, Sutton & Anderson 1983), with the constants of Gymnasium's CartPole-v1.

use super::{Step, World};
use crate::function::Perceptron;

const GRAVITY: f64 = 9.8;
const CART: f64 = 1.0;
const POLE: f64 = 0.1;
/// Of the pole, from its joint to its centre.
const HALF_LENGTH: f64 = 0.5;
const FORCE: f64 = 10.0;
/// Seconds of a step.
const SECONDS: f64 = 0.02;
/// Where an episode ends: 2.4 m from the middle, 12 degrees from upright.
const FARTHEST: f64 = 2.4;
const STEEPEST: f64 = 12.0 * std::f64::consts::TAU / 360.0;

/// State: position, velocity, angle, angular velocity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CartPole;

impl CartPole {
    /// Accelerations of cart and pole (Florian 2007, equations 23 and 24, without friction).
    ///
    /// ```text
    /// p = (F + m l ω² sin θ) / M        α = (g sin θ - p cos θ) / (l (4/3 - m cos² θ / M))        a = p - m l α cos θ / M
    /// ```
    fn accelerations([_, _, angle, turning]: [f64; 4], force: f64) -> [f64; 2] {
        let total = CART + POLE;
        let (sin, cos) = angle.sin_cos();
        let push = (force + POLE * HALF_LENGTH * turning * turning * sin) / total;
        let inertia = HALF_LENGTH * (4.0 / 3.0 - POLE * cos * cos / total);
        let turn = (GRAVITY * sin - cos * push) / inertia;
        [push - POLE * HALF_LENGTH * turn * cos / total, turn]
    }
}

impl World for CartPole {
    type Function = Perceptron;
    type State = [f64; 4];
    const ACTIONS: usize = 2;
    const LIMIT: usize = 500;
    const GOAL: f64 = 195.0;
    const UNIT: f64 = 0.01;

    fn function(&self, outputs: usize) -> Perceptron {
        Perceptron {
            hidden: 16,
            outputs,
        }
    }

    fn start(&self, draws: [f64; 4]) -> [f64; 4] {
        draws.map(|uniform| 0.1 * uniform - 0.05)
    }

    /// One step of Euler's method; every step is worth 1, that which falls among them.
    fn step(&self, state: [f64; 4], action: usize, _draw: f64) -> Step<[f64; 4]> {
        let force = [-FORCE, FORCE][action];
        let [speeding, turning] = Self::accelerations(state, force);
        let [place, speed, angle, turn] = state;
        let slopes = [speed, speeding, turn, turning];
        let mut next = [place, speed, angle, turn];
        next.iter_mut()
            .zip(slopes)
            .for_each(|(x, slope)| *x += SECONDS * slope);
        Step {
            state: next,
            reward: 1.0,
            ended: next[0].abs() > FARTHEST || next[2].abs() > STEEPEST,
        }
    }
}
