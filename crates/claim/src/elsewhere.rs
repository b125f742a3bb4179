//! Rows that do not come from where the training rows come from.

use decay_data::{Dataset, Embedded, Images, Options, Raw, Storage};

use crate::failure::Result;
use crate::lab::Lab;

/// Side of MNIST's images, and of the embedded digits.
const LARGE: usize = 28;
const SMALL: usize = 8;

impl Lab {
    /// At most so many handwritten digits of 28 x 28 pixels, with their name: MNIST's test images if there, else the embedded ones enlarged.
    ///
    /// # Errors
    /// If MNIST is there and cannot be read.
    pub fn handwriting(&self, rows: usize) -> Result<(&'static str, Dataset)> {
        let (name, mut data) = match self.larger_data("mnist")? {
            Some(mnist) => ("MNIST", mnist.test.unwrap_or(mnist.train)),
            None => ("digits enlarged", enlarged(Embedded::Digits.load()?)),
        };
        data.rows = data.rows.min(rows);
        if let Storage::U8(pixels) = &mut data.features {
            pixels.truncate(data.rows * LARGE * LARGE);
        }
        Ok((name, data))
    }
}

fn enlarged(digits: Dataset) -> Dataset {
    let value = |pixel: usize| digits.features.get(pixel) * 255.0 / 16.0;
    let image = |row: usize| {
        let own: Vec<f32> = (row * SMALL * SMALL..(row + 1) * SMALL * SMALL)
            .map(value)
            .collect();
        enlarge(&own)
    };
    Dataset {
        features: Storage::U8((0..digits.rows).flat_map(image).collect()),
        shape: vec![1, LARGE, LARGE],
        ..digits
    }
}

/// Bilinear interpolation between the centres of the pixels.
fn enlarge(small: &[f32]) -> Vec<u8> {
    let source = |place: usize| {
        let centre = (place as f32 + 0.5) * SMALL as f32 / LARGE as f32 - 0.5;
        let centre = centre.clamp(0.0, (SMALL - 1) as f32);
        let before = (centre as usize).min(SMALL - 2);
        (before, centre - before as f32)
    };
    let value = |place: usize| {
        let ((y, down), (x, right)) = (source(place / LARGE), source(place % LARGE));
        let across = |y: usize| {
            let (left, next) = (small[y * SMALL + x], small[y * SMALL + x + 1]);
            left + right * (next - left)
        };
        (across(y) + down * (across(y + 1) - across(y))).round() as u8
    };
    (0..LARGE * LARGE).map(value).collect()
}

/// The embedded digits without some of the ten, and those.
///
/// # Errors
/// For a number that is no digit, or a single digit on either side.
pub fn digits_without(digits: &[usize]) -> Result<(Dataset, Dataset)> {
    let Raw::Images { train, .. } = Raw::read("embedded:digits", &Options::default())? else {
        unreachable!("the digits are images");
    };
    let names: Vec<String> = digits.iter().map(ToString::to_string).collect();
    let (known, unknown): (Images, Images) = train.partition(&names)?;
    Ok((
        Dataset::from_images(&known)?,
        Dataset::from_images(&unknown)?,
    ))
}

#[cfg(test)]
mod tests;
