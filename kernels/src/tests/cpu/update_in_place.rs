//! `update` writes into the buffers it is given: that is what makes it fast.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::{Device, Tensor};

use super::suite::values::{bits, draws, floats};
use crate::{Activation, Decay, Direction, Rule, Scalars, UpdateOps, linear, update};

const ADAMW: Rule = Rule::new(Direction::ADAM, Decay::Plain);

fn table(members: usize) -> Vec<f32> {
    let row = Scalars {
        learning_rate: 0.01,
        shrink: 0.001,
        ..Scalars::default()
    }
    .row(ADAMW.direction);
    (0..members).flat_map(|_| row).collect()
}

fn address(tensor: &FlexTensor) -> *const f32 {
    tensor.storage::<f32>().as_ptr()
}

#[test]
fn a_buffer_that_nobody_else_holds_is_reused() {
    let (w, m) = (draws([2, 3, 5], 1), draws([2, 2, 3, 5], 2));
    let before = (address(&w), address(&m));
    let scalars = floats(table(2), [1, 2, Scalars::COUNT]);
    let (w, m) = Flex::update(w, draws([2, 3, 5], 3), m, scalars, 0, ADAMW);
    assert_eq!((address(&w), address(&m)), before);
}

#[test]
fn a_buffer_that_somebody_else_holds_is_left_alone() {
    let (w, m) = (draws([2, 3, 5], 1), draws([2, 2, 3, 5], 2));
    let (kept_w, kept_m) = (w.clone(), m.clone());
    let scalars = floats(table(2), [1, 2, Scalars::COUNT]);
    let (w, m) = Flex::update(w, draws([2, 3, 5], 3), m, scalars, 0, ADAMW);
    assert_ne!(bits(&w), bits(&kept_w));
    assert_ne!(bits(&m), bits(&kept_m));
    assert_eq!(bits(&kept_w), bits(&draws([2, 3, 5], 1)));
    assert_eq!(bits(&kept_m), bits(&draws([2, 2, 3, 5], 2)));
}

fn address_of<const D: usize>(tensor: &Tensor<D>) -> *const f32 {
    let primitive = tensor
        .clone()
        .try_into_primitive::<Flex>()
        .unwrap_or_else(|_| panic!("a tensor on the flex backend"));
    address(&primitive)
}

fn tensor<const D: usize>(shape: [usize; D], seed: u64) -> Tensor<D> {
    let data = draws(shape, seed).into_data();
    Tensor::from_data(data, &Device::flex())
}

/// The whole pattern of a training step, through the public functions.
#[test]
fn a_training_step_reuses_the_buffers_of_parameters_and_moments() {
    let x = tensor([2, 4, 3], 1);
    let (mut weight, mut bias) = (tensor([2, 3, 5], 2), tensor([2, 5], 3));
    let (mut weight_moments, mut bias_moments) = (tensor([2, 2, 3, 5], 4), tensor([2, 2, 5], 5));
    let before = (
        address_of(&weight),
        address_of(&bias),
        address_of(&weight_moments),
        address_of(&bias_moments),
    );
    let scalars: Tensor<3> = Tensor::<1>::from_floats(table(2).as_slice(), &Device::flex())
        .reshape([1, 2, Scalars::COUNT]);
    for _ in 0..3 {
        let leaf = Tensor::from_inner(weight.clone()).require_grad();
        let bias_leaf = Tensor::from_inner(bias.clone()).require_grad();
        let input = Tensor::from_inner(x.clone());
        let y = linear(input, leaf.clone(), bias_leaf.clone(), Activation::Tanh);
        let mut gradients = y.sum().backward();
        let gradient = leaf.grad_remove(&mut gradients).expect("a gradient");
        let bias_gradient = bias_leaf.grad_remove(&mut gradients).expect("a gradient");
        drop((leaf, bias_leaf, gradients));
        (weight, weight_moments) = stepped(weight, gradient, weight_moments, &scalars);
        (bias, bias_moments) = stepped(bias, bias_gradient, bias_moments, &scalars);
    }
    let after = (
        address_of(&weight),
        address_of(&bias),
        address_of(&weight_moments),
        address_of(&bias_moments),
    );
    assert_eq!(after, before);
}

fn stepped<const D: usize, const M: usize>(
    parameter: Tensor<D>,
    gradient: Tensor<D>,
    moments: Tensor<M>,
    scalars: &Tensor<3>,
) -> (Tensor<D>, Tensor<M>) {
    let (parameter, moments) = update(
        parameter.into_dispatch(),
        gradient.into_dispatch(),
        moments.into_dispatch(),
        scalars.clone(),
        0,
        ADAMW,
    );
    (
        Tensor::from_dispatch(parameter),
        Tensor::from_dispatch(moments),
    )
}
