//! Details of an audit as sections of the page, tables and sentences.

mod by_class;
mod class_tables;
mod features;
mod mistakes;
mod subgroups;
mod values;

use decay_report::text::csv_field;
use decay_report::{Finding, Section};
use serde::Serialize;

use crate::audit::Measurements;
use crate::audit::details::{ByClass, Grouping, Importances, Mistakes};

/// Of many classes `audit.json` has no matrix.
const MOST_CLASSES: usize = 100;

/// The sections that are opened first, in order.
pub(super) fn sections(found: &Measurements) -> Vec<Section> {
    let details = &found.details;
    let parts = [
        details.classes.as_ref().map(by_class::section),
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
    mistakes: Option<&'a Mistakes>,
    importance: Option<&'a Importances>,
    subgroups: Option<&'a Grouping>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ClassesFile<'a> {
    All(&'a ByClass),
    Many {
        by_class: &'a [crate::audit::details::OneClass],
        confused: &'a [decay_audit::by_class::Confused],
    },
}

impl<'a> From<&'a Measurements> for DetailsFile<'a> {
    fn from(found: &'a Measurements) -> Self {
        let details = &found.details;
        let classes = |own: &'a ByClass| match own.by_class.len() {
            ..=MOST_CLASSES => ClassesFile::All(own),
            _ => ClassesFile::Many {
                by_class: &own.by_class,
                confused: &own.confused,
            },
        };
        Self {
            classes: details.classes.as_ref().map(classes),
            mistakes: details.mistakes.as_ref(),
            importance: details.importance.as_ref(),
            subgroups: details.grouping.as_ref(),
        }
    }
}

/// Names and contents of the tables.
pub(super) fn tables(found: &Measurements) -> Vec<(&'static str, Option<String>)> {
    let details = &found.details;
    vec![
        (
            "classes.csv",
            details.classes.as_ref().map(class_tables::csv),
        ),
        (
            "confusion.csv",
            details.classes.as_ref().map(class_tables::confusion_csv),
        ),
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
