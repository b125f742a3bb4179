//! What stands behind the headline figures of an audit: classes, columns, mistakes, groups.

use std::fmt::Write as _;

use crate::harness::{FAST, Place};

/// Rows whose class follows from `signal`, but not in the region `south`, where it is a coin; `noise` says nothing.
fn churn() -> String {
    let mut table = "signal,noise,region,left\n".to_owned();
    let mut state = 7_u64;
    let mut unit = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for row in 0..900 {
        let (signal, noise, coin) = (unit() - 0.5, unit(), unit());
        let region = ["north", "west", "south"][row % 3];
        let left = if region == "south" {
            coin < 0.5
        } else {
            signal > 0.0
        };
        let left = if left { "yes" } else { "no" };
        writeln!(table, "{signal:.4},{noise:.4},{region},{left}").expect("a string grows");
    }
    table
}

const TUNE: [&str; 12] = [
    "--data",
    "churn.csv",
    "--target",
    "left",
    "--by",
    "region",
    "--epochs",
    "20",
    "--lr",
    "0.02",
    "--holdout",
    "0.4",
];

fn tuned() -> Place {
    let place = Place::new();
    place.file("churn.csv", churn());
    let fast = FAST.iter().skip(2).copied().collect::<Vec<_>>();
    place.succeeds(&[&["tune"], &TUNE[..], &fast, &["--out", "run"]].concat());
    place
}

#[test]
fn the_worst_group_is_named_and_the_column_that_matters_comes_first() {
    let place = tuned();
    let audit = place.json("run/audit.json");
    let groups = &audit["subgroups"];
    let worst = groups["worst"].as_u64().expect("a worst group") as usize;
    assert_eq!(groups["groups"][worst]["name"], "south");
    assert!(groups["groups"][worst]["against_rest"]["low"].as_f64() > Some(0.0));
    let columns = audit["importance"]["columns"].as_array().expect("columns");
    assert_eq!(columns[0]["column"], "signal");
    let noise = columns
        .iter()
        .find(|own| own["column"] == "noise")
        .expect("noise");
    let end = |end: &str| noise["increase"][end].as_f64().expect("a number");
    assert!(end("mean").abs() < 0.05, "{noise}");
    matrix_holds(&audit);
    page_and_tables_hold(&place);

    // The same again, by a column of numbers and on a terminal.
    let finished = place.succeeds(&["audit", "run", "--by", "signal", "--out", "audit"]);
    assert!(
        finished.stdout.contains("by signal: quarters of the rows"),
        "{}",
        finished.stdout
    );
    let again = place.json("audit/audit.json");
    assert_eq!(
        again["subgroups"]["groups"].as_array().map(Vec::len),
        Some(4)
    );
    assert_eq!(again["importance"], audit["importance"]);
    place.refuses(
        &["audit", "run", "--by", "size", "--out", "other"],
        &["audit.by", "'size'", "churn.csv", "signal, noise, region"],
    );
}

/// Every held-out row is in the matrix, and its rows sum to the support.
fn matrix_holds(audit: &serde_json::Value) {
    let counts = audit["classes"]["confusion"].as_array().expect("a matrix");
    let row = |row: &serde_json::Value| -> u64 {
        let cells = row.as_array().expect("a row").iter();
        cells.map(|cell| cell.as_u64().expect("a count")).sum()
    };
    assert_eq!(Some(counts.iter().map(row).sum()), audit["rows"].as_u64());
    for (class, own) in counts
        .iter()
        .zip(audit["classes"]["by_class"].as_array().unwrap())
    {
        assert_eq!(Some(row(class)), own["support"].as_u64());
    }
}

