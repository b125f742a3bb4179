//! The embedded digits as plain rows.

use std::error::Error;

use decay_data::{Embedded, Storage, Target};

/// Rows to train on; the others are held out.
pub(crate) const TRAINING: usize = 1200;

/// An image of 8 x 8 pixels in `[0, 1]` and the digit that it shows.
#[derive(Debug, Clone)]
pub(crate) struct Digit {
    pub(crate) pixels: Vec<f32>,
    pub(crate) label: i32,
}

/// All of them.
pub(crate) fn digits() -> Result<Vec<Digit>, Box<dyn Error>> {
    let data = Embedded::Digits.load()?;
    let pixels: Vec<f32> = match &data.features {
        Storage::U8(values) => values.iter().map(|&v| f32::from(v) / 16.0).collect(),
        Storage::F32(values) => values.iter().map(|&v| v / 16.0).collect(),
        Storage::Sparse(_) => return Err("the digits are dense".into()),
    };
    let Target::Classes { labels, .. } = &data.target else {
        return Err("the digits have classes".into());
    };
    let digit = |(pixels, &label): (&[f32], &u32)| Digit {
        pixels: pixels.to_vec(),
        label: label as i32,
    };
    Ok(pixels.chunks_exact(64).zip(labels).map(digit).collect())
}
