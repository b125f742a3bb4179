//! Classes set aside.

use decay_data::{Embedded, Options, Raw, Table};

#[test]
fn images_of_named_classes_are_set_aside() {
    let Raw::Images { train, .. } =
        Raw::read(Embedded::Digits.name(), &Options::default()).unwrap()
    else {
        panic!("digits are images");
    };
    let (known, unknown) = train.partition(&["8".into(), "9".into()]).unwrap();
    assert_eq!(
        known.labels.len() + unknown.labels.len(),
        train.labels.len()
    );
    assert!(known.labels.iter().all(|&label| label < 8));
    assert!(unknown.labels.iter().all(|&label| label >= 8));
    assert_eq!(unknown.pixels.len(), 64 * unknown.labels.len());
    // The first image of the class is the first of the part.
    let first = train.labels.iter().position(|&label| label >= 8).unwrap();
    assert_eq!(unknown.pixels[..64], train.pixels[64 * first..][..64]);
    let refused = train.partition(&["ten".into()]).unwrap_err().to_string();
    assert!(
        refused.contains("'ten'") && refused.contains("0, 1, 2"),
        "{refused}"
    );
}

#[test]
fn rows_of_named_classes_are_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    std::fs::write(&path, "x,kind\n1,a\n2,b\n3,c\n4,b\n").unwrap();
    let table = Table::read(&path, &Options::default()).unwrap();
    let (known, unknown) = table.partition(&[], &["b".into()]).unwrap();
    assert_eq!((known.lines, unknown.lines), (vec![2, 4], vec![3, 5]));
    assert_eq!(unknown.columns[0].text(1).as_deref(), Some("4"));
    assert!(table.partition(&[], &["d".into()]).is_err());
}
