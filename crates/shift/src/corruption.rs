//! The fifteen corruptions: names, groups, dispatch.

use serde::{Deserialize, Serialize};

use crate::batch::{Draws, each_image};
use crate::image::Image;
use crate::{Result, ShiftError, blur, digital, jpeg, noise, weather};

/// A corruption of Hendrycks & Dietterich 2019, at a severity from 1 to 5.
///
/// Severities are CIFAR-10-C's. They were chosen for a side of 32 pixels; lengths (radii, distances, displacements) are multiplied by
/// the shorter side over 32, so that 28 x 28 digits are blurred a little less and 224 x 224 photographs seven times as far. JPEG's
/// blocks stay 8 pixels wide. What differs from the original script:
///
/// | corruption | difference |
/// | :-- | :-- |
/// | [`Frost`](Self::Frost) | drawn crystals for the six photographs |
/// | [`GlassBlur`](Self::GlassBlur) | pixels are exchanged; the script loses one of the two in colour images |
/// | [`ElasticTransform`](Self::ElasticTransform) | one interpolation for two |
/// | [`Jpeg`](Self::Jpeg) | no entropy coding, which loses nothing; sums in floats |
/// | [`Snow`](Self::Snow), [`GlassBlur`](Self::GlassBlur) | no rounding to bytes in between |
/// | one channel | its value is the brightness; the script has colours only |
///
/// # Source
/// Hendrycks & Dietterich 2019, <https://arxiv.org/abs/1903.12261>; constants of
/// <https://github.com/hendrycks/robustness>, `make_cifar_c.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u32)]
pub enum Corruption {
    /// Normal noise on every value.
    GaussianNoise,
    /// Poisson noise of counted photons.
    ShotNoise,
    /// Values broken to 0 or 1.
    ImpulseNoise,
    /// Every point becomes a disk.
    DefocusBlur,
    /// Neighbours change places.
    GlassBlur,
    /// Every point is drawn out along a line.
    MotionBlur,
    /// Enlargements averaged.
    ZoomBlur,
    /// Streaks before a whitened image.
    Snow,
    /// Ice crystals added.
    Frost,
    /// A cloud added.
    Fog,
    /// Brighter; a colour keeps hue and saturation.
    Brightness,
    /// Differences from the mean made smaller.
    Contrast,
    /// Smooth random displacement. Its mean squared damage need not rise with severity: the original bends more and shifts less.
    ElasticTransform,
    /// Fewer pixels.
    Pixelate,
    /// JPEG compression.
    Jpeg,
}

impl Corruption {
    /// Every corruption, in the order of the paper.
    pub const ALL: [Self; 15] = [
        Self::GaussianNoise,
        Self::ShotNoise,
        Self::ImpulseNoise,
        Self::DefocusBlur,
        Self::GlassBlur,
        Self::MotionBlur,
        Self::ZoomBlur,
        Self::Snow,
        Self::Frost,
        Self::Fog,
        Self::Brightness,
        Self::Contrast,
        Self::ElasticTransform,
        Self::Pixelate,
        Self::Jpeg,
    ];

    /// The severities, from the mildest.
    pub const SEVERITIES: [u8; 5] = [1, 2, 3, 4, 5];

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The name that tables carry.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Corrupts a batch in place.
    ///
    /// Image `i` is drawn for by `(seed, corruption, i)`.
    ///
    /// # Shapes
    /// - `images`: `[n, channels, height, width]` in `[0, 1]`, which also holds afterwards
    /// - `shape`: `[channels, height, width]`
    ///
    /// # Errors
    /// A severity other than 1 to 5, channels other than 1 or 3, a length that is not a whole number of images, a value outside
    /// `[0, 1]`. Nothing is changed then.
    pub fn apply(
        self,
        severity: u8,
        images: &mut [f32],
        shape: [usize; 3],
        seed: u64,
    ) -> Result<()> {
        self.apply_from(0, severity, images, shape, seed)
    }

    /// As [`apply`](Self::apply) for images `first`, `first + 1`, ... of a set: a set corrupted in batches is the set corrupted at once.
    ///
    /// # Errors
    /// As [`apply`](Self::apply), and indices beyond `2^32`.
    pub fn apply_from(
        self,
        first: usize,
        severity: u8,
        images: &mut [f32],
        shape: [usize; 3],
        seed: u64,
    ) -> Result<()> {
        if !Self::SEVERITIES.contains(&severity) {
            return Err(ShiftError::Severity(severity));
        }
        let level = usize::from(severity - 1);
        each_image(first, images, shape, |index, image| {
            (self.row().corrupt)(image, level, Draws::new(seed, self as u32, index));
        })
    }
}

/// What a corruption is called, and what it does to one image.
struct Row {
    name: &'static str,
    corrupt: fn(&mut Image<'_>, usize, Draws),
}

const fn row(name: &'static str, corrupt: fn(&mut Image<'_>, usize, Draws)) -> Row {
    Row { name, corrupt }
}

/// One row for each corruption, in the order of [`Corruption::ALL`].
const ROWS: [Row; 15] = [
    row("gaussian_noise", noise::gaussian_noise),
    row("shot_noise", noise::shot_noise),
    row("impulse_noise", noise::impulse_noise),
    row("defocus_blur", blur::defocus),
    row("glass_blur", blur::glass),
    row("motion_blur", blur::motion),
    row("zoom_blur", blur::zoom_blur),
    row("snow", weather::snow),
    row("frost", weather::frost),
    row("fog", weather::fog),
    row("brightness", digital::brightness),
    row("contrast", digital::contrast),
    row("elastic_transform", digital::elastic),
    row("pixelate", digital::pixelate),
    row("jpeg", jpeg::jpeg),
];
