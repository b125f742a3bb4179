//! Several heads of one network, each with a target and a loss of its own.

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use decay_kernels::{ValueLoss, cross_entropy, squared_error, value_loss};

use super::{Combination, Objective, Seen};
use crate::options::decay::matches;

/// What a head minimises on its target.
///
/// | loss | reads | of a row |
/// | :-- | :-- | :-- |
/// | `Classes(c)` | `c` outputs, a target that numbers classes from 0 | `-ln p_class` |
/// | `Squared` | 1 output | `(x - t)^2`, `t` in units of its spread |
/// | `Absolute` | 1 output | <code>\|x - t\|</code>, likewise |
/// | `Gaussian` | 2 outputs, mean and variance | as [`Loss::Gaussian`](crate::Loss::Gaussian), likewise |
/// | `Binary` | 1 output, a target of 0 and 1 | `ln(1 + e^x) - t x` |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadLoss {
    /// Cross-entropy of so many classes.
    Classes(usize),
    /// Squared error.
    Squared,
    /// Absolute error.
    Absolute,
    /// Likelihood of a normal distribution with a variance of each row's own.
    Gaussian,
    /// Cross-entropy of yes and no.
    Binary,
}

impl HeadLoss {
    /// Outputs that the head has.
    pub fn outputs(self) -> usize {
        match self {
            Self::Classes(classes) => classes,
            Self::Gaussian => 2,
            Self::Squared | Self::Absolute | Self::Binary => 1,
        }
    }

    fn of(self, outputs: Tensor<3>, target: usize, seen: &Seen) -> Tensor<1> {
        let weights = seen.weights.clone();
        let [members, ..] = outputs.dims();
        // Read by `Classes` and by a loss that no head has.
        let zeros = |device: &Device| Tensor::<1>::zeros([members], device);
        let of_values = |outputs: Tensor<3>, targets, weights: Tensor<2>, loss| {
            let quantile = zeros(&weights.device());
            value_loss(outputs, targets, weights, quantile, loss)
        };
        match self {
            Self::Classes(_) => {
                let smoothing = zeros(&weights.device());
                cross_entropy(outputs, seen.classes(target), weights, smoothing).0
            }
            Self::Squared => squared_error(outputs, seen.target(target), weights),
            Self::Absolute => of_values(outputs, seen.target(target), weights, ValueLoss::Absolute),
            Self::Gaussian => of_values(outputs, seen.target(target), weights, ValueLoss::Gaussian),
            Self::Binary => of_values(outputs, seen.in_unit(target), weights, ValueLoss::Bernoulli),
        }
    }
}

/// Several heads on one trunk: each reads columns of the outputs, one head after the other, and one target.
///
/// ```text
/// objective = sum_k c_k loss_k        c_k: weight of head k, by default 1
/// ```
///
/// The last layer of any network is a linear head for each if it has [`Objective::outputs`] outputs; deeper heads are parameters of a
/// [`PopulationNetwork`](decay_model::PopulationNetwork) of one's own, whose trunk is then what the tasks [share](Heads::sharing).
///
/// ```
/// use decay_train::{HeadLoss, Heads, Objective, PcGrad};
///
/// // Two classifications and a regression, of a target of three columns.
/// let heads = Heads::new([HeadLoss::Classes(10), HeadLoss::Classes(10), HeadLoss::Squared]);
/// assert_eq!((heads.outputs(), heads.columns(1)), (21, 10..20));
/// let calm = heads.weighing(2, 0.1).combined_by(PcGrad); // gradients that conflict are projected
/// ```
#[derive(Debug, Clone)]
pub struct Heads {
    heads: Vec<Head>,
    /// Patterns of the shared parameters' names; all of them where there is none.
    shared: Vec<String>,
    combination: Option<Arc<dyn Combination>>,
}

#[derive(Debug, Clone, Copy)]
struct Head {
    loss: HeadLoss,
    weight: f64,
}

impl Heads {
    /// A head for each target, in their order.
    pub fn new(losses: impl IntoIterator<Item = HeadLoss>) -> Self {
        let head = |loss| Head { loss, weight: 1.0 };
        Self {
            heads: losses.into_iter().map(head).collect(),
            shared: Vec::new(),
            combination: None,
        }
    }

    /// The same with tasks that share the parameters of these names alone, such as `trunk.*`; `*` stands for any text.
    pub fn sharing<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.shared = names.into_iter().map(Into::into).collect();
        self
    }

    /// The same with another weight of one head's loss; 0 trains without it.
    ///
    /// # Panics
    /// If there is no such head.
    pub fn weighing(mut self, head: usize, weight: f64) -> Self {
        self.heads[head].weight = weight;
        self
    }

    /// The same with each head's gradient taken apart and combined so; see [`Objective::combination`].
    pub fn combined_by(mut self, combination: impl Combination + 'static) -> Self {
        self.combination = Some(Arc::new(combination));
        self
    }

    /// Columns of the outputs that are a head's.
    ///
    /// # Panics
    /// If there is no such head.
    pub fn columns(&self, head: usize) -> Range<usize> {
        let before = self.heads[..head].iter().map(|own| own.loss.outputs());
        let first = before.sum();
        first..first + self.heads[head].loss.outputs()
    }
}

impl Objective for Heads {
    fn name(&self) -> &str {
        "heads"
    }

    fn outputs(&self) -> usize {
        self.heads.iter().map(|own| own.loss.outputs()).sum()
    }

    fn losses(&self, seen: &Seen) -> Vec<Tensor<1>> {
        let of = |(place, head): (usize, &Head)| {
            let loss = head.loss.of(seen.output(self.columns(place)), place, seen);
            if head.weight == 1.0 {
                loss
            } else {
                loss * head.weight as f32
            }
        };
        self.heads.iter().enumerate().map(of).collect()
    }

    fn shares(&self, parameter: &str) -> bool {
        let mut names = self.shared.iter();
        self.shared.is_empty() || names.any(|pattern| matches(pattern, parameter))
    }

    fn combination(&self) -> Option<&dyn Combination> {
        self.combination.as_deref()
    }
}
