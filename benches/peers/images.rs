//! Images as the peers read them.

use std::path::PathBuf;

use decay_data::{Dataset, Storage, Target};
use decay_train::FoldRows;

/// The Debian package `dataset-fashion-mnist`, or `DECAY_DATA/fashion-mnist`.
pub(crate) fn fashion_mnist() -> (Dataset, Dataset) {
    let given = std::env::var_os("DECAY_DATA").map(|d| PathBuf::from(d).join("fashion-mnist"));
    let system = PathBuf::from("/usr/share/datasets/fashion-mnist");
    let dir = given.filter(|d| d.exists()).unwrap_or(system);
    let (train, test) = decay_data::read_idx_dir(&dir).expect("Fashion-MNIST as IDX files");
    (
        train,
        test.expect("the test files beside the training files"),
    )
}

/// The first rows.
pub(crate) fn head(mut data: Dataset, rows: usize) -> Dataset {
    let width = data.features();
    match &mut data.features {
        Storage::F32(values) => values.truncate(rows * width),
        Storage::U8(values) => values.truncate(rows * width),
        Storage::Sparse(_) => panic!("images are not sparse"),
    }
    if let Target::Classes { labels, .. } = &mut data.target {
        labels.truncate(rows);
    }
    data.rows = rows;
    data
}

/// Rows ordered by class and dealt out in turn, as the peers do.
pub(crate) fn dealt_folds(data: &Dataset, folds: usize) -> Vec<FoldRows> {
    let Target::Classes { labels, .. } = &data.target else {
        panic!("the workloads classify");
    };
    let mut order: Vec<usize> = (0..data.rows).collect();
    order.sort_by_key(|&row| labels[row]);
    let mut fold = vec![0; data.rows];
    for (place, &row) in order.iter().enumerate() {
        fold[row] = place % folds;
    }
    let rows = |keep: &dyn Fn(usize) -> bool| (0..data.rows).filter(|&r| keep(fold[r])).collect();
    (0..folds)
        .map(|f| FoldRows {
            train: rows(&|g| g != f),
            validation: rows(&|g| g == f),
        })
        .collect()
}
