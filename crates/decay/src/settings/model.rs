//! The `[model]` table, in which settings may be lists: several networks for the validation rows to choose from.

use std::ops::Deref;

use decay_model::ModelConfig;
use decay_options::Kind;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toml::{Table, Value};

use super::train::in_order;
use super::{KEYS, Key};

/// Most networks of one sweep: each is a population of its own.
const MOST: usize = 32;

/// The architecture, or several that differ in some settings.
///
/// With lists the configuration is that of the first values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelSettings {
    config: ModelConfig,
    /// Names below `model` with their values, in the order of the options.
    lists: Vec<(&'static str, Vec<Value>)>,
}

/// One of the networks that a sweep compares.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// What tells it from the others: a name below `model` and its value.
    pub values: Vec<(&'static str, Value)>,
    /// All of its settings.
    pub config: ModelConfig,
}

impl ModelSettings {
    /// Every combination of the values, the last list fastest; one network without lists.
    pub fn alternatives(&self) -> Vec<Alternative> {
        let mut all = vec![Vec::new()];
        for (name, values) in &self.lists {
            let with = |before: &Vec<_>| -> Vec<Vec<_>> {
                let one = |value: &Value| [&before[..], &[(*name, value.clone())]].concat();
                values.iter().map(one).collect()
            };
            all = all.iter().flat_map(with).collect();
        }
        let config = |values: &[(&'static str, Value)]| {
            let mut table = Table::try_from(&self.config).ok()?;
            for (name, value) in values {
                table.insert((*name).to_owned(), value.clone());
            }
            ModelConfig::deserialize(Value::Table(table)).ok()
        };
        let read = all.into_iter().map(|values| Alternative {
            // All have been read before.
            config: config(&values).unwrap_or_else(|| self.config.clone()),
            values,
        });
        read.collect()
    }

    /// The settings that have several values, with their number.
    pub(crate) fn lists(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let lists = self.lists.iter();
        lists.map(|(name, values)| (*name, values.len()))
    }
}

impl From<ModelConfig> for ModelSettings {
    fn from(config: ModelConfig) -> Self {
        Self {
            config,
            lists: Vec::new(),
        }
    }
}

impl Deref for ModelSettings {
    type Target = ModelConfig;

    fn deref(&self) -> &ModelConfig {
        &self.config
    }
}

/// The options of networks, by their names.
fn options() -> impl Iterator<Item = (&'static str, &'static Key)> {
    let name = |key: &'static Key| Some((key.row.path.strip_prefix("model.")?, key));
    KEYS.iter().filter_map(name)
}

impl Key {
    /// Whether networks of one sweep may differ in it.
    pub(super) fn has_alternatives(&self) -> bool {
        let path = self.row.path;
        path.starts_with("model.") && !matches!(path, "model.kind" | "model.preset")
    }

    /// Several values of an option of networks, if it has them; of an option that is a list itself, several lists.
    pub(super) fn several<'v>(&self, value: &'v Value) -> Option<&'v [Value]> {
        let items = value.as_array().filter(|_| self.has_alternatives())?;
        let is_list = matches!(self.row.kind, Kind::Texts | Kind::Wholes);
        let lists = items.iter().all(Value::is_array) && !items.is_empty();
        (!is_list || lists).then_some(items)
    }
}

impl<'de> Deserialize<'de> for ModelSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Table::deserialize(deserializer)?;
        let mut lists = Vec::new();
        for (name, key) in options() {
            let Some(several) = table.get(name).and_then(|value| key.several(value)) else {
                continue;
            };
            let several = several.to_vec();
            let first = several.first().cloned();
            let empty = || D::Error::custom(format!("model.{name} needs at least one value"));
            table.insert(name.to_owned(), first.ok_or_else(empty)?);
            if several.len() > 1 {
                lists.push((name, several));
            }
        }
        let count: usize = lists.iter().map(|(_, values)| values.len()).product();
        if count > MOST {
            let names: Vec<_> = lists.iter().map(|(name, _)| *name).collect();
            return Err(D::Error::custom(format!(
                "the values of model.{} make {count} networks, at most {MOST} are compared at once",
                names.join(" and model.")
            )));
        }
        // Each value must be one of the kind of network at hand.
        for (name, values) in &lists {
            for value in values {
                let mut own = table.clone();
                own.insert((*name).to_owned(), value.clone());
                ModelConfig::deserialize(Value::Table(own)).map_err(D::Error::custom)?;
            }
        }
        let config = ModelConfig::deserialize(Value::Table(table)).map_err(D::Error::custom)?;
        Ok(Self { config, lists })
    }
}

impl Serialize for ModelSettings {
    /// In the order of the options, lists as they were read.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.lists.is_empty() {
            return self.config.serialize(serializer);
        }
        let mut table = Table::try_from(&self.config).map_err(S::Error::custom)?;
        for (name, values) in &self.lists {
            table.insert((*name).to_owned(), Value::Array(values.clone()));
        }
        in_order(&table, options().map(|(name, _)| name), serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::ModelSettings;
    use decay_model::{Encoding, ModelConfig};

    fn encodings(settings: &ModelSettings) -> Vec<(Encoding, usize)> {
        let alternatives = settings.alternatives().into_iter();
        let of = |config| match config {
            ModelConfig::Mlp(mlp) => (mlp.encoding, mlp.hidden.len()),
            other => panic!("{other:?}"),
        };
        alternatives.map(|own| of(own.config)).collect()
    }

    #[test]
    fn lists_make_every_combination_and_are_written_back_as_they_were() {
        let text = "kind = \"mlp\"\nhidden = [[], [8, 8]]\nencoding = [\"linear\", \"periodic\"]\nbins = [4]\n";
        let model: ModelSettings = toml::from_str(text).unwrap();
        let lists: Vec<_> = model.lists().collect();
        assert_eq!(
            lists,
            [("hidden", 2), ("encoding", 2)],
            "one value is no list"
        );
        let (linear, periodic) = (Encoding::Linear, Encoding::Periodic);
        let all = [(linear, 0), (periodic, 0), (linear, 2), (periodic, 2)];
        assert_eq!(encodings(&model), all);
        let written = toml::to_string(&model).unwrap();
        assert!(
            written.starts_with("kind = \"mlp\"\nhidden = [[], [8, 8]]\n"),
            "{written}"
        );
        assert_eq!(toml::from_str::<ModelSettings>(&written).unwrap(), model);
    }

    #[test]
    fn without_lists_it_is_the_configuration() {
        let model = ModelSettings::default();
        assert_eq!(
            toml::to_string(&model).unwrap(),
            toml::to_string(&*model).unwrap()
        );
        assert_eq!(model.alternatives().len(), 1);
        assert_eq!(model.alternatives()[0].config, *model);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        for (text, part) in [
            ("encoding = []", "model.encoding needs at least one value"),
            ("encoding = [\"linear\", \"wavy\"]", "wavy"),
            (
                "bins = [2,3,4,5,6,7]\nfrequencies = [1,2,3,4,5,6]",
                "36 networks, at most 32",
            ),
        ] {
            let error = toml::from_str::<ModelSettings>(&format!("kind = \"mlp\"\n{text}"));
            let message = error.unwrap_err().to_string();
            assert!(message.contains(part), "{text}: {message}");
        }
        let cnn =
            toml::from_str::<ModelSettings>("kind = \"cnn\"\nencoding = [\"linear\", \"clip\"]");
        assert!(cnn.is_err());
    }
}
