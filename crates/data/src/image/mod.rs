//! Images with labels, as a reader found them.

pub(crate) mod cifar;
pub(crate) mod decode;
mod desk;
pub(crate) mod error;
pub(crate) mod folders;
pub(crate) mod idx;
mod one_file;
mod orientation;
pub(crate) mod reduce;
mod resample;

use crate::target::check_classes;
use crate::{Provenance, Result, Scaling};

/// What a refusal speaks of where images are too large or too many.
pub(crate) const PIXELS: &str = "its pixels";

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
    /// The side of the squares that they were made of other sizes, if they were.
    pub resize: Option<usize>,
    /// How these pixels are best scaled.
    pub scaling: Scaling,
    /// Files and hashes.
    pub provenance: Provenance,
    /// Each image's file; empty where one file holds many.
    pub files: Vec<String>,
    /// What was decided in reading.
    pub notes: Vec<String>,
}

impl Images {
    /// Name of a label.
    pub fn label_name(&self, label: u32) -> String {
        self.names
            .get(label as usize)
            .cloned()
            .unwrap_or_else(|| label.to_string())
    }

    /// The images of all other classes, and those of the named ones.
    ///
    /// # Errors
    /// [`DataError::UnknownClass`](crate::DataError::UnknownClass) for a name that no image has.
    pub fn partition(&self, unknown: &[String]) -> Result<(Self, Self)> {
        let is_named = |&label: &u32| unknown.contains(&self.label_name(label));
        let mut names: Vec<String> = Vec::new();
        for &label in &self.labels {
            let name = self.label_name(label);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        check_classes(&self.path, unknown, names)?;
        let part = |named: bool| {
            let width: usize = self.shape.iter().product();
            let images = self.labels.iter().zip(self.pixels.chunks_exact(width));
            let own = || images.clone().filter(|(label, _)| is_named(label) == named);
            Self {
                pixels: own().flat_map(|(_, pixels)| pixels).copied().collect(),
                labels: own().map(|(&label, _)| label).collect(),
                ..self.clone()
            }
        };
        Ok((part(false), part(true)))
    }
}
