//! A network, a loop and a loss of Burn's own; only the optimiser is decay's.
//!
//! [`DecoupledDecay`] implements Burn's `Optimizer` trait, so that it goes wherever a `ModuleOptimizer` does:
//! into a loop like this one or into `burn::train::Learner`.

use burn::module::{Module, ParamGroup};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig, Relu};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor};
use decay_data::{Embedded, Storage, Target};
use decay_train::DecoupledDecay;

const TRAINING: usize = 1200;
const EPOCHS: usize = 30;
const BATCH: usize = 64;

#[derive(Module, Debug)]
struct Perceptron {
    hidden: Linear,
    head: Linear,
}

impl Perceptron {
    fn new(device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(64, 64).init(device),
            head: LinearConfig::new(64, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.head
            .forward(Relu::new().forward(self.hidden.forward(x)))
    }
}

/// Digits as `[rows, 64]` in `[0, 1]`, and their labels.
fn digits(device: &Device) -> Result<(Tensor<2>, Tensor<1, Int>), Box<dyn std::error::Error>> {
    let data = Embedded::Digits.load()?;
    let pixels: Vec<f32> = match &data.features {
        Storage::U8(values) => values
            .iter()
            .map(|&value| f32::from(value) / 16.0)
            .collect(),
        Storage::F32(values) => values.iter().map(|&value| value / 16.0).collect(),
        Storage::Sparse(_) => return Err("the digits are dense".into()),
    };
    let Target::Classes { labels, .. } = &data.target else {
        return Err("the digits have classes".into());
    };
    let labels: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
    let x = Tensor::<1>::from_floats(pixels.as_slice(), device).reshape([data.rows, 64]);
    Ok((x, Tensor::from_ints(labels.as_slice(), device)))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::default();
    let (x, labels) = digits(&device)?;
    let rows = x.dims()[0];
    println!("     λ   accuracy   norm of the hidden weights");
    for rate in [0.0, 0.01, 0.1, 1.0] {
        // Biases have one axis and are exempt by that; the head is exempt by its name.
        let mut optimizer =
            DecoupledDecay::adamw(rate).exempting(ParamGroup::from_predicate("head"));
        let tracked = device.clone().autodiff();
        let mut network = Perceptron::new(&tracked);
        let loss = CrossEntropyLossConfig::new().init(&tracked);
        for _ in 0..EPOCHS {
            for start in (0..TRAINING).step_by(BATCH) {
                let range = start..(start + BATCH).min(TRAINING);
                let own = Tensor::from_inner(x.clone().slice([range.clone()]));
                let targets = Tensor::from_inner(labels.clone().slice([range]));
                let gradients = loss.forward(network.forward(own), targets).backward();
                let gradients = GradientsParams::from_grads(gradients, &network);
                network = optimizer.step(1e-2, network, gradients);
            }
        }
        let network = network.valid();
        let held_out = x.clone().narrow(0, TRAINING, rows - TRAINING);
        let guesses = network
            .forward(held_out)
            .argmax(1)
            .reshape([rows - TRAINING]);
        let right = guesses
            .equal(labels.clone().narrow(0, TRAINING, rows - TRAINING))
            .int()
            .sum();
        let accuracy = right.into_scalar::<i32>() as f32 / (rows - TRAINING) as f32;
        let norm = network.hidden.weight.val().powi_scalar(2).sum().sqrt();
        println!(
            "{rate:>6}   {accuracy:>8.4}   {:>8.3}",
            norm.into_scalar::<f32>()
        );
    }
    Ok(())
}
