//! What perceptrons read of numbers.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::maps::clip;
use decay_model::{
    Encoding, Input, InputFeatures, InputShape, MemberState, MlpConfig, ModelConfig, ModelError,
    Network, Nonlinearity, Precision, RowTargets, State,
};

use super::perceptron::{assert_gradients, assert_maps, assert_members_apart, members, normals};

const INPUTS: usize = 5;
/// Of the inputs, a label lies between the numbers.
const NUMBERS: [usize; 3] = [0, 2, 4];

fn config(encoding: Encoding) -> MlpConfig {
    MlpConfig {
        hidden: vec![9, 6],
        activation: Nonlinearity::Tanh,
        encoding,
        bins: 4,
        frequencies: 6,
        ..MlpConfig::default()
    }
}

fn network(config: MlpConfig) -> Network {
    let inputs = InputFeatures::new(INPUTS, NUMBERS.to_vec());
    ModelConfig::Mlp(config).init(inputs, 3).expect("a network")
}

#[test]
fn the_default_is_the_network_without_an_encoding() {
    let plain = network(config(Encoding::Linear));
    let names: Vec<_> = plain.parameters().iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names[0], "layers.0.weight");
    assert_eq!(names.len(), 6);
    assert!(plain.buffers().is_empty() && plain.fitted_columns().is_empty());
    // A file written before there were encodings.
    let read: ModelConfig = serde_json::from_str(
        r#"{"kind":"mlp","hidden":[9,6],"activation":"tanh","norm":"none","init":"he_normal"}"#,
    )
    .expect("an old file");
    let ModelConfig::Mlp(read) = read else {
        panic!("a perceptron");
    };
    assert_eq!(read.encoding, Encoding::Linear);
    assert!(!read.feature_scale);
}

#[test]
fn without_numbers_nothing_is_encoded() {
    for encoding in Encoding::ALL {
        let image = ModelConfig::Mlp(config(encoding)).init(InputShape::Image([1, 5, 1]), 3);
        let image = image.expect("a network");
        let labels = InputFeatures::new(INPUTS, Vec::new());
        let labels = ModelConfig::Mlp(config(encoding)).init(labels, 3);
        let plain = network(config(Encoding::Linear));
        assert_eq!(image.parameters(), plain.parameters());
        assert_eq!(labels.expect("a network").parameters(), plain.parameters());
    }
}

/// A network without hidden layers shows its encoding: weights that pick one input after the other.
fn encoded(encoding: Encoding, feature_scale: bool, x: &[f32]) -> (Vec<Vec<f32>>, MemberState) {
    let config = MlpConfig {
        hidden: vec![],
        feature_scale,
        ..config(encoding)
    };
    let network = network(config);
    let member = members(&network, 1).remove(0);
    let device = Device::default();
    let mut state = State::stack(std::slice::from_ref(&member), &device);
    let leaves = network.leaves(&state, false, Precision::F32);
    let rows = x.len() / INPUTS;
    let data = TensorData::new(x.to_vec(), [1, rows, INPUTS]);
    let input = Input::Rows(Tensor::from_data(data, &device));
    let seen = network.represent(&leaves, &mut state, input);
    let values: Vec<f32> = seen.hidden[0].clone().into_data().iter().collect();
    let width = values.len() / rows;
    (values.chunks(width).map(<[f32]>::to_vec).collect(), member)
}

#[test]
fn a_clip_levels_numbers_and_leaves_labels() {
    let x = [0.5, 1.0, -2.0, 77.0, 1e6, -1e3, 0.0, 0.0, 1e9, 3.0];
    let (rows, _) = encoded(Encoding::Clip, false, &x);
    for (row, x) in rows.iter().zip(x.chunks(INPUTS)) {
        for (column, (&got, &x)) in row.iter().zip(x).enumerate() {
            if NUMBERS.contains(&column) {
                let want = clip(f64::from(x)) as f32;
                assert!((got - want).abs() < 1e-6, "{got} {want}");
            } else {
                assert_eq!(got.to_bits(), x.to_bits());
            }
        }
    }
    assert!((f64::from(rows[1][0]) + 3.0).abs() < 1e-4);
}

