//! Losses of a run by setting and epoch, while it trains and afterwards.

use std::path::Path;

use decay_report::text::short;
use decay_report::{Report, Split};

use super::record::{Stored, file_of_run, has_record};
use super::{EpochLosses, losses_so_far};
use crate::error::Error;

/// A stage of a run as a picture has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// `running`, `finished`, `interrupted`, `failed`.
    pub status: &'static str,
    /// `sweep`, `learning-curve`, `refits`, `final`.
    pub stage: String,
    /// That the stage has.
    pub epochs: usize,
    /// Names of the settings.
    pub settings: Vec<String>,
    /// `[settings]` of losses by epoch, as far as they are known.
    pub losses: Vec<Vec<Option<f64>>>,
    /// Stages that come before, in their order.
    pub before: Vec<String>,
}

/// What there is to see of a run: of one that trains its present stage, of a finished one its sweep.
///
/// # Errors
/// [`Error::Run`] for what is no run, or one that has recorded nothing to see.
pub fn watched(run: &Path) -> Result<Watched, Error> {
    if !has_record(run) {
        return Err(Error::run(run, "has no run.json: no run has begun here"));
    }
    let status = Stored::read(run)?.status.word();
    let lines = losses_so_far(run);
    if let Some(last) = lines.last() {
        return Ok(of_lines(status, &lines, &last.stage));
    }
    of_report(run, status)
}

fn of_lines(status: &'static str, lines: &[EpochLosses], stage: &str) -> Watched {
    let own: Vec<&EpochLosses> = lines.iter().filter(|line| line.stage == stage).collect();
    let (settings, epochs) = own.last().map_or((Vec::new(), 0), |last| {
        (last.settings.clone(), last.epochs as usize)
    });
    let mut losses = vec![vec![None; epochs]; settings.len()];
    for line in &own {
        let place = (line.epoch as usize).saturating_sub(1);
        for (row, loss) in losses.iter_mut().zip(line.shown()) {
            if let Some(cell) = row.get_mut(place) {
                *cell = *loss;
            }
        }
    }
    let mut before: Vec<String> = lines.iter().map(|line| line.stage.clone()).collect();
    before.dedup();
    before.retain(|own| own != stage);
    Watched {
        status,
        stage: stage.to_owned(),
        epochs,
        settings,
        losses,
        before,
    }
}

fn of_report(run: &Path, status: &'static str) -> Result<Watched, Error> {
    let nothing = || Error::run(run, "has nothing to watch yet: no epoch has ended");
    let bytes = file_of_run(run, "report.json")?.ok_or_else(nothing)?;
    let unreadable = |error| {
        Error::run(
            run,
            format!("has a report.json that cannot be read: {error}"),
        )
    };
    let report: Report = serde_json::from_slice(&bytes).map_err(unreadable)?;
    let some = |means: &[f64]| -> Vec<Option<f64>> {
        let finite = means
            .iter()
            .map(|mean| Some(*mean).filter(|own| own.is_finite()));
        finite.collect()
    };
    let (stage, settings, losses) = match (&report.sweep, &report.training) {
        (Some(sweep), _) => {
            let curve = |split: Split| {
                let of = move |point: &decay_report::RatePoint| {
                    let own = point.curves.iter().find(|curve| curve.split == split);
                    own.map_or_else(Vec::new, |curve| some(&curve.mean))
                };
                sweep.points.iter().map(of).collect::<Vec<_>>()
            };
            let names = sweep.points.iter().map(|point| short(point.rate));
            ("sweep", names.collect(), curve(Split::Validation))
        }
        (None, Some(training)) => {
            let names = training.runs.iter().map(|run| run.label.clone());
            let curves = training.runs.iter().map(|run| run.curves.first());
            let curves = curves.map(|own| own.map_or_else(Vec::new, |own| some(&own.mean)));
            ("refits", names.collect::<Vec<_>>(), curves.collect())
        }
        (None, None) => return Err(nothing()),
    };
    Ok(Watched {
        status,
        stage: stage.to_owned(),
        epochs: losses.iter().map(Vec::len).max().unwrap_or(0),
        settings,
        losses,
        before: Vec::new(),
    })
}
