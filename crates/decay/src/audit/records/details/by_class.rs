//! Which classes are confused, and how well each is told from the rest.

use decay_audit::by_class::ClassCurves;
use decay_report::text::number;
use decay_report::{Curves, Drawn, Figure, Matrix, Section, Shape, XyCurve};

use super::class_tables::{confusions, table};
use crate::audit::details::{ByClass, OneClass};

/// A matrix with more classes cannot be read.
const READABLE: usize = 20;
/// Curves of single classes beside their mean: those with the smallest area.
const CURVES: usize = 4;
/// Points of a drawn curve.
const POINTS: usize = 160;

pub(super) fn section(found: &ByClass) -> Section {
    let classes = found.by_class.len();
    let matrix = (classes <= READABLE).then(|| Figure {
        charts: vec![Drawn::Matrix(Matrix {
            id: "confusion".into(),
            title: "Which class is taken for which".into(),
            classes: names(found),
            counts: found.confusion.counts().to_vec(),
        })],
        caption: "Held-out rows by their class (at the left) and the class that all networks together predict (below): counts, and \
                  their share of the class's rows."
            .into(),
        ..Figure::default()
    });
    let figures = [matrix, curves(found), calibration(found)];
    let confusions = (classes > READABLE).then(|| confusions(found));
    let tables = [Some(table(found)), confusions];
    Section {
        heading: "Class by class".into(),
        note: "Every held-out row counts once.".into(),
        figures: figures.into_iter().flatten().collect(),
        tables: tables.into_iter().flatten().collect(),
        ..Section::default()
    }
}

fn names(found: &ByClass) -> Vec<String> {
    found.by_class.iter().map(|one| one.name.clone()).collect()
}

/// Of two classes the second; of more the mean and the classes with the smallest area.
fn curves(found: &ByClass) -> Option<Figure> {
    let two = found.by_class.len() == 2;
    let mut worst: Vec<(&OneClass, &ClassCurves)> = found
        .by_class
        .iter()
        .skip(usize::from(two))
        .filter_map(|one| Some((one, one.curves.as_ref()?)))
        .collect();
    worst.sort_by(|a, b| a.1.auroc.total_cmp(&b.1.auroc));
    worst.truncate(CURVES);
    if worst.is_empty() {
        return None;
    }
    let mean = found.mean.as_ref();
    Some(Figure {
        charts: vec![
            Drawn::Curves(roc(&worst, mean)),
            Drawn::Curves(precision_recall(found, &worst, mean)),
        ],
        caption: of_curves(found, worst.len()),
        ..Figure::default()
    })
}

/// The caption of the curves.
fn of_curves(found: &ByClass, shown: usize) -> String {
    if let [first, second] = found.by_class.as_slice() {
        return format!(
            "How well “{}” is told from “{}” at every threshold of its probability. The dashed line is chance: at the left a coin, \
             at the right the share of the class.",
            second.name, first.name
        );
    }
    let area = |value: Option<f64>| value.map_or_else(String::new, number);
    let which = match shown {
        1 => "the class".to_owned(),
        count => format!("the {count} classes"),
    };
    format!(
        "Each class against the rest at every threshold of its probability: the mean over classes (AUROC {}, average precision {}) \
         and {which} with the smallest area.",
        area(found.auroc_macro),
        area(found.average_precision_macro),
    )
}

/// A mean over classes, then single ones.
fn lines(
    worst: &[(&OneClass, &ClassCurves)],
    mean: Option<&ClassCurves>,
    points: fn(&ClassCurves) -> &[(f64, f64)],
    area: fn(&ClassCurves) -> f64,
) -> Vec<XyCurve> {
    let line = |label: String, colour: usize, own: &ClassCurves| {
        let points = thinned(points(own));
        XyCurve {
            label: format!("{label}, area {:.3}", area(own)),
            colour,
            xs: points.iter().map(|point| point.0).collect(),
            ys: points.iter().map(|point| point.1).collect(),
            ..XyCurve::default()
        }
    };
    let start = usize::from(mean.is_some());
    let mean = mean.map(|own| line("mean over classes".into(), 0, own));
    let single = worst.iter().enumerate();
    let single = single.map(|(place, (one, own))| line(one.name.clone(), start + place, own));
    let mut all: Vec<XyCurve> = single.collect();
    all.extend(mean);
    all
}

