//! Files, flags and `--set` laid over each other, each checked on its own so that messages name the culprit.

use std::path::{Path, PathBuf};

use decay_model::MlpPreset;
use serde::Deserialize;
use toml::{Table, Value};

use super::values::nearest;
use super::{KEYS, Key, Settings, Stated};
use crate::error::Error;

/// Settings as given on the command line.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// Flags with their values.
    pub flags: Vec<(&'static Key, String)>,
    /// `--set KEY=VALUE`.
    pub sets: Vec<String>,
}

/// Keys that say the same thing in three units: the later layer's replaces all.
pub(super) const EITHER: [[&str; 3]; 2] = [
    ["sweep.rates", "sweep.half_lives", "sweep.taus"],
    ["fit.rate", "fit.half_life", "fit.tau"],
];

/// The settings: `base` below the config file below flags below `--set`.
pub fn resolve(base: Table, given: &Given) -> Result<Settings, Error> {
    let mut merged = base;
    if let Some(file) = &given.config {
        merged = overlay(merged, read_file(file)?);
    }
    merged = overlay(merged, flags(given)?);
    merged = overlay(merged, sets(given)?);
    expand_preset(&mut merged)?;
    let stated = Stated::of(&merged);
    let model = merged
        .entry("model")
        .or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(model) = model {
        model.entry("kind").or_insert_with(|| "mlp".into());
    }
    let settings = Settings::deserialize(Value::Table(merged));
    let settings = settings.map_err(|error| Error::Setting(error.to_string()))?;
    Ok(Settings { stated, ..settings })
}

impl Settings {
    /// The settings with one more key, from text as `--set` takes it.
    pub(crate) fn set(&self, path: &str, text: &str) -> Result<Self, Error> {
        let key = Key::find(path).ok_or_else(|| unknown(path, "the settings"))?;
        let own = match path {
            "model.kind" | "model.preset" => Some("model"),
            path => path.strip_prefix("run."),
        };
        if let Some(method) = own {
            return Err(Error::Setting(format!(
                "{path} is no key for set; Experiment::{method} is for it"
            )));
        }
        let mut table = Table::new();
        insert(&mut table, key, key.parse(text));
        check_leaf(key, leaf(&table, path), "the settings")?;
        self.rewritten(overlay(Table::try_from(self)?, table))
    }
}

/// Lays what is given of a perceptron over its preset, whose settings are then those of the run.
fn expand_preset(settings: &mut Table) -> Result<(), Error> {
    let Some(Value::Table(model)) = settings.get_mut("model") else {
        return Ok(());
    };
    let kind = model.get("kind").and_then(Value::as_str);
    if let Some(preset) =
        kind.and_then(|kind| MlpPreset::NAMES.into_iter().find(|own| *own == kind))
    {
        model.insert("kind".into(), "mlp".into());
        model.entry("preset").or_insert_with(|| preset.into());
    }
    let is_mlp = model
        .get("kind")
        .is_none_or(|kind| kind.as_str() == Some("mlp"));
    let Some(name) = model
        .get("preset")
        .and_then(Value::as_str)
        .filter(|_| is_mlp)
    else {
        return Ok(());
    };
    let Some(preset) = MlpPreset::ALL
        .into_iter()
        .find(|preset| preset.name() == name)
    else {
        return Err(Error::Setting(format!(
            "model.preset: '{name}' is a network for images, as in --model cnn --preset {name}"
        )));
    };
    model.remove("preset");
    for (name, value) in Table::try_from(preset.config())? {
        model.entry(name).or_insert(value);
    }
    Ok(())
}

/// Reads and checks a config file.
fn read_file(path: &Path) -> Result<Table, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::Setting(format!("{}: cannot be read: {error}", path.display())))?;
    table_of(path, &text)
}

/// Checks the text of a config file.
pub(crate) fn table_of(path: &Path, text: &str) -> Result<Table, Error> {
    let name = path.display().to_string();
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        Error::Setting(format!("{name}: line {line}: {}", error.message()))
    })?;
    check(&table, &name)?;
    Ok(table)
}

fn flags(given: &Given) -> Result<Table, Error> {
    let mut table = Table::new();
    for (key, text) in &given.flags {
        insert(&mut table, key, key.parse(text));
        check_leaf(
            key,
            leaf(&table, key.row.path),
            &format!("--{}", key.flag()),
        )?;
    }
    check_either(&table, "the command line")?;
    Ok(table)
}

