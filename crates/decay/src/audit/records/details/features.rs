//! What the model goes by.

use decay_audit::{Estimate, MetricTask};
use decay_report::{Curves, Drawn, Figure, Ranked, RankedRow, Section, Shape, XyCurve};

use super::line;
use crate::audit::HeldOutFigures;
use crate::audit::details::{Dependence, Importances};

pub(super) fn section(found: &Importances, held_out: &HeldOutFigures) -> Section {
    let figures = [
        Some(ranking(found, held_out.task)),
        dependence(found, held_out.task),
    ];
    Section {
        heading: "What the model goes by".into(),
        note: "Columns that say the same share their importance: the model can read one where the other is permuted. None of this says \
               what would happen if a column were changed in the world."
            .into(),
        figures: figures.into_iter().flatten().collect(),
        ..Section::default()
    }
}

/// What permuting a column raises.
fn loss(task: MetricTask) -> &'static str {
    match task {
        MetricTask::Regression => "fall of R²",
        MetricTask::Classification | MetricTask::Multilabel => "increase of the NLL",
    }
}

fn ranking(found: &Importances, task: MetricTask) -> Figure {
    let row = |own: &crate::audit::details::Importance| RankedRow {
        name: own.column.clone(),
        mean: own.increase.mean,
        low: own.increase.low,
        high: own.increase.high,
    };
    let shown = found.columns.len();
    let which = if shown < found.of_columns {
        format!(
            "The {shown} of {} columns that matter most by a first look. ",
            found.of_columns
        )
    } else {
        String::new()
    };
    Figure {
        charts: vec![Drawn::Ranked(Ranked {
            id: "importance".into(),
            title: "Permutation importance".into(),
            label: format!("{} without the column", loss(task)),
            rows: found.columns.iter().map(row).collect(),
        })],
        caption: format!(
            "{which}How much worse all networks together become on {} held-out rows where the values of a column, with all features made \
             of it, are permuted among them: {}, mean over {} permutations, with 95 % intervals over rows. An interval that holds 0 may \
             be of a column that the model does without.",
            found.rows,
            loss(task),
            found.permutations
        ),
        ..Figure::default()
    }
}

fn dependence(found: &Importances, task: MetricTask) -> Option<Figure> {
    if found.dependence.is_empty() {
        return None;
    }
    let one = found.dependence.iter().all(|own| own.of.len() == 1);
    let band = if one {
        " Bands and bars hold the middle half of the rows."
    } else {
        ""
    };
    let charts = found.dependence.iter().enumerate();
    let charts = charts.map(|(place, own)| Drawn::Curves(chart(place, own, task)));
    let rows = found.dependence[0]
        .answers
        .first()
        .and_then(|line| line.first())
        .map_or(0, |estimate| estimate.n);
    Some(Figure {
        charts: charts.collect(),
        caption: format!(
            "Partial dependence on the columns that matter most: the mean answer over {rows} held-out rows whose value of the column is \
             replaced by the one below.{band}"
        ),
        ..Figure::default()
    })
}

fn chart(place: usize, own: &Dependence, task: MetricTask) -> Curves {
    let share = task != MetricTask::Regression;
    let y_label = match (own.of.as_slice(), share) {
        ([only], true) => format!("probability of {only}"),
        ([only], false) => format!("predicted {only}"),
        _ => "probability".to_owned(),
    };
    let single = own.of.len() == 1;
    let curve = |(colour, (name, line)): (usize, (&String, &Vec<Estimate>))| {
        let ends = |end: fn(&Estimate) -> f64| {
            let ends = line.iter().map(end).filter(|_| single);
            ends.collect::<Vec<_>>()
        };
        let xs = match own.values.is_empty() {
            true => (0..own.labels.len()).map(|place| place as f64).collect(),
            false => own.values.clone(),
        };
        XyCurve {
            label: if single { String::new() } else { name.clone() },
            colour,
            shape: Shape::Marked,
            xs,
            ys: line.iter().map(|estimate| estimate.mean).collect(),
            low: ends(|estimate| estimate.low),
            high: ends(|estimate| estimate.high),
            ..XyCurve::default()
        }
    };
    let lines = own.of.iter().zip(&own.answers).enumerate();
    Curves {
        id: format!("dependence-{place}"),
        title: own.column.clone(),
        x_label: own.column.clone(),
        y_label,
        names: own.labels.clone(),
        share: share && !single,
        curves: lines.map(curve).collect(),
        ..Curves::default()
    }
}

pub(super) fn csv(found: &Importances) -> String {
    let mut csv = "column,increase,low,high\n".to_owned();
    for own in &found.columns {
        let Estimate {
            mean, low, high, ..
        } = own.increase;
        let numbers = [mean, low, high].map(|value| value.to_string());
        let fields = [own.column.as_str()].into_iter();
        csv.push_str(&line(fields.chain(numbers.iter().map(String::as_str))));
    }
    csv
}
