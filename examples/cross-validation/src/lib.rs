//! Claim: what is learned from all rows before splitting makes cross-validation too hopeful, and it picks a worse decay rate.

mod choice;
mod experiment;
mod leak;
#[cfg(test)]
mod tests;
mod trial;

use decay_audit::trend::Side;
use decay_claim::drawing::{at_lowest, effect_point, panel, picture, point, rates_panel};
use decay_claim::parts::{Comparison, differences};
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Part, Result};
use decay_report::picture::{Horizontal, Mark, Panel, Series};

use crate::choice::{Choices, other_rate};
use crate::leak::Leak;
use crate::trial::{NOISE, overlap};

/// The claim.
pub struct CrossValidation;

/// Unit of all losses.
const UNIT: &str = "loss / loss of a constant";

impl Claim for CrossValidation {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Cross-validation without leaks",
            statement: "Whatever is learned from data must be learned inside each fold: features selected, scales fitted or batch-norm \
                        statistics taken on all rows make cross-validation optimistic, and it picks a worse decay rate.",
            source: "Ambroise & McLachlan 2002; Hastie, Tibshirani & Friedman 2009, section 7.10.2",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let mut parts = Vec::new();
        for study in measured.studies() {
            parts.extend(optimism_parts(measured, study)?);
        }
        let (noise, tables): (Vec<_>, Vec<_>) = measured
            .studies()
            .into_iter()
            .partition(|study| *study == NOISE);
        parts.extend(choice_parts(measured, NOISE, &noise)?);
        parts.extend(choice_parts(measured, "real tables", &tables)?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut optimism, mut curves) = (Vec::new(), Vec::new());
        for study in measured.studies() {
            optimism.push(optimism_panel(measured, study)?);
            curves.push(curves_panel(measured, study, Leak::Selection)?);
        }
        Ok(vec![
            Drawing {
                file: "optimism",
                caption: "By how much the loss on untouched rows is above what cross-validation promised.".into(),
                picture: picture("Optimism of cross-validation", 2, optimism),
            },
            Drawing {
                file: "curves",
                caption: "What cross-validation promises and what the model of all rows keeps, by decay rate.".into(),
                picture: picture("Features selected per fold and before splitting", 2, curves),
            },
            Drawing {
                file: "choices",
                caption: "How often the leak changes the rate that is picked.".into(),
                picture: picture("Another rate than without the leak", 1, vec![choices_panel(measured)?]),
            },
        ])
    }
}

/// Each leak adds optimism on one table.
fn optimism_parts(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let (mut family, mut notes) = (Vec::new(), Vec::new());
    for leak in Leak::ALL {
        let [free, leaky] = Choices::both(measured, study, leak)?;
        let (without, with) = (free.mean_optimism()?, leaky.mean_optimism()?);
        notes.push(format!("without the leak {without}, with it {with}"));
        family.push(Comparison {
            statement: format!("{study}: {} adds optimism", leak.deed()),
            what: "optimism added, as a share of the loss of the best constant,".into(),
            a: leaky.optimism,
            b: free.optimism,
            claimed: Side::Above,
        });
    }
    Ok(noted(differences(&family, overlap(study))?, notes))
}

/// Each leak makes cross-validation pick a rate with a larger test loss; a replicate is its mean over the tables.
fn choice_parts(measured: &Measurements, of: &str, studies: &[&str]) -> Result<Vec<Part>> {
    let (mut family, mut notes) = (Vec::new(), Vec::new());
    for leak in Leak::ALL {
        let tables = studies
            .iter()
            .map(|study| Choices::both(measured, study, leak));
        let tables: Vec<[Choices; 2]> = tables.collect::<Result<_>>()?;
        notes.push(other_rate(&tables)?.to_string());
        family.push(Comparison {
            statement: format!("{of}: {} picks a worse rate", leak.deed()),
            what: "test loss at the rate picked, above that without the leak,".into(),
            a: mean_truth(&tables, 1),
            b: mean_truth(&tables, 0),
            claimed: Side::Above,
        });
    }
    // The most dependent replicates decide for all.
    let overlaps = studies.iter().map(|study| overlap(study));
    Ok(noted(
        differences(&family, overlaps.fold(0.0, f64::max))?,
        notes,
    ))
}

/// Test loss at what a scheme chooses in each replicate, mean over tables.
fn mean_truth(tables: &[[Choices; 2]], scheme: usize) -> Vec<f64> {
    let replicates = tables.iter().map(|table| table[scheme].truth.len()).min();
    let of = |replicate: usize| {
        let losses = tables.iter().map(|table| table[scheme].truth[replicate]);
        losses.sum::<f64>() / tables.len() as f64
    };
    (0..replicates.unwrap_or(0)).map(of).collect()
}

/// Parts with a remark before their own.
fn noted(parts: Vec<Part>, notes: Vec<String>) -> Vec<Part> {
    let noting = |(part, note): (Part, String)| {
        let note = format!("{note}; {}", part.note);
        part.noting(note)
    };
    parts.into_iter().zip(notes).map(noting).collect()
}

/// The optimism of both schemes, and what the leak adds with the interval that decides.
fn optimism_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let mut all = [("leak-free", 0), ("with the leak", 1), ("difference", 2)].map(unjoined);
    let parts = optimism_parts(measured, study)?;
    for (place, (leak, part)) in Leak::ALL.into_iter().zip(&parts).enumerate() {
        for (series, choices) in all.iter_mut().zip(Choices::both(measured, study, leak)?) {
            series.points.push(point(place as f64, &choices.optimism));
        }
        all[2].points.push(effect_point(place as f64, &part.effect));
    }
    let mut panel = panel(
        study,
        leaks_axis(),
        "optimism / loss of a constant",
        all.into(),
    );
    panel.marks.push(Mark::Level {
        y: 0.0,
        label: String::new(),
    });
    Ok(panel)
}

fn unjoined((label, colour): (&str, usize)) -> Series {
    Series {
        label: label.into(),
        colour,
        ..Series::default()
    }
}

fn leaks_axis() -> Horizontal {
    Horizontal::Names {
        label: "what leaks".into(),
        names: Leak::ALL.map(|leak| leak.name().to_owned()).into(),
    }
}

fn curves_panel(measured: &Measurements, study: &str, leak: Leak) -> Result<Panel> {
    let of = |leaky: bool, metric: &str| measured.curve(study, leak.series(leaky), metric);
    let (free, leaky) = (of(false, "promised")?, of(true, "promised")?);
    let test = of(false, "test")?;
    let curves = [
        ("test rows", 3, &test),
        ("promised, leak-free", 0, &free),
        ("promised, with the leak", 1, &leaky),
    ];
    let mut panel = rates_panel(study, UNIT, &curves);
    panel.y.log = true;
    panel.marks.push(at_lowest(&test, "best"));
    Ok(panel)
}

fn choices_panel(measured: &Measurements) -> Result<Panel> {
    let mut all = Vec::new();
    for (study, colour) in measured.studies().into_iter().zip(2..) {
        let mut series = unjoined((study, colour));
        for (place, leak) in Leak::ALL.into_iter().enumerate() {
            let share = other_rate(&[Choices::both(measured, study, leak)?])?;
            series.points.push(effect_point(place as f64, &share));
        }
        all.push(series);
    }
    let label = "share of replicates with another rate";
    let mut panel = panel("", leaks_axis(), label, all);
    panel.y.range = Some((0.0, 1.0));
    Ok(panel)
}
