//! The readers, one target each.

use std::path::{Path, PathBuf};

use decay::Model;
use decay::run::{RunKind, stored_settings};
use decay::settings::Settings;
use decay_data::{
    Dataset, Encoding, MissingTarget, Options, Raw, Scores, Table, read_cifar, read_graph_csv,
    read_graph_npz, read_graph_text, read_idx, read_image_folders, read_labels, read_linqs,
    read_logits,
};
use decay_model::{InputFeatures, Mlp, ModelConfig, Network, read_weights};

use crate::checkpoint::{bodies, checkpoint, joined, parts, sealed};
use crate::{seal, seeds};

/// One reader.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// As `cargo fuzz` and messages have it.
    pub name: &'static str,
    /// Files that its reader takes, before they are repaired.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Makes digests and containers of mutated bytes right again.
    pub repair: fn(Vec<u8>) -> Vec<u8>,
    /// Writes the bytes into this folder and reads them; whether they were taken.
    reader: fn(&Path, &[u8]) -> bool,
}

impl Target {
    /// Whether bytes are taken as files of this kind. Panics if the reader does.
    pub fn read(&self, bytes: Vec<u8>) -> bool {
        let place =
            tempfile::tempdir().unwrap_or_else(|error| panic!("no place for files: {error}"));
        (self.reader)(place.path(), &bytes)
    }
}

const fn target(
    name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    reader: fn(&Path, &[u8]) -> bool,
) -> Target {
    Target {
        name,
        seeds,
        repair: seal::none,
        reader,
    }
}

const fn within(repair: fn(Vec<u8>) -> Vec<u8>, target: Target) -> Target {
    Target { repair, ..target }
}

/// Every reader.
pub const TARGETS: [Target; 23] = [
    target("delimited", seeds::delimited, delimited),
    within(
        seal::gzip,
        target("delimited_gz", seeds::delimited, delimited),
    ),
    target("records", seeds::records, typed),
    target("columns", seeds::columns, typed),
    target("npy", seeds::array, typed),
    within(seal::npz, target("npz", seeds::archive, typed)),
    target("npz_raw", seeds::repaired_archive, typed),
    target("idx", seeds::idx, idx),
    target("cifar", seeds::cifar, cifar),
    target("picture", seeds::picture, picture),
    target("graph_text", seeds::graph_text, graph_text),
    target("graph_tables", seeds::graph_tables, graph_tables),
    within(
        seal::npz,
        target("graph_npz", seeds::graph_archive, graph_npz),
    ),
    target("linqs", seeds::linqs, linqs),
    target("logits", seeds::logits, logits),
    target("safetensors", seeds::weights, safetensors),
    target("torch", seeds::torch, torch),
    within(seal::json, target("model", seeds::model, model)),
    within(seal::json, target("record", seeds::record, record)),
    target("settings", seeds::settings, settings),
    target("settings_of_run", seeds::settings, settings_of_run),
    within(sealed, target("checkpoint", bodies, checkpoint)),
    within(joined, target("checkpoint_parts", parts, checkpoint)),
];

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = written.and_then(|()| std::fs::write(&path, bytes));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    path
}

/// What readers may take, where they can be told.
const MEMORY: Option<u64> = Some(256 << 20);

/// Reader settings that the length of the file picks, so that each is met.
fn options(bytes: &[u8]) -> Options {
    let plain = Options {
        missing_target: MissingTarget::Drop,
        memory: MEMORY,
        ..Options::default()
    };
    match bytes.len() % 4 {
        0 => Options {
            encoding: Some(Encoding::Latin1),
            ..plain
        },
        1 => Options {
            header: Some(false),
            delimiter: Some(b';'),
            ..plain
        },
        _ => plain,
    }
}

fn delimited(folder: &Path, bytes: &[u8]) -> bool {
    let options = options(bytes);
    let table = Table::read(write(folder, "t.csv", bytes), &options);
    table.is_ok_and(|table| Dataset::from_table(&table, &options).is_ok())
}

fn typed(folder: &Path, bytes: &[u8]) -> bool {
    let options = options(bytes);
    let path = write(folder, "t.data", bytes).display().to_string();
    match Raw::read(&path, &options) {
        Ok(Raw::Table(table)) => {
            let _ = Dataset::from_table(&table, &options);
            true
        }
        Ok(Raw::Images { train, .. }) => Dataset::from_images(&train).is_ok(),
        Ok(Raw::Graph(_)) | Err(_) => false,
    }
}

fn idx(folder: &Path, bytes: &[u8]) -> bool {
    read_idx(write(folder, "train-images-idx3-ubyte", bytes)).is_ok()
}

