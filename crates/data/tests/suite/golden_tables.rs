//! Untidy tables against pandas: values of `tests/tables/golden.py`, which read the same bytes.

use decay_data::{Cells, Column, Options, Table};
use serde_json::Value;

use crate::files::Files;

const GOLDEN: &str = include_str!("../../../../tests/tables/golden.json");

pub(crate) fn bytes_of(base64: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in base64.bytes().filter(|letter| *letter != b'=') {
        let six = LETTERS.iter().position(|own| *own == letter).unwrap();
        (bits, held) = (bits << 6 | six as u32, held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

/// A cell as pandas has it: null, a number, or a text.
pub(crate) fn cell(column: &Column, row: usize) -> Value {
    match &column.cells {
        Cells::Numbers(values) => Value::from(values[row]),
        Cells::Labels { .. } => column.text(row).into(),
    }
}

/// NaN is null to serde, and 3 is 3.0.
pub(crate) fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours.as_f64(), theirs.as_f64()) {
        (Some(ours), Some(theirs)) => ours.to_bits() == theirs.to_bits(),
        _ => ours == theirs,
    }
}

#[test]
fn every_table_is_read_as_pandas_reads_it_when_told_how() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let cases = golden["cases"].as_object().unwrap();
    assert_eq!(cases.len(), 20);
    for (name, case) in cases {
        let files = Files::new();
        let path = files.write("t.txt", bytes_of(case["base64"].as_str().unwrap()));
        let columns = case["columns"].as_object().unwrap();
        // pandas sets nothing aside.
        let keep = columns
            .keys()
            .map(|own| own.split('.').next().unwrap().to_owned());
        let keep = keep.chain(columns.keys().cloned()).collect();
        let table = Table::read(
            path,
            &Options {
                keep: Some(keep),
                ..Options::default()
            },
        );
        let table = table.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            table.columns.len(),
            columns.len(),
            "{name}: {:?}",
            table.decisions
        );
        for (column, values) in columns {
            let ours = table.columns.iter().find(|own| own.name == *column);
            let ours = ours.unwrap_or_else(|| panic!("{name}: no {column}"));
            let values = values.as_array().unwrap();
            assert_eq!(table.rows(), values.len(), "{name}");
            for (row, theirs) in values.iter().enumerate() {
                let ours = cell(ours, row);
                assert!(
                    same(&ours, theirs),
                    "{name}, {column}, row {row}: {ours}, pandas {theirs}"
                );
            }
        }
    }
}
