//! Whether a run may go on with the settings at hand.

use std::path::Path;

use toml::{Table, Value};

use super::paths::Begun;
use super::record::{CONFIG, Status, Stored, has_record};
use super::{RunDir, RunKind};
use crate::error::Error;
use crate::settings::Settings;

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
    if !has_record(dir) {
        let reason = "nothing to resume, it has no run.json: no run has begun here";
        return Err(Error::run(dir, reason));
    }
    let begun = Stored::read(dir)?;
    began_as(kind, &begun, dir)?;
    let bytes = begun.file(dir, CONFIG)?;
    let gone = || Error::run(dir, "nothing to resume, it has no config.toml");
    let text = String::from_utf8(bytes.ok_or_else(gone)?).unwrap_or_default();
    toml::from_str(&text).map_err(|error| {
        Error::run(
            &dir.join(CONFIG),
            format!("is not a run's settings: {error}"),
        )
    })
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
fn began_as(kind: RunKind, begun: &Stored, dir: &Path) -> Result<(), Error> {
    if begun.status == Status::Finished {
        RunDir::sweep_finished(dir)?;
        let reason = "this run is finished, there is nothing to resume";
        return Err(Error::run(dir, reason));
    }
    if begun.command != kind {
        return Err(Error::OtherKind {
            run: dir.to_owned(),
            began: begun.command.name().to_owned(),
        });
    }
    Ok(())
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
