//! Groups and times, from the flag to the audit and to predictions.

use crate::harness::{FAST, Place, rows};

/// Five visits of each of 40 customers. Where they live tells who they are, and whether they left is theirs alone.
fn visits() -> String {
    let mut text = String::from("who,home,visit,left\n");
    for customer in 0..40_u32 {
        let left = ["no", "yes"][(customer.wrapping_mul(2_654_435_761) >> 16) as usize % 2];
        for visit in 0..5 {
            text += &format!("c{customer},street {},{visit},{left}\n", customer * 7 % 40);
        }
    }
    text
}

#[test]
fn rows_of_one_group_are_on_one_side() {
    let place = Place::new();
    place.file("visits.csv", visits());
    let call = [
        "tune",
        "--data",
        "visits.csv",
        "--epochs",
        "60",
        "--rates",
        "1e-3,1e-2",
        "--folds",
        "3",
        "--seeds",
        "1",
        "--refits",
        "2",
        "--attacks",
        "none",
        "--certificates=false",
    ];
    let parted = [&call[..], &["--drop", "who", "--out", "parted"]].concat();
    place.succeeds(&parted);
    let told = place
        .succeeds(&[&call[..], &["--group", "who", "--out", "whole"]].concat())
        .stderr;
    assert!(told.contains("group, no feature"), "{told}");
    let (parted, whole) = (place.accuracy("parted"), place.accuracy("whole"));
    // Who a customer is can be learned by heart, which helps with no other customer.
    assert!(parted > 0.8 && whole < parted - 0.15, "{parted} {whole}");
    place.file("new.csv", "home,visit\nstreet 3,2\n");
    let predicted = place.succeeds(&["predict", "--model", "whole", "--data", "new.csv"]);
    assert_eq!(rows(&predicted.stdout).len(), 2);
    let again = place.succeeds(&["audit", "whole", "--out", "again"]);
    assert!(again.stdout.contains("accuracy"), "{}", again.stdout);
}

/// Days in no order; what is bought changes with the season.
fn days() -> String {
    let mut text = String::from("day,size,bought\n");
    for row in 0..120_u32 {
        let day = row * 77 % 120;
        let date = format!("2024-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        let bought = f64::from(row % 7) + if day < 96 { 0.0 } else { 100.0 };
        text += &format!("{date},{},{bought}\n", row % 7);
    }
    text
}

/// What only the last days show cannot be known before: the audit is on these, and says so by a large error.
#[test]
fn the_latest_rows_are_held_out() {
    let place = Place::new();
    place.file("days.csv", days());
    let told = place.tunes(&["--data", "days.csv", "--time", "day"]).stderr;
    assert!(told.contains("time, no feature"), "{told}");
    let audit = place.json("run/audit.json");
    let rmse = audit["rmse"]["mean"].as_f64().expect("an error");
    assert!(rmse > 90.0, "{rmse}");
    let mixed = [
        "tune", "--data", "days.csv", "--drop", "day", "--out", "mixed",
    ];
    place.succeeds(&[&mixed[..], &FAST].concat());
    let audit = place.json("mixed/audit.json");
    assert!(audit["rmse"]["mean"].as_f64().expect("an error") < 70.0);
    for (flags, part) in [
        (["--time", "size"], "cannot be split into 2 parts"),
        (["--time", "hour"], "no column 'hour'"),
        (["--group", "bought"], "the target 'bought'"),
    ] {
        let file = if part.contains("split") {
            "flat.csv"
        } else {
            "days.csv"
        };
        place.file("flat.csv", "day,size,bought\n1,5,1\n2,5,2\n3,5,1\n4,5,2\n");
        let all = [&["tune", "--data", file, "--target", "bought"], &flags[..]].concat();
        place.refuses(&all, &[part]);
    }
}
