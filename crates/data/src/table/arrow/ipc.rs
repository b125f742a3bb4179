//! Arrow's own files: with an index at the end, which is Feather's second version, or a stream of messages.

use std::io::Cursor;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};
use bytes::Bytes;

use super::{Batches, Each, damaged};
use crate::{DataError, FormatError, Result};

/// A file with an index.
pub(super) struct IpcFile {
    path: String,
    bytes: Bytes,
    schema: SchemaRef,
}

/// A stream of messages.
pub(super) struct IpcStream(IpcFile);

impl IpcFile {
    pub(super) fn open(path: &str, bytes: Vec<u8>) -> Result<Self> {
        let bytes = Bytes::from(bytes);
        let reader = FileReader::try_new(Cursor::new(bytes.clone()), None);
        let schema = reader.map_err(|error| refused(path, &error))?.schema();
        Ok(Self {
            path: path.to_owned(),
            bytes,
            schema,
        })
    }

    fn hand_over(
        &self,
        batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
        each: Each<'_>,
    ) -> Result<()> {
        for batch in batches {
            each(&batch.map_err(|error| refused(&self.path, &error))?)?;
        }
        Ok(())
    }
}

impl Batches for IpcFile {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn read(&self, fields: &[usize], each: Each<'_>) -> Result<()> {
        let reader = FileReader::try_new(Cursor::new(self.bytes.clone()), Some(fields.to_vec()));
        self.hand_over(reader.map_err(|error| refused(&self.path, &error))?, each)
    }
}

impl IpcStream {
    pub(super) fn open(path: &str, bytes: Vec<u8>) -> Result<Self> {
        let bytes = Bytes::from(bytes);
        let reader = StreamReader::try_new(Cursor::new(bytes.clone()), None);
        let schema = reader.map_err(|error| refused(path, &error))?.schema();
        Ok(Self(IpcFile {
            path: path.to_owned(),
            bytes,
            schema,
        }))
    }
}

impl Batches for IpcStream {
    fn schema(&self) -> SchemaRef {
        self.0.schema.clone()
    }

    fn read(&self, fields: &[usize], each: Each<'_>) -> Result<()> {
        let file = &self.0;
        let reader = StreamReader::try_new(Cursor::new(file.bytes.clone()), Some(fields.to_vec()));
        file.hand_over(reader.map_err(|error| refused(&file.path, &error))?, each)
    }
}

fn refused(path: &str, error: &ArrowError) -> DataError {
    let words = error.to_string();
    if words.contains("zstd") {
        return DataError::from(FormatError::Compression {
            path: path.to_owned(),
            codec: "zstd".into(),
            known: "lz4, or none, as with pyarrow.feather.write_feather(table, \"FILE\", compression=\"lz4\")",
        });
    }
    damaged(path, "Arrow", words)
}
