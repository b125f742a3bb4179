//! What a claim measures, one number a row: the only thing that verdicts and pictures are made of.

mod selection;

use decay_audit::compare::Better;
use serde::{Deserialize, Serialize};

use crate::curve::Curve;
use crate::failure::{Failure, Result};

/// One measured number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Data and model.
    pub study: String,
    /// What of the study: a method, a score, a split; empty if there is only one.
    pub series: String,
    /// Decay rate, or the value of whatever hyper-parameter the series sweeps.
    pub rate: f64,
    /// Of the rate, in epochs; NaN if the hyper-parameter is not a decay.
    pub half_life: f64,
    /// Where on a second axis, such as an epoch or a radius; NaN if there is none.
    pub at: f64,
    /// Which split, weights and batches.
    pub replicate: usize,
    /// What was measured.
    pub metric: String,
    /// The number; NaN of a member that diverged.
    pub value: f64,
}

/// Everything that a claim measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measurements {
    /// In the order of measuring.
    pub rows: Vec<Row>,
}

/// What the numbers of a member go under.
#[derive(Debug, Clone, Copy)]
pub struct MeasurementKey<'a> {
    /// See [`Row::study`].
    pub study: &'a str,
    /// See [`Row::series`].
    pub series: &'a str,
    /// See [`Row::rate`].
    pub rate: f64,
    /// See [`Row::half_life`].
    pub half_life: f64,
    /// See [`Row::replicate`].
    pub replicate: usize,
}

impl<'a> MeasurementKey<'a> {
    /// The key of what no population was trained for, or what is not about decay: without a half-life.
    pub fn of(study: &'a str, series: &'a str, rate: f64, replicate: usize) -> Self {
        Self {
            study,
            series,
            rate,
            half_life: f64::NAN,
            replicate,
        }
    }

    /// The same with its replicate counted on from those of earlier populations.
    pub fn counted_from(self, first: usize) -> Self {
        Self {
            replicate: first + self.replicate,
            ..self
        }
    }
}

impl Measurements {
    /// Adds numbers of one member, each under its metric's name.
    pub fn add<const N: usize>(&mut self, key: MeasurementKey<'_>, values: [(&str, f64); N]) {
        for (metric, value) in values {
            self.add_at(key, f64::NAN, metric, value);
        }
    }

    /// Adds numbers of one member to five decimals: far more than replicates agree on, and short in the file.
    pub fn add_rounded<const N: usize>(
        &mut self,
        key: MeasurementKey<'_>,
        values: [(&str, f64); N],
    ) {
        let rounded = |value: f64| (value * 1e5).round() / 1e5;
        self.add(key, values.map(|(name, value)| (name, rounded(value))));
    }

    /// Adds a number of one member at a place on a second axis.
    pub fn add_at(&mut self, key: MeasurementKey<'_>, at: f64, metric: &str, value: f64) {
        self.rows.push(Row {
            study: key.study.to_owned(),
            series: key.series.to_owned(),
            rate: key.rate,
            half_life: key.half_life,
            at,
            replicate: key.replicate,
            metric: metric.to_owned(),
            value,
        });
    }

    /// Adds the mean of several curves by epoch, at about `points` epochs, the last among them.
    pub fn add_by_epoch(
        &mut self,
        key: MeasurementKey<'_>,
        metric: &str,
        curves: &[Vec<f64>],
        points: usize,
    ) {
        let epochs = curves.iter().map(Vec::len).min().unwrap_or(0);
        let every = (epochs / points.max(1)).max(1);
        for epoch in (1..=epochs).rev().step_by(every) {
            let sum: f64 = curves.iter().map(|curve| curve[epoch - 1]).sum();
            self.add_at(key, epoch as f64, metric, sum / curves.len() as f64);
        }
    }

    /// Studies in the order of measuring.
    pub fn studies(&self) -> Vec<&str> {
        distinct(self.rows.iter().map(|row| row.study.as_str()))
    }

    /// Series of a study in the order of measuring.
    pub fn series(&self, study: &str) -> Vec<&str> {
        let rows = self.rows.iter().filter(|row| row.study == study);
        distinct(rows.map(|row| row.series.as_str()))
    }

    /// Metrics of a series that have no second axis, in the order of measuring.
    pub fn metrics(&self, study: &str, series: &str) -> Vec<&str> {
        let own = |row: &&Row| row.study == study && row.series == series && row.at.is_nan();
        distinct(self.rows.iter().filter(own).map(|row| row.metric.as_str()))
    }

    /// Places on the second axis of a metric, ascending.
    pub fn places(&self, study: &str, series: &str, metric: &str) -> Vec<f64> {
        let own = |row: &&Row| row.study == study && row.series == series && row.metric == metric;
        let mut places: Vec<f64> = self.rows.iter().filter(own).map(|row| row.at).collect();
        places.retain(|at| at.is_finite());
        places.sort_by(f64::total_cmp);
        places.dedup();
        places
    }

