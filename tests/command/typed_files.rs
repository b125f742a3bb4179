//! Parquet and arrays of NumPy from the command line to the prediction and the audit.

use crate::harness::Place;

const PEOPLE: &[u8] = include_bytes!("../tables/people.parquet");

/// What `numpy.save` writes.
fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\0".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

/// Rows of three features, the first of which says the class.
fn features(rows: usize) -> Vec<u8> {
    let row = |row: usize| {
        [
            (row % 3) as f32 * 4.0,
            (row * 7 % 11) as f32,
            (row * 5 % 13) as f32,
        ]
    };
    let data: Vec<u8> = (0..rows).flat_map(row).flat_map(f32::to_le_bytes).collect();
    npy("<f4", &format!("({rows}, 3)"), &data)
}

fn labels(rows: usize) -> Vec<u8> {
    let data: Vec<u8> = (0..rows).map(|row| (row % 3) as u8).collect();
    npy("|u1", &format!("({rows}, 1)"), &data)
}

#[test]
fn arrays_with_labels_are_tuned_predicted_and_audited() {
    let place = Place::new();
    place.file("x.npy", features(150));
    place.file("y.npy", labels(150));
    place.file("new.npy", features(30));
    place.file("truth.npy", labels(30));
    place.tunes(&["--data", "x.npy", "--labels", "y.npy", "--epochs", "20"]);
    let answers = place.succeeds(&["predict", "--model", "run", "--data", "new.npy"]);
    let lines: Vec<&str> = answers.stdout.lines().collect();
    assert_eq!((lines[0], lines.len()), ("class,p_0,p_1,p_2", 31));
    // The run's own rows, others with labels beside them, and two runs on these.
    place.succeeds(&["audit", "run", "--attacks", "none"]);
    let other = ["--data", "new.npy", "--labels", "truth.npy"];
    let audit = [
        &["audit", "run", "--attacks", "none", "--out", "a"],
        &other[..],
    ]
    .concat();
    place.succeeds(&audit);
    assert_eq!(place.json("a/audit.json")["accuracy"]["n"], 30);
    place.succeeds(&[&["compare", "run", "run"], &other[..]].concat());
    place.refuses(
        &["audit", "run", "--data", "new.npy", "--labels", "y.npy"],
        &["y.npy: holds 150 labels, new.npy has 30 rows"],
    );
    place.refuses(&["audit", "run", "--labels", "y.npy"], &[]);
}

#[test]
fn parquet_is_tuned_predicted_and_audited() {
    let place = Place::new();
    place.file("people.parquet", PEOPLE);
    place.tunes(&["--data", "people.parquet", "--target", "left"]);
    let model = place.json("run/model.json");
    let columns = model["schema"]["inputs"]["columns"].as_array().unwrap();
    let names: Vec<&str> = columns
        .iter()
        .map(|own| own["name"].as_str().unwrap())
        .collect();
    assert_eq!(names[..3], ["height", "member", "kind"]);
    assert!(names.contains(&"since.instant") && names.contains(&"face.3"));
    assert!(!names.contains(&"__index_level_0__"));
    let answers = place.succeeds(&["predict", "--model", "run", "--data", "people.parquet"]);
    assert_eq!(answers.stdout.lines().count(), 151);
    place.succeeds(&[
        "audit",
        "run",
        "--data",
        "people.parquet",
        "--attacks",
        "none",
    ]);
    place.file("cut.parquet", &PEOPLE[..PEOPLE.len() / 2]);
    place.refuses(
        &["tune", "--data", "cut.parquet"],
        &["cut.parquet: the Parquet data is truncated or damaged"],
    );
}

#[test]
fn images_are_arrays_of_bytes() {
    let place = Place::new();
    let pixels: Vec<u8> = (0..90 * 8 * 8)
        .map(|k| ((k / 64 % 3) * 80 + k * 7 % 50) as u8)
        .collect();
    place.file("x.npy", npy("|u1", "(90, 8, 8)", &pixels));
    place.file("y.npy", labels(90));
    place.file("new.npy", npy("|u1", "(6, 8, 8)", &pixels[..6 * 64]));
    place.tunes(&["--data", "x.npy", "--labels", "y.npy"]);
    let answers = place.succeeds(&["predict", "--model", "run", "--data", "new.npy"]);
    assert_eq!(answers.stdout.lines().count(), 7);
    place.refuses(
        &["tune", "--data", "x.npy"],
        &["holds images without labels", "data.labels"],
    );
}
