//! What every regulariser of the table promises.

use crate::setup::{Setup, assert_same};
use decay_model::Norm;
use decay_train::{Hyper, Status, TrainConfig};

/// Strength 0 is the run without it, also beside a member that has it, whose weights differ.
#[test]
fn strength_zero_is_off_bit_for_bit() {
    for regulariser in Hyper::regularisers() {
        let setup = Setup::of(regulariser, 4);
        let member = |strength| setup.member(regulariser, strength, 5);
        let without = setup.states(&[member(0.0)], 1);
        let together = setup.states(&[member(regulariser.usual()), member(0.0)], 2);
        let what = format!("{regulariser:?}");
        assert_same(&without[0], &together[1], &what);
        assert_ne!(together[0], together[1], "{what} changes nothing");
    }
}

#[test]
fn a_member_alone_equals_itself_among_members_of_other_strengths() {
    for regulariser in Hyper::regularisers() {
        let setup = Setup::of(regulariser, 3);
        let usual = regulariser.usual();
        let member = |strength, seed| setup.member(regulariser, strength, seed);
        let alone = setup.states(&[member(usual, 5)], 1);
        let equal = [member(usual, 4), member(usual, 5), member(usual, 6)];
        let mixed = [member(0.0, 4), member(usual, 5), member(usual / 2.0, 6)];
        for (chunk, members) in [(3, &equal), (3, &mixed), (2, &mixed)] {
            let together = setup.states(members, chunk);
            assert_same(&alone[0], &together[1], &format!("{regulariser:?} {chunk}"));
        }
    }
}

/// Weights that are returned as a success are numbers.
#[test]
fn an_extreme_strength_diverges_openly_or_not_at_all() {
    for regulariser in Hyper::regularisers() {
        let setup = Setup::of(regulariser, 3);
        let members = [
            setup.member(regulariser, 0.0, 5),
            setup.member(regulariser, regulariser.extreme(), 5),
        ];
        let outcomes = setup.train(&members, 2).outcomes;
        assert_eq!(outcomes[0].status, Status::Finished { epochs: 3 });
        let extreme = &outcomes[1];
        let diverged = matches!(extreme.status, Status::Diverged { .. });
        assert!(
            diverged || extreme.state.is_finite(),
            "{regulariser:?}: {:?}",
            extreme.status
        );
    }
}

#[test]
fn a_resumed_run_is_the_uninterrupted_one() {
    for regulariser in Hyper::regularisers() {
        let setup = Setup::of(regulariser, 5);
        let usual = regulariser.usual();
        let members = [usual, 0.0, usual / 2.0].map(|s| setup.member(regulariser, s, 5));
        let whole = setup.train(&members, 2);
        let dir = tempfile::tempdir().expect("a directory");
        let resumed = setup.interrupted(&members, 4, dir.path());
        for (a, b) in whole.outcomes.iter().zip(&resumed.outcomes) {
            assert_same(&a.state, &b.state, &format!("{regulariser:?}"));
            assert_eq!(a.status, b.status);
        }
    }
}

#[test]
fn a_strength_survives_its_file_and_its_range_is_checked() {
    for regulariser in Hyper::regularisers() {
        for strength in [0.0, regulariser.usual(), regulariser.extreme()] {
            let mut config = TrainConfig::default();
            regulariser.set_config(&mut config, strength);
            assert_eq!(regulariser.of_config(&config), strength);
            config.validate().expect("an allowed strength");
            let text = serde_json::to_string(&config).expect("JSON");
            let again: TrainConfig = serde_json::from_str(&text).expect("its own text");
            assert_eq!(config, again);
        }
        for strength in [-0.1, f64::NAN, f64::INFINITY] {
            let mut config = TrainConfig::default();
            regulariser.set_config(&mut config, strength);
            // A number of pixels cannot even hold these.
            if regulariser.of_config(&config).to_bits() != strength.to_bits() {
                continue;
            }
            let error = config.validate().expect_err("a strength out of range");
            let message = error.to_string();
            assert!(message.contains(regulariser.key()), "{message}");
        }
    }
}

/// A member's strength may be its own, and is checked as one that a file gives.
#[test]
fn a_member_out_of_range_is_refused() {
    let setup = Setup::digits(Norm::None, 1);
    let mut member = setup.member(Hyper::Dropout, 0.5, 1);
    member.dropout = 1.0;
    let error = setup.try_train(&[member], 1).expect_err("dropout 1");
    assert_eq!(error.to_string(), "train.dropout must be in [0, 1), got 1");
}
