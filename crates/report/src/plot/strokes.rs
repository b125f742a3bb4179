//! Lines with bands, markers, bars, error bars.

use super::across::Across;
use super::frame::Frame;
use super::marker::{self, beyond, shape};
use super::scale::{Domain, Scale};
use super::svg::{Pair, Svg, band_path, line_path};
use super::{Look, Panel, Point, Series};

/// Horizontal space that a marker of a line should have; closer ones are thinned.
const MARKER_SPACE: f64 = 15.0;
/// Frames narrower than this have smaller markers.
const NARROW: f64 = 230.0;
/// Size of the markers in narrow frames and on the page, as a share of the ordinary one.
const SMALL: f64 = 0.75;
const ON_PAGE: f64 = 0.9;
/// Markers on a line of very many points.
const FEW_MARKERS: usize = 10;
/// Share of a name's slot that its markers take, and the most that two neighbours are apart.
const SLOT_SHARE: f64 = 0.72;
const MOST_APART: f64 = 22.0;

/// Draws series in one frame.
pub(crate) struct Pen<'a> {
    pub(crate) panel: &'a Panel,
    pub(crate) frame: Frame,
    pub(crate) across: Across,
    pub(crate) y: Scale,
    /// Name of the clip at the frame; without one, what lies beyond is held at the edge.
    clip: Option<String>,
    size: f64,
}

