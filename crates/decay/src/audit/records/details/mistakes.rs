//! The worst mistakes, as images or as rows.

use decay_report::{Figure, PlainTable, Section, Thumbnail};

use super::line;
use crate::audit::details::{Mistake, Mistakes, plain};

/// Longest text of a cell.
const LONGEST: usize = 24;

/// `None` where nothing is wrong.
pub(super) fn section(found: &Mistakes) -> Option<Section> {
    if found.rows.is_empty() {
        return None;
    }
    let shown = found.rows.len();
    let (heading, note) = match found.wrong {
        Some(wrong) if wrong == shown => (
            "Most confident mistakes",
            "All held-out rows that are predicted wrong, those first of which the model is surest. Wrong labels are often among them."
                .to_owned(),
        ),
        Some(wrong) => (
            "Most confident mistakes",
            format!(
                "Of the {wrong} held-out rows that are predicted wrong, the {shown} of which the model is surest. Wrong labels are often \
                 among them."
            ),
        ),
        None => (
            "Largest residuals",
            format!("The {shown} held-out rows whose predictions are furthest off."),
        ),
    };
    let images = found.image.map(|shape| gallery(found, shape));
    let table = images.is_none().then(|| table(found));
    Some(Section {
        heading: heading.into(),
        note,
        figures: images.into_iter().collect(),
        tables: table.into_iter().collect(),
        ..Section::default()
    })
}

fn gallery(found: &Mistakes, shape: [usize; 3]) -> Figure {
    let image = |one: &Mistake| Thumbnail {
        headline: heading(found, one),
        detail: format!("{}, row {}", size(found, one), one.row),
        ..Thumbnail::of_values(&one.pixels, shape)
    };
    Figure {
        images: found.rows.iter().map(image).collect(),
        caption: if found.wrong.is_some() {
            "What the image is and what it is taken for, with the probability of the latter. Rows count from 0."
        } else {
            "The true and the predicted value, with their difference. Rows count from 0."
        }
        .into(),
        ..Figure::default()
    }
}

fn heading(found: &Mistakes, one: &Mistake) -> String {
    let (truth, predicted) = (&one.truth, &one.predicted);
    match found.wrong {
        Some(_) => format!("{truth}, taken for {predicted}"),
        None => format!("{truth}, predicted {predicted}"),
    }
}

/// A probability, or a residual.
fn size(found: &Mistakes, one: &Mistake) -> String {
    match found.wrong {
        Some(_) => format!("{:.1} %", 100.0 * one.size),
        None => plain(one.size),
    }
}

fn table(found: &Mistakes) -> PlainTable {
    let heads = match found.wrong {
        Some(_) => ["row", "class", "taken for", "probability"],
        None => ["row", "true", "predicted", "residual"],
    };
    let cut = |text: &String| match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.clone(),
    };
    let row = |one: &Mistake| {
        let own = [
            one.row.to_string(),
            cut(&one.truth),
            cut(&one.predicted),
            size(found, one),
        ];
        own.into_iter().chain(one.cells.iter().map(cut)).collect()
    };
    let columns = match found.columns.len() {
        0 => String::new(),
        count => format!(" The {count} columns are those that matter most."),
    };
    PlainTable {
        caption: format!("Rows count from 0 behind the names of the columns.{columns}"),
        heads: heads
            .map(String::from)
            .into_iter()
            .chain(found.columns.iter().map(cut))
            .collect(),
        names: if found.wrong.is_some() { 3 } else { 1 },
        rows: found.rows.iter().map(row).collect(),
    }
}

pub(super) fn csv(found: &Mistakes) -> String {
    let size = if found.wrong.is_some() {
        "probability"
    } else {
        "residual"
    };
    let heads = ["row", "truth", "predicted", size].into_iter();
    let mut csv = line(heads.chain(found.columns.iter().map(String::as_str)));
    for one in &found.rows {
        let (row, size) = (one.row.to_string(), one.size.to_string());
        let own = [row.as_str(), &one.truth, &one.predicted, &size].into_iter();
        csv.push_str(&line(own.chain(one.cells.iter().map(String::as_str))));
    }
    csv
}
