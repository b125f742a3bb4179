//! Losses of values and weights, from the flag to the predictions.

use crate::harness::{FAST, Place, rows};

/// Numbers that look random and are the same everywhere.
fn noise(i: usize) -> f64 {
    (i as f64 * 0.754_877_666).fract() - 0.5
}

/// `y` is noisier where `a` is larger.
fn uneven(count: usize) -> String {
    let row = |i: usize| {
        let a = (i * 7 % count) as f64 / count as f64;
        let y = 2.0 * a + (0.1 + 3.0 * a) * noise(i);
        format!("{a},{y},{}\n", 1 + i % 3)
    };
    format!("a,y,w\n{}", (0..count).map(row).collect::<String>())
}

/// Whole numbers from 0 to a few, as classes would be; more of them where `a` is larger.
fn counts(count: usize) -> String {
    let row = |i: usize| {
        let a = (i * 7 % count) as f64 / count as f64;
        format!("{a},{}\n", (4.0 * a + 2.0 * noise(i)).round().max(0.0))
    };
    format!("a,y\n{}", (0..count).map(row).collect::<String>())
}

fn column(csv: &str, name: &str) -> Vec<f64> {
    let rows = rows(csv);
    let place = rows[0].iter().position(|head| head == name);
    let place = place.unwrap_or_else(|| panic!("no column {name} in {:?}", rows[0]));
    let cells = rows[1..].iter().map(|row| &row[place]);
    cells.filter_map(|cell| cell.parse().ok()).collect()
}

/// A fast sweep, but for these flags.
fn tunes(place: &Place, out: &str, flags: &[&[&str]]) {
    let mut all = vec!["tune"];
    all.extend(FAST);
    all.extend(flags.iter().copied().flatten());
    all.extend(["--out", out]);
    place.succeeds(&all);
}

fn predicted(place: &Place, data: &str) -> String {
    place
        .succeeds(&["predict", "--model", "run", "--data", data])
        .stdout
}

#[test]
fn a_gaussian_is_less_sure_where_rows_are_noisier() {
    let place = Place::new();
    place.file("table.csv", uneven(300));
    let flags = [
        "tune",
        "--data",
        "table.csv",
        "--drop",
        "w",
        "--target",
        "y",
        "--loss",
        "gaussian",
        "--model.hidden",
        "8",
        "--epochs",
        "60",
        "--train.lr",
        "0.02",
        "--rates",
        "1e-3,1e-2",
        "--folds",
        "3",
        "--seeds",
        "1",
        "--refits",
        "2",
        "--out",
        "run",
    ];
    place.succeeds(&flags);
    let model = place.json("run/model.json");
    assert_eq!(
        (&model["loss"], &model["outputs"]),
        (&"gaussian".into(), &2.into())
    );
    assert!(model["sigma2"].is_null());
    let coverage = model["interval"]["coverage"].as_f64().expect("a coverage");
    assert!((coverage - 0.9).abs() < 0.06, "{coverage}");
    let members = place.read("run/members.csv");
    for name in ["train_nll", "validation_nll"] {
        assert!(!column(&members, name).is_empty());
    }
    assert!(place.read("run/history.csv").contains(",nll,"));
    let answers = predicted(&place, "table.csv");
    let [y, low, high] = ["y", "low", "high"].map(|name| column(&answers, name));
    let a = column(&place.read("table.csv"), "a");
    let width = |part: fn(f64) -> bool| {
        let widths = (0..a.len())
            .filter(|&i| part(a[i]))
            .map(|i| high[i] - low[i]);
        let widths: Vec<f64> = widths.collect();
        widths.iter().sum::<f64>() / widths.len() as f64
    };
    let (calm, noisy) = (width(|a| a < 0.25), width(|a| a > 0.75));
    assert!(noisy > 2.0 * calm, "{calm} {noisy}");
    assert!((0..y.len()).all(|i| low[i] < y[i] && y[i] < high[i]));
    let truth = column(&place.read("table.csv"), "y");
    let held = (0..y.len())
        .filter(|&i| (low[i]..=high[i]).contains(&truth[i]))
        .count();
    assert!((held as f64 / 300.0 - 0.9).abs() < 0.06, "{held}");
    let raw = [
        "predict",
        "--model",
        "run",
        "--data",
        "table.csv",
        "--logits",
    ];
    let raw = place.succeeds(&raw).stdout;
    assert!(raw.starts_with("output_mean,output_variance\n"), "{raw}");
    assert_eq!(raw.lines().count(), 301);
    let audit = place.json("run/audit.json");
    for name in ["nll", "crps", "coverage_90"] {
        assert!(audit[name]["mean"].is_f64(), "{name}");
    }
    // Of the rows that the run held out; the models that are shipped saw them.
    place.succeeds(&[
        "audit",
        "--model",
        "run",
        "--attacks",
        "none",
        "--out",
        "again",
    ]);
    assert_eq!(place.json("again/audit.json")["nll"], audit["nll"]);
}

