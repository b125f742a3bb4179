//! What a user gets wrong: exit code 2, one sentence that names the culprit, and nothing left behind.

use std::io::Write as _;

use crate::harness::{FAST, Place, mixed_table};

fn tune<'a>(data: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["tune", "--data", data, "--out", "run"], &FAST[..], more].concat()
}

#[test]
fn files_that_are_no_tables() {
    let place = Place::new();
    place.file("empty.csv", "");
    place.file("head.csv", "a,b\n");
    place.file("ragged.csv", "a,b,c\n1,2,x\n3,4,y\n5,6\n");
    place.file("infinite.csv", "a,b\n1,x\ninf,y\n2,x\n");
    for (file, parts) in [
        ("missing.csv", &["missing.csv"][..]),
        ("no-such-set", &["no-such-set", "digits", "diabetes"]),
        ("empty.csv", &["empty.csv", "is empty"]),
        ("head.csv", &["head.csv", "no rows"]),
        (
            "ragged.csv",
            &["ragged.csv", "line 4", "2 fields", "expected 3"],
        ),
        ("infinite.csv", &["infinite.csv", "line 3", "'a'", "inf"]),
    ] {
        place.refuses(&tune(file, &["--data.header=true"]), parts);
    }
}

#[test]
fn targets_that_cannot_be_predicted() {
    let place = Place::new();
    place.file("table.csv", mixed_table(60));
    place.file("one.csv", "a,b\n1,x\n2,x\n3,x\n");
    place.file("gap.csv", "a,b\n1,x\n2,\n3,y\n4,x\n");
    let few = place.file("few.csv", "a,b\n1,x\n2,y\n3,x\n4,y\n");
    place.refuses(
        &tune("table.csv", &["--target", "knd"]),
        &[
            "table.csv",
            "'knd'",
            "'kind'",
            "width, colour, constant, height, kind",
        ],
    );
    place.refuses(
        &tune("one.csv", &[]),
        &["one.csv", "'b'", "one class", "'x'"],
    );
    place.refuses(
        &tune("gap.csv", &[]),
        &["gap.csv", "line 3", "'b'", "missing"],
    );
    place.refuses(&tune(few, &["--sweep.folds", "4"]), &["3 rows", "4 folds"]);
    place.refuses(
        &tune("table.csv", &["--drop", "wdth"]),
        &["'wdth'", "'width'"],
    );
    place.refuses(
        &tune("table.csv", &["--metric", "mse"]),
        &["sweep.metric", "nll", "'mse'"],
    );
}

