//! How pages are packed, and what they hold.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;
use parquet::basic::CompressionCodec;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// Ways of packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Gzip,
    Zstandard,
    Snappy,
    /// A block of LZ4.
    Lz4,
    /// Blocks of LZ4 behind their lengths, as Hadoop writes them; older writers wrote a frame, or a block.
    Lz4Hadoop,
}

/// Why a page is not unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    Damaged,
    /// It holds more than there may be.
    NoRoom,
}

type Unpacked = Result<(), Failure>;

impl Codec {
    /// `None` for what is not packed, or not read.
    pub(super) fn of(codec: CompressionCodec) -> Option<Self> {
        match codec {
            CompressionCodec::GZIP => Some(Self::Gzip),
            CompressionCodec::ZSTD => Some(Self::Zstandard),
            CompressionCodec::SNAPPY => Some(Self::Snappy),
            CompressionCodec::LZ4_RAW => Some(Self::Lz4),
            CompressionCodec::LZ4 => Some(Self::Lz4Hadoop),
            _ => None,
        }
    }

    /// Puts what is packed behind the bytes, which may become `most`.
    ///
    /// # Errors
    /// [`Failure`]; no more than `most` bytes are asked for before that is known.
    pub(super) fn append(self, packed: &[u8], bytes: &mut Vec<u8>, most: u64) -> Unpacked {
        match self {
            Self::Gzip => streamed(&|| MultiGzDecoder::new(packed), bytes, most),
            Self::Zstandard => zstandard(packed, bytes, most),
            Self::Snappy => snappy(packed, bytes, most),
            Self::Lz4 => block(packed, bytes, most),
            Self::Lz4Hadoop => any_lz4(packed, bytes, most),
        }
    }
}

/// Everything that comes, if there is room for it.
///
/// A growing vector asks for twice what it has, so that the length of what is large is counted before room is made.
fn streamed<R: Read>(open: &dyn Fn() -> R, bytes: &mut Vec<u8>, most: u64) -> Unpacked {
    const SMALL: u64 = 8 << 20;
    let damaged = |_| Failure::Damaged;
    let start = bytes.len();
    let left = most.saturating_sub(start as u64);
    let mut from = open();
    let first = left.min(SMALL);
    let read = from.by_ref().take(first).read_to_end(bytes);
    if (read.map_err(damaged)? as u64) < first {
        return Ok(());
    }
    let rest = io::copy(&mut from.take(left - first), &mut io::sink());
    let length = first + rest.map_err(damaged)?;
    if length == left {
        return Err(Failure::NoRoom);
    }
    bytes.truncate(start);
    let more = usize::try_from(length).map_err(|_| Failure::NoRoom)?;
    bytes.reserve_exact(more);
    open().take(length).read_to_end(bytes).map_err(damaged)?;
    Ok(())
}

fn zstandard(packed: &[u8], bytes: &mut Vec<u8>, most: u64) -> Unpacked {
    streamed(&|| Frames { packed, open: None }, bytes, most)
}

/// Frames of Zstandard one behind the other.
struct Frames<'a> {
    packed: &'a [u8],
    open: Option<Box<StreamingDecoder<&'a [u8], FrameDecoder>>>,
}

impl Read for Frames<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut frame = match self.open.take() {
                Some(frame) => frame,
                None if self.packed.is_empty() => return Ok(0),
                None => {
                    let frame = StreamingDecoder::new(self.packed);
                    Box::new(frame.map_err(io::Error::other)?)
                }
            };
            let read = frame.read(room)?;
            if read > 0 || room.is_empty() {
                self.open = Some(frame);
                return Ok(read);
            }
            self.packed = frame.into_inner();
        }
    }
}

/// Makes room for so many bytes and has them filled.
fn filled<E>(
    length: u64,
    bytes: &mut Vec<u8>,
    most: u64,
    fill: impl FnOnce(&mut [u8]) -> Result<usize, E>,
) -> Unpacked {
    let start = bytes.len();
    if length > most.saturating_sub(start as u64) {
        return Err(Failure::NoRoom);
    }
    let length = usize::try_from(length).map_err(|_| Failure::NoRoom)?;
    bytes.resize(start + length, 0);
    match fill(&mut bytes[start..]) {
        Ok(found) if found == length => Ok(()),
        _ => Err(Failure::Damaged),
    }
}

/// The length stands before the data. Sixty-four bytes are the most that an element makes, and two the least that such a one has.
fn snappy(packed: &[u8], bytes: &mut Vec<u8>, most: u64) -> Unpacked {
    let claimed = snap::raw::decompress_len(packed).map_err(|_| Failure::Damaged)?;
    if claimed / 32 > packed.len() {
        return Err(Failure::Damaged);
    }
    filled(claimed as u64, bytes, most, |room| {
        snap::raw::Decoder::new().decompress(packed, room)
    })
}

fn block(packed: &[u8], bytes: &mut Vec<u8>, most: u64) -> Unpacked {
    let length = length_of_block(packed).ok_or(Failure::Damaged)?;
    filled(length, bytes, most, |room| {
        lz4_flex::block::decompress_into(packed, room)
    })
}

/// What a block of LZ4 unpacks to, by its sequences; `None` if it breaks off.
///
/// ```text
/// sequence = lengths of literals and match (4 bits each, 15 and more in bytes that follow), literals, offset (2 bytes)
/// ```
///
/// A match has four bytes more than its length says, and the last sequence has none.
fn length_of_block(mut block: &[u8]) -> Option<u64> {
    let mut length = 0;
    loop {
        let token = first(&mut block)?;
        let literals = whole(token >> 4, &mut block)?;
        block = block.get(usize::try_from(literals).ok()?..)?;
        length += literals;
        if block.is_empty() {
            return Some(length);
        }
        block = block.get(2..)?;
        length += 4 + whole(token & 15, &mut block)?;
    }
}

