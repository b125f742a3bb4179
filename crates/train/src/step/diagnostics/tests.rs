//! Angles against their equilibrium, and steps whose parts are known.

use burn::tensor::{Device, Tensor};
use decay_model::{MlpConfig, ModelConfig, Network, Norm, State};
use decay_random::{At, Purpose, Stream};

use super::{LayerRecord, Watch, Watched};
use crate::options::TrainConfig;
use crate::options::hyper::Member;
use crate::options::optimizer::Optimizer;
use crate::problem::floats;
use crate::regularisers::{Now, Regularisers};
use crate::step::descent::Descent;
use crate::step::groups::{Groups, When};
use crate::step::snapshot::Snapshot;

/// A walk whose gradients are noise.
struct Walk {
    network: Network,
    config: TrainConfig,
    member: Member,
    groups: Groups,
    descent: Descent,
    state: State,
    slots: Vec<Tensor<3>>,
}

impl Walk {
    fn new(config: TrainConfig, rate: f64) -> Self {
        let mlp = MlpConfig {
            hidden: vec![30],
            norm: Norm::Batch,
            ..MlpConfig::default()
        };
        let network = ModelConfig::Mlp(mlp).init(50, 3).expect("a network");
        let member = Member::new(&config, rate, 0, 1);
        let groups = Groups::new(&network, &config);
        let descent = Descent::new(&config, &[&member]);
        let start = Snapshot::initial(&network, &member, &groups, &Vec::new());
        let (state, slots) = Snapshot::stack(&[&start], &Device::default());
        Self {
            network,
            config,
            member,
            groups,
            descent,
            state,
            slots,
        }
    }

    /// One step; what it did to the matrix before the norm.
    fn step(&mut self, step: u32, noise: f32) -> LayerRecord {
        let device = Device::default();
        let specs = self.network.parameters().iter().enumerate();
        let gradients = specs.map(|(place, spec)| {
            let mut values = vec![0.0; spec.len()];
            let at = At {
                step,
                site: place as u32,
                ..At::default()
            };
            Stream::new(7, Purpose::Initialise, at).fill_normal(&mut values);
            values.iter_mut().for_each(|value| *value *= noise);
            Some(floats(values, [1, spec.len()], &device))
        });
        let gradients: Vec<_> = gradients.collect();
        let when = When {
            step,
            factor: 1.0,
            decay_factor: 1.0,
            active: true,
        };
        let groups = &self.groups;
        let rows = groups.all.iter().flat_map(|group| {
            let scalars = group.scalars(&self.config, &self.member, when);
            scalars.row(group.rule.direction)
        });
        let shape = [groups.all.len(), 1, decay_kernels::Scalars::COUNT];
        let scalars = floats(rows.collect(), shape, &device);
        let (parameters, slots) = (&self.state.parameters, &self.slots);
        let watch = Watch::before(&self.network, groups, parameters, slots, &gradients);
        let now = Now {
            network: &self.network,
            groups,
            seeds: &Tensor::zeros([1, 2], &device),
            at: At::default(),
            scalars: &scalars,
        };
        self.descent.step(
            &mut self.state,
            &mut self.slots,
            gradients,
            &Regularisers::new(&[], &[], &device),
            &now,
        );
        let turns = watch.after(groups, &self.state.parameters, &scalars);
        let watched = Watched {
            place: 0,
            member: &self.member,
            when,
        };
        turns.records(groups, &self.config, &[watched], 1).remove(0)
    }
}

/// Random gradients turn the weights by the predicted angle once growth and decay balance.
#[test]
fn a_random_walk_turns_by_the_equilibrium_angle() {
    for optimizer in [
        Optimizer::Sgd,
        Optimizer::Momentum,
        Optimizer::Nesterov,
        Optimizer::Adamw,
        Optimizer::Nadam,
        Optimizer::RmspropMomentum,
    ] {
        for decay in optimizer_decays(optimizer) {
            let config = TrainConfig {
                optimizer,
                decay: Some(decay),
                lr: 0.02,
                beta2: Some(0.99),
                ..TrainConfig::default()
            };
            let mut walk = Walk::new(config, 1.0);
            let (mut angles, mut predicted) = (0.0, 0.0);
            for step in 0..300 {
                let record = walk.step(step, 0.3);
                if step >= 150 {
                    angles += record.angle / 150.0;
                    predicted = record.equilibrium_angle.expect("a prediction");
                }
            }
            let ratio = angles / predicted;
            assert!(
                (0.93..1.07).contains(&ratio),
                "{optimizer:?} {decay:?}: {angles} for {predicted}"
            );
        }
    }
}

fn optimizer_decays(optimizer: Optimizer) -> Vec<crate::DecayKind> {
    match optimizer {
        Optimizer::Sgd | Optimizer::Momentum | Optimizer::Nesterov => {
            vec![crate::DecayKind::Decoupled, crate::DecayKind::Coupled]
        }
        _ => vec![crate::DecayKind::Decoupled],
    }
}

/// With a gradient of zero all of a step is decay and nothing turns.
#[test]
fn a_step_of_decay_alone_does_not_turn() {
    for decay in [crate::DecayKind::Decoupled, crate::DecayKind::Cautious] {
        let config = TrainConfig {
            decay: Some(decay),
            lr: 0.1,
            ..TrainConfig::default()
        };
        let mut walk = Walk::new(config, 1.0);
        let start = walk.state.parameters[0].clone();
        let record = walk.step(0, 0.0);
        let before = start.powi_scalar(2).sum().sqrt().into_scalar::<f32>();
        assert!((record.weight_norm / f64::from(before) - 0.9).abs() < 1e-6);
        assert!(record.angle < 1e-3 && record.gradient_norm == 0.0);
        assert!((record.decay_share - 1.0).abs() < 1e-6, "{record:?}");
        assert_eq!(record.zeros, 0.0);
    }
}

#[test]
fn the_proximal_step_shows_as_zeros() {
    let mut walk = Walk::new(TrainConfig::default(), 0.0);
    walk.member.l1 = 1e9;
    walk.descent = Descent::new(&walk.config, &[&walk.member]);
    let record = walk.step(0, 1.0);
    assert_eq!((record.zeros, record.weight_norm), (1.0, 0.0));
}
