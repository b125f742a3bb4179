//! Which settings somebody named, and which are open for the plan.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::{Table, Value};

use super::Settings;
use super::layers::{EITHER, leaf};
use crate::error::Error;

/// Keys that were named, or tables whose every key was; it says nothing about a run, so that any two are equal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stated(BTreeSet<String>);

impl PartialEq for Stated {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Stated {
    /// Every key of a table of settings.
    pub(crate) fn of(table: &Table) -> Self {
        let keys = table.iter().flat_map(|(outer, inner)| {
            let inner = inner.as_table().into_iter().flatten();
            inner.map(move |(name, _)| format!("{outer}.{name}"))
        });
        Self(keys.collect())
    }

    /// Notes a key as `train.lr`, or all keys of a table as `train`.
    pub(crate) fn note(&mut self, path: &str) {
        self.0.insert(path.to_owned());
    }

    fn holds(&self, path: &str) -> bool {
        let outer = path.split('.').next().unwrap_or(path);
        self.0.contains(path) || self.0.contains(outer)
    }
}

impl Settings {
    /// Whether nobody said what this key is: it was not named and has its default.
    ///
    /// Of keys that say the same in several units, none may have been named.
    pub(crate) fn is_open(&self, path: &str) -> Result<bool, Error> {
        let units = EITHER.iter().find(|units| units.contains(&path));
        let units = units.map_or(std::slice::from_ref(&path), |units| units.as_slice());
        let (own, plain) = (Table::try_from(self)?, Table::try_from(self.plain())?);
        let named = |path: &&str| self.stated.holds(path) || leaf(&own, path) != leaf(&plain, path);
        Ok(!units.iter().any(named))
    }

    /// The settings with what is open of these keys taken from a run that began before.
    pub(crate) fn filled(&self, before: &Self, keys: &[&str]) -> Result<Self, Error> {
        let before = Table::try_from(before)?;
        let mut filled = self.clone();
        for path in keys {
            if let (true, Some(value)) = (self.is_open(path)?, leaf(&before, path)) {
                filled = filled.with(path, value.clone())?;
            }
        }
        Ok(filled)
    }

    /// The defaults for the same kind of model.
    fn plain(&self) -> Self {
        let kind = Value::Table(Table::from_iter([(
            "kind".to_owned(),
            self.model.kind().into(),
        )]));
        Self {
            // A network that the caller brings has no settings.
            model: Deserialize::deserialize(kind).unwrap_or_else(|_| self.model.clone()),
            ..Self::default()
        }
    }

    /// The settings with another value at a key outside `[run]`, which has parts that are not written.
    pub(crate) fn with(&self, path: &str, value: Value) -> Result<Self, Error> {
        let mut table = Table::try_from(self)?;
        if let Some((outer, name)) = path.split_once('.')
            && let Some(Value::Table(inner)) = table.get_mut(outer)
        {
            inner.insert(name.to_owned(), value);
        }
        self.rewritten(table)
    }

    /// What a table says, but for what is not written: what somebody named, and `[run]`.
    pub(super) fn rewritten(&self, table: Table) -> Result<Self, Error> {
        let settings = Self::deserialize(Value::Table(table));
        let settings = settings.map_err(|error| Error::Setting(error.message().to_owned()))?;
        Ok(Self {
            stated: self.stated.clone(),
            run: self.run.clone(),
            ..settings
        })
    }
}
