//! Certified radii, and which networks each certificate applies to.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::ball::Ball;
use super::crown;
use super::error::CertificateError;
use super::linear::boundary_distance;
use super::lipschitz::Constants;
use super::method::{Certificate, NotApplicable};
use super::rounding::smallest;
use super::rows::{LabelledRows, Perturbations};
use super::search::largest_radius;
use super::target::TargetModel;

impl Certificate {
    /// Whether the certificate can say anything about a network, and if not why.
    ///
    /// # Errors
    /// [`NotApplicable`] with the first map in the way.
    pub fn applies_to(self, target: &TargetModel) -> Result<(), NotApplicable> {
        let (applies, found) = match self {
            Self::Linear => ("linear models", target.first_unlike_perceptron(false)),
            Self::Crown => (
                "perceptrons with ReLU",
                target.first_unlike_perceptron(true),
            ),
            Self::Lipschitz | Self::PairwiseLipschitz | Self::Interval => return Ok(()),
        };
        match found {
            None => Ok(()),
            Some(has) => Err(NotApplicable {
                certificate: self,
                applies,
                has,
            }),
        }
    }

    /// The certified radius of every row: a perturbation smaller than it leaves `label` the only largest logit.
    ///
    /// 0 where the row is misclassified, or its margin is within rounding; infinity where no input of the domain is classified otherwise.
    ///
    /// # Shapes
    /// - returns: `[rows]`
    ///
    /// # Errors
    /// [`CertificateError`] if rows, labels or the perturbations do not fit, or the certificate does not apply.
    pub fn radii(
        self,
        target: &TargetModel,
        rows: &LabelledRows<'_>,
        perturbations: &Perturbations,
    ) -> Result<Vec<f64>, CertificateError> {
        self.radii_until(&AtomicBool::new(false), target, rows, perturbations)
    }

    /// As [`radii`](Self::radii). Once the flag is set nothing more is looked for, and what is not known yet is certified at no radius.
    ///
    /// # Errors
    /// As [`radii`](Self::radii).
    pub fn radii_until(
        self,
        stop: &AtomicBool,
        target: &TargetModel,
        rows: &LabelledRows<'_>,
        perturbations: &Perturbations,
    ) -> Result<Vec<f64>, CertificateError> {
        rows.check(target, perturbations)?;
        self.applies_to(target)?;
        let constants = match self {
            Self::Lipschitz | Self::PairwiseLipschitz => {
                Some(Constants::new(target, perturbations.norm, stop))
            }
            Self::Linear | Self::Interval | Self::Crown => None,
        };
        let rows = rows.each();
        let radius = |&(x, label): &(&[f64], usize)| {
            if stop.load(Ordering::Relaxed) {
                return 0.0;
            }
            let margins = target.margins(x, label);
            if smallest(margins.iter().copied()) <= 0.0 {
                return 0.0;
            }
            match (self, &constants) {
                (Self::Lipschitz, Some(all)) => all.global_radius(&margins),
                (Self::PairwiseLipschitz, Some(all)) => all.pairwise_radius(label, &margins),
                (Self::Linear, _) => boundary_distance(target, x, label, &margins, perturbations),
                _ => self.searched(target, x, label, perturbations),
            }
        };
        Ok(rows.par_iter().map(radius).collect())
    }

    /// Whether each row is certified at one radius, which costs a small part of the search for its own.
    ///
    /// # Shapes
    /// - returns: `[rows]`
    ///
    /// # Errors
    /// As [`Self::radii`]; [`CertificateError::OutOfRange`] for a negative radius.
    pub fn holds_at(
        self,
        target: &TargetModel,
        rows: &LabelledRows<'_>,
        perturbations: &Perturbations,
        radius: f64,
    ) -> Result<Vec<bool>, CertificateError> {
        if !(0.0..f64::INFINITY).contains(&radius) {
            return Err(CertificateError::OutOfRange {
                what: "radius",
                range: "[0, inf)",
                value: radius,
            });
        }
        match self {
            Self::Linear | Self::Lipschitz | Self::PairwiseLipschitz => {
                let radii = self.radii(target, rows, perturbations)?;
                Ok(radii.into_iter().map(|own| own > radius).collect())
            }
            Self::Interval | Self::Crown => {
                rows.check(target, perturbations)?;
                self.applies_to(target)?;
                let rows = rows.each();
                let margin = |&(x, label): &_| self.margin(target, x, label, perturbations, radius);
                Ok(rows.par_iter().map(|row| margin(row) > 0.0).collect())
            }
        }
    }

    /// A bound from below of the smallest `z_label - z_k` over a ball around `x`.
    fn margin(
        self,
        target: &TargetModel,
        x: &[f64],
        label: usize,
        perturbations: &Perturbations,
        radius: f64,
    ) -> f64 {
        let ball = Ball {
            center: x,
            norm: perturbations.norm,
            radius,
            domain: perturbations.domain,
        };
        let (body, head) = (target.body(), target.head());
        smallest(match self {
            Self::Crown => crown::margins(body, head, label, ball),
            _ => ball.enclosure().through_all(body).margins(head, label),
        })
    }

    /// The largest radius at which every margin is certified.
    fn searched(
        self,
        target: &TargetModel,
        x: &[f64],
        label: usize,
        perturbations: &Perturbations,
    ) -> f64 {
        // The scale on which inputs live, as far as it is known.
        let guess = 0.01 * perturbations.domain.map_or(1.0, |[low, high]| high - low);
        let everything = perturbations.everything(x.len());
        largest_radius(guess, everything, perturbations.tolerance, |radius| {
            self.margin(target, x, label, perturbations, radius)
        })
    }
}
