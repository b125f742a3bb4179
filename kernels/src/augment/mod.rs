//! Augmentation of image batches: strengths per member, a transformation per image and step.

mod transform;

use crate::sizes::{dims, expect_shape};
use burn::backend::TensorMetadata;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use decay_random::At;

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

pub(crate) use transform::{Transform, column, strength};

/// How strongly one member's images are changed; 0 is off, bit for bit.
///
/// | field | range | drawn for every image |
/// | :-- | :-- | :-- |
/// | `flip` | `[0, 1]` | a left-right mirror with this probability |
/// | `rotation` | `[0, 180]` | an angle, uniform within ± this many degrees, about the centre, bilinear |
/// | `shift` | pixels | how far down and to the right, each a uniform whole number within ± this |
/// | `cutout` | pixels | the centre of a square of this side, uniform over the pixels; the edge cuts it |
/// | `brightness` | `[0, inf)` | what is added to every value, uniform within ± this |
///
/// They act in this order. Pixels that rotation and shift vacate and the square get the value of an empty pixel, to which brightness
/// is then added as to all others. A shift equals padding and cropping. Inputs are normalised, so that `brightness` is in units of
/// their standard deviation.
///
/// # Source
/// Flips and shifts: He et al. 2015, <https://arxiv.org/abs/1512.03385>, section 4.2. Cutout: DeVries & Taylor 2017,
/// <https://arxiv.org/abs/1708.04552>.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Augmentation {
    /// Probability of a mirror image.
    pub flip: f32,
    /// Largest angle in degrees.
    pub rotation: f32,
    /// Largest translation along each axis in pixels.
    pub shift: u32,
    /// Side of the emptied square in pixels.
    pub cutout: u32,
    /// Largest change of brightness.
    pub brightness: f32,
}

impl Augmentation {
    /// Values per row.
    pub const COUNT: usize = 5;

    /// The row of the `[R, Augmentation::COUNT]` table of strengths that [`augment`] reads.
    pub fn row(&self) -> [f32; Self::COUNT] {
        let mut row = [0.0; Self::COUNT];
        row[strength::FLIP] = self.flip;
        row[strength::ROTATION] = self.rotation;
        row[strength::SHIFT] = self.shift as f32;
        row[strength::CUTOUT] = self.cutout as f32;
        row[strength::BRIGHTNESS] = self.brightness;
        row
    }

    /// Whether no image is changed.
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }
}

/// Every image of a batch under a transformation of its own.
///
/// The transformation of a member's image `i` is a function of its seed, epoch, step and `i`; `site` is ignored. Without rotation pixels
/// are copied exactly. No gradient passes.
///
/// # Shapes
/// - `x`: `[R, B, C * H * W]`, channels first; `image`: `[C, H, W]`
/// - `strengths`: `[R, Augmentation::COUNT]`, a [row](Augmentation::row) of each member
/// - `border`: `[R, C]`, the normalised value of an empty pixel
/// - `seed`: `[R, 2]`, low and high half of each member's seed as `i32` bits
/// - returns: `[R, B, C * H * W]`
pub fn augment(
    x: Tensor<3>,
    image: [usize; 3],
    strengths: Tensor<2>,
    border: Tensor<2>,
    seed: Tensor<2, Int>,
    at: At,
) -> Tensor<3> {
    let ([_, batch, _], [_, height, width]) = (x.dims(), image);
    let transforms = Dispatch::draw_transforms(
        strengths.into_dispatch(),
        seed.into_dispatch(),
        [batch, height, width],
        At { site: 0, ..at },
    );
    Tensor::from_dispatch(Dispatch::transform(
        x.into_dispatch(),
        border.into_dispatch(),
        transforms,
        image,
    ))
}

/// [`augment`] as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube")
)]
pub trait AugmentOps: Backend {
    /// `[R, B, 10]`, a transformation of each image, for batches of `[B, H, W]`.
    fn draw_transforms(
        strengths: FloatTensor<Self>,
        seed: IntTensor<Self>,
        batch: [usize; 3],
        at: At,
    ) -> FloatTensor<Self> {
        reference::draw_transforms::<Self>(strengths, seed, batch, at)
    }

    /// The images `[R, B, C * H * W]` under drawn transformations.
    fn transform(
        x: FloatTensor<Self>,
        border: FloatTensor<Self>,
        transforms: FloatTensor<Self>,
        image: [usize; 3],
    ) -> FloatTensor<Self> {
        reference::transform::<Self>(x, border, transforms, image)
    }
}

/// Panics with a sentence if the operands of an image transformation do not fit each other; the dimensions of `x` otherwise.
pub(crate) fn expect_transforms<T: TensorMetadata>(
    x: &T,
    border: &T,
    transforms: &T,
    image: [usize; 3],
) -> [usize; 3] {
    let [members, batch, features] = dims(x);
    let [channels, height, width] = image;
    assert!(
        features > 0 && channels * height * width == features,
        "augment: an image of {channels} x {height} x {width} does not have {features} values"
    );
    expect_shape("augment: border", border, [members, channels]);
    let expected = [members, batch, Transform::COUNT];
    expect_shape("augment: transformations", transforms, expected);
    [members, batch, features]
}
