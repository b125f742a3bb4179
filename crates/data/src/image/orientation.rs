//! How a camera was held, as a file says beside its pixels.

use crate::image::decode::Decoded;

/// Tag of the orientation among the entries of an Exif directory.
const TAG: u16 = 0x0112;

/// The orientation of an Exif block, `1..=8`; 1, upright, if it says none.
///
/// ```text
/// 'II' 42 or 'MM' 42   offset of the directory (u32)   entries (u16), each   tag (u16) type (u16) count (u32) value (4 bytes)
/// ```
///
/// # Source
/// CIPA DC-008, "Exif 2.3", section 4.6.4, tag 274.
pub(super) fn orientation(exif: &[u8]) -> u8 {
    found(exif)
        .filter(|value| (1..=8).contains(value))
        .unwrap_or(1)
}

fn found(exif: &[u8]) -> Option<u8> {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let big = exif.starts_with(b"MM\0*");
    if !big && !exif.starts_with(b"II*\0") {
        return None;
    }
    let two = |at: usize| {
        let bytes = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    };
    let offset: [u8; 4] = exif.get(4..8)?.try_into().ok()?;
    let directory = if big {
        u32::from_be_bytes(offset)
    } else {
        u32::from_le_bytes(offset)
    } as usize;
    let mut entries = (0..two(directory)?).map(|entry| directory + 2 + 12 * usize::from(entry));
    let entry = entries.find(|&entry| two(entry) == Some(TAG))?;
    u8::try_from(two(entry + 8)?).ok()
}

/// The image as every viewer shows it.
///
/// | orientation | first row of the file is at the | first column at the |
/// | --: | :-- | :-- |
/// | 1, 2, 3, 4 | top, top, bottom, bottom | left, right, right, left |
/// | 5, 6, 7, 8 | left, right, right, left | top, top, bottom, bottom |
pub(super) fn upright(image: Decoded, orientation: u8) -> Decoded {
    let [channels, rows, columns] = image.shape;
    let turned = orientation >= 5;
    let last_row_first = matches!(orientation, 3 | 4 | 6 | 7);
    let last_column_first = matches!(orientation, 2 | 3 | 7 | 8);
    if orientation == 1 {
        return image;
    }
    let [height, width] = if turned {
        [columns, rows]
    } else {
        [rows, columns]
    };
    let stored = |channel: usize, y: usize, x: usize| {
        let (row, column) = if turned { (x, y) } else { (y, x) };
        let row = if last_row_first { rows - 1 - row } else { row };
        let column = if last_column_first {
            columns - 1 - column
        } else {
            column
        };
        image.pixels[(channel * rows + row) * columns + column]
    };
    let places = (0..channels).flat_map(|channel| {
        (0..height).flat_map(move |y| (0..width).map(move |x| (channel, y, x)))
    });
    Decoded {
        shape: [channels, height, width],
        pixels: places
            .map(|(channel, y, x)| stored(channel, y, x))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the pixel of a row and column of the file is shown, by the words of the standard.
    fn shown(
        orientation: u8,
        [row, column]: [usize; 2],
        [height, width]: [usize; 2],
    ) -> [usize; 2] {
        let (bottom, right) = (height - 1, width - 1);
        match orientation {
            1 => [row, column],
            2 => [row, right - column],
            3 => [bottom - row, right - column],
            4 => [bottom - row, column],
            5 => [column, row],
            6 => [column, right - row],
            7 => [bottom - column, right - row],
            _ => [bottom - column, row],
        }
    }

    #[test]
    fn pixels_are_shown_where_the_standard_says() {
        for orientation in 1..=8 {
            let [rows, columns] = [2, 3];
            let stored = Decoded {
                shape: [2, rows, columns],
                pixels: (0..12).collect(),
            };
            let seen = upright(stored, orientation);
            let [_, height, width] = seen.shape;
            for pixel in 0..12 {
                let (channel, place) = (pixel / 6, pixel % 6);
                let [y, x] = shown(
                    orientation,
                    [place / columns, place % columns],
                    [height, width],
                );
                let found = seen.pixels[(channel * height + y) * width + x];
                assert_eq!(usize::from(found), pixel, "orientation {orientation}");
            }
        }
    }

    #[test]
    fn both_byte_orders_are_read_and_damage_is_upright() {
        let little = [
            b"II*\0".as_slice(),
            &[8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0],
        ]
        .concat();
        let big = [
            b"Exif\0\0MM\0*".as_slice(),
            &[0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0],
        ]
        .concat();
        assert_eq!((orientation(&little), orientation(&big)), (6, 8));
        for cut in 0..little.len() - 3 {
            assert_eq!(orientation(&little[..cut]), 1);
        }
        let far = [b"II*\0".as_slice(), &[0xff; 14]].concat();
        assert_eq!(orientation(&far), 1);
        let ninth = [&little[..18], &[9, 0, 0, 0]].concat();
        assert_eq!(orientation(&ninth), 1);
    }
}
