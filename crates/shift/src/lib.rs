//! Distribution shifts of images: noise, blur, weather, digital corruptions and rotation.
//!
//! Images are channels first with values in `[0, 1]` (or bytes), of any size, with one channel or three. What is random is drawn from
//! Philox streams keyed by the seed, the shift and the image's index: the same call gives the same images on
//! any machine and any number of threads, and an image does not depend on the others of its batch. The severity is not part of the
//! key, so that a stronger corruption is more of the same draw.
//!
//! [`Corruption`] has the fifteen corruptions of Hendrycks & Dietterich 2019 at five severities, with the
//! constants of CIFAR-10-C; [`Shift`] adds rotation, blur, contrast and pure noise at a strength of one's own. A new corruption is a
//! variant of [`Corruption`] and its function in the file of its group.

#![forbid(unsafe_code)]

mod batch;
mod blur;
mod corruption;
mod digital;
mod error;
mod filter;
mod image;
mod jpeg;
mod noise;
mod rotation;
mod shift;
mod weather;

pub use corruption::Corruption;
pub use error::{Result, ShiftError};
pub use rotation::Fill;
pub use shift::Shift;
