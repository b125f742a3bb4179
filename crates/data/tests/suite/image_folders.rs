//! Folders of PNG and JPEG files.

use std::io::Write;

use decay_data::{
    Dataset, Options, Scaling, Storage, Target, load, load_inputs_with, read_image_folders,
    sha256_hex,
};
use flate2::{Compression, Crc, write::ZlibEncoder};
use proptest::prelude::*;

use crate::files::Files;

/// 16 x 8: red rises from left to right, green from top to bottom, blue is 100.
const RAMP: &[u8] = include_bytes!("ramp.jpg");

const GREY: u8 = 0;
pub(crate) const COLOUR: u8 = 2;
const GREY_ALPHA: u8 = 4;
const COLOUR_ALPHA: u8 = 6;

pub(crate) fn png(width: u32, height: u32, depth: u8, colours: u8, samples: &[u8]) -> Vec<u8> {
    let row = samples.len() / height as usize;
    let mut raw = Vec::new();
    for samples in samples.chunks(row) {
        raw.push(0);
        raw.extend(samples);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&raw).unwrap();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([depth, colours, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", header),
        (b"IDAT", encoder.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        let mut crc = Crc::new();
        crc.update(kind);
        crc.update(&data);
        bytes.extend((data.len() as u32).to_be_bytes());
        bytes.extend(kind);
        bytes.extend(data);
        bytes.extend(crc.sum().to_be_bytes());
    }
    bytes
}

fn grey(samples: &[u8]) -> Vec<u8> {
    png(2, samples.len() as u32 / 2, 8, GREY, samples)
}

fn pixels(data: &Dataset) -> &[u8] {
    match &data.features {
        Storage::U8(pixels) => pixels,
        Storage::F32(_) | Storage::Sparse(_) => panic!("expected bytes"),
    }
}

/// Shape and pixels of one image, read as the only one of its class.
fn decoded(bytes: &[u8]) -> (Vec<usize>, Vec<u8>) {
    let files = Files::new();
    files.write("a/image", bytes);
    let (images, _) = read_image_folders(files.root(), None).unwrap();
    (images.shape, images.pixels)
}

#[test]
fn class_folders_in_the_order_of_names() {
    let files = Files::new();
    files.write("10/b.png", grey(&[5, 6]));
    files.write("10/a.png", grey(&[3, 4]));
    files.write("9/x.PNG", grey(&[1, 2]));
    files.write("9/.hidden", "no image");
    files.write(".git/config", "no class");
    let data = load(&files.root(), &Options::default()).unwrap().train;
    assert_eq!(pixels(&data), [1, 2, 3, 4, 5, 6]);
    assert_eq!(data.shape, [1, 1, 2]);
    let names = ["9", "10"].map(str::to_owned).to_vec();
    let labels = vec![0, 1, 1];
    assert_eq!(data.target, Target::Classes { labels, names });
    assert_eq!(data.default_scaling, Scaling::Global);
}

#[test]
fn train_and_test_folders() {
    let files = Files::new();
    files.write("train/cat/1.png", grey(&[1, 2]));
    files.write("train/dog/1.png", grey(&[3, 4]));
    files.write("test/dog/1.png", grey(&[5, 6]));
    let loaded = load(&files.root(), &Options::default()).unwrap();
    let test = loaded.test.unwrap();
    assert_eq!(
        (pixels(&loaded.train), pixels(&test)),
        ([1, 2, 3, 4].as_slice(), [5, 6].as_slice())
    );
    let names = ["cat", "dog"].map(str::to_owned).to_vec();
    let labels = vec![1];
    assert_eq!(test.target, Target::Classes { labels, names });
    // A class that is called train is one.
    let files = Files::new();
    files.write("train/1.png", grey(&[1, 2]));
    files.write("car/1.png", grey(&[3, 4]));
    let (images, _) = read_image_folders(files.root(), None).unwrap();
    assert_eq!(images.names, ["car", "train"]);
}

#[test]
fn one_digest_stands_for_all_files() {
    let files = Files::new();
    files.write("b/2.png", grey(&[5, 6]));
    files.write("a/1.png", grey(&[3, 4]));
    let (images, _) = read_image_folders(files.root(), None).unwrap();
    // What `sha256sum a/1.png b/2.png` prints.
    let printed = format!(
        "{}  a/1.png\n{}  b/2.png\n",
        sha256_hex(&grey(&[3, 4])),
        sha256_hex(&grey(&[5, 6]))
    );
    let [digest] = images.provenance.files.as_slice() else {
        panic!("expected one digest")
    };
    assert_eq!(digest.sha256, sha256_hex(printed.as_bytes()));
    assert_eq!(
        digest.bytes,
        (grey(&[3, 4]).len() + grey(&[5, 6]).len()) as u64
    );
}

#[test]
fn colours_become_planes() {
    let (shape, pixels) = decoded(&png(2, 1, 8, COLOUR, &[1, 2, 3, 4, 5, 6]));
    assert_eq!((shape, pixels), (vec![3, 1, 2], vec![1, 4, 2, 5, 3, 6]));
}

/// By hand: 200 * 128 / 255 = 100.4, 100 * 128 / 255 = 50.2; full alpha keeps a value, none makes it black.
#[test]
fn transparency_is_laid_onto_black() {
    let (shape, pixels) = decoded(&png(3, 1, 8, GREY_ALPHA, &[200, 128, 77, 255, 99, 0]));
    assert_eq!((shape, pixels), (vec![1, 1, 3], vec![100, 77, 0]));
    let (shape, pixels) = decoded(&png(1, 1, 8, COLOUR_ALPHA, &[200, 100, 255, 128]));
    assert_eq!((shape, pixels), (vec![3, 1, 1], vec![100, 50, 128]));
}

/// By hand: 65535 / 257 = 255, 385 / 257 = 1.498, 386 / 257 = 1.502.
#[test]
fn sixteen_bits_become_eight() {
    let samples: Vec<u8> = [65535_u16, 385, 386, 0]
        .into_iter()
        .flat_map(u16::to_be_bytes)
        .collect();
    let (shape, pixels) = decoded(&png(4, 1, 16, GREY, &samples));
    assert_eq!((shape, pixels), (vec![1, 1, 4], vec![255, 1, 2, 0]));
}

#[test]
fn few_bits_fill_the_range() {
    assert_eq!(
        decoded(&png(4, 1, 2, GREY, &[0b0001_1011])).1,
        [0, 85, 170, 255]
    );
    assert_eq!(
        decoded(&png(3, 1, 1, GREY, &[0b1010_0000])).1,
        [255, 0, 255]
    );
}

#[test]
fn jpeg() {
    let (shape, pixels) = decoded(RAMP);
    assert_eq!(shape, [3, 8, 16]);
    for (index, &pixel) in pixels.iter().enumerate() {
        let (channel, y, x) = (index / 128, index / 16 % 8, index % 16);
        let expected = [16 * x, 32 * y, 100][channel];
        assert!(
            usize::from(pixel).abs_diff(expected) <= 8,
            "{channel} {y} {x}: {pixel}"
        );
    }
}

fn refusal(files: &Files) -> String {
    files.refusal(read_image_folders(files.root(), None))
}

#[test]
fn images_of_different_size() {
    let files = Files::new();
    files.write("a/1.png", grey(&[1, 2]));
    files.write("b/1.png", grey(&[1, 2, 3, 4]));
    files.write("c/1.png", grey(&[1, 2, 3, 4]));
    assert_eq!(
        refusal(&files),
        "b/1.png: is 2 x 2 grey, but a/1.png is 2 x 1 grey; all images must have one size, or data.resize the side of the squares that they become"
    );
    let files = Files::new();
    files.write("a/1.jpg", RAMP);
    files.write("b/1.png", png(16, 8, 8, GREY, &[0; 128]));
    let (images, _) = read_image_folders(files.root(), None).unwrap();
    assert_eq!(
        (images.shape, &images.pixels[3 * 128..]),
        (vec![3, 8, 16], [0; 3 * 128].as_slice())
    );
    assert_eq!(
        files.relative(&images.notes),
        [".: 1 of 2 images are grey and are read as coloured ones"]
    );
    // The parts of a split are alike, too.
    let files = Files::new();
    files.write("train/a/1.png", png(16, 8, 8, GREY, &[7; 128]));
    files.write("test/a/1.jpg", RAMP);
    let (train, test) = read_image_folders(files.root(), None).unwrap();
    assert_eq!(
        (&train.shape, train.pixels.as_slice()),
        (&vec![3, 8, 16], [7; 3 * 128].as_slice())
    );
    assert_eq!(test.unwrap().shape, train.shape);
}

/// Validation images are trained on, where folds choose.
#[test]
fn validation_images_join_the_training() {
    for [train, validation, test] in [["train", "val", "test"], ["Training", "Valid", "Testing"]] {
        let files = Files::new();
        files.write(&format!("{train}/cat/1.png"), grey(&[1, 2]));
        files.write(&format!("{validation}/dog/1.png"), grey(&[3, 4]));
        files.write(&format!("{validation}/cat/2.png"), grey(&[5, 6]));
        files.write(&format!("{test}/dog/1.png"), grey(&[7, 8]));
        let (images, held_out) = read_image_folders(files.root(), None).unwrap();
        assert_eq!(
            (images.pixels.as_slice(), images.labels.as_slice()),
            ([1, 2, 5, 6, 3, 4].as_slice(), [0, 0, 1].as_slice())
        );
        assert_eq!(held_out.unwrap().pixels, [7, 8]);
        assert!(
            images.notes[0].contains("these images join those of"),
            "{:?}",
            images.notes
        );
    }
}

/// Without labels images are rows by themselves, known by their files.
#[test]
fn images_without_classes_are_rows_to_predict() {
    let files = Files::new();
    files.write("d/a/1.png", grey(&[1, 2]));
    files.write("d/b/1.png", grey(&[3, 4]));
    files.write("new/y.png", grey(&[7, 8]));
    files.write("new/x.png", grey(&[5, 6]));
    files.write("new/Thumbs.db", "no image");
    let path = |name: &str| files.path(name).display().to_string();
    let schema = load(&path("d"), &Options::default()).unwrap().train.schema;
    let read = |name: &str| load_inputs_with(&path(name), &schema).unwrap();
    let folder = read("new");
    assert_eq!(
        (folder.files, folder.rows),
        (vec![path("new/x.png"), path("new/y.png")], 2)
    );
    assert_eq!(folder.features, Storage::U8(vec![5, 6, 7, 8]));
    assert_eq!(read("new/y.png").features, Storage::U8(vec![7, 8]));
    assert_eq!(read("d").files, [path("d/a/1.png"), path("d/b/1.png")]);
}

#[test]
fn what_is_no_image() {
    let files = Files::new();
    files.write("a/1.png", grey(&[1, 2]));
    files.write("a/Thumbs.db", "hello");
    files.write("labels.csv", "1.png,a");
    files.write("__MACOSX/a/1.png", "hello");
    let (images, _) = read_image_folders(files.root(), None).unwrap();
    assert_eq!((images.names.len(), images.labels.len()), (1, 1));
    let passed = [
        ".: passed over, since no images: labels.csv, __MACOSX",
        "a: passed over, since no images: Thumbs.db",
    ];
    assert_eq!(files.relative(&images.notes), passed);
    files.write("a/2.webp", "RIFF");
    assert_eq!(refusal(&files), "a/2.webp: is no PNG or JPEG image");
    let files = Files::new();
    files.write("a/1.png", grey(&[1, 2]));
    files.write("1.png", grey(&[1, 2]));
    assert_eq!(
        refusal(&files),
        "1.png: an image beside the folders of the classes"
    );
    let files = Files::new();
    files.write("a/1.png", grey(&[1, 2]));
    files.write("b/more/1.png", grey(&[1, 2]));
    assert_eq!(
        refusal(&files),
        "b/more: a folder within the folder of a class"
    );
    files.write("c/.hidden", "");
    std::fs::remove_dir_all(files.path("b")).unwrap();
    assert_eq!(refusal(&files), "c: a class without images");
    assert_eq!(refusal(&Files::new()), ".: holds no folder of images");
    let files = Files::new();
    files.write("train/a/1.png", grey(&[1, 2]));
    files.write("extra/a/1.png", grey(&[1, 2]));
    assert_eq!(
        refusal(&files),
        ".: beside train only val and test are read, not extra"
    );
}

#[test]
fn one_class_of_images() {
    let files = Files::new();
    files.write("a/1.png", grey(&[1, 2]));
    let message = files.refusal(load(&files.root(), &Options::default()));
    assert_eq!(
        message,
        ".: the target 'label' has one class, 'a'; at least 2 are needed"
    );
}

#[test]
fn damaged_png() {
    let files = Files::new();
    files.write("a/1.png", grey(&[1, 2]));
    let mut flipped = grey(&[1, 2]);
    let crc = flipped.len() - 13;
    flipped[crc] ^= 1;
    for damaged in [&flipped, &flipped[..40], &flipped[..flipped.len() - 1]] {
        files.write("b/1.png", damaged);
        let message = refusal(&files);
        assert!(
            message.starts_with("b/1.png: the PNG data is truncated or damaged ("),
            "{message}"
        );
    }
}

/// The end of a thumbnail, here in a comment before the image, is not that of the image.
#[test]
fn a_jpeg_cut_anywhere_is_refused() {
    let comment = [0xff, 0xfe, 0, 6, 0xff, 0xd8, 0xff, 0xd9];
    let whole = [&RAMP[..2], &comment, &RAMP[2..]].concat();
    assert_eq!(decoded(&whole), decoded(RAMP));
    let files = Files::new();
    for keep in 3..whole.len() {
        files.write("a/1.jpg", &whole[..keep]);
        let message = refusal(&files);
        assert!(
            message.starts_with("a/1.jpg: the JPEG data is truncated or damaged ("),
            "{message}"
        );
    }
    assert!(refusal(&files).ends_with("(its end is missing)"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any damage is an error or an image, never a panic.
    #[test]
    fn damage_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), which in 0..3_usize) {
        let sources = [RAMP.to_vec(), grey(&[1, 2, 3, 4]), png(2, 1, 16, COLOUR_ALPHA, &[7; 16])];
        let mut bytes = sources[which].clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let files = Files::new();
        files.write("a/image", bytes);
        let _ = read_image_folders(files.root(), None);
    }
}

/// Images of any size become squares of one, those that a model predicts later as well.
#[test]
fn images_of_several_sizes_become_squares() {
    let files = Files::new();
    files.write(
        "images/a/1.png",
        png(4, 2, 8, GREY, &[0, 0, 200, 200, 0, 0, 200, 200]),
    );
    files.write("images/b/2.png", grey(&[10, 20, 30, 40]));
    let folder = files.path("images").display().to_string();
    let message = files.refusal(load(&folder, &Options::default()));
    assert!(
        message.ends_with(
            "all images must have one size, or data.resize the side of the squares that they become"
        ),
        "{message}"
    );
    let options = Options {
        resize: Some(2),
        ..Options::default()
    };
    let data = load(&folder, &options).unwrap().train;
    assert_eq!(
        (data.shape.as_slice(), data.schema.resize),
        ([1, 2, 2].as_slice(), Some(2))
    );
    // Weights 3, 3, 1 of the wide one's pixels around each new one: 200 / 7 on the left.
    assert_eq!(pixels(&data), [29, 171, 29, 171, 10, 20, 30, 40]);
    let stored = serde_json::to_string(&data.schema).unwrap();
    let schema: decay_data::Schema = serde_json::from_str(&stored).unwrap();
    let image = files.write("new.png", png(4, 2, 8, GREY, &[9; 8]));
    let encoded = load_inputs_with(&image.display().to_string(), &schema).unwrap();
    let Storage::U8(values) = encoded.features else {
        panic!("expected bytes")
    };
    assert_eq!(values, [9; 4]);
}
