//! Embedded categories of perceptrons.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::{
    Categorical, Encoding, Input, InputFeatures, MemberState, MlpConfig, ModelConfig, Network,
    Nonlinearity, ParameterKind, Precision, State,
};

use super::perceptron::{assert_gradients, assert_maps, assert_members_apart, members, normals};

/// A number, flags of three levels, a number, flags of two levels, and one that says whether a value is missing.
const INPUTS: usize = 8;
const NUMBERS: [usize; 2] = [0, 4];

fn features() -> InputFeatures {
    InputFeatures::new(INPUTS, NUMBERS.to_vec()).with_categories(vec![1..4, 5..7])
}

fn config(categories: Categorical) -> MlpConfig {
    MlpConfig {
        hidden: vec![6],
        activation: Nonlinearity::Tanh,
        categories,
        embedding: 2,
        bins: 4,
        frequencies: 3,
        ..MlpConfig::default()
    }
}

fn network(config: MlpConfig) -> Network {
    ModelConfig::Mlp(config)
        .init(features(), 3)
        .expect("a network")
}

fn embedded(encoding: Encoding) -> Network {
    network(MlpConfig {
        encoding,
        ..config(Categorical::Embedded)
    })
}

/// Rows with a label in both columns, in the first, and in neither.
fn rows() -> Vec<f32> {
    let rows = [
        [0.3, 0.0, 1.0, 0.0, -0.6, 1.0, 0.0, 0.0],
        [-1.5, 0.0, 0.0, 1.0, 1.6, 0.0, 0.0, 1.0],
        [2.4, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0],
    ];
    rows.as_flattened().to_vec()
}

#[test]
fn flags_stay_flags_unless_asked() {
    let flags = network(config(Categorical::OneHot));
    assert_eq!(flags.parameters()[0].name, "layers.0.weight");
    assert_eq!(flags.parameters()[0].shape, [INPUTS, 6]);
    // Without categories there is nothing to embed.
    let numbers = InputFeatures::new(INPUTS, NUMBERS.to_vec());
    let plain = ModelConfig::Mlp(config(Categorical::Embedded)).init(numbers, 3);
    assert_eq!(plain.expect("a network").parameters(), flags.parameters());
}

/// As long as asked for, and no longer than there are levels.
#[test]
fn each_column_has_its_own_vectors() {
    for (embedding, lengths) in [(1, [1, 1]), (2, [2, 2]), (8, [3, 2])] {
        let network = network(MlpConfig {
            embedding,
            ..config(Categorical::Embedded)
        });
        let tables = &network.parameters()[..2];
        for (index, (table, levels)) in tables.iter().zip([3, 2]).enumerate() {
            assert_eq!(table.name, format!("embeddings.{index}.weight"));
            assert_eq!(table.shape, [levels, lengths[index]]);
            assert_eq!(table.kind, ParameterKind::Encoding);
        }
        let first = &network.parameters()[2];
        assert_eq!(first.shape, [3 + lengths[0] + lengths[1], 6]);
    }
}

/// What a network without hidden layers reads.
fn read(network: &Network, member: &MemberState, x: &[f32]) -> Vec<Vec<f32>> {
    let device = Device::default();
    let mut state = State::stack(std::slice::from_ref(member), &device);
    let leaves = network.leaves(&state, false, Precision::F32);
    let rows = x.len() / INPUTS;
    let data = TensorData::new(x.to_vec(), [1, rows, INPUTS]);
    let input = Input::Rows(Tensor::from_data(data, &device));
    let seen = network.represent(&leaves, &mut state, input);
    let values: Vec<f32> = seen.hidden[0].clone().into_data().iter().collect();
    values
        .chunks(values.len() / rows)
        .map(<[f32]>::to_vec)
        .collect()
}

