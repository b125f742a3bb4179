//! The set of inputs a certificate speaks about.

use super::interval::Interval;
use super::rounding::{gamma, weighted_sums};
use crate::Norm;

/// All inputs within `radius` of a row, and inside the domain if there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ball<'a> {
    pub(super) center: &'a [f64],
    pub(super) norm: Norm,
    pub(super) radius: f64,
    /// Smallest and largest input that exists, such as 0 and 1 of a pixel.
    pub(super) domain: Option<[f64; 2]>,
}

impl Ball<'_> {
    /// The smallest box that holds the ball.
    pub(super) fn enclosure(&self) -> Interval {
        let [least, most] = self.domain.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
        let ends = self.center.iter().map(|&x| {
            let room = self.radius + gamma(2) * (x.abs() + self.radius);
            ((x - room).max(least), (x + room).min(most))
        });
        let (low, high) = ends.unzip();
        Interval { low, high }
    }
}

/// A ball made ready for many linear functions.
#[derive(Debug, Clone)]
pub(super) struct Region<'a> {
    ball: Ball<'a>,
    /// The smallest box that holds the ball.
    pub(super) enclosure: Interval,
    /// Middle of the box.
    middle: Vec<f64>,
    /// From the middle to the box's sides, with room for the rounding of sums.
    reach: Vec<f64>,
    /// Magnitudes of the ball's center.
    size: Vec<f64>,
}

impl<'a> Region<'a> {
    pub(super) fn new(ball: Ball<'a>) -> Self {
        let enclosure = ball.enclosure();
        let error = gamma(ball.center.len() + 6);
        let ends = enclosure.low.iter().zip(&enclosure.high);
        let middle: Vec<f64> = ends.clone().map(|(l, h)| 0.5 * (l + h)).collect();
        let reach = ends.zip(&middle).map(|((l, h), m)| {
            let reach = (h - m).max(m - l);
            reach + error * (m.abs() + reach)
        });
        Self {
            reach: reach.collect(),
            size: ball.center.iter().map(|x| x.abs()).collect(),
            middle,
            enclosure,
            ball,
        }
    }

    /// A bound from below of `a . x` over the ball.
    ///
    /// ```text
    /// max( a . center - radius ‖a‖_dual,   a . middle - sum_i abs(a_i) reach_i )
    /// ```
    ///
    /// Either is a bound; the second is that of the box, which knows the domain, and for the sup norm it is exact.
    pub(super) fn lowest(&self, a: &[f64]) -> f64 {
        let (value, change) = weighted_sums(a, &self.middle, &self.reach);
        let in_box = value - change - gamma(2) * (value.abs() + change);
        if self.ball.norm == Norm::Linf {
            return in_box;
        }
        let (value, size) = weighted_sums(a, self.ball.center, &self.size);
        let change = self.ball.radius * self.ball.norm.dual().of(a.iter().copied());
        let round = value - change - gamma(a.len() + 6) * (size + change);
        round.max(in_box)
    }
}
