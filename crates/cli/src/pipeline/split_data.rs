//! The rows to choose and train on, and those kept for the audit.

use decay_data::{Dataset, Target, load, stratified_holdout};

use super::Truth;
use crate::failure::Failure;
use crate::run_record::DataRecord;
use crate::settings::DataSettings;

/// Rows that nothing is learned from.
#[derive(Debug)]
pub(crate) struct HeldOut {
    /// The source's own test set; else the rows are of the training file.
    own: Option<Dataset>,
    pub(crate) rows: Vec<usize>,
}

/// A data set and its two parts.
#[derive(Debug)]
pub(crate) struct SplitData {
    pub(crate) data: Dataset,
    /// Rows of `data` to choose and train on.
    pub(crate) training: Vec<usize>,
    pub(crate) held_out: Option<HeldOut>,
}

impl SplitData {
    /// Loads what the settings name and sets the held-out rows aside.
    pub(crate) fn load(settings: &DataSettings, seed: u64) -> Result<Self, Failure> {
        let Some(path) = &settings.path else {
            return Err(Failure::Usage(
                "no data given; name a CSV file, a folder of IDX files or an embedded set with --data".into(),
            ));
        };
        let loaded = load(path, &settings.options())?;
        let data = loaded.train;
        let all = || (0..data.rows).collect::<Vec<_>>();
        if let Some(test) = loaded.test {
            let rows = (0..test.rows).collect();
            let held_out = Some(HeldOut {
                own: Some(test),
                rows,
            });
            return Ok(Self {
                training: all(),
                held_out,
                data,
            });
        }
        if settings.holdout == 0.0 {
            return Ok(Self {
                training: all(),
                held_out: None,
                data,
            });
        }
        let split = stratified_holdout(&data.target, settings.holdout, seed)?;
        Ok(Self {
            training: split.train,
            held_out: Some(HeldOut {
                own: None,
                rows: split.test,
            }),
            data,
        })
    }

    /// The data set that the held-out rows belong to.
    pub(crate) fn held_out_data<'a>(&'a self, held_out: &'a HeldOut) -> &'a Dataset {
        held_out.own.as_ref().unwrap_or(&self.data)
    }

    /// What `run.json` says of the data.
    pub(crate) fn record(&self) -> DataRecord {
        DataRecord {
            name: self.data.name.clone(),
            features: self.data.features(),
            training_rows: self.training.len(),
            held_out_rows: self.held_out.as_ref().map_or(0, |h| h.rows.len()),
            provenance: self.data.provenance.clone(),
        }
    }
}

/// The labels or values of some rows.
pub(crate) fn truth(target: &Target, rows: &[usize]) -> Truth {
    match target {
        Target::Classes { labels, names } => Truth::Classes {
            labels: rows.iter().map(|&row| labels[row] as usize).collect(),
            classes: names.len(),
        },
        Target::Values { values, .. } => {
            Truth::Values(rows.iter().map(|&row| values[row]).collect())
        }
    }
}
