//! Numbers that no run should have: the page stays well-formed and the other numbers stay readable.

use crate::markup::{attribute, checked, corner, drawings, pieces};
use crate::synthetic;
use decay_report::{Alone, Curve, Direction, MetricRow, Report, Split, Spread, Sweep};

fn ruin(spread: &mut Spread, value: f64) {
    *spread = Spread {
        mean: value,
        sd: value,
        se: value,
        n: 0,
    };
}

fn ruined(value: f64, all: bool) -> Sweep {
    let mut sweep = synthetic::sweep(&[0.0, 1e-3, 1e-2, 0.1, 1.0, 10.0], 8);
    let from = if all { 0 } else { sweep.points.len() - 2 };
    for point in &mut sweep.points[from..] {
        for spread in [
            &mut point.train,
            &mut point.validation,
            &mut point.gap,
            &mut point.weight_norm,
        ] {
            ruin(spread, value);
        }
        point.half_life_epochs = Some(value);
        point.diverged = 10;
        let optional = [&mut point.accuracy, &mut point.ece, &mut point.logit_scale];
        optional
            .into_iter()
            .flatten()
            .for_each(|spread| ruin(spread, value));
        point.curves = vec![Curve {
            split: Split::Train,
            mean: vec![value; 4],
            low: vec![value; 2],
            high: vec![],
        }];
        for bin in &mut point.reliability {
            (bin.confidence, bin.accuracy, bin.accuracy_low) = (value, value, value);
        }
    }
    sweep.threshold = if all { value } else { sweep.threshold };
    sweep
}

#[test]
fn extreme_numbers_neither_break_nor_squash_the_page() {
    for value in [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        1e30,
        0.0,
        -1.0,
        5e-324,
    ] {
        for all in [false, true] {
            let sweep = Some(ruined(value, all));
            let audit = vec![MetricRow {
                name: "nll".into(),
                label: "NLL".into(),
                mean: value,
                low: value,
                high: value,
                n: 0,
                alone: Some(Alone {
                    mean: value,
                    sd: Some(value),
                }),
                direction: Direction::Lower,
                note: String::new(),
            }];
            let page = checked(&Report {
                sweep,
                audit,
                ..Report::default()
            });
            assert!(
                page.contains("<td class=\"number\">10</td></tr>"),
                "diverged members are counted"
            );
            assert!(page.contains("class=\"sample diverged\""));
        }
    }
}

#[test]
fn one_diverging_rate_leaves_the_others_readable() {
    let mut sweep = synthetic::sweep(&synthetic::demonstration_rates(), 5);
    let before = synthetic::report(&synthetic::demonstration_rates(), 5).to_html();
    let last = sweep.points.last_mut().unwrap();
    (last.train.mean, last.validation.mean) = (1e30, 1e30);
    let page = checked(&Report {
        sweep: Some(sweep),
        ..Report::default()
    });
    // Triangles at the edge are drawn with relative lines, markers are not.
    let heights = |page: &str| -> (Vec<f64>, usize) {
        let drawing = drawings(page)[0].to_owned();
        let all = pieces(&drawing, "<path class=\"marker fill4 ringed\"", "/>");
        let (beyond, markers): (Vec<&str>, Vec<&str>) = all
            .into_iter()
            .partition(|marker| attribute(marker, "d").contains('l'));
        let heights = markers.iter().map(|marker| corner(marker).1);
        (heights.collect(), beyond.len())
    };
    let range = |all: &[f64]| {
        let near: Vec<f64> = all[..11].to_vec();
        near.iter().fold(f64::MIN, |a, b| a.max(*b)) - near.iter().fold(f64::MAX, |a, b| a.min(*b))
    };
    let ((before, none), (after, beyond)) = (heights(&before), heights(&page));
    assert_eq!(
        after.len(),
        before.len() - 1,
        "the diverged mean is a triangle, not a marker"
    );
    assert_eq!((none, beyond), (0, 1));
    assert!(
        range(&after) > 0.6 * range(&before),
        "{} {}",
        range(&after),
        range(&before)
    );
}

#[test]
fn rate_zero_has_its_own_tick_left_of_a_break() {
    let with = Report {
        sweep: Some(synthetic::sweep(&[0.0, 1e-3, 0.1, 1.0], 5)),
        ..Report::default()
    };
    let page = checked(&with);
    let loss = drawings(&page)[0];
    let zero = pieces(loss, "<text class=\"tick\"", "</text>")
        .into_iter()
        .find(|t| t.ends_with(">0</text>"));
    let zero: f64 = attribute(zero.expect("a tick 0"), "x").parse().unwrap();
    let markers = |colour: usize| {
        let start = format!("<path class=\"marker fill{colour} ringed\"");
        let all = pieces(loss, &start, "/>");
        all.into_iter()
            .map(|marker| corner(marker).0)
            .collect::<Vec<_>>()
    };
    // The cross begins 1.8 units left of its middle.
    let (train, validation) = (markers(5), markers(4));
    assert_eq!((train.len(), validation.len()), (4, 4));
    let middle = (train[0] + validation[0] + 2.8 * 0.9) / 2.0;
    assert!((middle - zero).abs() < 0.2, "{middle} stand beside {zero}");
    assert!(train[0] < validation[0] && validation[0] + 24.0 < train[1]);
    let line = pieces(loss, "<path class=\"line stroke5\" d=\"", "\"/>")[0];
    assert_eq!(
        line.matches('M').count(),
        2,
        "the line breaks after 0: {line}"
    );
    assert!(page.contains("half-life ∞ epochs"));
}
