//! Pictures that are hard to lay out, and the records they are made of.

use decay_report::plot::{Horizontal, Look, Mark, Panel, Picture, Point, Series, Vertical};

/// Rate 0 and twelve others with their half-lives.
pub(crate) fn rates() -> Vec<(f64, Option<f64>)> {
    let positive = (0..12).map(|k| 1e-4 * 10f64.powf(f64::from(k) / 2.75));
    let pairs = positive.map(|rate| (rate, Some(0.35 / rate)));
    std::iter::once((0.0, None)).chain(pairs).collect()
}

pub(crate) fn axis(rates: Vec<(f64, Option<f64>)>) -> Horizontal {
    Horizontal::Rates {
        label: "decay rate λ".into(),
        rates,
    }
}

pub(crate) fn point(x: f64, mean: f64) -> Point {
    Point {
        x,
        mean,
        low: mean - 0.02,
        high: mean + 0.03,
    }
}

pub(crate) fn series(colour: usize, points: Vec<Point>) -> Series {
    Series {
        label: format!("series {colour}"),
        colour,
        dashed: colour % 2 == 1,
        points,
        look: Look::Line,
    }
}

pub(crate) fn panel(x: Horizontal, series: Vec<Series>) -> Panel {
    Panel {
        title: "A panel".into(),
        x,
        y: Vertical {
            label: "accuracy".into(),
            ..Vertical::default()
        },
        series,
        marks: Vec::new(),
        raster: None,
    }
}

fn six(scale: f64) -> Vec<Series> {
    let curve = |colour: usize| {
        let at = |(place, (rate, _)): (usize, &(f64, Option<f64>))| {
            let wave = (place as f64 / 3.0 + colour as f64).sin();
            point(*rate, 0.8 + scale * wave)
        };
        series(colour, rates().iter().enumerate().map(at).collect())
    };
    (0..6).map(curve).collect()
}

const LONG: &str = "A title so long that no picture has room for it in one line: \"what decays\" <matters> & how fast, \
                    how far, for how many epochs, in which group of parameters and under which schedule";

fn long_titles(columns: usize) -> Picture {
    let mut panels = vec![panel(axis(rates()), six(0.1)); 5];
    for panel in &mut panels {
        panel.title = LONG[..120].to_owned();
        panel.y.label =
            "share of the held-out rows that a population of models calls by their name".into();
        panel.marks = vec![
            Mark::upright(1e-3, "chosen by the rule"),
            Mark::upright(1.3e-3, "lowest"),
            Mark::upright(0.0, "none"),
            Mark::level(0.85, "threshold"),
            Mark::level(0.86, "clean"),
        ];
        for series in &mut panel.series {
            series.label = LONG[..20 + 21 * series.colour].trim().to_owned();
        }
    }
    Picture {
        title: LONG.into(),
        columns,
        panels,
    }
}

fn tiny_ranges(columns: usize) -> Picture {
    let scales = [1e-4, 1e-6, 1e-9, 0.0, 1e3, 1e7];
    let flat = |scale: f64| {
        let mut panel = panel(axis(rates()), six(scale));
        let points = panel
            .series
            .iter_mut()
            .flat_map(|series| &mut series.points);
        points.for_each(|point| (point.low, point.high) = (point.mean, point.mean));
        panel.title = format!("scale {scale}");
        panel
    };
    Picture {
        title: "Tiny and huge ranges".into(),
        columns,
        panels: scales.map(flat).to_vec(),
    }
}

fn named(columns: usize) -> Picture {
    let some = |count: usize, long: bool| {
        let name = |place| {
            if long {
                format!("corruption number {place} of all that were tried")
            } else {
                format!("kind {place}")
            }
        };
        let points = |colour: usize| {
            let at = |place| point(place as f64, 0.5 + 0.05 * colour as f64);
            series(colour, (0..count).map(at).collect())
        };
        let names = (0..count).map(name).collect();
        let label = "corruption".into();
        panel(
            Horizontal::Names { label, names },
            (0..4).map(points).collect(),
        )
    };
    let sizes = [
        (2, false),
        (3, true),
        (8, false),
        (8, true),
        (12, false),
        (11, true),
    ];
    Picture {
        title: "Names".into(),
        columns,
        panels: sizes.map(|(count, long)| some(count, long)).to_vec(),
    }
}

fn scales(columns: usize) -> Picture {
    let curve = |low: f64, factor: f64| {
        let at = |k: i32| point(low * factor.powi(k), 10f64.powi(k - 4));
        vec![series(2, (0..9).map(at).collect())]
    };
    let log = |low, factor| {
        let label = "rows that a model has seen before it is asked".into();
        let mut panel = panel(Horizontal::Log { label }, curve(low, factor));
        panel.y.log = true;
        panel
    };
    let linear = |low, factor| {
        let label = "epoch".into();
        panel(Horizontal::Linear { label }, curve(low, factor))
    };
    Picture {
        title: "Scales".into(),
        columns,
        panels: vec![
            log(1.0, 1.05),
            log(1.0, 1.4),
            log(1.0, 3.0),
            log(1e-9, 100.0),
            linear(1.0, 2.0),
            linear(1e-4, 1.5),
            linear(1e6, 1.01),
        ],
    }
}

/// Every hard picture, in all numbers of columns.
pub(crate) fn all() -> Vec<Picture> {
    let kinds = [long_titles, tiny_ranges, named, scales];
    let columns = |kind: fn(usize) -> Picture| (1..=3).map(kind);
    kinds.into_iter().flat_map(columns).collect()
}
