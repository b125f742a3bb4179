//! Files to begin with.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use decay::prelude::*;

/// A small run of a tiny perceptron, whose files are seeds.
static RUN: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let place = tempfile::tempdir().unwrap_or_else(|error| panic!("no place for a run: {error}"));
    let run = place.path().join("run");
    let data = decay::read("embedded:wine").load();
    let fitted = data.and_then(|data| {
        let train = TrainConfig {
            epochs: 1,
            ..TrainConfig::default()
        };
        let audit = AuditSettings {
            attacks: Effort::None,
            certificates: false,
            ..AuditSettings::default()
        };
        let experiment = Experiment::on(&data).model(Mlp::hidden([2])).train(train);
        experiment
            .audit(audit)
            .rate(0.1)
            .seeds(1)
            .out(&run)
            .fit()
            .map(drop)
    });
    fitted.unwrap_or_else(|error| panic!("the run of the seeds failed: {error}"));
    (place, run)
});

/// The files of the run.
pub(crate) fn run() -> &'static Path {
    &RUN.1
}

fn of_run(name: &str) -> Vec<Vec<u8>> {
    vec![read(&run().join(name))]
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file or all files of a folder below `tests`.
fn below_tests(path: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    if path.is_file() {
        return vec![read(&path)];
    }
    let entries =
        std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

/// Files with types that other programs wrote, of these endings.
fn typed(endings: &[&str]) -> Vec<Vec<u8>> {
    let golden: Value =
        serde_json::from_slice(&below_tests("tables/typed.json")[0]).unwrap_or_default();
    let cases = golden["cases"].as_object().into_iter().flatten();
    let own = cases.filter(|(_, case)| endings.iter().any(|ending| case["ending"] == *ending));
    own.filter_map(|(_, case)| STANDARD.decode(case["base64"].as_str()?).ok())
        .collect()
}

/// Leaves the first lines of a text.
fn shorten(bytes: &mut Vec<u8>) {
    if bytes.len() > 4096 {
        let end = bytes[..4096].iter().rposition(|&byte| byte == b'\n');
        bytes.truncate(end.map_or(4096, |end| end + 1));
    }
}

pub(crate) fn delimited() -> Vec<Vec<u8>> {
    let folders = [
        "decimal-comma",
        "comments-and-sep-line",
        "thousands-and-currency",
        "stray-na-token",
        "none-and-na-are-levels",
        "pipe-and-spaces",
    ];
    let mut all: Vec<Vec<u8>> = folders
        .iter()
        .flat_map(|folder| below_tests(&format!("faults/tables/{folder}")))
        .collect();
    all.push(b"when,x,y\n2024-01-31,1.5,a\n2024-02-01 10:00,2.5,b\n,,a\n".to_vec());
    all.iter_mut().for_each(shorten);
    all
}

pub(crate) fn records() -> Vec<Vec<u8>> {
    let lines =
        b"{\"a\": 1.5, \"b\": \"x\", \"y\": true}\n{\"b\": \"z\", \"a\": null, \"y\": false}\n"
            .to_vec();
    let arff = b"@relation r\n@attribute a numeric\n@attribute b {x, 'y z'}\n@attribute d date \"yyyy-MM-dd\"\n@data\n1.5,x,\"2024-01-31\"\n?,'y z',?\n{0 2, 1 x}\n"
        .to_vec();
    [vec![lines, arff], typed(&["arff", "jsonl"])].concat()
}

pub(crate) fn columns() -> Vec<Vec<u8>> {
    typed(&["parquet", "arrow", "arrows", "feather"])
}

pub(crate) fn array() -> Vec<Vec<u8>> {
    typed(&["npy"])
        .into_iter()
        .chain([npy("<f4", "(3, 2)", &[0; 24])])
        .collect()
}

fn npy(kind: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let mut head = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}");
    while (10 + head.len() + 1) % 64 != 0 {
        head.push(' ');
    }
    head.push('\n');
    let length = (head.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], head.as_bytes(), bytes].concat()
}

/// See [`crate::seal::npz`].
fn parts(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let part = |(name, array): &(&str, Vec<u8>)| {
        [
            format!("{name} {}\n", array.len()).into_bytes(),
            array.clone(),
        ]
        .concat()
    };
    arrays.iter().flat_map(part).collect()
}

