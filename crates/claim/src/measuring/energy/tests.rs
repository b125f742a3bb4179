//! Maps whose figures are known, and networks whose slopes and weights are.

use decay_data::{Dataset, Scaling, Storage};
use decay_model::Mlp;
use decay_train::TrainConfig;

use super::{EnergyMap, from_centre};
use crate::halved_clothes;
use crate::measurements::{MeasurementKey, Measurements};
use crate::networks::convolutional;
use crate::study::Study;
use crate::testing::quiet_lab;

fn map(width: usize, energy: &[f64]) -> EnergyMap {
    EnergyMap {
        width,
        energy: energy.to_vec(),
    }
}

#[test]
fn figures_of_known_maps() {
    let even = map(3, &[2.0; 9]);
    assert!((even.entropy() - 1.0).abs() < 1e-15);
    // Four corners at √2, four edges at 1, the centre.
    assert!((even.radius() - (12.0f64 / 9.0).sqrt()).abs() < 1e-15);
    assert!((even.share_beyond(1.0) - 4.0 / 9.0).abs() < 1e-15);
    let point = map(3, &[0.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(
        (point.entropy(), point.radius(), point.share_beyond(0.5)),
        (0.0, 0.0, 0.0)
    );
    let two = map(2, &[3.0, 1.0]);
    let expected = -(0.75f64 * 0.75f64.ln() + 0.25 * 0.25f64.ln()) / 2f64.ln();
    assert!((two.entropy() - expected).abs() < 1e-15);
    assert_eq!(two.raster().pixels[0], 1.0);
    assert!(map(2, &[0.0; 4]).radius().is_nan());
    assert_eq!(from_centre(0, 4, 2), 1.5f64.hypot(0.5));
}

#[test]
fn maps_come_back_as_the_mean_of_what_was_noted() {
    let (a, b) = (map(2, &[3.0, 1.0]), map(2, &[10.0, 30.0]));
    let mut out = Measurements::default();
    for (replicate, map) in [&a, &b].into_iter().enumerate() {
        map.note(
            MeasurementKey::of("s", "", 2.0, replicate),
            "shares",
            &mut out,
        );
    }
    let found = EnergyMap::noted(&out, ["s", "", "shares"], 2.0, 2).unwrap();
    assert_eq!(found.energy, [0.5, 0.5]);
    assert_eq!(EnergyMap::mean(&[&a, &b]).energy, [0.5, 0.5]);
    assert_eq!(
        EnergyMap::of_weights(&[1.0, 2.0, 0.0, 3.0], 2, 2).energy,
        [5.0, 9.0]
    );
}

/// Pixels beyond the middle are black.
fn masked() -> (Dataset, Vec<usize>) {
    let mut data = halved_clothes().unwrap();
    let border: Vec<usize> = (0..196)
        .filter(|&pixel| from_centre(pixel, 14, 14) > 5.0)
        .collect();
    if let Storage::U8(pixels) = &mut data.features {
        for image in pixels.chunks_exact_mut(196) {
            border.iter().for_each(|&pixel| image[pixel] = 0);
        }
    }
    (data, border)
}

/// What data never touch decays as told; a linear model's slopes are its weights, class by class less their mean.
#[test]
fn untouched_weights_decay_alone_and_slopes_of_a_linear_model_are_its_weights() {
    let lab = quiet_lab();
    let (data, border) = masked();
    let config = TrainConfig {
        epochs: 5,
        batch: 20,
        lr: 5e-3,
        ..TrainConfig::default()
    };
    let study = |network| Study {
        scaling: Scaling::UnitRange,
        ..Study::of_decay(
            "clothes",
            &data,
            lab.draws(data.rows, 2, [100, 20]),
            network,
            config.clone(),
            vec![0.0, 10.0],
        )
    };
    let population = lab.train(study(Mlp::hidden([]).into())).unwrap();
    let slopes = population.slope_maps().unwrap();
    for (member, slopes) in slopes.iter().enumerate() {
        assert!(population.from_decay_alone(member, &border) < 1e-5);
        let touched = [98 + 7];
        assert!(population.from_decay_alone(member, &touched) > 1e-2);
        let learned = population.learned_first_layer(member);
        assert!(learned.share_beyond(5.0) < 1e-9 && learned.share_beyond(1.0) > 0.5);
        let weights = population.linear(member).weights;
        let energy = |weights: &[f64]| -> f64 {
            let mean = weights.iter().sum::<f64>() / weights.len() as f64;
            weights.iter().map(|w| (w - mean).powi(2)).sum()
        };
        let weights: Vec<f64> = weights.chunks_exact(10).map(energy).collect();
        let scale = population.held_out(population.replicate(member)).scale;
        let factors = scale.factor.iter().map(|&factor| f64::from(factor).powi(2));
        for (own, (energy, factor)) in slopes.energy.iter().zip(weights.iter().zip(factors)) {
            let expected = energy * factor;
            assert!((own - expected).abs() < 1e-4 * expected.max(1e-6));
        }
    }
    let network = convolutional(&["conv5:4", "max2"]);
    let population = lab.train(study(network)).unwrap();
    let kernel = population.first_layer(0);
    assert_eq!((kernel.width, kernel.energy.len()), (5, 25));
    assert_eq!(population.slope_maps().unwrap()[3].energy.len(), 196);
}
