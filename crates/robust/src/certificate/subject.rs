//! One member as its certificates see it.

use decay_model::maps::{DenseMap, Map};
use decay_model::{MemberState, Network, Nonlinearity};

use super::chain::{check_finite, name, outputs_of};
use super::error::{CertificateError, same_length};
use super::interval::Interval;
use crate::victim::InputScale;

/// A classifier as a chain of maps in double precision, from inputs in the unit of perturbations to logits.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Everything before the head.
    body: Vec<Map>,
    /// The last layer, whose differences of outputs the certificates bound.
    head: DenseMap,
    inputs: usize,
}

impl Subject {
    /// One member behind its scaling of the inputs, `x -> (x - center) factor -> network`.
    ///
    /// # Errors
    /// What [`Network::maps`] refuses; [`CertificateError::Length`], [`CertificateError::NotFinite`], [`CertificateError::NoHead`].
    pub fn new(
        network: &Network,
        state: &MemberState,
        scale: &InputScale,
    ) -> Result<Self, CertificateError> {
        same_length("center", scale.factor.len(), scale.center.len())?;
        let factor: Vec<f64> = scale.factor.iter().copied().map(f64::from).collect();
        let inputs = factor.len();
        let shifts = scale.center.iter().zip(&factor);
        let offset = shifts.map(|(&c, f)| -f64::from(c) * f).collect();
        let scale = Map::Scale { factor, offset };
        let maps = [scale].into_iter().chain(network.maps(state)?);
        Self::from_maps(maps.collect(), inputs)
    }

    /// A chain of maps on rows of `inputs` values.
    ///
    /// # Errors
    /// [`CertificateError::NotFinite`] for a weight that is no number, [`CertificateError::NoHead`] if the last map is not dense with
    /// at least 2 outputs, [`CertificateError::Length`] if the chain does not take that many inputs, or a map not what the one before it gives.
    pub fn from_maps(mut maps: Vec<Map>, inputs: usize) -> Result<Self, CertificateError> {
        check_finite(&maps)?;
        outputs_of(&maps, inputs)?;
        let head = match maps.pop() {
            Some(Map::Dense(head)) if head.bias.len() >= 2 => head,
            Some(Map::Dense(head)) => {
                let found = format!("this one has {}", head.bias.len());
                return Err(CertificateError::NoHead { found });
            }
            other => {
                let found = format!(
                    "this one ends in {}",
                    other.as_ref().map_or("nothing", name)
                );
                return Err(CertificateError::NoHead { found });
            }
        };
        Ok(Self {
            body: maps,
            head,
            inputs,
        })
    }

    /// Everything before the last layer.
    pub fn body(&self) -> &[Map] {
        &self.body
    }

    /// The last layer.
    pub fn head(&self) -> &DenseMap {
        &self.head
    }

    /// Values of a row.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of outputs.
    pub fn classes(&self) -> usize {
        self.head.bias.len()
    }

    /// Bounds from below of `z_label - z_k` at a point for every other `k`, in order: the margins less what rounding may do.
    pub fn margins(&self, x: &[f64], label: usize) -> Vec<f64> {
        let before = Interval::point(x).through_all(&self.body);
        before.margins(&self.head, label)
    }

    /// The first map that is neither dense nor diagonal, the identity apart; with `relu` a ReLU passes, too.
    pub(super) fn first_unlike_perceptron(&self, relu: bool) -> Option<&'static str> {
        let passes = |map: &&Map| match map {
            Map::Dense(_) | Map::Scale { .. } | Map::Nonlinearity(Nonlinearity::Identity) => true,
            Map::Nonlinearity(Nonlinearity::Relu) => relu,
            _ => false,
        };
        let found = self.body.iter().find(|map| !passes(map));
        found.map(name)
    }
}
