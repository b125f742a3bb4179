//! Tables by class and by label.

use decay_audit::Estimate;
use decay_report::PlainTable;
use decay_report::text::number;

use super::super::with_interval;
use super::one_vs_rest::Kind;
use super::{field, line};
use crate::audit::details::{ByClass, OneClass, OneVsRest};

/// Rows of the table by class.
const SHOWN: usize = 40;
const HEADS: [&str; 7] = [
    "rows",
    "precision",
    "recall",
    "F1",
    "AUROC",
    "average precision",
    "calibration error",
];

/// Each class or label, of very many those that are found worst.
pub(super) fn table(found: &OneVsRest, kind: Kind) -> PlainTable {
    let mut all: Vec<&OneClass> = found.each.iter().collect();
    let count = all.len();
    if count > SHOWN {
        let f1 = |one: &OneClass| one.figures.f1.unwrap_or(2.0);
        all.sort_by(|a, b| f1(a).total_cmp(&f1(b)));
        all.truncate(SHOWN);
    }
    let (one, several) = (kind.one(), kind.several());
    let which = if count > SHOWN {
        format!("The {SHOWN} of {count} {several} with the lowest F1")
    } else {
        format!("Each {one}")
    };
    let (said, rest) = match kind {
        Kind::Labels => (
            "Rows are those that the label applies to, precision is the share of what is told as the label (probability above ½) that \
             is right",
            "of its probability over all rows",
        ),
        _ => (
            "Precision is the share of what is predicted as the class that is right",
            "of its probability against all other classes",
        ),
    };
    let heads = [one].into_iter().chain(HEADS);
    PlainTable {
        caption: format!(
            "{which} on the held-out rows. {said}, recall the share of its rows that are found, F1 their harmonic mean; the rest is \
             {rest}, with 95 % intervals."
        ),
        heads: heads.map(String::from).collect(),
        names: 1,
        rows: all.into_iter().map(row).collect(),
    }
}

fn row(one: &OneClass) -> Vec<String> {
    let text = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number);
    let area = |value: &Option<Estimate>| {
        let value = value.as_ref();
        value.map_or_else(|| "–".to_owned(), with_interval)
    };
    let figures = &one.figures;
    vec![
        one.name.clone(),
        figures.support.to_string(),
        text(figures.precision),
        text(figures.recall),
        text(figures.f1),
        area(&one.auroc),
        area(&one.average_precision),
        text(one.calibration_error),
    ]
}

/// The most frequent ones.
pub(super) fn confusions(found: &ByClass) -> PlainTable {
    let row = |one: &decay_audit::by_class::Confused| {
        let all = &found.one_vs_rest.each;
        let class = &all[one.class];
        let share = 100.0 * one.rows as f64 / class.figures.support.max(1) as f64;
        vec![
            class.name.clone(),
            all[one.predicted].name.clone(),
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

pub(super) fn csv(found: &OneVsRest, kind: Kind) -> String {
    let mut csv = format!(
        "{},rows,predicted,precision,recall,f1,auroc,auroc_low,auroc_high,average_precision,average_precision_low,\
         average_precision_high,calibration_error\n",
        kind.one()
    );
    for one in &found.each {
        let figures = &one.figures;
        let shares = [figures.precision, figures.recall, figures.f1];
        let areas = [one.auroc, one.average_precision].into_iter();
        let areas = areas.flat_map(|area| {
            let ends = |own: Estimate| [own.mean, own.low, own.high].map(Some);
            area.map_or([None; 3], ends)
        });
        let numbers = shares.into_iter().chain(areas);
        let numbers = numbers.chain([one.calibration_error]).map(field);
        let counts = [figures.support, figures.predicted].map(|count| count.to_string());
        let fields: Vec<String> = counts.into_iter().chain(numbers).collect();
        let name = [one.name.as_str()].into_iter();
        csv.push_str(&line(name.chain(fields.iter().map(String::as_str))));
    }
    csv
}

/// Pairs of classes that occur.
pub(super) fn confusion_csv(found: &ByClass) -> String {
    let mut csv = "class,predicted,rows\n".to_owned();
    let all = &found.one_vs_rest.each;
    for (one, counts) in all.iter().zip(found.confusion.counts()) {
        let pairs = all.iter().zip(counts);
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
