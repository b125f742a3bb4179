//! Measurements and parts as a terminal shows them.

use decay_audit::summarise;
use decay_audit::trend::Support;
use decay_report::text::{Table, plus_minus, short};

use crate::failure::Result;
use crate::judgement::Judgement;
use crate::measurements::Measurements;

/// A table of rates and metrics for each series: mean and standard error over replicates.
pub(crate) fn rates_tables(measured: &Measurements) -> Result<String> {
    let mut text = String::new();
    for study in measured.studies() {
        for series in measured.series(study) {
            let metrics = measured.metrics(study, series);
            let Some(first) = metrics.first() else {
                continue;
            };
            let frame = measured.curve(study, series, first)?;
            let mut head = vec!["rate".to_owned(), "half-life".to_owned()];
            head.extend(metrics.iter().map(|metric| (*metric).to_owned()));
            let mut table = Table::with_head(head, 0);
            let curves: Vec<_> = metrics
                .iter()
                .map(|metric| measured.curve(study, series, metric))
                .collect::<Result<_>>()?;
            for (place, &rate) in frame.rates.iter().enumerate() {
                let mut row = vec![short(rate), half_life(frame.half_lives[place])];
                for curve in &curves {
                    let at = curve.rates.iter().position(|&other| other == rate);
                    row.push(at.map_or_else(|| "-".to_owned(), |at| mean(&curve.values[at])));
                }
                table.push(row);
            }
            let title = [study, series].join(if series.is_empty() { "" } else { ", " });
            let replicates = frame.replicates();
            text.push_str(&format!(
                "\n{title} (mean ± standard error, {replicates} replicates)\n{}",
                table.text()
            ));
        }
    }
    Ok(text)
}

fn half_life(epochs: f64) -> String {
    if epochs.is_nan() {
        "-".to_owned()
    } else {
        short(epochs)
    }
}

fn mean(values: &[f64]) -> String {
    match summarise(values) {
        Ok(spread) => plus_minus(spread.mean, spread.se.unwrap_or(f64::NAN)),
        Err(_) => "-".to_owned(),
    }
}

/// The parts of a claim with what decided them.
pub(crate) fn parts_table(judgement: &Judgement) -> String {
    let mut text = "\n".to_owned();
    for part in &judgement.parts {
        text.push_str(&format!("{}  {}\n", word(part.support), part.statement));
        text.push_str(&format!("              {}\n", part.effect));
        if !part.note.is_empty() {
            text.push_str(&format!("              {}\n", part.note));
        }
    }
    text
}

fn word(support: Support) -> &'static str {
    match support {
        Support::Supported => "supported   ",
        Support::Undecided => "undecided   ",
        Support::Contradicted => "contradicted",
    }
}