/// A length whose first part is four bits.
fn whole(bits: u8, block: &mut &[u8]) -> Option<u64> {
    let mut length = u64::from(bits);
    let mut last = if bits == 15 { u8::MAX } else { 0 };
    while last == u8::MAX {
        last = first(block)?;
        length += u64::from(last);
    }
    Some(length)
}

fn first(block: &mut &[u8]) -> Option<u8> {
    let (&byte, rest) = block.split_first()?;
    *block = rest;
    Some(byte)
}

fn any_lz4(packed: &[u8], bytes: &mut Vec<u8>, most: u64) -> Unpacked {
    let start = bytes.len();
    for way in [hadoop, frame, block] {
        bytes.truncate(start);
        match way(packed, bytes, most) {
            Err(Failure::Damaged) => {}
            done => return done,
        }
    }
    Err(Failure::Damaged)
}

fn frame(packed: &[u8], bytes: &mut Vec<u8>, most: u64) -> Unpacked {
    streamed(&|| lz4_flex::frame::FrameDecoder::new(packed), bytes, most)
}

/// Each block behind two numbers of four bytes, the largest first: its unpacked and its packed length.
fn hadoop(mut packed: &[u8], bytes: &mut Vec<u8>, most: u64) -> Unpacked {
    while !packed.is_empty() {
        let claimed = number(&mut packed)?;
        let length = number(&mut packed)? as usize;
        let (own, behind) = packed.split_at_checked(length).ok_or(Failure::Damaged)?;
        if length_of_block(own) != Some(u64::from(claimed)) {
            return Err(Failure::Damaged);
        }
        block(own, bytes, most)?;
        packed = behind;
    }
    Ok(())
}

fn number(packed: &mut &[u8]) -> Result<u32, Failure> {
    let (bytes, rest) = packed.split_first_chunk().ok_or(Failure::Damaged)?;
    *packed = rest;
    Ok(u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::{Codec, Failure};

    const ROOM: u64 = 1 << 20;

    fn unpacked(codec: Codec, packed: &[u8], most: u64) -> Result<Vec<u8>, Failure> {
        let mut bytes = b"levels".to_vec();
        codec.append(packed, &mut bytes, most)?;
        assert_eq!(&bytes[..6], b"levels");
        Ok(bytes[6..].to_vec())
    }

    /// What repeats, what does not, and literals and matches of every length of their lengths.
    fn plain() -> Vec<Vec<u8>> {
        let uneven = |n: usize| -> Vec<u8> { (0..n).map(|i| (i * i % 251) as u8).collect() };
        let mut all: Vec<_> = [1, 14, 15, 16, 269, 270, 271, 5000].map(uneven).into();
        all.extend([19, 273, 274, 275, 70_000].map(|n| vec![7; n]));
        all.push([uneven(300), vec![1; 300], uneven(40)].concat());
        all
    }

    fn hadoop(bytes: &[u8]) -> Vec<u8> {
        let half = bytes.len() / 2;
        let framed = |part: &[u8]| {
            let packed = lz4_flex::block::compress(part);
            let lengths = [part.len(), packed.len()].map(|length| (length as u32).to_be_bytes());
            [lengths.concat(), packed].concat()
        };
        [framed(&bytes[..half]), framed(&bytes[half..])].concat()
    }

    fn frame(bytes: &[u8]) -> Vec<u8> {
        let mut packer = lz4_flex::frame::FrameEncoder::new(Vec::new());
        std::io::Write::write_all(&mut packer, bytes).unwrap();
        packer.finish().unwrap()
    }

    fn snappy(bytes: &[u8]) -> Vec<u8> {
        snap::raw::Encoder::new().compress_vec(bytes).unwrap()
    }

    type Packer = fn(&[u8]) -> Vec<u8>;

    const PACKERS: [(Codec, Packer); 5] = [
        (Codec::Snappy, snappy),
        (Codec::Lz4, |bytes| lz4_flex::block::compress(bytes)),
        (Codec::Lz4Hadoop, hadoop),
        (Codec::Lz4Hadoop, frame),
        (Codec::Lz4Hadoop, |bytes| lz4_flex::block::compress(bytes)),
    ];

    #[test]
    fn what_was_packed_comes_back_and_takes_no_more_than_its_room() {
        for (codec, pack) in PACKERS {
            for bytes in plain() {
                let packed = pack(&bytes);
                assert_eq!(
                    unpacked(codec, &packed, ROOM),
                    Ok(bytes.clone()),
                    "{codec:?}"
                );
                let short = unpacked(codec, &packed, bytes.len() as u64 + 5);
                assert_eq!(short, Err(Failure::NoRoom), "{codec:?}, {}", bytes.len());
            }
        }
    }

    #[test]
    fn what_breaks_off_is_damaged() {
        for (codec, pack) in PACKERS {
            let packed = pack(&plain()[13]);
            for end in 1..packed.len() {
                let part = unpacked(codec, &packed[..end], ROOM);
                // A block of LZ4 may end behind any literals, what is cut may pass for a block, and the mark at a frame's end holds nothing.
                let passes = codec != Codec::Snappy && part.as_ref().is_ok_and(|p| p.len() < 5000);
                assert!(passes || part == Err(Failure::Damaged), "{codec:?}, {end}");
            }
        }
    }

    /// No room is made for a length that so few bytes cannot have.
    #[test]
    fn a_length_is_not_believed_without_the_bytes() {
        let claims = [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0];
        let most = u64::MAX;
        assert_eq!(
            unpacked(Codec::Snappy, &claims, most),
            Err(Failure::Damaged)
        );
    }
}
