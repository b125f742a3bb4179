//! Nothing that comes from outside takes more memory than it is granted.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use ::parquet::basic::{Compression as Codec, GzipLevel};

use crate::harness::Place;
use crate::harness::parquet;
use crate::harness::peak::MIB;
use crate::harness::png::png;

/// What reading may take, in MiB.
const GRANTED: u64 = 128;
/// Of the process itself: code, threads, what the allocator keeps ready.
const PROCESS: u64 = 48;

/// A pattern so many times, packed: members of gzip follow each other.
fn packed(pattern: &[u8], mib: usize) -> Vec<u8> {
    const PART: usize = 8;
    let times = (PART << 20) / pattern.len();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    for _ in 0..times {
        encoder.write_all(pattern).expect("into memory");
    }
    encoder.finish().expect("into memory").repeat(mib / PART)
}

/// An array of NumPy whose values are zeros.
fn npy(descr: &str, shape: &str, bytes: usize) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut array = b"\x93NUMPY\x01\x00".to_vec();
    array.extend((header.len() as u16).to_le_bytes());
    array.extend(header.as_bytes());
    array.resize(array.len() + bytes, 0);
    array
}

fn numbers(values: &[i64]) -> Vec<u8> {
    let mut array = npy("<i8", &format!("({},)", values.len()), 0);
    array.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    array
}

fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, array) in arrays {
        archive
            .start_file(format!("{name}.npy"), options)
            .expect("a member");
        archive.write_all(array).expect("into memory");
    }
    archive.finish().expect("into memory").into_inner()
}

/// A black image of 8 bits a pixel.
fn black(side: u32) -> Vec<u8> {
    let mut data = ZlibEncoder::new(Vec::new(), Compression::default());
    let row = vec![0; side as usize + 1];
    for _ in 0..side {
        data.write_all(&row).expect("into memory");
    }
    png(side, side, data.finish().expect("into memory"))
}

/// Expects exit code 2, one sentence that names the file and the way out, and no more memory than is granted and a tenth.
fn refuses(place: &Place, arguments: &[&str], file: &str) {
    let granted = format!("{GRANTED}MiB");
    let (finished, peak) = place.peak(&[arguments, &["--memory", &granted]].concat());
    let said = &finished.stderr;
    assert_eq!(finished.code, 2, "{arguments:?}: {said}");
    for part in [file, "need more than the 128 MiB", "at least", "--memory"] {
        assert!(
            said.contains(part),
            "{arguments:?}: '{said}' lacks '{part}'"
        );
    }
    let most = GRANTED * 11 / 10 + PROCESS;
    let peak = peak / MIB;
    assert!(
        peak <= most,
        "{arguments:?}: {peak} MiB, {most} are granted"
    );
}

#[test]
fn packed_text_of_any_kind_is_read_within_the_memory() {
    let place = Place::new();
    let table = [b"a,b,c\n1,2,3\n".as_slice(), &[]].concat();
    let rows = |head: &[u8], pattern: &[u8], mib| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(head).expect("into memory");
        let mut all = encoder.finish().expect("into memory");
        all.extend(packed(pattern, mib));
        all
    };
    for (name, bytes) in [
        ("commas.csv.gz", packed(b",", 512)),
        ("zeros.csv.gz", packed(b"\0", 512)),
        ("open.csv.gz", rows(b"a,b\n1,2\n3,\"", b"x ", 512)),
        ("rows.csv.gz", rows(&table, b"0,0,1\n", 256)),
        ("labels.csv.gz", rows(&table, b"0,yes,1\n", 256)),
        ("rows.jsonl.gz", rows(b"", b"{\"a\":1,\"b\":2}\n", 256)),
        ("line.jsonl.gz", rows(b"{\"a\":1}\n{\"a\":\"", b"x", 512)),
        (
            "rows.arff.gz",
            rows(b"@relation r\n@attribute a numeric\n@data\n", b"1\n", 64),
        ),
    ] {
        place.file(name, bytes);
        refuses(&place, &["data", name], name);
    }
}

