//! The update kernel as an optimiser of Burn's own trainers.

use burn::module::ParamGroup;
use burn::optim::{ModuleOptimizer, RecordState, StateSink, StateSource};
use burn::tensor::{Device, Tensor};
use decay_kernels::{Decay, Direction, Rule, Scalars, update};

use crate::error::TrainError;
use crate::options::decay::{Applied, DecayKind};

/// A fused step with decoupled decay, for [`ModuleOptimizer`] and `burn::train::Learner`.
///
/// ```text
/// w <- w - lr (u + λ w)        u of Adam, or of any other Direction
/// ```
///
/// Decay applies to parameters with at least [`min_rank`](Self::min_rank) axes: with the default of 2 biases and the factors and
/// offsets of normalisations are exempt. What has as many axes and should not decay, such as an embedding, is named by
/// [`exempting`](Self::exempting).
///
/// # Source
/// Loshchilov & Hutter 2019, algorithm 2, <https://arxiv.org/abs/1711.05101>.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecoupledDecay {
    /// `λ`.
    pub rate: f64,
    /// How `λ` enters.
    pub kind: DecoupledKind,
    /// Where a step goes.
    pub direction: Direction,
    /// `λ_1` of the proximal step that follows; 0 for none.
    pub l1: f64,
    /// Axes from which on parameters decay.
    pub min_rank: usize,
    /// `b1`, or the momentum.
    pub beta1: f64,
    /// `b2`.
    pub beta2: f64,
    /// `eps`.
    pub epsilon: f64,
}

/// A kind of decay apart from the gradient that needs to know neither the schedule nor the layer: Burn hands over the learning rate step
/// by step, so that `independent` takes `λ` itself, and `corrected` cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecoupledKind(DecayKind);

impl TryFrom<DecayKind> for DecoupledKind {
    type Error = TrainError;

    /// # Errors
    /// [`TrainError::NotDecoupled`] for `coupled` and `corrected`.
    fn try_from(kind: DecayKind) -> Result<Self, TrainError> {
        match kind {
            DecayKind::Coupled | DecayKind::Corrected => Err(TrainError::NotDecoupled { kind }),
            _ => Ok(Self(kind)),
        }
    }
}

impl DecoupledDecay {
    /// AdamW with torch's constants.
    pub fn adamw(rate: f64) -> Self {
        Self {
            rate,
            kind: DecoupledKind(DecayKind::Decoupled),
            direction: Direction::ADAM,
            l1: 0.0,
            min_rank: 2,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
        }
    }

    /// An optimiser of a whole module that leaves a group of parameters undecayed.
    pub fn exempting(self, group: ParamGroup) -> ModuleOptimizer {
        let undecayed = Self {
            rate: 0.0,
            l1: 0.0,
            ..self
        };
        ModuleOptimizer::from(self).with_group(group, undecayed, None)
    }

    fn rule(&self) -> Rule {
        Rule {
            direction: self.direction,
            decay: self.kind.0.pull(),
            proximal: self.l1 > 0.0,
        }
    }

    fn scalars(&self, learning_rate: f64, rank: usize, step: u32) -> Scalars {
        let (rate, l1) = if rank >= self.min_rank {
            (self.rate, self.l1)
        } else {
            (0.0, 0.0)
        };
        let with = Applied {
            rate,
            learning_rate,
            factor: 1.0,
            normalised: false,
        };
        let scalars = Scalars {
            learning_rate,
            threshold: learning_rate * l1,
            beta1: self.beta1,
            beta2: self.beta2,
            epsilon: self.epsilon,
            step,
            ..Scalars::default()
        };
        self.kind.0.apply(with, scalars)
    }
}

/// What [`DecoupledDecay`] keeps of a parameter.
#[derive(Debug, Clone)]
pub struct DecoupledDecayState {
    /// Moments and reference point, `[K, 1, n]`.
    pub slots: Tensor<3>,
    /// Steps made.
    pub steps: u32,
}

impl RecordState for DecoupledDecayState {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        out.push_tensor(prefix, "slots", self.slots.to_data());
        out.push_scalar(prefix, "steps", self.steps.into());
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, device: &Device) -> Option<Self> {
        let slots = source.take_tensor(prefix, "slots")?;
        Some(Self {
            slots: Tensor::from_data(slots, device),
            steps: source.take_scalar(prefix, "steps")?.try_into().ok()?,
        })
    }
}

impl burn::optim::Optimizer for DecoupledDecay {
    type State<const D: usize> = DecoupledDecayState;

    fn step<const D: usize>(
        &self,
        lr: f64,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        let (device, shape) = (tensor.device(), tensor.shape());
        let width = shape.num_elements();
        let rule = self.rule();
        let flat = tensor.reshape([1, width]);
        let state = state.unwrap_or_else(|| DecoupledDecayState {
            slots: slots(&flat, rule, &device),
            steps: 0,
        });
        let steps = state.steps.saturating_add(1);
        let row = self.scalars(lr, D, steps).row(rule.direction);
        let (parameter, slots) = update(
            flat.into_dispatch(),
            grad.reshape([1, width]).into_dispatch(),
            state.slots.into_dispatch(),
            Tensor::from_data([[row]], &device),
            0,
            rule,
        );
        let parameter = Tensor::<2>::from_dispatch(parameter).reshape(shape);
        let slots = Tensor::from_dispatch(slots);
        (parameter, Some(DecoupledDecayState { slots, steps }))
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        DecoupledDecayState {
            slots: state.slots.to_device(device),
            ..state
        }
    }
}