#[test]
fn a_piecewise_encoding_counts_quantiles() {
    let x = normals(3, 8 * INPUTS);
    let (rows, member) = encoded(Encoding::Piecewise, false, &x);
    for (row, x) in rows.iter().zip(x.chunks(INPUTS)) {
        assert_eq!(row[..2], [x[1], x[3]]);
        for (f, &column) in NUMBERS.iter().enumerate() {
            let edges = &member.buffers[0][f * 5..][..5];
            for t in 0..4 {
                let mut want = (x[column] - edges[t]) / (edges[t + 1] - edges[t]);
                if t > 0 {
                    want = want.max(0.0);
                }
                if t < 3 {
                    want = want.min(1.0);
                }
                let got = row[2 + 4 * f + t];
                assert!((got - want).abs() < 1e-5, "{got} {want}");
            }
        }
    }
}

#[test]
fn factors_scale_what_the_first_layer_reads() {
    let x = normals(3, 4 * INPUTS);
    let (rows, member) = encoded(Encoding::Linear, true, &x);
    for (row, x) in rows.iter().zip(x.chunks(INPUTS)) {
        for ((got, x), factor) in row.iter().zip(x).zip(&member.parameters[0]) {
            assert_eq!(*got, x * factor);
        }
    }
    let fresh = network(MlpConfig {
        feature_scale: true,
        ..config(Encoding::Linear)
    });
    assert_eq!(fresh.parameters()[0].name, "encoding.scale");
    assert_eq!(fresh.initial(1).parameters[0], [1.0; INPUTS]);
}

#[test]
fn a_member_alone_is_itself_among_others() {
    for encoding in Encoding::ALL {
        for feature_scale in [false, true] {
            let network = network(MlpConfig {
                feature_scale,
                ..config(encoding)
            });
            let x = normals(9, 7 * INPUTS);
            assert_members_apart(encoding.name(), &network, &x, INPUTS);
        }
    }
}

#[test]
fn gradients_agree_with_finite_differences() {
    for encoding in Encoding::ALL {
        for feature_scale in [false, true] {
            let network = network(MlpConfig {
                feature_scale,
                activation: Nonlinearity::Mish,
                ..config(encoding)
            });
            let mut member = members(&network, 1).remove(0);
            if encoding == Encoding::Piecewise {
                // A quarter apart, so that no step crosses an edge.
                let edges = (0..15).map(|i| (i % 5) as f32 - 2.0);
                member.buffers[0] = edges.collect();
            }
            let places = [-2.5, -1.5, -0.6, 0.3, 0.5, 1.6, 2.4];
            let x: Vec<f32> = (0..6 * INPUTS).map(|i| places[i % 7]).collect();
            assert_gradients(encoding.name(), &network, &member, &x, INPUTS);
        }
    }
}

/// In double precision, against the network itself.
#[test]
fn maps_are_the_network_where_there_are_maps() {
    for encoding in [Encoding::Linear, Encoding::Clip, Encoding::Piecewise] {
        for feature_scale in [false, true] {
            let network = network(MlpConfig {
                feature_scale,
                activation: Nonlinearity::Mish,
                ..config(encoding)
            });
            let member = members(&network, 1).remove(0);
            let mut x = normals(6, 9 * INPUTS);
            x.iter_mut().step_by(7).for_each(|x| *x *= 10.0);
            assert_maps(encoding.name(), &network, &member, &x, INPUTS);
        }
    }
    let waves = network(config(Encoding::Periodic));
    assert!(matches!(
        waves.maps(&waves.initial(1)),
        Err(ModelError::NoMaps { .. })
    ));
}

/// Its network is a constant of the numbers until its bins are known, and what is fitted has the shape that it wants.
#[test]
fn bins_come_from_the_training_values_alone() {
    let network = network(config(Encoding::Piecewise));
    assert_eq!(network.fitted_columns(), NUMBERS);
    assert!(network.buffers()[0].fitted);
    let missing = f32::NAN;
    let columns = [
        vec![4.0, 0.0, 1.0, missing, 2.0, 3.0],
        vec![7.0; 6],
        vec![missing; 6],
    ];
    let fitted = network.fitted_buffers(&columns, &RowTargets::Classes(vec![0; 6]));
    let constant = [7.0; 5];
    let want = [[0.0, 1.0, 2.0, 3.0, 4.0], constant, [0.0; 5]];
    assert_eq!(fitted, [(0, want.as_flattened().to_vec())]);
}

#[test]
fn chunks_are_sized_with_the_encoding() {
    let plain = network(config(Encoding::Linear)).activations();
    let counts = Encoding::ALL.map(|encoding| network(config(encoding)).activations() - plain);
    // Inputs, and behind them two labels and three numbers with four bins, or four values each.
    assert_eq!(counts, [0, 5, 5 + 2 + 12 - 5, 5 + 2 + 12 - 5]);
}
