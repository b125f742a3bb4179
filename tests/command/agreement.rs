//! One model, one record, many readers: `audit.json`, `report.html` and the terminal show the same numbers, and what
//! `decay predict` says and `decay compare` compares has them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{Finished, Place, mixed_table, plain, rows};

/// A short sweep on the embedded digits, audited with other data beside them.
fn tuned(place: &Place) -> Finished {
    place.tunes(&["--data", "digits", "--ood", "fashion-mini"])
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// Whether a number as it is shown is this one, rounded to the digits it is shown with.
fn shows(text: &str, value: f64) -> bool {
    let plain = text.replace('−', "-");
    let Ok(shown) = plain.parse::<f64>() else {
        return false;
    };
    let (digits, power) = plain.split_once('e').unwrap_or((&plain, "0"));
    let decimals = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let unit = 10f64.powi(power.parse::<i32>().unwrap_or(0) - decimals as i32);
    (shown - value).abs() <= 0.500_001 * unit
}

/// `[mean, low, high, n]` of every metric of `audit.json`.
fn metrics(audit: &Value) -> BTreeMap<String, [f64; 4]> {
    let all = audit.as_object().expect("an object").iter();
    let estimates = all.filter(|(_, value)| value["n"].is_u64() && value["low"].is_f64());
    let figures = |value: &Value| ["mean", "low", "high", "n"].map(|part| number(&value[part]));
    estimates
        .map(|(name, value)| (name.clone(), figures(value)))
        .collect()
}

/// The text between two marks, and what follows.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<(&'a str, &'a str)> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end)
}

#[test]
fn the_table_of_metrics_is_that_of_the_file_on_the_page_and_the_terminal() {
    let place = Place::new();
    let finished = tuned(&place);
    let audit = place.json("run/audit.json");
    let found = metrics(&audit);
    let (report, page) = (place.json("run/report.json"), place.read("run/report.html"));
    let rows = report["audit"].as_array().expect("rows");
    assert!(rows.len() >= 25, "{} rows", rows.len());
    let (_, table) = page
        .split_once("<table class=\"audit\"")
        .expect("the table");
    let unwrapped = on_one_line(&finished.stdout);
    let mut on_terminal = 0;
    for row in rows {
        let name = row["name"].as_str().expect("a name");
        let figures = found[name];
        let record = ["mean", "low", "high", "n"].map(|part| number(&row[part]));
        assert_eq!(record, figures, "report.json: {name}");
        let alone = ["mean", "sd"].map(|part| number(&row["alone"][part]));
        let single = &audit["single_network"][name]["mean"];
        let own = [single, &audit["over_members"][name]["sd"]].map(number);
        assert_eq!(alone, own, "report.json: {name} of one network");
        let figures = [figures.as_slice(), &own].concat();
        let label = row["label"].as_str().expect("a label");
        let head = format!("<th scope=\"row\">{label}</th>");
        let (cells, _) = between(table, &head, "</tr>").unwrap_or_else(|| panic!("no {label}"));
        shows_figures(name, &numbers_of(cells), &figures);
        let line = unwrapped
            .lines()
            .find(|line| line.starts_with(&format!("{label}  ")));
        if let Some(line) = line {
            on_terminal += 1;
            let words = line[label.len()..].split_whitespace();
            let words = words.filter(|word| !["to", "±"].contains(word));
            let shown: Vec<String> = words.map(str::to_owned).collect();
            // The page alone has the number of rows, and what one network does.
            shows_figures(name, &shown, &figures[..3]);
        }
    }
    let (printed, _) = between(&unwrapped, "Held-out metric", "\n\n").expect("the table");
    // The head of the table ends its own line; no line is of a metric that the page lacks.
    assert_eq!(printed.lines().count() - 1, on_terminal, "{printed}");
}

