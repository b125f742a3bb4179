//! Mosaics by hand, and feature maps against the network's own.

use decay_data::Scaling;
use decay_train::TrainConfig;

use super::Mosaic;
use crate::halved_clothes;
use crate::measurements::{MeasurementKey, Measurements};
use crate::networks::convolutional;
use crate::study::Study;
use crate::testing::quiet_lab;

#[test]
fn maps_lie_side_by_side_with_white_between_them() {
    let maps = [vec![1.0, -1.0], vec![0.0, 0.5], vec![-0.5, 0.0]];
    let mosaic = Mosaic::signed(&maps, 1, 2);
    let mut out = Measurements::default();
    mosaic.note(MeasurementKey::of("s", "", 0.0, 0), "maps", &mut out);
    let raster = Mosaic::noted(&out, ["s", "", "maps"], 0.0, [1, 2]).unwrap();
    assert_eq!(raster.width, 3);
    let expected = [
        [1.0, 1.0, 0.5],
        [0.0, 1.0, 0.75],
        [1.0, 1.0, 1.0],
        [0.25, 1.0, 1.0],
        [0.5, 1.0, 1.0],
    ];
    assert_eq!(raster.pixels, expected.concat());
    assert_eq!(Mosaic::sizes(&[vec![0.0, 2.0]], 2, 1).pixels, [0.0, 1.0]);
    assert_eq!(Mosaic::signed(&[vec![0.0; 2]], 2, 1).pixels, [0.5, 0.5]);
}

/// The mean over the pixels of each map is what the network says of that layer.
#[test]
fn feature_maps_are_those_of_the_network() {
    let (lab, data) = (quiet_lab(), halved_clothes().unwrap());
    let config = TrainConfig {
        epochs: 2,
        ..TrainConfig::default()
    };
    let rows = lab.draws(data.rows, 2, [60, 5]);
    let network = convolutional(&["conv5:4", "avg2"]);
    let study = Study {
        scaling: Scaling::UnitRange,
        ..Study::of_decay("clothes", &data, rows, network, config, vec![0.0, 1.0])
    };
    let population = lab.train(study).unwrap();
    let layers = population
        .models
        .representations(|rows| &rows.validation)
        .unwrap();
    assert_eq!(layers.widths[0], 4);
    let width: usize = layers.widths.iter().sum();
    for member in 0..population.len() {
        let own = population.held_out(population.replicate(member));
        for (row, image) in own.x.chunks_exact(196).enumerate() {
            let maps = population.feature_maps(member, image);
            for (channel, map) in maps.iter().enumerate() {
                let mean = map.iter().sum::<f64>() / 196.0;
                let expected = f64::from(layers.values[member][row * width + channel]);
                assert!((mean - expected).abs() < 1e-5, "{mean} {expected}");
            }
        }
    }
}
