//! Parquet files that do not say how large they are.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::Int64Type;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::TypePtr;

/// Zeros of so many bytes in one page, whose column is told to have a thousand.
pub(crate) fn understated(codec: Compression, bytes: usize) -> Vec<u8> {
    let schema = parse_message_type("message m { required int64 a; }").expect("a schema");
    let (schema, rows) = (Arc::new(schema), bytes / 8);
    let properties = WriterProperties::builder()
        .set_compression(codec)
        .set_dictionary_enabled(false)
        .set_write_batch_size(rows)
        .set_data_page_row_count_limit(rows)
        .set_data_page_size_limit(2 * bytes)
        .build();
    let properties = Arc::new(properties);
    let honest = Bytes::from(honest(&schema, &properties, rows));
    let read = SerializedFileReader::new(honest.clone()).expect("the file");
    let column = read.metadata().row_group(0).column(0).clone();
    let packed = column.compressed_size() as u64;
    let told = column.into_builder().set_total_uncompressed_size(1000);
    let close = ColumnCloseResult {
        bytes_written: packed,
        rows_written: rows as u64,
        metadata: told.build().expect("a description"),
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    group.append_column(&honest, close).expect("a column");
    group.close().expect("a group");
    writer.into_inner().expect("into memory")
}

fn honest(schema: &TypePtr, properties: &WriterPropertiesPtr, rows: usize) -> Vec<u8> {
    let writer = SerializedFileWriter::new(Vec::new(), schema.clone(), properties.clone());
    let mut writer = writer.expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let mut column = group.next_column().expect("a column").expect("the first");
    let typed = column.typed::<Int64Type>();
    typed
        .write_batch(&vec![0; rows], None, None)
        .expect("zeros");
    column.close().expect("a column");
    group.close().expect("a group");
    writer.into_inner().expect("into memory")
}
