//! Files with types against pyarrow, pandas, numpy and scipy: values of `tests/tables/typed.py`, which read the same bytes.

use decay_data::{Column, Options, Raw, Table};
use serde_json::Value;

use crate::files::Files;
use crate::golden_tables::{bytes_of, cell, same};

const GOLDEN: &str = include_str!("../../../../tests/tables/typed.json");

/// The file of a case, and every column that it should give.
fn each_case(
    mut check: impl FnMut(&str, &Files, std::path::PathBuf, &serde_json::Map<String, Value>),
) {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let cases = golden["cases"].as_object().unwrap();
    assert_eq!(cases.len(), 22);
    for (name, case) in cases {
        let files = Files::new();
        let file = format!("t.{}", case["ending"].as_str().unwrap());
        let path = files.write(&file, bytes_of(case["base64"].as_str().unwrap()));
        check(name, &files, path, case["columns"].as_object().unwrap());
    }
}

fn read(path: &std::path::Path, columns: &serde_json::Map<String, Value>) -> Table {
    // The other programs set nothing aside.
    let date = |name: &String| name.split('.').next().unwrap_or_default().to_owned();
    let keep = columns
        .keys()
        .flat_map(|name| [name.clone(), date(name)])
        .collect();
    let options = Options {
        keep: Some(keep),
        ..Options::default()
    };
    match Raw::read(&path.display().to_string(), &options).unwrap() {
        Raw::Table(table) => table,
        _ => panic!("no table"),
    }
}

#[test]
fn every_file_is_read_as_the_program_of_its_format_reads_it() {
    each_case(|name, _, path, columns| {
        let table = read(&path, columns);
        let ours: Vec<&String> = table.columns.iter().map(|own| &own.name).collect();
        assert_eq!(ours.len(), columns.len(), "{name}: {ours:?}");
        for (column, values) in columns {
            let own: Option<&Column> = table.columns.iter().find(|own| own.name == *column);
            let own = own.unwrap_or_else(|| panic!("{name}: no {column} in {ours:?}"));
            let values = values.as_array().unwrap();
            assert_eq!(table.rows(), values.len(), "{name}");
            for (row, theirs) in values.iter().enumerate() {
                let ours = cell(own, row);
                // Categories of numbers are labels to us.
                let label = ours.is_string() && theirs.is_number();
                let theirs = if label {
                    &Value::from(theirs.to_string())
                } else {
                    theirs
                };
                assert!(
                    same(&ours, theirs),
                    "{name}, {column}, row {row}: {ours}, the program {theirs}"
                );
            }
        }
    });
}

/// Whatever is cut off or changed, there is a sentence that begins with the file, and no panic.
#[test]
fn damaged_files_are_refused() {
    each_case(|name, files, path, _| {
        let bytes = std::fs::read(&path).unwrap();
        let text = ["arff", "json_lines"].contains(&name);
        for cut in [1, 2, 5, 9, 10].map(|tenths| bytes.len() * tenths / 10 - 1) {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            let read = Raw::read(&path.display().to_string(), &Options::default());
            if let Err(error) = read {
                let message = files.refusal::<()>(Err(error));
                assert!(message.starts_with("t."), "{name}, {cut}: {message}");
            } else {
                // A text may end with any of its rows.
                assert!(
                    text || cut + 1 == bytes.len(),
                    "{name} cut at {cut} was read"
                );
            }
        }
        // A changed length of packed bytes makes arrow-ipc ask for as much memory, which ends any program.
        if name == "feather_lz4" {
            return;
        }
        let mut random = 7_u64;
        for _ in 0..40 {
            let mut changed = bytes.clone();
            for _ in 0..3 {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let place = (random >> 33) as usize % changed.len();
                changed[place] ^= 1 << (random >> 29 & 7);
            }
            std::fs::write(&path, &changed).unwrap();
            if let Err(error) = Raw::read(&path.display().to_string(), &Options::default()) {
                let message = files.refusal::<()>(Err(error));
                assert!(message.contains("t."), "{name}: {message}");
            }
        }
    });
}
