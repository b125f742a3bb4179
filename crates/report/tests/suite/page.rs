//! The page: well-formed, complete and safe against its own data.

use crate::markup::{assert_balanced, checked, drawings, embedded, pieces};
use crate::synthetic;
use decay_report::{Finding, ParameterRow, Report, Sweep};

fn demonstration() -> Report {
    synthetic::report(&synthetic::demonstration_rates(), 20)
}

#[test]
fn the_demonstration_has_every_section_and_is_small() {
    let page = checked(&demonstration());
    for part in [
        "Sweep of the decay rate λ",
        "half-life (epochs)",
        ">threshold</text>",
        "The rule “one standard error” accepts means up to",
        "Generalisation gap",
        "Validation accuracy",
        "Weight norm",
        "Logit scale",
        "Reliability on the validation rows",
        "<h2>Audit</h2>",
        "The whole population on the rows of the audit",
        "what is certified",
        "After temperature scaling, T = 1.18",
        "What decays, and why",
        "Provenance",
        "Figure 7.",
        "Table 4.",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    assert_eq!(drawings(&page).len(), 4 + 2 + 2 + 2 + 1 + 2 + 7 + 1);
    assert!(page.len() < 300_000, "{} bytes", page.len());
}

#[test]
fn every_rate_is_in_the_table_the_slider_and_the_figures() {
    for n in [1, 2, 16, 200] {
        let rates = synthetic::rates(1e-4, 10.0, n);
        let report = synthetic::report(&rates, 20);
        let page = checked(&report);
        let data = embedded(&page);
        let slider = &data["sliders"][0];
        assert_eq!(slider["settings"].as_array().map(Vec::len), Some(n));
        assert_eq!(page.matches("<tr data-i=").count(), n);
        assert_eq!(page.matches("<tr data-i=\"0\"").count(), 1);
        assert_eq!(
            page.matches("<g class=\"state").count(),
            2 * n,
            "curves and reliability"
        );
        assert_eq!(
            page.matches("<g class=\"state on\"").count(),
            2,
            "one of each is shown"
        );
        let slider = format!("max=\"{}\"", n - 1);
        assert!(page.contains(&slider));
        for panel in data["panels"].as_array().unwrap() {
            let xs = panel["xs"].as_array().unwrap().len();
            assert_eq!(
                panel["titles"].as_array().unwrap().len(),
                xs,
                "{}",
                panel["id"]
            );
        }
    }
}

#[test]
fn the_slider_starts_at_the_chosen_rate() {
    let report = demonstration();
    let chosen = report.sweep.as_ref().unwrap().chosen;
    let page = checked(&report);
    let state = format!("<g class=\"state on\" data-i=\"{chosen}\">");
    assert_eq!(page.matches(&state).count(), 2, "curves and reliability");
    assert!(page.contains(&format!("value=\"{chosen}\"")));
    assert!(page.contains(&format!(
        "<tr data-i=\"{chosen}\" data-axis=\"0\" class=\"chosen\">"
    )));
    assert_eq!(embedded(&page)["sliders"][0]["chosen"], chosen);
}

#[test]
fn text_of_the_records_cannot_become_markup() {
    const EVIL: &str = "</script><script>alert('x')</script><img src=x onerror=\"y\">&amp;\u{2028}";
    let mut report = demonstration();
    report.title = EVIL.into();
    report.subtitle = EVIL.into();
    report.command = EVIL.into();
    report.findings = vec![Finding {
        headline: EVIL.into(),
        detail: EVIL.into(),
    }];
    report.audit_note = EVIL.into();
    report.audit[0].label = EVIL.into();
    report.audit[0].note = EVIL.into();
    report.reliability[0].label = EVIL.into();
    report.decayed = vec![ParameterRow {
        name: EVIL.into(),
        shape: vec![2, 3],
        kind: EVIL.into(),
        decayed: true,
        why: EVIL.into(),
    }];
    report.provenance = vec![
        (EVIL.into(), EVIL.into()),
        ("toml".into(), format!("a\n{EVIL}")),
    ];
    let sweep = report.sweep.as_mut().unwrap();
    sweep.axis = EVIL.into();
    sweep.symbol = EVIL.into();
    sweep.metric.name = EVIL.into();
    sweep.metric.unit = EVIL.into();
    sweep.rule = EVIL.into();
    let training = report.training.as_mut().unwrap();
    training.note = EVIL.into();
    training.runs[0].label = EVIL.into();
    let page = report.to_html();
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains("<img"));
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(&#39;x&#39;)"));
    for drawing in drawings(&page) {
        assert_balanced(drawing, &[]);
    }
    let settings = &embedded(&page)["sliders"][0]["settings"][0];
    assert!(
        settings.as_str().unwrap().starts_with(EVIL),
        "the record keeps the text as it was"
    );
}

#[test]
fn sections_without_data_are_absent() {
    let page = checked(&Report {
        title: "empty".into(),
        ..Report::default()
    });
    for part in [
        "<section",
        "<figure",
        "<table",
        "<svg",
        "type=\"range\"",
        "<pre",
    ] {
        assert!(!page.contains(part), "{part} in an empty page");
    }
    assert_eq!(embedded(&page)["sliders"], serde_json::json!([]));

    let whole = demonstration();
    let fit = Report {
        sweep: None,
        audit: vec![],
        reliability: vec![],
        ..whole.clone()
    };
    let page = checked(&fit);
    assert!(page.contains("id=\"panel-training\"") && page.contains("Figure 1."));
    assert!(!page.contains("id=\"panel-loss\"") && !page.contains("type=\"range\""));

    let audit = Report {
        sweep: None,
        training: None,
        decayed: vec![],
        ..whole
    };
    let page = checked(&audit);
    assert!(page.contains("<h2>Audit</h2>") && page.contains("Table 1."));
    assert!(!page.contains("id=\"panel-training\"") && !page.contains("What decays"));
}

#[test]
fn an_index_beyond_the_sweep_marks_nothing() {
    let mut sweep = synthetic::sweep(&[0.1, 1.0], 3);
    (sweep.chosen, sweep.best) = (9, 9);
    let page = checked(&Report {
        sweep: Some(sweep),
        ..Report::default()
    });
    assert!(!page.contains("class=\"chosen\""));
    let empty = Sweep {
        points: vec![],
        ..synthetic::sweep(&[0.1], 3)
    };
    assert!(
        !checked(&Report {
            sweep: Some(empty),
            ..Report::default()
        })
        .contains("<svg")
    );
}

#[test]
fn long_curves_are_thinned_to_what_can_be_seen() {
    let page = checked(&Report {
        sweep: Some(synthetic::sweep(&[0.1, 1.0], 20_000)),
        ..Report::default()
    });
    assert!(page.len() < 300_000, "{} bytes", page.len());
    assert!(page.contains("epoch 20000"));
}

#[test]
fn every_series_of_a_key_has_the_sample_of_its_line_and_marker() {
    let page = checked(&demonstration());
    let keys = pieces(&page, "<ul class=\"key\">", "</ul>");
    assert_eq!(
        keys.len(),
        drawings(&page).len() - 7,
        "all but the intervals of metrics"
    );
    let samples = pieces(keys[0], "<li>", "</li>");
    for (sample, colour, name) in [(samples[0], 5, "train"), (samples[1], 4, "validation")] {
        assert!(sample.ends_with(&format!("</svg>{name}</li>")), "{sample}");
        assert!(sample.contains(&format!("class=\"line stroke{colour}\"")));
        assert!(sample.contains(&format!("class=\"fill{colour}\"")));
    }
}

#[test]
fn lines_are_cut_at_the_frame_only_where_they_leave_it() {
    let page = checked(&demonstration());
    let near = drawings(&page)[1];
    assert!(near.contains("<clipPath id=\"clip-near-best\">"));
    assert!(near.contains("<g clip-path=\"url(#clip-near-best)\">"));
    assert!(!drawings(&page)[2].contains("clip"), "the gap stays inside");
}
