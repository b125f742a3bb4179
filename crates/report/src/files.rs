//! Files of a run directory: tables as CSV, records as JSON.
//!
//! Numbers in a table are written in the shortest form that reads back as the same `f64`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::csv::CsvWriter;
use crate::records::{RowsModel, Surface};

/// A record that JSON cannot hold, as a map whose keys are not text.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {what} as JSON")]
pub struct ReportError {
    /// Name of the record.
    what: &'static str,
    /// The serialiser's reason.
    source: serde_json::Error,
}

/// A record as indented JSON with a final newline; numbers that are not finite become `null`.
///
/// # Errors
/// [`ReportError`] if the record has a map whose keys are not text; the records of this crate have none.
pub fn to_json<T: Serialize>(what: &'static str, record: &T) -> Result<Vec<u8>, ReportError> {
    let mut bytes =
        serde_json::to_vec_pretty(record).map_err(|source| ReportError { what, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// One measurement: the value of a metric of one member on one split after one epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// Position of the member in the plan.
    pub member: u64,
    /// Epochs finished when it was measured.
    pub epoch: u64,
    /// Rows it was measured on: `train`, `validation`, `test`.
    pub split: Cow<'static, str>,
    /// Plain name of the metric: `nll`, `accuracy`, `weight_norm`.
    pub metric: Cow<'static, str>,
    /// The value; may be NaN or infinite for a member that diverged.
    pub value: f64,
}

/// The file `history.csv`: every metric of every member at every epoch, in long form.
pub fn history_csv(rows: &[HistoryRow]) -> Vec<u8> {
    let header = ["member", "epoch", "split", "metric", "value"];
    let mut csv = CsvWriter::with_header(header, 48 * (rows.len() + 1));
    for row in rows {
        csv.integer(row.member);
        csv.integer(row.epoch);
        csv.text(&row.split);
        csv.text(&row.metric);
        csv.number(row.value);
        csv.end_row();
    }
    csv.finish()
}

/// How a member's training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberStatus {
    /// It trained to the last epoch.
    Ok,
    /// Its loss became NaN or infinite and it was frozen there.
    Frozen,
    /// Early stopping or pruning ended it.
    Stopped,
}

impl MemberStatus {
    /// The word in the `status` column.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Frozen => "frozen",
            Self::Stopped => "stopped",
        }
    }
}

/// One member of the population.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberRow {
    /// Position in the plan.
    pub member: u64,
    /// Decay rate λ of the setting; a member whose epochs have other steps may train at another.
    pub rate: f64,
    /// The rate as a half-life in epochs; `None` at rate 0.
    pub half_life_epochs: Option<f64>,
    /// Fold whose rows it was validated on; `None` for a refit on all training rows.
    pub fold: Option<u64>,
    /// Seed of its initialisation, batches and dropout.
    pub seed: u64,
    /// How its training ended.
    pub status: MemberStatus,
    /// Epochs it trained for.
    pub epochs: u64,
    /// Further columns by name, such as `train_nll`; a member that lacks one leaves the cell empty.
    pub metrics: Vec<(String, f64)>,
}

/// The file `members.csv`: one row per member with its hyper-parameters, its fate and its final metrics. Seven fixed columns,
/// then every metric that occurs, in the order of first appearance.
pub fn members_csv(rows: &[MemberRow]) -> Vec<u8> {
    let mut seen = HashSet::new();
    let names = rows.iter().flat_map(|row| &row.metrics);
    let names = names.map(|(name, _)| name.as_str());
    let metrics: Vec<&str> = names.filter(|name| seen.insert(*name)).collect();
    let fixed = [
        "member",
        "rate",
        "half_life_epochs",
        "fold",
        "seed",
        "status",
        "epochs",
    ];
    let header = fixed.into_iter().chain(metrics.iter().copied());
    let mut csv = CsvWriter::with_header(header, 256 * (rows.len() + 1));
    for row in rows {
        csv.integer(row.member);
        csv.number(row.rate);
        csv.optional(row.half_life_epochs);
        match row.fold {
            Some(fold) => csv.integer(fold),
            None => csv.optional(None),
        }
        csv.integer(row.seed);
        csv.text(row.status.word());
        csv.integer(row.epochs);
        let values = row
            .metrics
            .iter()
            .map(|(name, value)| (name.as_str(), *value));
        let values: HashMap<&str, f64> = values.collect();
        for metric in &metrics {
            csv.optional(values.get(metric).copied());
        }
        csv.end_row();
    }
    csv.finish()
}

