//! What tests of claims need: made-up measurements, and results that must be reproducible.

use std::path::Path;

use clap::Parser;

use crate::arguments::Arguments;
use crate::claim::Claim;
use crate::failure::{Failure, Result};
use crate::lab::Lab;
use crate::measurements::{MeasurementKey, Measurements};
use crate::record::Record;
use crate::run::read;

/// Replicates of made-up measurements.
const REPLICATES: usize = 6;

/// What a quick run measures with, silent.
///
/// # Panics
/// If there is no device.
pub fn quiet_lab() -> Lab {
    match Lab::new(&Arguments::parse_from(["test", "--quiet"])) {
        Ok(lab) => lab,
        Err(failure) => panic!("{failure}"),
    }
}

impl Measurements {
    /// Makes up a figure: `f(rate)` and for each replicate a little noise, a share `noise` of its size.
    ///
    /// Six replicates; the noise differs between metrics and is the same every time.
    pub fn make_up(
        &mut self,
        study: &str,
        series: &str,
        metric: &str,
        rates: &[f64],
        noise: f64,
        f: impl Fn(f64) -> f64,
    ) {
        for (place, &rate) in rates.iter().enumerate() {
            for replicate in 0..REPLICATES {
                let key = MeasurementKey {
                    study,
                    series,
                    rate,
                    half_life: 10.0 / rate,
                    replicate,
                };
                let jitter = jitter(metric, place, replicate);
                self.add(key, [(metric, f(rate) * (1.0 + noise * jitter))]);
            }
        }
    }

    /// Makes up a figure with a second axis: `f(rate, at)` with noise of a thousandth.
    pub fn make_up_along(
        &mut self,
        study: &str,
        series: &str,
        metric: &str,
        rates: &[f64],
        places: &[f64],
        f: impl Fn(f64, f64) -> f64,
    ) {
        for &at in places {
            let first = self.rows.len();
            self.make_up(study, series, metric, rates, 1e-3, |rate| f(rate, at));
            for row in &mut self.rows[first..] {
                row.at = at;
            }
        }
    }
}

/// A number in `[-1, 1]` that looks like chance.
fn jitter(metric: &str, place: usize, replicate: usize) -> f64 {
    let start = metric.bytes().fold(17u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    let key = start.wrapping_add(1009 * place as u32 + 7919 * replicate as u32);
    f64::from(key.wrapping_mul(2_654_435_769) >> 16) / 32_767.5 - 1.0
}

/// Judges the measurements in a folder anew and compares with the verdict beside them, number by number.
///
/// # Errors
/// What cannot be read, or the first line that differs.
pub fn check_results(claim: &dyn Claim, folder: &Path) -> Result<()> {
    let read = |name: &str| read(&folder.join(name));
    let measured = Measurements::from_csv(&read("measurements.csv")?, "measurements.csv")?;
    let drawings = claim.draw(&measured)?;
    let anew = Record::new(claim.about(), claim.judge(&measured)?, &drawings);
    let stored: Record = serde_json::from_slice(&read("verdict.json")?)
        .map_err(|error| Failure::Measurements(format!("verdict.json: {error}")))?;
    for drawing in drawings {
        read(&format!("{}.png", drawing.file))?;
    }
    if agree(&anew, &stored) {
        Ok(())
    } else {
        Err(Failure::Measurements(format!(
            "judged anew: {anew:?}\nstored: {stored:?}"
        )))
    }
}

/// Whether two records say the same, numbers to nine digits: libraries of other machines round differently.
fn agree(a: &Record, b: &Record) -> bool {
    let near = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    let parts = a.judgement.parts.iter().zip(&b.judgement.parts);
    let mut same = parts.map(|(a, b)| {
        let (x, y) = (a.effect.estimate, b.effect.estimate);
        let numbers = [(x.mean, y.mean), (x.low, y.low), (x.high, y.high)];
        (&a.statement, a.support, x.n) == (&b.statement, b.support, y.n)
            && numbers.into_iter().all(|(a, b)| near(a, b))
    });
    let heads = |record: &Record| {
        (
            record.name.clone(),
            record.judgement.verdict,
            record.pictures.clone(),
        )
    };
    heads(a) == heads(b)
        && a.judgement.parts.len() == b.judgement.parts.len()
        && same.all(|same| same)
}
