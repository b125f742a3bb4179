//! What every row of the table promises.

use super::{Hyper, Member};
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
    for hyper in Hyper::ALL {
        let value = if hyper.allows(0.25) { 0.25 } else { 3.0 };
        assert_ne!(hyper.get(&before), value);
        let mut member = before.clone();
        hyper.set(&mut member, value);
        assert_eq!(hyper.get(&member), value, "{hyper:?}");
        for other in Hyper::ALL.into_iter().filter(|other| *other != hyper) {
            assert_eq!(
                other.get(&member),
                other.get(&before),
                "{hyper:?}, {other:?}"
            );
        }
    }
}

#[test]
fn keys_are_unique_and_those_of_the_configuration() {
    let config = serde_json::to_value(TrainConfig::default()).unwrap();
    for hyper in Hyper::ALL {
        assert_eq!(Hyper::of_key(hyper.key()), Some(hyper));
        let is_key = config.get(hyper.key()).is_some();
        assert_eq!(is_key, hyper != Hyper::Decay, "{hyper:?}");
    }
}

/// The configuration and the table may not drift apart: both refuse the same values.
#[test]
fn ranges_are_those_of_the_configuration() {
    for hyper in Hyper::ALL
        .into_iter()
        .filter(|hyper| *hyper != Hyper::Decay)
    {
        for value in PROBES.into_iter().filter(|value| value.is_finite()) {
            let mut config = serde_json::to_value(TrainConfig::default()).unwrap();
            let whole = config[hyper.key()].is_u64();
            config[hyper.key()] = if whole && value.fract() == 0.0 {
                (value as i64).into()
            } else {
                value.into()
            };
            let read = serde_json::from_value::<TrainConfig>(config);
            let valid = read.is_ok_and(|config| config.validate().is_ok());
            assert_eq!(hyper.allows(value), valid, "{hyper:?} {value}");
        }
    }
}

#[test]
fn a_refusal_names_key_value_and_range() {
    for hyper in Hyper::ALL {
        for value in PROBES.into_iter().filter(|&value| !hyper.allows(value)) {
            let message = hyper.check(value).unwrap_err().to_string();
            let (given, range) = (format!("got {value}"), hyper.range());
            for part in [hyper.key(), given.as_str(), range] {
                assert!(message.contains(part), "'{message}' lacks '{part}'");
            }
        }
    }
}
