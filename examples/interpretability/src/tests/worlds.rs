//! What matters in the data is what is said to.

use decay_audit::significance::pearson;
use decay_claim::testing::quiet_lab;
use decay_data::{Dataset, Images, Options, Raw};
use decay_model::Network;

use crate::experiment::{SEEDS, study};
use crate::worlds::{COPIED, INPUTS, RELEVANT, World, beside, log_odds};
use crate::{CLOTHES, L1, L2, NET, STUDIES, strengths};

fn worlds() -> [World; 3] {
    World::all(&quiet_lab()).unwrap()
}

fn column(data: &Dataset, input: usize) -> Vec<f64> {
    let rows = 0..data.rows;
    rows.map(|row| f64::from(data.value(row, input))).collect()
}

fn labels(data: &Dataset) -> Vec<f64> {
    let all: Vec<usize> = (0..data.rows).collect();
    let labels = decay_claim::labels(data, &all);
    labels.into_iter().map(|label| label as f64).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    pearson(a, b).unwrap().coefficient
}

/// Decoys go with the input that they copy and tell nothing beyond it; labels follow the log-odds.
#[test]
fn the_table_is_decided_by_four_inputs_and_copied_by_four_decoys() {
    let [table, ..] = worlds();
    let columns: Vec<Vec<f64>> = (0..INPUTS)
        .map(|input| column(&table.data, input))
        .collect();
    for a in 0..INPUTS {
        for b in 0..a {
            let copies = a == b + RELEVANT && a < 2 * RELEVANT;
            let expected = if copies { COPIED } else { 0.0 };
            let found = correlation(&columns[a], &columns[b]);
            assert!((found - expected).abs() < 0.08, "{a} {b} {found}");
        }
    }
    let labels = labels(&table.data);
    let odds = |row: usize| log_odds(std::array::from_fn(|input| columns[input][row]));
    let odds: Vec<f64> = (0..table.data.rows).map(odds).collect();
    let sure = (0..odds.len()).filter(|&row| odds[row].abs() > 4.0);
    let follow = sure
        .clone()
        .filter(|&row| (odds[row] > 0.0) == (labels[row] == 1.0));
    assert!(follow.count() as f64 > 0.97 * sure.count() as f64);
    let [relevant, others] = table.truth.unwrap();
    let mut all = [relevant, others].concat();
    all.sort_unstable();
    assert_eq!(all, (0..INPUTS).collect::<Vec<_>>());
    assert_eq!(table.decoys.unwrap(), [4, 5, 6, 7]);
}

/// Replicates of the table share no row.
#[test]
fn rows_of_the_table_are_used_once() {
    let [table, ..] = worlds();
    let used = table
        .rows
        .iter()
        .flat_map(|rows| [&rows.train[..], &rows.validation].concat());
    let used: Vec<usize> = used.collect();
    assert_eq!(used, (0..table.data.rows).collect::<Vec<_>>());
}

#[test]
fn the_left_digit_is_the_label_and_the_right_one_is_any() {
    let Raw::Images { train, .. } = Raw::read("embedded:digits", &Options::default()).unwrap()
    else {
        panic!("images")
    };
    let two = Images {
        pixels: (0..128).map(|pixel| pixel as u8).collect(),
        labels: vec![0, 1],
        ..(*train).clone()
    };
    let both = beside(two, &[1, 1]);
    assert_eq!(both.shape, [1, 8, 16]);
    let row = |image: usize, row: usize| &both.pixels[image * 128 + 16 * row..][..16];
    let expected: Vec<u8> = (24..32).chain(88..96).collect();
    assert_eq!(row(0, 3), expected);
    assert_eq!(row(1, 0)[..8], row(1, 0)[8..]);
    let [_, digits, _] = worlds();
    let [left, right] = digits.truth.unwrap();
    assert_eq!(
        (left[8], right[8], left.len(), right.len()),
        (16, 24, 64, 64)
    );
    let is_zero: Vec<f64> = labels(&digits.data)
        .into_iter()
        .map(|label| f64::from(u8::from(label == 0.0)))
        .collect();
    let told = |half: &[usize]| {
        let each = half.iter().map(|&pixel| column(&digits.data, pixel));
        let varying = each.filter(|own| own.iter().any(|x| *x != own[0]));
        varying
            .map(|own| correlation(&own, &is_zero).abs())
            .fold(0.0, f64::max)
    };
    assert!(told(&left) > 0.3 && told(&right) < 0.1);
}

#[test]
fn penalties_differ_in_what_is_swept_and_seeds_share_their_rows() {
    for world in worlds() {
        assert!(STUDIES.contains(&world.name));
        for penalty in [L1, L2, NET] {
            let study = study(&world, penalty);
            assert_eq!(study.values, strengths(penalty));
            assert_eq!(study.config.l2 > 0.0, penalty == NET);
            assert_eq!(study.replicates.len(), SEEDS * world.rows.len());
            assert_eq!(study.replicates[2], study.replicates[3]);
            assert_ne!(study.replicates[1], study.replicates[2]);
        }
    }
}

/// `sqrt(2) / (1 / sqrt(3))` = 2.45 times.
#[test]
fn weights_that_start_smaller_are_2_4_times_smaller() {
    for world in worlds() {
        let inputs = world.data.features();
        let size = |network: &Network| -> f64 {
            let start = &network.initial(3).parameters[0];
            start
                .iter()
                .map(|&w| f64::from(w).powi(2))
                .sum::<f64>()
                .sqrt()
        };
        if world.name == CLOTHES {
            continue;
        }
        let [plain, small] = [&world.model, &world.smaller_start]
            .map(|model| size(&model.init(inputs, 10).unwrap()));
        assert!(
            (plain / small - 6f64.sqrt()).abs() < 0.15,
            "{}",
            plain / small
        );
    }
}