/// A point as drawn.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Ends of the band or error bar, the lower value first; as far as they are finite.
    pub(super) bar: Option<Pair>,
    /// Where the line and the edges of the band run through, which a clip cuts.
    line: f64,
    band: Option<Pair>,
    /// Direction in which the point lies beyond the frame.
    outside: Pair,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(panel: &'a Panel, frame: Frame, y: Scale) -> Self {
        let narrow = frame.right - frame.left < NARROW;
        Self {
            across: Across::new(panel, &frame),
            panel,
            frame,
            y,
            clip: None,
            size: if narrow { SMALL } else { 1.0 },
        }
    }

    /// A pen of the page: markers are smaller, and lines to what lies beyond the frame are cut at its edge. `id` is unique.
    pub(crate) fn of_page(self, svg: &mut Svg, id: String) -> Self {
        let Domain { low, high, .. } = self.y.domain;
        let points = self.panel.series.iter().flat_map(|series| &series.points);
        let mut values = points.flat_map(|point| [point.mean, point.low, point.high]);
        let beyond = values.any(|value| value < low || value > high);
        if beyond {
            let frame = self.frame;
            svg.define_clip(&id, (frame.left, frame.top), (frame.right, frame.bottom));
        }
        Self {
            clip: beyond.then_some(id),
            size: ON_PAGE,
            ..self
        }
    }

    /// The same pen over the horizontal axis of another panel, which stands above this one.
    pub(crate) fn sharing_axis(self, other: &Panel) -> Self {
        Self {
            across: Across::new(other, &self.frame),
            ..self
        }
    }

    /// Draws a series; where a place has room for series beside each other its points are shifted.
    pub(crate) fn draw(&self, svg: &mut Svg, series: &Series, shift: f64) {
        match &series.look {
            Look::Bars(ends) => self.draw_bars(svg, series, ends),
            _ if series.is_line(&self.panel.x) => self.draw_line(svg, series, shift),
            _ => {
                let placed = self.runs(series, shift).concat();
                self.draw_whiskers(svg, series, &placed);
                self.draw_markers(svg, series, "", placed.iter());
            }
        }
    }

    /// Runs of points without a gap.
    pub(super) fn runs(&self, series: &Series, shift: f64) -> Vec<Vec<Placed>> {
        let mut runs: Vec<Vec<Placed>> = vec![Vec::new()];
        for point in &series.points {
            let aside = if self.across.is_shared(point.x) {
                shift
            } else {
                0.0
            };
            let placed = self.place(point, aside);
            let ends = placed.is_none() || self.across.breaks_after(point.x);
            if let (Some(run), Some(placed)) = (runs.last_mut(), placed) {
                run.push(placed);
            }
            if ends {
                runs.push(Vec::new());
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    /// A point inside of the frame or on its edge.
    fn place(&self, point: &Point, shift: f64) -> Option<Placed> {
        let (x, y) = (self.across.at(point.x)? + shift, self.y.at(point.mean)?);
        let frame = &self.frame;
        let held = |y: f64| y.clamp(frame.top, frame.bottom);
        let loose = |y: f64| if self.clip.is_some() { y } else { held(y) };
        let ends = self.y.at(point.low).zip(self.y.at(point.high));
        Some(Placed {
            x: x.clamp(frame.left, frame.right),
            y: held(y),
            bar: ends.map(|(low, high)| (held(low), held(high))),
            line: loose(y),
            band: ends.map(|(low, high)| (loose(low), loose(high))),
            outside: (
                side(x, frame.left, frame.right),
                side(y, frame.top, frame.bottom),
            ),
        })
    }

    /// A joined series: band, line, markers; a point without neighbours has an error bar.
    fn draw_line(&self, svg: &mut Svg, series: &Series, shift: f64) {
        let runs = self.runs(series, shift);
        let parts = || {
            let runs = runs.iter();
            runs.flat_map(|run| run.iter().map(Some).chain([None]))
        };
        if let Some(id) = &self.clip {
            svg.open_clipped(id);
        }
        let edges = parts().map(|part| part.and_then(|p| p.band.map(|(a, b)| (p.x, a, b))));
        svg.path(
            &format!("band {}", marker::fill(series.colour)),
            &band_path(edges),
        );
        let means = parts().map(|part| part.map(|p| (p.x, p.line)));
        svg.path(
            &marker::line(series.colour, series.dashed),
            &line_path(means),
        );
        if self.clip.is_some() {
            svg.close_group();
        }
        if series.look == Look::BareLine {
            return;
        }
        for run in runs.iter().filter(|run| run.len() == 1) {
            self.draw_whiskers(svg, series, run);
        }
        let placed = runs.concat();
        let most = ((self.frame.right - self.frame.left) / MARKER_SPACE) as usize;
        if placed.len() <= most {
            self.draw_markers(svg, series, " ringed", placed.iter());
        } else {
            // Series begin at different places, so that markers of lines on top of each other are all seen.
            let stride = placed.len().div_ceil(FEW_MARKERS);
            let start = (stride / 2 + series.colour * stride / 3) % stride;
            let some = placed.iter().skip(start).step_by(stride);
            self.draw_markers(svg, series, " ringed", some);
        }
    }

    fn draw_bars(&self, svg: &mut Svg, series: &Series, ends: &[Pair]) {
        let mut d = String::new();
        for (point, &(left, right)) in series.points.iter().zip(ends) {
            let Some(placed) = self.place(point, 0.0) else {
                continue;
            };
            if let (Some(left), Some(right)) = (self.across.at(left), self.across.at(right)) {
                // A little apart from the neighbours, but never narrower than a stroke.
                let (left, right) = (left + 0.75, (right - 0.75).max(left + 1.75));
                let (foot, head) = (self.frame.bottom, placed.y);
                d.push_str(&format!(
                    "M{left:.1} {foot:.1}V{head:.1}H{right:.1}V{foot:.1}Z"
                ));
            }
        }
        svg.path(&format!("bar {}", marker::fill(series.colour)), &d);
    }

    fn draw_whiskers(&self, svg: &mut Svg, series: &Series, placed: &[Placed]) {
        let mut d = String::new();
        for Placed { x, bar, .. } in placed {
            if let Some((low, high)) = bar.filter(|(low, high)| (low - high).abs() > 0.05) {
                let foot = x - 3.0;
                d.push_str(&format!(
                    "M{x:.1} {low:.1}V{high:.1}M{foot:.1} {low:.1}h6M{foot:.1} {high:.1}h6"
                ));
            }
        }
        svg.path(&format!("whisker {}", marker::stroke(series.colour)), &d);
    }

    fn draw_markers<'p>(
        &self,
        svg: &mut Svg,
        series: &Series,
        ringed: &str,
        placed: impl Iterator<Item = &'p Placed>,
    ) {
        // A hollow marker has its own outline.
        let ringed = if series.dashed { "" } else { ringed };
        let class = format!("marker {}{ringed}", marker::filling(series));
        for placed in placed {
            let at = (placed.x, placed.y);
            match placed.outside {
                (0.0, 0.0) => svg.path(&class, &shape(series, at, self.size)),
                // The vertical edge says more.
                (right, 0.0) => svg.path(&class, &beyond(at, (right, 0.0))),
                (_, down) => svg.path(&class, &beyond(at, (0.0, down))),
            }
        }
    }
}

/// How far each of `count` series stands beside the middle of a slot.
pub(super) fn shifts(slot: Option<f64>, count: usize) -> Vec<f64> {
    let Some(slot) = slot else {
        return vec![0.0; count];
    };
    let apart = (SLOT_SHARE * slot / count.max(1) as f64).min(MOST_APART);
    let middle = (count as f64 - 1.0) / 2.0;
    (0..count)
        .map(|place| (place as f64 - middle) * apart)
        .collect()
}

/// -1 before the interval, 1 behind it, 0 inside; half a unit is rounding.
fn side(position: f64, start: f64, end: f64) -> f64 {
    if position < start - 0.5 {
        -1.0
    } else if position > end + 0.5 {
        1.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::shifts;

    #[test]
    fn series_share_a_slot_evenly_and_stay_near_its_middle() {
        assert_eq!(shifts(None, 2), [0.0, 0.0]);
        assert_eq!(shifts(Some(100.0), 1), [0.0]);
        assert_eq!(shifts(Some(100.0), 3), [-22.0, 0.0, 22.0]);
        let narrow = shifts(Some(25.0), 4);
        assert!((narrow[3] - narrow[0]) < 25.0 * 0.6 && narrow[0] == -narrow[3]);
    }
}
