//! Learning curves: of every rate of a sweep, one of them in colour; or of several models at one setting.

use super::chart::{Canvas, Chart, Hover, HoverRow, KeyEntry};
use super::colour::{TRAIN, VALIDATION};
use super::window::wide;
use crate::plot::{Horizontal, Look, Panel, Point, Series};
use crate::records::{Curve, Metric, Split, Sweep, Training};

/// Positions per curve: about one per user unit, more would not be seen.
const MOST_POINTS: usize = 400;

/// Curves of every rate; those at the slider in colour with their bands. `None` without curves.
pub(crate) fn sweep_curves(sweep: &Sweep) -> Option<Chart> {
    let states = sweep.points.iter().map(|point| {
        let curves = point.curves.iter();
        curves
            .map(|curve| (curve.split.word().to_owned(), curve))
            .collect()
    });
    let mut chart = chart(
        "curves",
        &sweep.metric,
        &states.collect::<Vec<_>>(),
        Some(sweep.chosen),
    )?;
    if sweep.points.len() > 1 {
        let others = format!("other {}", sweep.symbol);
        chart.key.push(KeyEntry::styled("faint", others));
    }
    Some(chart)
}

/// Curves of several models at one setting, all in colour. `None` without curves.
pub(crate) fn training_curves(training: &Training) -> Option<Chart> {
    let named = training.runs.iter().flat_map(|run| {
        let name = |curve: &Curve| format!("{}, {}", run.label, curve.split.word());
        run.curves.iter().map(move |curve| (name(curve), curve))
    });
    chart("training", &training.metric, &[named.collect()], None)
}

/// A curve with its name at the pointer.
type Named<'a> = (String, &'a Curve);

/// The curves of each position of the slider, or of a single state if it has no say; `shown` is its position at first.
fn chart(
    id: &str,
    metric: &Metric,
    states: &[Vec<Named<'_>>],
    shown: Option<usize>,
) -> Option<Chart> {
    let all: Vec<&Curve> = states.iter().flatten().map(|(_, curve)| *curve).collect();
    let n = all.iter().map(|curve| curve.mean.len()).max()?;
    let epochs = thinned(n, MOST_POINTS);
    if n == 0 {
        return None;
    }
    let panel = Panel {
        title: "Learning curves".to_owned(),
        x: Horizontal::Linear {
            label: "epoch".to_owned(),
        },
        y: wide(
            all.iter().flat_map(|curve| curve.mean.iter().copied()),
            anchor(&all),
        )
        .labelled(metric.label()),
        series: all.iter().map(|curve| series(curve, &epochs)).collect(),
        marks: Vec::new(),
    };
    let mut rest = panel.series.as_slice();
    let groups: Vec<&[Series]> = states
        .iter()
        .map(|state| rest.split_off(..state.len()).unwrap_or_default())
        .collect();
    let mut canvas = Canvas::new(id, &panel);
    // The coloured state is drawn last, so that it lies above the faint ones.
    let (front, back): (Vec<_>, Vec<_>) = (0..groups.len()).partition(|k| Some(*k) == shown);
    for index in back.into_iter().chain(front) {
        canvas.open_state(index, shown);
        canvas.draw(groups[index]);
        canvas.close_state(shown);
    }
    let rows = |(state, series): (&Vec<Named<'_>>, &&[Series])| {
        let named = state.iter().zip(*series);
        named
            .map(|((name, _), series)| HoverRow::of(name, series))
            .collect()
    };
    let places: Vec<f64> = epochs.iter().map(|&e| e as f64 + 1.0).collect();
    let titles = epochs.iter().map(|e| format!("epoch {}", e + 1)).collect();
    let hover = Hover {
        titles,
        states: states.iter().zip(&groups).map(rows).collect(),
        ..Hover::default()
    };
    Some(canvas.finish(id, &places, hover))
}

fn series(curve: &Curve, epochs: &[usize]) -> Series {
    let at = |values: &[f64], epoch: usize| values.get(epoch).copied().unwrap_or(f64::NAN);
    let point = |&epoch: &usize| Point {
        x: epoch as f64 + 1.0,
        mean: at(&curve.mean, epoch),
        low: at(&curve.low, epoch),
        high: at(&curve.high, epoch),
    };
    Series {
        label: curve.split.word().to_owned(),
        colour: match curve.split {
            Split::Train => TRAIN,
            Split::Validation => VALIDATION,
        },
        points: epochs.iter().map(point).collect(),
        look: Look::BareLine,
        ..Series::default()
    }
}

/// Lowest value of the validation curves, or of all where there are none.
fn anchor(curves: &[&Curve]) -> f64 {
    let lowest = |all: bool| {
        let chosen = curves
            .iter()
            .filter(|c| all || c.split == Split::Validation);
        let values = chosen.flat_map(|curve| &curve.mean).copied();
        values.filter(|value| value.is_finite()).reduce(f64::min)
    };
    lowest(false).or(lowest(true)).unwrap_or(f64::NAN)
}

/// Keeps at most `most` of `n` positions, the first and the last among them.
fn thinned(n: usize, most: usize) -> Vec<usize> {
    if n <= most || most < 2 {
        return (0..n).collect();
    }
    (0..most).map(|k| k * (n - 1) / (most - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::thinned;

    #[test]
    fn thinning_keeps_both_ends() {
        assert_eq!(thinned(5, 10), [0, 1, 2, 3, 4]);
        assert_eq!(thinned(101, 5), [0, 25, 50, 75, 100]);
        assert_eq!(thinned(0, 5), [0usize; 0]);
    }
}
