//! What finished and unfinished runs below a directory come to, in a few figures each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::record::{RECORD, has_record};
use super::{Status, check_seal};
use crate::error::Error;

/// How many folders deep runs are looked for.
const DEPTH: usize = 4;

/// A run in a few figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunSummary {
    /// Its directory.
    pub path: PathBuf,
    /// `finished`, `running`, `interrupted`, `failed`, or `damaged` where its record cannot be read.
    pub status: String,
    /// `tune` or `fit`.
    pub command: String,
    /// The data set.
    pub data: String,
    /// `classification`, `regression` or `multilabel`, once a model says.
    pub task: String,
    /// When it began, in UTC.
    pub started: String,
    /// The decay rate of the final models.
    pub rate: Option<f64>,
    /// Means of the audit, by key.
    pub metrics: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Record {
    status: Status,
    command: String,
    data: Named,
    started: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl RunSummary {
    /// Of a run's directory, with `damaged` as the status of one whose record cannot be read.
    pub fn of(run: &Path) -> Self {
        let Some(record) = record(run) else {
            return Self {
                path: run.to_owned(),
                status: "damaged".into(),
                ..Self::default()
            };
        };
        let audit = json(&run.join("audit.json"));
        let model = json(&run.join("model.json"));
        Self {
            path: run.to_owned(),
            status: record.status.word().into(),
            command: record.command,
            data: record.data.name,
            task: task(&model).into(),
            started: record.started,
            rate: model.get("rate").and_then(Value::as_f64),
            metrics: means(&audit),
        }
    }

    /// What the list shows of it first: what most people ask for.
    pub fn main_metric(&self) -> Option<(&str, f64)> {
        const KEYS: [&str; 6] = ["accuracy", "rmse", "hamming_accuracy", "mae", "nll", "mse"];
        let found = KEYS.iter().find_map(|key| self.metrics.get_key_value(*key));
        found.map(|(key, mean)| (key.as_str(), *mean))
    }
}

/// Every run below a directory, itself among them, in the order of when they began.
///
/// # Errors
/// [`Error::File`] for a directory that cannot be read.
pub fn runs_below(dir: &Path) -> Result<Vec<RunSummary>, Error> {
    let mut found = Vec::new();
    collect(dir, DEPTH, &mut found)?;
    let mut all: Vec<RunSummary> = found.iter().map(|run| RunSummary::of(run)).collect();
    all.sort_by(|a, b| (&a.started, &a.path).cmp(&(&b.started, &b.path)));
    Ok(all)
}

fn collect(dir: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    if has_record(dir) {
        found.push(dir.to_owned());
        return Ok(());
    }
    let failed = |error| Error::file(dir, "read", error);
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        // What nobody may read inside holds no run for them.
        if depth > 0 && path.is_dir() && !path.is_symlink() {
            let _ = collect(&path, depth - 1, found);
        }
    }
    Ok(())
}

fn record(run: &Path) -> Option<Record> {
    let bytes = std::fs::read(run.join(RECORD)).ok()?;
    check_seal(&bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn json(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn means(audit: &Value) -> BTreeMap<String, f64> {
    let entries = audit.as_object().into_iter().flatten();
    let mean = |value: &Value| value.get("mean").and_then(Value::as_f64);
    let entries = entries.filter_map(|(key, value)| Some((key.clone(), mean(value)?)));
    entries.collect()
}

fn task(model: &Value) -> &str {
    let task = &model["schema"]["task"];
    // `"multilabel"`, or an object whose key or field names it.
    let named = task.as_str().or_else(|| task["kind"].as_str());
    let key = || task.as_object().and_then(|own| own.keys().next());
    named.or_else(|| key().map(String::as_str)).unwrap_or("")
}
