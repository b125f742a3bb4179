use super::{KEYS, Key, Options};
use crate::settings::Settings;
use decay_model::ModelConfig;
use decay_train::Hyper;

#[test]
fn every_regulariser_is_a_setting_that_is_read_back() {
    for regulariser in Hyper::regularisers() {
        let key = Key::find(&format!("train.{}", regulariser.key())).unwrap();
        assert_eq!(key.hyper(), Some(regulariser));
        let mut settings = Settings::default();
        regulariser.set_config(&mut settings.train, regulariser.usual());
        let text = toml::to_string(&settings.train).unwrap();
        let again = toml::from_str(&text).unwrap();
        assert_eq!(settings.train, again, "{regulariser:?}");
    }
}

#[test]
fn flags_are_unique_and_explained() {
    let flags = KEYS
        .iter()
        .flat_map(|key| [Some(key.row.path), key.row.flag]);
    let mut flags: Vec<_> = flags.flatten().collect();
    flags.sort_unstable();
    let count = flags.len();
    flags.dedup();
    assert_eq!(flags.len(), count);
    for key in KEYS.iter() {
        assert!(
            !key.help.is_empty() && !key.row.value.is_empty(),
            "{}",
            key.row.path
        );
        assert!(!key.help.contains('\n'), "{}", key.row.path);
    }
}

/// What the table says of architectures is what the enum reads.
#[test]
fn every_architecture_is_read_with_its_own_rows() {
    for kind in ModelConfig::KINDS {
        let text = format!("kind = \"{kind}\"");
        let config: ModelConfig = toml::from_str(&text).unwrap();
        let written = toml::to_string(&config).unwrap();
        assert!(written.contains(&text), "{written}");
    }
}

/// Each default passes the check of its own row, so that a written configuration is read back.
#[test]
fn defaults_are_allowed() {
    assert_eq!(
        Settings::default()
            .data
            .out_of_range()
            .map(|(row, _)| row.path),
        None
    );
    let text = Settings::default().with_rates(true).to_toml().unwrap();
    let table: toml::Table = text.parse().unwrap();
    for key in KEYS.iter() {
        let value = table
            .get(key.row.table())
            .and_then(|table| table.get(key.row.name()));
        assert_eq!(
            value.map_or(Ok(()), |value| key.check(value)),
            Ok(()),
            "{}",
            key.row.path
        );
    }
}
