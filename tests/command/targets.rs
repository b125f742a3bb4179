//! Several numbers at once, from the flag to the audit, and what does not go together.

use crate::harness::{FAST, Place, rows};

/// Numbers that look random and are the same everywhere.
fn noise(i: usize, salt: f64) -> f64 {
    ((i as f64 + salt) * 0.754_877_666).fract() - 0.5
}

/// Prices in thousands, sizes in hundredths and two labels, all of them of `a` and `b`.
fn table(count: usize) -> String {
    let row = |i: usize| {
        let (a, b) = (2.0 * noise(i, 0.0), 2.0 * noise(7 * i, 0.3));
        let price = 5000.0 + 1000.0 * (a - 0.5 * b) + 100.0 * noise(13 * i, 0.7);
        let size = 0.01 * (b + a) + 0.002 * noise(17 * i, 0.1);
        let hot = usize::from(a + 0.5 * noise(19 * i, 0.2) > 0.0);
        let wet = ["no", "yes"][usize::from(b - a + 0.5 * noise(23 * i, 0.9) > 0.6)];
        format!("{a},{b},{price},{size},{hot},{wet}\n")
    };
    format!(
        "a,b,price,size,hot,wet\n{}",
        (0..count).map(row).collect::<String>()
    )
}

/// New rows, without anything that is to be predicted.
fn unlabelled() -> &'static str {
    "b,a\n0.5,-0.25\n-0.75,0.8\n"
}

/// A sweep that learns, in half a second.
pub(crate) fn learns(place: &Place, out: &str, flags: &[&str]) -> String {
    let enough = [
        "--epochs",
        "40",
        "--model.hidden",
        "8",
        "--lr",
        "0.02",
        "--batch",
        "32",
    ];
    let fast = FAST.iter().skip(2).copied();
    let all: Vec<&str> = ["tune", "--data", "table.csv", "--out", out]
        .into_iter()
        .chain(flags.iter().copied())
        .chain(enough)
        .chain(fast)
        .collect();
    let finished = place.succeeds(&all);
    finished.stderr + &finished.stdout
}

pub(crate) fn place() -> Place {
    let place = Place::new();
    place.file("table.csv", table(240));
    place.file("new.csv", unlabelled());
    place
}

pub(crate) fn numbers(row: &[String]) -> Vec<f64> {
    row.iter()
        .map(|cell| cell.parse().expect("a number"))
        .collect()
}

#[test]
fn two_numbers_are_predicted_and_audited_together() {
    let place = place();
    let flags = ["--target", "price,size", "--drop", "hot,wet"];
    let told = learns(&place, "run", &flags);
    for part in [
        "price, size: 2 columns of numbers",
        "a regression of 2 targets",
        "root mean squared error, mean over 2 targets",
        "root mean squared error, price",
        "predictions of price are off by",
        "predictions of size are off by",
        "detection of other data are left out",
        "their own units do not add up",
    ] {
        assert!(told.contains(part), "'{part}' in {told}");
    }
    let model = place.json("run/model.json");
    assert_eq!(
        (&model["outputs"], model["classes"].as_array().map(Vec::len)),
        (&2.into(), Some(0))
    );
    for each in ["sigma2", "interval", "target_scale"] {
        assert_eq!(model[each].as_array().map(Vec::len), Some(2), "{each}");
    }
    let audit = place.json("run/audit.json");
    let of = |target: &str, key: &str| audit["targets"][target][key]["mean"].as_f64().expect(key);
    let r2 = [of("price", "r2"), of("size", "r2")];
    assert!(r2.iter().all(|r2| *r2 > 0.7), "{r2:?}");
    let mean = audit["r2"]["mean"].as_f64().expect("a mean");
    assert!((mean - (r2[0] + r2[1]) / 2.0).abs() < 1e-9);
    // Prices are in thousands; the mean is in units of spread.
    let scales = &place.json("run/audited/model.json")["target_scale"];
    let sd = |target: usize| scales[target]["sd"].as_f64().expect("a spread");
    let wanted = (of("price", "rmse") / sd(0) + of("size", "rmse") / sd(1)) / 2.0;
    assert!((audit["rmse"]["mean"].as_f64().expect("a mean") - wanted).abs() < 1e-9);
    assert!(of("price", "rmse") > 20.0 && of("size", "rmse") < 0.01);
    let predicted = place
        .succeeds(&["predict", "--model", "run", "--data", "new.csv"])
        .stdout;
    let predicted = rows(&predicted);
    let head = [
        "price",
        "low_price",
        "high_price",
        "size",
        "low_size",
        "high_size",
    ];
    assert_eq!(predicted[0], head);
    for (row, (price, size)) in predicted[1..]
        .iter()
        .zip([(4500.0, 0.0025), (6175.0, 0.0005)])
    {
        let row = numbers(row);
        assert!(
            (row[0] - price).abs() < 400.0 && (row[3] - size).abs() < 0.008,
            "{row:?}"
        );
        assert!(
            row[1] < row[0] && row[0] < row[2] && row[4] < row[3] && row[3] < row[5],
            "{row:?}"
        );
    }
    let again = place.succeeds(&["audit", "run", "--out", "again"]);
    assert!(
        again.stdout.contains("R², mean over 2 targets"),
        "{}",
        again.stdout
    );
    assert_eq!(place.json("again/audit.json")["r2"], audit["r2"]);
    let runs = ["compare", "run", "run/audited", "--data", "table.csv"];
    let compared = place.succeeds(&runs).stdout;
    assert!(compared.contains("root mean squared error"), "{compared}");
}

