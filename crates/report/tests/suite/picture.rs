//! Pictures that stand alone: what is drawn of a record.

use crate::markup::{attribute, corner, pieces};
use crate::pictures::checks::{checked, words};
use crate::pictures::hard::{axis, panel, point, rates, series};
use decay_report::plot::{Horizontal, Look, Mark, Panel, Picture, Point, Range, Series, Vertical};

fn markers(svg: &str) -> usize {
    svg.matches("class=\"marker ").count()
}

fn picture(panels: Vec<Panel>) -> Picture {
    Picture {
        title: "One".into(),
        columns: 1,
        panels,
    }
}

#[test]
fn half_lives_stand_above_if_and_only_if_they_are_given() {
    let points = rates().iter().map(|(rate, _)| point(*rate, 0.5)).collect();
    let given = panel(axis(rates()), vec![series(0, points)]);
    let svg = checked(&picture(vec![given.clone()]));
    assert!(words(&svg).contains("half-life (epochs)") && words(&svg).contains('∞'));
    let without = rates().into_iter().map(|(rate, _)| (rate, None)).collect();
    let svg = checked(&picture(vec![Panel {
        x: axis(without),
        ..given
    }]));
    assert!(!words(&svg).contains("half-life") && !words(&svg).contains('∞'));
}

#[test]
fn every_finite_point_has_a_marker_and_no_other() {
    let mut points: Vec<Point> = (0..9)
        .map(|k| point(f64::from(k), 0.1 * f64::from(k)))
        .collect();
    points[2].mean = f64::NAN;
    points[5].mean = f64::INFINITY;
    points[7].x = f64::NAN;
    points[8].low = f64::NAN;
    let names = (0..9).map(|k| format!("name {k}")).collect();
    let linear = Horizontal::Linear {
        label: "epoch".into(),
    };
    let named = Horizontal::Names {
        label: "kind".into(),
        names,
    };
    for (x, look) in [
        (linear.clone(), Look::Line),
        (linear, Look::Points),
        (named.clone(), Look::Line),
        (named, Look::Points),
    ] {
        let one = Series {
            look: look.clone(),
            ..series(3, points.clone())
        };
        let svg = checked(&picture(vec![panel(x, vec![one])]));
        assert_eq!(markers(&svg), 6, "{look:?}");
    }
}

#[test]
fn a_line_breaks_where_a_value_is_missing_and_after_rate_zero() {
    let line = |svg: &str| {
        let paths = pieces(svg, "<path class=\"line ", "/>");
        let lines = paths
            .iter()
            .map(|path| attribute(path, "d").matches('M').count());
        lines.collect::<Vec<_>>()
    };
    let mut points: Vec<Point> = rates().iter().map(|(rate, _)| point(*rate, 0.5)).collect();
    let whole = |points: &[Point]| {
        checked(&picture(vec![panel(
            axis(rates()),
            vec![Series {
                label: String::new(),
                ..series(0, points.to_vec())
            }],
        )]))
    };
    assert_eq!(line(&whole(&points)), [2], "rate 0 stands alone");
    points[4].mean = f64::NAN;
    assert_eq!(line(&whole(&points)), [3]);
}

/// Horizontal positions of the first corner of each marker.
fn places(svg: &str) -> Vec<f64> {
    let paths = pieces(svg, "<path class=\"marker ", "/>");
    paths.iter().map(|path| corner(path).0).collect()
}

#[test]
fn series_over_one_name_stand_beside_each_other() {
    let names: Vec<String> = ["fog", "snow"].map(String::from).to_vec();
    let same = || vec![point(0.0, 0.5), point(1.0, 0.5)];
    let x = Horizontal::Names {
        label: String::new(),
        names,
    };
    let three = vec![series(0, same()), series(7, same()), series(14, same())];
    let svg = checked(&picture(vec![panel(x, three)]));
    let mut places = places(&svg);
    assert_eq!(places.len(), 6);
    places.sort_by(f64::total_cmp);
    assert!(
        places.windows(2).all(|pair| pair[1] - pair[0] > 9.0),
        "{places:?}"
    );
    assert!(
        places[3] - places[2] > 2.0 * (places[1] - places[0]),
        "{places:?}"
    );
}

#[test]
fn at_rate_zero_series_stand_beside_each_other_and_elsewhere_on_their_rate() {
    let same = || vec![point(0.0, 0.5), point(1e-2, 0.5)];
    let both = vec![series(0, same()), series(7 * 7, same())];
    let places = places(&checked(&picture(vec![panel(axis(rates()), both)])));
    assert_eq!(places.len(), 4);
    assert!(places[2] - places[0] > 7.0, "{places:?}");
    assert!((places[3] - places[1]).abs() < 0.2, "{places:?}");
}

#[test]
fn what_has_no_place_on_a_logarithmic_axis_is_marked_at_its_edge() {
    let points = vec![point(1.0, 0.1), point(2.0, -0.5), point(3.0, 0.4)];
    let mut one = panel(
        Horizontal::Linear {
            label: "epoch".into(),
        },
        vec![series(0, points)],
    );
    one.y.log = true;
    let svg = checked(&picture(vec![one]));
    assert_eq!(markers(&svg), 3);
    // A disc has arcs; the triangle at the edge has none.
    let paths = pieces(&svg, "<path class=\"marker ", "/>");
    let triangles = paths
        .iter()
        .filter(|path| !attribute(path, "d").contains('a'));
    assert_eq!(triangles.count(), 1);
}

