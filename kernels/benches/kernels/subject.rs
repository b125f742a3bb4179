//! The two bodies of every operation under one trait.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use decay_kernels::{
    Activation, At, AugmentOps, DropoutOps, GatherOps, LinearOps, LossOps, MixupOps, Rule,
    UpdateOps, reference,
};

pub(crate) const AT: At = At {
    site: 1,
    epoch: 2,
    step: 3,
};

type F = FlexTensor;
pub(crate) type Three = (F, F, F);
pub(crate) type Two = (F, F);

/// One body of each operation.
pub(crate) trait Subject {
    const LINEAR: fn(F, F, F, Activation) -> F;
    const LINEAR_BACKWARD: fn(F, F, F, F, Activation) -> Three;
    const PARAMETERS: fn(F, F, F, Activation) -> Two;
    const CROSS_ENTROPY: fn(F, F, F, F) -> Three;
    const UPDATE: fn(F, F, F, F, usize, Rule) -> Two;
    const DROPOUT: fn(F, F, F, At) -> F;
    const GATHER: fn(F, F, F, F, F) -> F;
    const TRANSFORM: fn(F, F, F, [usize; 3]) -> F;
    const MIX: fn(F, F, F) -> F;
}

/// The hand-written bodies.
pub(crate) struct Kernel;

impl Subject for Kernel {
    const LINEAR: fn(F, F, F, Activation) -> F = Flex::population_linear;
    const LINEAR_BACKWARD: fn(F, F, F, F, Activation) -> Three = Flex::linear_backward;
    const PARAMETERS: fn(F, F, F, Activation) -> Two = Flex::linear_backward_parameters;
    const CROSS_ENTROPY: fn(F, F, F, F) -> Three = Flex::cross_entropy_with_gradient;
    const UPDATE: fn(F, F, F, F, usize, Rule) -> Two = Flex::update;
    const DROPOUT: fn(F, F, F, At) -> F = <Flex as DropoutOps>::dropout;
    const GATHER: fn(F, F, F, F, F) -> F = Flex::gather_bytes;
    const TRANSFORM: fn(F, F, F, [usize; 3]) -> F = Flex::transform;
    const MIX: fn(F, F, F) -> F = Flex::mix;
}

/// The bodies in Burn's own operations.
pub(crate) struct Reference;

impl Subject for Reference {
    const LINEAR: fn(F, F, F, Activation) -> F = reference::linear::forward::<Flex>;
    const LINEAR_BACKWARD: fn(F, F, F, F, Activation) -> Three =
        reference::linear::backward::<Flex>;
    const PARAMETERS: fn(F, F, F, Activation) -> Two =
        reference::linear::backward_parameters::<Flex>;
    const CROSS_ENTROPY: fn(F, F, F, F) -> Three = reference::loss::cross_entropy::<Flex>;
    const UPDATE: fn(F, F, F, F, usize, Rule) -> Two = reference::update::update::<Flex>;
    const DROPOUT: fn(F, F, F, At) -> F = reference::dropout::dropout::<Flex>;
    const GATHER: fn(F, F, F, F, F) -> F = reference::gather::bytes::<Flex>;
    const TRANSFORM: fn(F, F, F, [usize; 3]) -> F = reference::augment::transform::<Flex>;
    const MIX: fn(F, F, F) -> F = reference::mixup::mix::<Flex>;
}
