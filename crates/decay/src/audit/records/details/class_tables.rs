//! Tables of a classification class by class.

use decay_report::PlainTable;
use decay_report::text::number;

use super::{field, line};
use crate::audit::details::{ByClass, OneClass};

/// Rows of the table by class.
const SHOWN: usize = 40;
const HEADS: [&str; 8] = [
    "class",
    "rows",
    "precision",
    "recall",
    "F1",
    "AUROC",
    "average precision",
    "calibration error",
];

/// Each class, of very many those that are found worst.
pub(super) fn table(found: &ByClass) -> PlainTable {
    let mut all: Vec<&OneClass> = found.by_class.iter().collect();
    let count = all.len();
    if count > SHOWN {
        let f1 = |one: &OneClass| one.figures.f1.unwrap_or(2.0);
        all.sort_by(|a, b| f1(a).total_cmp(&f1(b)));
        all.truncate(SHOWN);
    }
    let which = if count > SHOWN {
        format!("The {SHOWN} of {count} classes with the lowest F1")
    } else {
        "Each class".to_owned()
    };
    PlainTable {
        caption: format!(
            "{which} on the held-out rows. Precision is the share of what is predicted as the class that is right, recall the share of \
             its rows that are found, F1 their harmonic mean; the rest is of its probability against all other classes."
        ),
        heads: HEADS.map(String::from).to_vec(),
        names: 1,
        rows: all.into_iter().map(row).collect(),
    }
}

fn row(one: &OneClass) -> Vec<String> {
    let text = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number);
    let figures = &one.figures;
    vec![
        one.name.clone(),
        figures.support.to_string(),
        text(figures.precision),
        text(figures.recall),
        text(figures.f1),
        text(one.auroc),
        text(one.average_precision),
        text(one.calibration_error),
    ]
}

/// The most frequent ones.
pub(super) fn confusions(found: &ByClass) -> PlainTable {
    let row = |one: &decay_audit::by_class::Confused| {
        let class = &found.by_class[one.class];
        let share = 100.0 * one.rows as f64 / class.figures.support.max(1) as f64;
        vec![
            class.name.clone(),
            found.by_class[one.predicted].name.clone(),
            one.rows.to_string(),
            format!("{share:.1} %"),
        ]
    };
    let heads = ["class", "taken for", "rows", "share of the class"];
    PlainTable {
        caption: "The most frequent confusions.".into(),
        heads: heads.map(String::from).to_vec(),
        names: 2,
        rows: found.confused.iter().map(row).collect(),
    }
}

pub(super) fn csv(found: &ByClass) -> String {
    let mut csv =
        "class,rows,predicted,precision,recall,f1,auroc,average_precision,calibration_error\n"
            .to_owned();
    for one in &found.by_class {
        let figures = &one.figures;
        let numbers = [
            figures.precision,
            figures.recall,
            figures.f1,
            one.auroc,
            one.average_precision,
            one.calibration_error,
        ];
        let counts = [figures.support, figures.predicted].map(|count| count.to_string());
        let numbers = numbers.map(field);
        let fields = [one.name.as_str()].into_iter();
        let fields = fields.chain(counts.iter().map(String::as_str));
        csv.push_str(&line(fields.chain(numbers.iter().map(String::as_str))));
    }
    csv
}

/// Pairs of classes that occur.
pub(super) fn confusion_csv(found: &ByClass) -> String {
    let mut csv = "class,predicted,rows\n".to_owned();
    for (one, counts) in found.by_class.iter().zip(found.confusion.counts()) {
        let pairs = found.by_class.iter().zip(counts);
        for (predicted, rows) in pairs.filter(|(_, rows)| **rows > 0) {
            csv.push_str(&line([
                one.name.as_str(),
                &predicted.name,
                &rows.to_string(),
            ]));
        }
    }
    csv
}
