//! Squares of photographs, blurred and with noise.

use decay_data::{GreyImage, Photograph};
use decay_random::{At, Purpose, Stream};

use crate::blur::{Blur, Square};

/// A square of a photograph and noise for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    pub(crate) square: Square,
    pub(crate) truth: Vec<f64>,
    noise: Vec<f64>,
}

fn stream(seed: u64, site: u32) -> Stream {
    let at = At {
        site,
        ..At::default()
    };
    Stream::new(seed, Purpose::Experiment, at)
}

/// Standard normal draws.
pub(crate) fn normal(seed: u64, site: u32, count: usize) -> Vec<f64> {
    let mut values = vec![0.0f32; count];
    stream(seed, site).fill_normal(&mut values);
    values.into_iter().map(f64::from).collect()
}

impl Scene {
    /// The square of a replicate, and its noise: both follow from the seed alone, and from one stream, which a corner reads as two uniform
    /// numbers and the noise as normal ones. Replicates are below `1 << 20`.
    pub(crate) fn draw(
        seed: u64,
        photograph: Photograph,
        whole: &GreyImage,
        square: Square,
        replicate: usize,
    ) -> Self {
        let site = ((photograph as u32) << 20) + replicate as u32;
        let mut corner = [0.0f32; 2];
        stream(seed, site).fill_uniform(&mut corner);
        let place = |share: f32, length: usize| (share * (length - square.0 + 1) as f32) as usize;
        let corner = (
            place(corner[0], whole.height),
            place(corner[1], whole.width),
        );
        Self::at(corner, whole, square, (seed, site))
    }

    /// The square at a corner, with the noise of a site.
    pub(crate) fn at(
        corner: (usize, usize),
        whole: &GreyImage,
        square: Square,
        (seed, site): (u64, u32),
    ) -> Self {
        Self {
            square,
            truth: whole.square(corner, square.0),
            noise: normal(seed, site, square.0 * square.0),
        }
    }

    /// The same square without its mean.
    pub(crate) fn centred(mut self) -> Self {
        let mean = mean(&self.truth);
        self.truth.iter_mut().for_each(|pixel| *pixel -= mean);
        self
    }

    /// Blurred, with noise of this standard deviation.
    pub(crate) fn seen(&self, blur: Blur, sigma: f64) -> Vec<f64> {
        let blurred = blur.apply(self.square, &self.truth).into_iter();
        blurred
            .zip(&self.noise)
            .map(|(pixel, noise)| pixel + sigma * noise)
            .collect()
    }
}

/// The mean.
pub(crate) fn mean(pixels: &[f64]) -> f64 {
    pixels.iter().sum::<f64>() / pixels.len() as f64
}

/// Every pixel less a number.
pub(crate) fn less(pixels: &[f64], by: f64) -> Vec<f64> {
    pixels.iter().map(|pixel| pixel - by).collect()
}
