//! Curves and calibration of each class against the rest, and of each label.

use decay_audit::by_class::ClassCurves;
use decay_report::text::number;
use decay_report::{Curves, Drawn, Figure, Shape, XyCurve};

use crate::audit::details::{OneClass, OneVsRest};

/// Curves of single classes beside their mean: those with the smallest area.
const CURVES: usize = 4;
/// Points of a drawn curve.
const POINTS: usize = 160;

/// What is told from the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Two classes, of which the second says all.
    TwoClasses,
    Classes,
    Labels,
}

impl Kind {
    pub(super) fn one(self) -> &'static str {
        match self {
            Self::TwoClasses | Self::Classes => "class",
            Self::Labels => "label",
        }
    }

    pub(super) fn several(self) -> &'static str {
        match self {
            Self::TwoClasses | Self::Classes => "classes",
            Self::Labels => "labels",
        }
    }

    /// Those that are drawn.
    fn of(self, found: &OneVsRest) -> &[OneClass] {
        &found.each[usize::from(self == Self::TwoClasses)..]
    }
}

/// Of two classes the second; of more, and of labels, the mean and those with the smallest area.
pub(super) fn curves(found: &OneVsRest, kind: Kind) -> Option<Figure> {
    let all = kind.of(found).iter();
    let mut worst: Vec<(&OneClass, &ClassCurves)> = all
        .filter_map(|one| Some((one, one.curves.as_ref()?)))
        .collect();
    worst.sort_by(|a, b| a.1.auroc.total_cmp(&b.1.auroc));
    let several = worst.len() > 1;
    worst.truncate(CURVES);
    if worst.is_empty() {
        return None;
    }
    let mean = found.mean.as_ref().filter(|_| several);
    let captioned = mean.map_or_else(
        || of_one(found, worst[0].0, kind),
        |mean| of_several(mean, worst.len(), kind),
    );
    Some(Figure {
        charts: vec![
            Drawn::Curves(roc(&worst, mean, kind)),
            Drawn::Curves(precision_recall(found, &worst, mean, kind)),
        ],
        caption: captioned + " Intervals of the areas are in the table.",
        ..Figure::default()
    })
}

fn of_one(found: &OneVsRest, one: &OneClass, kind: Kind) -> String {
    let rest = match kind {
        Kind::TwoClasses => format!("“{}”", found.each[0].name),
        Kind::Classes => "the rest".to_owned(),
        Kind::Labels => "the rows that it does not apply to".to_owned(),
    };
    format!(
        "How well “{}” is told from {rest} at every threshold of its probability. The dashed line is chance: at the left a coin, \
         at the right the share of the {}.",
        one.name,
        kind.one()
    )
}

fn of_several(mean: &ClassCurves, shown: usize, kind: Kind) -> String {
    let which = match shown {
        1 => format!("the {}", kind.one()),
        count => format!("the {count} {}", kind.several()),
    };
    let (rest, several) = match kind {
        Kind::Labels => (
            "Each label against the rows that it does not apply to",
            "labels",
        ),
        _ => ("Each class against the rest", "classes"),
    };
    format!(
        "{rest}, at every threshold of its probability: the mean over {several} (AUROC {}, average precision {}) and {which} with \
         the smallest area.",
        number(mean.auroc),
        number(mean.average_precision),
    )
}

/// One of the two kinds of curves.
#[derive(Debug, Clone, Copy)]
enum Which {
    Roc,
    PrecisionRecall,
}

impl Which {
    fn points(self, own: &ClassCurves) -> &[(f64, f64)] {
        match self {
            Self::Roc => &own.roc,
            Self::PrecisionRecall => &own.precision_recall,
        }
    }

    fn area(self, own: &ClassCurves) -> f64 {
        match self {
            Self::Roc => own.auroc,
            Self::PrecisionRecall => own.average_precision,
        }
    }

    /// `, area 0.912 (0.871 to 0.943)`
    fn told(self, one: &OneClass, curves: &ClassCurves) -> String {
        let interval = match self {
            Self::Roc => one.auroc,
            Self::PrecisionRecall => one.average_precision,
        };
        let interval = interval.map_or_else(String::new, |own| {
            format!(" ({:.3} to {:.3})", own.low, own.high)
        });
        format!("{}, area {:.3}{interval}", one.name, self.area(curves))
    }
}

