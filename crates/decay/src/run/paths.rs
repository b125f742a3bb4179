//! Paths in a run's settings: relative ones start where the run was begun, which `run.json` says, wherever it is looked at from.

use std::env;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// Settings that are paths, or may be: names of embedded sets and of arrays in an archive are no files and stay as they are.
const PATHS: [(&str, &str); 4] = [
    ("data", "path"),
    ("data", "labels"),
    ("data", "ood"),
    ("audit", "near"),
];

/// Where this program was started; empty if that is gone.
pub(crate) fn here() -> PathBuf {
    env::current_dir().unwrap_or_default()
}

/// Makes paths of a run's settings lead from here to where they led when the run in `dir` was begun.
///
/// A file that is not there any more may be found beside a run that was carried to another machine, so that its path is left alone.
pub(crate) fn lead_from_here(dir: &Path, settings: &mut Table) {
    let record = std::fs::read(dir.join("run.json")).unwrap_or_default();
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap_or_default();
    let Some(begun) = record["directory"].as_str().map(Path::new) else {
        return;
    };
    if begun.is_absolute() && begun != here() {
        change(settings, |path| {
            let path = begun.join(path);
            path.exists().then_some(path)
        });
    }
}

/// Makes paths of settings comparable: two ways to one file become the same.
pub(super) fn canonical(settings: &mut Table) {
    change(settings, |path| path.canonicalize().ok());
}

fn change(settings: &mut Table, changed: impl Fn(&Path) -> Option<PathBuf>) {
    let one = |value: &mut Value| {
        if let Value::String(text) = value
            && let Some(path) = changed(Path::new(text.as_str()))
        {
            *text = path.display().to_string();
        }
    };
    for (table, key) in PATHS {
        let table = settings.get_mut(table).and_then(Value::as_table_mut);
        match table.and_then(|table| table.get_mut(key)) {
            Some(Value::Array(all)) => all.iter_mut().for_each(one),
            Some(value) => one(value),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lead_from_here;

    #[test]
    fn files_are_found_where_the_run_was_begun_and_nothing_else_changes() {
        let place = tempfile::tempdir().unwrap();
        let begun = place.path();
        std::fs::write(begun.join("a.csv"), "").unwrap();
        std::fs::create_dir(begun.join("run")).unwrap();
        let record = serde_json::json!({ "directory": begun }).to_string();
        std::fs::write(begun.join("run/run.json"), record).unwrap();
        let text =
            "[data]\npath = 'a.csv'\nlabels = 'y'\nood = ['embedded:wine', 'a.csv', 'gone.csv']\n";
        let mut settings: toml::Table = text.parse().unwrap();
        lead_from_here(&begun.join("run"), &mut settings);
        let there = begun.join("a.csv").display().to_string();
        let data = &settings["data"];
        assert_eq!(data["path"].as_str(), Some(&*there));
        assert_eq!(data["labels"].as_str(), Some("y"));
        let ood: Vec<_> = data["ood"].as_array().unwrap().iter().collect();
        assert_eq!(ood[0].as_str(), Some("embedded:wine"));
        assert_eq!(ood[1].as_str(), Some(&*there));
        assert_eq!(ood[2].as_str(), Some("gone.csv"));
        let mut elsewhere: toml::Table = text.parse().unwrap();
        lead_from_here(begun, &mut elsewhere);
        assert_eq!(elsewhere["data"]["path"].as_str(), Some("a.csv"));
    }
}