fn sets(given: &Given) -> Result<Table, Error> {
    let mut table = Table::new();
    for set in &given.sets {
        let Some((path, text)) = set.split_once('=') else {
            return Err(Error::Setting(format!(
                "--set needs KEY=VALUE, got '{set}'"
            )));
        };
        let path = path.trim();
        let key = Key::find(path).ok_or_else(|| unknown(path, "--set"))?;
        insert(&mut table, key, key.parse(text));
        check_leaf(key, leaf(&table, path), "--set")?;
    }
    check_either(&table, "--set")?;
    Ok(table)
}

fn insert(table: &mut Table, key: &Key, value: Value) {
    let (outer, inner) = key.row.path.split_once('.').unwrap_or((key.row.path, ""));
    let entry = table
        .entry(outer)
        .or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(entry) = entry {
        entry.insert(inner.to_owned(), value);
    }
}

pub(super) fn leaf<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let (outer, inner) = path.split_once('.')?;
    table.get(outer)?.get(inner)
}

/// Refuses unknown keys and values out of range.
fn check(table: &Table, origin: &str) -> Result<(), Error> {
    for (outer, value) in table {
        let Value::Table(inner) = value else {
            return Err(unknown(outer, origin));
        };
        for (name, value) in inner {
            let path = format!("{outer}.{name}");
            let key = Key::find(&path).ok_or_else(|| unknown(&path, origin))?;
            check_leaf(key, Some(value), origin)?;
        }
    }
    check_either(table, origin)
}

fn check_leaf(key: &Key, value: Option<&Value>, origin: &str) -> Result<(), Error> {
    let checked = value.map_or(Ok(()), |value| key.check(value));
    checked.map_err(|reason| Error::Setting(format!("{origin}: {} {reason}", key.row.path)))
}

fn check_either(table: &Table, origin: &str) -> Result<(), Error> {
    for units in EITHER {
        let mut given = units.iter().filter(|path| leaf(table, path).is_some());
        if let (Some(one), Some(other)) = (given.next(), given.next()) {
            return Err(Error::Setting(format!(
                "{origin}: give {one} or {other}, not both"
            )));
        }
    }
    Ok(())
}

/// Suggests the nearest key, by its whole path or by its name alone.
fn unknown(path: &str, origin: &str) -> Error {
    let name = |path: &'static str| path.split_once('.').map_or(path, |(_, name)| name);
    let given = path.rsplit('.').next().unwrap_or(path);
    let whole = nearest(path, KEYS.iter().map(|key| key.row.path));
    let near = whole.or_else(|| {
        let near = nearest(given, KEYS.iter().map(|key| name(key.row.path)))?;
        KEYS.iter()
            .find(|key| name(key.row.path) == near)
            .map(|key| key.row.path)
    });
    let hint = near.map(|near| format!("; did you mean '{near}'?"));
    Error::Setting(format!(
        "{origin}: unknown key '{path}'{}",
        hint.unwrap_or_default()
    ))
}

/// Lays `upper` over `lower`, key by key.
fn overlay(mut lower: Table, upper: Table) -> Table {
    for units in EITHER {
        if units.iter().any(|path| leaf(&upper, path).is_some()) {
            for path in units {
                remove(&mut lower, path);
            }
        }
    }
    for (name, value) in upper {
        match (lower.get_mut(&name), value) {
            (Some(Value::Table(below)), Value::Table(above)) => below.extend(above),
            (_, value) => {
                lower.insert(name, value);
            }
        }
    }
    lower
}

