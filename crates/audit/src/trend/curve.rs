//! A figure over rates and replicates, checked once.

use crate::Better;
use crate::check::{ascending_rates, at_least_two, finite, length};
use crate::interval::mean;
use crate::one_standard_error::first_minimum;
use crate::{AuditError, Result};

/// A figure of every rate and replicate and the way in which it improves.
#[derive(Debug, Clone, Copy)]
pub struct Figure<'a> {
    /// `[rates][replicates]`, in the rates' order; replicate `i` is the same at every rate.
    pub values: &'a [Vec<f64>],
    /// Which values are good.
    pub better: Better,
}

/// Finite values of at least two replicates under ascending rates from 0 on.
pub(super) struct Curve<'a> {
    pub(super) rates: &'a [f64],
    values: &'a [Vec<f64>],
}

impl<'a> Curve<'a> {
    pub(super) fn new(rates: &'a [f64], values: &'a [Vec<f64>]) -> Result<Self> {
        ascending_rates(rates)?;
        if rates[0] < 0.0 {
            return Err(AuditError::OutOfRange {
                what: "rates",
                range: "[0, inf)",
                value: rates[0],
            });
        }
        length("values", values.len(), rates.len())?;
        let replicates = values[0].len();
        at_least_two("replicates", replicates)?;
        for of_rate in values {
            length("replicates of a rate", of_rate.len(), replicates)?;
            finite("values of a rate", of_rate)?;
        }
        Ok(Self { rates, values })
    }

    pub(super) fn replicates(&self) -> usize {
        self.values[0].len()
    }

    /// One value a rate.
    pub(super) fn of_replicate(&self, replicate: usize) -> Vec<f64> {
        self.values.iter().map(|rate| rate[replicate]).collect()
    }

    /// The mean over all replicates, one value a rate.
    pub(super) fn mean(&self) -> Vec<f64> {
        self.values.iter().map(|rate| mean(rate)).collect()
    }

    /// The rate whose mean over the drawn replicates is best; the first where several are equal.
    pub(super) fn optimum_of(&self, drawn: &[usize], better: Better) -> usize {
        let total = |rate: &Vec<f64>| drawn.iter().map(|&i| rate[i]).sum::<f64>();
        let loss = |rate: &Vec<f64>| sign(better) * total(rate);
        first_minimum_within_rounding(&self.values.iter().map(loss).collect::<Vec<_>>())
    }

    /// The rate whose mean is best; the first where several are equal.
    pub(super) fn optimum(&self, better: Better) -> usize {
        self.optimum_of(&(0..self.replicates()).collect::<Vec<_>>(), better)
    }
}

/// What turns a figure into a loss.
pub(super) fn sign(better: Better) -> f64 {
    match better {
        Better::Lower => 1.0,
        Better::Higher => -1.0,
    }
}

/// Figures such as accuracies lie on a grid; which of two equal sums rounds lower must not decide.
fn first_minimum_within_rounding(losses: &[f64]) -> usize {
    let lowest = losses[first_minimum(losses)];
    let scale = losses
        .iter()
        .fold(0.0_f64, |scale, loss| scale.max(loss.abs()));
    let equal = |loss: &f64| *loss <= lowest + 1e-13 * scale;
    losses.iter().position(equal).unwrap_or(0)
}
