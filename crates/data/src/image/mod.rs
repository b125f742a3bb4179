//! Images with labels, as a reader found them.

pub(crate) mod cifar;
pub(crate) mod decode;
pub(crate) mod error;
pub(crate) mod folders;
pub(crate) mod idx;
pub(crate) mod idx_dir;
pub(crate) mod reduce;

use crate::{Provenance, Scaling};

/// Grey or colour images of one size, one byte per value.
#[derive(Debug, Clone, PartialEq)]
pub struct Images {
    /// Name for reports.
    pub name: String,
    /// File of the labels, or the folder, for messages.
    pub path: String,
    /// `[channels, height, width]`.
    pub shape: Vec<usize>,
    /// Value of full intensity: 255, or 16 for the digits.
    pub max: f32,
    /// Row-major `[images, channels, height, width]`.
    pub pixels: Vec<u8>,
    /// Label of each image, a number below the number of classes.
    pub labels: Vec<u32>,
    /// Name of each label; the number itself where there is none.
    pub names: Vec<String>,
    /// How these pixels are best scaled.
    pub scaling: Scaling,
    /// Files and hashes.
    pub provenance: Provenance,
}

impl Images {
    /// Name of a label.
    pub fn label_name(&self, label: u32) -> String {
        self.names
            .get(label as usize)
            .cloned()
            .unwrap_or_else(|| label.to_string())
    }
}
