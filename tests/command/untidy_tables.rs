//! Tables as they come: each folder of `tests/faults` is read as it should be, or refused with the way out.

use std::path::{Path, PathBuf};

use crate::harness::{FAST, Finished, Place, plain};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/faults/tables")
        .join(name)
}

/// What a folder's file must be taken for, in the words of `decay data`, with these arguments.
struct Read {
    file: &'static str,
    with: &'static [&'static str],
    says: &'static [&'static str],
}

/// What must be refused, and how.
struct Refused {
    file: &'static str,
    with: &'static [&'static str],
    says: &'static [&'static str],
}

const fn reads(
    file: &'static str,
    with: &'static [&'static str],
    says: &'static [&'static str],
) -> Read {
    Read { file, with, says }
}

const fn refuses(
    file: &'static str,
    with: &'static [&'static str],
    says: &'static [&'static str],
) -> Refused {
    Refused { file, with, says }
}

const THREE: [&str; 4] = [
    "a numbers 0 0.305, 0.941, 0.128",
    "b numbers 0 -1.04, -1.951, -0.316",
    "c numbers 0 0.75, -1.302, -0.017",
    "y target, labels 0 2 yes, no",
];
const COMMA: [&str; 3] = [
    "a numbers, decimal comma 0 0.305, 0.941, 0.128",
    "c numbers, decimal comma 0 0.75",
    "y target, labels 0 2 yes, no",
];

const READ: [Read; 25] = [
    reads("comments-and-sep-line/c.csv", &[], &THREE),
    reads(
        "comments-and-sep-line/c.csv",
        &[],
        &["names in line 3", "begin with '#', are left out: 2"],
    ),
    reads("comments-and-sep-line/s.csv", &[], &THREE),
    reads(
        "comments-and-sep-line/s.csv",
        &[],
        &["separated by ';', names in line 2"],
    ),
    reads("decimal-comma/t.csv", &[], &COMMA),
    reads(
        "delimiter-tie/t.csv",
        &[],
        &[
            "separated by ';'",
            "Height, m numbers, decimal comma 0 1.73, 1.79, 1.71",
            "class target, labels 0 2 p, n",
        ],
    ),
    reads(
        "duplicate-name-no-way-out/t.csv",
        &[],
        &[
            "a.1 numbers 0 -1.04",
            "columns of one name are numbered: 'a' (column 2 is 'a.1')",
        ],
    ),
    reads(
        "duplicate-name-no-way-out/t.csv",
        &["--drop", "c1"],
        &["a numbers 0 0.305", "c numbers"],
    ),
    reads(
        "duplicate-name-no-way-out/t.csv",
        &["--drop", "a"],
        &["a.1 numbers 0 -1.04", "c numbers"],
    ),
    reads(
        "duplicate-name-no-way-out/t.csv",
        &["--keep", "c,y"],
        &["c numbers 0 0.75", "y target"],
    ),
    reads(
        "header-lost-0123/t.csv",
        &[],
        &[
            "90 rows",
            "names in line 1",
            "0 numbers 0 0.305",
            "3 target, numbers 0 1, 0",
            "2 classes (0, 1)",
        ],
    ),
    reads(
        "header-lost-years/t.csv",
        &[],
        &[
            "90 rows",
            "2019 numbers 0 0.305",
            "2021 numbers",
            "y target, labels 0 2 yes, no",
        ],
    ),
    reads(
        "index-leak/t.csv",
        &[],
        &["c0 set aside: counts the rows", "column 'c0' is set aside"],
    ),
    reads(
        "index-leak/t.csv",
        &["--keep", "c0,a,y"],
        &["c0 numbers 0 0, 1, 2"],
    ),
    reads(
        "none-and-na-are-levels/t.csv",
        &[],
        &["country labels 0 3 NA, None, DE"],
    ),
    reads(
        "json-lines/t.jsonl",
        &[],
        &[
            "90 rows, 3 keys, JSON lines",
            "a numbers 0 0.305, 0.941, 0.128",
            "b numbers 0 -1.04, -1.951, -0.316",
            "y target, labels 0 2 yes, no",
        ],
    ),
    reads("pipe-and-spaces/pipe.csv", &[], &THREE),
    reads(
        "pipe-and-spaces/space.txt",
        &[],
        &[
            "separated by blanks, no names",
            "c0 numbers 0 0.305, 0.941, 0.128",
            "c3 target, numbers 0 1, 0",
        ],
    ),
    reads(
        "pipe-and-spaces/space.txt",
        &["--delimiter", " "],
        &["90 rows, 4 columns separated by blanks"],
    ),
    reads("stray-na-token/t.csv", &[], &["a numbers 1 0.305"]),
    reads(
        "stray-na-token/t.csv",
        &["--missing", "0.305"],
        &["a numbers 2 0.941"],
    ),
    reads(
        "target-missing-rows/t.csv",
        &["--missing-target", "drop"],
        &["9 of 90 rows have no target 'y' and are left out"],
    ),
    reads(
        "thousands-and-currency/t.csv",
        &[],
        &[
            "price numbers, $ 0 3960, 3049, 4684",
            "pct numbers, per cent 0 7.5, -13, -0.2",
        ],
    ),
    reads(
        "too-many-levels-misleads/t.csv.gz",
        &[],
        &["1200 rows", "a numbers 1 -0.72156"],
    ),
    reads(
        "trailing-comma/t.csv",
        &[],
        &[
            "c4 set aside: no name and no values",
            "y target, labels 0 2",
            "is without name and values",
        ],
    ),
];