pub(crate) fn archive() -> Vec<Vec<u8>> {
    let x = npy("<f4", "(3, 2)", &[0; 24]);
    let images = npy("|u1", "(3, 2, 2)", &[7; 12]);
    let y = npy("<i4", "(3,)", &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    vec![
        parts(&[("x", x), ("y", y.clone())]),
        parts(&[("x", images), ("y", y)]),
    ]
}

pub(crate) fn graph_archive() -> Vec<Vec<u8>> {
    let whole = |numbers: &[i32]| {
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        npy("<i4", &format!("({},)", numbers.len()), &bytes)
    };
    let ones = |count: usize| {
        let bytes: Vec<u8> = (0..count).flat_map(|_| 1f32.to_le_bytes()).collect();
        npy("<f4", &format!("({count},)"), &bytes)
    };
    let own = [
        ("adj_data", ones(4)),
        ("adj_indices", whole(&[1, 0, 2, 1])),
        ("adj_indptr", whole(&[0, 1, 3, 4])),
        ("adj_shape", whole(&[3, 3])),
        ("attr_data", ones(3)),
        ("attr_indices", whole(&[0, 1, 0])),
        ("attr_indptr", whole(&[0, 1, 2, 3])),
        ("attr_shape", whole(&[3, 2])),
        ("labels", whole(&[0, 1, 0])),
    ];
    vec![parts(&own)]
}

pub(crate) fn idx() -> Vec<Vec<u8>> {
    let images = [
        &[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2][..],
        &[9; 8],
    ]
    .concat();
    vec![images, vec![0, 0, 8, 1, 0, 0, 0, 2, 0, 1]]
}

pub(crate) fn cifar() -> Vec<Vec<u8>> {
    let row = |label: u8| [&[label][..], &[77; 3072]].concat();
    vec![[row(0), row(1)].concat()]
}

pub(crate) fn picture() -> Vec<Vec<u8>> {
    let png = below_tests("faults/images/image-exif-orientation/d/left/0.png");
    let jpeg = below_tests("../crates/data/tests/suite/ramp.jpg");
    [png, jpeg].concat()
}

pub(crate) fn graph_text() -> Vec<Vec<u8>> {
    let text = "# nodes=4 features=3 edges=2 train=0..1 val=2..2\nN 0 u 0 2\nN 1 v 1\nN 2 u 2\nN 3 v\nE 0 1\nE 1 2\nT 3\n";
    vec![text.into()]
}

pub(crate) fn graph_tables() -> Vec<Vec<u8>> {
    vec![b"id,x,label\na,1.5,u\nb,2.5,v\nc,0,u\n\0source,target\na,b\nb,c\n".to_vec()]
}

pub(crate) fn linqs() -> Vec<Vec<u8>> {
    vec![b"a\t1\t0\tu\nb\t0\t1\tv\nc\t1\t1\tu\n\0a\tb\nb\tc\n".to_vec()]
}

pub(crate) fn weights() -> Vec<Vec<u8>> {
    of_run("model.safetensors")
}

pub(crate) fn torch() -> Vec<Vec<u8>> {
    below_tests("fuzz/seeds/torch")
}

pub(crate) fn model() -> Vec<Vec<u8>> {
    of_run("model.json")
}

pub(crate) fn record() -> Vec<Vec<u8>> {
    // One that has finished is not resumed.
    let text = of_run("run.json").concat();
    let text = String::from_utf8_lossy(&text).replace("\"finished\"", "\"interrupted\"");
    vec![text.into_bytes()]
}

pub(crate) fn settings() -> Vec<Vec<u8>> {
    of_run("config.toml")
}

pub(crate) fn logits() -> Vec<Vec<u8>> {
    let mut all = below_tests("faults/predictions/audit-class-order");
    all.push(npy("<f4", "(3, 2)", &[0; 24]));
    all.iter_mut().for_each(shorten);
    all
}

/// Archives as they are on disk, whose containers are mutated, too.
pub(crate) fn repaired_archive() -> Vec<Vec<u8>> {
    archive().into_iter().map(crate::seal::npz).collect()
}
