//! Shifts at a strength of one's own.

use serde::{Deserialize, Serialize};

use crate::batch::{Draws, each_image};
use crate::digital::around_the_mean;
use crate::filter::gaussian_blur;
use crate::image::Border;
use crate::rotation::rotate;
use crate::{Corruption, Fill, Result, ShiftError};

/// A change of the distribution that images come from.
///
/// | shift | strength | range |
/// | :-- | :-- | :-- |
/// | [`Corruption`](Self::Corruption) | severity | `1..=5` |
/// | [`Rotation`](Self::Rotation) | degrees, counter-clockwise | finite |
/// | [`Blur`](Self::Blur) | standard deviation in pixels | `[0, 1000]` |
/// | [`Contrast`](Self::Contrast) | factor on differences from each channel's mean | `[0, 100]` |
/// | [`GaussianImages`](Self::GaussianImages) | standard deviation around ½ | `[0, 1000]` |
/// | [`UniformImages`](Self::UniformImages) | none | |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// A corruption at a severity.
    Corruption {
        /// Which one.
        corruption: Corruption,
        /// From 1 to 5.
        severity: u8,
    },
    /// The image turned about its middle, bilinear.
    Rotation {
        /// Counter-clockwise, in degrees.
        degrees: f64,
        /// What comes in at the corners.
        fill: Fill,
    },
    /// Gaussian blur, edges repeated.
    Blur {
        /// Standard deviation in pixels, whatever the size.
        sigma: f64,
    },
    /// Differences from each channel's mean multiplied; above 1 they grow and are cut off.
    Contrast {
        /// The factor.
        factor: f64,
    },
    /// Normal noise around ½, cut off at 0 and 1, in place of the image.
    GaussianImages {
        /// Standard deviation.
        sd: f64,
    },
    /// Uniform noise in place of the image.
    UniformImages,
}

impl Shift {
    /// The name that tables carry, its strength included, such as `rotation_30` or `fog_3`.
    pub fn name(&self) -> String {
        match self {
            Self::Corruption {
                corruption,
                severity,
            } => format!("{}_{severity}", corruption.name()),
            Self::Rotation { degrees, .. } => format!("rotation_{degrees}"),
            Self::Blur { sigma } => format!("blur_{sigma}"),
            Self::Contrast { factor } => format!("contrast_{factor}"),
            Self::GaussianImages { sd } => format!("gaussian_images_{sd}"),
            Self::UniformImages => "uniform_images".to_owned(),
        }
    }

    /// Shifts a batch in place; values stay in `[0, 1]`.
    ///
    /// # Shapes
    /// - `images`: `[n, channels, height, width]` in `[0, 1]`
    /// - `shape`: `[channels, height, width]`
    ///
    /// # Errors
    /// As [`Corruption::apply`], and a strength outside its range. Nothing is changed then.
    pub fn apply(&self, images: &mut [f32], shape: [usize; 3], seed: u64) -> Result<()> {
        self.apply_from(0, images, shape, seed)
    }

    /// As [`apply`](Self::apply) for images `first`, `first + 1`, ... of a set.
    ///
    /// # Errors
    /// As [`apply`](Self::apply), and indices beyond `2^32`.
    pub fn apply_from(
        &self,
        first: usize,
        images: &mut [f32],
        shape: [usize; 3],
        seed: u64,
    ) -> Result<()> {
        self.check()?;
        match *self {
            Self::Corruption {
                corruption,
                severity,
            } => corruption.apply_from(first, severity, images, shape, seed),
            Self::Rotation { degrees, fill } => each_image(first, images, shape, |_, image| {
                rotate(image, degrees, fill)
            }),
            Self::Blur { sigma } => each_image(first, images, shape, |_, image| {
                image.map_planes(|p, size| gaussian_blur(p, size, sigma, 4.0, Border::Nearest));
            }),
            Self::Contrast { factor } => each_image(first, images, shape, |_, image| {
                around_the_mean(image, factor as f32);
            }),
            Self::GaussianImages { sd } => each_image(first, images, shape, |index, image| {
                let noise = Draws::new(seed, GAUSSIAN_IMAGES, index).normals(0, image.values.len());
                for (value, z) in image.values.iter_mut().zip(noise) {
                    *value = 0.5 + sd as f32 * z;
                }
            }),
            Self::UniformImages => each_image(first, images, shape, |index, image| {
                let n = image.values.len();
                let noise = Draws::new(seed, UNIFORM_IMAGES, index).uniforms(0, n, 0.0, 1.0);
                image.values.copy_from_slice(&noise);
            }),
        }
    }

    fn check(&self) -> Result<()> {
        let within = |value: f64, largest: f64| (0.0..=largest).contains(&value);
        let (what, range, value, allowed) = match *self {
            Self::Blur { sigma } => ("sigma", "[0, 1000]", sigma, within(sigma, 1000.0)),
            Self::Contrast { factor } => ("factor", "[0, 100]", factor, within(factor, 100.0)),
            Self::GaussianImages { sd } => ("sd", "[0, 1000]", sd, within(sd, 1000.0)),
            Self::Rotation { degrees, .. } => {
                ("degrees", "(-inf, inf)", degrees, degrees.is_finite())
            }
            Self::Corruption { .. } | Self::UniformImages => return Ok(()),
        };
        if allowed {
            Ok(())
        } else {
            Err(ShiftError::OutOfRange { what, range, value })
        }
    }
}

/// Sites of the streams of [`Shift`]'s own noise, beyond those of the corruptions.
const GAUSSIAN_IMAGES: u32 = 1000;
const UNIFORM_IMAGES: u32 = 1001;
