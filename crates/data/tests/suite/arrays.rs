//! Arrays of NumPy with labels: tables and images.

use decay_data::{Cells, Options, Raw, Storage, Table, load, load_as, load_inputs_with};

use zip::CompressionMethod;

use crate::files::Files;
use crate::graph_npz::npz;

fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    crate::graph_npz::npy(descr, shape, data.to_vec())
}

fn doubles(values: &[f64]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn labelled(files: &Files, labels: &str) -> Options {
    Options {
        labels: Some(files.path(labels).display().to_string()),
        ..Options::default()
    }
}

/// 40 rows of two features, and labels in several forms.
fn rows(files: &Files) -> String {
    let values: Vec<f64> = (0..80).map(|k| f64::from(k * 7 % 13) + 0.5).collect();
    files.write("x.npy", npy("<f8", "(40, 2)", &doubles(&values)));
    let classes: Vec<u8> = (0..40).map(|row| row % 3).collect();
    files.write("y.npy", npy("|u1", "(40,)", &classes));
    files.write("column.npy", npy("|u1", "(40, 1)", &classes));
    let ones: Vec<u8> = classes
        .iter()
        .flat_map(|own| [0, 1, 2].map(|k| u8::from(k == *own)))
        .collect();
    files.write("ones.npy", npy("|u1", "(40, 3)", &ones));
    let texts: String = classes.iter().map(|own| format!("{own}\n")).collect();
    files.write("y.csv", format!("kind\n{texts}"));
    files.path("x.npy").display().to_string()
}

#[test]
fn labels_beside_a_matrix_are_its_target() {
    let files = Files::new();
    let source = rows(&files);
    let mut targets = Vec::new();
    for labels in ["y.npy", "column.npy", "ones.npy", "y.csv"] {
        let loaded = load(&source, &labelled(&files, labels)).unwrap().train;
        assert_eq!((loaded.rows, loaded.features()), (40, 2), "{labels}");
        assert_eq!(loaded.schema.feature_names(), ["c0", "c1"]);
        assert_eq!(loaded.task().outputs(), 3);
        assert_eq!(loaded.provenance.files.len(), 2);
        targets.push(loaded.target);
    }
    assert!(targets.windows(2).all(|pair| pair[0] == pair[1]));
    // New rows need no labels, and are read by the model's own columns.
    let schema = load(&source, &labelled(&files, "y.npy"))
        .unwrap()
        .train
        .schema;
    let again = load_inputs_with(&source, &schema).unwrap();
    let text: String = (0..80)
        .step_by(2)
        .map(|k| format!("{}.5,{}.5\n", k * 7 % 13, (k + 1) * 7 % 13))
        .collect();
    let csv = files.write("x.csv", text).display().to_string();
    assert_eq!(
        load_inputs_with(&csv, &schema).unwrap().features,
        again.features
    );
    let options = Options {
        labels: labelled(&files, "y.npy").labels,
        ..schema.options()
    };
    assert_eq!(
        load_as(&source, &schema, &options).unwrap().target,
        targets[0]
    );
}

/// Without labels the last column is the target, as in a table without names.
#[test]
fn a_matrix_alone_holds_its_target() {
    let files = Files::new();
    let source = rows(&files);
    let table = Table::read(&source, &Options::default()).unwrap();
    assert!(
        table
            .decisions
            .dialect
            .ends_with("40 rows, 2 columns, an array, no labels")
    );
    assert_eq!(table.names, ["c0", "c1"]);
    let Cells::Numbers(values) = &table.columns[1].cells else {
        panic!("numbers")
    };
    assert_eq!(values[0], 7.5);
}

#[test]
fn images_by_their_shape() {
    let files = Files::new();
    let pixels: Vec<u8> = (0..2 * 4 * 5 * 3).collect();
    files.write("last.npy", npy("|u1", "(2, 4, 5, 3)", &pixels));
    // The same pixels with the channels first.
    let first: Vec<u8> = (0..2)
        .flat_map(|image| {
            (0..3)
                .flat_map(move |channel| (0..20).map(move |place| image * 60 + place * 3 + channel))
        })
        .collect();
    files.write("first.npy", npy("|u1", "(2, 3, 4, 5)", &first));
    files.write("grey.npy", npy("|u1", "(2, 6, 10)", &pixels));
    files.write("y.npy", npy("|u1", "(2,)", &[4, 7]));
    let images = |name: &str| {
        let source = files.path(name).display().to_string();
        match Raw::read(&source, &labelled(&files, "y.npy")).unwrap() {
            Raw::Images { train, test: None } => *train,
            _ => panic!("images"),
        }
    };
    let (last, channels, grey) = (images("last.npy"), images("first.npy"), images("grey.npy"));
    assert_eq!(
        (&last.shape, &channels.shape),
        (&vec![3, 4, 5], &vec![3, 4, 5])
    );
    assert_eq!((&last.pixels, &channels.pixels), (&first, &first));
    assert_eq!((&grey.shape, &grey.pixels), (&vec![1, 6, 10], &pixels));
    assert_eq!(
        (last.labels, last.names),
        (vec![0, 1], vec!["4".to_owned(), "7".to_owned()])
    );
    assert!(last.notes[0].ends_with("the last axis, of 3, holds the channels"));
    let source = files.path("last.npy").display().to_string();
    let schema = load(&source, &labelled(&files, "y.npy"))
        .unwrap()
        .train
        .schema;
    let inputs = load_inputs_with(&source, &schema).unwrap();
    assert_eq!((inputs.rows, inputs.features), (2, Storage::U8(first)));
}

#[test]
fn what_does_not_fit_is_refused() {
    let files = Files::new();
    let x = rows(&files);
    files.write("short.npy", npy("|u1", "(39,)", &[0; 39]));
    files.write("cube.npy", npy("<f8", "(1, 1, 1)", &doubles(&[1.0])));
    files.write("bytes.npy", npy("|u1", "(1, 4, 4)", &[0; 16]));
    files.write("odd.npy", npy("|u1", "(1, 3, 4, 3)", &[0; 36]));
    files.write("one.npy", npy("|u1", "(1,)", &[0]));
    files.write("two.npy", npy("<f8", "(40, 2)", &doubles(&[0.5; 80])));
    files.write("none.npy", npy("<f8", "(0, 2)", &[]));
    files.write("t.csv", "a,b\n1,2\n");
    let refused = |source: &str, labels: Option<&str>| {
        let source = files.path(source).display().to_string();
        let options = labels.map_or_else(Options::default, |labels| labelled(&files, labels));
        files.refusal(Raw::read(&source, &options))
    };
    assert!(std::path::Path::new(&x).exists());
    for (source, labels, expected) in [
        (
            "x.npy",
            Some("short.npy"),
            "short.npy: holds 39 labels, x.npy has 40 rows",
        ),
        (
            "x.npy",
            Some("two.npy"),
            "x.npy: its labels are 2 columns, label.0, label.1; data.target names those to predict",
        ),
        (
            "x.npy",
            Some("bytes.npy"),
            "bytes.npy: labels have shape [rows], [rows, 1] or [rows, columns], got [1, 4, 4]",
        ),
        ("x.npy", Some("gone.npy"), "gone.npy: cannot be opened"),
        (
            "cube.npy",
            Some("one.npy"),
            "cube.npy: holds no unsigned bytes, which pixels are; array.astype(\"uint8\") of values from 0 to 255 makes them",
        ),
        (
            "bytes.npy",
            None,
            "bytes.npy: holds images without labels; data.labels names a file with a label for each",
        ),
        (
            "odd.npy",
            Some("one.npy"),
            "odd.npy: has the shape [1, 3, 4, 3]; images are [N, H, W], [N, H, W, C] or [N, C, H, W], of which one axis alone is 1 or 3 channels",
        ),
        ("none.npy", None, "none.npy: is empty"),
        (
            "t.csv",
            Some("y.npy"),
            "t.csv: labels of their own (data.labels) are for arrays, NPY or NPZ; a table holds its target, which data.target names",
        ),
    ] {
        assert_eq!(refused(source, labels), expected);
    }
    let chosen = Options {
        targets: vec!["label.1".into()],
        ..labelled(&files, "two.npy")
    };
    let Raw::Table(table) = Raw::read(&x, &chosen).unwrap() else {
        panic!("a table")
    };
    assert_eq!(table.names, ["c0", "c1", "label.1"]);
}

/// What has no lines has rows.
#[test]
fn a_value_that_is_refused_is_named_with_its_row() {
    let files = Files::new();
    let mut values: Vec<f64> = (0..80).map(|k| f64::from(k * 7 % 13) + 0.5).collect();
    values[2 * 4] = f64::INFINITY;
    values[2 * 6 + 1] = -1.0;
    let path = files.write("x.npy", npy("<f8", "(40, 2)", &doubles(&values)));
    let path = path.display().to_string();
    let refused = |options| files.refusal(Raw::read(&path, &options));
    let infinite = "x.npy: row 5, column 'c0': 'inf' is not a finite number";
    assert_eq!(refused(Options::default()), infinite);
    let weighed = Options {
        weight: Some("c1".into()),
        drop: vec!["c0".into()],
        ..Options::default()
    };
    let weight = "x.npy: row 7, column 'c1': '-1' is no sample weight, which is a finite number of at least 0";
    assert_eq!(refused(weighed), weight);
}

/// Archives as those of Keras hold a test set; arrays of other names are named by the user, and known to the model.
#[test]
fn archives_by_usual_names_and_by_names_of_the_user() {
    let files = Files::new();
    let images = |count: u8| {
        npy(
            "|u1",
            &format!("({count}, 2, 4)"),
            &vec![count; usize::from(count) * 8],
        )
    };
    let classes = |count: u8| {
        let data: Vec<u8> = (0..count).map(|own| own % 2).collect();
        npy("|u1", &format!("({count},)"), &data)
    };
    let arrays = vec![
        ("x_train", images(4)),
        ("y_train", classes(4)),
        ("x_test", images(2)),
        ("y_test", classes(2)),
        ("about", classes(1)),
    ];
    let path = files.write("mnist.npz", npz(&arrays, CompressionMethod::Deflated));
    let Raw::Images {
        train,
        test: Some(test),
    } = Raw::read(&path.display().to_string(), &Options::default()).unwrap()
    else {
        panic!("images with a test set")
    };
    assert_eq!(
        (train.labels.len(), test.labels.len(), test.pixels[0]),
        (4, 2, 2)
    );
    assert_eq!(
        files.relative(&train.notes),
        ["mnist.npz: arrays that are left out: about"]
    );

    let rows = |count: usize| {
        let values: Vec<f64> = (0..2 * count).map(|own| own as f64 * 0.7).collect();
        npy("<f8", &format!("({count}, 2)"), &doubles(&values))
    };
    let arrays = vec![
        ("inputs", rows(12)),
        ("answers", classes(12)),
        ("few", classes(3)),
    ];
    let path = files.write("own.npz", npz(&arrays, CompressionMethod::Stored));
    let path = path.display().to_string();
    assert_eq!(
        files.refusal(Raw::read(&path, &Options::default())),
        "own.npz: holds the arrays answers, few, inputs; data.array names the one of the features, data.labels that of the labels"
    );
    let named = |labels: &str| Options {
        array: Some("inputs".into()),
        labels: Some(labels.into()),
        ..Options::default()
    };
    assert_eq!(
        files.refusal(Raw::read(&path, &named("few"))),
        "own.npz: few: holds 3 labels, own.npz has 12 rows"
    );
    let loaded = load(&path, &named("answers")).unwrap().train;
    assert_eq!(
        (loaded.rows, loaded.features(), loaded.task().outputs()),
        (12, 2, 2)
    );
    let again = load_inputs_with(&path, &loaded.schema).unwrap();
    assert_eq!((again.rows, again.features), (12, loaded.features));
}
