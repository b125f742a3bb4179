//! What a network is given and what it returns.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::gnn::GraphInput;

/// A batch of every member.
#[derive(Debug, Clone)]
pub enum Input {
    /// `[R, B, inputs]`.
    Rows(Tensor<3>),
    /// A graph, whose nodes are the batch.
    Graph(GraphInput),
}

/// What a pass computes.
#[derive(Debug, Clone)]
pub struct Output {
    /// `[R, B, outputs]`.
    pub values: Tensor<3>,
    /// `[R, N, width]`, the last hidden representation of a graph's nodes.
    pub embeddings: Option<Tensor<3>>,
}

impl From<Tensor<3>> for Output {
    fn from(values: Tensor<3>) -> Self {
        Self {
            values,
            embeddings: None,
        }
    }
}

/// Shape of one sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputShape {
    /// This many features.
    Row(usize),
    /// `[channels, height, width]`, in this order.
    Image([usize; 3]),
}

impl InputShape {
    /// Values of one sample.
    pub fn values(self) -> usize {
        match self {
            Self::Row(features) => features,
            Self::Image([channels, height, width]) => channels * height * width,
        }
    }
}

/// What a network reads: the shape of a sample, and which of its values are numbers and labels of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFeatures {
    /// Of one sample.
    pub shape: InputShape,
    /// Places of the values that are numbers of a table, in ascending order; labels, flags and pixels are none.
    pub numbers: Vec<usize>,
    /// Places of the flags of each categorical column, in ascending order.
    pub categories: Vec<Range<usize>>,
}

impl InputFeatures {
    /// Samples of this shape, in which the values at these places are numbers.
    pub fn new(shape: impl Into<InputShape>, numbers: Vec<usize>) -> Self {
        Self {
            shape: shape.into(),
            numbers,
            categories: Vec::new(),
        }
    }

    /// With the flags of categorical columns at these places.
    pub fn with_categories(self, categories: Vec<Range<usize>>) -> Self {
        Self { categories, ..self }
    }
}

impl From<InputShape> for InputFeatures {
    /// All values of a row are numbers, none of an image.
    fn from(shape: InputShape) -> Self {
        let numbers = match shape {
            InputShape::Row(features) => (0..features).collect(),
            InputShape::Image(_) => Vec::new(),
        };
        Self::new(shape, numbers)
    }
}

impl From<usize> for InputFeatures {
    fn from(features: usize) -> Self {
        InputShape::from(features).into()
    }
}

impl From<&[usize]> for InputFeatures {
    fn from(shape: &[usize]) -> Self {
        InputShape::from(shape).into()
    }
}

impl From<usize> for InputShape {
    fn from(features: usize) -> Self {
        Self::Row(features)
    }
}

impl From<&[usize]> for InputShape {
    /// Three axes are an image, all else is a row.
    fn from(shape: &[usize]) -> Self {
        match *shape {
            [channels, height, width] => Self::Image([channels, height, width]),
            _ => Self::Row(shape.iter().product()),
        }
    }
}
