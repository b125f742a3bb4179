//! Paths in a run's settings: relative ones start where the run was begun, which `run.json` says, wherever it is looked at from.

use std::env;
use std::path::{Path, PathBuf};

use super::record::{Stored, has_record};
use crate::error::Error;
use crate::settings::DataSettings;

/// Where a run was begun.
#[derive(Debug, Clone, Default)]
pub(crate) struct Begun(PathBuf);

impl Begun {
    /// A run that begins now.
    pub(crate) fn here() -> Self {
        Self(env::current_dir().unwrap_or_default())
    }

    /// The run in this directory; here, if it does not say.
    ///
    /// # Errors
    /// [`Error::Run`] if its record is damaged.
    pub(crate) fn of(run: &Path) -> Result<Self, Error> {
        let directory = match has_record(run) {
            true => Some(Stored::read(run)?.directory),
            false => None,
        };
        let directory = directory.filter(|directory| directory.is_absolute());
        Ok(directory.map_or_else(Self::here, Self))
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.0
    }

    /// The path that leads to a source from here.
    ///
    /// Embedded sets and arrays of an archive are no files and stay as they are; so does a file that is not there any more, since it may be
    /// found beside a run that was carried to another machine.
    pub(crate) fn lead_to(&self, source: &str) -> String {
        let there = self.0.join(source);
        let elsewhere = there.exists() && self.0 != Self::here().0;
        if elsewhere {
            there.display().to_string()
        } else {
            source.to_owned()
        }
    }

    /// How the data of the run are read from here.
    pub(crate) fn data(&self, settings: &DataSettings) -> DataSettings {
        let lead = |source: &Option<String>| source.as_deref().map(|source| self.lead_to(source));
        DataSettings {
            path: lead(&settings.path),
            labels: lead(&settings.labels),
            ..settings.clone()
        }
    }

    /// Whether a path of the run and one that is given here are those of one file.
    pub(crate) fn is_same(&self, of_run: &str, given: &str) -> bool {
        let [one, other] =
            [self.lead_to(of_run).as_str(), given].map(|path| Path::new(path).canonicalize());
        matches!((one, other), (Ok(one), Ok(other)) if one == other)
    }
}

#[cfg(test)]
mod tests {
    use super::Begun;
    use crate::run::sealed;

    #[test]
    fn files_are_found_where_the_run_was_begun_and_nothing_else_changes() {
        let place = tempfile::tempdir().unwrap();
        let (begun, run) = (place.path(), place.path().join("run"));
        std::fs::write(begun.join("a.csv"), "").unwrap();
        std::fs::create_dir(&run).unwrap();
        let record = serde_json::json!({
            "status": "finished", "command": "fit", "files": {}, "directory": begun
        });
        let record = sealed("run.json", &record).unwrap();
        std::fs::write(run.join("run.json"), &record).unwrap();
        let there = begun.join("a.csv").display().to_string();
        let own = Begun::of(&run).unwrap();
        let lead = ["a.csv", "gone.csv", "embedded:wine", "y"].map(|source| own.lead_to(source));
        assert_eq!(lead, [there.as_str(), "gone.csv", "embedded:wine", "y"]);
        assert!(own.is_same("a.csv", &there) && !own.is_same("a.csv", "a.csv"));
        assert_eq!(Begun::of(begun).unwrap().lead_to("a.csv"), "a.csv");
        std::fs::write(run.join("run.json"), &record[1..]).unwrap();
        assert!(Begun::of(&run).is_err());
    }
}
