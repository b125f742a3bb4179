//! Certificates: radii within which no perturbation changes a member's answer.
//!
//! Everything is computed on the host in double precision, for one member at a time, and moved to the safe side by what rounding may do;
//! a radius is a statement about the network in exact arithmetic. [`certify`] runs a list of them over a population. Randomised
//! smoothing certifies another classifier, the smoothed one, from samples of the network on its device: [`Smoothing`].

mod backward;
mod ball;
mod chain;
mod crown;
mod error;
mod interval;
mod linear;
mod lipschitz;
mod norm;
mod operator;
mod product;
mod rounding;
mod samples;
mod search;
mod smoothing;
mod spectral;
mod subject;
mod weighted;

use rayon::prelude::*;

use decay_model::{MemberState, Network};

pub use error::CertificateError;
pub use linear::{plane_distance, plane_distance_in_box, steepest_step, worst_case_logistic_loss};
pub use lipschitz::{lipschitz_bound, operator_norm};
pub use norm::Norm;
pub use operator::Operator;
pub use samples::{Samples, Threat};
pub use smoothing::{Prediction, Smoothed, Smoothing, certified_radius, predicted};
pub use spectral::{power_iteration, spectral_norm_bound};
pub use subject::Subject;

use crate::victim::InputScale;
use ball::Ball;
use error::same_length;
use lipschitz::Constants;
use search::largest_radius;

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
            Self::Lipschitz | Self::PairwiseLipschitz => Some(Constants::new(
                subject.body(),
                subject.head(),
                subject.inputs(),
                threat.norm,
            )),
            Self::Linear | Self::Interval | Self::Crown => None,
        };
        let rows = samples.each();
        let radii = rows.par_iter().map(|&(x, label)| {
            let margins = subject.margins(x, label);
            match (self, &constants) {
                _ if !(rounding::smallest(margins.iter().copied()) > 0.0) => 0.0,
                (Self::Lipschitz, Some(constants)) => constants.global_radius(&margins),
                (Self::PairwiseLipschitz, Some(constants)) => {
                    constants.pairwise_radius(label, &margins)
                }
                (Self::Linear, _) => {
                    let (body, head) = (subject.body(), subject.head());
                    let threat = (threat.norm, threat.domain);
                    linear::boundary_distance(body, head, (x, label), &margins, threat)
                }
                _ => self.searched(subject, x, label, threat),
            }
        });
        Ok(radii.collect())
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
        rounding::smallest(match self {
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

/// The radii of one certificate for one member, or why there are none.
#[derive(Debug, Clone)]
pub struct Certified {
    /// Which certificate.
    pub certificate: Certificate,
    /// `[rows]`, see [`Certificate::radii`].
    pub radii: Result<Vec<f64>, NotApplicable>,
}

/// The radii of several certificates for every member of a population, in the order given.
///
/// # Shapes
/// - `states`, `scales`: `[R]`
/// - returns: `[R]` of `[certificates]`
///
/// # Errors
/// [`CertificateError`] if the lists, the rows or the threat do not fit, and for networks that are no chain of maps.
pub fn certify(
    network: &Network,
    (states, scales): (&[MemberState], &[InputScale]),
    samples: &Samples<'_>,
    threat: &Threat,
    certificates: &[Certificate],
) -> Result<Vec<Vec<Certified>>, CertificateError> {
    same_length("scales", states.len(), scales.len())?;
    let members = states.par_iter().zip(scales).map(|(state, scale)| {
        let subject = Subject::new(network, state, scale)?;
        let each = certificates.iter().map(|&certificate| {
            let radii = match certificate.applies_to(&subject) {
                Ok(()) => Ok(certificate.radii(&subject, samples, threat)?),
                Err(reason) => Err(reason),
            };
            Ok(Certified { certificate, radii })
        });
        each.collect()
    });
    members.collect()
}

/// The share of rows that are certified at each radius: correct there and everywhere closer.
///
/// ```text
/// accuracy(r) = #{rows with certified radius > r} / #rows          at 0 the accuracy without perturbation; NaN without rows
/// ```
pub fn certified_accuracy(radii: &[f64], at: &[f64]) -> Vec<f64> {
    let share = |r: &f64| radii.iter().filter(|radius| *radius > r).count() as f64;
    at.iter().map(|r| share(r) / radii.len() as f64).collect()
}