/// The slots before the first step: moments of zero, and the starting weights where decay pulls toward them.
fn slots(start: &Tensor<2>, rule: Rule, device: &Device) -> Tensor<3> {
    let moments = rule.direction.moments();
    let zeros = |count| Tensor::zeros([count, 1, start.dims()[1]], device);
    match rule.decay {
        Decay::Anchored if moments == 0 => start.clone().unsqueeze(),
        Decay::Anchored => Tensor::cat(vec![zeros(moments), start.clone().unsqueeze()], 0),
        Decay::Plain | Decay::Cautious => zeros(rule.slots()),
    }
}

#[cfg(test)]
mod tests {
    use burn::module::ParamGroup;
    use burn::nn::{Linear, LinearConfig};
    use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
    use burn::tensor::{Device, Tensor};

    use super::{DecayKind, DecoupledDecay, DecoupledKind};

    fn layer() -> Linear {
        LinearConfig::new(5, 3).init(&Device::default().autodiff())
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    /// Ten steps down the same slope.
    fn trained(mut optimizer: ModuleOptimizer, start: &Linear) -> Linear {
        let mut layer = start.clone();
        let input = Tensor::<2>::ones([2, 5], &Device::default().autodiff());
        for step in 0..10 {
            let loss = layer.forward(input.clone()).powi_scalar(2).sum() * (1.0 + step as f32);
            let gradients = GradientsParams::from_grads(loss.backward(), &layer);
            layer = optimizer.step(0.01, layer, gradients);
        }
        layer
    }

    fn assert_close(a: Vec<f32>, b: Vec<f32>) {
        for (a, b) in a.iter().zip(&b) {
            assert!((a - b).abs() < 1e-6, "{a} {b}");
        }
    }

    /// With the same constants the weights are those of Burn's AdamW; the bias, which Burn decays, those without decay.
    #[test]
    fn a_module_is_trained_as_by_burns_own_adamw() {
        let layer = layer();
        let ours = trained(DecoupledDecay::adamw(0.5).into(), &layer);
        let burns = |rate| {
            let config = AdamWConfig::new().with_epsilon(1e-8);
            trained(config.with_weight_decay(rate).init(), &layer)
        };
        // The bias acts on the loss: it is compared where nothing decays.
        let plain = trained(DecoupledDecay::adamw(0.0).into(), &layer);
        let undecayed = burns(0.0);
        assert_close(values(plain.weight.val()), values(undecayed.weight.val()));
        let bias = |layer: &Linear| values(layer.bias.as_ref().expect("a bias").val());
        assert_close(bias(&plain), bias(&undecayed));
        let decayed = DecoupledDecay {
            min_rank: 1,
            ..DecoupledDecay::adamw(0.5)
        };
        let all = trained(decayed.into(), &layer);
        assert_close(values(all.weight.val()), values(burns(0.5).weight.val()));
        assert_close(bias(&all), bias(&burns(0.5)));
        assert_ne!(bias(&ours), bias(&all));
    }

    #[test]
    fn a_group_is_exempt_and_the_state_is_read_back() {
        let layer = layer();
        let exempt = DecoupledDecay::adamw(0.5).exempting(ParamGroup::from_predicate("weight"));
        let kept = trained(exempt, &layer);
        let plain = trained(DecoupledDecay::adamw(0.0).into(), &layer);
        assert_close(values(kept.weight.val()), values(plain.weight.val()));

        let anchored = || {
            ModuleOptimizer::from(DecoupledDecay {
                kind: DecayKind::Anchored.try_into().expect("a decoupled kind"),
                ..DecoupledDecay::adamw(3.0)
            })
        };
        let input = Tensor::<2>::ones([2, 5], &Device::default().autodiff());
        let gradients = |layer: &Linear| {
            let loss = layer.forward(input.clone()).powi_scalar(2).sum();
            GradientsParams::from_grads(loss.backward(), layer)
        };
        let mut first = anchored();
        let moved = first.step(0.01, layer.clone(), gradients(&layer));
        let bytes = first.into_bytes().expect("a record");
        let mut second = anchored().from_bytes(bytes).expect("the record");
        let gradient = gradients(&moved);
        let a = first.step(0.01, moved.clone(), gradients(&moved));
        let b = second.step(0.01, moved, gradient);
        assert_eq!(values(a.weight.val()), values(b.weight.val()));
    }

    /// In the gradient, or with a correction that needs the schedule, decay would be another than the name says.
    #[test]
    fn what_burn_cannot_be_told_is_refused() {
        for kind in DecayKind::ALL {
            let taken = DecoupledKind::try_from(kind);
            let refused = matches!(kind, DecayKind::Coupled | DecayKind::Corrected);
            match taken {
                Ok(taken) => assert!(!refused && taken.0 == kind),
                Err(error) => assert!(refused && error.to_string().contains(kind.name())),
            }
        }
    }
}