fn remove(table: &mut Table, path: &str) {
    if let Some((outer, inner)) = path.split_once('.')
        && let Some(Value::Table(table)) = table.get_mut(outer)
    {
        table.remove(inner);
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, Key, resolve};
    use crate::settings::{Grid, Settings};
    use decay_model::{MlpConfig, MlpPreset, ModelConfig};
    use toml::Table;

    fn given(flags: &[(&str, &str)], sets: &[&str]) -> Given {
        Given {
            config: None,
            flags: flags
                .iter()
                .map(|(path, text)| (Key::find(path).unwrap(), (*text).to_owned()))
                .collect(),
            sets: sets.iter().map(|set| (*set).to_owned()).collect(),
        }
    }

    fn refused(flags: &[(&str, &str)], sets: &[&str]) -> String {
        resolve(Table::new(), &given(flags, sets))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn sets_beat_flags_beat_files_beat_defaults() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(
            &file,
            "[train]\nlr = 0.1\nbatch = 8\nepochs = 3\n[model]\nhidden = [5]\n",
        )
        .unwrap();
        let mut given = given(
            &[("train.lr", "0.2"), ("train.batch", "16")],
            &["train.lr=0.3"],
        );
        given.config = Some(file);
        let settings = resolve(Table::new(), &given).unwrap();
        let train = &settings.train;
        assert_eq!((train.lr, train.batch, train.epochs), (0.3, 16, 3));
        assert_eq!(train.beta1, 0.9);
    }

    #[test]
    fn rates_in_a_later_layer_replace_half_lives_in_an_earlier_one() {
        let base: Table = "[sweep]\nhalf_lives = \"1..9:3\"".parse().unwrap();
        let settings = resolve(base, &given(&[("sweep.rates", "0.1,0.2")], &[])).unwrap();
        assert_eq!(settings.sweep.rates, Some(Grid::Text("0.1,0.2".into())));
        assert_eq!(settings.sweep.half_lives, None);
        let both = refused(&[("sweep.rates", "1"), ("sweep.half_lives", "1")], &[]);
        assert!(both.contains("not both"), "{both}");
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let flags = [
            ("data.path", "a.csv"),
            ("model.hidden", "7,9"),
            ("sweep.rates", "0,1e-3..1:4"),
            ("train.lr", "0.0123456789012345"),
            ("train.dropout", "0..0.5:6"),
            ("train.cutout", "[0, 2]"),
            ("run.memory", "3 GiB"),
            ("sweep.metric", "accuracy"),
        ];
        let settings = resolve(Table::new(), &given(&flags, &[])).unwrap();
        let again: Settings = toml::from_str(&settings.to_toml().unwrap()).unwrap();
        assert_eq!(again, settings);
    }

    /// What is given beside a preset counts, and none of its settings is left to a plan.
    #[test]
    fn a_preset_lies_below_what_is_given_of_the_network() {
        let flags = [("model.preset", "table"), ("model.frequencies", "4")];
        let settings = resolve(Table::new(), &given(&flags, &[])).unwrap();
        let want = MlpConfig {
            frequencies: 4,
            ..MlpPreset::Table.config()
        };
        assert_eq!(*settings.model, ModelConfig::Mlp(want));
        for key in ["model.hidden", "model.encoding", "model.activation"] {
            assert!(!settings.is_open(key).unwrap(), "{key}");
        }
        assert!(settings.is_open("train.lr").unwrap());
        let text = settings.to_toml().unwrap();
        assert!(
            text.contains("kind = \"mlp\"") && !text.contains("preset"),
            "{text}"
        );
        let other = refused(&[("model.preset", "lenet")], &[]);
        assert!(other.contains("--model cnn --preset lenet"), "{other}");
        let other = refused(&[("model.preset", "table"), ("model.kind", "cnn")], &[]);
        assert!(other.contains("`table`"), "{other}");
    }

    #[test]
    fn unknown_keys_and_values_out_of_range_are_named() {
        for (flags, sets, parts) in [
            (
                &[][..],
                &["train.lrr=1"][..],
                &["--set", "'train.lrr'", "'train.lr'"][..],
            ),
            (&[], &["epochs=1"], &["'epochs'", "'train.epochs'"]),
            (&[], &["train.lr"], &["KEY=VALUE"]),
            (
                &[("train.batch", "0")],
                &[],
                &["--batch", "train.batch", "[1, inf)", "got 0"],
            ),
            (&[("train.lr", "nan")], &[], &["(0, inf)", "NaN"]),
            (&[("train.epochs", "x")], &[], &["a whole number", "'x'"]),
            (&[("sweep.rates", "0.1,-1")], &[], &["[0, inf)", "got -1"]),
            (&[("sweep.rates", "nan")], &[], &["[0, inf)", "got NaN"]),
            (
                &[("train.optimizer", "adamx")],
                &[],
                &["one of", "'adamx'", "'adamw'"],
            ),
            (
                &[("model.hidden", "8,0")],
                &[],
                &["model.hidden", "[1, inf)", "0"],
            ),
            (&[("run.memory", "lots")], &[], &["4GiB", "'lots'"]),
            (&[("sweep.folds", "1")], &[], &["[2, inf)", "got 1"]),
        ] {
            let message = refused(flags, sets);
            for part in parts {
                assert!(message.contains(part), "'{message}' lacks '{part}'");
            }
        }
    }
}
