//! Convolutional networks as wholes: sizes, gradients, members and files.

use burn::tensor::{Device, Tensor, TensorData};
use decay_kernels::At;
use decay_model::{
    CnnConfig, Input, MemberState, Mode, ModelConfig, ModelError, Network, Noise, Norm, Precision,
    Preset, State, read_weights, to_safetensors,
};
use decay_random::{Purpose, Stream};

fn network(stages: &str, norm: Norm, image: [usize; 3]) -> Result<Network, ModelError> {
    let stages = stages.split(' ').map(|text| text.parse().expect("a stage"));
    let config = CnnConfig {
        stages: stages.collect(),
        norm,
        ..CnnConfig::default()
    };
    ModelConfig::Cnn(config).init(image.as_slice(), 3)
}

fn normals(seed: u64, len: usize) -> Vec<f32> {
    let mut values = vec![0.0; len];
    Stream::new(seed, Purpose::Initialise, At::default()).fill_normal(&mut values);
    values
}

fn device() -> Device {
    Device::default().autodiff()
}

/// Sizes that others report: 272,474 weights of a ResNet-20 with projections, 61,706 of LeNet-5.
#[test]
fn presets_have_the_sizes_of_the_literature() {
    let size = |preset: Preset, image: [usize; 3]| {
        let network = ModelConfig::Cnn(preset.config()).init(image.as_slice(), 10);
        network.expect("a network").size()
    };
    assert_eq!(size(Preset::Resnet20, [3, 32, 32]), 272_474);
    assert_eq!(size(Preset::Resnet8, [3, 32, 32]), 78_042);
    assert_eq!(size(Preset::Lenet, [1, 28, 28]), 61_706);
    assert_eq!(size(Preset::Simple, [1, 28, 28]), 421_642);
}

/// Outputs of a training pass for each member's own images, weighed with `cotangent` and summed.
fn objective(network: &Network, state: &State, x: &[f32], cotangent: &[f32]) -> Tensor<1> {
    let members = state.parameters[0].dims()[0];
    let batch = 4;
    let leaves = network.leaves(state, true, Precision::F32);
    objective_of(network, &leaves, state, x, cotangent, [members, batch])
}

fn objective_of(
    network: &Network,
    leaves: &decay_model::Leaves,
    state: &State,
    x: &[f32],
    cotangent: &[f32],
    [members, batch]: [usize; 2],
) -> Tensor<1> {
    let device = device();
    let noise = Noise {
        dropout: None,
        edge_dropout: None,
        seeds: Tensor::zeros([members, 2], &device),
        weights: Tensor::from_data(
            TensorData::new([1.0f32, 1.0, 0.0, 1.0].repeat(members), [members, batch]),
            &Device::default(),
        ),
        at: At::default(),
    };
    let width = x.len() / (members * batch);
    let x = TensorData::new(x.to_vec(), [members, batch, width]);
    let x = Tensor::<3>::from_data(x, &Device::default());
    let y = network.forward(
        leaves,
        &mut state.clone(),
        Input::Rows(x),
        Mode::Train(&noise),
    );
    let cotangent = TensorData::new(cotangent.to_vec(), y.values.dims());
    (y.values * Tensor::<3>::from_data(cotangent, &device)).sum()
}

