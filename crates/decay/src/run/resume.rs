//! Whether a run may go on with the settings at hand.

use std::path::Path;

use toml::{Table, Value};

use super::RunKind;
use super::paths::Begun;
use crate::error::Error;
use crate::settings::Settings;

const CONFIG: &str = "config.toml";
/// Settings that do not change the result.
const FREE: [&str; 3] = ["run.device", "run.threads", "run.memory"];

/// The settings that a run began with.
///
/// # Errors
/// [`Error::NoDirectory`], [`Error::OtherKind`], [`Error::Run`] if there is no run, or one that is done.
pub fn stored_settings(kind: RunKind, out: Option<&Path>) -> Result<Settings, Error> {
    let Some(dir) = out else {
        return Err(Error::NoDirectory);
    };
    let file = dir.join(CONFIG);
    if !file.is_file() {
        let reason = "nothing to resume, it has no config.toml";
        return Err(Error::run(dir, reason));
    }
    began_as(kind, dir)?;
    let text = std::fs::read_to_string(&file).map_err(|error| Error::file(&file, "read", error))?;
    toml::from_str(&text)
        .map_err(|error| Error::run(&file, format!("is not a run's settings: {error}")))
}

/// Refuses to go on with settings that change the result.
pub(crate) fn check_same(before: &Settings, now: &Settings, begun: &Begun) -> Result<(), Error> {
    let Some(key) = difference(&before.to_toml()?, &now.to_toml()?, begun) else {
        return Ok(());
    };
    let reason = "a run is resumed with the settings it began with, but";
    let dir = now.run.out.as_deref().unwrap_or(Path::new(""));
    Err(Error::run(
        &dir.join(CONFIG),
        format!("{reason} {key} differs"),
    ))
}

/// Refuses to continue a fit as a sweep and the other way round, and a run that is done.
fn began_as(kind: RunKind, dir: &Path) -> Result<(), Error> {
    let path = dir.join("run.json");
    let bytes = std::fs::read(&path).map_err(|error| Error::file(&path, "read", error))?;
    let record: serde_json::Value = serde_json::from_slice(&bytes)
        .map_err(|error| Error::run(&path, format!("is not a run record: {error}")))?;
    if record["status"] == "finished" {
        let reason = "this run is finished, there is nothing to resume";
        return Err(Error::run(dir, reason));
    }
    match record["command"].as_str() {
        Some(began) if began != kind.name() => Err(Error::OtherKind {
            run: dir.to_owned(),
            began: began.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// The first key that changes the result and is not the same in both texts.
fn difference(before: &str, now: &str, begun: &Begun) -> Option<String> {
    let [before, now]: [Table; 2] = [before, now].map(|text| text.parse().unwrap_or_default());
    let keys = before.iter().chain(&now).flat_map(|(outer, table)| {
        let inner = table.as_table().into_iter().flatten();
        inner.map(move |(key, _)| (outer, key))
    });
    let value = |table: &Table, outer: &str, key: &str| table.get(outer)?.get(key).cloned();
    let same = |outer: &str, key: &str| match (value(&before, outer, key), value(&now, outer, key))
    {
        (Some(Value::String(one)), Some(Value::String(other))) if outer == "data" => {
            one == other || begun.is_same(&one, &other)
        }
        (one, other) => one == other,
    };
    keys.filter(|(outer, key)| !same(outer, key))
        .map(|(outer, key)| format!("{outer}.{key}"))
        .find(|path| !FREE.contains(&path.as_str()))
}
