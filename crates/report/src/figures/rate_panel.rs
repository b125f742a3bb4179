//! A panel of one or more quantities against the swept rate, with bands of one standard error.

use super::hover::{Hover, HoverSeries, HoverValues};
use super::marks;
use super::panel::{KeyEntry, Panel};
use super::rate_axis::{Rate, RateAxis};
use crate::format;
use crate::records::{RatePoint, Spread, Sweep};
use crate::svg::axis::{HEIGHT, WIDTH};
use crate::svg::line::{band_path, line_path};
use crate::svg::{Domain, Frame, Scale, Svg};

/// More values than this are drawn as a line without dots.
const MOST_DOTS: usize = 48;

/// One quantity at every rate.
pub(super) struct RateSeries {
    pub(super) name: String,
    /// Class of its colour.
    pub(super) class: &'static str,
    /// One entry per rate.
    pub(super) spreads: Vec<Option<Spread>>,
}

/// What to draw; [`RatePanel::draw`] turns it into a [`Panel`].
pub(super) struct RatePanel<'a> {
    pub(super) sweep: &'a Sweep,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) y_label: String,
    pub(super) series: Vec<RateSeries>,
    pub(super) domain: Domain,
    /// A horizontal line: its class, value and name.
    pub(super) level: Option<(&'static str, f64, String)>,
}

impl RatePanel<'_> {
    pub(super) fn draw(self) -> Panel {
        let rates: Vec<Rate> = rates(self.sweep).collect();
        let frame = Frame::panel(RateAxis::has_half_lives(rates.iter().copied()));
        let axis = RateAxis::new(&rates, &frame, self.sweep.linear);
        let y = Scale::new(self.domain, frame.bottom, frame.top);
        let label = format!("{} against {}", self.title, self.sweep.axis);
        let mut svg = Svg::new(WIDTH, HEIGHT, &label);
        frame.left_axis(&mut svg, &y, &self.y_label);
        axis.draw(&mut svg, &frame, &self.sweep.axis);
        svg.open_clip(
            &format!("clip-{}", self.id),
            (frame.left, frame.top),
            (frame.right, frame.bottom),
        );
        self.draw_level(&mut svg, &frame, &y);
        for series in &self.series {
            self.draw_band_and_line(&mut svg, series, &axis, &y);
        }
        svg.close_group();
        self.draw_marks(&mut svg, &axis, &y, &frame);
        for series in &self.series {
            self.draw_dots(&mut svg, series, &axis, &y, &frame);
        }
        self.draw_diverged(&mut svg, &axis, &frame);
        Panel {
            id: self.id.clone(),
            hover: self.hover(&axis, frame),
            key: self.key(),
            svg: svg.finish(),
            title: self.title,
        }
    }

    fn draw_level(&self, svg: &mut Svg, frame: &Frame, y: &Scale) {
        if let Some((class, value, _)) = &self.level
            && let Some(position) = y.at(*value)
        {
            svg.line(class, (frame.left, position), (frame.right, position));
        }
    }

    fn draw_band_and_line(&self, svg: &mut Svg, series: &RateSeries, axis: &RateAxis, y: &Scale) {
        let rows = || self.sweep.points.iter().zip(&series.spreads);
        // A break after rate 0 is one more missing point between it and the next.
        let with_break = |rate: f64| axis.breaks_after(rate).then_some(());
        let band = rows().flat_map(|(point, spread)| {
            let edge =
                spread.and_then(|s| Some((axis.at(point.rate)?, y.at(s.low())?, y.at(s.high())?)));
            std::iter::once(edge).chain(with_break(point.rate).map(|()| None))
        });
        svg.path(&format!("band {}", series.class), &band_path(band));
        let line = rows().flat_map(|(point, spread)| {
            let position = spread.and_then(|s| Some((axis.at(point.rate)?, y.at(s.mean)?)));
            std::iter::once(position).chain(with_break(point.rate).map(|()| None))
        });
        svg.path(&format!("line {}", series.class), &line_path(line));
    }

    /// Dots at the means; a triangle at the edge of the frame where the mean lies beyond.
    fn draw_dots(
        &self,
        svg: &mut Svg,
        series: &RateSeries,
        axis: &RateAxis,
        y: &Scale,
        frame: &Frame,
    ) {
        let dots = self.sweep.points.len() <= MOST_DOTS;
        for (point, spread) in self.sweep.points.iter().zip(&series.spreads) {
            let Some(spread) = spread else { continue };
            let (Some(x), Some(mean)) = (axis.at(point.rate), y.at(spread.mean)) else {
                continue;
            };
            if mean < frame.top - 0.5 {
                svg.path(
                    &format!("beyond {}", series.class),
                    &triangle(x, frame.top + 2.0, 7.0),
                );
            } else if mean > frame.bottom + 0.5 {
                svg.path(
                    &format!("beyond {}", series.class),
                    &triangle(x, frame.bottom - 2.0, -7.0),
                );
            } else if dots {
                // A point without neighbours has no band.
                if (axis.breaks_after(point.rate) || self.sweep.points.len() == 1)
                    && let (Some(low), Some(high)) = (y.at(spread.low()), y.at(spread.high()))
                {
                    svg.line(&format!("whisker {}", series.class), (x, low), (x, high));
                }
                svg.disc(&format!("dot {}", series.class), (x, mean), 2.8);
            }
        }
    }

    fn draw_marks(&self, svg: &mut Svg, axis: &RateAxis, y: &Scale, frame: &Frame) {
        let place = |index: usize| axis.at(self.sweep.points.get(index)?.rate);
        let rows = |series: &RateSeries| {
            let pairs = self.sweep.points.iter().zip(&series.spreads);
            let position = |(point, spread): (&RatePoint, &Option<Spread>)| {
                Some((axis.at(point.rate)?, y.at((*spread)?.mean)?))
            };
            pairs.map(position).collect::<Vec<_>>()
        };
        let lines: Vec<_> = self.series.iter().map(rows).collect();
        let (chosen, best) = (place(self.sweep.chosen), place(self.sweep.best));
        let same = self.sweep.chosen == self.sweep.best;
        marks::draw(svg, frame, &lines, (chosen, best.filter(|_| !same)), same);
    }

    fn draw_diverged(&self, svg: &mut Svg, axis: &RateAxis, frame: &Frame) {
        for point in self.sweep.points.iter().filter(|point| point.diverged > 0) {
            if let Some(x) = axis.at(point.rate) {
                let y = frame.bottom - 8.0;
                let cross = [
                    (x - 3.5, y - 3.5, x + 3.5, y + 3.5),
                    (x - 3.5, y + 3.5, x + 3.5, y - 3.5),
                ];
                for (x0, y0, x1, y1) in cross {
                    svg.line("diverged", (x0, y0), (x1, y1));
                }
            }
        }
    }

    fn key(&self) -> Vec<KeyEntry> {
        let mut key: Vec<KeyEntry> = self
            .series
            .iter()
            .map(|series| KeyEntry::new(series.class, series.name.clone()))
            .collect();
        if let Some((class, value, name)) = &self.level
            && !name.is_empty()
            && self.domain.contains(*value)
        {
            key.push(KeyEntry::new(class, name.clone()));
        }
        if self.sweep.points.iter().any(|point| point.diverged > 0) {
            key.push(KeyEntry::new("diverged", "members diverged"));
        }
        key
    }

    fn hover(&self, axis: &RateAxis, frame: Frame) -> Hover {
        let points = &self.sweep.points;
        let positions = points.iter().map(|p| axis.at(p.rate).unwrap_or(-1e3));
        let titles = points
            .iter()
            .map(|p| setting(self.sweep, p.rate, p.half_life_epochs));
        let mut series: Vec<HoverSeries> = self.series.iter().map(hover_series).collect();
        if points.iter().any(|point| point.diverged > 0) {
            let text = points.iter().map(|point| point.diverged.to_string());
            series.push(HoverSeries {
                name: "diverged".to_owned(),
                class: "diverged",
                values: HoverValues::Text(text.collect()),
            });
        }
        Hover {
            frame,
            picks: true,
            xs: positions.collect(),
            titles: titles.collect(),
            states: vec![series],
        }
    }
}

