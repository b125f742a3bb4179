//! What every row of the table promises.

use super::{Knob, Member};
use crate::options::TrainConfig;

/// Ends, inside and outside of every range that occurs.
const PROBES: [f64; 11] = [
    -1.0,
    0.0,
    0.5,
    1.0,
    1.5,
    7.0,
    180.0,
    181.0,
    5e9,
    f64::INFINITY,
    f64::NAN,
];

#[test]
fn what_is_set_is_read_back_and_nothing_else_changes() {
    let before = Member::new(&TrainConfig::default(), 0.0, 0, 0);
    for knob in Knob::ALL {
        let value = if knob.allows(0.25) { 0.25 } else { 3.0 };
        assert_ne!(knob.get(&before), value);
        let mut member = before.clone();
        knob.set(&mut member, value);
        assert_eq!(knob.get(&member), value, "{knob:?}");
        for other in Knob::ALL.into_iter().filter(|other| *other != knob) {
            assert_eq!(
                other.get(&member),
                other.get(&before),
                "{knob:?}, {other:?}"
            );
        }
    }
}

#[test]
fn keys_are_unique_and_those_of_the_configuration() {
    let config = serde_json::to_value(TrainConfig::default()).unwrap();
    for knob in Knob::ALL {
        assert_eq!(Knob::of_key(knob.key()), Some(knob));
        let is_key = config.get(knob.key()).is_some();
        assert_eq!(is_key, knob != Knob::Decay, "{knob:?}");
    }
}

/// The configuration and the table may not drift apart: both refuse the same values.
#[test]
fn ranges_are_those_of_the_configuration() {
    for knob in Knob::ALL.into_iter().filter(|knob| *knob != Knob::Decay) {
        for value in PROBES.into_iter().filter(|value| value.is_finite()) {
            let mut config = serde_json::to_value(TrainConfig::default()).unwrap();
            let whole = config[knob.key()].is_u64();
            config[knob.key()] = match whole && value.fract() == 0.0 {
                true => (value as i64).into(),
                false => value.into(),
            };
            let read = serde_json::from_value::<TrainConfig>(config);
            let valid = read.is_ok_and(|config| config.validate().is_ok());
            assert_eq!(knob.allows(value), valid, "{knob:?} {value}");
        }
    }
}

#[test]
fn a_refusal_names_key_value_and_range() {
    for knob in Knob::ALL {
        for value in PROBES.into_iter().filter(|&value| !knob.allows(value)) {
            let message = knob.check(value).unwrap_err().to_string();
            let (given, range) = (format!("got {value}"), knob.range());
            for part in [knob.key(), given.as_str(), range] {
                assert!(message.contains(part), "'{message}' lacks '{part}'");
            }
        }
    }
}