/// Every target has a variance of its own: the outputs are two means, then two variances.
#[test]
fn a_gaussian_of_two_numbers_has_two_variances() {
    let place = place();
    let flags = [
        "--target",
        "size,price",
        "--drop",
        "hot,wet",
        "--loss",
        "gaussian",
    ];
    learns(&place, "run", &flags);
    assert_eq!(place.json("run/model.json")["outputs"], 4);
    let call = [
        "predict", "--model", "run", "--data", "new.csv", "--logits", "--member", "1",
    ];
    let raw = rows(&place.succeeds(&call).stdout);
    let head = [
        "output_mean_size",
        "output_mean_price",
        "output_variance_size",
        "output_variance_price",
    ];
    assert_eq!(raw[0], head);
    let predicted = rows(
        &place
            .succeeds(&[
                "predict", "--model", "run", "--data", "new.csv", "--member", "1",
            ])
            .stdout,
    );
    let scales = &place.json("run/model.json")["target_scale"];
    for (raw, told) in raw[1..].iter().zip(&predicted[1..]) {
        let (raw, told) = (numbers(raw), numbers(told));
        for (target, place) in [(0, 0), (1, 3)] {
            let [mean, sd] = ["mean", "sd"].map(|key| scales[target][key].as_f64().expect(key));
            let wanted = mean + sd * raw[target];
            assert!((told[place] - wanted).abs() < 1e-6 * sd, "{told:?} {raw:?}");
        }
    }
}

#[test]
fn a_settings_file_names_one_target_or_several() {
    let place = place();
    for (name, target) in [
        ("one.toml", "\"price\""),
        ("two.toml", "[\"price\", \"size\"]"),
    ] {
        place.file(
            name,
            format!("[data]\npath = \"table.csv\"\ntarget = {target}\n"),
        );
    }
    let outputs = |name: &str| {
        let out = format!("run-{name}");
        let call = [&["tune", "--config", name, "--out", &out][..], &FAST].concat();
        place.succeeds(&call);
        place.json(&format!("{out}/model.json"))["outputs"].clone()
    };
    assert_eq!(
        (outputs("one.toml"), outputs("two.toml")),
        (1.into(), 2.into())
    );
    // What it resolved to repeats it.
    let repeated = place.read("run-two.toml/config.toml");
    assert!(
        repeated.contains("target = [\"price\", \"size\"]"),
        "{repeated}"
    );
    let call = [
        "tune",
        "--config",
        "run-two.toml/config.toml",
        "--out",
        "again",
    ];
    place.succeeds(&call);
    let [own, again] =
        ["run-two.toml", "again"].map(|run| place.json(&format!("{run}/audit.json")));
    assert_eq!(own["rmse"], again["rmse"]);
}

#[test]
fn targets_that_do_not_go_together_are_refused() {
    let place = place();
    place.file("flat.csv", "a,x,y\n1,0,no\n2,1,no\n3,0,no\n4,1,no\n");
    let tune = |data: &'static str, flags: &[&'static str]| {
        [&["tune", "--data", data][..], flags].concat()
    };
    for (flags, parts) in [
        (
            &["--target", "price,sise"][..],
            &["no column 'sise'", "did you mean 'size'"][..],
        ),
        (
            &["--target", "price,size,price"],
            &["'price' is named twice"],
        ),
        (
            &["--target", "price,wet"],
            &["'price' is numbers", "'wet' has two values"],
        ),
        (
            &["--target", "hot,wet", "--task", "regression"],
            &["'wet'", "is not a value of a column of numbers"],
        ),
        (
            &["--target", "hot,wet", "--task", "classification"],
            &["a classification needs one target, and 2"],
        ),
        (
            &["--target", "hot,wet", "--unknown-classes", "yes"],
            &["setting classes aside needs one target"],
        ),
        (
            &["--target", "hot,wet", "--label-smoothing", "0.1"],
            &["train.label_smoothing", "labels are none"],
        ),
        (
            &["--target", "hot,wet", "--metric", "rmse"],
            &["sweep.metric", "hamming_accuracy", "'rmse'"],
        ),
        (
            &["--target", "price,size", "--loss", "bernoulli"],
            &["'price' has 240 different values", "a label has two"],
        ),
        (
            &["--target", "price,size", "--confidence-penalty", "0.1"],
            &["a regression has none"],
        ),
        (
            &["--target", "a,size", "--loss", "poisson"],
            &["train.loss = poisson", "targets in [0, inf)"],
        ),
    ] {
        place.refuses(&tune("table.csv", flags), parts);
    }
    place.refuses(
        &tune("flat.csv", &["--target", "x,y"]),
        &["the target 'y' has one class, 'no'"],
    );
}