#[test]
fn packed_arrays_and_images_are_read_within_the_memory() {
    let place = Place::new();
    let array = |descr: &str, shape: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder
            .write_all(&npy(descr, shape, 0))
            .expect("into memory");
        let mut all = encoder.finish().expect("into memory");
        all.extend(packed(b"\0", 512));
        all
    };
    place.file("long.npy.gz", array("|u1", "(536870912, 1)"));
    refuses(&place, &["data", "long.npy.gz"], "long.npy.gz");
    // Bytes that each become a number of eight.
    place.file(
        "bytes.npy",
        npy("|i1", &format!("({}, 1)", 32 << 20), 32 << 20),
    );
    refuses(&place, &["data", "bytes.npy"], "bytes.npy");
    place.file(
        "wide.npy",
        npy("|i1", &format!("(1, {})", 4 << 20), 4 << 20),
    );
    refuses(&place, &["data", "wide.npy"], "wide.npy");
    place.file(
        "x.npz",
        npz(&[("x", npy("|i1", "(268435456, 1)", 256 << 20))]),
    );
    refuses(&place, &["data", "x.npz"], "x.npz");
    let mut idx = vec![0, 0, 8, 3];
    idx.extend([1_u32 << 20, 28, 28].into_iter().flat_map(u32::to_be_bytes));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&idx).expect("into memory");
    let mut images = encoder.finish().expect("into memory");
    images.extend(packed(b"\0", 512));
    place.file("idx/train-images-idx3-ubyte.gz", images);
    place.file("idx/train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 0]);
    refuses(&place, &["fit", "--data", "idx"], "train-images");
    place.file("cifar/data_batch_1.bin.gz", packed(b"\0", 512));
    refuses(&place, &["fit", "--data", "cifar"], "data_batch_1");
}

/// Pages of zeros, of which the file says elsewhere that they are small: the reader would make room for what their headers claim.
#[test]
fn pages_of_parquet_are_unpacked_within_the_memory() {
    let place = Place::new();
    let granted = format!("{GRANTED}MiB");
    for (name, codec) in [
        ("snappy", Codec::SNAPPY),
        ("lz4", Codec::LZ4),
        ("lz4_raw", Codec::LZ4_RAW),
        ("gzip", Codec::GZIP(GzipLevel::default())),
    ] {
        place.file(name, parquet::understated(codec, 256 << 20));
        let (finished, peak) = place.peak(&["data", name, "--memory", &granted]);
        let said = &finished.stderr;
        assert_eq!(finished.code, 2, "{name}: {said}");
        for part in [name, "a page holds more than", "--memory"] {
            assert!(said.contains(part), "{name}: '{said}' lacks '{part}'");
        }
        let (peak, most) = (peak / MIB, GRANTED * 11 / 10 + PROCESS);
        assert!(peak <= most, "{name}: {peak} MiB, {most} are granted");
    }
}

#[test]
fn images_are_refused_by_their_headers() {
    let place = Place::new();
    let image = black(16_384);
    for name in ["a/1.png", "a/2.png", "b/1.png", "b/2.png"] {
        place.file(&format!("huge/{name}"), &image);
    }
    refuses(&place, &["fit", "--data", "huge"], "1.png");
    refuses(&place, &["fit", "--data", "huge", "--resize", "8"], "1.png");
    // Small ones by their number.
    let image = black(2048);
    for number in 0..24 {
        for class in ["a", "b"] {
            place.file(&format!("many/{class}/{number}.png"), &image);
        }
    }
    refuses(&place, &["fit", "--data", "many"], "many");
}

#[test]
fn sparse_features_of_any_number_are_refused_by_it() {
    let place = Place::new();
    let offsets: Vec<i64> = (0..=40).map(|row: i64| row.min(1)).collect();
    let graph = [
        ("adj_data", numbers(&[1])),
        ("adj_indices", numbers(&[1])),
        ("adj_indptr", numbers(&offsets)),
        ("adj_shape", numbers(&[40, 40])),
        ("attr_data", numbers(&[1])),
        ("attr_indices", numbers(&[3])),
        ("attr_indptr", numbers(&offsets)),
        ("attr_shape", numbers(&[40, 1_000_000_000_000])),
        ("labels", numbers(&[0, 1].repeat(20))),
    ];
    place.file("graph.npz", npz(&graph));
    refuses(
        &place,
        &["fit", "--model", "gnn", "--data", "graph.npz"],
        "graph.npz",
    );
    let text = "N a x 1000000000\nN b y 1\nE a b\n";
    place.file("far.graph.txt", text);
    refuses(
        &place,
        &["fit", "--model", "gnn", "--data", "far.graph.txt"],
        "far.graph.txt",
    );
}

