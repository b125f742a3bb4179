//! IDX files and directories of them.

use std::path::Path;

use decay_data::{Scaling, Storage, Target, load, load_with, read_idx, read_idx_dir};

use crate::files::{Files, gzip};

pub(crate) fn idx_bytes(dims: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dims.len() as u8];
    bytes.extend(dims.iter().flat_map(|dim| dim.to_be_bytes()));
    bytes.extend(data);
    bytes
}

fn write_pair(files: &Files, prefix: &str, labels: &[u8]) {
    let count = labels.len() as u32;
    let pixels: Vec<u8> = (0..labels.len() * 6).map(|i| i as u8).collect();
    files.write(
        &format!("{prefix}images-idx3-ubyte.gz"),
        gzip(&idx_bytes(&[count, 2, 3], &pixels)),
    );
    files.write(
        &format!("{prefix}labels-idx1-ubyte"),
        idx_bytes(&[count], labels),
    );
}

#[test]
fn file_is_read_plain_and_packed() {
    let files = Files::new();
    let bytes = idx_bytes(&[2, 1, 3], &[1, 2, 3, 250, 251, 252]);
    for path in [files.write("a", &bytes), files.write("b.gz", gzip(&bytes))] {
        let idx = read_idx(path).unwrap();
        assert_eq!(
            (idx.dims, idx.data),
            (vec![2, 1, 3], vec![1, 2, 3, 250, 251, 252])
        );
    }
}

#[test]
fn directory_gives_train_and_test() {
    let files = Files::new();
    write_pair(&files, "train-", &[3, 7, 3, 9]);
    write_pair(&files, "t10k-", &[9, 3]);
    let (train, test) = read_idx_dir(files.root()).unwrap();
    assert_eq!(
        (train.rows, train.shape.as_slice()),
        (4, [1, 2, 3].as_slice())
    );
    assert_eq!(train.default_scaling, Scaling::Global);
    let names = vec!["3".to_owned(), "7".to_owned(), "9".to_owned()];
    assert_eq!(
        train.target,
        Target::Classes {
            labels: vec![0, 1, 0, 2],
            names: names.clone()
        }
    );
    assert_eq!(
        test.unwrap().target,
        Target::Classes {
            labels: vec![2, 0],
            names
        }
    );
    assert_eq!(train.features, Storage::U8((0..24).collect()));
    assert_eq!(train.provenance.files.len(), 2);
    // For a trained model a directory stands for its test set.
    assert_eq!(load_with(&files.root(), &train.schema).unwrap().rows, 2);
}

#[test]
fn lone_pair_is_for_training() {
    let files = Files::new();
    write_pair(&files, "sample-", &[0, 1]);
    let loaded = load(&files.root(), &decay_data::Options::default()).unwrap();
    assert!(loaded.test.is_none());
    write_pair(&files, "other-", &[0, 1]);
    let message = read_idx_dir(files.root()).unwrap_err().to_string();
    assert!(message.contains("other-, sample-"), "{message}");
}

#[test]
fn test_label_unseen_in_training() {
    let files = Files::new();
    write_pair(&files, "train-", &[0, 1]);
    write_pair(&files, "t10k-", &[0, 1, 5]);
    let message = read_idx_dir(files.root()).unwrap_err().to_string();
    assert!(
        message.contains("t10k-labels-idx1-ubyte: image 3: the label '5'"),
        "{message}"
    );
}

/// The real MNIST; the files are not part of the repository.
#[test]
fn mnist() {
    let Some(root) = std::env::var_os("DECAY_DATA") else {
        println!("skipped: DECAY_DATA does not name a folder of data sets");
        return;
    };
    let start = std::time::Instant::now();
    let (train, test) = read_idx_dir(Path::new(&root).join("mnist")).unwrap();
    println!(
        "60,000 + 10,000 images in {:.2} s",
        start.elapsed().as_secs_f64()
    );
    assert_eq!(
        (train.rows, train.shape.as_slice()),
        (60_000, [1, 28, 28].as_slice())
    );
    let Target::Classes { labels, names } = &train.target else {
        panic!()
    };
    // The first labels and the class counts of the published files.
    assert_eq!(labels[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(names.len(), 10);
    assert_eq!(labels.iter().filter(|&&label| label == 1).count(), 6742);
    let Storage::U8(pixels) = &train.features else {
        panic!()
    };
    let mean =
        pixels.iter().map(|&pixel| f64::from(pixel)).sum::<f64>() / pixels.len() as f64 / 255.0;
    assert!((mean - 0.1307).abs() < 5e-5, "{mean}");
    assert_eq!(test.unwrap().rows, 10_000);
}