/// Counts are not taken for classes, and intervals of them begin at 0.
#[test]
fn a_poisson_predicts_amounts() {
    let place = Place::new();
    place.file("table.csv", counts(240));
    let flags = [
        "--data",
        "table.csv",
        "--loss",
        "poisson",
        "--epochs",
        "20",
        "--train.lr",
        "0.02",
    ];
    tunes(&place, "run", &[&flags]);
    assert_eq!(place.json("run/model.json")["loss"], "poisson");
    let members = place.read("run/members.csv");
    assert!(!column(&members, "validation_poisson_deviance").is_empty());
    assert!(place.json("run/audit.json")["poisson_deviance"]["mean"].is_f64());
    assert!(place.read("run/report.html").contains("Poisson deviance"));
    let answers = predicted(&place, "table.csv");
    let [y, low] = ["y", "low"].map(|name| column(&answers, name));
    assert!(y.iter().all(|&y| y > 0.0) && low.iter().all(|&low| low >= 0.0));
    assert!(low.contains(&0.0));
    place.file(
        "below.csv",
        "a,y\n1,2\n2,0.5\n3,-1\n4,2\n5,2\n6,2.5\n7,1\n8,3\n9,4\n",
    );
    place.refuses(
        &[
            &[
                "tune",
                "--data",
                "below.csv",
                "--loss",
                "poisson",
                "--out",
                "other",
            ],
            &FAST[..],
        ]
        .concat(),
        &["train.loss = poisson", "[0, inf)", "row 3", "-1"],
    );
}

#[test]
fn a_quantile_is_predicted_and_swept() {
    let place = Place::new();
    place.file("table.csv", uneven(240));
    let common = [
        "--data",
        "table.csv",
        "--drop",
        "w",
        "--loss",
        "quantile",
        "--epochs",
        "40",
        "--train.lr",
        "0.02",
    ];
    tunes(&place, "run", &[&common, &["--quantile", "0.9"]]);
    assert_eq!(place.json("run/model.json")["quantile"], 0.9);
    assert!(place.json("run/audit.json")["pinball"]["mean"].is_f64());
    assert!(place.json("run/audit.json")["nll"].is_null());
    let truth = column(&place.read("table.csv"), "y");
    let y = column(&predicted(&place, "table.csv"), "y");
    let below = truth.iter().zip(&y).filter(|(truth, y)| truth < y).count();
    assert!((0.8..0.97).contains(&(below as f64 / 240.0)), "{below}");
    let sweep = [
        "--quantile",
        "0.25,0.75",
        "--rates",
        "0.01",
        "--epochs",
        "2",
    ];
    tunes(&place, "swept", &[&common, &sweep]);
    let members = place.read("swept/members.csv");
    let mut swept = column(&members, "quantile");
    swept.dedup();
    assert!(swept.contains(&0.25) && swept.contains(&0.75), "{swept:?}");
    place.refuses(
        &[
            &["tune"],
            &common[..4],
            &["--quantile", "0.9", "--out", "other"],
            &FAST[..],
        ]
        .concat(),
        &["train.quantile = 0.9", "train.loss = quantile"],
    );
    place.refuses(
        &[
            &["tune"],
            &common[..6],
            &["--quantile", "1", "--out", "other"],
            &FAST[..],
        ]
        .concat(),
        &["train.quantile", "(0, 1)"],
    );
}

