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

pub(crate) type Three = (FlexTensor, FlexTensor, FlexTensor);
pub(crate) type Two = (FlexTensor, FlexTensor);

pub(crate) trait Subject {
    fn linear(x: FlexTensor, w: FlexTensor, b: FlexTensor, act: Activation) -> FlexTensor;
    fn linear_backward(
        x: FlexTensor,
        w: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        act: Activation,
    ) -> Three;
    fn parameters(x: FlexTensor, y: FlexTensor, grad: FlexTensor, act: Activation) -> Two;
    fn cross_entropy(x: FlexTensor, t: FlexTensor, w: FlexTensor, e: FlexTensor) -> Three;
    fn update(
        w: FlexTensor,
        g: FlexTensor,
        m: FlexTensor,
        scalars: FlexTensor,
        group: usize,
        rule: Rule,
    ) -> Two;
    fn dropout(x: FlexTensor, rate: FlexTensor, seed: FlexTensor) -> FlexTensor;
    fn gather(
        values: FlexTensor,
        rows: FlexTensor,
        fold: FlexTensor,
        center: FlexTensor,
        scale: FlexTensor,
    ) -> FlexTensor;
    fn transform(
        x: FlexTensor,
        border: FlexTensor,
        transforms: FlexTensor,
        image: [usize; 3],
    ) -> FlexTensor;
    fn mix(x: FlexTensor, partner: FlexTensor, share: FlexTensor) -> FlexTensor;
}

/// The hand-written bodies.
pub(crate) struct Kernel;

impl Subject for Kernel {
    fn linear(x: FlexTensor, w: FlexTensor, b: FlexTensor, act: Activation) -> FlexTensor {
        Flex::population_linear(x, w, b, act)
    }
    fn linear_backward(
        x: FlexTensor,
        w: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        act: Activation,
    ) -> Three {
        Flex::linear_backward(x, w, y, grad, act)
    }
    fn parameters(x: FlexTensor, y: FlexTensor, grad: FlexTensor, act: Activation) -> Two {
        Flex::linear_backward_parameters(x, y, grad, act)
    }
    fn cross_entropy(x: FlexTensor, t: FlexTensor, w: FlexTensor, e: FlexTensor) -> Three {
        Flex::cross_entropy_with_gradient(x, t, w, e)
    }
    fn update(
        w: FlexTensor,
        g: FlexTensor,
        m: FlexTensor,
        scalars: FlexTensor,
        group: usize,
        rule: Rule,
    ) -> Two {
        Flex::update(w, g, m, scalars, group, rule)
    }
    fn dropout(x: FlexTensor, rate: FlexTensor, seed: FlexTensor) -> FlexTensor {
        <Flex as DropoutOps>::dropout(x, rate, seed, AT)
    }
    fn gather(
        values: FlexTensor,
        rows: FlexTensor,
        fold: FlexTensor,
        center: FlexTensor,
        scale: FlexTensor,
    ) -> FlexTensor {
        Flex::gather_bytes(values, rows, fold, center, scale)
    }
    fn transform(
        x: FlexTensor,
        border: FlexTensor,
        transforms: FlexTensor,
        image: [usize; 3],
    ) -> FlexTensor {
        Flex::transform(x, border, transforms, image)
    }
    fn mix(x: FlexTensor, partner: FlexTensor, share: FlexTensor) -> FlexTensor {
        Flex::mix(x, partner, share)
    }
}

/// The bodies in Burn's own operations.
pub(crate) struct Reference;

impl Subject for Reference {
    fn linear(x: FlexTensor, w: FlexTensor, b: FlexTensor, act: Activation) -> FlexTensor {
        reference::linear::forward::<Flex>(x, w, b, act)
    }
    fn linear_backward(
        x: FlexTensor,
        w: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        act: Activation,
    ) -> Three {
        reference::linear::backward::<Flex>(x, w, y, grad, act)
    }
    fn parameters(x: FlexTensor, y: FlexTensor, grad: FlexTensor, act: Activation) -> Two {
        reference::linear::backward_parameters::<Flex>(x, y, grad, act)
    }
    fn cross_entropy(x: FlexTensor, t: FlexTensor, w: FlexTensor, e: FlexTensor) -> Three {
        reference::loss::cross_entropy::<Flex>(x, t, w, e)
    }
    fn update(
        w: FlexTensor,
        g: FlexTensor,
        m: FlexTensor,
        scalars: FlexTensor,
        group: usize,
        rule: Rule,
    ) -> Two {
        reference::update::update::<Flex>(w, g, m, scalars, group, rule)
    }
    fn dropout(x: FlexTensor, rate: FlexTensor, seed: FlexTensor) -> FlexTensor {
        reference::dropout::dropout::<Flex>(x, rate, seed, AT)
    }
    fn gather(
        values: FlexTensor,
        rows: FlexTensor,
        fold: FlexTensor,
        center: FlexTensor,
        scale: FlexTensor,
    ) -> FlexTensor {
        reference::gather::bytes::<Flex>(values, rows, fold, center, scale)
    }
    fn transform(
        x: FlexTensor,
        border: FlexTensor,
        transforms: FlexTensor,
        image: [usize; 3],
    ) -> FlexTensor {
        reference::augment::transform::<Flex>(x, border, transforms, image)
    }
    fn mix(x: FlexTensor, partner: FlexTensor, share: FlexTensor) -> FlexTensor {
        reference::mixup::mix::<Flex>(x, partner, share)
    }
}
