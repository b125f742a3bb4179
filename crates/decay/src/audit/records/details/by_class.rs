//! Which classes are confused, and how well each class or label is told from the rest.

use decay_report::{Drawn, Figure, Matrix, Section};

use super::class_tables::{confusions, table};
use super::one_vs_rest::{Kind, calibration, curves};
use crate::audit::details::{ByClass, OneVsRest};

/// A matrix with more classes cannot be read.
const READABLE: usize = 20;

pub(super) fn section(found: &ByClass) -> Section {
    let each = &found.one_vs_rest;
    let classes = each.each.len();
    let kind = match classes {
        2 => Kind::TwoClasses,
        _ => Kind::Classes,
    };
    let matrix = (classes <= READABLE).then(|| matrix(found));
    let figures = [matrix, curves(each, kind), calibration(each, kind)];
    let confusions = (classes > READABLE).then(|| confusions(found));
    let tables = [Some(table(each, kind)), confusions];
    Section {
        heading: "Class by class".into(),
        note: "Every held-out row counts once.".into(),
        figures: figures.into_iter().flatten().collect(),
        tables: tables.into_iter().flatten().collect(),
        ..Section::default()
    }
}

fn matrix(found: &ByClass) -> Figure {
    let names = found.one_vs_rest.each.iter();
    Figure {
        charts: vec![Drawn::Matrix(Matrix {
            id: "confusion".into(),
            title: "Which class is taken for which".into(),
            classes: names.map(|one| one.name.clone()).collect(),
            counts: found.confusion.counts().to_vec(),
        })],
        caption: "Held-out rows by their class (at the left) and the class that all networks together predict (below): counts, and \
                  their share of the class's rows."
            .into(),
        ..Figure::default()
    }
}

/// Labels that do not exclude each other.
pub(super) fn of_labels(found: &OneVsRest) -> Section {
    let kind = Kind::Labels;
    let figures = [curves(found, kind), calibration(found, kind)];
    Section {
        heading: "Label by label".into(),
        note: "Every held-out row counts once.".into(),
        figures: figures.into_iter().flatten().collect(),
        tables: vec![table(found, kind)],
        ..Section::default()
    }
}
