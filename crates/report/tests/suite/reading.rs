//! What a reader does with the page: goes to a section, moves a slider, asks for a value; and how large it may be.

use decay_report::{Finding, RatePoint, Report, Spread, Surface, SurfaceAxis, SurfaceCell};

use crate::markup::{attribute, checked, drawings, embedded, pieces};
use crate::synthetic;

fn demonstration() -> Report {
    synthetic::report(&synthetic::demonstration_rates(), 20)
}

#[test]
fn the_contents_lead_to_every_section_in_their_order() {
    let page = checked(&demonstration());
    let list = pieces(&page, "<nav class=\"contents\"", "</nav>");
    let links: Vec<&str> = pieces(list[0], "<a ", "</a>")
        .iter()
        .map(|link| attribute(link, "href"))
        .collect();
    let sections: Vec<String> = pieces(&page, "<section id=", ">")
        .iter()
        .map(|section| format!("#{}", attribute(section, "id")))
        .collect();
    assert_eq!(links, sections);
    assert!(links.contains(&"#section-audit") && links.contains(&"#section-provenance"));
    let body = page.split_once("<body>").unwrap().1;
    assert!(body.find("<nav") < body.find("class=\"findings\""));
}

#[test]
fn numbers_keep_their_units_and_flags_their_dashes() {
    let finding = Finding {
        headline: "It errs in 0.5 % <of> 10 ± 2 cases.".into(),
        detail: "Try --dropout 0..0.5:4, -- or not (--quiet), from 1e-5 to 3e+2.".into(),
    };
    let page = checked(&Report {
        findings: vec![finding],
        ..Report::default()
    });
    assert!(page.contains("0.5\u{a0}% &lt;of&gt; 10\u{a0}±\u{a0}2 cases."));
    let whole = |word: &str| format!("<span class=\"whole\">{word}</span>");
    let [flag, bracketed, small] = ["--dropout", "(--quiet),", "1e-5"].map(whole);
    let wanted = format!("Try {flag} 0..0.5:4, -- or not {bracketed} from {small} to 3e+2.");
    assert!(page.contains(&wanted), "{wanted}");
}

/// Two options: dropout from row to row, the rate along a row; the loss tells where a value is from.
fn crossed() -> Report {
    let rates = synthetic::rates(1e-3, 10.0, 5);
    let cell = |row: usize, column: usize| SurfaceCell {
        half_life_epochs: Some(100.0 / (column + 1) as f64),
        tau_epochs: None,
        validation: Spread {
            mean: 1.0 + row as f64 + 0.1 * column as f64,
            sd: 0.1,
            se: 0.01,
            n: 4,
        },
        diverged: usize::from((row, column) == (2, 4)),
    };
    let axis = |key: &str, label: &str, values: Vec<f64>| SurfaceAxis {
        key: key.into(),
        label: label.into(),
        symbol: key.into(),
        values,
    };
    let sweep = synthetic::sweep(&rates, 5);
    let surface = Surface {
        metric: sweep.metric.clone(),
        x: axis("rate", "decay rate λ", rates),
        y: axis("dropout", "dropout", vec![0.0, 0.2, 0.4]),
        cells: (0..3)
            .map(|row| (0..5).map(|column| cell(row, column)).collect())
            .collect(),
        chosen: (1, sweep.chosen),
        best: (0, 0),
    };
    Report {
        sweep: Some(sweep),
        surface: Some(surface),
        ..Report::default()
    }
}

#[test]
fn each_swept_option_has_a_slider_and_a_section_that_it_moves() {
    let page = checked(&crossed());
    let data = embedded(&page);
    let sliders = data["sliders"].as_array().unwrap();
    assert_eq!(sliders.len(), 2);
    assert_eq!(page.matches("type=\"range\"").count(), 2);
    assert_eq!(sliders[1]["settings"][2], "dropout = 0.4");
    assert_eq!(
        (&sliders[1]["chosen"], &sliders[1]["best"]),
        (&1.into(), &0.into())
    );
    let panel = |id: &str| {
        let panels = data["panels"].as_array().unwrap().iter();
        panels
            .clone()
            .find(|panel| panel["id"] == id)
            .unwrap()
            .clone()
    };
    // The section along the rate is moved by the dropout, and a click into it moves the rate.
    let along = panel("along-first");
    assert_eq!((&along["by"], &along["picks"]), (&1.into(), &0.into()));
    assert_eq!(along["states"].as_array().map(Vec::len), Some(3));
    assert_eq!(along["states"][1][0]["text"][3], "2.300 ± 0.010");
    assert_eq!(along["states"][2][0]["text"][4], "–", "a member diverged");
    let along = panel("along-second");
    assert_eq!((&along["by"], &along["picks"]), (&0.into(), &1.into()));
    assert_eq!(along["states"][4][0]["text"][0], "1.400 ± 0.010");
    assert_eq!(panel("curves")["by"], 0);
}

#[test]
fn every_chart_has_points_to_ask_for() {
    let page = checked(&demonstration());
    let data = embedded(&page);
    let panels = data["panels"].as_array().unwrap();
    let charts = pieces(&page, "<div class=\"panel\"", "</svg>").len();
    assert_eq!(panels.len(), charts, "none here has cells with titles");
    let curves = panels.iter().find(|panel| panel["id"] == "curves").unwrap();
    let text = curves["states"][0][1]["text"][19].as_str().unwrap();
    assert!(text.contains(" (") && text.contains(" – "), "{text}");
}

/// The page of `rates` values with `members` at each, after eight epochs.
fn population(rates: usize, members: usize) -> String {
    let mut report = synthetic::report(&synthetic::rates(1e-4, 10.0, rates), 8);
    for point in &mut report.sweep.as_mut().unwrap().points {
        let RatePoint {
            train,
            validation,
            gap,
            weight_norm,
            ..
        } = point;
        for spread in [train, validation, gap, weight_norm] {
            spread.n = members;
        }
    }
    report.subtitle = format!("{} models", rates * members);
    checked(&report)
}

#[test]
fn four_thousand_members_make_less_than_two_megabytes() {
    for (rates, members) in [(16, 256), (64, 64), (256, 16)] {
        let page = population(rates, members);
        assert!(page.contains("4096 models"));
        assert_eq!(page.matches("<tr data-i=").count(), rates);
        assert!(
            page.len() < 2_000_000,
            "{rates} rates make {} bytes",
            page.len()
        );
    }
}

#[test]
fn marks_at_neighbouring_rates_have_their_names_on_their_own_sides() {
    let rates = synthetic::rates(1e-4, 10.0, 400);
    let mut report = synthetic::report(&rates, 3);
    let sweep = report.sweep.as_mut().unwrap();
    (sweep.best, sweep.chosen) = (200, 201);
    let page = checked(&report);
    for drawing in &drawings(&page)[..4] {
        let at = |name: &str| {
            let texts = pieces(drawing, "<text class=\"mark\"", "</text>");
            let text = texts
                .iter()
                .find(|text| text.ends_with(&format!(">{name}</text>")));
            let text = text.unwrap_or_else(|| panic!("no {name}"));
            let x: f64 = attribute(text, "x").parse().unwrap();
            (x, attribute(text, "text-anchor") == "end")
        };
        let ((chosen, ends), (lowest, other)) = (at("chosen"), at("lowest"));
        assert!(!ends && other && lowest < chosen, "{lowest} {chosen}");
    }
}
