//! The way through a batch, and what is random about one image.

use decay_random::{At, Purpose, Stream, unit};
use rayon::prelude::*;

use crate::image::{Image, Size};
use crate::{Result, ShiftError};

/// The random numbers of one image under one shift.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draws {
    seed: u64,
    shift: u32,
    image: u32,
}

impl Draws {
    /// `shift` tells the kinds of shift apart.
    pub(crate) fn new(seed: u64, shift: u32, image: u32) -> Self {
        Self { seed, shift, image }
    }

    /// An independent sequence; a shift counts those it uses from 0.
    pub(crate) fn stream(&self, part: u32) -> Stream {
        let at = At {
            site: self.shift,
            epoch: part,
            step: self.image,
        };
        Stream::new(self.seed, Purpose::Shift, at)
    }

    /// `n` standard normal draws.
    pub(crate) fn normals(&self, part: u32, n: usize) -> Vec<f32> {
        let mut out = vec![0.0; n];
        self.stream(part).fill_normal(&mut out);
        out
    }

    /// `n` uniform draws from `[low, high)`.
    pub(crate) fn uniforms(&self, part: u32, n: usize, low: f32, high: f32) -> Vec<f32> {
        let mut out = vec![0.0; n];
        self.stream(part).fill_uniform(&mut out);
        out.iter_mut().for_each(|u| *u = low + (high - low) * *u);
        out
    }

    /// One uniform draw from `[low, high)`.
    pub(crate) fn uniform(&self, part: u32, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(unit(self.stream(part).word(0)))
    }
}

/// Changes images `first`, `first + 1`, ... in parallel and brings their values back to `[0, 1]`.
pub(crate) fn each_image(
    first: usize,
    images: &mut [f32],
    shape: [usize; 3],
    change: impl Fn(u32, &mut Image<'_>) + Sync,
) -> Result<()> {
    let size = checked(first, images, shape)?;
    let pixels = shape[0] * size.area();
    let whole = images.par_chunks_exact_mut(pixels).enumerate();
    whole.for_each(|(offset, values)| {
        let mut image = Image { values, size };
        // `checked` has made sure that no index is cut off.
        change((first + offset) as u32, &mut image);
        image.clamp();
    });
    Ok(())
}

fn checked(first: usize, images: &[f32], [channels, height, width]: [usize; 3]) -> Result<Size> {
    let size = Size { height, width };
    let area = height.checked_mul(width).filter(|area| *area > 0);
    let pixels = area.and_then(|area| area.checked_mul(channels));
    let Some(pixels) = pixels.filter(|_| channels == 1 || channels == 3) else {
        return Err(ShiftError::Shape(channels, height, width));
    };
    let len = images.len();
    if !len.is_multiple_of(pixels) {
        return Err(ShiftError::Length { pixels, len });
    }
    let last = first.saturating_add(len / pixels);
    if u32::try_from(last).is_err() {
        return Err(ShiftError::TooMany(last));
    }
    match images.iter().position(|v| !(0.0..=1.0).contains(v)) {
        Some(at) => Err(ShiftError::Value {
            image: first + at / pixels,
            index: at % pixels,
            value: images[at],
        }),
        None => Ok(size),
    }
}
