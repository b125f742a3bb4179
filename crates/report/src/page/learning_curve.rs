//! The section of the losses against the number of training rows.

use super::audit::write_table;
use super::document::Document;
use crate::figures;
use crate::records::{
    Curves, Drawn, Interval, LearningCurve, PlainTable, RowsPoint, Shape, XyCurve,
};
use crate::text;

/// The figure and its numbers; nothing without points.
pub(super) fn write(document: &mut Document, curve: &LearningCurve) {
    let charts: Vec<_> = panels(curve).iter().filter_map(figures::drawn).collect();
    if charts.is_empty() {
        return;
    }
    document.open_section("More rows");
    document.figure(charts, &caption(curve));
    write_table(document, &curve.table());
    document.close_section();
}

fn caption(curve: &LearningCurve) -> String {
    let beyond = curve.beyond.map_or_else(String::new, |beyond| {
        format!(
            " Dashed, from there to twice the rows: {} {} {} n^(-{}), an extrapolation.",
            text::short(beyond.limit),
            if curve.metric.higher_is_better {
                "-"
            } else {
                "+"
            },
            text::short(beyond.scale),
            text::short(beyond.exponent)
        )
    });
    format!(
        "The chosen setting, trained on {}; each part lies within the next and is measured on the fold's validation rows. Means over {} folds \
         ({}) with a 95 % interval of each point alone: a gain between two of them is paired over folds, and surer than the bands look. The axis of rows is logarithmic.{beyond}",
        curve.parts,
        curve.points.last().map_or(0, |point| point.validation.n),
        match curve.seeds {
            1 => "one model each".to_owned(),
            seeds => format!("{seeds} models each"),
        }
    )
}

/// The metric, and beside it the accuracy where there is one.
fn panels(curve: &LearningCurve) -> Vec<Drawn> {
    let metric = &curve.metric;
    let mut loss = panel(
        curve,
        ("rows-metric", &format!("{} against rows", metric.name)),
        &format!("validation {}", metric.label()),
        |point| Some(point.validation),
    );
    loss.curves.extend(dashed(curve));
    let accuracy = panel(
        curve,
        ("rows-accuracy", "Accuracy against rows"),
        "validation accuracy",
        |point| point.accuracy,
    );
    let accuracy = curve.has_accuracy().then_some(accuracy);
    let panels = [Some(loss), accuracy].into_iter().flatten();
    panels.map(Drawn::Curves).collect()
}

fn panel(
    curve: &LearningCurve,
    (id, title): (&str, &str),
    y_label: &str,
    pick: fn(&RowsPoint) -> Option<Interval>,
) -> Curves {
    let known = curve
        .points
        .iter()
        .filter_map(|point| Some((point.rows, pick(point)?)));
    let (xs, intervals): (Vec<f64>, Vec<Interval>) = known.unzip();
    let of = |pick: fn(&Interval) -> f64| intervals.iter().map(pick).collect::<Vec<_>>();
    let measured = XyCurve {
        shape: Shape::Marked,
        xs,
        ys: of(|own| own.mean),
        low: of(|own| own.low),
        high: of(|own| own.high),
        ..XyCurve::default()
    };
    Curves {
        id: id.into(),
        title: title.into(),
        x_label: "training rows of a fold".into(),
        y_label: y_label.into(),
        log: true,
        curves: vec![measured],
        ..Curves::default()
    }
}

/// From all rows to twice as many, where that is determined.
fn dashed(curve: &LearningCurve) -> Option<XyCurve> {
    const STEPS: u32 = 8;
    let (beyond, last) = (curve.beyond?, curve.points.last()?.rows);
    let share = |step: u32| f64::from(step) / f64::from(STEPS);
    let xs: Vec<f64> = (0..=STEPS)
        .map(|step| last * (beyond.rows / last).powf(share(step)))
        .collect();
    let ys = xs.iter().map(|rows| {
        curve
            .metric
            .loss(beyond.scale * rows.powf(-beyond.exponent))
            + beyond.limit
    });
    Some(XyCurve {
        label: "extrapolated".into(),
        dashed: true,
        colour: 1,
        ys: ys.collect(),
        xs,
        ..XyCurve::default()
    })
}

impl LearningCurve {
    /// A row for each part, as page and terminal show it.
    pub fn table(&self) -> PlainTable {
        let accuracy = self.has_accuracy();
        let diverged = self.points.iter().any(|point| point.diverged > 0);
        let metric = format!("validation {}", self.metric.name);
        let mut heads = vec![
            "part".to_owned(),
            "rows".into(),
            metric,
            "95 % interval".into(),
        ];
        if accuracy {
            heads.extend(["accuracy".to_owned(), "95 % interval".into()]);
        }
        if diverged {
            heads.push("diverged".into());
        }
        let row = |point: &RowsPoint| {
            let mut row = vec![point.share.clone(), format!("{:.0}", point.rows)];
            row.extend(cells(Some(point.validation)));
            row.extend(cells(point.accuracy).into_iter().filter(|_| accuracy));
            row.extend(diverged.then(|| point.diverged.to_string()));
            row
        };
        PlainTable {
            caption: "The chosen setting on parts of the training rows.".into(),
            heads,
            names: 1,
            rows: self.points.iter().map(row).collect(),
        }
    }

    /// Whether there is an accuracy beside the metric.
    fn has_accuracy(&self) -> bool {
        self.metric.name != "accuracy" && self.points.iter().any(|own| own.accuracy.is_some())
    }
}

/// A figure and its interval.
fn cells(interval: Option<Interval>) -> [String; 2] {
    interval.map_or_else(Default::default, |own| {
        let [mean, low, high] = [own.mean, own.low, own.high].map(text::number);
        [mean, format!("{low} to {high}")]
    })
}