fn roc(worst: &[(&OneClass, &ClassCurves)], mean: Option<&ClassCurves>) -> Curves {
    let mut all = vec![reference([0.0, 1.0], [0.0, 1.0])];
    all.extend(lines(worst, mean, |own| &own.roc, |own| own.auroc));
    Curves {
        id: "roc".into(),
        title: "Found against false alarms (ROC)".into(),
        x_label: "false alarms: share of the other rows".into(),
        y_label: "found: share of the class".into(),
        share: true,
        curves: all,
        ..Curves::default()
    }
}

fn precision_recall(
    found: &ByClass,
    worst: &[(&OneClass, &ClassCurves)],
    mean: Option<&ClassCurves>,
) -> Curves {
    let mut all = Vec::new();
    if let [(one, _)] = worst {
        let rows: usize = found.by_class.iter().map(|one| one.figures.support).sum();
        let share = one.figures.support as f64 / rows as f64;
        all.push(reference([0.0, 1.0], [share, share]));
    }
    all.extend(lines(
        worst,
        mean,
        |own| &own.precision_recall,
        |own| own.average_precision,
    ));
    Curves {
        id: "precision-recall".into(),
        title: "Precision against recall".into(),
        x_label: "recall: share of the class that is found".into(),
        y_label: "precision: share that is right".into(),
        share: true,
        curves: all,
        ..Curves::default()
    }
}

fn reference(xs: [f64; 2], ys: [f64; 2]) -> XyCurve {
    XyCurve {
        label: "chance".into(),
        dashed: true,
        colour: 4,
        xs: xs.to_vec(),
        ys: ys.to_vec(),
        ..XyCurve::default()
    }
}

/// Few points of a curve, the first and the last among them.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let last = points.len() - 1;
    let place = |step: usize| points[step * last / (POINTS - 1)];
    (0..POINTS).map(place).collect()
}

/// Of two classes the second's probability; of more those with the largest error.
fn calibration(found: &ByClass) -> Option<Figure> {
    let two = found.by_class.len() == 2;
    let mut worst: Vec<(&OneClass, f64)> = found
        .by_class
        .iter()
        .skip(usize::from(two))
        .filter(|one| one.figures.support > 0)
        .filter_map(|one| Some((one, one.calibration_error?)))
        .collect();
    worst.sort_by(|a, b| b.1.total_cmp(&a.1));
    worst.truncate(CURVES);
    if worst.is_empty() {
        return None;
    }
    let charts = worst.iter().enumerate();
    let charts = charts.map(|(place, (one, error))| Drawn::Curves(reliability(place, one, *error)));
    Some(Figure {
        charts: charts.collect(),
        caption: format!(
            "Calibration of the probability of {}: how often rows are of the class where that much is said; bands are 95 % Wilson \
             intervals, bins without rows are left out.",
            if two {
                format!("“{}”", found.by_class[1].name)
            } else {
                "the classes with the largest calibration errors".to_owned()
            }
        ),
        ..Figure::default()
    })
}

fn reliability(place: usize, one: &OneClass, error: f64) -> Curves {
    let filled = || one.reliability.iter().filter(|bin| bin.count > 0);
    let points = XyCurve {
        label: format!("share of the class, calibration error {}", number(error)),
        shape: Shape::Marked,
        xs: filled().filter_map(|bin| bin.confidence).collect(),
        ys: filled().filter_map(|bin| bin.accuracy).collect(),
        low: filled().map(|bin| bin.low).collect(),
        high: filled().map(|bin| bin.high).collect(),
        ..XyCurve::default()
    };
    let diagonal = XyCurve {
        label: "perfectly calibrated".into(),
        ..reference([0.0, 1.0], [0.0, 1.0])
    };
    Curves {
        id: format!("class-reliability-{place}"),
        title: format!("Probability of {}", one.name),
        x_label: "probability of the class".into(),
        y_label: "share of the class".into(),
        share: true,
        curves: vec![diagonal, points],
        ..Curves::default()
    }
}
