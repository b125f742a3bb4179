//! The same network in Burn's own trainer, whose optimiser is decay's.
//!
//! `cargo run --release -p burn-loop --features learner --bin learner`

mod digits;
mod perceptron;

use std::error::Error;

use burn::data::dataloader::DataLoaderBuilder;
use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::InMemDataset;
use burn::lr_scheduler::constant::ConstantLr;
use burn::module::ParamGroup;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Device, Int, Tensor};
use burn::train::metric::{AccuracyMetric, LossMetric};
use burn::train::{
    ClassificationOutput, InferenceStep, Learner, SupervisedTraining, TrainOutput, TrainStep,
};
use decay_train::DecoupledDecay;
use digits::{Digit, TRAINING};
use perceptron::{Perceptron, tensors};

/// Pixels and labels.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    x: Tensor<2>,
    labels: Tensor<1, Int>,
}

struct Stacked;

impl Batcher<Digit, Batch> for Stacked {
    fn batch(&self, items: Vec<Digit>, device: &Device) -> Batch {
        let (x, labels) = tensors(&items, device);
        Batch { x, labels }
    }
}

fn output(network: &Perceptron, batch: Batch) -> ClassificationOutput {
    let logits = network.forward(batch.x);
    let loss = CrossEntropyLossConfig::new().init(&logits.device());
    let loss = loss.forward(logits.clone(), batch.labels.clone());
    ClassificationOutput::new(loss, logits, batch.labels)
}

impl TrainStep for Perceptron {
    type Input = Batch;
    type Output = ClassificationOutput;

    fn step(&self, batch: Batch) -> TrainOutput<ClassificationOutput> {
        let output = output(self, batch);
        TrainOutput::new(self, output.loss.backward(), output)
    }
}

impl InferenceStep for Perceptron {
    type Input = Batch;
    type Output = ClassificationOutput;

    fn step(&self, batch: Batch) -> ClassificationOutput {
        output(self, batch)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::default().autodiff();
    let mut rows = digits::digits()?;
    let held_out = rows.split_off(TRAINING);
    let batches = |rows: Vec<Digit>| {
        let builder = DataLoaderBuilder::new(Stacked).batch_size(64).shuffle(1);
        builder.build(InMemDataset::new(rows))
    };
    let logs = std::env::temp_dir().join("decay-burn-learner");
    // As in the loop: biases are exempt by their one axis, the head by its name.
    let optimizer = DecoupledDecay::adamw(0.1).exempting(ParamGroup::from_predicate("head"));
    let learner = Learner::new(Perceptron::new(&device), optimizer, ConstantLr::new(1e-2));
    SupervisedTraining::new(logs, batches(rows), batches(held_out))
        .metrics((AccuracyMetric::new(), LossMetric::new()))
        .num_epochs(10)
        .summary()
        .launch(learner);
    Ok(())
}
