//! Compressed and IDX files that are cut, damaged or something else.

use decay_data::{Options, Table, read_idx, read_idx_dir};

use crate::files::{Files, assert_message, gzip};
use crate::idx::idx_bytes;

#[test]
fn truncated_gzip() {
    let text: String = (0..5000)
        .map(|row| format!("{row},{}\n", row * row % 2))
        .collect();
    let bytes = gzip(text.as_bytes());
    let files = Files::new();
    for keep in [3, 12, bytes.len() / 2, bytes.len() - 1] {
        let path = files.write("data.csv.gz", &bytes[..keep]);
        assert_message(
            Table::read(path, &Options::default()),
            "data.csv.gz",
            &["truncated or damaged"],
        );
    }
    let path = files.write("plain.csv.gz", "x,y\n1,2\n");
    assert_message(
        Table::read(path, &Options::default()),
        "plain.csv.gz",
        &["truncated or damaged"],
    );
}

#[test]
fn wrong_idx_magic() {
    let files = Files::new();
    let path = files.write("images", b"\x89PNG....");
    assert_message(
        read_idx(path),
        "images",
        &["not an IDX file", "89, 50, 4e, 47"],
    );
    let path = files.write("floats", [0, 0, 0x0d, 1, 0, 0, 0, 0]);
    assert_message(read_idx(path), "floats", &["0x0d", "not supported"]);
}

#[test]
fn truncated_idx() {
    let whole = idx_bytes(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    let files = Files::new();
    let path = files.write("short", &whole[..whole.len() - 2]);
    assert_message(
        read_idx(path),
        "short",
        &["[2, 3]", "must have 6 bytes, found 4"],
    );
    let path = files.write("long", [whole.as_slice(), &[0]].concat());
    assert_message(read_idx(path), "long", &["must have 6 bytes, found more"]);
    let path = files.write("head", &whole[..9]);
    assert_message(
        read_idx(path),
        "head",
        &["of 2 dimensions must have 12 bytes, found 9"],
    );
    let path = files.write("cut.gz", &gzip(&whole)[..20]);
    assert_message(read_idx(path), "cut.gz", &["truncated or damaged"]);
}

/// Dimensions that promise more than memory holds must not be believed.
#[test]
fn idx_that_claims_to_be_huge() {
    let files = Files::new();
    let path = files.write("huge", idx_bytes(&[u32::MAX, u32::MAX, u32::MAX], &[0; 8]));
    assert_message(read_idx(path), "huge", &["found 8"]);
}

#[test]
fn idx_directory_without_a_set() {
    let files = Files::new();
    assert_message(read_idx_dir(files.root()), "", &["holds no pair"]);
    files.write("train-images-idx3-ubyte", idx_bytes(&[1, 1, 1], &[0]));
    assert_message(
        read_idx_dir(files.root()),
        "train-images-idx3-ubyte",
        &["train-labels-idx1-ubyte"],
    );
    files.write("train-labels-idx1-ubyte", idx_bytes(&[2], &[0, 1]));
    assert_message(
        read_idx_dir(files.root()),
        "train-labels-idx1-ubyte",
        &["2 labels", "1 images"],
    );
}
