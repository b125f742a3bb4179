//! Pages of Parquet that are unpacked here: by Zstandard without a library in C, and by gzip no further than there is room.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
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
    let codec = column.compression_codec();
    if !matches!(codec, CompressionCodec::ZSTD | CompressionCodec::GZIP) {
        let plain = SerializedPageReader::new(bytes.clone(), column, rows, None)?;
        return Ok(Box::new(plain));
    }
    // A reader that believes its pages to be plain hands them over as they are.
    let plain = column.clone().into_builder();
    let plain = plain.set_compression(Compression::UNCOMPRESSED).build()?;
    let packed = SerializedPageReader::new(bytes.clone(), &plain, rows, None)?;
    Ok(Box::new(PackedPages {
        pages: packed,
        gzip: codec == CompressionCodec::GZIP,
        most,
    }))
}

struct PackedPages {
    pages: SerializedPageReader<Bytes>,
    /// Else by Zstandard.
    gzip: bool,
    /// Bytes that a page may unpack to.
    most: u64,
}

impl Iterator for PackedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for PackedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.map(|page| self.unpacked_page(page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

impl PackedPages {
    fn unpacked_page(&self, mut page: Page) -> Result<Page> {
        match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => {
                *buf = self.unpacked(buf, 0)?;
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
                    *buf = self.unpacked(buf, levels)?;
                    *is_compressed = false;
                }
            }
        }
        Ok(page)
    }

    /// What a page holds, whose first bytes are as they are.
    fn unpacked(&self, page: &Bytes, plain: usize) -> Result<Bytes> {
        let (levels, mut packed) = page.split_at_checked(plain).ok_or_else(broken)?;
        let mut bytes = levels.to_vec();
        if self.gzip && !packed.is_empty() {
            self.append(MultiGzDecoder::new(packed), &mut bytes)?;
            return Ok(bytes.into());
        }
        while !packed.is_empty() {
            let frame = StreamingDecoder::new(&mut packed).map_err(|_| broken())?;
            self.append(frame, &mut bytes)?;
        }
        Ok(bytes.into())
    }

    /// Everything that comes, if there is room for it.
    fn append(&self, from: impl Read, bytes: &mut Vec<u8>) -> Result<()> {
        let left = self.most.saturating_sub(bytes.len() as u64);
        let read = from.take(left).read_to_end(bytes);
        if read.map_err(|_| broken())? as u64 == left {
            let most = self.most;
            let words = format!("a page holds more than the {most} bytes that --memory allows");
            return Err(ParquetError::General(words));
        }
        Ok(())
    }
}

fn broken() -> ParquetError {
    ParquetError::General("a page is damaged".into())
}
