//! Deep linear networks against differences, grids and each other.

use decay_random::{At, Purpose, Stream};

use crate::deep_linear::{
    Matrix, SIDE, Task, global, imbalance, nuclear_norm, optima, product, squares,
};

fn matrix(site: u32) -> Matrix {
    let at = At {
        site,
        ..At::default()
    };
    let mut drawn = vec![0.0f32; SIDE * SIDE];
    Stream::new(5, Purpose::Experiment, at).fill_normal(&mut drawn);
    Matrix::from_iterator(drawn.into_iter().map(f64::from)) / (SIDE as f64).sqrt()
}

/// Inputs that are correlated.
fn task() -> Task {
    let root = matrix(0);
    Task {
        inputs: root.tr_mul(&root) + Matrix::identity() * 0.3,
        told: matrix(1),
    }
}

fn white(spectrum: [f64; SIDE]) -> Task {
    Task {
        inputs: Matrix::identity(),
        told: Matrix::from_diagonal(&spectrum.into()),
    }
}

fn factors(depth: u32) -> Vec<Matrix> {
    (2..2 + depth).map(matrix).collect()
}

#[test]
fn slopes_follow_differences_at_every_depth() {
    let task = task();
    for depth in 1..=4 {
        let factors = factors(depth);
        let slopes = task.slopes(&factors, 0.3);
        for (layer, slope) in slopes.iter().enumerate() {
            for place in 0..SIDE * SIDE {
                let moved = |by: f64| {
                    let mut factors = factors.clone();
                    factors[layer][place] += by;
                    task.objective(&factors, 0.3)
                };
                let rise = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!((slope[place] - rise).abs() < 1e-8);
            }
        }
    }
}

#[test]
fn one_layer_ends_at_the_ridge() {
    let task = task();
    let ridge = task.ridge(0.2).unwrap();
    let found = task.descend(&factors(1), 0.2, 0.1, 10_000);
    assert!((product(&found) - ridge).amax() < 1e-9);
    assert!(task.slopes(&[ridge], 0.2)[0].amax() < 1e-13);
}

/// The balanced factors of a product cost its nuclear norm, and no others cost less.
#[test]
fn half_the_squares_of_two_factors_are_the_nuclear_norm_at_least() {
    let all = factors(2);
    assert!(0.5 * squares(&all) > nuclear_norm(&product(&all)) + 0.1);
    let svd = product(&all).svd(true, true);
    let root = Matrix::from_diagonal(&svd.singular_values.map(f64::sqrt));
    let balanced = [root * svd.v_t.unwrap(), svd.u.unwrap() * root];
    assert!((product(&balanced) - product(&all)).amax() < 1e-12);
    let costs = 0.5 * squares(&balanced);
    assert!((costs - nuclear_norm(&product(&all))).abs() < 1e-12);
    assert!(imbalance(&balanced) < 1e-12 && imbalance(&all) > 0.1);
}

#[test]
fn proximal_steps_shrink_the_singular_values_where_inputs_are_white() {
    let task = white([1.0, 0.8, 0.6, 0.45, 0.3, 0.15]);
    let found = task.nuclear(0.35).diagonal();
    for (found, s) in found.iter().zip([0.65, 0.45, 0.25, 0.1, 0.0, 0.0]) {
        assert!((found - s).abs() < 1e-12);
    }
}

/// At its minimum `B - P C` is in `λ ∂||P||_*`: its spectral norm is λ, and along P it is λ times P's directions.
#[test]
fn proximal_steps_end_where_the_subgradient_is_zero() {
    let (task, rate) = (task(), 0.2);
    let found = task.nuclear(rate);
    let pull = task.told - found * task.inputs;
    assert!((pull.singular_values().max() - rate).abs() < 1e-9);
    assert!((pull.dot(&found) - rate * nuclear_norm(&found)).abs() < 1e-9);
    assert!(nuclear_norm(&found) > 0.1);
}

/// Each optimum against a fine grid of the cost of one direction.
#[test]
fn optima_of_a_direction_are_the_lowest_points_of_its_cost() {
    for depth in 1..=4 {
        for rate in [0.02, 0.1, 0.3, 0.6, 1.2] {
            let cost = |x: f64| {
                let power = 2.0 / depth as f64;
                0.5 * (x - 0.9).powi(2) + 0.5 * rate * depth as f64 * x.powf(power)
            };
            let grid: Vec<f64> = (0..=40_000).map(|k| f64::from(k) * 2.5e-5).collect();
            let lower = |k: usize, other: usize| cost(grid[k]) < cost(grid[other]);
            let lowest = (0..grid.len() - 1)
                .filter(|&k| (k == 0 || lower(k, k - 1)) && lower(k, k + 1))
                .map(|k| grid[k]);
            let lowest: Vec<f64> = lowest.collect();
            let found = optima(0.9, depth, rate);
            assert_eq!(
                found.len(),
                lowest.len(),
                "{depth} {rate}: {found:?}, {lowest:?}"
            );
            for (found, expected) in found.iter().zip(&lowest) {
                assert!((found - expected).abs() < 5e-5, "{depth} {rate}");
            }
            let best = grid.iter().map(|&x| cost(x)).fold(f64::INFINITY, f64::min);
            assert!((global(0.9, depth, rate).1 - best).abs() < 1e-8);
        }
    }
    // Ridge, soft threshold and, without decay, everything.
    assert!((optima(0.9, 1, 0.5)[0] - 0.6).abs() < 1e-12);
    assert!((optima(0.9, 2, 0.5)[0] - 0.4).abs() < 1e-12);
    assert_eq!(optima(0.9, 2, 0.95), [0.0]);
    assert!((1..=3).all(|depth| (optima(0.9, depth, 0.0)[0] - 0.9).abs() < 1e-12));
}

/// With decay 0 is a saddle of two layers and a minimum of three, however little decay there is: curvature by differences.
#[test]
fn decay_makes_a_local_optimum_of_nothing_at_three_layers_and_not_at_two() {
    let (task, rate) = (white([1.0; SIDE]), 0.01);
    let near = |depth: usize| {
        let factors = vec![Matrix::identity() * 1e-3; depth];
        task.objective(&factors, rate)
    };
    assert!(near(2) < 0.0 && near(3) > 0.0);
    // What is there to learn is worth far more.
    let learnt: Vec<Matrix> = vec![Matrix::identity(); 3];
    assert!(task.objective(&learnt, rate) < -2.0);
    let ended = |depth: usize| {
        let start: Vec<Matrix> = factors(depth as u32).iter().map(|w| w * 1e-3).collect();
        product(&task.descend(&start, rate, 0.1, 20_000)).amax()
    };
    assert!(ended(2) > 0.9 && ended(3) < 1e-12);
}

#[test]
fn small_steps_keep_the_imbalance_but_for_the_decay() {
    let (task, start) = (task(), factors(3));
    for rate in [0.0, 0.3] {
        let end = task.descend(&start, rate, 1e-3, 2000);
        let kept = imbalance(&end) / imbalance(&start);
        assert!(
            (kept / f64::exp(-2.0 * rate * 2.0) - 1.0).abs() < 5e-3,
            "{kept}"
        );
    }
}
