//! Every score on rows that are known, and figures of members that were trained.

use clap::Parser;
use decay_audit::ood::Detector;
use decay_data::{Dataset, Scaling};
use decay_model::Mlp;
use decay_train::TrainConfig;

use super::{Seen, separation};
use crate::arguments::Arguments;
use crate::lab::Lab;
use crate::study::Study;
use crate::synthetic::made_up;

const SCORES: [Detector; 3] = [Detector::Msp, Detector::Energy, Detector::Mahalanobis];

/// Rows of one hidden layer of two units, a last one of two and two outputs.
fn seen(rows: &[[f32; 4]]) -> Seen {
    let all: Vec<f32> = rows
        .iter()
        .flat_map(|[a, b, y, z]| [9.0, 9.0, *a, *b, *y, *z])
        .collect();
    Seen::of(&all, &[2, 2, 2]).unwrap()
}

#[test]
fn every_score_reads_its_own_columns() {
    let training = seen(&[
        [1.0, 0.0, 5.0, 0.0],
        [1.2, 0.1, 5.0, 0.0],
        [0.0, 1.0, 0.0, 5.0],
        [0.1, 1.3, 0.0, 5.0],
    ]);
    let inside = seen(&[[1.1, 0.1, 5.0, 0.0], [1.1, 0.1, 0.0, 5.0]]);
    // The first is unsure, the second has small logits, the third a strange last layer.
    let outside = seen(&[
        [1.1, 0.1, 5.0, 5.0],
        [1.1, 0.1, 0.0, -5.0],
        [8.0, 8.0, 5.0, 0.0],
    ]);
    let found = SCORES
        .map(|detector| separation(detector, &training, &[0, 0, 1, 1], &inside, &outside).unwrap());
    let expected = [2.0 / 3.0, 0.5, 2.0 / 3.0];
    let near = |(a, b): (&f64, f64)| (a - b).abs() < 1e-12;
    assert!(found.iter().zip(expected).all(near), "{found:?}");
}

#[test]
fn a_constant_layer_tells_nothing_apart() {
    let same = seen(&[[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]);
    let found = separation(Detector::Mahalanobis, &same, &[0, 1], &same, &same);
    assert_eq!(found, Ok(0.5));
}

/// Two clouds of points beside each other, the second class at `apart`, all moved by `shift`.
fn clouds(lab: &Lab, apart: f64, shift: f64) -> Dataset {
    let rows = 60;
    let label = |row: usize| row % 2;
    let cloud = |site: u32| {
        let noise = lab.normal(site, rows).into_iter().enumerate();
        let at = |(row, noise): (usize, f64)| apart * label(row) as f64 + 0.3 * noise;
        noise.map(at).collect::<Vec<f64>>()
    };
    let moved = cloud(2).into_iter().map(|y| y + shift).collect();
    let labels: Vec<usize> = (0..rows).map(label).collect();
    made_up(&[cloud(1), moved], |rows| rows.classes(&labels)).unwrap()
}

#[test]
fn members_that_learned_tell_far_rows_and_are_surer_the_farther_a_ray_goes() {
    let lab = Lab::new(&Arguments::parse_from(["test", "--quiet"])).unwrap();
    let (data, far) = (clouds(&lab, 4.0, 0.0), clouds(&lab, 4.0, 50.0));
    let config = TrainConfig {
        epochs: 40,
        lr: 0.02,
        batch: 10,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let splits = lab.splits_of(&data, 0.4, 0..2).unwrap();
    let population = lab
        .train(Study {
            scaling: Scaling::Global,
            ..Study::of_decay(
                "clouds",
                &data,
                splits,
                Mlp::hidden([8]),
                config,
                vec![0.0, 0.1],
            )
        })
        .unwrap();
    let found = population.detection(&far, &SCORES).unwrap();
    assert_eq!(found.len(), 4);
    for member in &found {
        assert_eq!((member.accuracy, member.auroc[2]), (1.0, 1.0), "{member:?}");
        assert!((0.5..=1.0).contains(&member.confidence_inside));
    }
    // Rows of its own data are not elsewhere.
    let own = population.detection(&data, &SCORES).unwrap();
    let middling = |auroc: &f64| (0.3..0.7).contains(auroc);
    assert!(own.iter().all(|m| m.auroc.iter().all(middling)), "{own:?}");
    let rays: Vec<Vec<f64>> = [0.0, 1.0, 10.0]
        .map(|distance| population.confidence_on_rays(distance, 60).unwrap())
        .into();
    for (member, figures) in own.iter().enumerate() {
        // At distance 1 the rows are the held-out ones as they are.
        assert!((rays[1][member] - figures.confidence_inside).abs() < 1e-6);
        assert!(rays[0][member] < rays[1][member] && rays[1][member] <= rays[2][member]);
    }
}
