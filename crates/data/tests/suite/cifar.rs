//! CIFAR-10 and CIFAR-100 in the binary version.

use std::path::Path;

use decay_data::{
    Dataset, ImageError, Images, Options, Preprocess, Raw, Scaling, Storage, Target, load,
    read_cifar,
};

use crate::files::{Files, gzip};

/// Records whose pixels are `first, first + 1, ..`, modulo 256.
fn records(labels: &[&[u8]], first: usize) -> Vec<u8> {
    let record = |(index, labels): (usize, &&[u8])| {
        let pixels = (0..3072).map(move |pixel| (first + index + pixel) as u8);
        labels.iter().copied().chain(pixels).collect::<Vec<u8>>()
    };
    labels.iter().enumerate().flat_map(record).collect()
}

fn ten_names() -> String {
    ["airplane", "automobile", "bird", "cat", "deer"]
        .into_iter()
        .chain(["dog", "frog", "horse", "ship", "truck", ""])
        .map(|name| format!("{name}\n"))
        .collect()
}

#[test]
fn folder_as_distributed() {
    let files = Files::new();
    files.write("data_batch_1.bin", records(&[&[3], &[9]], 0));
    files.write("data_batch_2.bin.gz", gzip(&records(&[&[0]], 7)));
    files.write("test_batch.bin", records(&[&[9]], 1));
    files.write("batches.meta.txt", ten_names());
    files.write("readme.html", "not read");
    let loaded = load(&files.root(), &Options::default()).unwrap();
    let (train, test) = (loaded.train, loaded.test.unwrap());
    assert_eq!(
        (train.rows, train.shape.as_slice()),
        (3, [3, 32, 32].as_slice())
    );
    let names: Vec<String> = ["airplane", "cat", "truck"].map(str::to_owned).to_vec();
    let classes = |labels: &[u32]| Target::Classes {
        labels: labels.to_vec(),
        names: names.clone(),
    };
    assert_eq!(train.target, classes(&[1, 2, 0]));
    assert_eq!(test.target, classes(&[2]));
    assert_eq!(
        [train.value(0, 0), train.value(1, 300), train.value(2, 3071)],
        [0.0, 45.0, 6.0]
    );
    assert_eq!(train.provenance.files.len(), 3);
    assert_eq!(train.default_scaling, Scaling::Channel);
}

#[test]
fn of_cifar_100_the_fine_labels_are_the_classes() {
    let files = Files::new();
    let path = files.write("train.bin", records(&[&[19, 99], &[0, 4]], 5));
    let (images, test) = read_cifar(&path).unwrap();
    assert_eq!((images.labels, test), (vec![99, 4], None));
    assert_eq!(images.pixels[3071..3074], [4, 6, 7]);
    assert_eq!(images.names.len(), 0);
}

#[test]
fn plain_file_wins_over_its_compressed_copy() {
    let files = Files::new();
    files.write("train.bin", records(&[&[1], &[2]], 0));
    files.write("train.bin.gz", gzip(b"something else"));
    assert_eq!(read_cifar(files.root()).unwrap().0.labels, [1, 2]);
}

/// 3074 records of CIFAR-10 are as long as 3073 of CIFAR-100.
#[test]
fn length_that_fits_both_is_settled_by_the_labels() {
    let files = Files::new();
    let ten: Vec<[u8; 1]> = (0..3074).map(|row| [(row % 10) as u8]).collect();
    let ten: Vec<&[u8]> = ten.iter().map(|label| label.as_slice()).collect();
    let path = files.write("a.bin", records(&ten, 0));
    assert_eq!(read_cifar(path).unwrap().0.labels.len(), 3074);
    let hundred: Vec<&[u8]> = vec![&[12, 57]; 3073];
    let path = files.write("b.bin", records(&hundred, 0));
    assert_eq!(read_cifar(path).unwrap().0.labels.len(), 3073);
}

fn refusal(name: &str, bytes: Vec<u8>) -> String {
    let files = Files::new();
    let path = files.write(name, bytes);
    files.refusal(read_cifar(path))
}

#[test]
fn damaged_files_are_refused() {
    let whole = records(&[&[1], &[2]], 0);
    assert_eq!(
        refusal("test_batch.bin", whole[..6145].to_vec()),
        "test_batch.bin: has 6145 bytes, which is no multiple of 3073 (records of CIFAR-10) or 3074 (CIFAR-100)"
    );
    assert_eq!(refusal("a.bin", Vec::new()), "a.bin: is empty");
    assert_eq!(
        refusal("a.bin.gz", gzip(&whole)[..99].to_vec()),
        "a.bin.gz: the gzip data is truncated or damaged"
    );
    assert_eq!(
        refusal("a.bin", records(&[&[1], &[10]], 0)),
        "a.bin: record 2: the label 10 is not in 0..=9"
    );
    assert_eq!(
        refusal("a.bin", records(&[&[20, 1]], 0)),
        "a.bin: record 1: the coarse label 20 is not in 0..=19"
    );
    assert_eq!(
        refusal("a.bin", records(&[&[1, 1], &[2, 2], &[3, 100]], 0)),
        "a.bin: record 3: the fine label 100 is not in 0..=99"
    );
}

