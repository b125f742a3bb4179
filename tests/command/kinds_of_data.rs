//! Tables and images of every kind, from the command line to the prediction.

use std::io::Write as _;

use crate::harness::{Place, mixed_table};

#[test]
fn a_regression_is_recognised_chosen_and_audited() {
    let place = Place::new();
    let finished = place.tunes(&["--data", "diabetes"]);
    assert!(
        finished.stdout.contains("validation MSE") && finished.stdout.contains("R²"),
        "{}",
        finished.stdout
    );
    let audit = place.json("run/audit.json");
    for metric in ["mse", "rmse", "mae", "r2", "nll"] {
        assert!(audit[metric]["mean"].is_number(), "{metric}");
    }
    // The target's variance is about 5900: its own unit, not the standardised one.
    assert!(audit["mse"]["mean"].as_f64() > Some(1000.0));
    let values = place
        .succeeds(&["predict", "--model", "run", "--data", "diabetes"])
        .stdout;
    assert!(values.lines().next().unwrap().ends_with(",low,high"));
    let numbers =
        |line: &str| -> Vec<f64> { line.split(',').map(|cell| cell.parse().unwrap()).collect() };
    let rows: Vec<Vec<f64>> = values.lines().skip(1).map(numbers).collect();
    assert_eq!(rows.len(), 442);
    assert!(rows.iter().all(|row| row[1] < row[0] && row[0] < row[2]));
    let mean = rows.iter().map(|row| row[0]).sum::<f64>() / 442.0;
    assert!((30.0..300.0).contains(&mean), "{mean}");
}

#[test]
fn labels_missing_values_and_constants_are_dealt_with() {
    let place = Place::new();
    place.file("table.csv", mixed_table(150));
    place.tunes(&["--data", "table.csv", "--quiet"]);
    let model = place.json("run/model.json");
    let names: Vec<_> = model["schema"]["inputs"]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["width", "colour", "constant", "height"]);
    // The constant column has scale 0 and so no influence.
    let scales = model["preprocessing"]["scale"].as_array().unwrap();
    assert!(scales.iter().any(|scale| scale.as_f64() == Some(0.0)));

    place.file(
        "same.csv",
        "kind,height,colour,width,constant\n?,3,red,1,7\n",
    );
    place.file("other.csv", "height,colour,width,constant\n3,red,1,-1000\n");
    let predict = |file| place.succeeds(&["predict", "--model", "run", "--data", file]);
    assert_eq!(predict("same.csv").stdout, predict("other.csv").stdout);
    place.file("short.csv", "height,width,constant\n3,1,7\n");
    place.refuses(
        &["predict", "--model", "run", "--data", "short.csv"],
        &["short.csv", "'colour'"],
    );
    place.file("words.csv", "height,colour,width,constant\nlow,red,1,7\n");
    place.refuses(
        &["predict", "--model", "run", "--data", "words.csv"],
        &["words.csv", "line 2", "'height'", "'low'"],
    );
}

#[test]
fn an_unseen_label_is_said_and_an_unseen_class_refused() {
    let place = Place::new();
    place.file("table.csv", mixed_table(120));
    place.tunes(&["--data", "table.csv", "--quiet"]);
    place.file(
        "new.csv",
        "width,colour,constant,height,kind\n1,purple,7,2,kind 1\n1,red,7,2,kind 1\n",
    );
    let finished = place.succeeds(&["predict", "--model", "run", "--data", "new.csv"]);
    assert!(
        finished.stderr.contains("'colour' in 1 rows") && finished.stderr.contains("'purple'"),
        "{}",
        finished.stderr
    );
    assert_eq!(finished.stdout.lines().count(), 3);
    place.file(
        "class.csv",
        "width,colour,constant,height,kind\n1,red,7,2,kind 9\n1,red,7,2,kind 1\n",
    );
    place.refuses(
        &["audit", "--model", "run", "--data", "class.csv"],
        &["class.csv", "'kind 9'", "kind 0, kind 1, kind 2"],
    );
}

#[test]
fn a_compressed_tab_separated_file_and_a_column_of_numbers_as_labels() {
    let place = Place::new();
    let text = mixed_table(120).replace(',', "\t");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(text.as_bytes()).unwrap();
    place.file("table.tsv.gz", gz.finish().unwrap());
    place.tunes(&[
        "--data",
        "table.tsv.gz",
        "--target",
        "width",
        "--drop",
        "kind,constant",
        "--task",
        "regression",
    ]);
    assert!(place.json("run/audit.json")["rmse"]["mean"].is_number());
}

/// `train-` and `t10k-` files: the test part is what is audited.
#[test]
fn a_folder_of_images_with_its_own_test_set() {
    let place = Place::new();
    let images = |n: usize| {
        let mut bytes = vec![0, 0, 8, 3];
        for size in [n, 4, 4] {
            bytes.extend((size as u32).to_be_bytes());
        }
        for i in 0..n {
            bytes.extend((0..16).map(|p| {
                if (p < 8) == (i % 2 == 0) {
                    200
                } else {
                    (i * 31 + p * 7) as u8 % 60
                }
            }));
        }
        bytes
    };
    let labels = |n: usize| {
        let mut bytes = vec![0, 0, 8, 1];
        bytes.extend((n as u32).to_be_bytes());
        bytes.extend((0..n).map(|i| (i % 2) as u8));
        bytes
    };
    for (prefix, n) in [("train", 60), ("t10k", 20)] {
        place.file(&format!("set/{prefix}-images-idx3-ubyte"), images(n));
        place.file(&format!("set/{prefix}-labels-idx1-ubyte"), labels(n));
    }
    place.tunes(&["--data", "set", "--ood", "digits", "--batch", "8"]);
    let audit = place.json("run/audit.json");
    assert_eq!(
        (&audit["accuracy"]["n"], &audit["auroc_msp"]["n"]),
        (&20.into(), &1817.into())
    );
    assert_eq!(place.json("run/run.json")["data"]["training_rows"], 60);
    let predicted = place
        .succeeds(&["predict", "--model", "run", "--data", "set"])
        .stdout;
    assert_eq!(predicted.lines().count(), 21);
}
