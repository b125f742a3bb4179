//! Pages of Parquet that are compressed by Zstandard, unpacked without a library in C.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, CompressionCodec};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use ruzstd::decoding::StreamingDecoder;

type Result<T> = std::result::Result<T, ParquetError>;

/// The pages of a column within a row group.
pub(super) fn pages(
    bytes: &Arc<Bytes>,
    column: &ColumnChunkMetaData,
    rows: usize,
    most: u64,
) -> Result<Box<dyn PageReader>> {
    if column.compression_codec() != CompressionCodec::ZSTD {
        let plain = SerializedPageReader::new(bytes.clone(), column, rows, None)?;
        return Ok(Box::new(plain));
    }
    // A reader that believes its pages to be plain hands them over as they are.
    let plain = column.clone().into_builder();
    let plain = plain.set_compression(Compression::UNCOMPRESSED).build()?;
    let packed = SerializedPageReader::new(bytes.clone(), &plain, rows, None)?;
    Ok(Box::new(ZstdPages {
        pages: packed,
        most,
    }))
}

struct ZstdPages {
    pages: SerializedPageReader<Bytes>,
    /// Bytes that a page may unpack to.
    most: u64,
}

impl Iterator for ZstdPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for ZstdPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.map(|page| unpacked_page(page, self.most)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

fn unpacked_page(mut page: Page, most: u64) -> Result<Page> {
    match &mut page {
        Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => {
            *buf = unpacked(buf, 0, most)?
        }
        Page::DataPageV2 {
            buf,
            def_levels_byte_len,
            rep_levels_byte_len,
            is_compressed,
            ..
        } => {
            if *is_compressed {
                let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
                *buf = unpacked(buf, levels, most)?;
                *is_compressed = false;
            }
        }
    }
    Ok(page)
}

/// What a page holds, whose first bytes are as they are.
fn unpacked(page: &Bytes, plain: usize, most: u64) -> Result<Bytes> {
    let broken = || ParquetError::General("a zstd page is damaged".into());
    let (levels, mut packed) = page.split_at_checked(plain).ok_or_else(broken)?;
    let mut bytes = levels.to_vec();
    while !packed.is_empty() {
        let mut frame = StreamingDecoder::new(&mut packed).map_err(|_| broken())?;
        let left = most.saturating_sub(bytes.len() as u64);
        let read = frame.by_ref().take(left).read_to_end(&mut bytes);
        if read.map_err(|_| broken())? as u64 == left {
            let words =
                format!("a zstd page holds more than the {most} bytes that --memory allows");
            return Err(ParquetError::General(words));
        }
    }
    Ok(bytes.into())
}
