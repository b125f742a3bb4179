//! Residual layers and parametric activations of perceptrons.

use decay_model::{
    MemberState, MlpConfig, ModelConfig, Network, Nonlinearity, Norm, ParameterKind,
};

use super::perceptron::{
    assert_gradients, assert_maps, assert_members_apart, members, normals, outputs,
};

const INPUTS: usize = 5;

fn network(config: MlpConfig) -> Network {
    ModelConfig::Mlp(config).init(INPUTS, 3).expect("a network")
}

fn tanh(hidden: &[usize]) -> MlpConfig {
    MlpConfig {
        hidden: hidden.to_vec(),
        activation: Nonlinearity::Tanh,
        ..MlpConfig::default()
    }
}

fn of(network: &Network, member: &MemberState, x: &[f32]) -> Vec<f32> {
    outputs(network, std::slice::from_ref(member), x, INPUTS)
}

/// Where its weights are zero only the input of the layer is left: the network without that layer.
#[test]
fn an_input_goes_around_a_layer_of_the_same_width() {
    let deep = network(MlpConfig {
        residual: true,
        ..tanh(&[6, 6])
    });
    let mut member = members(&deep, 1).remove(0);
    for place in [2, 3] {
        member.parameters[place].fill(0.0);
    }
    let mut short = member.clone();
    short.parameters.drain(2..4);
    let x = normals(9, 7 * INPUTS);
    assert_eq!(of(&deep, &member, &x), of(&network(tanh(&[6])), &short, &x));
}

/// Neither into the first layer, though that is as wide, nor where widths differ, nor around the last.
#[test]
fn nothing_goes_around_other_layers() {
    for hidden in [&[INPUTS, 6][..], &[6, 4, 3]] {
        let plain = network(tanh(hidden));
        let residual = network(MlpConfig {
            residual: true,
            ..tanh(hidden)
        });
        assert_eq!(plain.parameters(), residual.parameters());
        let (member, x) = (members(&plain, 1).remove(0), normals(9, 7 * INPUTS));
        assert_eq!(of(&plain, &member, &x), of(&residual, &member, &x));
    }
}

/// With factors of 1 it is the activation, and other weights start as they do without factors.
#[test]
fn a_parametric_activation_starts_as_the_activation() {
    for activation in Nonlinearity::ALL {
        let config = MlpConfig {
            activation,
            ..tanh(&[6, 4])
        };
        let plain = network(config.clone());
        let parametric = network(MlpConfig {
            parametric: true,
            ..config
        });
        let (without, with) = (plain.initial(3), parametric.initial(3));
        assert_eq!(without.parameters[..6], with.parameters[..6]);
        let x = normals(9, 7 * INPUTS);
        for (a, b) in of(&plain, &without, &x)
            .iter()
            .zip(of(&parametric, &with, &x))
        {
            assert!((a - b).abs() < 1e-5, "{activation:?}: {a} {b}");
        }
        let own = &parametric.parameters()[6..];
        if activation == Nonlinearity::Identity {
            assert!(own.is_empty(), "a factor of the identity does nothing");
            continue;
        }
        let shown = own
            .iter()
            .map(|spec| (spec.name.as_str(), &spec.shape[..], spec.kind));
        let kind = ParameterKind::Activation;
        let want = [
            ("activations.0.weight", &[6][..], kind),
            ("activations.1.weight", &[4][..], kind),
        ];
        assert_eq!(shown.collect::<Vec<_>>(), want);
    }
}

/// None of the activation is a linear network, and half of ReLU has half the slope below zero.
#[test]
fn factors_say_how_much_of_the_activation_a_unit_has() {
    let config = tanh(&[6, 4]);
    let parametric = network(MlpConfig {
        parametric: true,
        ..config.clone()
    });
    let mut member = members(&parametric, 1).remove(0);
    member.parameters[6].fill(0.0);
    member.parameters[7].fill(0.0);
    let linear = network(MlpConfig {
        activation: Nonlinearity::Identity,
        ..config
    });
    let mut plain = member.clone();
    plain.parameters.truncate(6);
    let x = normals(9, 7 * INPUTS);
    assert_eq!(of(&parametric, &member, &x), of(&linear, &plain, &x));

    let one = MlpConfig {
        hidden: vec![1],
        parametric: true,
        ..MlpConfig::default()
    };
    let one = ModelConfig::Mlp(one).init(1, 1).expect("a network");
    let member = MemberState {
        parameters: vec![vec![1.0], vec![0.0], vec![1.0], vec![0.0], vec![0.5]],
        buffers: Vec::new(),
    };
    let y = outputs(&one, &[member], &[-4.0, 3.0], 1);
    assert_eq!(y, [-2.0, 3.0]);
}

/// Both together, and each alone; a network without norms computes the same in training.
fn cases(norm: Norm) -> impl Iterator<Item = (String, Network)> {
    let activations = [Nonlinearity::Tanh, Nonlinearity::Gelu, Nonlinearity::Mish];
    let kinds = [[true, true], [true, false], [false, true]];
    activations.into_iter().flat_map(move |activation| {
        kinds.map(|[residual, parametric]| {
            let config = MlpConfig {
                activation,
                norm,
                residual,
                parametric,
                ..tanh(&[6, 6, 4])
            };
            let what = format!("{activation:?}, residual {residual}, parametric {parametric}");
            (what, network(config))
        })
    })
}

#[test]
fn members_stay_apart() {
    for norm in [Norm::None, Norm::Batch, Norm::Layer] {
        for (what, network) in cases(norm) {
            assert_members_apart(&what, &network, &normals(9, 7 * INPUTS), INPUTS);
        }
    }
}

#[test]
fn gradients_agree_with_finite_differences() {
    for norm in [Norm::None, Norm::Layer] {
        for (what, network) in cases(norm) {
            let member = members(&network, 1).remove(0);
            assert_gradients(&what, &network, &member, &normals(6, 5 * INPUTS), INPUTS);
        }
    }
}

#[test]
fn maps_are_the_network() {
    for norm in [Norm::None, Norm::Batch] {
        for (what, network) in cases(norm) {
            let mut member = members(&network, 1).remove(0);
            for values in &mut member.buffers {
                values.iter_mut().for_each(|value| *value += 0.3);
            }
            assert_maps(&what, &network, &member, &normals(6, 9 * INPUTS), INPUTS);
        }
    }
}

#[test]
fn chunks_are_sized_with_them() {
    let size = |residual, parametric| {
        let config = MlpConfig {
            residual,
            parametric,
            ..tanh(&[6, 6])
        };
        network(config).activations()
    };
    let plain = size(false, false);
    // A sum of one layer; argument and activation of two.
    assert_eq!(
        [size(true, false), size(false, true)],
        [plain + 6, plain + 24]
    );
}
