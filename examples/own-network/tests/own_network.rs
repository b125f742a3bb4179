//! A network of one's own is trained as decay's are.

use burn::tensor::{Tensor, activation};
use decay::model::Opening;
use decay::network::{Init, Leaves, Mode, ParameterSpec, PopulationNetwork, State};
use decay::prelude::*;
use own_network::Gated;

/// decay's perceptron with one hidden layer, in Burn's operations.
#[derive(Debug)]
struct Perceptron(Vec<ParameterSpec>);

impl PopulationNetwork for Perceptron {
    fn name(&self) -> &str {
        "perceptron"
    }

    fn parameters(&self) -> &[ParameterSpec] {
        &self.0
    }

    fn forward(&self, leaves: &Leaves, _: &mut State, x: Tensor<3>, _: Mode<'_>) -> Tensor<3> {
        let linear = |place: usize, x: Tensor<3>| {
            x.matmul(leaves.matrix(place)) + leaves.vector(place + 1).unsqueeze_dim(1)
        };
        linear(2, activation::relu(linear(0, x)))
    }
}

fn wine() -> Data {
    decay::read("embedded:wine").load().unwrap()
}

fn experiment(data: &Data) -> Experiment<'static> {
    let train = TrainConfig {
        epochs: 4,
        batch: 32,
        lr: 0.01,
        ..TrainConfig::default()
    };
    Experiment::on(data)
        .train(train)
        .folds(3)
        .seeds(1)
        .threads(1)
}

/// The largest difference of any value of any member.
fn difference(one: &decay::experiment::Population, other: &decay::experiment::Population) -> f32 {
    let pairs = one.trained.outcomes.iter().zip(&other.trained.outcomes);
    let values = pairs.flat_map(|(a, b)| {
        let own = a.state.parameters.iter().flatten();
        own.zip(b.state.parameters.iter().flatten())
    });
    values.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn a_perceptron_of_ones_own_is_the_built_in_one() {
    let data = wine();
    let linear = |name, fans| ParameterSpec::linear(name, fans, Init::HeNormal);
    let own = Perceptron([linear("layers.0", [13, 8]), linear("layers.1", [8, 3])].concat());
    let rates = [0.1, 10.0];
    let one = experiment(&data).network(own).sweep(Hyper::Decay, rates);
    let other = experiment(&data)
        .model(Mlp::hidden([8]))
        .sweep(Hyper::Decay, rates);
    let difference = difference(&one.population().unwrap(), &other.population().unwrap());
    assert!(difference < 1e-4, "{difference}");
}

#[test]
fn a_member_alone_is_the_same_member_among_many() {
    let data = wine();
    let gated = || Gated::new(data.features(), 8, data.outputs());
    let many = experiment(&data)
        .network(gated())
        .sweep(Hyper::Decay, [0.1, 1.0, 10.0]);
    let many = many.population().unwrap();
    for (place, rate) in [0.1, 1.0, 10.0].into_iter().enumerate() {
        let alone = experiment(&data)
            .network(gated())
            .sweep(Hyper::Decay, [rate]);
        let alone = alone.population().unwrap();
        let own = &many.trained.outcomes[3 * place..][..3];
        for (a, b) in own.iter().zip(&alone.trained.outcomes) {
            let values = a.state.parameters.iter().flatten();
            for (a, b) in values.zip(b.state.parameters.iter().flatten()) {
                assert!((a - b).abs() < 1e-5, "rate {rate}: {a} and {b}");
            }
        }
    }
}

#[test]
fn a_runs_directory_names_the_network_and_is_read_with_it() {
    let data = wine();
    let gated = || Gated::new(data.features(), 8, data.outputs());
    let parent = tempfile::tempdir().unwrap();
    let run = parent.path().join("run");
    let outcome = experiment(&data)
        .network(gated())
        .sweep(Hyper::Decay, [0.1, 1.0])
        .refits(2)
        .out(&run)
        .run()
        .unwrap();
    let error = Model::open(&run).unwrap_err();
    assert!(
        error.is_input() && error.to_string().contains("'gated'"),
        "{error}"
    );
    let model = Opening::new(&run).network(gated()).read().unwrap();
    let there = model.predict("embedded:wine").unwrap();
    assert_eq!(there, outcome.model.predict("embedded:wine").unwrap());
    let wrong = Opening::new(&run).network(Gated::new(13, 9, 3)).read();
    assert!(matches!(wrong, Err(Error::Model(_))));
}

/// A loss that reads two outputs for each target cannot read one.
#[test]
fn outputs_that_the_loss_does_not_read_are_refused() {
    let data = decay::read("embedded:diabetes").load().unwrap();
    let run = |outputs: usize| {
        let train = TrainConfig {
            epochs: 1,
            loss: Loss::Gaussian,
            ..TrainConfig::default()
        };
        let own = Gated::new(data.features(), 4, outputs);
        let experiment = experiment(&data).train(train).network(own);
        experiment
            .sweep(Hyper::Decay, [0.1])
            .population()
            .map(|_| ())
    };
    assert_eq!(
        run(1).unwrap_err().to_string(),
        "this network has 1 outputs, and the loss reads 2"
    );
    run(2).unwrap();
}
