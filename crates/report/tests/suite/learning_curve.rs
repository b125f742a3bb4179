//! The metric against the number of training rows, on the page.

use decay_report::{
    Interval, LearningCurve, Metric, Report, RowsBeyond, RowsGain, RowsModel, RowsPoint,
    RowsVerdict, learning_curve_csv,
};

use crate::markup::checked;

fn around(mean: f64) -> Interval {
    Interval {
        mean,
        low: mean - 0.02,
        high: mean + 0.02,
        n: 5,
    }
}

fn curve(accuracy: bool, beyond: bool) -> LearningCurve {
    let shares = ["1/8", "1/4", "1/2", "all"];
    let point = |(place, share): (usize, &str)| RowsPoint {
        share: share.into(),
        rows: f64::from(143_u32 << place),
        validation: around([0.61, 0.44, 0.31, 0.27][place]),
        accuracy: accuracy.then(|| around([0.81, 0.88, 0.91, 0.93][place])),
        diverged: 0,
    };
    LearningCurve {
        metric: Metric {
            name: "NLL".into(),
            unit: "nats".into(),
            higher_is_better: false,
        },
        parts: "parts of the training rows".into(),
        seeds: 2,
        points: shares.into_iter().enumerate().map(point).collect(),
        gain: Some(RowsGain {
            from: 572.0,
            to: 1144.0,
            by: around(0.04),
        }),
        beyond: beyond.then(|| RowsBeyond {
            limit: 0.21,
            scale: 9.3,
            exponent: 0.72,
            rows: 2288.0,
            by: around(0.03),
        }),
    }
}

fn page(curve: LearningCurve) -> String {
    let report = Report {
        learning_curve: Some(curve),
        ..Report::default()
    };
    let json = serde_json::to_vec(&report).unwrap();
    let read: Report = serde_json::from_slice(&json).unwrap();
    assert_eq!(read.to_html(), report.to_html());
    checked(&report)
}

#[test]
fn the_section_has_a_panel_for_each_metric_and_a_row_for_each_part() {
    let both = page(curve(true, true));
    for part in [
        "<h2>More rows</h2>",
        "panel-rows-metric",
        "panel-rows-accuracy",
        "extrapolated",
        "0.21 + 9.3 n^(-0.72), an extrapolation",
        "0.2700",
        "0.9300",
        "1144",
        "(2 models each)",
    ] {
        assert!(both.contains(part), "{part}");
    }
    let loss = page(curve(false, false));
    assert!(!loss.contains("panel-rows-accuracy") && !loss.contains("extrapol"));
    assert!(
        !page(LearningCurve {
            points: Vec::new(),
            ..curve(true, false)
        })
        .contains("More rows")
    );
}

/// Of a metric of which more is better it is what it lacks to 1 that a gain is held against.
#[test]
fn a_verdict_reads_the_ends_of_the_gain() {
    let of = |higher_is_better: bool, low: f64, high: f64| {
        let mut curve = curve(false, false);
        curve.metric.higher_is_better = higher_is_better;
        curve.points[3].validation = around(0.9);
        curve.gain.as_mut().unwrap().by = Interval {
            low,
            high,
            ..around(0.0)
        };
        curve.verdict().unwrap()
    };
    assert_eq!(of(false, 0.01, 0.044), RowsVerdict::HelpLittle);
    assert_eq!(of(false, 0.01, 0.046), RowsVerdict::Help);
    assert_eq!(of(true, 0.001, 0.004), RowsVerdict::HelpLittle);
    assert_eq!(of(true, 0.001, 0.006), RowsVerdict::Help);
    assert_eq!(of(true, -0.001, 0.004), RowsVerdict::Enough);
    assert_eq!(of(true, -0.001, 0.006), RowsVerdict::Open);
    assert_eq!(of(true, -0.006, -0.001), RowsVerdict::Worse);
}

#[test]
fn the_file_has_a_row_for_each_model() {
    let model = |validation: Option<f64>| RowsModel {
        share: "1/8".into(),
        rows: 143,
        fold: 2,
        seed: 7,
        rate: 0.8,
        validation,
        accuracy: validation.map(|_| 0.75),
    };
    let bytes = learning_curve_csv(&[model(Some(0.5)), model(None)], "nll");
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "share,rows,fold,seed,own_rate,validation_nll,validation_accuracy\n\
         1/8,143,2,7,0.8,0.5,0.75\n1/8,143,2,7,0.8,,\n"
    );
}