/// The gradient along a random direction against a central difference, for every kind of stage.
#[test]
fn gradients_are_those_of_finite_differences() {
    for (stages, norm, image) in [
        ("conv3:4 max2 dense:5", Norm::None, [2, 7, 5]),
        ("conv3x5:3/2 avg2 depthwise3 global", Norm::None, [1, 9, 8]),
        ("conv3:4 res3:4 res3:6/2 global", Norm::Batch, [3, 6, 5]),
        ("conv1:3 conv2:4p1 max3/2p1 dense:4", Norm::Batch, [2, 5, 6]),
    ] {
        let mut config = match network(stages, norm, image).map(|_| stages) {
            Ok(stages) => CnnConfig {
                stages: stages
                    .split(' ')
                    .map(|s| s.parse().expect("a stage"))
                    .collect(),
                norm,
                ..CnnConfig::default()
            },
            Err(error) => panic!("{stages}: {error}"),
        };
        // A kink inside the difference would spoil it.
        config.activation = decay_model::Nonlinearity::Tanh;
        let network = ModelConfig::Cnn(config)
            .init(image.as_slice(), 3)
            .expect("a network");
        let member = network.initial(5);
        let width: usize = image.iter().product();
        let (x, cotangent) = (normals(1, 4 * width), normals(2, 4 * 3));
        let state = State::stack(std::slice::from_ref(&member), &Device::default());
        let leaves = network.leaves(&state, true, Precision::F32);
        let loss = objective_of(&network, &leaves, &state, &x, &cotangent, [1, 4]);
        let mut gradients = loss.backward();
        let gradients = leaves.into_gradients(&mut gradients);
        let mut slope = 0.0;
        let moved = |step: f32| {
            let mut moved = member.clone();
            for (index, values) in moved.parameters.iter_mut().enumerate() {
                let direction = normals(100 + index as u64, values.len());
                for (value, d) in values.iter_mut().zip(direction) {
                    *value += step * d;
                }
            }
            let state = State::stack(&[moved], &Device::default());
            let loss = objective(&network, &state, &x, &cotangent);
            f64::from(loss.inner().into_scalar::<f32>())
        };
        for (index, gradient) in gradients.into_iter().enumerate() {
            let gradient: Vec<f32> = gradient.expect("a gradient").into_data().iter().collect();
            let direction = normals(100 + index as u64, gradient.len());
            let products = gradient.iter().zip(direction);
            slope += products
                .map(|(&g, d)| f64::from(g) * f64::from(d))
                .sum::<f64>();
        }
        let step = 5e-4;
        let difference = (moved(step) - moved(-step)) / f64::from(2.0 * step);
        assert!(
            (slope - difference).abs() < 1e-2 * slope.abs().max(1.0),
            "{stages}: gradient {slope}, difference {difference}"
        );
    }
}

#[test]
fn a_member_alone_is_a_member_among_others() {
    let network = network("conv3:4 max2 res3:6/2 global", Norm::Batch, [2, 8, 6]).unwrap();
    let members: Vec<MemberState> = (0..3).map(|seed| network.initial(seed)).collect();
    let width = 2 * 8 * 6;
    let x = normals(1, 3 * 4 * width);
    let outputs = |members: &[MemberState], x: &[f32]| -> Vec<f32> {
        let state = State::stack(members, &Device::default());
        let leaves = network.leaves(&state, false, Precision::F32);
        let shape = [members.len(), 4, width];
        let x = Tensor::<3>::from_data(TensorData::new(x.to_vec(), shape), &Device::default());
        let y = network.forward(&leaves, &mut state.clone(), Input::Rows(x), Mode::Evaluate);
        y.values.into_data().iter().collect()
    };
    let together = outputs(&members, &x);
    let alone = outputs(&members[1..2], &x[4 * width..8 * width]);
    assert_eq!(together[12..24], alone);
}

#[test]
fn a_file_read_back_is_the_member_and_has_the_shapes_of_torch() {
    let network = network(
        "conv3x5:4 depthwise3 max2 res3:6/2 dense:5",
        Norm::Batch,
        [2, 8, 6],
    );
    let network = network.unwrap();
    let member = network.initial(9);
    let bytes = to_safetensors(&network, &member);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("model.safetensors");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(read_weights(&network, &path).unwrap(), member);
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    for (name, shape) in [
        ("stages.0.conv.weight", &[4, 2, 3, 5][..]),
        ("stages.1.conv.weight", &[4, 1, 3, 3]),
        ("stages.3.first.conv.weight", &[6, 4, 3, 3]),
        ("stages.3.shortcut.conv.weight", &[6, 4, 1, 1]),
        ("stages.3.second.norm.running_var", &[6]),
        ("stages.4.dense.weight", &[5, 6 * 2 * 2]),
        ("head.weight", &[3, 5]),
        ("head.bias", &[3]),
    ] {
        assert_eq!(file.tensor(name).expect(name).shape(), shape, "{name}");
    }
}

#[test]
fn stages_that_cannot_follow_each_other_are_refused_by_place_and_reason() {
    for (stages, image, parts) in [
        ("conv7:4p0", [1, 5, 5], &["stage 0", "conv7:4p0"][..]),
        ("max2 max2 max2", [1, 4, 4], &["stage 2", "max2"]),
        ("dense:4 conv3:4", [1, 8, 8], &["stage 1", "dense"]),
        ("dense:4 global", [1, 8, 8], &["stage 1", "dense"]),
        ("res2:4/2", [1, 8, 8], &["stage 0", "odd kernel"]),
    ] {
        let error = network(stages, Norm::None, image).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{stages}: {error}");
        }
    }
    let rows = ModelConfig::Cnn(CnnConfig::default()).init(30, 3);
    assert!(matches!(rows, Err(ModelError::NoImage { values: 30 })));
}
