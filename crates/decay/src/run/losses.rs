//! Losses of every epoch while a run trains, for who watches it from outside: lines of JSON that go with the checkpoints.
//!
//! Nothing is resumed from them: a line that cannot be read is none, and one that a resumed run writes again replaces the first.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::CHECKPOINTS;

const FILE: &str = "losses.jsonl";

/// Mean losses of the settings of a stage after an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochLosses {
    /// `sweep`, `sweep-2`, `refits`, `final`.
    pub stage: String,
    /// Counted from 1.
    pub epoch: u32,
    /// That the stage has.
    pub epochs: u32,
    /// Names of the settings, as `0.1`.
    pub settings: Vec<String>,
    /// On the training rows.
    pub train: Vec<Option<f64>>,
    /// On the validation rows, where there are some.
    pub validation: Vec<Option<f64>>,
}

impl EpochLosses {
    /// The validation losses, where there are none those of training.
    pub fn shown(&self) -> &[Option<f64>] {
        if self.validation.iter().any(Option::is_some) {
            &self.validation
        } else {
            &self.train
        }
    }

    /// Takes what a later line knows: of waves each tells of its own members.
    fn overlay(&mut self, later: Self) {
        let lay = |own: &mut Vec<Option<f64>>, later: Vec<Option<f64>>| {
            own.resize(later.len().max(own.len()), None);
            for (own, later) in own.iter_mut().zip(later) {
                *own = later.or(*own);
            }
        };
        lay(&mut self.train, later.train);
        lay(&mut self.validation, later.validation);
    }

    /// The setting with the lowest loss.
    pub fn lowest(&self) -> Option<(usize, f64)> {
        let known = self.shown().iter().enumerate();
        let known = known.filter_map(|(setting, loss)| Some((setting, (*loss)?)));
        known.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// Adds a line to the file in a run's folder of checkpoints.
pub(crate) fn append_losses(dir: &Path, losses: &EpochLosses) -> io::Result<()> {
    let mut line = serde_json::to_vec(losses)?;
    line.push(b'\n');
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(dir.join(FILE))?;
    file.write_all(&line)
}

/// What a run that trains has written so far, the last line of each epoch, in order; empty where there is nothing.
pub fn losses_so_far(run: &Path) -> Vec<EpochLosses> {
    let text = std::fs::read_to_string(run.join(CHECKPOINTS).join(FILE)).unwrap_or_default();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let mut all: Vec<EpochLosses> = Vec::new();
    for line in lines.filter(|own: &EpochLosses| own.shown().len() == own.settings.len()) {
        let same = |own: &EpochLosses| (&own.stage, own.epoch) == (&line.stage, line.epoch);
        match all.iter_mut().find(|own| same(own)) {
            Some(own) => own.overlay(line),
            None => all.push(line),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{EpochLosses, append_losses, losses_so_far};

    #[test]
    fn what_is_written_again_counts_and_what_is_damaged_does_not() {
        let run = tempfile::tempdir().unwrap();
        let dir = run.path().join("checkpoint");
        std::fs::create_dir(&dir).unwrap();
        assert!(losses_so_far(run.path()).is_empty());
        let losses = |epoch, loss| EpochLosses {
            stage: "sweep".into(),
            epoch,
            epochs: 3,
            settings: vec!["0.1".into(), "1".into()],
            train: vec![Some(loss), Some(9.0)],
            validation: vec![None, Some(loss)],
        };
        for (epoch, loss) in [(1, 0.5), (2, 0.4), (2, 0.3)] {
            append_losses(&dir, &losses(epoch, loss)).unwrap();
        }
        let path = dir.join("losses.jsonl");
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("{\"stage\":\"swe");
        std::fs::write(&path, text).unwrap();
        let read = losses_so_far(run.path());
        assert_eq!(read, [losses(1, 0.5), losses(2, 0.3)]);
        assert_eq!(read[1].lowest(), Some((1, 0.3)));
    }
}
