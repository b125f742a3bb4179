//! Curves whose ends are known, and a network whose logits are divided.

use decay_data::Embedded;
use decay_model::{MemberState, Mlp};
use decay_train::TrainConfig;

use super::{STEPS, area, ladder};
use crate::study::Study;
use crate::testing::quiet_lab;

#[test]
fn areas_are_those_of_trapezoids() {
    assert!((area(&[1.0, 0.5, 0.0]) - 0.5).abs() < 1e-15);
    assert!((area(&[1.0, 0.0, 0.0, 0.0, 0.0]) - 0.125).abs() < 1e-15);
}

#[test]
fn a_ladder_moves_every_input_once_in_its_order() {
    let order: Vec<usize> = (0..30).rev().collect();
    let rungs = ladder(&[0.0; 30], &[1.0; 30], &order);
    let each: Vec<&[f32]> = rungs.chunks_exact(30).collect();
    assert_eq!(
        (each.len(), each[0], each[STEPS]),
        (STEPS + 1, &[0.0; 30][..], &[1.0; 30][..])
    );
    for (step, row) in each.iter().enumerate() {
        let moved = (step * 30).div_ceil(STEPS);
        assert!(row[..30 - moved].iter().all(|x| *x == 0.0));
        assert!(row[30 - moved..].iter().all(|x| *x == 1.0));
    }
}

/// Ends of the curves meet; a network with divided logits has the same order and, at the same confidence, the same curves.
#[test]
fn scale_is_no_part_of_what_is_compared_at_one_confidence() {
    let (lab, data) = (quiet_lab(), Embedded::Wine.load().unwrap());
    let rows = lab.draws(data.rows, 2, [100, 40]);
    let config = TrainConfig {
        epochs: 20,
        lr: 1e-2,
        ..TrainConfig::default()
    };
    let study = Study::of_decay("wine", &data, rows, Mlp::hidden([]), config, vec![0.0, 1.0]);
    let population = lab.train(study).unwrap();
    let explained = population.explained(1, 20);
    let state = population.state(population.members_of(1)[0]).clone();
    let divided = MemberState {
        parameters: state
            .parameters
            .iter()
            .map(|own| own.iter().map(|w| w / 4.0).collect())
            .collect(),
        ..state.clone()
    };
    let states = [state, divided];
    let saliency = population.saliency(&explained, &states).unwrap();
    let found = population
        .occlusions(&explained, &states, &saliency)
        .unwrap();
    let [sure, unsure] = [&found[0], &found[1]];
    let plain = [sure, unsure].map(|own| own.curves(1.0));
    for (own, curves) in [sure, unsure].into_iter().zip(&plain) {
        let whole = [
            curves.deletion[0],
            curves.insertion[STEPS],
            curves.random[0],
        ];
        assert!(whole.iter().all(|p| (p - own.confidence(1.0)).abs() < 1e-6));
        let nothing = [curves.insertion[0], curves.random[STEPS]];
        assert!(
            nothing
                .iter()
                .all(|p| (p - curves.deletion[STEPS]).abs() < 1e-6)
        );
        assert!(curves.deletion_gain() > 0.0 && curves.insertion_gain() > 0.0);
    }
    let areas = plain.each_ref().map(|curves| area(&curves.deletion));
    assert!(areas[0] > areas[1] + 0.02, "{areas:?}");
    let [a, b] = [sure, unsure].map(|own| own.temperature(0.7));
    assert!((a / b - 4.0).abs() < 1e-2 && (sure.confidence(a) - 0.7).abs() < 1e-9);
    let (a, b) = (sure.curves(a), unsure.curves(b));
    let pairs = a.deletion.iter().chain(&a.insertion).chain(&a.random);
    let others = b.deletion.iter().chain(&b.insertion).chain(&b.random);
    assert!(pairs.zip(others).all(|(a, b)| (a - b).abs() < 1e-3));
}