    /// A figure over the rates. Rates at which a replicate diverged are left out.
    ///
    /// # Errors
    /// [`Failure::Measurements`] if nothing of that name was measured, or not in every replicate.
    pub fn curve(&self, study: &str, series: &str, metric: &str) -> Result<Curve> {
        self.curve_at(study, series, metric, f64::NAN)
    }

    /// A figure over the rates at one place on the second axis.
    ///
    /// # Errors
    /// As [`Measurements::curve`].
    pub fn curve_at(&self, study: &str, series: &str, metric: &str, at: f64) -> Result<Curve> {
        let same_place =
            |row: &Row| row.at.total_cmp(&at).is_eq() || row.at.is_nan() && at.is_nan();
        let own = |row: &&Row| {
            row.study == study && row.series == series && row.metric == metric && same_place(row)
        };
        let mut rows: Vec<&Row> = self.rows.iter().filter(own).collect();
        rows.sort_by(|a, b| {
            a.rate
                .total_cmp(&b.rate)
                .then(a.replicate.cmp(&b.replicate))
        });
        let mut curve = Curve {
            rates: Vec::new(),
            half_lives: Vec::new(),
            values: Vec::new(),
        };
        for at_rate in rows.chunk_by(|a, b| a.rate == b.rate) {
            curve.rates.push(at_rate[0].rate);
            curve.half_lives.push(at_rate[0].half_life);
            curve
                .values
                .push(at_rate.iter().map(|row| row.value).collect());
        }
        let name = || format!("'{metric}' of '{study}' '{series}'");
        if curve.rates.is_empty() {
            return Err(Failure::Measurements(format!(
                "{} was not measured",
                name()
            )));
        }
        let replicates = curve.replicates();
        if let Some(place) = curve.values.iter().position(|v| v.len() != replicates) {
            return Err(Failure::Measurements(format!(
                "{} has {} replicates at rate {}, {replicates} at the first rate",
                name(),
                curve.values[place].len(),
                curve.rates[place]
            )));
        }
        Ok(curve.finite())
    }

    /// A figure at one rate along the second axis: the places, and the replicates' values at each.
    ///
    /// # Errors
    /// As [`Measurements::curve`], or if nothing was measured at this rate.
    pub fn along(
        &self,
        study: &str,
        series: &str,
        metric: &str,
        rate: f64,
    ) -> Result<(Vec<f64>, Vec<Vec<f64>>)> {
        let (mut places, mut values) = (Vec::new(), Vec::new());
        // Pictures have a thousand places: each is looked for among these rows alone.
        let here = |row: &&Row| row.rate == rate && row.study == study && row.metric == metric;
        let rows = self.rows.iter().filter(here).cloned().collect();
        let own = Self { rows };
        for at in own.places(study, series, metric) {
            if let Some(found) = own.curve_at(study, series, metric, at)?.values.pop() {
                places.push(at);
                values.push(found);
            }
        }
        if places.is_empty() {
            return Err(Failure::Measurements(format!(
                "'{metric}' of '{study}' '{series}' was not measured at rate {rate}"
            )));
        }
        Ok((places, values))
    }

    /// A metric of each replicate at the rate where another of the same series is best for the other replicates.
    ///
    /// # Errors
    /// As [`Measurements::curve`].
    ///
    /// # Panics
    /// If the two were measured at different rates.
    pub fn chosen(
        &self,
        study: &str,
        series: &str,
        metric: &str,
        judge: &str,
        better: Better,
    ) -> Result<Vec<f64>> {
        let judge = self.curve(study, series, judge)?;
        Ok(judge.chosen_by_others(better, &self.curve(study, series, metric)?))
    }

    /// As a file, one number a row.
    ///
    /// # Errors
    /// [`Failure::Measurements`] if a row cannot be written.
    pub(crate) fn to_csv(&self) -> Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in &self.rows {
            writer
                .serialize(row)
                .map_err(|error| Failure::Measurements(error.to_string()))?;
        }
        let bytes = writer.into_inner();
        bytes.map_err(|error| Failure::Measurements(error.to_string()))
    }

    /// The measurements of such a file; `name` is what messages call the file.
    ///
    /// # Errors
    /// [`Failure::Measurements`] naming the line.
    pub fn from_csv(bytes: &[u8], name: &str) -> Result<Self> {
        let mut reader = csv::Reader::from_reader(bytes);
        let wrong = |error: csv::Error| Failure::Measurements(format!("{name}: {error}"));
        let rows = reader
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(wrong)?;
        Ok(Self { rows })
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests;