const REFUSED: [Refused; 7] = [
    refuses(
        "constant-target/t.csv",
        &[],
        &["t.csv", "'y' is 1.5 in every row"],
    ),
    refuses(
        "drop-and-target-message/t.csv",
        &["--drop", "y", "--target", "y"],
        &["the target 'y' is among the columns to drop"],
    ),
    refuses(
        "drop-and-target-message/t.csv",
        &["--keep", "a,b", "--target", "y"],
        &["the target 'y' is not among the columns to keep"],
    ),
    refuses(
        "drop-and-target-message/t.csv",
        &["--keep", "a,b"],
        &["the target 'y' is not among the columns to keep"],
    ),
    refuses(
        "drop-and-target-message/t.csv",
        &["--target", "9"],
        &["no column '9'", "positions go from 0 to 3"],
    ),
    refuses(
        "pipe-and-spaces/pipe.csv",
        &["--delimiter", "\\t"],
        &["no feature column is left", "data.delimiter"],
    ),
    refuses(
        "target-missing-rows/t.csv",
        &[],
        &["line 2", "'y' is missing (9 of 90", "data.missing_target"],
    ),
];

/// The text with each run of blanks as one.
fn squeezed(text: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(words).collect::<Vec<_>>().join("\n")
}

fn data(place: &Place, file: &str, with: &[&str]) -> Finished {
    let path = folder(file).display().to_string();
    place.run(&[&["data", &path], with].concat())
}