#[test]
fn folders_that_make_no_sense_are_refused() {
    let files = Files::new();
    files.write("one.bin", records(&[&[1]], 0));
    files.write("two.bin", records(&[&[1]], 0));
    assert_eq!(
        files.refusal(read_cifar(files.root())),
        ".: holds several CIFAR files (one.bin, two.bin), none named train* or data_batch*"
    );
    files.write("data_batch_1.bin", records(&[&[1]], 0));
    files.write("data_batch_2.bin", records(&[&[1, 1]], 0));
    assert_eq!(
        files.refusal(read_cifar(files.root())),
        "data_batch_2.bin: holds records of CIFAR-100, data_batch_1.bin those of CIFAR-10"
    );
    let files = Files::new();
    files.write("train.bin", records(&[&[1]], 0));
    files.write("batches.meta.txt", "cat\ndog\n");
    assert_eq!(
        files.refusal(read_cifar(files.root())),
        "batches.meta.txt: has 2 class names, expected 10"
    );
    files.write("batches.meta.txt", b"\xff\n");
    assert_eq!(
        files.refusal(read_cifar(files.root())),
        "batches.meta.txt: is not UTF-8"
    );
    assert!(matches!(
        read_cifar(files.root()),
        Err(decay_data::DataError::Image(ImageError::NamesText { .. }))
    ));
}

fn two_images(pixels: Vec<u8>) -> Dataset {
    let images = Images {
        files: Vec::new(),
        notes: Vec::new(),
        name: "two".into(),
        path: "two".into(),
        shape: vec![3, 1, 2],
        max: 255.0,
        pixels,
        labels: vec![0, 1],
        names: Vec::new(),
        resize: None,
        scaling: Scaling::Channel,
        provenance: decay_data::Provenance::default(),
    };
    Dataset::from_images(&images).unwrap()
}

/// By hand: red 0, 2, 4, 6 has mean 3 and variance 5; green is constant; blue 10, 10, 20, 20 has mean 15 and sd 5.
#[test]
fn channels_are_scaled_by_their_own_mean_and_sd() {
    let data = two_images(vec![0, 2, 7, 7, 10, 10, 4, 6, 7, 7, 20, 20]);
    let fitted = Preprocess::fit(&data, &[0, 1]);
    let red = (1.0 / 5.0_f64.sqrt()) as f32;
    assert_eq!(fitted.center, [3.0, 3.0, 7.0, 7.0, 15.0, 15.0]);
    assert_eq!(fitted.scale, [red, red, 0.0, 0.0, 0.2, 0.2]);
    assert_eq!(fitted.apply(&data, &[1])[4..], [1.0, 1.0]);
    assert_eq!(fitted.apply(&data, &[1])[..2], [red, 3.0 * red]);
    // A fold sees its own rows alone.
    assert_eq!(Preprocess::fit(&data, &[0]).center[..2], [1.0, 1.0]);
}

/// The subset of the real CIFAR-10; it is not part of the repository.
#[test]
fn cifar_10() {
    let Some(root) = std::env::var_os("DECAY_DATA") else {
        println!("skipped: DECAY_DATA does not name a folder of data sets");
        return;
    };
    let folder = Path::new(&root).join("cifar10");
    let start = std::time::Instant::now();
    let raw = Raw::read(&folder.display().to_string(), &Options::default()).unwrap();
    println!("12,000 images in {:.2} s", start.elapsed().as_secs_f64());
    let Raw::Images { train, test } = raw else {
        panic!("expected images")
    };
    assert_eq!(
        (train.labels.len(), test.unwrap().labels.len()),
        (10_000, 2_000)
    );
    let data = Dataset::from_images(&train).unwrap();
    assert_eq!(data.task().outputs(), 10);
    let Storage::U8(pixels) = &data.features else {
        panic!("expected bytes")
    };
    // Means of the published training set: 0.4914, 0.4822, 0.4465.
    let mean = |channel: usize| {
        let planes = pixels.chunks_exact(1024).skip(channel).step_by(3);
        let sum: f64 = planes.flatten().map(|&pixel| f64::from(pixel)).sum();
        sum / (10_000.0 * 1024.0) / 255.0
    };
    for (channel, published) in [0.4914, 0.4822, 0.4465].into_iter().enumerate() {
        assert!(
            (mean(channel) - published).abs() < 5e-3,
            "{channel}: {}",
            mean(channel)
        );
    }
}
