//! What is random about one image.

use decay_random::{At, Purpose, Stream, unit};

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