fn hover_series(series: &RateSeries) -> HoverSeries {
    let text = |spread: &Option<Spread>| match spread {
        Some(spread) => format::plus_minus(spread.mean, spread.se),
        None => format::MISSING.to_owned(),
    };
    HoverSeries {
        name: series.name.clone(),
        class: series.class,
        values: HoverValues::Text(series.spreads.iter().map(text).collect()),
    }
}

fn rates(sweep: &Sweep) -> impl Iterator<Item = Rate> {
    let pair = |point: &RatePoint| (point.rate, point.half_life_epochs);
    sweep.points.iter().map(pair)
}

/// `λ = 0.0215 · half-life 4.1 epochs`
pub(super) fn setting(sweep: &Sweep, rate: f64, half_life_epochs: Option<f64>) -> String {
    let mut text = format!("{} = {}", sweep.symbol, format::short(rate));
    if half_life_epochs.is_some() || (rate == 0.0 && RateAxis::has_half_lives(rates(sweep))) {
        text.push_str(&format!(
            " · half-life {} epochs",
            format::half_life(rate, half_life_epochs)
        ));
    }
    text
}

/// A triangle of the given height with its tip at the point; it hangs below for a positive height.
fn triangle(x: f64, y: f64, height: f64) -> String {
    format!("M{x:.1} {y:.1}l4.5 {height}h-9Z")
}