#[test]
fn every_untidy_table_is_read_as_it_should_be() {
    let place = Place::new();
    for Read { file, with, says } in READ {
        let found = data(&place, file, with);
        assert_eq!(found.code, 0, "{file} {with:?}: {}", found.stderr);
        let text = squeezed(&found.stdout);
        for part in says {
            assert!(
                text.contains(part),
                "{file} {with:?} lacks '{part}':\n{text}"
            );
        }
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_the_way_out() {
    let place = Place::new();
    for Refused { file, with, says } in REFUSED {
        let path = folder(file).display().to_string();
        place.refuses(
            &[&["tune", "--data", &path, "--out", "run"], with, &FAST[..]].concat(),
            says,
        );
    }
}

/// No folder is forgotten.
#[test]
fn every_folder_is_tested() {
    let read = READ.iter().map(|own| own.file);
    let refused = REFUSED.iter().map(|own| own.file);
    let tested: Vec<&str> = read.chain(refused).collect();
    for entry in std::fs::read_dir(folder("")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let own = format!("{name}/");
        // The model of that table is tested below.
        let known =
            name == "predict-forgets-delimiter" || tested.iter().any(|file| file.starts_with(&own));
        assert!(known || !entry.path().is_dir(), "{name}");
    }
}

/// The table is printed before training and stands on the page, notes are printed, too; quiet hides both.
#[test]
fn what_was_decided_is_told() {
    let place = Place::new();
    let path = folder("index-leak/t.csv").display().to_string();
    let told = place.tunes(&["--data", &path]).stderr;
    let text = squeezed(&told);
    let (table, plan) = (
        text.find("column kind missing").unwrap(),
        text.find("plan for").unwrap(),
    );
    assert!(
        table < plan && text.contains("c0 set aside: counts the rows"),
        "{told}"
    );
    let page = place.read("run/report.html");
    for words in [
        "What the columns of the file were taken for",
        "set aside: counts the rows",
        "column 'c0' is set aside",
    ] {
        assert!(plain(&page).contains(words), "{words}");
    }
    let quiet = [
        &["tune", "--data", &path, "--quiet", "--out", "quiet"],
        &FAST[..],
    ]
    .concat();
    assert_eq!(place.succeeds(&quiet).stderr, "");
}

/// A model reads new files as its training file was read: prediction, audit, comparison and other data.
#[test]
fn a_model_remembers_how_its_table_was_read() {
    let place = Place::new();
    let path = folder("predict-forgets-delimiter/t.csv")
        .display()
        .to_string();
    place.tunes(&["--data", &path, "--delimiter", "|", "--missing", "k.A."]);
    let rows = place
        .succeeds(&["predict", "--model", "run", "--data", &path])
        .stdout;
    assert_eq!(rows.lines().count(), 91);
    // One row of fields that could be separated in many ways, with what was missing in training.
    let one = place.file("one.csv", "a|b|c\n0.305|k.A.|0.750\n");
    let one = place.succeeds(&["predict", "--model", "run", "--data", one]);
    assert_eq!(
        (one.stdout.lines().count(), one.stderr.contains("warning")),
        (2, false),
        "{}",
        one.stderr
    );
    place.succeeds(&["audit", "run", "--data", &path, "--attacks", "none"]);
    place.succeeds(&[
        "audit",
        "run",
        "--data",
        &path,
        "--attacks",
        "none",
        "--set",
        "data.delimiter=|",
    ]);
    place.succeeds(&[
        "audit",
        "run",
        "--data",
        &path,
        "--ood",
        &path,
        "--attacks",
        "none",
    ]);
    place.succeeds(&["compare", "run", "run", "--data", &path, "--ood", &path]);
    // An option says otherwise; without it the file is read by its own evidence.
    let commas = std::fs::read_to_string(&path).unwrap().replace('|', "^");
    let carets = place.file("carets.csv", commas);
    let same = place.succeeds(&[
        "predict",
        "--model",
        "run",
        "--data",
        carets,
        "--delimiter",
        "^",
    ]);
    assert_eq!(same.stdout, rows);
    place.succeeds(&[
        "audit",
        "run",
        "--data",
        carets,
        "--delimiter",
        "^",
        "--attacks",
        "none",
    ]);
    place.succeeds(&[
        "compare",
        "run",
        "run",
        "--data",
        carets,
        "--delimiter",
        "^",
    ]);
    place.refuses(
        &[
            "predict",
            "--model",
            "run",
            "--data",
            &path,
            "--delimiter",
            ";",
        ],
        &["t.csv", "no column 'a'"],
    );
}

/// Decimal commas and dates mean in a new file what they meant in training, though its one row could mean something else.
#[test]
fn a_model_remembers_decimal_commas_and_dates() {
    let place = Place::new();
    let row = |k: usize| {
        format!(
            "{},{:03};{}/{}/2024;{}\n",
            k % 7,
            100 + k,
            1 + k % 28,
            1 + k % 12,
            ["p", "n"][k % 2]
        )
    };
    let rows: String = (0..60).map(row).collect();
    let train = place.file("train.csv", format!("x;when;y\n{rows}"));
    place.tunes(&["--data", train]);
    let all = place
        .succeeds(&["predict", "--model", "run", "--data", train])
        .stdout;
    let model = place.read("run/model.json");
    assert!(
        model.contains("day_first") && model.contains("comma"),
        "{model}"
    );
    // Of row 4: 4.104 on the fifth of May; and of row 2, the third of March.
    for k in [2, 4] {
        let one = place.file(
            "one.csv",
            format!("x;when\n{}", row(k).rsplit_once(';').unwrap().0),
        );
        let one = place
            .succeeds(&["predict", "--model", "run", "--data", one])
            .stdout;
        assert_eq!(one.lines().nth(1), all.lines().nth(k + 1));
    }
    // Hours of training are midnight in a file of days.
    let times = place.file(
        "times.csv",
        format!("x;when;y\n{}", rows.replace("/2024", "/2024 0:00")),
    );
    place.succeeds(&[&["tune", "--data", times, "--out", "timed"], &FAST[..]].concat());
    let days = place
        .succeeds(&["predict", "--model", "timed", "--data", train])
        .stdout;
    assert_eq!(
        days,
        place
            .succeeds(&["predict", "--model", "timed", "--data", times])
            .stdout
    );
}