/// What an epoch's last step did to one weight matrix of one member.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerRow {
    /// Position of the member in the plan.
    pub member: u64,
    /// Epochs finished when it was measured.
    pub epoch: u64,
    /// Name of the parameter.
    pub parameter: String,
    /// Euclidean norm of the weights.
    pub weight_norm: f64,
    /// Euclidean norm of the gradient.
    pub gradient_norm: f64,
    /// Angle between the weights before and after the step, in radians.
    pub angle: f64,
    /// That angle once random steps and decay balance; only before a normalisation.
    pub equilibrium_angle: Option<f64>,
    /// Learning rate over the squared norm; only before a normalisation.
    pub effective_lr: Option<f64>,
    /// Share of the weights that are zero.
    pub zeros: f64,
    /// Share of the step that is decay.
    pub decay_share: f64,
}

/// The file `diagnostics.csv`; fields without a value are empty.
pub fn layers_csv(rows: &[LayerRow]) -> Vec<u8> {
    let header = [
        "member",
        "epoch",
        "parameter",
        "weight_norm",
        "gradient_norm",
        "angle",
        "equilibrium_angle",
        "effective_lr",
        "zeros",
        "decay_share",
    ];
    let mut csv = CsvWriter::with_header(header, 160 * (rows.len() + 1));
    for row in rows {
        csv.integer(row.member);
        csv.integer(row.epoch);
        csv.text(&row.parameter);
        for value in [row.weight_norm, row.gradient_norm, row.angle] {
            csv.number(value);
        }
        csv.optional(row.equilibrium_angle);
        csv.optional(row.effective_lr);
        csv.number(row.zeros);
        csv.number(row.decay_share);
        csv.end_row();
    }
    csv.finish()
}

/// The file `surface.csv`, one row per cell of a sweep of two hyper-parameters: both swept values under their keys, the decay
/// as time, mean, standard error and number of the validation loss, diverged members, and two marks, 0 or 1: whether the cell
/// is the lowest of its row, and the chosen one.
pub fn surface_csv(surface: &Surface) -> Vec<u8> {
    let header = [
        surface.y.key.as_str(),
        surface.x.key.as_str(),
        "half_life_epochs",
        "tau_epochs",
        "validation",
        "validation_se",
        "folds",
        "diverged",
        "row_lowest",
        "chosen",
    ];
    let mut csv = CsvWriter::with_header(header, 4096);
    for (row, (cells, y)) in surface.cells.iter().zip(&surface.y.values).enumerate() {
        let lowest = surface.optimum(row);
        for (column, (cell, x)) in cells.iter().zip(&surface.x.values).enumerate() {
            csv.number(*y);
            csv.number(*x);
            csv.optional(cell.half_life_epochs);
            csv.optional(cell.tau_epochs);
            csv.number(cell.validation.mean);
            csv.number(cell.validation.se);
            csv.integer(cell.validation.n as u64);
            csv.integer(cell.diverged as u64);
            csv.integer(u64::from(lowest == Some(column)));
            csv.integer(u64::from(surface.chosen == (row, column)));
            csv.end_row();
        }
    }
    csv.finish()
}

/// The file `learning_curve.csv`: a row for each model that was trained on a part of its fold's training rows, and for those of the sweep
/// that stand for all rows. `metric` is the name of what chooses.
pub fn learning_curve_csv(models: &[RowsModel], metric: &str) -> Vec<u8> {
    let named = format!("validation_{metric}");
    let accuracy = models.iter().any(|own| own.accuracy.is_some()) && metric != "accuracy";
    let header = ["share", "rows", "fold", "seed", "own_rate", named.as_str()];
    let further = accuracy.then_some("validation_accuracy");
    let mut csv = CsvWriter::with_header(header.into_iter().chain(further), 96 * models.len());
    for own in models {
        csv.text(&own.share);
        csv.integer(own.rows as u64);
        csv.integer(own.fold as u64);
        csv.integer(own.seed);
        csv.number(own.rate);
        csv.optional(own.validation);
        if accuracy {
            csv.optional(own.accuracy);
        }
        csv.end_row();
    }
    csv.finish()
}
