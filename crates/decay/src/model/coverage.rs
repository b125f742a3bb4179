//! Prediction sets and intervals of any coverage, from the calibration scores that the model file keeps.

use decay_audit::interval::ResidualInterval;
use decay_data::TaskKind;

use super::{Model, ModelFile};
use crate::error::Error;

impl Model {
    /// Makes predictions hold this share of new rows' truths: a set of classes for each row, or intervals.
    ///
    /// ```text
    /// set(x) = { k : 1 - p_k(x) <= q }       q = the ceil((n + 1) coverage)-th smallest 1 - p of the true class of n validation rows
    /// ```
    ///
    /// A set has at least its row's most probable class. Intervals are those of [`residual_interval`](decay_audit::interval::residual_interval).
    ///
    /// # Errors
    /// [`Error::Setting`] for a share outside (0, 1), for labels, for a model without calibration scores, and for a coverage that its scores are too few for.
    ///
    /// # Source
    /// Sadinle, Lei & Wasserman 2019, <https://arxiv.org/abs/1609.00451>.
    pub fn cover(mut self, coverage: f64) -> Result<Self, Error> {
        if !(coverage > 0.0 && coverage < 1.0) {
            return refused(format!("must be in (0, 1), got {coverage}"));
        }
        if self.task() == TaskKind::Multilabel {
            return refused(
                "is for classes that exclude each other and for values; these are labels".into(),
            );
        }
        if self.file.scores.is_empty() {
            return refused(
                "needs calibration scores, which this model file has not: decay tune keeps them from its validation rows, decay fit \
                 has none of these"
                    .into(),
            );
        }
        if self.task() == TaskKind::Classification {
            self.threshold(coverage)?;
        } else {
            self.file.interval = intervals(&self.file, coverage)?;
        }
        self.coverage = Some(coverage);
        Ok(self)
    }

    /// The classes that a set holds of each row, by falling probability; none where no coverage was asked for.
    pub(super) fn sets(&self, probabilities: &[f64]) -> Result<Option<Vec<Vec<usize>>>, Error> {
        let classes = self.file.classes.len();
        let Some(coverage) = self.coverage.filter(|_| classes > 0) else {
            return Ok(None);
        };
        let threshold = self.threshold(coverage)?;
        let set = |row: &[f64]| {
            let mut order: Vec<usize> = (0..classes).collect();
            order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
            let held = order.iter().filter(|&&class| 1.0 - row[class] <= threshold);
            let held = held.count().max(1);
            order.truncate(held);
            order
        };
        Ok(Some(probabilities.chunks_exact(classes).map(set).collect()))
    }

    fn threshold(&self, coverage: f64) -> Result<f64, Error> {
        let scores = &self.file.scores[0];
        // What is kept in f32 may be a little below the score itself.
        let found = scores.at_most(coverage).map(|score| score + 1e-7);
        found.map_or_else(|| too_few(scores.rows, coverage, scores.most(1)), Ok)
    }
}

fn intervals(file: &ModelFile, coverage: f64) -> Result<Vec<ResidualInterval>, Error> {
    let of_target = |scores: &decay_audit::interval::CalibrationScores| {
        let Some([low, high]) = scores.between(coverage) else {
            return too_few(scores.rows, coverage, scores.most(2));
        };
        Ok(ResidualInterval {
            level: coverage,
            low,
            high,
            coverage,
        })
    };
    file.scores.iter().map(of_target).collect()
}

fn too_few<T>(rows: usize, coverage: f64, most: f64) -> Result<T, Error> {
    let most = (most * 1e4).floor() / 1e4;
    refused(format!(
        "{coverage} is more than {rows} validation rows can tell of, which is {most} at most"
    ))
}

fn refused<T>(reason: String) -> Result<T, Error> {
    Err(Error::Setting(format!("coverage {reason}")))
}