#[test]
fn a_label_is_its_vector_and_a_missing_one_is_none() {
    let network = network(MlpConfig {
        hidden: Vec::new(),
        ..config(Categorical::Embedded)
    });
    let member = members(&network, 1).remove(0);
    let [first, second] = [0, 1].map(|place| &member.parameters[place]);
    let read = read(&network, &member, &rows());
    assert_eq!(
        read[0],
        [0.3, -0.6, 0.0, first[2], first[3], second[0], second[1]]
    );
    assert_eq!(read[1], [-1.5, 1.6, 1.0, first[4], first[5], 0.0, 0.0]);
    assert_eq!(read[2], [2.4, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

/// Numbers are encoded as they are without vectors, and found in the data where they were.
#[test]
fn numbers_are_encoded_behind_an_embedding() {
    for encoding in Encoding::ALL {
        let [flags, vectors] = [Categorical::OneHot, Categorical::Embedded].map(|categories| {
            let network = network(MlpConfig {
                hidden: Vec::new(),
                encoding,
                ..config(categories)
            });
            let mut member = members(&network, 1).remove(0);
            // The encoding's own values follow the vectors.
            let own = usize::from(categories == Categorical::Embedded) * 2;
            for place in own..member.parameters.len() {
                let len = member.parameters[place].len();
                member.parameters[place] = normals((place - own) as u64, len);
            }
            assert_eq!(network.fitted_columns().len(), network.buffers().len() * 2);
            assert!(
                network
                    .fitted_columns()
                    .iter()
                    .all(|column| NUMBERS.contains(column))
            );
            read(&network, &member, &rows())
        });
        for (flags, vectors) in flags.iter().zip(&vectors) {
            let of = |row: &[f32], columns: &[usize]| {
                columns.iter().map(|&c| row[c]).collect::<Vec<_>>()
            };
            let [before, behind] = match encoding {
                Encoding::Linear | Encoding::Clip => [vec![0, 4], vec![0, 1]],
                // Flags and vectors come first.
                Encoding::Piecewise => [(6..14).collect(), (5..13).collect()],
                Encoding::Periodic => [
                    [0, 4].into_iter().chain(8..14).collect(),
                    [0, 1].into_iter().chain(7..13).collect::<Vec<_>>(),
                ],
            };
            assert_eq!(of(flags, &before), of(vectors, &behind), "{encoding:?}");
        }
    }
}

#[test]
fn members_stay_apart() {
    for encoding in Encoding::ALL {
        assert_members_apart(encoding.name(), &embedded(encoding), &rows(), INPUTS);
    }
}

#[test]
fn gradients_agree_with_finite_differences() {
    for encoding in Encoding::ALL {
        let network = embedded(encoding);
        let mut member = members(&network, 1).remove(0);
        if encoding == Encoding::Piecewise {
            // No step crosses an edge.
            member.buffers[0] = (0..10).map(|i| (i % 5) as f32 - 2.0).collect();
        }
        assert_gradients(encoding.name(), &network, &member, &rows(), INPUTS);
    }
}

#[test]
fn maps_are_the_network_where_there_are_maps() {
    for encoding in [Encoding::Linear, Encoding::Clip, Encoding::Piecewise] {
        let network = embedded(encoding);
        let member = members(&network, 1).remove(0);
        // Between levels, too.
        let x = [rows(), normals(6, 6 * INPUTS)].concat();
        assert_maps(encoding.name(), &network, &member, &x, INPUTS);
    }
}

/// An embedding as wide as its flags and equal to the identity is no embedding.
#[test]
fn vectors_that_are_flags_are_flags() {
    let embedded = network(MlpConfig {
        embedding: 3,
        ..config(Categorical::Embedded)
    });
    let mut member = members(&embedded, 1).remove(0);
    member.parameters[0] = (0..9).map(|i| f32::from(u8::from(i % 4 == 0))).collect();
    member.parameters[1] = vec![1.0, 0.0, 0.0, 1.0];
    // The numbers and the last flag stand before the vectors.
    let order = [0, 4, 7, 1, 2, 3, 5, 6];
    let mut flags = member.clone();
    flags.parameters.drain(..2);
    for (place, column) in order.into_iter().enumerate() {
        let own = member.parameters[2][place * 6..][..6].to_vec();
        flags.parameters[0][column * 6..][..6].copy_from_slice(&own);
    }
    let plain = network(config(Categorical::OneHot));
    let of = |network: &Network, member: MemberState| {
        super::perceptron::outputs(network, &[member], &rows(), INPUTS)
    };
    for (a, b) in of(&embedded, member).iter().zip(of(&plain, flags)) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}
