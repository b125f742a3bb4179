//! Parquet files.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, RowGroups,
};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::CompressionCodec;
use parquet::column::page::{PageIterator, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::pages::pages;
use super::{Batches, Each, damaged};
use crate::allowance::Allowance;
use crate::{DataError, FormatError, Result};

const BATCH: usize = 8192;
const FORMAT: &str = "Parquet";

/// A file in memory, as it is compressed on disk.
pub(super) struct ParquetFile {
    path: String,
    bytes: Bytes,
    metadata: ArrowReaderMetadata,
    allowance: Allowance,
}

impl ParquetFile {
    pub(super) fn open(path: &str, bytes: Vec<u8>, allowance: &Allowance) -> Result<Self> {
        let bytes = Bytes::from(bytes);
        let metadata = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new());
        Ok(Self {
            path: path.to_owned(),
            bytes,
            allowance: allowance.clone(),
            metadata: metadata.map_err(|error| damaged(path, FORMAT, error))?,
        })
    }

    /// Refuses columns that are compressed in a way that is not read.
    fn refuse_codecs(&self, fields: &[usize]) -> Result<()> {
        let schema = self.metadata.parquet_schema();
        for group in self.metadata.metadata().row_groups() {
            for (leaf, column) in group.columns().iter().enumerate() {
                let codec = column.compression_codec();
                let unknown = matches!(codec, CompressionCodec::BROTLI | CompressionCodec::LZO);
                if unknown && fields.contains(&schema.get_column_root_idx(leaf)) {
                    return Err(DataError::from(FormatError::Compression {
                        path: self.path.clone(),
                        codec: codec.to_string().to_lowercase(),
                        known: "snappy, gzip, lz4, zstd or none",
                    }));
                }
            }
        }
        Ok(())
    }

    /// Refuses columns that unpack to more than there may be, by the file's own word.
    fn refuse_large(&self, fields: &[usize]) -> Result<()> {
        let schema = self.metadata.parquet_schema();
        for group in self.metadata.metadata().row_groups() {
            for (leaf, column) in group.columns().iter().enumerate() {
                if fields.contains(&schema.get_column_root_idx(leaf)) {
                    let bytes = u64::try_from(column.uncompressed_size()).unwrap_or(0);
                    drop(
                        self.allowance
                            .hold(&self.path, "its columns, unpacked,", bytes)?,
                    );
                }
            }
        }
        Ok(())
    }
}

impl Batches for ParquetFile {
    fn schema(&self) -> SchemaRef {
        self.metadata.schema().clone()
    }

    fn read(&self, fields: &[usize], each: Each<'_>) -> Result<()> {
        self.refuse_codecs(fields)?;
        self.refuse_large(fields)?;
        let failed = |error: String| damaged(&self.path, FORMAT, error);
        let schema = self.metadata.parquet_schema();
        let mask = ProjectionMask::roots(schema, fields.iter().copied());
        let hint = Some(self.metadata.schema().fields());
        let levels = parquet_to_arrow_field_levels(schema, mask, hint);
        let levels = levels.map_err(|error| failed(error.to_string()))?;
        let groups = Groups {
            bytes: Arc::new(self.bytes.clone()),
            metadata: self.metadata.metadata().clone(),
            most: self.allowance.left(),
        };
        let reader =
            ParquetRecordBatchReader::try_new_with_row_groups(&levels, &groups, BATCH, None);
        for batch in reader.map_err(|error| failed(error.to_string()))? {
            each(&batch.map_err(|error| failed(error.to_string()))?)?;
        }
        Ok(())
    }
}

/// All row groups of a file.
struct Groups {
    bytes: Arc<Bytes>,
    metadata: Arc<ParquetMetaData>,
    most: u64,
}

impl RowGroups for Groups {
    fn num_rows(&self) -> usize {
        let groups = self.metadata.row_groups().iter();
        groups.map(|group| group.num_rows() as usize).sum()
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>, ParquetError> {
        Ok(Box::new(Chunks {
            bytes: self.bytes.clone(),
            metadata: self.metadata.clone(),
            most: self.most,
            column,
            group: 0,
        }))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// The chunks of one column, one in each row group.
struct Chunks {
    bytes: Arc<Bytes>,
    metadata: Arc<ParquetMetaData>,
    /// Bytes that a page may unpack to.
    most: u64,
    column: usize,
    group: usize,
}

impl Iterator for Chunks {
    type Item = Result<Box<dyn PageReader>, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.metadata.row_groups().get(self.group)?;
        self.group += 1;
        let rows = group.num_rows() as usize;
        Some(pages(
            &self.bytes,
            group.column(self.column),
            rows,
            self.most,
        ))
    }
}

impl PageIterator for Chunks {}
