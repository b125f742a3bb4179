//! What can be wrong with images or settings.

/// The result of every shift.
pub type Result<T> = std::result::Result<T, ShiftError>;

/// Why images could not be shifted: which input, its value and what is allowed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ShiftError {
    /// A severity other than 1 to 5.
    #[error("severity must be in 1..=5, got {0}")]
    Severity(u8),
    /// A shape without pixels or with a number of channels that has no colour.
    #[error("images must have 1 or 3 channels and at least one pixel, got [{0}, {1}, {2}]")]
    Shape(usize, usize, usize),
    /// Values that are not a whole number of images.
    #[error("images of {pixels} values each cannot be {len} values in all")]
    Length {
        /// Values of one image.
        pixels: usize,
        /// Values found.
        len: usize,
    },
    /// A value outside `[0, 1]`, NaN among them.
    #[error("image {image}: value {index} is {value}, every value must be in [0, 1]")]
    Value {
        /// The image, counted from 0.
        image: usize,
        /// Position within the image.
        index: usize,
        /// The offending value.
        value: f32,
    },
    /// A strength outside its range.
    #[error("{what} must be in {range}, got {value}")]
    OutOfRange {
        /// The setting's name.
        what: &'static str,
        /// The allowed range.
        range: &'static str,
        /// The offending value.
        value: f64,
    },
    /// More images than indices.
    #[error("at most 2^32 images can be told apart, got {0}")]
    TooMany(usize),
}