fn page_and_tables_hold(place: &Place) {
    let page = place.read("run/report.html");
    for part in [
        "By region the model is worst for south",
        "Which class is taken for which",
        "Permutation importance",
        "Most confident mistakes",
        "Found against false alarms",
        "Partial dependence",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    let lines = |name: &str| place.read(&format!("run/{name}")).lines().count();
    assert_eq!(lines("subgroups.csv"), 1 + 3);
    assert_eq!(lines("classes.csv"), 1 + 2);
    assert_eq!(lines("importance.csv"), 1 + 3);
}

#[test]
fn a_column_that_is_not_there_is_refused_before_anything_is_trained() {
    let place = Place::new();
    place.file("churn.csv", churn());
    place.refuses(
        &[
            "tune",
            "--data",
            "churn.csv",
            "--target",
            "left",
            "--by",
            "left",
            "--out",
            "run",
        ],
        &["audit.by", "'left'"],
    );
}

/// Residuals are told in the target's unit, the largest first.
#[test]
fn a_regression_shows_its_largest_residuals() {
    let place = Place::new();
    let row = |row: usize| format!("{row},{}\n", if row == 150 { 9000 } else { 2 * row });
    let rows: String = (0..200).map(row).collect();
    place.file("line.csv", format!("x,y\n{rows}"));
    place.tunes(&["--data", "line.csv", "--target", "y", "--keep", "x,y"]);
    let audit = place.json("run/audit.json");
    let sizes = audit["mistakes"]["rows"].as_array().expect("rows").iter();
    let sizes: Vec<f64> = sizes
        .map(|row| row["size"].as_f64().unwrap().abs())
        .collect();
    assert!(sizes.windows(2).all(|pair| pair[0] >= pair[1]), "{sizes:?}");
    let page = place.read("run/report.html");
    for part in [
        "Largest residuals",
        "y: predicted against true, R²",
        "y: residuals",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    assert!(audit["classes"].is_null());
}

/// Dates, groups, weights and columns that were dropped or set aside: none of the last four is read by the model.
#[test]
fn figures_by_dates_and_by_columns_that_the_model_does_not_read() {
    let place = Place::new();
    let mut table = "when,customer,weight,store,signal,left\n".to_owned();
    for row in 0..400 {
        let day = 1 + row % 28;
        let (year, month) = (2022 + row % 3, 1 + row % 12);
        let signal = (row * 37 % 101) as f64 / 101.0 - 0.5;
        // Of 2024 the answer is the other way round.
        let left = (signal > 0.0) != (year == 2024);
        let weight = [1, 2][row % 2];
        writeln!(
            table,
            "{year}-{month:02}-{day:02},k{},{weight},s{},{signal:.3},{}",
            row / 4,
            row % 3,
            if left { "yes" } else { "no" }
        )
        .expect("a string grows");
    }
    place.file("churn.csv", table);
    let call = [
        "--data",
        "churn.csv",
        "--target",
        "left",
        "--group",
        "customer",
        "--weight",
        "weight",
        "--drop",
        "store",
        "--by",
        "when",
        "--epochs",
        "20",
    ];
    let fast = FAST.iter().skip(2).copied().collect::<Vec<_>>();
    let told = place.succeeds(&[&["tune"], &call[..], &fast, &["--out", "run"]].concat());
    assert!(
        told.stdout.contains("by when: each year"),
        "{}",
        told.stdout
    );
    let names = |audit: &serde_json::Value| -> Vec<String> {
        let groups = audit["subgroups"]["groups"]
            .as_array()
            .expect("groups")
            .iter();
        groups
            .map(|own| own["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let rows = |audit: &serde_json::Value| -> u64 {
        let groups = audit["subgroups"]["groups"]
            .as_array()
            .expect("groups")
            .iter();
        groups.map(|own| own["rows"].as_u64().expect("rows")).sum()
    };
    let audit = place.json("run/audit.json");
    assert_eq!(names(&audit), ["2022", "2023", "2024"]);
    for (by, how, groups) in [
        ("store", "each value", 3),
        ("weight", "each value", 2),
        (
            "customer",
            "the 12 most frequent values, and all others together",
            13,
        ),
    ] {
        let again = place.succeeds(&["audit", "run", "--by", by, "--out", by]);
        assert!(
            again.stdout.contains(&format!("by {by}: {how}")),
            "{}",
            again.stdout
        );
        let own = place.json(&format!("{by}/audit.json"));
        assert_eq!(names(&own).len(), groups, "{by}");
        assert_eq!(rows(&own), rows(&audit), "{by}");
        assert_eq!(own["nll"], audit["nll"], "{by}");
    }
}
