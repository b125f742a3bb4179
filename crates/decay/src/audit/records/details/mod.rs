//! Details of an audit as sections of the page, tables and sentences.

mod by_class;
mod class_tables;
mod features;
mod mistakes;
mod one_vs_rest;
mod subgroups;
mod values;

use decay_audit::by_class::{Confused, ConfusionMatrix};
use decay_report::text::csv_field;
use decay_report::{Finding, Section};
use serde::Serialize;

use crate::audit::Measurements;
use crate::audit::details::{ByClass, Grouping, Importances, Mistakes, OneClass, OneVsRest};

use self::one_vs_rest::Kind;

/// Of many classes `audit.json` has no matrix.
const MOST_CLASSES: usize = 100;

/// The sections that are opened first, in order.
pub(super) fn sections(found: &Measurements) -> Vec<Section> {
    let details = &found.details;
    let parts = [
        details.classes.as_ref().map(by_class::section),
        details.labels.as_ref().map(by_class::of_labels),
        values::section(&details.values, &found.held_out),
        details.mistakes.as_ref().and_then(mistakes::section),
        details
            .importance
            .as_ref()
            .map(|own| features::section(own, &found.held_out)),
        details.grouping.as_ref().map(subgroups::section),
    ];
    parts.into_iter().flatten().collect()
}

/// What is to be said in a sentence.
pub(super) fn findings(found: &Measurements) -> Vec<Finding> {
    let grouping = found.details.grouping.as_ref();
    grouping.and_then(subgroups::finding).into_iter().collect()
}

/// What a terminal shows of them beside the metrics; empty without groups.
pub(in crate::audit) fn table(found: &Measurements) -> String {
    let grouping = found.details.grouping.as_ref();
    grouping.map_or_else(String::new, |own| format!("\n{}", subgroups::table(own)))
}

/// Their part of `audit.json`.
#[derive(Serialize)]
pub(super) struct DetailsFile<'a> {
    classes: Option<ClassesFile<'a>>,
    labels: Option<LabelsFile<'a>>,
    mistakes: Option<&'a Mistakes>,
    importance: Option<&'a Importances>,
    subgroups: Option<&'a Grouping>,
}

#[derive(Serialize)]
struct ClassesFile<'a> {
    by_class: &'a [OneClass],
    #[serde(skip_serializing_if = "Option::is_none")]
    confusion: Option<&'a ConfusionMatrix>,
    confused: &'a [Confused],
    auroc_macro: Option<f64>,
    average_precision_macro: Option<f64>,
}

#[derive(Serialize)]
struct LabelsFile<'a> {
    by_label: &'a [OneClass],
    auroc_macro: Option<f64>,
    average_precision_macro: Option<f64>,
}

impl<'a> From<&'a Measurements> for DetailsFile<'a> {
    fn from(found: &'a Measurements) -> Self {
        let details = &found.details;
        let areas = |own: &OneVsRest| {
            let mean = own.mean.as_ref();
            mean.map(|mean| (mean.auroc, mean.average_precision))
                .unzip()
        };
        let classes = |own: &'a ByClass| {
            let each = &own.one_vs_rest;
            let (auroc_macro, average_precision_macro) = areas(each);
            ClassesFile {
                by_class: &each.each,
                confusion: (each.each.len() <= MOST_CLASSES).then_some(&own.confusion),
                confused: &own.confused,
                auroc_macro,
                average_precision_macro,
            }
        };
        let labels = |own: &'a OneVsRest| {
            let (auroc_macro, average_precision_macro) = areas(own);
            LabelsFile {
                by_label: &own.each,
                auroc_macro,
                average_precision_macro,
            }
        };
        Self {
            classes: details.classes.as_ref().map(classes),
            labels: details.labels.as_ref().map(labels),
            mistakes: details.mistakes.as_ref(),
            importance: details.importance.as_ref(),
            subgroups: details.grouping.as_ref(),
        }
    }
}

/// Names and contents of the tables.
pub(super) fn tables(found: &Measurements) -> Vec<(&'static str, Option<String>)> {
    let details = &found.details;
    let (classes, labels) = (details.classes.as_ref(), details.labels.as_ref());
    vec![
        (
            "classes.csv",
            classes.map(|own| class_tables::csv(&own.one_vs_rest, Kind::Classes)),
        ),
        (
            "labels.csv",
            labels.map(|own| class_tables::csv(own, Kind::Labels)),
        ),
        ("confusion.csv", classes.map(class_tables::confusion_csv)),
        (
            "importance.csv",
            details.importance.as_ref().map(features::csv),
        ),
        ("mistakes.csv", details.mistakes.as_ref().map(mistakes::csv)),
        (
            "subgroups.csv",
            details.grouping.as_ref().map(subgroups::csv),
        ),
    ]
}

/// A number as a field; empty where there is none.
fn field(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A line of ready fields.
fn line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let fields = fields.into_iter().map(csv_field);
    fields.collect::<Vec<_>>().join(",") + "\n"
}
