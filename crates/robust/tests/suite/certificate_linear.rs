//! Distances to a plane against brute force.

use decay_random::{At, Purpose, Stream};
use decay_robust::certificate::{Norm, plane_distance, plane_distance_in_box};

fn uniforms(seed: u64, len: usize) -> Vec<f64> {
    let mut values = vec![0f32; len];
    Stream::new(seed, Purpose::Attack, At::default()).fill_uniform(&mut values);
    values.into_iter().map(f64::from).collect()
}

/// The smallest norm over a grid of points of the plane `slope . d = -value` inside the box, in three dimensions.
fn by_search(slope: &[f64], value: f64, x: &[f64], norm: Norm) -> f64 {
    let steps = 400;
    let place = |i: usize, axis: usize| i as f64 / f64::from(steps) - x[axis];
    // The axis that is solved for is the steepest, so that the grid is fine on the plane.
    let steepest = (0..3).max_by(|&a, &b| slope[a].abs().total_cmp(&slope[b].abs()));
    let solved = steepest.expect("three axes");
    let (a, b) = ((solved + 1) % 3, (solved + 2) % 3);
    let mut nearest = f64::INFINITY;
    for i in 0..=steps as usize {
        for j in 0..=steps as usize {
            let (first, second) = (place(i, a), place(j, b));
            let rest = -(value + slope[a] * first + slope[b] * second) / slope[solved];
            if (0.0..=1.0).contains(&(x[solved] + rest)) {
                nearest = nearest.min(norm.of([first, second, rest]));
            }
        }
    }
    nearest
}

#[test]
fn distances_in_a_box_are_those_of_a_search() {
    let mut unreachable = 0;
    for seed in 0..60 {
        let draws = uniforms(seed, 7);
        let slope: Vec<f64> = draws[..3].iter().map(|u| 2.0 * u - 1.0).collect();
        let (x, value) = (&draws[3..6], 0.9 * draws[6]);
        for norm in Norm::ALL {
            let found = by_search(&slope, value, x, norm);
            let distance = plane_distance_in_box(&slope, value, x, [0.0, 1.0], norm);
            let free = plane_distance(&slope, value, norm);
            assert!(
                distance >= free * (1.0 - 1e-12),
                "{norm:?}: {distance}, {free} without a box"
            );
            if distance.is_infinite() {
                assert!(found.is_infinite(), "{norm:?}: {found}");
                unreachable += 1;
                continue;
            }
            // A sliver of the plane can lie between the grid's points.
            if found.is_finite() {
                assert!(
                    distance <= found * (1.0 + 1e-12),
                    "{norm:?}: {distance}, found {found}"
                );
                assert!(
                    found - distance < 2e-2,
                    "{norm:?}: {distance}, found {found}"
                );
            } else {
                assert!(distance > 0.5, "{norm:?}: {distance}, nothing found");
            }
        }
    }
    assert!((20..150).contains(&unreachable), "{unreachable}");
}

#[test]
fn a_wide_box_is_none() {
    let (slope, x) = ([0.5, -2.0, 0.0, 1.0], [0.1, 0.2, 0.3, 0.4]);
    for norm in Norm::ALL {
        let free = plane_distance(&slope, 1.5, norm);
        let boxed = plane_distance_in_box(&slope, 1.5, &x, [-100.0, 100.0], norm);
        assert!((free - boxed).abs() < 1e-12, "{norm:?}: {free}, {boxed}");
    }
}

#[test]
fn what_is_not_positive_is_at_the_boundary_and_a_constant_has_none() {
    for norm in Norm::ALL {
        for value in [0.0, -1.0, f64::NAN] {
            assert_eq!(plane_distance(&[1.0, 2.0], value, norm), 0.0);
            assert_eq!(
                plane_distance_in_box(&[1.0, 2.0], value, &[0.5; 2], [0.0, 1.0], norm),
                0.0
            );
        }
        assert_eq!(plane_distance(&[0.0; 2], 1.0, norm), f64::INFINITY);
        let boxed = plane_distance_in_box(&[0.0; 2], 1.0, &[0.5; 2], [0.0, 1.0], norm);
        assert_eq!(boxed, f64::INFINITY);
    }
}