/// Words that go on in the next line of a table stand in one.
fn on_one_line(printed: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in printed.lines() {
        let rest = line.strip_prefix("  ").filter(|rest| {
            rest.starts_with(char::is_alphabetic) && !rest.contains("  ") && !rest.contains(" = ")
        });
        let whole = rest.and_then(|rest| {
            let (words, numbers) = lines.last()?.split_once("  ")?;
            Some(format!("{words} {rest}  {numbers}"))
        });
        match whole {
            Some(whole) => *lines.last_mut().expect("a line before") = whole,
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

fn shows_figures(name: &str, shown: &[String], figures: &[f64]) {
    assert_eq!(shown.len(), figures.len(), "{name}: {shown:?}");
    for (text, value) in shown.iter().zip(figures) {
        assert!(shows(text, *value), "{name}: {text} is not {value}");
    }
}

/// Estimate, ends of the interval, number of rows, and of one network alone mean and deviation, of a line of the page's table.
fn numbers_of(cells: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = cells;
    while let Some((open, after)) = between(rest, "<td class=\"", "</td>") {
        if let Some((class, text)) = open.split_once("\">")
            && class.starts_with("number")
        {
            let text = plain(text);
            out.extend(
                text.split([' ', '–', '±'])
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned),
            );
        }
        rest = after;
    }
    out
}

/// The interval of a bin is one number, wherever it is shown.
#[test]
fn bins_of_the_reliability_diagram_are_those_of_the_file() {
    let place = Place::new();
    tuned(&place);
    let (audit, report) = (place.json("run/audit.json"), place.json("run/report.json"));
    let page = place.read("run/report.html");
    let bins = audit["reliability"].as_array().expect("bins");
    let drawn = report["reliability"][0]["bins"].as_array().expect("bins");
    assert_eq!(bins.len(), drawn.len());
    let mut filled = 0;
    for (bin, drawn) in bins.iter().zip(drawn) {
        for (key, of_page) in [
            ("lower", "low"),
            ("upper", "high"),
            ("count", "count"),
            ("low", "accuracy_low"),
            ("high", "accuracy_high"),
        ] {
            assert_eq!(bin[key].as_f64(), drawn[of_page].as_f64(), "{key}: {bin}");
        }
        if bin["count"].as_u64() == Some(0) {
            continue;
        }
        filled += 1;
        for key in ["confidence", "accuracy"] {
            assert_eq!(bin[key], drawn[key], "{bin}");
        }
        let [mean, low, high] = ["accuracy", "low", "high"].map(|key| number(&bin[key]));
        let hover = format!("{mean:.3} ({low:.3}–{high:.3})");
        assert!(page.contains(&hover), "{hover} is not on the page");
    }
    assert!(filled >= 5, "{filled} bins with rows");
}

#[test]
fn sentences_are_the_same_everywhere() {
    let place = Place::new();
    let finished = tuned(&place);
    let (audit, page) = (place.json("run/audit.json"), place.read("run/report.html"));
    let said = plain(&page);
    let sentences = audit["verdict"].as_array().expect("sentences");
    assert!(sentences.len() >= 5);
    for part in sentences
        .iter()
        .flat_map(|one| [&one["headline"], &one["detail"]])
    {
        let text = part.as_str().expect("a sentence");
        assert!(finished.stdout.contains(text), "not printed: {text}");
        assert!(said.contains(text), "not on the page: {text}");
    }
}

/// A table with labels of which some are wrong, so that no model is right everywhere.
fn noisy_table(rows: usize) -> String {
    let table = mixed_table(rows);
    let flipped = |(row, line): (usize, &str)| match row % 5 {
        3 => line.replace("kind 0", "kind 1").replace("kind 2", "kind 0") + "\n",
        _ => line.to_owned() + "\n",
    };
    table.lines().enumerate().map(flipped).collect()
}

/// Accuracy and negative log-likelihood of `decay predict`'s answers on the given rows.
fn scores(answers: &str, labels: &[&str], held_out: &[usize]) -> [f64; 2] {
    let answers = rows(answers);
    let (mut hits, mut loss) = (0.0, 0.0);
    for &row in held_out {
        let (answer, label) = (&answers[row + 1], labels[row]);
        let column = answers[0]
            .iter()
            .position(|name| *name == format!("p_{label}"));
        let p: f64 = answer[column.expect("a column for the class")]
            .parse()
            .unwrap();
        hits += f64::from(answer[0] == label);
        loss -= p.ln();
    }
    [hits, loss].map(|sum| sum / held_out.len() as f64)
}

/// What is predicted is what was audited and what is compared: all networks together, at the temperature.
#[test]
fn predictions_have_the_figures_of_the_audit_and_of_the_comparison() {
    let place = Place::new();
    let table = noisy_table(400);
    place.file("table.csv", &table);
    let out = "runs/a";
    for (run, seed) in [(out, "0"), ("runs/b", "1")] {
        let rest = [
            "--rates",
            "1e-3..1:3",
            "--folds",
            "3",
            "--seeds",
            "1",
            "--refits",
            "3",
        ];
        let quick = [
            "--attacks",
            "none",
            "--certificates=false",
            "--epochs",
            "12",
        ];
        let call = [
            "tune",
            "--data",
            "table.csv",
            "--target",
            "kind",
            "--seed",
            seed,
            "--out",
            run,
        ];
        place.succeeds(&[&call[..], &rest, &quick, &["--lr", "0.02"]].concat());
    }
    let audit = place.json("runs/a/audit.json");
    let data = decay::read(place.path("table.csv"))
        .target("kind")
        .load()
        .unwrap();
    let held_out: Vec<usize> = (0..400)
        .filter(|row| !data.training.contains(row))
        .collect();
    assert_eq!(audit["rows"].as_u64(), Some(held_out.len() as u64));
    // Where a run ends with models of all rows, those that were audited lie beside them.
    let audited = ["runs/a/audited", out]
        .into_iter()
        .find(|run| place.path(run).is_dir());
    let audited = audited.expect("a model");
    let labels: Vec<&str> = table
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap())
        .collect();
    let predict = |more: &[&str]| {
        let call = ["predict", "--model", audited, "--data", "table.csv"];
        place.succeeds(&[&call[..], more].concat())
    };
    let answers = predict(&[]);
    assert!(
        answers
            .stderr
            .contains("3 networks answer together; --member 1 for one")
    );
    let [accuracy, nll] = scores(&answers.stdout, &labels, &held_out);
    let close = |a: f64, b: &Value| (a - number(b)).abs() < 1e-9;
    assert!(audit["temperature"].is_object(), "no temperature was found");
    let [of_accuracy, of_nll] =
        ["accuracy_tempered", "nll_tempered"].map(|key| &audit[key]["mean"]);
    assert!(
        close(accuracy, of_accuracy),
        "{accuracy}, audited {of_accuracy}"
    );
    assert!(close(nll, of_nll), "{nll}, audited {of_nll}");
    let headline = audit["verdict"][0]["headline"].as_str().unwrap();
    let (_, shown) = headline.split_once("accuracy is ").expect("the accuracy");
    assert!(
        shows(shown.split(' ').next().unwrap(), accuracy),
        "{headline}"
    );
    // One network alone is what the file says of single ones, on average.
    let members = ["1", "2", "3"].map(|member| {
        let answers = predict(&["--member", member]);
        assert!(!answers.stderr.contains("together"));
        scores(&answers.stdout, &labels, &held_out)
    });
    for (at, key) in [(0, "accuracy_tempered"), (1, "nll_tempered")] {
        let mean = members.iter().map(|own| own[at]).sum::<f64>() / 3.0;
        assert!(
            close(mean, &audit["single_network"][key]["mean"]),
            "{key}: {mean}"
        );
    }
    assert!(
        nll < members.iter().map(|own| own[1]).sum::<f64>() / 3.0,
        "no better together"
    );
    // The same rows as a file of their own, compared.
    let lines: Vec<&str> = table.lines().collect();
    let own = held_out.iter().map(|row| format!("{}\n", lines[row + 1]));
    let own = format!("{}\n", lines[0]) + &own.collect::<String>();
    place.file("held_out.csv", own);
    let figures = |other: &str| {
        let call = [
            "compare",
            audited,
            other,
            "--data",
            "held_out.csv",
            "--out",
            "compared",
        ];
        place.succeeds(&call);
        let found = place.json("compared/comparison.json");
        let all = found["differences"].as_array().expect("metrics").iter();
        let of = |key: &str| {
            all.clone()
                .find(|one| one["metric"] == key)
                .expect("a metric")
                .clone()
        };
        ["accuracy", "nll"].map(of)
    };
    let [by_accuracy, by_nll] = figures(audited);
    assert!(
        close(accuracy, &by_accuracy["a"]) && close(nll, &by_nll["a"]),
        "{by_nll}"
    );
    assert_eq!(by_nll["a"], by_nll["b"]);
    let [_, other] = figures("runs/b");
    assert_eq!(other["a"], by_nll["a"]);
    assert_ne!(other["b"], by_nll["b"]);
}

/// Every number of a further table (recalibration, detection of other data) is one of the file's.
#[test]
fn numbers_of_the_other_tables_come_from_the_file() {
    let place = Place::new();
    tuned(&place);
    let (audit, report) = (place.json("run/audit.json"), place.json("run/report.json"));
    let mut known = Vec::new();
    collect(&audit, &mut known);
    let sections = report["sections"].as_array().expect("sections");
    let tables = sections.iter().flat_map(|one| one["tables"].as_array());
    let mut compared = 0;
    for row in tables
        .flatten()
        .flat_map(|table| table["rows"].as_array())
        .flatten()
    {
        for cell in row.as_array().expect("cells").iter().skip(1) {
            let text = cell.as_str().expect("text");
            let parts = text
                .split([' ', '(', ')', '–'])
                .filter(|part| !part.is_empty());
            for part in parts.filter(|part| *part != "∞") {
                let held = known.iter().any(|value| shows(part, *value));
                assert!(held, "{part} of '{text}' is not in audit.json");
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared} numbers");
}

/// Every number in a document.
fn collect(value: &Value, out: &mut Vec<f64>) {
    match value {
        Value::Number(_) => out.push(number(value)),
        Value::Array(all) => all.iter().for_each(|one| collect(one, out)),
        Value::Object(all) => all.values().for_each(|one| collect(one, out)),
        _ => {}
    }
}

/// A metric of which more is better chooses its highest value and is shown with its own sign.
#[test]
fn a_sweep_can_be_chosen_by_what_should_be_high() {
    let place = Place::new();
    let chosen_by = [
        "--data",
        "breast-cancer",
        "--metric",
        "auroc",
        "--rule",
        "min",
    ];
    let finished = place.tunes(&chosen_by);
    assert!(
        finished.stdout.contains("validation AUROC"),
        "{}",
        finished.stdout
    );
    assert!(
        finished.stdout.contains("highest mean"),
        "{}",
        finished.stdout
    );
    let selection = place.json("run/selection.json");
    let candidates = selection["candidates"].as_array().expect("candidates");
    let means: Vec<f64> = candidates
        .iter()
        .map(|one| number(&one["validation"]["mean"]))
        .collect();
    let highest = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert!(
        means.iter().all(|mean| (0.5..=1.0).contains(mean)),
        "{means:?}"
    );
    let best = selection["best"].as_u64().expect("an index") as usize;
    assert_eq!(means[best], highest);
    assert_eq!(selection["chosen"], selection["best"]);
    assert!(place.read("run/members.csv").contains("validation_auroc"));
    let page = place.read("run/report.html");
    assert!(page.contains("highest") && !page.contains("is lowest at"));
}
