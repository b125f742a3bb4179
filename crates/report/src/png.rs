//! Small images as PNG inside of the page: stored, not compressed, since a thumbnail has a few hundred bytes.

use std::fmt::Write as _;

/// `data:image/png;base64,...` of bytes `[height, width, channels]` with one or three channels.
///
/// # Source
/// PNG, <https://www.w3.org/TR/png-3/>; blocks of zlib without compression, RFC 1950 and 1951.
pub(crate) fn data_address(pixels: &[u8], shape: [usize; 3]) -> String {
    let mut address = String::from("data:image/png;base64,");
    base64(&png(pixels, shape), &mut address);
    address
}

fn png(pixels: &[u8], [height, width, channels]: [usize; 3]) -> Vec<u8> {
    let colour = if channels == 3 { 2 } else { 0 };
    let mut header = Vec::with_capacity(13);
    header.extend((width as u32).to_be_bytes());
    header.extend((height as u32).to_be_bytes());
    header.extend([8, colour, 0, 0, 0]);
    let rows = pixels.chunks(width * channels);
    // Each row begins with its filter, none.
    let raw: Vec<u8> = rows
        .flat_map(|row| std::iter::once(0).chain(row.iter().copied()))
        .collect();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", &stored(&raw));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(name);
    file.extend(data);
    let check = crc32(&file[start..]);
    file.extend(check.to_be_bytes());
}

fn stored(raw: &[u8]) -> Vec<u8> {
    const MOST: usize = 0xffff;
    let mut out = vec![0x78, 0x01];
    let blocks = raw.len().div_ceil(MOST);
    for (place, block) in raw.chunks(MOST).enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(place + 1 == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(adler32(raw).to_be_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
        }
    }
    !crc
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1, 0);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    b << 16 | a
}

fn base64(bytes: &[u8], out: &mut String) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letter = |place: usize| LETTERS[(bits >> (18 - 6 * place)) as usize & 63] as char;
        for place in 0..4 {
            let letter = if place <= three.len() {
                letter(place)
            } else {
                '='
            };
            // Writing to a String cannot fail.
            let _ = out.write_char(letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{adler32, base64, crc32, png};

    /// The check values that the standards print.
    #[test]
    fn checks_and_letters_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        let mut text = String::new();
        for bytes in [&b"foobar"[..], b"foob", b"fooba", b""] {
            base64(bytes, &mut text);
            text.push(' ');
        }
        assert_eq!(text, "Zm9vYmFy Zm9vYg== Zm9vYmE=  ");
    }

    #[test]
    fn a_file_has_a_header_the_rows_and_an_end() {
        let file = png(&[0, 255, 128, 64], [2, 2, 1]);
        assert_eq!(&file[12..16], b"IHDR");
        assert_eq!(&file[16..24], &[0, 0, 0, 2, 0, 0, 0, 2]);
        // Two rows of a filter and two pixels, after the headers of zlib and of the block.
        assert_eq!(&file[41 + 7..41 + 13], &[0, 0, 255, 0, 128, 64]);
        assert_eq!(&file[file.len() - 8..file.len() - 4], b"IEND");
    }
}
