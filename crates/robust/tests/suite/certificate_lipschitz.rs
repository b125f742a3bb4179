//! Lipschitz constants where a closed form or a direct computation knows them.

use decay_kernels::Window;
use decay_model::Nonlinearity;
use decay_model::maps::{ConvolutionMap, DenseMap, Map, apply};
use decay_random::{At, Purpose, Stream};
use decay_robust::certificate::{
    Norm, Operator, lipschitz_bound, operator_norm, power_iteration, spectral_norm_bound,
};

fn normals(seed: u64, len: usize) -> Vec<f64> {
    let mut values = vec![0f32; len];
    Stream::new(seed, Purpose::Attack, At::default()).fill_normal(&mut values);
    values.into_iter().map(f64::from).collect()
}

fn assert_close(got: f64, want: f64, what: &str) {
    assert!(
        (got - want).abs() < 1e-10 * want,
        "{what}: {got} for {want}"
    );
}

fn scale(factor: Vec<f64>) -> Map {
    Map::Scale {
        offset: normals(9, factor.len()),
        factor,
    }
}

/// The matrix of a linear chain, column by column, as one dense map.
fn written_out(maps: &[Map], inputs: usize) -> DenseMap {
    let zero = apply(maps, &vec![0.0; inputs]);
    let column = |i: usize| {
        let mut unit = vec![0.0; inputs];
        unit[i] = 1.0;
        apply(maps, &unit)
            .into_iter()
            .zip(zero.clone())
            .map(|(y, z)| y - z)
            .collect::<Vec<_>>()
    };
    DenseMap {
        weight: (0..inputs).flat_map(column).collect(),
        bias: zero,
    }
}

/// A diagonal map before or behind a layer costs nothing: the constant is the norm of the product.
#[test]
fn diagonal_maps_are_part_of_their_layers() {
    let dense = Map::Dense(DenseMap {
        weight: normals(1, 5 * 4),
        bias: normals(2, 4),
    });
    let window = Window::new([4, 3], [3, 2], [1, 1], [1, 0]).expect("a window");
    let convolution = Map::Convolution(ConvolutionMap {
        window,
        inputs: 2,
        weight: normals(3, 6 * 2 * 3),
        bias: normals(4, 3),
    });
    // Channels first: the first 12 inputs are of one channel.
    let by_channel: Vec<f64> = (0..24).map(|i| if i < 12 { 2.0 } else { -0.25 }).collect();
    let turn = Map::ChannelsLast { channels: 2 };
    for (maps, inputs) in [
        (
            vec![scale(normals(5, 5)), dense.clone(), scale(normals(6, 4))],
            5,
        ),
        (
            vec![
                scale(by_channel),
                turn,
                convolution.clone(),
                scale(normals(7, 3)),
            ],
            24,
        ),
        (
            vec![
                dense,
                Map::Nonlinearity(Nonlinearity::Identity),
                scale(normals(8, 4)),
            ],
            5,
        ),
    ] {
        let product = written_out(&maps, inputs);
        for norm in Norm::ALL {
            let want = operator_norm(Operator::Dense(&product), norm);
            assert_close(lipschitz_bound(&maps, norm), want, &format!("{norm:?}"));
        }
    }
    // A scale of its own for every pixel cannot be joined, and is bounded all the same.
    let maps = [scale(normals(10, 24)), convolution];
    let product = written_out(&maps, 24);
    for norm in Norm::ALL {
        assert!(lipschitz_bound(&maps, norm) >= operator_norm(Operator::Dense(&product), norm));
    }
}

/// Each constant of pooling is attained: by one pixel that all windows see, by the image of ones.
#[test]
fn constants_of_pooling_are_attained() {
    let window = Window::new([3, 3], [2, 2], [1, 1], [0, 0]).expect("a window");
    let max = [Map::MaxPool {
        window,
        channels: 1,
    }];
    let mut pixel = vec![0.0; 9];
    pixel[4] = 1.0;
    for norm in Norm::ALL {
        // The middle pixel is in four windows.
        assert_close(
            lipschitz_bound(&max, norm),
            norm.of(apply(&max, &pixel)),
            "max",
        );
    }
    let whole = Window::whole([4, 5]).expect("a window");
    let mean = [Map::AveragePool {
        window: whole,
        channels: 3,
    }];
    for (norm, want) in [
        (Norm::Linf, 1.0),
        (Norm::L2, 1.0 / 20f64.sqrt()),
        (Norm::L1, 0.05),
    ] {
        assert_close(lipschitz_bound(&mean, norm), want, "mean");
    }
}

#[test]
fn ways_of_a_block_add_and_layers_multiply() {
    let dense = |seed| {
        Map::Dense(DenseMap {
            weight: normals(seed, 16),
            bias: vec![0.0; 4],
        })
    };
    let norm = |map: &Map| lipschitz_bound(std::slice::from_ref(map), Norm::L2);
    let (a, b, c) = (dense(1), dense(2), dense(3));
    let sigmoid = Map::Nonlinearity(Nonlinearity::Sigmoid);
    let body = vec![a.clone(), sigmoid, b.clone()];
    let through = norm(&a) * 0.25 * norm(&b);
    let block = |shortcut: Vec<Map>| Map::Residual {
        body: body.clone(),
        shortcut,
    };
    assert_close(norm(&block(vec![])), through + 1.0, "identity");
    assert_close(
        norm(&block(vec![c.clone()])),
        through + norm(&c),
        "shortcut",
    );
}

/// A convolution too large to be written out: its bound lies above what power iteration reaches, by little.
#[test]
fn bounds_of_large_convolutions_are_near_their_norms() {
    for (size, stride) in [([24, 20], [1, 1]), ([40, 44], [2, 2])] {
        let window = Window::new(size, [3, 3], stride, [1, 1]).expect("a window");
        let map = ConvolutionMap {
            window,
            inputs: 3,
            weight: normals(1, 9 * 3 * 4),
            bias: vec![0.0; 4],
        };
        let operator = Operator::Convolution(&map);
        assert!(operator.shape().iter().all(|&side| side > 640));
        let (below, bound) = (
            power_iteration(operator, 300),
            spectral_norm_bound(operator),
        );
        assert!(below <= bound && bound < 1.02 * below, "{below} {bound}");
    }
}

/// `y . (A x) = (A^T y) . x`, on which power iteration rests.
#[test]
fn the_transposed_operator_is_the_adjoint() {
    let window = Window::new([5, 6], [3, 2], [2, 1], [1, 1]).expect("a window");
    let map = ConvolutionMap {
        window,
        inputs: 2,
        weight: normals(1, 6 * 2 * 3),
        bias: vec![0.0; 3],
    };
    let operator = Operator::Convolution(&map);
    let [inputs, outputs] = operator.shape();
    let (x, y) = (normals(2, inputs), normals(3, outputs));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (left, right) = (
        dot(&y, &operator.apply(&x)),
        dot(&operator.apply_transposed(&y), &x),
    );
    assert!((left - right).abs() < 1e-12 * left.abs(), "{left} {right}");
}
