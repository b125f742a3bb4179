//! Pages of Parquet that are unpacked here: no further than there is room, and by Zstandard without a library in C.
//!
//! The reader of the format makes room for what the header of a page claims, up to 2 GiB; here it is what the packed bytes hold.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;

use super::codec::{Codec, Failure};

type Result<T> = std::result::Result<T, ParquetError>;

/// The pages of a column within a row group.
pub(super) fn pages(
    bytes: &Arc<Bytes>,
    column: &ColumnChunkMetaData,
    rows: usize,
    most: u64,
) -> Result<Box<dyn PageReader>> {
    let Some(codec) = Codec::of(column.compression_codec()) else {
        let plain = SerializedPageReader::new(bytes.clone(), column, rows, None)?;
        return Ok(Box::new(plain));
    };
    // A reader that believes its pages to be plain hands them over as they are.
    let plain = column.clone().into_builder();
    let plain = plain.set_compression(Compression::UNCOMPRESSED).build()?;
    let packed = SerializedPageReader::new(bytes.clone(), &plain, rows, None)?;
    Ok(Box::new(PackedPages {
        pages: packed,
        codec,
        most,
    }))
}

struct PackedPages {
    pages: SerializedPageReader<Bytes>,
    codec: Codec,
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
        let damaged = || self.error(Failure::Damaged);
        let (levels, packed) = page.split_at_checked(plain).ok_or_else(damaged)?;
        let mut bytes = levels.to_vec();
        // A page without values is packed to nothing by some writers.
        if !packed.is_empty() {
            let unpacked = self.codec.append(packed, &mut bytes, self.most);
            unpacked.map_err(|failure| self.error(failure))?;
        }
        Ok(bytes.into())
    }

    fn error(&self, failure: Failure) -> ParquetError {
        let most = self.most;
        ParquetError::General(match failure {
            Failure::Damaged => "a page is damaged".into(),
            Failure::NoRoom => {
                format!("a page holds more than the {most} bytes that --memory allows")
            }
        })
    }
}
