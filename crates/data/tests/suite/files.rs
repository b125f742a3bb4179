//! Files and tables for the other tests.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use decay_data::{DataError, Options, Table};
use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

/// A directory that disappears with it.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn root(&self) -> String {
        self.0.path().display().to_string()
    }

    /// Message of an error, with paths as seen from this directory, which is `.`.
    pub(crate) fn refusal<T>(&self, result: Result<T, DataError>) -> String {
        let Err(error) = result else {
            panic!("expected an error")
        };
        self.shortened(&error.to_string())
    }

    /// Sentences with paths as seen from this directory.
    pub(crate) fn relative(&self, sentences: &[String]) -> Vec<String> {
        sentences
            .iter()
            .map(|sentence| self.shortened(sentence))
            .collect()
    }

    fn shortened(&self, sentence: &str) -> String {
        let root = self.root();
        sentence
            .replace(&format!("{root}/"), "")
            .replace(&root, ".")
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The table in a file of this text.
pub(crate) fn table(text: &str) -> Table {
    try_table(text, &Options::default()).unwrap()
}

pub(crate) fn try_table(text: &str, options: &Options) -> Result<Table, DataError> {
    let files = Files::new();
    Table::read(files.write("data.csv", text), options)
}

/// Message of an error, which must start with the file and hold all `parts`.
pub(crate) fn assert_message<T>(result: Result<T, DataError>, file: &str, parts: &[&str]) {
    let Err(error) = result else {
        panic!("expected an error with {parts:?}")
    };
    let message = error.to_string();
    let named = message.split(": ").next().unwrap_or_default();
    assert!(
        named.ends_with(file),
        "{message:?} does not start with {file:?}"
    );
    for part in parts {
        assert!(message.contains(part), "{message:?} lacks {part:?}");
    }
}
