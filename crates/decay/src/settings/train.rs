//! The `[train]` table, in which numbers may be lists.

use std::ops::{Deref, DerefMut};

use decay_options::{Kind, Options, Row, Spacing};
use decay_train::{Hyper, TrainConfig};
use serde::de::Error as _;
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toml::{Table, Value};

use super::Grid;
use crate::error::Error;

/// What all members share, and the hyper-parameters that have several values.
///
/// A hyper-parameter with a list has the largest of its values in the configuration; nothing trains with that, but whatever is
/// switched on there is switched on for some member.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrainSettings {
    config: TrainConfig,
    /// As written, in the order of the hyper-parameters.
    lists: Vec<(Hyper, Grid)>,
}

impl TrainSettings {
    /// The same with several values of a hyper-parameter.
    pub(crate) fn varying(&self, hyper: Hyper, values: &Grid) -> Result<Self, Error> {
        let mut table = Table::try_from(self)?;
        table.insert(hyper.key().into(), Value::try_from(values)?);
        let wrong = |error: toml::de::Error| Error::Setting(error.message().to_owned());
        Self::deserialize(Value::Table(table)).map_err(wrong)
    }

    /// The hyper-parameters with more than one value, and these values.
    pub fn lists(&self) -> impl Iterator<Item = (Hyper, Vec<f64>)> {
        // What is stored here has been read before.
        let values =
            |(hyper, grid): &(Hyper, Grid)| Some((*hyper, grid.values(hyper.spacing()).ok()?));
        self.lists.iter().filter_map(values)
    }
}

impl From<TrainConfig> for TrainSettings {
    fn from(config: TrainConfig) -> Self {
        Self {
            config,
            lists: Vec::new(),
        }
    }
}

impl Deref for TrainSettings {
    type Target = TrainConfig;

    fn deref(&self) -> &TrainConfig {
        &self.config
    }
}

impl DerefMut for TrainSettings {
    fn deref_mut(&mut self) -> &mut TrainConfig {
        &mut self.config
    }
}

impl<'de> Deserialize<'de> for TrainSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Table::deserialize(deserializer)?;
        let mut lists = Vec::new();
        for hyper in Hyper::ALL {
            let written = table.get(hyper.key());
            let Some(value @ (Value::String(_) | Value::Array(_))) = written else {
                continue;
            };
            let grid: Grid = value.clone().try_into().map_err(D::Error::custom)?;
            let (least, most) = ends(&grid, hyper.spacing()).map_err(D::Error::custom)?;
            let number = match hyper.row().kind {
                Kind::Whole => Value::Integer(most as i64),
                _ => Value::Float(most),
            };
            table.insert(hyper.key().into(), number);
            if least < most {
                lists.push((hyper, grid));
            }
        }
        let config = TrainConfig::deserialize(Value::Table(table)).map_err(D::Error::custom)?;
        Ok(Self { config, lists })
    }
}

/// The smallest and the largest value.
fn ends(grid: &Grid, spacing: Spacing) -> Result<(f64, f64), String> {
    let values = grid.values(spacing)?;
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ok((least, most))
}

impl Serialize for TrainSettings {
    /// In the order of the keys, lists as they were written.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.lists.is_empty() {
            return self.config.serialize(serializer);
        }
        let mut table = Table::try_from(&self.config).map_err(S::Error::custom)?;
        for (hyper, grid) in &self.lists {
            let written = Value::try_from(grid).map_err(S::Error::custom)?;
            table.insert(hyper.key().into(), written);
        }
        in_order(&table, TrainConfig::ROWS.iter().map(Row::name), serializer)
    }
}

/// A table with its keys in this order.
pub(super) fn in_order<S: Serializer>(
    table: &Table,
    names: impl Iterator<Item = &'static str>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(table.len()))?;
    for name in names {
        if let Some(value) = table.get(name) {
            map.serialize_entry(name, value)?;
        }
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::TrainSettings;
    use decay_train::Hyper;

    #[test]
    fn lists_are_read_and_written_back_as_they_were() {
        let text = "lr = 0.1\ndropout = [0, 0.1, 0.2]\nlabel_smoothing = \"0..0.2:3\"\nshift = [1, 3]\nmixup = [0.5]\n";
        let train: TrainSettings = toml::from_str(text).unwrap();
        let lists: Vec<_> = train.lists().collect();
        assert_eq!(
            lists,
            [
                (Hyper::Dropout, vec![0.0, 0.1, 0.2]),
                (Hyper::LabelSmoothing, vec![0.0, 0.1, 0.2]),
                (Hyper::Shift, vec![1.0, 3.0]),
            ]
        );
        assert_eq!((train.lr, train.dropout, train.shift), (0.1, 0.2, 3));
        assert_eq!(train.mixup, 0.5, "one value is no list");
        let written = toml::to_string(&train).unwrap();
        assert!(
            written.contains("label_smoothing = \"0..0.2:3\""),
            "{written}"
        );
        assert!(written.starts_with("epochs = 20\n"), "{written}");
        assert_eq!(toml::from_str::<TrainSettings>(&written).unwrap(), train);
    }

    #[test]
    fn without_lists_the_table_is_that_of_the_configuration() {
        let train = TrainSettings::default();
        let plain = toml::to_string(&*train).unwrap();
        assert_eq!(toml::to_string(&train).unwrap(), plain);
        assert!(toml::from_str::<TrainSettings>("lr = \"fast\"").is_err());
        assert!(toml::from_str::<TrainSettings>("lrr = 1").is_err());
    }
}