#[test]
fn a_column_of_a_million_labels_is_set_aside_or_refused_at_once() {
    let place = Place::new();
    let mut text = String::with_capacity(20 << 20);
    text.push_str("id,x,y\n");
    for i in 0..1_000_000 {
        text.push_str(&format!("user-{i},{},{}\n", i % 7, i % 2));
    }
    place.file("ids.csv", text);
    let start = std::time::Instant::now();
    let asked = tune("ids.csv", &["--categorical", "id"]);
    place.refuses(&asked, &["ids.csv", "'id'", "1000", "drop"]);
    let told = place.succeeds(&["data", "ids.csv"]).stdout;
    assert!(told.contains("column 'id' is set aside"), "{told}");
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn damaged_images_and_archives() {
    let place = Place::new();
    place.file("wrong/train-images-idx3-ubyte", b"PK\x03\x04 no images");
    place.file("wrong/train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 3]);
    place.file("none/readme.txt", "nothing here");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(mixed_table(500).as_bytes()).unwrap();
    let bytes = gz.finish().unwrap();
    place.file("cut.csv.gz", &bytes[..bytes.len() / 2]);
    place.refuses(
        &tune("wrong", &[]),
        &["train-images-idx3-ubyte", "not an IDX file"],
    );
    place.refuses(
        &tune("none", &[]),
        &["none", "images-idx3-ubyte", "CIFAR", "nodes.csv"],
    );
    place.refuses(
        &tune("cut.csv.gz", &[]),
        &["cut.csv.gz", "gzip", "truncated"],
    );
}

#[test]
fn settings_out_of_range_name_the_key_the_value_and_the_range() {
    let place = Place::new();
    for (arguments, parts) in [
        (
            &["--batch", "0"][..],
            &["train.batch", "[1, inf)", "got 0"][..],
        ),
        (&["--epochs", "0"], &["train.epochs", "[1, inf)", "got 0"]),
        (
            &["--epochs", "many"],
            &["train.epochs", "whole number", "'many'"],
        ),
        (&["--lr", "nan"], &["train.lr", "(0, inf)", "NaN"]),
        (&["--lr", "-1"], &["train.lr", "(0, inf)", "got -1"]),
        (&["--dropout", "1"], &["train.dropout", "[0, 1)", "got 1"]),
        (
            &["--rates", "-0.1"],
            &["sweep.rates", "[0, inf)", "got -0.1"],
        ),
        (&["--rates", "nan"], &["sweep.rates", "[0, inf)", "NaN"]),
        (&["--rates", "1e-4..10"], &["sweep.rates", "1e-4..10:16"]),
        (
            &["--half-lives", "0"],
            &["sweep.half_lives", "(0, inf]", "got 0"],
        ),
        (
            &["--rates", "1", "--half-lives", "1"],
            &["sweep.rates", "sweep.half_lives", "not both"],
        ),
        (&["--folds", "1"], &["sweep.folds", "[2, inf)", "got 1"]),
        (
            &["--optimizer", "adamv"],
            &["train.optimizer", "'adamv'", "'adamw'"],
        ),
        (&["--model.hidden", "64,0"], &["model.hidden", "[1, inf)"]),
        (&["--holdout", "1"], &["data.holdout", "[0, 1)", "got 1"]),
        (&["--memory", "much"], &["run.memory", "4GiB", "'much'"]),
        (&["--threads", "0"], &["run.threads", "[1, 4096]", "got 0"]),
        (&["--threads", "20000"], &["run.threads", "[1, 4096]"]),
        (
            &["--seeds", "4294967295"],
            &["sweep.seeds", "[1, 1000000]", "got 4294967295"],
        ),
        (
            &["--seeds", "900000", "--folds", "3"],
            &["sweep.seeds", "at most 1000000", "900000 seeds"],
        ),
        (&["--refits", "1000001"], &["sweep.refits", "[1, 1000000]"]),
        (
            &["--set", "train.lrr=1"],
            &["--set", "'train.lrr'", "'train.lr'"],
        ),
        (&["--set", "train.lr"], &["KEY=VALUE"]),
        (&["--precision", "f16"], &["precision", "'f16'", "bf16"]),
        (
            &["--device", "flex", "--precision", "bf16"],
            &["train.precision", "f32", "'flex'", "bf16"],
        ),
        (&["--device", "cudda"], &["device", "'cudda'", "flex"]),
        (&["--device", "cuda:x"], &["'cuda:x'", "whole number"]),
        (&["--device", "flex:0"], &["'flex:0'", "index"]),
        (&["--device", "flex,flex"], &["'flex'", "GPUs"]),
        (&["--memory", "1KiB"], &["memory", "MiB", "--memory"]),
        (&["--memory", "1MiB"], &["at least", "1 MiB", "--memory"]),
        (
            &["--drop-last", "--batch", "100000"],
            &["train.batch", "train.drop_last"],
        ),
        (&["--ood", "wine"], &["wine"]),
    ] {
        let all = [&["tune", "--data", "digits", "--out", "run"], arguments].concat();
        place.refuses(&all, parts);
    }
    place.refuses(&["fit", "--out", "run"], &["--data"]);
    place.refuses(
        &["fit", "--data", "digits", "--rate", "-1"],
        &["fit.rate", "[0, inf)", "got -1"],
    );
}

#[test]
fn a_backend_that_is_not_built_in_is_answered_with_the_command_that_adds_it() {
    if cfg!(feature = "ndarray") {
        return;
    }
    let place = Place::new();
    place.refuses(
        &["--device", "ndarray"],
        &["ndarray", "cargo run --release --features ndarray"],
    );
    if !cfg!(feature = "cuda") {
        place.refuses(
            &["--device", "cuda:0,cuda:1"],
            &["cargo run --release --features cuda"],
        );
    }
}

#[test]
fn config_files_with_mistakes() {
    let place = Place::new();
    place.file(
        "key.toml",
        "[train]\nepochs = 2\nlearning_rat = 0.1\nbatchh = 3\n",
    );
    place.file("table.toml", "[trian]\nlr = 1\n");
    place.file("type.toml", "[train]\nlr = \"fast\"\n");
    place.file("range.toml", "[train]\nbatch = 0\n");
    place.file("syntax.toml", "[train]\nlr = = 1\n");
    for (file, parts) in [
        (
            "key.toml",
            &["key.toml", "unknown key 'train.batchh'", "'train.batch'"][..],
        ),
        ("table.toml", &["table.toml", "'trian.lr'", "'train.lr'"]),
        (
            "type.toml",
            &["type.toml", "train.lr", "a number", "'fast'"],
        ),
        (
            "range.toml",
            &["range.toml", "train.batch", "[1, inf)", "got 0"],
        ),
        ("syntax.toml", &["syntax.toml", "line 2"]),
        ("absent.toml", &["absent.toml", "cannot be read"]),
    ] {
        place.refuses(&["--config", file, "--out", "run"], parts);
    }
}

#[test]
fn usage_errors_are_answered_with_code_2() {
    let place = Place::new();
    for arguments in [
        &["tune", "--epoch-count", "3"][..],
        &["predict"],
        &["frobnicate"],
        &["fit", "--rates", "1"],
    ] {
        let finished = place.run(arguments);
        assert_eq!(finished.code, 2, "{arguments:?}");
        assert!(
            finished.stderr.starts_with("error: "),
            "{}",
            finished.stderr
        );
    }
}

#[test]
fn models_and_runs_that_are_none() {
    let place = Place::new();
    place.file("rows.csv", mixed_table(9));
    place.file("broken/model.json", "{\"format\": 2}");
    place.file("later/model.json", "{\"format\": 99}");
    place.file("text/model.json", "hello");
    let predict = |run| ["predict", "--model", run, "--data", "rows.csv"];
    place.refuses(&predict("nowhere"), &["nowhere", "model.json"]);
    place.refuses(&predict("broken"), &["broken", "SHA-256"]);
    place.refuses(&predict("later"), &["later", "format 99"]);
    // A directory that is not a run's stays as it is.
    place.file("mine/report.html", "mine");
    let fit = |out| ["fit", "--data", "wine", "--epochs", "1", "--out", out];
    place.refuses(&fit("mine"), &["mine", "report.html", "--out"]);
    place.refuses(&fit(""), &["run.out", "directory"]);
    assert_eq!(place.read("mine/report.html"), "mine");
    place.refuses(&predict("text"), &["text", "not a model file"]);
    place.refuses(&["report", "--run", "nowhere"], &["nowhere", "report.json"]);
    place.refuses(&["--resume"], &["--resume", "--out"]);
    place.refuses(
        &["--resume", "--out", "nowhere"],
        &["nowhere", "nothing to resume"],
    );
}

/// Not the input's fault, so the code is 1.
#[test]
fn an_unwritable_directory_is_one_sentence() {
    let place = Place::new();
    place.file("plain", "a file where a directory should be");
    let arguments = [&["--out", "plain/run"], &FAST[..]].concat();
    place.fails(1, &arguments, &["plain/run", "cannot be created"]);
}
