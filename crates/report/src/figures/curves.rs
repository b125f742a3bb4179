//! Learning curves: of every rate of a sweep, one of them in colour; or of several models at one setting.

use super::chart::{Canvas, Chart, KeyEntry};
use super::colour::{TRAIN, VALIDATION};
use super::hover::{Hover, HoverRow};
use super::window::wide;
use crate::plot::{Horizontal, Look, Panel, Point, Series};
use crate::records::{Curve, Metric, Split, Sweep, Training};

/// Positions per curve: about one per user unit, more would not be seen.
const MOST_POINTS: usize = 400;

/// Curves of every rate; those at the slider in colour with their bands. `None` without curves.
pub(crate) fn sweep_curves(sweep: &Sweep) -> Option<Chart> {
    let states = sweep.points.iter();
    let states: Vec<Vec<_>> = states.map(|point| named("", &point.curves)).collect();
    let mut chart = chart("curves", &sweep.metric, &states, Some(sweep.chosen))?;
    if sweep.points.len() > 1 {
        let others = format!("other {}", sweep.symbol);
        chart.key.push(KeyEntry::styled("faint", others));
    }
    Some(chart)
}

/// Curves of several models at one setting, all in colour. `None` without curves.
pub(crate) fn training_curves(training: &Training) -> Option<Chart> {
    let runs = training.runs.iter();
    let all = runs.flat_map(|run| named(&format!("{}, ", run.label), &run.curves));
    chart("training", &training.metric, &[all.collect()], None)
}

/// A curve with its name at the pointer.
type Named<'a> = (String, &'a Curve);

fn named<'a>(run: &str, curves: &'a [Curve]) -> Vec<Named<'a>> {
    let name = |curve: &Curve| format!("{run}{}", curve.split.word());
    curves.iter().map(|curve| (name(curve), curve)).collect()
}

/// The curves of each position of the slider, or of a single state if it has no say; `shown` is its position at first.
fn chart(
    id: &str,
    metric: &Metric,
    states: &[Vec<Named<'_>>],
    shown: Option<usize>,
) -> Option<Chart> {
    let all: Vec<&Curve> = states.iter().flatten().map(|(_, curve)| *curve).collect();
    let epochs = looked_at(&all)?;
    let epochs: Vec<usize> = thinned(epochs.len(), MOST_POINTS)
        .into_iter()
        .map(|place| epochs[place])
        .collect();
    let groups: Vec<Vec<Series>> = states
        .iter()
        .map(|state| {
            state
                .iter()
                .map(|(_, curve)| series(curve, &epochs))
                .collect()
        })
        .collect();
    let means = all.iter().flat_map(|curve| curve.mean.iter().copied());
    let panel = Panel::new(
        "Learning curves",
        Horizontal::linear("epoch"),
        wide(means, anchor(&all)).labelled(metric.label()),
        groups.concat(),
    );
    let mut canvas = Canvas::new(id, &panel);
    // The coloured state is drawn last, so that it lies above the faint ones.
    let (front, back): (Vec<_>, Vec<_>) = (0..groups.len()).partition(|k| Some(*k) == shown);
    for index in back.into_iter().chain(front) {
        canvas.open_state(index, shown);
        canvas.draw(&groups[index]);
        canvas.close_state(shown);
    }
    let row = |((name, _), series): (&Named<'_>, &Series)| HoverRow::of(name, series);
    let rows = states.iter().zip(&groups);
    let rows = rows.map(|(state, group)| state.iter().zip(group).map(row).collect());
    let hover = Hover {
        titles: epochs.iter().map(|e| format!("epoch {}", e + 1)).collect(),
        states: rows.collect(),
        ..Hover::default()
    };
    let places: Vec<f64> = epochs.iter().map(|&e| e as f64 + 1.0).collect();
    Some(canvas.finish(&places, hover))
}

/// The epochs after which models were validated, or all if none were; `None` if there are none.
fn looked_at(curves: &[&Curve]) -> Option<Vec<usize>> {
    let lengths = curves.iter().map(|curve| curve.mean.len());
    let count = lengths.max().filter(|count| *count > 0)?;
    let validated = |epoch: &usize| {
        let known = |curve: &&Curve| curve.mean.get(*epoch).is_some_and(|mean| mean.is_finite());
        curves
            .iter()
            .any(|curve| curve.split == Split::Validation && known(curve))
    };
    let seen: Vec<usize> = (0..count).filter(validated).collect();
    Some(if seen.is_empty() {
        (0..count).collect()
    } else {
        seen
    })
}

fn series(curve: &Curve, epochs: &[usize]) -> Series {
    let lists = [curve.mean.as_slice(), &curve.low, &curve.high];
    let point = |&epoch: &usize| Point::listed(epoch as f64 + 1.0, epoch, lists);
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