/// Single ones, then a mean over all.
fn lines(
    worst: &[(&OneClass, &ClassCurves)],
    mean: Option<&ClassCurves>,
    kind: Kind,
    which: Which,
) -> Vec<XyCurve> {
    let line = |label: String, colour: usize, own: &ClassCurves| {
        let points = thinned(which.points(own));
        XyCurve {
            label,
            colour,
            xs: points.iter().map(|point| point.0).collect(),
            ys: points.iter().map(|point| point.1).collect(),
            ..XyCurve::default()
        }
    };
    let start = usize::from(mean.is_some());
    let single = worst.iter().enumerate();
    let single = single.map(|(place, (one, own))| line(which.told(one, own), start + place, own));
    let mut all: Vec<XyCurve> = single.collect();
    let over = kind.several();
    all.extend(mean.map(|own| {
        let label = format!("mean over {over}, area {:.3}", which.area(own));
        line(label, 0, own)
    }));
    all
}

fn roc(worst: &[(&OneClass, &ClassCurves)], mean: Option<&ClassCurves>, kind: Kind) -> Curves {
    let mut all = vec![reference([0.0, 1.0], [0.0, 1.0])];
    all.extend(lines(worst, mean, kind, Which::Roc));
    Curves {
        id: "roc".into(),
        title: "Found against false alarms (ROC)".into(),
        x_label: "false alarms: share of the other rows".into(),
        y_label: format!("found: share of the {}", kind.one()),
        share: true,
        curves: all,
        ..Curves::default()
    }
}

fn precision_recall(
    found: &OneVsRest,
    worst: &[(&OneClass, &ClassCurves)],
    mean: Option<&ClassCurves>,
    kind: Kind,
) -> Curves {
    let mut all = Vec::new();
    if let [(one, _)] = worst {
        let share = one.figures.support as f64 / found.rows as f64;
        all.push(reference([0.0, 1.0], [share, share]));
    }
    all.extend(lines(worst, mean, kind, Which::PrecisionRecall));
    Curves {
        id: "precision-recall".into(),
        title: "Precision against recall".into(),
        x_label: format!("recall: share of the {} that is found", kind.one()),
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

/// Of two classes the second's probability; of more, and of labels, those with the largest error.
pub(super) fn calibration(found: &OneVsRest, kind: Kind) -> Option<Figure> {
    let all = kind.of(found).iter();
    let mut worst: Vec<(&OneClass, f64)> = all
        .filter(|one| one.figures.support > 0)
        .filter_map(|one| Some((one, one.calibration_error?)))
        .collect();
    worst.sort_by(|a, b| b.1.total_cmp(&a.1));
    worst.truncate(CURVES);
    let (first, _) = worst.first()?;
    let whose = match worst.len() {
        1 => format!("“{}”", first.name),
        _ => format!("the {} with the largest calibration errors", kind.several()),
    };
    let charts = worst.iter().enumerate();
    let charts =
        charts.map(|(place, (one, error))| Drawn::Curves(reliability(place, one, *error, kind)));
    let is_true = match kind {
        Kind::Labels => "the label applies".to_owned(),
        _ => "rows are of the class".to_owned(),
    };
    Some(Figure {
        charts: charts.collect(),
        caption: format!(
            "Calibration of the probability of {whose}: how often {is_true} where that much is said; bands are 95 % Wilson \
             intervals, bins without rows are left out."
        ),
        ..Figure::default()
    })
}

fn reliability(place: usize, one: &OneClass, error: f64, kind: Kind) -> Curves {
    let filled = || one.reliability.iter().filter(|bin| bin.count > 0);
    let word = kind.one();
    let points = XyCurve {
        label: format!("share of the {word}, calibration error {}", number(error)),
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
        x_label: format!("probability of the {word}"),
        y_label: format!("share of the {word}"),
        share: true,
        curves: vec![diagonal, points],
        ..Curves::default()
    }
}
