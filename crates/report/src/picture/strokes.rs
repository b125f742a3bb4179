//! Lines with bands, markers, error bars.

use super::across::Across;
use super::marker::{self, beyond, shape};
use super::{Point, Series};
use crate::svg::line::{band_path, line_path};
use crate::svg::{Frame, Scale, Svg};

/// Horizontal space that a marker of a line should have; closer ones are thinned.
const MARKER_SPACE: f64 = 15.0;
/// Frames narrower than this have smaller markers.
const NARROW: f64 = 230.0;
/// Markers on a line of very many points.
const FEW_MARKERS: usize = 10;
/// Share of a name's slot that its markers take, and the most that two neighbours are apart.
const SLOT_SHARE: f64 = 0.72;
const MOST_APART: f64 = 22.0;

/// Draws series in one frame.
pub(super) struct Pen<'a> {
    pub(super) frame: &'a Frame,
    pub(super) across: &'a Across,
    pub(super) y: &'a Scale,
}

/// A point as drawn.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Ends of the band or error bar, the lower value first; as far as they are finite.
    pub(super) bar: Option<(f64, f64)>,
    /// Direction in which the point lies beyond the frame.
    outside: (f64, f64),
}

impl Pen<'_> {
    /// Runs of points without a gap. Where a place has room for series beside each other they are shifted.
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
        let Frame {
            left,
            right,
            top,
            bottom,
        } = *self.frame;
        let held = |y: f64| y.clamp(top, bottom);
        let bar = self.y.at(point.low).zip(self.y.at(point.high));
        Some(Placed {
            x: x.clamp(left, right),
            y: held(y),
            bar: bar.map(|(low, high)| (held(low), held(high))),
            outside: (side(x, left, right), side(y, top, bottom)),
        })
    }

    /// A joined series: band, line, markers; a point without neighbours has an error bar.
    pub(super) fn draw_line(&self, svg: &mut Svg, series: &Series, shift: f64) {
        let runs = self.runs(series, shift);
        let parts = || {
            runs.iter()
                .flat_map(|run| run.iter().map(Some).chain([None]))
        };
        let edges =
            parts().map(|part| part.and_then(|p| p.bar.map(|(low, high)| (p.x, low, high))));
        svg.path(&format!("band {}", marker::fill(series)), &band_path(edges));
        let means = parts().map(|part| part.map(|p| (p.x, p.y)));
        svg.path(&marker::line(series), &line_path(means));
        for run in runs.iter().filter(|run| run.len() == 1) {
            self.draw_bars(svg, series, run);
        }
        let placed: Vec<Placed> = runs.into_iter().flatten().collect();
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

    /// A series of separate points with error bars.
    pub(super) fn draw_points(&self, svg: &mut Svg, series: &Series, shift: f64) {
        let placed: Vec<Placed> = self.runs(series, shift).into_iter().flatten().collect();
        self.draw_bars(svg, series, &placed);
        self.draw_markers(svg, series, "", placed.iter());
    }

    fn draw_bars(&self, svg: &mut Svg, series: &Series, placed: &[Placed]) {
        let mut d = String::new();
        for Placed { x, bar, .. } in placed {
            if let Some((low, high)) = bar.filter(|(low, high)| (low - high).abs() > 0.05) {
                let foot = x - 3.0;
                d.push_str(&format!(
                    "M{x:.1} {low:.1}V{high:.1}M{foot:.1} {low:.1}h6M{foot:.1} {high:.1}h6"
                ));
            }
        }
        svg.path(&format!("whisker {}", marker::stroke(series)), &d);
    }

    fn draw_markers<'p>(
        &self,
        svg: &mut Svg,
        series: &Series,
        ringed: &str,
        placed: impl Iterator<Item = &'p Placed>,
    ) {
        let narrow = self.frame.right - self.frame.left < NARROW;
        let size = if narrow { 0.75 } else { 1.0 };
        // A hollow marker has its own outline.
        let ringed = if series.dashed { "" } else { ringed };
        let class = format!("marker {}{ringed}", marker::filling(series));
        for placed in placed {
            let at = (placed.x, placed.y);
            match placed.outside {
                (0.0, 0.0) => svg.path(&class, &shape(series, at, size)),
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
