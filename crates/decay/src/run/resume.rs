//! Whether a run may go on with the settings at hand.

use std::path::Path;

use toml::Table;

use super::RunKind;
use super::paths::{canonical, lead_from_here};
use crate::error::Error;
use crate::settings::Settings;

const CONFIG: &str = "config.toml";
/// Settings that do not change the result.
const FREE: [&str; 3] = ["run.device", "run.threads", "run.memory"];

/// The settings that a run began with, their paths as they lead from here.
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
    let refused = |error| Error::run(&file, format!("is not a run's settings: {error}"));
    let mut table: Table = text.parse().map_err(refused)?;
    lead_from_here(dir, &mut table);
    table.try_into().map_err(refused)
}

/// Refuses to go on with settings that change the result.
pub(crate) fn check_same(before: &Settings, now: &Settings) -> Result<(), Error> {
    let Some(key) = difference(&before.to_toml()?, &now.to_toml()?) else {
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
fn difference(before: &str, now: &str) -> Option<String> {
    let [before, now] = [before, now].map(|text| {
        let mut table: Table = text.parse().unwrap_or_default();
        canonical(&mut table);
        table
    });
    let keys = before.iter().chain(&now).flat_map(|(outer, table)| {
        let inner = table.as_table().into_iter().flatten();
        inner.map(move |(key, _)| (outer, key))
    });
    let value = |table: &Table, outer: &str, key: &str| table.get(outer)?.get(key).cloned();
    keys.filter(|(outer, key)| value(&before, outer, key) != value(&now, outer, key))
        .map(|(outer, key)| format!("{outer}.{key}"))
        .find(|path| !FREE.contains(&path.as_str()))
}
