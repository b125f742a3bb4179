//! From arguments to files, with a claim that measures nothing.

use std::fs;
use std::path::Path;

use clap::Parser;

use super::perform;
use crate::arguments::Arguments;
use crate::claim::{About, Claim, Drawing};
use crate::drawing::{picture, rates_panel};
use crate::failure::Result;
use crate::judgement::Judgement;
use crate::lab::Lab;
use crate::measurements::Measurements;
use crate::parts::falls;
use crate::record::Record;
use crate::study::rates;
use crate::testing::check_results;

struct Falling;

impl Claim for Falling {
    fn about(&self) -> About {
        About {
            name: "falling",
            title: "It falls",
            statement: "The figure falls.",
            source: "nobody",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        let mut out = Measurements::default();
        let top = lab.pick(3.0, 5.0);
        let falling = |rate| top / (1.0 + rate);
        out.make_up("made up", "", "figure", &rates(0.1, 10.0, 6), 1e-3, falling);
        Ok(out)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let figure = measured.curve("made up", "", "figure")?;
        Ok(Judgement::of(vec![falls("the figure falls", &figure)?]))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let figure = measured.curve("made up", "", "figure")?;
        let panel = rates_panel("", "figure", &[("all", 0, &figure)]);
        Ok(vec![Drawing {
            file: "figure",
            caption: "It falls.".into(),
            picture: picture("It falls", 1, vec![panel]),
        }])
    }
}

fn run(arguments: &[&str], out: &Path) -> Result<String> {
    let words = ["falling", "--quiet", "--out"].into_iter().map(Into::into);
    let rest = arguments.iter().map(Into::into);
    let all = words.chain([out.into()]).chain(rest);
    let arguments = Arguments::parse_from(all.collect::<Vec<std::ffi::OsString>>());
    perform(&Falling, Falling.about(), &arguments)
}

#[test]
fn a_run_leaves_measurements_pictures_and_the_verdict_that_follows_from_them() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a/b"), folder.path().join("c"));
    let line = run(&[], &first).unwrap();
    assert!(
        line.starts_with("falling: holds: 1 of 1 parts supported; Spearman"),
        "{line}"
    );
    let svg = fs::read_to_string(first.join("figure.svg")).unwrap();
    assert!(
        svg.contains("half-life")
            && fs::read(first.join("figure.png"))
                .unwrap()
                .starts_with(b"\x89PNG")
    );
    let json = fs::read(first.join("verdict.json")).unwrap();
    let record: Record = serde_json::from_slice(&json).unwrap();
    assert_eq!((record.line + "\n", record.pictures.len()), (line, 1));
    check_results(&Falling, &first).unwrap();

    let measured = first.join("measurements.csv");
    run(&["--measured", &measured.to_string_lossy()], &second).unwrap();
    for name in [
        "measurements.csv",
        "verdict.json",
        "figure.svg",
        "figure.png",
    ] {
        assert_eq!(
            fs::read(first.join(name)).unwrap(),
            fs::read(second.join(name)).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn a_full_run_measures_more() {
    let folder = tempfile::tempdir().unwrap();
    run(&["--full"], folder.path()).unwrap();
    let bytes = fs::read(folder.path().join("measurements.csv")).unwrap();
    let measured = Measurements::from_csv(&bytes, "m").unwrap();
    assert!((measured.curve("made up", "", "figure").unwrap().means()[0] - 5.0).abs() < 0.01);
}

#[test]
fn a_reduced_run_says_that_its_verdict_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let printed = run(&["--reduced"], folder.path()).unwrap();
    assert!(
        printed.starts_with("after a tenth of the training, falling: "),
        "{printed}"
    );
    let arguments =
        |extent: &[&str]| Arguments::try_parse_from(["falling", "--quiet"].iter().chain(extent));
    let epochs = |extent: &[&str]| Lab::new(&arguments(extent).unwrap()).unwrap().epochs(25);
    assert_eq!(
        (epochs(&[]), epochs(&["--full"]), epochs(&["--reduced"])),
        (25, 25, 3)
    );
    assert!(arguments(&["--reduced", "--full"]).is_err());
}

#[test]
fn measurements_that_differ_from_the_verdict_beside_them_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    run(&[], folder.path()).unwrap();
    let path = folder.path().join("measurements.csv");
    let reversed = fs::read_to_string(&path)
        .unwrap()
        .replace("made up,,0.0,", "made up,,20.0,");
    fs::write(&path, reversed).unwrap();
    assert!(check_results(&Falling, folder.path()).is_err());
}

#[test]
fn what_cannot_be_read_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (out, other) = (folder.path().join("out"), folder.path().join("other.csv"));
    let failure = run(&["--measured", &other.to_string_lossy()], &out).unwrap_err();
    assert!(
        failure.to_string().contains("other.csv: cannot be read"),
        "{failure}"
    );
    fs::write(&other, "a,b\n1,2\n").unwrap();
    let refused = run(&["--measured", &other.to_string_lossy()], &out).unwrap_err();
    assert!(refused.to_string().contains("other.csv"), "{refused}");
    assert_eq!(
        (failure.exit_code(), refused.exit_code(), out.exists()),
        (2, 2, false)
    );
}

#[test]
fn a_file_is_refused_by_a_claim_that_reads_none() {
    let folder = tempfile::tempdir().unwrap();
    let refused = run(&["--data", "prices.csv"], folder.path()).unwrap_err();
    assert_eq!(refused.exit_code(), 2);
    let reason = "prices.csv: falling is measured on its own data alone";
    assert_eq!(refused.to_string(), reason);
}
