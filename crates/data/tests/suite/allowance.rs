//! Files that unpack to more than a reading may take.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use decay_data::{DataError, Dataset, Options, Raw, Schema, Table};
use parquet::arrow::ArrowWriter;

use crate::files::Files;

/// Rows of one number, which pack to nearly nothing.
const ROWS: usize = 4 << 20;

fn of(memory: u64) -> Options {
    Options {
        memory: Some(memory),
        ..Options::default()
    }
}

fn batch(rows: usize) -> RecordBatch {
    let column = |name| -> (&str, ArrayRef) { (name, Arc::new(Int64Array::from(vec![7; rows]))) };
    RecordBatch::try_from_iter([column("a"), column("b")]).unwrap()
}

fn lz4() -> IpcWriteOptions {
    let options = IpcWriteOptions::default();
    let packed = options.try_with_compression(Some(CompressionType::LZ4_FRAME));
    packed.unwrap()
}

/// A packed file of typed columns, by its kind.
fn typed(kind: &str, rows: usize) -> Vec<u8> {
    let (batch, mut bytes) = (batch(rows), Vec::new());
    match kind {
        "parquet" => {
            let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
        }
        "arrow" => {
            let writer = FileWriter::try_new_with_options(&mut bytes, &batch.schema(), lz4());
            let mut writer = writer.unwrap();
            writer.write(&batch).unwrap();
            writer.finish().unwrap();
        }
        _ => {
            let writer = StreamWriter::try_new_with_options(&mut bytes, &batch.schema(), lz4());
            let mut writer = writer.unwrap();
            writer.write(&batch).unwrap();
            writer.finish().unwrap();
        }
    }
    bytes
}

#[test]
fn typed_files_are_refused_by_what_they_unpack_to() {
    let files = Files::new();
    for kind in ["parquet", "arrow", "stream"] {
        let packed = typed(kind, ROWS);
        assert!(packed.len() < 1 << 20, "{kind}: {}", packed.len());
        let path = files.write(kind, packed);
        let refused = Table::read(&path, &of(16 << 20)).unwrap_err();
        assert!(
            matches!(refused, DataError::BeyondMemory { .. }),
            "{kind}: {refused}"
        );
        let few = files.write(kind, typed(kind, 1000));
        assert_eq!(Table::read(&few, &of(16 << 20)).unwrap().rows(), 1000);
    }
}

/// Each label of a column becomes a feature of every row.
#[test]
fn features_that_do_not_fit_beside_their_table_are_refused() {
    let files = Files::new();
    let row = |row: usize| format!("k{},k{},{}\n", row % 900, row * 7 % 900, row % 2);
    let text: String = (0..9000).map(row).collect();
    let path = files.write("wide.csv", format!("a,b,y\n{text}"));
    let small = of(8 << 20);
    let table = Table::read(&path, &small).unwrap();
    let rows: Vec<usize> = (0..table.rows()).collect();
    let refused = Schema::fit(&table, &rows, &small).unwrap_err().to_string();
    assert!(
        refused.contains("as features") && refused.contains("8.0 MiB"),
        "{refused}"
    );
    assert!(Dataset::from_table(&table, &of(256 << 20)).is_ok());
}

/// A line may be long, but not without end; what is allowed follows the memory.
#[test]
fn the_length_of_a_line_follows_the_memory() {
    let files = Files::new();
    let long = "x".repeat(3 << 20);
    for (name, text) in [
        ("long.csv", format!("a,b\n1,u\n3,\"{long}\"\n5,v\n")),
        (
            "long.jsonl",
            format!("{{\"a\": \"u\"}}\n{{\"a\": \"{long}\"}}\n"),
        ),
    ] {
        let path = files.write(name, text);
        let path = path.display().to_string();
        let refused = Raw::read(&path, &of(16 << 20)).unwrap_err();
        assert!(
            matches!(refused, DataError::BeyondMemory { .. }),
            "{name}: {refused}"
        );
        let read = Raw::read(&path, &of(256 << 20));
        assert!(read.is_ok(), "{name}: {}", read.unwrap_err());
    }
}

/// A shape without values may claim any number of rows.
#[test]
fn shapes_without_values_are_empty_whatever_they_claim() {
    let files = Files::new();
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1000000000000, 0, 3), }\n";
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    let path = files.write("none.npy", bytes).display().to_string();
    let options = Options {
        every_row: true,
        ..Options::default()
    };
    let refused = Raw::read(&path, &options).unwrap_err().to_string();
    assert!(refused.ends_with("none.npy: is empty"), "{refused}");
}
