//! Reliability diagrams: accuracy against confidence with Wilson intervals, and the counts below.

use super::hover::{Hover, HoverSeries, HoverValues};
use super::panel::{KeyEntry, Panel};
use crate::format;
use crate::records::{Reliability, ReliabilityBin, Sweep};
use crate::svg::axis::{HEIGHT, WIDTH, placed};
use crate::svg::element::Anchor;
use crate::svg::{Domain, Frame, Scale, Svg};

/// Height of the histogram below and the space above it.
const HISTOGRAM: f64 = 46.0;
const SPACE: f64 = 12.0;

struct Diagram {
    svg: Svg,
    frame: Frame,
    x: Scale,
    accuracy: Scale,
    count: Scale,
}

impl Diagram {
    /// Axes, grid and diagonal; `most` is the largest count of any state.
    fn new(label: &str, most: usize) -> Self {
        let whole = Frame::panel(false);
        let frame = Frame {
            bottom: whole.bottom - HISTOGRAM - SPACE,
            ..whole
        };
        let x = Scale::new(Domain::linear(0.0, 1.0), frame.left, frame.right);
        let accuracy = Scale::new(Domain::linear(0.0, 1.0), frame.bottom, frame.top);
        // From 0.7, so that a bin with one row still has a bar.
        let counts = Domain::log(0.7, most.max(2) as f64);
        let count = Scale::new(counts, whole.bottom, whole.bottom - HISTOGRAM);
        let mut svg = Svg::new(WIDTH, HEIGHT, label);
        frame.left_axis(&mut svg, &accuracy, "accuracy");
        whole.bottom_axis(&mut svg, &placed(&x, 6), "confidence");
        svg.line(
            "axis",
            (frame.left, frame.bottom),
            (frame.right, frame.bottom),
        );
        svg.line(
            "diagonal",
            (frame.left, frame.bottom),
            (frame.right, frame.top),
        );
        draw_count_axis(&mut svg, &whole, &count, most);
        Self {
            svg,
            frame: Frame {
                bottom: whole.bottom,
                ..frame
            },
            x,
            accuracy,
            count,
        }
    }

    fn draw(&mut self, bins: &[ReliabilityBin]) {
        let (mut bars, mut whiskers, mut dots, mut counts) = Default::default();
        for bin in bins.iter().filter(|bin| bin.count > 0) {
            self.append_bar(&mut bars, bin, &self.accuracy, bin.accuracy);
            self.append_bar(&mut counts, bin, &self.count, bin.count as f64);
            self.append_point(&mut whiskers, &mut dots, bin);
        }
        self.svg.path("bar", &bars);
        self.svg.path("bar count", &counts);
        self.svg.path("whisker reliability", &whiskers);
        self.svg.path("points reliability", &dots);
    }

    fn append_bar(&self, d: &mut String, bin: &ReliabilityBin, scale: &Scale, value: f64) {
        let (Some(left), Some(right)) = (self.x.at(bin.low), self.x.at(bin.high)) else {
            return;
        };
        let (Some(foot), Some(head)) = (scale.at(scale.domain.low), scale.at(value)) else {
            return;
        };
        let (left, right) = (left + 0.75, (right - 0.75).max(left + 1.0));
        d.push_str(&format!(
            "M{left:.1} {foot:.1}V{head:.1}H{right:.1}V{foot:.1}Z"
        ));
    }

    fn append_point(&self, whiskers: &mut String, dots: &mut String, bin: &ReliabilityBin) {
        let (Some(x), Some(y)) = (self.x.at(bin.confidence), self.accuracy.at(bin.accuracy)) else {
            return;
        };
        // A path of no length with round caps is a disc: one element for all bins keeps the page small.
        dots.push_str(&format!("M{x:.1} {y:.1}h0"));
        if let (Some(low), Some(high)) = (
            self.accuracy.at(bin.accuracy_low),
            self.accuracy.at(bin.accuracy_high),
        ) {
            whiskers.push_str(&format!("M{x:.1} {low:.1}V{high:.1}"));
        }
    }

