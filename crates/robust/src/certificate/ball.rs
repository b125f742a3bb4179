//! The set of inputs a certificate speaks about.

use super::interval::Interval;
use super::norm::Norm;
use super::rounding::gamma;

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

    /// A bound from below of `a . x` over the ball; `enclosure` is that of the ball.
    ///
    /// ```text
    /// max( a . center - radius ‖a‖_dual,   sum_i min(a_i low_i, a_i high_i) )
    /// ```
    ///
    /// Either is a bound; the second knows the domain, and for the sup norm it is exact.
    pub(super) fn lowest(&self, a: &[f64], enclosure: &Interval) -> f64 {
        let in_box = lowest_in_box(a, enclosure);
        if self.norm == Norm::Linf {
            return in_box;
        }
        let products = a.iter().zip(self.center).map(|(a, x)| a * x);
        let (value, size) = products.fold((0.0, 0.0), |(sum, size), p| (sum + p, size + p.abs()));
        let change = self.radius * self.norm.dual().of(a.iter().copied());
        let round = value - change - gamma(a.len() + 6) * (size + change);
        round.max(in_box)
    }
}

fn lowest_in_box(a: &[f64], bounds: &Interval) -> f64 {
    let (mut lowest, mut size) = (0.0, 0.0);
    for (a, (low, high)) in a.iter().zip(bounds.low.iter().zip(&bounds.high)) {
        lowest += (a * low).min(a * high);
        size += a.abs() * low.abs().max(high.abs());
    }
    lowest - gamma(a.len() + 2) * size
}
