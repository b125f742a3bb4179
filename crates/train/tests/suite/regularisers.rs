//! What every regulariser of the table promises.

use crate::setup::{Setup, assert_same};
use decay_model::Norm;
use decay_options::Options;
use decay_train::{Hyper, Member, Status, TrainConfig};

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

/// The configuration that a file with one key gives.
fn configured(regulariser: Hyper, strength: f64) -> serde_json::Result<TrainConfig> {
    serde_json::from_str(&format!(r#"{{"{}": {strength}}}"#, regulariser.key()))
}

#[test]
fn a_strength_survives_its_file_and_its_range_is_checked() {
    for regulariser in Hyper::regularisers() {
        for strength in [0.0, regulariser.usual(), regulariser.extreme()] {
            let config = configured(regulariser, strength).expect("a configuration");
            assert_eq!(regulariser.of_config(&config), strength);
            config.validate().expect("an allowed strength");
            let text = serde_json::to_string(&config).expect("JSON");
            let again: TrainConfig = serde_json::from_str(&text).expect("its own text");
            assert_eq!(config, again);
        }
        // A number of pixels cannot even hold this.
        if let Ok(config) = configured(regulariser, -0.1) {
            let error = config.validate().expect_err("a strength out of range");
            let message = error.to_string();
            assert!(message.contains(regulariser.key()), "{message}");
        }
    }
    for strength in [f64::NAN, f64::INFINITY] {
        let config = TrainConfig {
            jacobian: strength,
            ..TrainConfig::default()
        };
        let error = config.validate().expect_err("no number");
        assert!(error.to_string().contains("jacobian"), "{error}");
    }
}

/// What the table marks as acting on weights, but for the decay, which is no key.
fn penalties() -> impl Iterator<Item = Hyper> {
    Hyper::regularisers().filter(|hyper| hyper.row().penalises_weights)
}

/// After one step only the layer that decays shows a penalty: no later gradient has seen it yet.
#[test]
fn an_exempt_layer_gets_no_penalty() {
    for penalty in penalties() {
        let mut setup = Setup::digits(Norm::None, 1);
        setup.config.full_batch = true;
        setup.config.decayed = vec!["layers.0.weight".into()];
        let member = |strength| setup.member(penalty, strength, 5);
        let states = setup.states(&[member(0.0), member(penalty.usual())], 2);
        let [without, with] = [0, 1].map(|place| &states[place].parameters);
        assert_ne!(without[0], with[0], "{penalty:?} changes nothing");
        assert_eq!(without[1..], with[1..], "{penalty:?}");
    }
}

/// A power of two changes no bit on its way; a limit on norms is no amount that could be halved.
#[test]
fn half_a_factor_is_half_a_penalty() {
    for penalty in penalties().filter(|&penalty| penalty != Hyper::MaxNorm) {
        let states = |factor: &str, strength: f64| {
            let mut setup = Setup::digits(Norm::None, 2);
            setup.config.decay_factors = vec![factor.parse().expect("a factor")];
            let member = Member {
                decay: 0.0,
                ..setup.member(penalty, strength, 5)
            };
            setup.states(&[member], 1)
        };
        let halved = states("*weight=0.5", penalty.usual());
        let half = states("*weight=1", penalty.usual() / 2.0);
        assert_same(&halved[0], &half[0], &format!("{penalty:?}"));
        let named = TrainConfig::ROWS
            .iter()
            .find(|row| row.name() == "decay_factors");
        let docs = named.expect("a row").docs;
        assert!(docs.contains(&format!("`{}`", penalty.key())), "{docs}");
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
