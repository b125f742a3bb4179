//! Features of one network, and a linear model that learns from them.

use crate::harness::{Place, mixed_table, rows};

#[test]
fn a_linear_probe_learns_from_the_features_of_a_network() {
    let place = Place::new();
    place.file("table.csv", mixed_table(120));
    let longer = ["--epochs", "60", "--lr", "0.01"];
    let first = ["--data", "table.csv", "--model.hidden", "12,7"];
    place.tunes(&[&first[..], &longer].concat());
    let call = [
        "predict",
        "--model",
        "run",
        "--data",
        "table.csv",
        "--features",
    ];
    let printed = rows(&place.succeeds(&call).stdout);
    assert_eq!((printed.len(), printed[0].len()), (121, 7));
    assert_eq!(printed[0][6], "f6");
    place.succeeds(&[&call[..], &["--out", "features.npy"]].concat());
    assert_eq!(place.bytes("features.npy").len(), 128 + 120 * 7 * 4);
    let kinds: String = rows(&place.read("table.csv"))[1..]
        .iter()
        .map(|row| format!("{}\n", row[4]))
        .collect();
    place.file("kinds.csv", format!("kind\n{kinds}"));
    let probe = [
        "tune",
        "--data",
        "features.npy",
        "--labels",
        "kinds.csv",
        "--model",
        "linear",
        "--folds",
        "3",
        "--rates",
        "1e-3..1:4",
        "--seeds",
        "1",
        "--refits",
        "1",
        "--attacks",
        "none",
        "--out",
        "probe",
    ];
    let told = place.succeeds(&probe);
    assert!(!told.stderr.contains("train.dropout"), "{}", told.stderr);
    let config = place.read("probe/config.toml");
    assert!(
        config.contains("kind = \"mlp\"") && config.contains("hidden = []"),
        "{config}"
    );
    let accuracy = place.accuracy("probe");
    assert!(accuracy > 0.85, "{accuracy}");
    // Its only layer reads the features themselves, each on its own scale.
    let call = [
        "predict",
        "--model",
        "probe",
        "--data",
        "features.npy",
        "--features",
    ];
    let seen = rows(&place.succeeds(&call).stdout);
    assert_eq!((seen.len(), seen[0].len()), (121, 7));
}
