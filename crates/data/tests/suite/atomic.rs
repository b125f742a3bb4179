//! Files are whole or absent.

use std::error::Error;
use std::fs;
use std::io;

use decay_data::write_atomically;

use crate::files::{Files, assert_message};

#[test]
fn writes_and_replaces() {
    let files = Files::new();
    let path = files.path("run.json");
    write_atomically(&path, b"old").unwrap();
    write_atomically(&path, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(
        fs::read_dir(files.root()).unwrap().count(),
        1,
        "a temporary file is left"
    );
}

#[test]
fn missing_directory_keeps_the_cause() {
    let files = Files::new();
    let result = write_atomically(&files.path("no/run.json"), b"x");
    let cause = result
        .as_ref()
        .unwrap_err()
        .source()
        .and_then(|e| e.downcast_ref::<io::Error>());
    assert_eq!(cause.map(io::Error::kind), Some(io::ErrorKind::NotFound));
    assert_message(result, "run.json", &["cannot be written"]);
}

/// The rename fails: the target stays and nothing is left beside it.
#[test]
fn failure_leaves_nothing_behind() {
    let files = Files::new();
    fs::create_dir(files.path("run.json")).unwrap();
    assert!(write_atomically(&files.path("run.json"), b"x").is_err());
    assert_eq!(fs::read_dir(files.root()).unwrap().count(), 1);
}

/// Readers racing with writers see one of the whole files.
#[test]
fn readers_never_see_a_part() {
    let files = Files::new();
    let path = files.path("state");
    let whole = |byte: u8| vec![byte; 200_000];
    write_atomically(&path, &whole(0)).unwrap();
    std::thread::scope(|scope| {
        for byte in 1..3 {
            let path = &path;
            scope
                .spawn(move || (0..20).for_each(|_| write_atomically(path, &whole(byte)).unwrap()));
        }
        for _ in 0..200 {
            let seen = fs::read(&path).unwrap();
            assert!(seen.len() == 200_000 && seen.iter().all(|byte| *byte == seen[0]));
        }
    });
}