/// The heavier rows of each pair decide, in training, choice and audit; predictions do without the column.
#[test]
fn sample_weights_reach_the_audit_and_predictions_need_none() {
    let place = Place::new();
    let row = |i: usize| format!("{},{},{}\n", i / 2, 10 * (i % 2) + i / 40, [3, 1][i % 2]);
    let table: String = (0..160).map(row).collect();
    place.file("table.csv", format!("a,y,w\n{table}"));
    place.file("bare.csv", "a\n1\n50\n");
    let flags = [
        "--data",
        "table.csv",
        "--weight",
        "w",
        "--task",
        "regression",
        "--epochs",
        "60",
        "--train.lr",
        "0.05",
    ];
    tunes(&place, "run", &[&flags]);
    let model = place.json("run/model.json");
    assert_eq!(
        (&model["inputs"], &model["schema"]["weight"]),
        (&1.into(), &"w".into())
    );
    // Three parts of about 0 to one of 10.
    let y = column(&predicted(&place, "bare.csv"), "y");
    assert!((y[0] - 2.5).abs() < 1.5, "{y:?}");
    let weighted = place.json("run/audit.json")["mse"]["mean"]
        .as_f64()
        .expect("a figure");
    // About 3/4 2.5² + 1/4 7.5² = 18.75; unweighted it would be about 31.
    assert!((weighted - 18.75).abs() < 5.0, "{weighted}");
    for (name, text, parts) in [
        (
            "below.csv",
            "a,y,w\n1,2,1\n2,3,-1\n3,1.5,1\n",
            ["below.csv", "line 3", "'-1'"],
        ),
        (
            "none.csv",
            "a,y,w\n1,2,0\n2,3,0\n3,1.5,0\n",
            ["none.csv", "'w'", "all sample weights are 0"],
        ),
    ] {
        place.file(name, text);
        let call = ["tune", "--data", name, "--weight", "w", "--out", "other"];
        place.refuses(&[&call, &FAST[..]].concat(), &parts);
    }
    let call = [
        "tune", "--data", "digits", "--weight", "w", "--out", "other",
    ];
    place.refuses(
        &[&call, &FAST[..]].concat(),
        &["digits", "for the rows of a table"],
    );
}

/// Of classes that nothing tells apart, balanced weights make both as likely.
#[test]
fn class_weights_move_probabilities_and_leave_the_audit_alone() {
    let place = Place::new();
    let row = |i: usize| {
        format!(
            "{},{}\n",
            i % 2,
            if i % 10 < 8 { "often" } else { "seldom" }
        )
    };
    place.file(
        "table.csv",
        format!("a,kind\n{}", (0..200).map(row).collect::<String>()),
    );
    let share = |weights: &str| {
        let out = format!("run-{}", weights.len());
        let flags = [
            "tune",
            "--data",
            "table.csv",
            "--class-weights",
            weights,
            "--model.hidden",
            "4",
            "--epochs",
            "80",
            "--train.lr",
            "0.02",
            "--rates",
            "1e-3",
            "--folds",
            "3",
            "--seeds",
            "1",
            "--refits",
            "1",
            "--attacks",
            "none",
            "--certificates=false",
            "--out",
            &out,
        ];
        place.succeeds(&flags);
        let call = [
            "predict",
            "--model",
            &out,
            "--data",
            "table.csv",
            "--logits",
        ];
        let raw = place.succeeds(&call).stdout;
        let (often, seldom) = (column(&raw, "logit_often"), column(&raw, "logit_seldom"));
        1.0 / (1.0 + (often[0] - seldom[0]).exp())
    };
    assert!((share("none") - 0.2).abs() < 0.05);
    assert!((share("balanced") - 0.5).abs() < 0.06);
    assert!((share("seldom=12") - 0.75).abs() < 0.06);
    let call = [
        "tune",
        "--data",
        "table.csv",
        "--class-weights",
        "rare=3",
        "--out",
        "other",
    ];
    place.refuses(&[&call, &FAST[..]].concat(), &["'rare'", "often, seldom"]);
    let call = [
        "tune",
        "--data",
        "table.csv",
        "--class-weights",
        "rare",
        "--out",
        "other",
    ];
    place.refuses(&[&call, &FAST[..]].concat(), &["class_weights", "'rare'"]);
    let call = [
        "tune",
        "--data",
        "table.csv",
        "--task",
        "classification",
        "--loss",
        "absolute",
        "--out",
        "other",
    ];
    place.refuses(
        &[&call, &FAST[..]].concat(),
        &["train.loss is for regressions and multilabel tasks, got absolute"],
    );
}
