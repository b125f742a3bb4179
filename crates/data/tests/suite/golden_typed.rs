//! Files with types against pyarrow, pandas, numpy and scipy: values of `tests/tables/typed.py`, which read the same bytes.

use arrow_ipc::{root_as_footer, root_as_message};
use decay_data::{Column, Options, Raw, Table};
use serde_json::Value;

use crate::files::{Files, assert_message};
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

/// Batches whose own length is wrong and whose buffers claim an exabyte: the reader of the format goes by the lengths in the footer, and would ask for that much.
#[test]
fn what_packed_buffers_claim_is_asked_for_before_it_is_made() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let mut bytes = bytes_of(golden["cases"]["feather_lz4"]["base64"].as_str().unwrap());
    let whole = bytes.clone();
    let end = whole.len() - 10;
    let length = i32::from_le_bytes(whole[end..end + 4].try_into().unwrap()) as usize;
    let footer = root_as_footer(&whole[end - length..end]).unwrap();
    let blocks = [footer.recordBatches(), footer.dictionaries()];
    let mut claims = 0;
    for block in blocks.into_iter().flatten().flatten() {
        let start = block.offset() as usize;
        let body = start + block.metaDataLength() as usize;
        let message = root_as_message(&whole[start + 8..body]).unwrap();
        let of_dictionary = || {
            message
                .header_as_dictionary_batch()
                .unwrap()
                .data()
                .unwrap()
        };
        let batch = message
            .header_as_record_batch()
            .unwrap_or_else(of_dictionary);
        for buffer in batch
            .buffers()
            .unwrap()
            .iter()
            .filter(|own| own.length() > 8)
        {
            let place = body + buffer.offset() as usize;
            bytes[place..place + 8].copy_from_slice(&(1_i64 << 60).to_le_bytes());
            claims += 1;
        }
        bytes[start + 4..start + 8].copy_from_slice(&1_i32.to_le_bytes());
    }
    assert!(claims > 0, "nothing is packed");
    let files = Files::new();
    let path = files.write("t.feather", bytes);
    assert_message(
        Table::read(path, &Options::default()),
        "t.feather",
        &["its batches"],
    );
}
