//! Folders of images that an earlier version misread or refused without a way out, from `tests/faults`.

use crate::harness::{Place, fault};

/// Enough to tell left from right.
const LONGER: [&str; 4] = ["--epochs", "30", "--lr", "0.01"];

fn tuned(data: &str) -> (Place, String) {
    let place = Place::new();
    let data = fault("images", data, "d");
    let words = [&["--data", &data], LONGER.as_slice()].concat();
    let printed = place.tunes(&words).stderr;
    (place, printed)
}

#[test]
fn a_folder_of_images_or_one_image_is_predicted_under_its_name() {
    let (place, _) = tuned("image-predict-unlabelled");
    let folder = fault("images", "image-predict-unlabelled", "new");
    let printed = place
        .succeeds(&["predict", "--model", "run", "--data", &folder])
        .stdout;
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "file,class,p_left,p_right");
    assert!(
        lines[1].starts_with(&format!("{folder}/x.png,left,")),
        "{printed}"
    );
    assert!(
        lines[2].starts_with(&format!("{folder}/y.png,right,")),
        "{printed}"
    );
    let image = format!("{folder}/y.png");
    let alone = place
        .succeeds(&["predict", "--model", "run", "--data", &image])
        .stdout;
    assert_eq!(alone.lines().collect::<Vec<_>>(), [lines[0], lines[2]]);
}

/// Photographs stand as every viewer shows them.
#[test]
fn the_orientation_of_a_photograph_is_followed() {
    let (place, _) = tuned("image-exif-orientation");
    for photographs in ["upright", "phone"] {
        let data = fault("images", "image-exif-orientation", photographs);
        place.succeeds(&[
            "audit",
            "run",
            "--data",
            &data,
            "--attacks",
            "none",
            "--out",
            "audit",
            "--audit.corruptions=false",
        ]);
        let accuracy = place.json("audit/audit.json")["accuracy"]["mean"].as_f64();
        assert_eq!(accuracy, Some(1.0), "{photographs}");
    }
}

#[test]
fn all_parts_of_a_split_are_used() {
    let (place, printed) = tuned("image-train-val-test");
    assert!(
        printed.contains("these images join those of train"),
        "{printed}"
    );
    let count = |part: &str| {
        let folder = fault("images", "image-train-val-test", &format!("d/{part}"));
        let classes = std::fs::read_dir(folder).unwrap();
        let images = classes.map(|class| std::fs::read_dir(class.unwrap().path()).unwrap().count());
        images.sum::<usize>()
    };
    let report = place.read("run/report.html");
    let rows = count("train") + count("val") + count("test");
    assert!(
        report.contains(&format!("{} rows", rows - count("test"))),
        "{rows}"
    );
}

#[test]
fn files_that_are_no_images_are_passed_over_and_named() {
    let (_, printed) = tuned("image-stray-files");
    assert!(
        printed.contains("passed over, since no images: Thumbs.db"),
        "{printed}"
    );
}

#[test]
fn what_has_no_size_is_not_resized() {
    let place = Place::new();
    place.refuses(
        &["tune", "--data", "embedded:wine", "--resize", "8"],
        &["embedded:wine: data.resize is for images in folders"],
    );
}
