//! Projections onto balls and boxes, by what makes a point of a convex set the nearest one.

use decay_robust::attack::{Norm, Threat, project};
use proptest::prelude::*;

fn points() -> impl Strategy<Value = (Vec<f32>, Vec<f32>, f64)> {
    (1usize..12).prop_flat_map(|n| {
        let center = prop::collection::vec(0.0f32..1.0, n);
        let point = prop::collection::vec(-3.0f32..4.0, n);
        (point, center, 0.01f64..3.0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The nearest point of a convex set: the rest of the way stands at an obtuse angle to every direction into the set.
    #[test]
    fn a_projection_is_the_nearest_point_of_the_ball((point, center, radius) in points(), others in prop::collection::vec(-1.0f32..1.0, 12 * 8)) {
        for norm in Norm::ALL {
            let threat = Threat { norm, radius, bounds: None };
            let mut nearest = point.clone();
            project(&mut nearest, &center, &threat);
            prop_assert!(norm.distance(&nearest, &center) <= radius * (1.0 + 1e-5) + 1e-6);
            for other in others.chunks_exact(12) {
                let mut inside: Vec<f32> = other.iter().zip(&center).map(|(d, x)| x + 4.0 * d).collect();
                inside.resize(center.len(), 0.0);
                project(&mut inside, &center, &threat);
                let product: f64 = (0..center.len())
                    .map(|i| f64::from(point[i] - nearest[i]) * f64::from(inside[i] - nearest[i]))
                    .sum();
                prop_assert!(product <= 1e-3, "{norm:?}: {product}");
            }
            let mut again = nearest.clone();
            project(&mut again, &center, &threat);
            for (a, b) in again.iter().zip(&nearest) {
                prop_assert!((a - b).abs() <= 1e-5);
            }
        }
    }

    #[test]
    fn clipping_to_the_box_never_leaves_the_ball((point, center, radius) in points()) {
        for norm in Norm::ALL {
            let threat = Threat { norm, radius, bounds: Some((0.0, 1.0)) };
            let mut nearest = point.clone();
            project(&mut nearest, &center, &threat);
            prop_assert!(nearest.iter().all(|v| (0.0..=1.0).contains(v)));
            prop_assert!(norm.distance(&nearest, &center) <= radius * (1.0 + 1e-5) + 1e-6);
        }
    }
}
