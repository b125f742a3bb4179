//! What a network is given and what it returns.

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
