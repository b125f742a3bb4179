use super::{KEYS, Kind};
use crate::settings::Settings;

/// The keys that serde knows, from the message about one that it does not.
fn fields(table: &str) -> Vec<String> {
    if table != "model" {
        return fields_below(table, "");
    }
    let kinds = super::MODELS.iter();
    let mut all: Vec<_> = kinds
        .flat_map(|kind| fields_below(table, &format!("kind = \"{kind}\"\n")))
        .collect();
    all.sort();
    all.dedup();
    all
}

fn fields_below(table: &str, kind: &str) -> Vec<String> {
    let text = format!("[{table}]\n{kind}no_such_key = 1\n");
    let error = toml::from_str::<Settings>(&text).unwrap_err().to_string();
    let listed = error
        .split("expected one of")
        .nth(1)
        .or(error.split("expected").nth(1))
        .unwrap();
    listed
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_field_of_the_tree_is_in_the_list_and_the_other_way_round() {
    for table in ["data", "model", "train", "sweep", "fit", "audit", "run"] {
        let mut fields = fields(table);
        if table == "model" {
            fields.push("kind".into());
        }
        let own = KEYS
            .iter()
            .filter_map(|key| key.path.strip_prefix(&format!("{table}.")));
        let mut listed: Vec<_> = own.map(str::to_owned).collect();
        fields.sort();
        listed.sort();
        assert_eq!(listed, fields, "[{table}]");
    }
}

#[test]
fn every_regulariser_is_a_setting_with_its_own_range() {
    for regulariser in decay_train::Hyper::regularisers() {
        let key = KEYS.iter().find(|key| {
            let name = key.path.strip_prefix("train.");
            name == Some(regulariser.key())
        });
        match key.map(|key| key.kind) {
            Some(Kind::Real(range, allows)) => {
                assert_eq!(range, regulariser.range(), "{regulariser:?}");
                for strength in [f64::NAN, -1.0, 0.0, 0.5, 1.0, 90.0, f64::INFINITY] {
                    assert_eq!(allows(strength), regulariser.allows(strength));
                }
            }
            // A number of pixels.
            Some(Kind::Whole(0)) => assert!(!regulariser.allows(0.5), "{regulariser:?}"),
            _ => panic!("train.{} is not a number", regulariser.key()),
        }
        let mut settings = Settings::default();
        regulariser.set_config(&mut settings.train, regulariser.usual());
        let text = toml::to_string(&settings.train).unwrap();
        let again = toml::from_str(&text).unwrap();
        assert_eq!(settings.train, again, "{regulariser:?}");
    }
}

#[test]
fn flags_are_unique_and_explained() {
    let mut flags: Vec<_> = KEYS
        .iter()
        .flat_map(|k| [Some(k.path), k.short])
        .flatten()
        .collect();
    flags.sort_unstable();
    let count = flags.len();
    flags.dedup();
    assert_eq!(flags.len(), count);
    assert!(
        KEYS.iter()
            .all(|key| !key.help.is_empty() && !key.value.is_empty())
    );
}

/// Every name in a list of choices is one that the tree accepts.
#[test]
fn every_choice_is_known_to_the_tree() {
    for key in KEYS {
        let (table, name) = key.path.split_once('.').unwrap();
        let (names, list) = match key.kind {
            Kind::Choice(names) => (names, false),
            Kind::Choices(names) => (names, true),
            _ => continue,
        };
        for choice in names {
            let value = if list {
                format!("[\"{choice}\"]")
            } else {
                format!("\"{choice}\"")
            };
            let kinds: &[&str] = match (table, name) {
                ("model", "kind") => &[""],
                ("model", _) => super::MODELS,
                _ => &[""],
            };
            let mut texts = kinds.iter().map(|kind| match *kind {
                "" => format!("[{table}]\n{name} = {value}\n"),
                kind => format!("[{table}]\nkind = \"{kind}\"\n{name} = {value}\n"),
            });
            let accepted = texts.any(|text| toml::from_str::<Settings>(&text).is_ok());
            assert!(accepted, "{table}.{name} = {value}");
        }
    }
}
