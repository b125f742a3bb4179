//! The linear models against sums by hand, and the verdict on worlds in which augmentation takes decay's place, in which it does not, and on one of each.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};
use nalgebra::DMatrix;

use crate::experiment::{every_way, gaps};
use crate::linear::{Images, cutouts, shifts};
use crate::{Augmentation, EXACT, IDENTITY, KINDS, LEVELS, LINEAR, NETS, series};

/// Twenty images of noise in three classes.
fn images() -> Images {
    let noise =
        |row: usize, column: usize| ((row * 67 + column * 31 + row * row * column) % 23) as f64;
    Images {
        x: DMatrix::from_fn(20, 64, |row, pixel| noise(row, pixel) / 23.0),
        y: DMatrix::from_fn(20, 3, |row, class| f64::from(u8::from(row % 3 == class))),
    }
}

#[test]
fn changes_move_and_empty_the_pixels_that_they_should() {
    let all = shifts(1);
    assert_eq!(all.len(), 9);
    // Down and to the right: the second pixel of the second row comes from the corner.
    assert_eq!(
        (all[8][9], all[8][0], all[8][63]),
        (Some(0), None, Some(54))
    );
    assert!(
        all[4]
            .iter()
            .enumerate()
            .all(|(pixel, source)| *source == Some(pixel))
    );
    let all = cutouts(4);
    let empty = |centre: usize| -> Vec<usize> {
        (0..64)
            .filter(|&pixel| all[centre][pixel].is_none())
            .collect()
    };
    assert_eq!(empty(0), [0, 1, 8, 9]);
    assert_eq!((empty(36).len(), empty(36)[0]), (16, 18));
    let changed = images().changed(&shifts(1));
    let own = images().x;
    assert_eq!((changed.x[(17, 9)], changed.x[(17, 0)]), (own[(1, 0)], 0.0));
    assert_eq!(changed.y.row(17), images().y.row(1));
}

/// Against the mean over a thousand shares, by the midpoint rule.
#[test]
fn mixed_pairs_have_the_moments_of_uniform_shares() {
    let images = images();
    let found = images.mixed().moments().xx[(3, 7)];
    let (mut products, mut sums, count) = (0.0, [0.0; 2], 20 * 20 * 1000);
    for place in 0..count {
        let (one, other, share) = (place / 20_000, place / 1000 % 20, (place % 1000) as f64);
        let share = (share + 0.5) / 1000.0;
        let mixed =
            |pixel| share * images.x[(one, pixel)] + (1.0 - share) * images.x[(other, pixel)];
        products += mixed(3) * mixed(7);
        sums = [sums[0] + mixed(3), sums[1] + mixed(7)];
    }
    let count = f64::from(count as u32);
    let direct = products / count - sums[0] * sums[1] / count / count;
    assert!(
        (found - direct).abs() < 1e-6 * direct.abs().max(0.01),
        "{found} {direct}"
    );
}

#[test]
fn both_identities_are_exact_and_no_others() {
    let images = images();
    let told = every_way(&images);
    let found = gaps(&images, &told, 0.02);
    assert!(found.iter().all(|gap| *gap < 1e-11), "{found:?}");
    let [none, shifted, cut, mixed] = told;
    let others = gaps(&images, &[shifted, none, mixed, cut], 0.02);
    assert!(others.iter().all(|gap| *gap > 1e-2), "{others:?}");
}

/// Figures as functions of the level's rank and of the rate.
struct World {
    loss: fn(f64, f64) -> f64,
    bias: fn(f64, f64) -> f64,
    variance: fn(f64, f64) -> f64,
    gap: f64,
}

/// A valley over the rate, the lowest point of which lies at this many decades.
fn valley(rate: f64, decades: f64) -> f64 {
    0.1 * ((rate + 0.01).log10() - decades).powi(2)
}