#[test]
fn devices_that_never_end_do() {
    let place = Place::new();
    let zero = std::path::Path::new("/dev/zero");
    refuses(&place, &["data", "/dev/zero"], "/dev/zero");
    refuses(&place, &["fit", "--data", "/dev/zero"], "/dev/zero");
    for name in ["a/1.png", "b/1.png"] {
        place.file(
            &format!("images/{}", name.replace("1.png", "2.png")),
            black(8),
        );
        std::os::unix::fs::symlink(zero, place.path(&format!("images/{name}"))).expect("a link");
    }
    place.refuses(
        &["fit", "--data", "images"],
        &["a/1.png", "is no PNG or JPEG image"],
    );
    std::os::unix::fs::symlink(zero, place.path("x.npz")).expect("a link");
    refuses(&place, &["fit", "--data", "x.npz"], "x.npz");
    std::os::unix::fs::symlink(zero, place.path("x.content")).expect("a link");
    refuses(&place, &["fit", "--data", "x.content"], "x.content");
}

#[test]
fn models_and_predictions_read_within_the_memory_too() {
    let place = Place::new();
    let rows: String = (0..60)
        .map(|row| format!("{},{},{}\n", row % 7, row % 5, ["u", "v"][row % 2]))
        .collect();
    place.file("small.csv", format!("a,b,c\n{rows}"));
    place.tunes(&["--data", "small.csv"]);
    let mut bomb = {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"a,b,c\n").expect("into memory");
        encoder.finish().expect("into memory")
    };
    bomb.extend(packed(b"1,2,u\n", 256));
    place.file("bomb.csv.gz", bomb);
    refuses(
        &place,
        &["predict", "--model", "run", "--data", "bomb.csv.gz"],
        "bomb.csv.gz",
    );
    refuses(
        &place,
        &["audit", "run", "--data", "bomb.csv.gz"],
        "bomb.csv.gz",
    );
    refuses(
        &place,
        &["compare", "run", "run", "--data", "bomb.csv.gz"],
        "bomb.csv.gz",
    );
    place.file("y.csv", "0\n1\n");
    refuses(
        &place,
        &["audit", "--logits", "bomb.csv.gz", "--labels", "y.csv"],
        "bomb.csv.gz",
    );
}

/// What is allowed is read, and takes no more than is granted.
#[test]
fn tables_that_fit_are_read_within_the_memory() {
    let place = Place::new();
    let mut text = String::from("a,b,c,d,kind\n");
    for row in 0..700_000 {
        let kind = ["u", "v"][row % 2];
        text.push_str(&format!(
            "{},{},0.25,{}.5,{kind}\n",
            row % 1000,
            row % 777,
            row % 91
        ));
    }
    place.file("rows.csv", text);
    let granted = format!("{GRANTED}MiB");
    let (finished, peak) = place.peak(&["data", "rows.csv", "--memory", &granted]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let (peak, most) = (peak / MIB, GRANTED * 11 / 10 + PROCESS);
    assert!(peak <= most, "{peak} MiB, {most} are granted");
}

/// Waves make room for what checkpoints copy: the values and moments of 2,048 models would not fit at once.
#[test]
fn a_large_population_stays_within_the_memory() {
    let place = Place::new();
    let arguments = [
        "tune",
        "--data",
        "digits",
        "--memory",
        "600MiB",
        "--rates",
        "1e-3..1:32",
        "--folds",
        "2",
        "--seeds",
        "32",
        "--refits",
        "1",
        "--epochs",
        "2",
        "--model.hidden",
        "64,64",
        "--train.batch",
        "512",
        "--attacks",
        "none",
        "--certificates=false",
        "--corruptions=false",
        "--out",
        "run",
    ];
    let (finished, peak) = place.peak(&arguments);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let peak = peak / MIB;
    assert!(peak <= 600, "{peak} MiB");
}
