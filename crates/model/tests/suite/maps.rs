//! A member's maps in double precision against the network itself.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::maps::apply;
use decay_model::{
    CnnConfig, Input, MemberState, MlpConfig, Mode, ModelConfig, ModelError, Network, Nonlinearity,
    Norm, Precision, State,
};
use decay_random::{At, Purpose, Stream};

fn normals(seed: u64, len: usize) -> Vec<f32> {
    let mut values = vec![0.0; len];
    Stream::new(seed, Purpose::Initialise, At::default()).fill_normal(&mut values);
    values
}

/// Starting values with every bias, norm and running statistic moved away from where it starts.
fn member(network: &Network) -> MemberState {
    let mut state = network.initial(3);
    for (index, values) in state.parameters.iter_mut().enumerate() {
        let moved = normals(50 + index as u64, values.len());
        values
            .iter_mut()
            .zip(moved)
            .for_each(|(v, m)| *v += 0.1 * m);
    }
    for (index, values) in state.buffers.iter_mut().enumerate() {
        let moved = normals(90 + index as u64, values.len());
        values
            .iter_mut()
            .zip(moved)
            .for_each(|(v, m)| *v += 0.2 * m.abs());
    }
    state
}

/// The largest difference over 5 samples, relative to the largest logit.
fn difference(network: &Network, inputs: usize) -> f64 {
    let (state, rows) = (member(network), 5);
    let x = normals(7, rows * inputs);
    let stacked = State::stack(std::slice::from_ref(&state), &Device::default());
    let leaves = network.leaves(&stacked, false, Precision::F32);
    let data = TensorData::new(x.clone(), [1, rows, inputs]);
    let input = Input::Rows(Tensor::from_data(data, &Device::default()));
    let output = network.forward(&leaves, &mut stacked.clone(), input, Mode::Evaluate);
    let want: Vec<f32> = output.values.into_data().iter().collect();
    let maps = network.maps(&state).expect("maps");
    let got = x.chunks_exact(inputs).flat_map(|x| {
        let x: Vec<f64> = x.iter().copied().map(f64::from).collect();
        apply(&maps, &x)
    });
    let got: Vec<f64> = got.collect();
    assert_eq!(got.len(), want.len());
    let largest = want.iter().fold(0f32, |a, b| a.max(b.abs()));
    let errors = got
        .iter()
        .zip(&want)
        .map(|(g, &w)| (g - f64::from(w)).abs());
    errors.fold(0.0, f64::max) / f64::from(largest)
}

fn perceptron(activation: Nonlinearity, norm: Norm) -> Network {
    let config = MlpConfig {
        hidden: vec![9, 5],
        activation,
        norm,
        ..MlpConfig::default()
    };
    ModelConfig::Mlp(config).init(7, 3).expect("a network")
}

fn convolutional(stages: &str, norm: Norm, image: [usize; 3]) -> Network {
    let stages = stages.split(' ').map(|text| text.parse().expect("a stage"));
    let config = CnnConfig {
        stages: stages.collect(),
        norm,
        ..CnnConfig::default()
    };
    let network = ModelConfig::Cnn(config).init(image.as_slice(), 3);
    network.expect("a network")
}

#[test]
fn a_perceptron_is_its_maps() {
    for activation in Nonlinearity::ALL {
        for norm in [Norm::None, Norm::Batch] {
            let error = difference(&perceptron(activation, norm), 7);
            assert!(error < 1e-5, "{activation:?}, {norm:?}: {error}");
        }
    }
}

#[test]
fn a_convolutional_network_is_its_maps() {
    for (stages, norm, image) in [
        ("conv3:4 max2 dense:5", Norm::None, [2, 7, 5]),
        (
            "conv3x5:3/2 avg3/2p1 depthwise3 global",
            Norm::None,
            [1, 9, 8],
        ),
        ("conv3:4 res3:4 res3:6/2 global", Norm::Batch, [3, 6, 5]),
        ("conv1:3 conv2:4p1 max3/2p1 dense:4", Norm::Batch, [2, 5, 6]),
        ("max2 depthwise3/2 dense:4", Norm::Batch, [3, 8, 6]),
    ] {
        let error = difference(&convolutional(stages, norm, image), image.iter().product());
        assert!(error < 1e-5, "{stages}: {error}");
    }
}

/// No slope on a fine grid is steeper than the constant, and one comes within 1e-4 of it.
#[test]
fn lipschitz_constants_are_the_steepest_slopes() {
    let step = 1e-4;
    for f in Nonlinearity::ALL {
        let slopes = (-60_000..60_000).map(|i| {
            let z = f64::from(i) * step;
            ((f.value(z + step) - f.value(z)) / step).abs()
        });
        let steepest = slopes.fold(0.0, f64::max);
        assert!(steepest <= f.lipschitz() + 1e-10, "{f:?}: {steepest}");
        assert!(steepest >= f.lipschitz() - 1e-4, "{f:?}: {steepest}");
    }
}

/// To the left of the lowest place the function falls, to the right it rises; the others rise everywhere.
#[test]
fn functions_fall_until_their_lowest_place_and_rise_after_it() {
    for f in Nonlinearity::ALL {
        let lowest = f.lowest_at().unwrap_or(-10.0);
        for i in 0..10_000 {
            let left = -10.0 + f64::from(i) * 2e-3;
            let right = left + 2e-3;
            let rise = f.value(right) - f.value(left);
            assert!(left < lowest || rise >= 0.0, "{f:?} at {left}: {rise}");
            assert!(right > lowest || rise <= 0.0, "{f:?} at {left}: {rise}");
        }
    }
}

#[test]
fn what_is_no_chain_of_fixed_maps_is_refused() {
    let network = perceptron(Nonlinearity::Relu, Norm::Layer);
    let error = network.maps(&network.initial(1));
    assert!(matches!(
        error,
        Err(ModelError::NoMaps {
            what: "a layer norm"
        })
    ));
    let other = perceptron(Nonlinearity::Relu, Norm::Batch);
    let error = other.maps(&network.initial(1));
    assert!(matches!(
        error,
        Err(ModelError::Values {
            expected: 4,
            got: 0,
            ..
        })
    ));
    let plain = perceptron(Nonlinearity::Relu, Norm::None);
    let mut short = plain.initial(1);
    short.parameters[2].pop();
    let error = plain
        .maps(&short)
        .expect_err("a value is missing")
        .to_string();
    assert_eq!(error, "'layers.1.weight' must have 45 values, got 44");
}
