//! The verdict on worlds in which decay wins, in which it loses, and on both; what is measured against what it is said to be.

mod worlds;

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Measurements, Verdict};

use crate::equilibrium::RUNS;
use crate::nets::METHODS;
use crate::sets::{LINEAR, SETS};
use crate::{OtherRegularisers, nets};
use worlds::{LINEAR_PARTS, TEXTBOOK, TURNS_PARTS, UPSIDE_DOWN, World, judged, measured};

#[test]
fn where_decay_wins_and_adds_every_part_is_supported() {
    let judgement = judged(&TEXTBOOK, [&TEXTBOOK; 7]);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
    assert_eq!(judgement.parts.len(), LINEAR_PARTS + TURNS_PARTS + 7 * 12);
}

#[test]
fn where_others_win_every_part_is_contradicted() {
    let judgement = judged(&UPSIDE_DOWN, [&UPSIDE_DOWN; 7]);
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
    let contradicted = judgement.count(Support::Contradicted);
    assert_eq!(contradicted, judgement.parts.len(), "{judgement:#?}");
}

#[test]
fn what_holds_for_two_sets_holds_partly() {
    let mut nets = [&UPSIDE_DOWN; 7];
    nets[..2].fill(&TEXTBOOK);
    let judgement = judged(&UPSIDE_DOWN, nets);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let parts = judgement.parts.iter();
    let supported: Vec<_> = parts
        .filter(|part| part.support == Support::Supported)
        .map(|part| part.statement.as_str())
        .collect();
    assert_eq!(supported.len(), 24);
    let of_two = |statement: &&str| {
        let starts = |set: &crate::sets::Set| statement.starts_with(set.name);
        SETS[..2].iter().any(starts)
    };
    assert!(supported.iter().all(of_two));
}

/// A norm, an angle or a start beside its formula decides its own parts and no others.
#[test]
fn each_part_of_the_equilibrium_is_decided_by_its_own_figure() {
    type Change = fn(&mut World);
    let changes: [(Change, usize); 5] = [
        (|world| world.norm = 1.2, 8),
        (|world| world.angle = 0.8, 8),
        (|world| world.squared_angle = 0.8, 8),
        (|world| world.start = 1.5, 4),
        (|world| world.slant = 0.1, 3),
    ];
    for (change, contradicted) in changes {
        let mut world = TEXTBOOK;
        change(&mut world);
        let judgement = judged(&world, [&TEXTBOOK; 7]);
        assert_eq!(judgement.count(Support::Contradicted), contradicted);
        let supported = judgement.count(Support::Supported);
        assert_eq!(supported + contradicted, judgement.parts.len());
    }
}

/// The tests allow for shared rows by the sizes that are written down.
#[test]
fn sets_have_the_rows_that_are_written_down_and_enough_of_them() {
    for set in &SETS {
        let data = (set.load)().unwrap();
        assert_eq!(data.rows, set.rows, "{}", set.name);
        assert!(set.sizes[0] + set.sizes[1] <= set.rows && set.sizes[1] % 2 == 0);
        let classes = matches!(data.target, decay_data::Target::Classes { .. });
        assert_eq!(classes, set.unit == "nats");
    }
    let wine = SETS[1].overlap();
    assert!((wine - (40.0 / 178.0) / (138.0 / 178.0)).abs() < 1e-15);
}

#[test]
fn the_pictures_show_every_method_set_and_table() {
    let drawings = OtherRegularisers
        .draw(&measured(&TEXTBOOK, [&UPSIDE_DOWN; 7]))
        .unwrap();
    let svg = drawings[0].picture.svg();
    assert!(METHODS.iter().all(|method| svg.contains(method.name)));
    assert!(nets::panel(&Measurements::default(), &SETS[0]).is_err());
    let svg = drawings[1].picture.svg();
    assert!(
        [RUNS[0], RUNS[2]]
            .iter()
            .all(|(study, ..)| svg.contains(study))
    );
    let svg = drawings[2].picture.svg();
    let shown = |&(place, _): &(usize, &str)| svg.contains(SETS[place].name);
    assert!(LINEAR.iter().all(shown));
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&OtherRegularisers, &results).unwrap();
}