/// As it is claimed: augmentation takes over what decay did.
const TEXTBOOK: World = World {
    loss: |rank, rate| 3.0 - 0.3 * rank + valley(rate, 0.5 - 0.5 * rank),
    bias: |_, rate| 0.3 + 0.01 * rate,
    variance: |rank, rate| 1.0 / (1.0 + rank) / (1.0 + 0.1 * rate),
    gap: 1e-15,
};

/// The other way round: it asks for more decay, and lowers the bias.
const UPSIDE_DOWN: World = World {
    loss: |rank, rate| 3.0 + rank + valley(rate, 0.5 * rank - 1.0),
    bias: |rank, rate| 1.0 / (1.0 + rank) + rate,
    variance: |rank, _| 0.3 + rank,
    gap: 0.1,
};

fn measured(worlds: [&World; 2], linear: &World) -> Measurements {
    let (mut all, rates) = (Measurements::default(), rates(0.03, 10.0, 6));
    let mut add = |study: &str, name: &str, world: &World, rank: f64| {
        let loss = |rate| (world.loss)(rank, rate);
        all.make_up(study, name, "validation loss", &rates, 1e-4, loss);
        all.make_up(study, name, "their sum", &rates, 1e-4, loss);
        let bias = |rate| (world.bias)(rank, rate);
        all.make_up(study, name, "squared bias", &rates, 1e-4, bias);
        let variance = |rate| (world.variance)(rank, rate);
        all.make_up(study, name, "variance", &rates, 1e-4, variance);
    };
    for (net, world) in NETS.into_iter().zip(worlds) {
        add(net, "none", world, 0.0);
        for kind in KINDS {
            for (level, rank) in &LEVELS[1..] {
                add(net, &series(kind, level), world, *rank);
            }
        }
    }
    for (way, name) in LINEAR.into_iter().enumerate() {
        add(EXACT, name, linear, way as f64);
    }
    for metric in ["changed", "mixed"] {
        all.make_up(IDENTITY, "", metric, &[0.01], 1e-4, |_| linear.gap);
    }
    all
}

fn judged(worlds: [&World; 2], linear: &World) -> Judgement {
    Augmentation.judge(&measured(worlds, linear)).unwrap()
}

#[test]
fn where_augmentation_takes_decays_place_every_part_is_supported() {
    let judgement = judged([&TEXTBOOK, &TEXTBOOK], &TEXTBOOK);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
    let part = judgement
        .parts
        .iter()
        .find(|part| part.statement.contains("decay gains less"));
    assert!(
        part.unwrap().note.starts_with("beside strong shift; p"),
        "{part:?}"
    );
}

#[test]
fn where_it_asks_for_more_decay_every_part_is_contradicted() {
    let judgement = judged([&UPSIDE_DOWN, &UPSIDE_DOWN], &UPSIDE_DOWN);
    let contradicted = judgement.count(Support::Contradicted);
    assert_eq!(
        (contradicted, judgement.parts.len()),
        (55, 55),
        "{judgement:#?}"
    );
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
}

#[test]
fn one_network_of_each_holds_partly() {
    let judgement = judged([&TEXTBOOK, &UPSIDE_DOWN], &UPSIDE_DOWN);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let mut supported = judgement
        .parts
        .iter()
        .filter(|part| part.support == Support::Supported);
    assert_eq!(supported.clone().count(), 24);
    assert!(supported.all(|part| part.statement.starts_with("digits, ")));
}

#[test]
fn the_pictures_show_every_network_kind_and_level() {
    let worlds = [&TEXTBOOK, &UPSIDE_DOWN];
    let drawings = Augmentation.draw(&measured(worlds, &TEXTBOOK)).unwrap();
    for drawing in &drawings[..2] {
        let svg = drawing.picture.svg();
        assert_eq!(drawing.picture.panels.len(), 8);
        assert!(NETS.iter().chain(&KINDS).all(|name| svg.contains(name)));
        assert!(LEVELS.iter().all(|(level, _)| svg.contains(level)));
    }
    let svg = drawings[2].picture.svg();
    assert!(LINEAR.iter().all(|way| svg.contains(way)));
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Augmentation, &results).unwrap();
}
