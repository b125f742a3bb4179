//! Parameters that are updated alike, and the scalars of each group.

use decay_kernels::{Decay, Rule, Scalars};
use decay_model::Network;

use crate::options::TrainConfig;
use crate::options::decay::Applied;
use crate::options::hyper::Member;

/// What the parameters of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Group {
    /// Factor of every penalty on the weights; 0 for parameters that are exempt.
    pub(crate) factor: f64,
    /// Whether a normalisation follows.
    pub(crate) normalised: bool,
    /// Without the proximal step, which depends on the members.
    pub(crate) rule: Rule,
    /// Whether the step is orthogonalised first.
    pub(crate) orthogonal: bool,
}

/// The groups of a network's parameters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Groups {
    pub(crate) all: Vec<Group>,
    /// Group of each parameter.
    pub(crate) of: Vec<usize>,
}

impl Groups {
    pub(crate) fn new(network: &Network, config: &TrainConfig) -> Self {
        let mut groups = Self {
            all: Vec::new(),
            of: Vec::new(),
        };
        for spec in network.parameters() {
            let factor = config.decay_factor(spec);
            let group = Group {
                factor,
                normalised: spec.normalised && factor > 0.0,
                rule: Rule::new(
                    config.optimizer.direction(config.centered, spec),
                    config.decay_kind().pull(),
                ),
                orthogonal: config.optimizer.orthogonalises(spec),
            };
            let place = groups.all.iter().position(|other| *other == group);
            groups.of.push(place.unwrap_or(groups.all.len()));
            if place.is_none() {
                groups.all.push(group);
            }
        }
        groups
    }

    /// The group of a parameter.
    pub(crate) fn group(&self, parameter: usize) -> &Group {
        &self.all[self.of[parameter]]
    }

    /// Slots that each parameter keeps behind it.
    pub(crate) fn slots(&self) -> impl Iterator<Item = usize> {
        (0..self.of.len()).map(|parameter| self.group(parameter).slots())
    }
}

/// When a member makes a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct When {
    /// Counted from 0.
    pub(crate) step: u32,
    /// Factor of the learning rate.
    pub(crate) factor: f64,
    /// Factor of the decay rate.
    pub(crate) decay_factor: f64,
    /// A member that is not active keeps its parameters and moments.
    pub(crate) active: bool,
}

impl Member {
    /// Whether the kernel's update ends with a proximal step.
    pub(crate) fn steps_proximally(&self) -> bool {
        self.l1 > 0.0 || self.l2 > 0.0
    }
}

impl Group {
    /// The slot of the reference point, if there is one.
    pub(crate) fn anchor(&self) -> Option<usize> {
        let moments = self.rule.direction.moments();
        (self.rule.decay == Decay::Anchored).then_some(moments)
    }

    /// Tensors of the parameter's shape behind it; Muon's momentum lies behind those of the rule.
    fn slots(&self) -> usize {
        if self.orthogonal {
            usize::from(self.anchor().is_some()) + 1
        } else {
            self.rule.slots()
        }
    }

    /// One member's scalars of a step.
    pub(crate) fn scalars(&self, config: &TrainConfig, member: &Member, when: When) -> Scalars {
        let learning_rate = member.lr * when.factor;
        let momentum = config.beta1_of(self.rule.direction);
        let with = Applied {
            rate: member.decay * when.decay_factor * self.factor,
            learning_rate,
            factor: when.factor,
            normalised: self.normalised,
        };
        let scalars = Scalars {
            learning_rate,
            threshold: learning_rate * member.l1 * self.factor,
            ridge: learning_rate * member.l2 * self.factor,
            beta1: momentum,
            beta2: config.beta2(),
            dampening: config.dampening,
            epsilon: config.epsilon,
            step: when.step + 1,
            active: when.active,
            ..Scalars::default()
        };
        config.decay_kind().apply(with, scalars)
    }
}
