//! Columns as a Parquet file.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use super::{Frame, FrameValues};
use crate::{DataError, Result};

/// One group of rows, not packed.
pub(super) fn bytes(frame: &Frame) -> Result<Vec<u8>> {
    let columns = frame.columns.iter();
    let columns = columns.map(|(name, values)| (name.as_str(), array(values), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(refused)?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).map_err(refused)?;
    writer.write(&batch).map_err(refused)?;
    writer.close().map_err(refused)?;
    Ok(bytes)
}

fn array(values: &FrameValues) -> ArrayRef {
    match values {
        FrameValues::Texts(all) => {
            let all = all.iter().map(|text| (!text.is_empty()).then_some(text));
            Arc::new(all.collect::<StringArray>())
        }
        FrameValues::Numbers(all) => {
            let all = all.iter().map(|&value| value.is_finite().then_some(value));
            Arc::new(all.collect::<Float64Array>())
        }
        FrameValues::Lists(all) => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for list in all {
                list.iter()
                    .for_each(|text| lists.values().append_value(text));
                lists.append(true);
            }
            Arc::new(lists.finish())
        }
    }
}

fn refused(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> DataError {
    DataError::Read {
        path: "predictions as Parquet".into(),
        source: std::io::Error::other(error),
    }
}
