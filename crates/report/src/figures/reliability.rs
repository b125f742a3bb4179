//! Reliability diagrams: accuracy against confidence with its intervals, and the counts below.

use super::chart::{Canvas, Chart};
use super::colour::{NEUTRAL, TRAIN};
use super::hover::{Hover, HoverRow};
use crate::format;
use crate::plot::draw::Plot;
use crate::plot::frame::Frame;
use crate::plot::{Horizontal, Look, Panel, Point, Range, Series, Vertical, marker};
use crate::records::{Reliability, ReliabilityBin, Sweep};

/// Height of the histogram below and the space above it.
const HISTOGRAM: f64 = 46.0;
const SPACE: f64 = 12.0;

/// Reliability on the validation rows at the slider's rate. `None` where no rate has bins.
pub(crate) fn sweep_reliability(sweep: &Sweep) -> Option<Chart> {
    let points = sweep.points.iter();
    let states: Vec<&[ReliabilityBin]> = points.map(|p| p.reliability.as_slice()).collect();
    let title = "Reliability on the validation rows";
    diagram("reliability", title, &states, Some(sweep.chosen))
}

/// One held-out diagram; `index` tells it from its siblings. `None` if all bins are empty.
pub(crate) fn held_out_reliability(reliability: &Reliability, index: usize) -> Option<Chart> {
    let id = format!("held-out-{index}");
    diagram(&id, &reliability.label, &[&reliability.bins], None)
}

/// Bins of each position of the slider, or of a single state if it has no say; `shown` is its position at first.
fn diagram(
    id: &str,
    title: &str,
    states: &[&[ReliabilityBin]],
    shown: Option<usize>,
) -> Option<Chart> {
    let all = states.iter().copied().flatten();
    let most = all.map(|bin| bin.count).max().filter(|most| *most > 0)?;
    // The bins of all states share their edges; the first that has any places the pointer.
    let shared = states.iter().find(|bins| !bins.is_empty())?;
    let upper = accuracies(title, states);
    let lower = counts(states, most);
    let mut canvas = Canvas::new_above(id, &upper, HISTOGRAM + SPACE);
    let below = Frame {
        top: canvas.pen.frame.bottom + SPACE,
        bottom: canvas.pen.frame.bottom + SPACE + HISTOGRAM,
        ..canvas.pen.frame
    };
    let histogram = Plot::new(&lower, HISTOGRAM);
    let pen = histogram.pen(below).sharing_axis(&upper);
    histogram.draw_axes(&mut canvas.svg, &pen);
    let (diagonal, bins) = upper.series.split_at(1);
    canvas.draw(diagonal);
    for (index, (both, count)) in bins.chunks(2).zip(lower.series.chunks(1)).enumerate() {
        canvas.open_state(index, shown);
        canvas.draw(both);
        histogram.draw_series(&mut canvas.svg, &pen, count);
        canvas.close_state(shown);
    }
    let middles: Vec<f64> = shared
        .iter()
        .map(|bin| (bin.lower + bin.upper) / 2.0)
        .collect();
    let range = |bin: &ReliabilityBin| {
        let [low, high] = [bin.lower, bin.upper].map(|edge| format::fixed(edge, 2));
        format!("confidence {low}–{high}")
    };
    let hover = Hover {
        titles: shared.iter().map(range).collect(),
        states: states.iter().map(|bins| rows(bins)).collect(),
        ..Hover::default()
    };
    let mut chart = canvas.finish(&middles, hover);
    chart.hover.span.1 = below.bottom;
    Some(chart)
}

/// The diagonal, then bars and points with their intervals for each state.
fn accuracies(title: &str, states: &[&[ReliabilityBin]]) -> Panel {
    let diagonal = Series {
        label: "perfectly calibrated".to_owned(),
        colour: NEUTRAL,
        dashed: true,
        points: [0.0, 1.0].map(|at| Point::exact(at, at)).to_vec(),
        look: Look::BareLine,
    };
    let point = |bin: &ReliabilityBin| Point {
        x: bin.confidence,
        mean: bin.accuracy,
        low: bin.accuracy_low,
        high: bin.accuracy_high,
    };
    let both = |bins: &&[ReliabilityBin]| {
        let points = Series {
            label: "accuracy, 95 % interval".to_owned(),
            colour: TRAIN,
            points: filled(bins).map(point).collect(),
            ..Series::default()
        };
        [bars(bins, TRAIN, |bin| bin.accuracy), points]
    };
    let series = std::iter::once(diagonal).chain(states.iter().flat_map(both));
    let accuracy = Vertical::linear("accuracy", Range::Exactly(0.0, 1.0));
    Panel::new(
        title,
        Horizontal::linear("confidence"),
        accuracy,
        series.collect(),
    )
}

/// Bars of the counts for each state; from 0.7, so that a bin with one prediction still has a bar.
fn counts(states: &[&[ReliabilityBin]], most: usize) -> Panel {
    let count = |bins: &&[ReliabilityBin]| bars(bins, NEUTRAL, |bin| bin.count as f64);
    let axis = Vertical::linear("count", Range::Exactly(0.7, most.max(2) as f64));
    let bars = states.iter().map(count).collect();
    Panel::new("", Horizontal::linear(""), axis, bars).logarithmic()
}

fn filled(bins: &[ReliabilityBin]) -> impl Iterator<Item = &ReliabilityBin> {
    bins.iter().filter(|bin| bin.count > 0)
}

fn bars(bins: &[ReliabilityBin], colour: usize, of: impl Fn(&ReliabilityBin) -> f64) -> Series {
    let point = |bin: &ReliabilityBin| Point::exact((bin.lower + bin.upper) / 2.0, of(bin));
    let ends = filled(bins).map(|bin| (bin.lower, bin.upper));
    Series {
        colour,
        look: Look::Bars(ends.collect()),
        points: filled(bins).map(point).collect(),
        ..Series::default()
    }
}

fn rows(bins: &[ReliabilityBin]) -> Vec<HoverRow> {
    let three = |value: f64| format::fixed(value, 3);
    let accuracy = bins.iter().map(|bin| {
        if bin.count == 0 {
            return format::MISSING.to_owned();
        }
        let [mean, low, high] = [bin.accuracy, bin.accuracy_low, bin.accuracy_high].map(three);
        format!("{mean} ({low}–{high})")
    });
    let confidence = bins.iter().map(|bin| three(bin.confidence));
    let rows = bins.iter().map(|bin| bin.count.to_string());
    vec![
        HoverRow::text("accuracy", &marker::stroke(TRAIN), accuracy),
        HoverRow::text("confidence", "dashed", confidence),
        HoverRow::text("predictions", &marker::stroke(NEUTRAL), rows),
    ]
}
