//! The methods that certify radii, and which networks each applies to.

use rayon::prelude::*;

use super::ball::Ball;
use super::crown;
use super::error::CertificateError;
use super::linear::boundary_distance;
use super::lipschitz::Constants;
use super::rounding::smallest;
use super::samples::{Samples, Threat};
use super::search::largest_radius;
use super::subject::Subject;

/// A method that certifies radii.
///
/// | variant | applies to | radius |
/// | :-- | :-- | :-- |
/// | `Linear` | no nonlinearity | the exact distance to the boundary, domain included |
/// | `Lipschitz` | every chain of maps | smallest margin over the Lipschitz constant of a difference of logits (Tsuzuku et al. 2018) |
/// | `PairwiseLipschitz` | every chain of maps | the same, the last layer exact for each pair of classes (Leino et al. 2021) |
/// | `Interval` | every chain of maps | the largest at which interval propagation keeps the margins positive (Gowal et al. 2018); balls other than `Linf`'s are enclosed in boxes |
/// | `Crown` | perceptrons with ReLU | the largest at which linear bounds do (Zhang et al. 2018); never below `Interval` |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certificate {
    /// The exact distance of a linear model.
    Linear,
    /// A global Lipschitz constant.
    Lipschitz,
    /// Lipschitz constants of pairs of classes.
    PairwiseLipschitz,
    /// Interval bound propagation.
    Interval,
    /// Linear bounds.
    Crown,
}

/// Why a certificate does not apply to a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} applies to {applies}, the network has {has}", certificate.name())]
pub struct NotApplicable {
    /// Which certificate.
    pub certificate: Certificate,
    /// What it applies to.
    pub applies: &'static str,
    /// What the network has instead.
    pub has: &'static str,
}

impl Certificate {
    /// Every variant.
    pub const ALL: [Self; 5] = [
        Self::Linear,
        Self::Lipschitz,
        Self::PairwiseLipschitz,
        Self::Interval,
        Self::Crown,
    ];

    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Lipschitz => "lipschitz",
            Self::PairwiseLipschitz => "pairwise_lipschitz",
            Self::Interval => "interval",
            Self::Crown => "crown",
        }
    }

    /// Whether the certificate can say anything about a network, and if not why.
    ///
    /// # Errors
    /// [`NotApplicable`] with the first map in the way.
    pub fn applies_to(self, subject: &Subject) -> Result<(), NotApplicable> {
        let (applies, found) = match self {
            Self::Linear => ("linear models", subject.first_unlike_perceptron(false)),
            Self::Crown => (
                "perceptrons with ReLU",
                subject.first_unlike_perceptron(true),
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
    /// [`CertificateError`] if rows, labels or the threat do not fit, or the certificate does not apply.
    pub fn radii(
        self,
        subject: &Subject,
        samples: &Samples<'_>,
        threat: &Threat,
    ) -> Result<Vec<f64>, CertificateError> {
        samples.check(subject, threat)?;
        self.applies_to(subject)?;
        let constants = match self {
            Self::Lipschitz | Self::PairwiseLipschitz => Some(Constants::new(subject, threat.norm)),
            Self::Linear | Self::Interval | Self::Crown => None,
        };
        let rows = samples.each();
        let radius = |&(x, label): &(&[f64], usize)| {
            let margins = subject.margins(x, label);
            if smallest(margins.iter().copied()) <= 0.0 {
                return 0.0;
            }
            match (self, &constants) {
                (Self::Lipschitz, Some(all)) => all.global_radius(&margins),
                (Self::PairwiseLipschitz, Some(all)) => all.pairwise_radius(label, &margins),
                (Self::Linear, _) => boundary_distance(subject, (x, label), &margins, threat),
                _ => self.searched(subject, x, label, threat),
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
        subject: &Subject,
        samples: &Samples<'_>,
        threat: &Threat,
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
                let radii = self.radii(subject, samples, threat)?;
                Ok(radii.into_iter().map(|own| own > radius).collect())
            }
            Self::Interval | Self::Crown => {
                samples.check(subject, threat)?;
                self.applies_to(subject)?;
                let rows = samples.each();
                let margin = |&(x, label): &_| self.margin(subject, x, label, threat, radius);
                Ok(rows.par_iter().map(|row| margin(row) > 0.0).collect())
            }
        }
    }

    /// A bound from below of the smallest `z_label - z_k` over a ball around `x`.
    fn margin(
        self,
        subject: &Subject,
        x: &[f64],
        label: usize,
        threat: &Threat,
        radius: f64,
    ) -> f64 {
        let ball = Ball {
            center: x,
            norm: threat.norm,
            radius,
            domain: threat.domain,
        };
        let (body, head) = (subject.body(), subject.head());
        smallest(match self {
            Self::Crown => crown::margins(body, head, label, ball),
            _ => ball.enclosure().through_all(body).margins(head, label),
        })
    }

    /// The largest radius at which every margin is certified.
    fn searched(self, subject: &Subject, x: &[f64], label: usize, threat: &Threat) -> f64 {
        // The scale on which inputs live, as far as it is known.
        let guess = 0.01 * threat.domain.map_or(1.0, |[low, high]| high - low);
        let everything = threat.everything(x.len());
        largest_radius(guess, everything, threat.tolerance, |radius| {
            self.margin(subject, x, label, threat, radius)
        })
    }
}