    fn finish(self, id: &str, title: String, states: &[&[ReliabilityBin]]) -> Panel {
        // The bins of all states share their edges; the first that has any places the pointer.
        let bins = states
            .iter()
            .find(|bins| !bins.is_empty())
            .copied()
            .unwrap_or(&[]);
        let middle = |bin: &ReliabilityBin| self.x.at((bin.low + bin.high) / 2.0).unwrap_or(-1e3);
        let range = |bin: &ReliabilityBin| {
            format!(
                "confidence {}–{}",
                format::fixed(bin.low, 2),
                format::fixed(bin.high, 2)
            )
        };
        let hover = Hover {
            frame: self.frame,
            picks: false,
            xs: bins.iter().map(middle).collect(),
            titles: bins.iter().map(range).collect(),
            states: states.iter().map(|bins| values(bins)).collect(),
        };
        let key = vec![
            KeyEntry::new("reliability", "accuracy, 95 % interval"),
            KeyEntry::new("diagonal", "perfectly calibrated"),
        ];
        Panel {
            id: id.to_owned(),
            title,
            key,
            svg: self.svg.finish(),
            hover,
        }
    }
}

/// The axis of the histogram, logarithmic.
fn draw_count_axis(svg: &mut Svg, whole: &Frame, count: &Scale, most: usize) {
    svg.upright_text("label", (13.0, whole.bottom - HISTOGRAM / 2.0), "rows");
    for value in count_ticks(most) {
        if let Some(y) = count.at(value) {
            svg.line("grid", (whole.left, y), (whole.right, y));
            let text = format::short(value);
            svg.text("tick", (whole.left - 7.0, y + 4.0), Anchor::End, &text);
        }
    }
}

/// Decades up to the largest count, at most four of them.
fn count_ticks(most: usize) -> Vec<f64> {
    let decades = (most.max(1) as f64).log10().floor() as i32;
    let stride = (decades / 3).max(1) as usize;
    (0..=decades)
        .step_by(stride)
        .map(|exponent| 10f64.powi(exponent))
        .collect()
}

fn values(bins: &[ReliabilityBin]) -> Vec<HoverSeries> {
    let three = |v: f64| format::fixed(v, 3);
    let accuracy = bins.iter().map(|bin| match bin.count {
        0 => format::MISSING.to_owned(),
        _ => format!(
            "{} ({}–{})",
            three(bin.accuracy),
            three(bin.accuracy_low),
            three(bin.accuracy_high)
        ),
    });
    let rows: [(&str, &'static str, Vec<String>); 3] = [
        ("accuracy", "reliability", accuracy.collect()),
        (
            "confidence",
            "diagonal",
            bins.iter().map(|bin| three(bin.confidence)).collect(),
        ),
        (
            "rows",
            "count",
            bins.iter().map(|bin| bin.count.to_string()).collect(),
        ),
    ];
    let series = |(name, class, text): (&str, &'static str, Vec<String>)| HoverSeries {
        name: name.to_owned(),
        class,
        values: HoverValues::Text(text),
    };
    rows.into_iter().map(series).collect()
}

fn largest_count<'a>(bins: impl IntoIterator<Item = &'a ReliabilityBin>) -> usize {
    bins.into_iter().map(|bin| bin.count).max().unwrap_or(0)
}

/// Reliability on the validation rows at the slider's rate. `None` where no rate has bins.
pub(crate) fn sweep_reliability(sweep: &Sweep) -> Option<Panel> {
    let states: Vec<&[ReliabilityBin]> = sweep
        .points
        .iter()
        .map(|point| point.reliability.as_slice())
        .collect();
    let most = largest_count(states.iter().copied().flatten());
    if most == 0 {
        return None;
    }
    let title = "Reliability on the validation rows".to_owned();
    let mut diagram = Diagram::new(&title, most);
    for (index, bins) in states.iter().enumerate() {
        diagram.svg.open_state(index, index == sweep.chosen);
        diagram.draw(bins);
        diagram.svg.close_group();
    }
    Some(diagram.finish("reliability", title, &states))
}

/// One held-out diagram; `index` tells it from its siblings. `None` if all bins are empty.
pub(crate) fn held_out_reliability(reliability: &Reliability, index: usize) -> Option<Panel> {
    let most = largest_count(&reliability.bins);
    if most == 0 {
        return None;
    }
    let mut diagram = Diagram::new(&format!("Reliability {}", reliability.label), most);
    diagram.draw(&reliability.bins);
    let id = format!("held-out-{index}");
    Some(diagram.finish(&id, reliability.label.clone(), &[&reliability.bins]))
}
