//! A network, a loop and a loss of Burn's own; only the optimiser is decay's.
//!
//! [`DecoupledDecay`] implements Burn's `Optimizer` trait, so that it goes wherever a `ModuleOptimizer` does: into a loop like
//! this one, or into `burn::train::Learner` as in `learner.rs`.

#![forbid(unsafe_code)]

mod digits;
mod perceptron;

use std::error::Error;

use burn::module::{Module, ParamGroup};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::GradientsParams;
use burn::tensor::Device;
use decay_train::DecoupledDecay;
use digits::{Digit, TRAINING};
use perceptron::{Perceptron, tensors};

const EPOCHS: usize = 30;
const BATCH: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::default();
    let rows = digits::digits()?;
    let (training, held_out) = rows.split_at(TRAINING);
    println!("     λ   accuracy   norm of the hidden weights");
    for rate in [0.0, 0.01, 0.1, 1.0] {
        let network = trained(rate, training, &device.clone().autodiff()).valid();
        let (x, labels) = tensors(held_out, &device);
        let guesses = network.forward(x).argmax(1).reshape([held_out.len()]);
        let right = guesses.equal(labels).int().sum().into_scalar::<i32>();
        let accuracy = right as f32 / held_out.len() as f32;
        let norm = network.hidden.weight.val().powi_scalar(2).sum().sqrt();
        let norm = norm.into_scalar::<f32>();
        println!("{rate:>6}   {accuracy:>8.4}   {norm:>8.3}");
    }
    Ok(())
}

fn trained(rate: f64, rows: &[Digit], device: &Device) -> Perceptron {
    // Biases have one axis and are exempt by that; the head is exempt by its name.
    let mut optimizer = DecoupledDecay::adamw(rate).exempting(ParamGroup::from_predicate("head"));
    let mut network = Perceptron::new(device);
    let loss = CrossEntropyLossConfig::new().init(device);
    for _ in 0..EPOCHS {
        for batch in rows.chunks(BATCH) {
            let (x, labels) = tensors(batch, device);
            let gradients = loss.forward(network.forward(x), labels).backward();
            let gradients = GradientsParams::from_grads(gradients, &network);
            network = optimizer.step(1e-2, network, gradients);
        }
    }
    network
}
