//! Certificates of every member of a population.

use decay_model::{MemberState, Network};
use rayon::prelude::*;

use super::error::{CertificateError, same_length};
use super::method::{Certificate, NotApplicable};
use super::samples::{Samples, Threat};
use super::subject::Subject;
use crate::victim::InputScale;

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