#[test]
fn the_legend_names_each_series_once_and_an_unlabelled_one_not_at_all() {
    let points = || vec![point(0.0, 0.5), point(1.0, 0.6)];
    let x = || Horizontal::Linear {
        label: "epoch".into(),
    };
    let both = || panel(x(), vec![series(0, points()), series(1, points())]);
    let legend = |svg: &str| svg.matches("<text class=\"legend\"").count();
    assert_eq!(legend(&checked(&picture(vec![both(), both()]))), 2);
    let bare = Series {
        label: String::new(),
        ..series(0, points())
    };
    assert_eq!(legend(&checked(&picture(vec![panel(x(), vec![bare])]))), 0);
}

#[test]
fn levels_and_ranges_are_shown() {
    let points = vec![point(0.0, 0.5), point(1.0, 0.52)];
    let mut one = panel(
        Horizontal::Linear {
            label: "epoch".into(),
        },
        vec![series(0, points)],
    );
    one.marks = vec![Mark::level(4.0, "far above")];
    one.y = Vertical {
        label: "loss".into(),
        log: false,
        range: Range::AtLeast(-4.0, 0.0),
    };
    let words = words(&checked(&picture(vec![one])));
    assert!(words.contains("far above"));
    for tick in ["−4", "4"] {
        assert!(
            words.split(' ').any(|word| word == tick),
            "{tick} in {words}"
        );
    }
}

#[test]
fn degenerate_records_give_pictures() {
    let values = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        5e-324,
        0.0,
        -1.0,
    ];
    for value in values {
        let one = Point {
            x: value,
            mean: value,
            low: value,
            high: value,
        };
        let both = vec![one, Point { x: 1.0, ..one }, point(0.5, 0.5)];
        let kinds = [
            axis(vec![]),
            axis(vec![(value, Some(value))]),
            axis(vec![(0.0, None)]),
            axis(vec![(1e-3, Some(10.0)), (value, None)]),
            Horizontal::Linear {
                label: String::new(),
            },
            Horizontal::Log {
                label: String::new(),
            },
            Horizontal::Names {
                label: String::new(),
                names: vec![],
            },
            Horizontal::Names {
                label: String::new(),
                names: vec!["a".into(), String::new()],
            },
        ];
        for (x, points) in kinds
            .iter()
            .flat_map(|x| [(x, vec![one]), (x, both.clone()), (x, vec![])])
        {
            let ranges = [Range::AtLeast(value, value), Range::Exactly(value, value)];
            for (log, range) in [false, true].into_iter().zip(ranges) {
                let mut one = panel(x.clone(), vec![series(usize::MAX, points.clone())]);
                one.y = Vertical {
                    label: String::new(),
                    log,
                    range,
                };
                one.marks = vec![Mark::upright(value, "up"), Mark::level(value, "")];
                checked(&picture(vec![one]));
            }
        }
    }
    for columns in [0, 1, 9] {
        checked(&Picture {
            columns,
            ..Picture::default()
        });
    }
}

#[test]
fn a_panel_without_values_says_so() {
    let nothing = panel(axis(rates()), vec![series(0, vec![point(1e-3, f64::NAN)])]);
    let svg = checked(&picture(vec![nothing]));
    assert!(words(&svg).contains("no finite values") && markers(&svg) == 0);
}

#[test]
fn bars_stand_on_the_axis_between_their_ends() {
    let one = Series {
        look: Look::Bars(vec![(0.0, 0.5), (0.5, 1.0)]),
        ..series(2, vec![Point::exact(0.25, 2.0), Point::exact(0.75, 4.0)])
    };
    let mut panel = panel(Horizontal::linear("confidence"), vec![one]);
    panel.y.range = Range::Exactly(0.0, 4.0);
    let svg = checked(&picture(vec![panel]));
    let bars = pieces(&svg, "<path class=\"bar fill2\"", "/>");
    let d = attribute(bars[0], "d");
    let numbers: Vec<f64> = d
        .split(['M', ' ', 'V', 'H', 'Z'])
        .filter_map(|number| number.parse().ok())
        .collect();
    let [left, foot, head, right, ..] = numbers[..] else {
        panic!("{d}");
    };
    let [next, next_foot, next_head] = numbers[5..8] else {
        panic!("{d}");
    };
    assert!(left < right && right < next && foot == next_foot, "{d}");
    assert!(
        (2.0 * (foot - head) - (foot - next_head)).abs() < 0.3,
        "{d}"
    );
    assert_eq!(markers(&svg), 0);
}

#[test]
fn a_bare_line_has_a_band_and_no_markers() {
    let points = (0..5).map(|k| point(f64::from(k), 0.5)).collect();
    let bare = Series {
        look: Look::BareLine,
        ..series(1, points)
    };
    let svg = checked(&picture(vec![panel(
        Horizontal::linear("epoch"),
        vec![bare],
    )]));
    assert_eq!(markers(&svg), 0);
    assert!(svg.contains("class=\"band fill1\"") && svg.contains("class=\"line stroke1 dashed\""));
}

#[test]
fn an_exact_range_shows_no_more_and_marks_what_lies_beyond() {
    let points = vec![point(0.0, 0.5), point(1.0, 7.0), point(2.0, -7.0)];
    let mut panel = panel(Horizontal::linear("epoch"), vec![series(0, points)]);
    panel.y.range = Range::Exactly(0.0, 1.0);
    let svg = checked(&picture(vec![panel]));
    assert!(!words(&svg).contains('7'), "{}", words(&svg));
    let paths = pieces(&svg, "<path class=\"marker ", "/>");
    let beyond = paths
        .iter()
        .filter(|path| attribute(path, "d").contains('l'));
    assert_eq!(beyond.count(), 2);
}
