//! What tests of perceptrons share: members, outputs, gradients against differences, maps against the network.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::maps::apply;
use decay_model::{Input, MemberState, Mode, Network, Noise, Precision, RowTargets, State};
use decay_random::{At, Purpose, Stream};

/// Standard normal draws.
pub(super) fn normals(seed: u64, len: usize) -> Vec<f32> {
    let mut values = vec![0.0; len];
    Stream::new(seed, Purpose::Initialise, At::default()).fill_normal(&mut values);
    values
}

/// Members whose parameters are moved away from where they start, and whose bins are those of normal draws.
pub(super) fn members(network: &Network, count: u64) -> Vec<MemberState> {
    let one = |seed: u64| {
        let mut state = network.initial(seed);
        for (index, values) in state.parameters.iter_mut().enumerate() {
            let moved = normals(50 * seed + index as u64, values.len());
            let pairs = values.iter_mut().zip(moved);
            pairs.for_each(|(value, moved)| *value += 0.2 * moved);
        }
        let columns = network.fitted_columns().iter();
        let columns = columns.map(|&column| normals(1000 + seed * 31 + column as u64, 40));
        let columns: Vec<_> = columns.collect();
        let targets = normals(70 + seed, 40).into_iter().map(f64::from);
        let targets = RowTargets::Values(vec![targets.collect()]);
        for (place, values) in network.fitted_buffers(&columns, &targets) {
            assert_eq!(state.buffers[place].len(), values.len());
            state.buffers[place] = values;
        }
        state
    };
    (1..=count).map(one).collect()
}

/// Outputs of all members for the same rows of so many values, `[R, B, outputs]`.
pub(super) fn outputs(
    network: &Network,
    members: &[MemberState],
    x: &[f32],
    width: usize,
) -> Vec<f32> {
    let device = Device::default();
    let mut state = State::stack(members, &device);
    let leaves = network.leaves(&state, false, Precision::F32);
    let rows = x.len() / width;
    let data = TensorData::new(x.repeat(members.len()), [members.len(), rows, width]);
    let input = Input::Rows(Tensor::from_data(data, &device));
    let output = network.forward(&leaves, &mut state, input, Mode::Evaluate);
    output.values.into_data().iter().collect()
}

/// Gradients of `sum of cotangent * outputs` of one member in a training pass, by parameters and by inputs.
struct Slopes {
    of_parameters: Vec<Vec<f32>>,
    of_inputs: Vec<f32>,
}

fn slopes(
    network: &Network,
    member: &MemberState,
    x: &[f32],
    width: usize,
    cotangent: &[f32],
) -> Slopes {
    let device = Device::default();
    let rows = x.len() / width;
    let mut state = State::stack(std::slice::from_ref(member), &device);
    let leaves = network.leaves(&state, true, Precision::F32);
    let data = TensorData::new(x.to_vec(), [1, rows, width]);
    let input = Tensor::<3>::from_data(data, &device);
    let input = Tensor::from_inner(input).require_grad();
    let noise = Noise {
        dropout: None,
        edge_dropout: None,
        seeds: Tensor::zeros([1, 2], &device),
        weights: Tensor::ones([1, rows], &device),
        at: At::default(),
    };
    let mode = Mode::Train(&noise);
    let output = network.forward(&leaves, &mut state, Input::Rows(input.clone()), mode);
    let cotangent = TensorData::new(cotangent.to_vec(), output.values.dims());
    let cotangent = Tensor::<3>::from_inner(Tensor::from_data(cotangent, &device));
    let mut gradients = (output.values * cotangent).sum().backward();
    let of_inputs = input.grad_remove(&mut gradients).expect("a gradient");
    let of_parameters = leaves.into_gradients(&mut gradients).into_iter();
    Slopes {
        of_parameters: of_parameters
            .map(|own| own.expect("a gradient").into_data().iter().collect())
            .collect(),
        of_inputs: of_inputs.into_data().iter().collect(),
    }
}

/// Every gradient against a central difference; of networks that compute the same in training and in evaluation.
pub(super) fn assert_gradients(
    what: &str,
    network: &Network,
    member: &MemberState,
    x: &[f32],
    width: usize,
) {
    const STEP: f32 = 1.0 / 256.0;
    let of =
        |member: &MemberState, x: &[f32]| outputs(network, std::slice::from_ref(member), x, width);
    let cotangent = normals(4, of(member, x).len());
    let got = slopes(network, member, x, width, &cotangent);
    let objective = |member: &MemberState, x: &[f32]| {
        let pairs = of(member, x).into_iter().zip(&cotangent);
        pairs
            .map(|(y, &c)| f64::from(y) * f64::from(c))
            .sum::<f64>()
    };
    let check = |got: f32, pair: [f64; 2], place: &str| {
        let want = ((pair[1] - pair[0]) / (2.0 * f64::from(STEP))) as f32;
        let error = (got - want).abs();
        let allowed = 4e-3 * want.abs().max(1.0);
        assert!(error < allowed, "{what}, {place}: {got} {want}");
    };
    for (place, got) in got.of_parameters.iter().enumerate() {
        for (i, &got) in got.iter().enumerate() {
            let pair = [-STEP, STEP].map(|by| {
                let mut moved = member.clone();
                moved.parameters[place][i] += by;
                objective(&moved, x)
            });
            check(got, pair, &network.parameters()[place].name);
        }
    }
    for (i, &got) in got.of_inputs.iter().enumerate() {
        let pair = [-STEP, STEP].map(|by| {
            let mut moved = x.to_vec();
            moved[i] += by;
            objective(member, &moved)
        });
        check(got, pair, "inputs");
    }
}

/// A member's maps in double precision against the network itself.
pub(super) fn assert_maps(
    what: &str,
    network: &Network,
    member: &MemberState,
    x: &[f32],
    width: usize,
) {
    let maps = network.maps(member).expect("maps");
    let want = outputs(network, std::slice::from_ref(member), x, width);
    let got = x.chunks(width).flat_map(|x| {
        let x: Vec<f64> = x.iter().copied().map(f64::from).collect();
        apply(&maps, &x)
    });
    let got: Vec<f64> = got.collect();
    assert_eq!(got.len(), want.len());
    let largest = want.iter().fold(1.0f32, |a, b| a.max(b.abs()));
    for (got, want) in got.into_iter().zip(want) {
        let error = (got as f32 - want).abs();
        assert!(error < 2e-5 * largest, "{what}: {got} {want}");
    }
}

/// Each member's outputs among three and on its own, which differ from the others'.
pub(super) fn assert_members_apart(what: &str, network: &Network, x: &[f32], width: usize) {
    let all = members(network, 3);
    let together = outputs(network, &all, x, width);
    let each = together.len() / 3;
    for (own, among) in all.iter().zip(together.chunks_exact(each)) {
        let alone = outputs(network, std::slice::from_ref(own), x, width);
        for (a, b) in alone.iter().zip(among) {
            assert!((a - b).abs() < 1e-5, "{what}: {a} {b}");
        }
    }
    assert_ne!(together[..each], together[each..2 * each]);
}