fn cifar(folder: &Path, bytes: &[u8]) -> bool {
    write(folder, "data_batch_1.bin", bytes);
    read_cifar(folder).is_ok_and(|(train, _)| Dataset::from_images(&train).is_ok())
}

fn picture(folder: &Path, bytes: &[u8]) -> bool {
    write(folder, "a/0.png", bytes);
    write(folder, "b/0.png", bytes);
    let side = bytes.len().is_multiple_of(2).then_some(8);
    let read = read_image_folders(folder, side);
    read.is_ok_and(|(train, _)| Dataset::from_images(&train).is_ok())
}

fn graph_text(folder: &Path, bytes: &[u8]) -> bool {
    read_graph_text(write(folder, "g.graph.txt", bytes)).is_ok()
}

/// Two files of a folder, parted by a zero.
fn two(folder: &Path, bytes: &[u8], names: [&str; 2]) {
    let end = bytes.iter().position(|&byte| byte == 0);
    let end = end.unwrap_or(bytes.len());
    write(folder, names[0], &bytes[..end]);
    write(folder, names[1], bytes.get(end + 1..).unwrap_or_default());
}

fn graph_tables(folder: &Path, bytes: &[u8]) -> bool {
    two(folder, bytes, ["nodes.csv", "edges.csv"]);
    read_graph_csv(folder, &options(b"bc")).is_ok()
}

fn linqs(folder: &Path, bytes: &[u8]) -> bool {
    two(folder, bytes, ["g.content", "g.cites"]);
    read_linqs(folder.join("g.content")).is_ok()
}

fn graph_npz(folder: &Path, bytes: &[u8]) -> bool {
    read_graph_npz(write(folder, "g.npz", bytes), &options(b"bc")).is_ok()
}

fn logits(folder: &Path, bytes: &[u8]) -> bool {
    let name = ["l.csv", "l.npy"][usize::from(bytes.starts_with(b"\x93NUMPY"))];
    let path = write(folder, name, bytes);
    let tables =
        [Scores::Unsaid, Scores::Probabilities].map(|scores| read_logits(&path, scores, MEMORY));
    let mut taken = false;
    for table in tables.into_iter().flatten() {
        let _ = read_labels(&path, &table, MEMORY);
        taken = true;
    }
    taken
}

/// That of the seeds.
pub(crate) fn network() -> Network {
    let network = ModelConfig::from(Mlp::hidden([2])).init(InputFeatures::from(13), 3);
    network.unwrap_or_else(|error| panic!("the network of the seeds: {error}"))
}

fn safetensors(folder: &Path, bytes: &[u8]) -> bool {
    read_weights(&network(), &write(folder, "w.safetensors", bytes)).is_ok()
}

fn torch(folder: &Path, bytes: &[u8]) -> bool {
    read_weights(&network(), &write(folder, "w.pt", bytes)).is_ok()
}

/// Puts a file of the run of the seeds beside what is mutated.
fn beside(folder: &Path, name: &str) {
    let copied = std::fs::copy(seeds::run().join(name), folder.join(name));
    copied.unwrap_or_else(|error| panic!("{name}: {error}"));
}

/// The description is mutated; its weights are those of the run.
fn model(folder: &Path, bytes: &[u8]) -> bool {
    let path = write(folder, "model.json", bytes);
    beside(folder, "model.safetensors");
    Model::open(path).is_ok_and(|model| model.predict("embedded:wine").is_ok())
}

fn resumed(folder: &Path) -> bool {
    stored_settings(RunKind::Fit, Some(folder)).is_ok()
}

fn record(folder: &Path, bytes: &[u8]) -> bool {
    write(folder, "run.json", bytes);
    beside(folder, "config.toml");
    resumed(folder)
}

fn settings(_: &Path, bytes: &[u8]) -> bool {
    let table = String::from_utf8_lossy(bytes).parse::<toml::Table>();
    table.is_ok_and(|table| Settings::of_table(table).is_ok())
}

/// A run whose record vouches for the mutated settings.
fn settings_of_run(folder: &Path, bytes: &[u8]) -> bool {
    write(folder, "config.toml", bytes);
    let digest = decay_data::sha256_hex(bytes);
    let record = format!(
        "{{\n  \"status\": \"interrupted\",\n  \"command\": \"fit\",\n  \"files\": {{\"config.toml\": \"{digest}\"}},\n  \"sha256\": \"\"\n}}\n"
    );
    write(folder, "run.json", &seal::json(record.into_bytes()));
    resumed(folder)
}
