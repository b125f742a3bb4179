//! Claim: what is learned from all rows before splitting makes cross-validation too hopeful, and it picks a worse decay rate.

#![forbid(unsafe_code)]

mod experiment;
mod leak;
#[cfg(test)]
mod tests;

use decay_claim::drawing::{
    Mark, Panel, at_lowest, figures_panel, names_panel, of_shares, picture, spread,
};
use decay_claim::measuring::choices::{Choices, mean_truth, other_rate};
use decay_claim::measuring::trials::NOISE;
use decay_claim::parts::{Comparison, remarked_differences};
use decay_claim::{About, Claim, Drawing, Effect, Judgement, Lab, Measurements, Part, Result};
use decay_data::Embedded;

use crate::leak::{LEAKS, SELECTION};

/// The claim.
pub struct CrossValidation;

/// The tables with something to learn.
const TABLES: [Embedded; 3] = [Embedded::Wine, Embedded::BreastCancer, Embedded::Diabetes];
/// Rows to choose with.
const SAMPLE: usize = 20;

/// Correlation `ρ` of replicates as `ρ / (1 - ρ)`: the share of rows that two samples of a table have in common.
///
/// Samples of noise share none.
fn overlap(study: &str) -> f64 {
    let table = TABLES.into_iter().find(|table| table.name() == study);
    table.map_or(0.0, |table| SAMPLE as f64 / (table.rows() - SAMPLE) as f64)
}

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
        let studies = measured.studies().into_iter();
        let (noise, tables): (Vec<_>, Vec<_>) = studies.partition(|study| *study == NOISE);
        parts.extend(choice_parts(measured, NOISE, &noise)?);
        parts.extend(choice_parts(measured, "real tables", &tables)?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut optimism, mut curves) = (Vec::new(), Vec::new());
        for study in measured.studies() {
            optimism.push(optimism_panel(measured, study)?);
            curves.push(curves_panel(measured, study)?);
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
    let mut family = Vec::new();
    for leak in LEAKS {
        let [free, leaky] =
            Choices::of_both(measured, study, leak.series)?.map(|found| found.optimism);
        let [without, with] = [&free, &leaky].map(|all| Effect::new("optimism", spread(all)));
        let comparison = Comparison::above(
            format!("{study}: {} adds optimism", leak.deed),
            "optimism added, as a share of the loss of the best constant,",
            leaky,
            free,
        );
        let remark = format!("without the leak {without}, with it {with}");
        family.push((comparison, remark));
    }
    remarked_differences(family, overlap(study))
}

/// Each leak makes cross-validation pick a rate with a larger test loss; a replicate is its mean over the tables.
fn choice_parts(measured: &Measurements, of: &str, studies: &[&str]) -> Result<Vec<Part>> {
    let mut family = Vec::new();
    for leak in LEAKS {
        let tables = studies
            .iter()
            .map(|study| Choices::of_both(measured, study, leak.series));
        let tables = tables.collect::<Result<Vec<_>>>()?;
        let comparison = Comparison::above(
            format!("{of}: {} picks a worse rate", leak.deed),
            "test loss at the rate picked, above that without the leak,",
            mean_truth(tables.iter().map(|[_, leaky]| leaky)),
            mean_truth(tables.iter().map(|[free, _]| free)),
        );
        let other = Effect::new("another rate, as a share of choices,", other_rate(&tables)?);
        family.push((comparison, other.to_string()));
    }
    // The most dependent replicates decide for all.
    let overlaps = studies.iter().map(|study| overlap(study));
    remarked_differences(family, overlaps.fold(0.0, f64::max))
}

/// The optimism of both schemes, and what the leak adds with the interval that decides.
fn optimism_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let parts = optimism_parts(measured, study)?;
    let schemes = [
        ("leak-free", 0, 0),
        ("with the leak", 1, 1),
        ("difference", 2, 2),
    ];
    let figure = |place: usize, scheme: usize| {
        let both = Choices::of_both(measured, study, LEAKS[place].series)?;
        let added = parts[place].effect.estimate;
        Ok(both.get(scheme).map_or(added, |one| spread(&one.optimism)))
    };
    let names = LEAKS.map(|leak| leak.name);
    let y = "optimism / loss of a constant";
    Ok(names_panel(study, "what leaks", &names, y, &schemes, figure)?.marked(Mark::level(0.0, "")))
}

fn curves_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let [free, leaky] = SELECTION.series;
    let test = measured.curve(study, free, "test")?;
    let curves = [
        ("test rows", 3, (free, "test")),
        ("promised, leak-free", 0, (free, "promised")),
        ("promised, with the leak", 1, (leaky, "promised")),
    ];
    let of = |(series, metric): (&str, &str)| measured.curve(study, series, metric);
    let panel = figures_panel(study, "loss / loss of a constant", &curves, of)?;
    Ok(panel.logarithmic().marked(at_lowest(&test, "best")))
}

fn choices_panel(measured: &Measurements) -> Result<Panel> {
    let studies = measured.studies().into_iter().zip(2..);
    let studies: Vec<_> = studies
        .map(|(study, colour)| (study, colour, study))
        .collect();
    let of = |place: usize, study: &str| {
        other_rate(&[Choices::of_both(measured, study, LEAKS[place].series)?])
    };
    let names = LEAKS.map(|leak| leak.name);
    let y = "share of replicates with another rate";
    let panel = names_panel("", "what leaks", &names, y, &studies, of)?;
    Ok(of_shares(panel))
}
