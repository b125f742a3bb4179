//! Pictures, losses and gradients by hand.

use decay::network::{MemberState, Network};
use decay::train::{Evaluation, HeadLoss, Objective, TaskGradients, task_gradients};
use decay_claim::testing::quiet_lab;
use decay_train::{Device, Problem, Resources};

use crate::measure::{at_loss, surprise};
use crate::network::SharedTrunk;
use crate::uncertainty::Uncertainty;
use crate::worlds::{World, overlap, overlay, worlds};
use crate::{DIGITS, TABLE};

#[test]
fn the_first_picture_is_in_the_upper_left_and_the_darker_ink_stays() {
    let first: Vec<u8> = (0..64).collect();
    let second: Vec<u8> = (0..64).map(|place| 40 - (place % 8) as u8).collect();
    let both = overlay([&first, &second]);
    assert_eq!(both.len(), 100);
    assert_eq!((both[0], both[19], both[10]), (0, 0, 8));
    // Row 2, column 2: the nineteenth pixel of the first, the corner of the second.
    assert_eq!((both[22], both[99], both[77]), (40, 33, 63));
}

#[test]
fn replicates_of_pairs_hold_digits_apart_and_labels_are_those_of_both() {
    let [digits, table] = worlds(&quiet_lab(), 3).unwrap();
    assert_eq!((digits.data.rows, digits.data.features()), (2100, 100));
    // The first two rows of pixels are the upper digit's alone.
    let corner = |row: usize| -> Vec<u8> {
        let ink = |pixel| digits.data.value(row, pixel) as u8;
        (0..20).map(ink).collect()
    };
    let [train, validation] = [
        &digits.replicates[1].train,
        &digits.replicates[1].validation,
    ]
    .map(|rows| rows.iter().map(|&row| corner(row)).collect::<Vec<_>>());
    // The first two rows of pixels are the upper digit's alone; blank ones tell nothing.
    let told = |corner: &&Vec<u8>| corner.iter().filter(|&&ink| ink > 0).count() > 7;
    let shared = train
        .iter()
        .filter(told)
        .filter(|own| validation.contains(own));
    assert_eq!(shared.count(), 0);
    assert_eq!((table.data.rows, table.data.features()), (442, 9));
    assert!((overlap(DIGITS) - 150.0 / 1647.0).abs() < 1e-12);
    assert!((overlap(TABLE) - 110.0 / 332.0).abs() < 1e-12);
}

#[test]
fn a_loss_of_classes_is_the_negative_logarithm_of_a_share() {
    let [a, b, c] = [2.0f64, -1.0, 0.5].map(f64::exp);
    assert!((surprise(&[2.0, -1.0, 0.5], 1) + (b / (a + b + c)).ln()).abs() < 1e-12);
    assert!(surprise(&[1000.0, 0.0], 1).is_finite());
}

#[test]
fn a_curve_at_a_loss_is_that_of_the_first_epoch_that_reaches_it() {
    let (curve, losses) = ([1.0, 2.0, 4.0, 8.0, 16.0], [5.0, 4.0, 2.0, 3.0, 1.0]);
    assert_eq!(at_loss(&curve, &losses, 2.5), 14.0 / 3.0);
    assert_eq!(at_loss(&curve, &losses, 9.0), 1.5);
    assert_eq!(at_loss(&curve, &losses, 0.1), 12.0);
}

fn gradients(
    network: &Network,
    world: &World,
    objective: &dyn Objective,
    state: &MemberState,
) -> TaskGradients {
    let (data, folds) = (&world.data, world.replicates.clone());
    let problem = Problem::new(data, folds, world.scaling, &[Device::default()]).unwrap();
    let member = Evaluation {
        state,
        fold: 0,
        rows: &world.replicates[0].train,
    };
    let resources = Resources {
        threads: 1,
        memory: 1 << 28,
        chunk: None,
    };
    let found = task_gradients(network, &problem, objective, &[member], &resources);
    found.unwrap().swap_remove(0)
}

/// `e^(-s) f loss + s / 2` by hand, and its slopes.
#[test]
fn uncertainty_scales_gradients_and_learns_the_logarithm_of_twice_the_loss() {
    for world in worlds(&quiet_lab(), 1).unwrap() {
        let outputs = world.heads.map(HeadLoss::outputs);
        let network = |variances| {
            let own = SharedTrunk::new(world.data.features(), &[12, 7], &outputs, variances);
            Network::from(own)
        };
        let plain_state = network(false).initial(4);
        let mut state = plain_state.clone();
        let s = [0.6f32, -0.3];
        state.parameters.push(s.to_vec());
        let plain = gradients(&network(false), &world, &world.objective(), &plain_state);
        let own = Uncertainty::new(&world.heads);
        let weighed = gradients(&network(true), &world, &own, &state);
        assert_eq!(plain.shared, [0, 1, 2, 3]);
        for task in 0..2 {
            let half = matches!(world.heads[task], HeadLoss::Squared);
            let factor = f64::from(-s[task]).exp() * if half { 0.5 } else { 1.0 };
            let want = factor * plain.losses[task] + f64::from(s[task]) / 2.0;
            assert!((weighed.losses[task] - want).abs() < 1e-5 * (1.0 + want.abs()));
            let [a, b] = [&weighed, &plain].map(|own| &own.gradients[task]);
            for (a, b) in a[..4].iter().flatten().zip(b[..4].iter().flatten()) {
                assert!((f64::from(*a) - factor * f64::from(*b)).abs() < 1e-5);
            }
            let slope = 0.5 - factor * plain.losses[task];
            let learned = a[8].iter().map(|&own| f64::from(own)).collect::<Vec<_>>();
            assert!((learned[task] - slope).abs() < 1e-5, "{learned:?} {slope}");
            assert!(learned[1 - task].abs() < 1e-7);
        }
    }
}
