//! In what numbers the products and activations of a training pass are computed.

use burn::tensor::{DType, Tensor};
use decay_options::names;

names! {
    /// Number format of matrix products and activations while training; weights, moments, losses and statistics are always `f32`.
    ///
    /// | name | bits of exponent and fraction | where |
    /// | :-- | :-- | :-- |
    /// | `f32` | 8 + 23 | everywhere |
    /// | `bf16` | 8 + 7 | GPUs that compute in it |
    ///
    /// # Source
    /// Micikevicius et al. 2018, section 3.1 (master weights), <https://arxiv.org/abs/1710.03740>.
    #[derive(Default)]
    pub enum Precision {
        /// Single precision.
        #[default]
        F32 = "f32",
        /// Half the bytes, with the range of single precision.
        Bf16 = "bf16",
    }
}

impl Precision {
    /// The tensor in this format.
    pub(crate) fn cast<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::F32 => x,
            Self::Bf16 => x.cast(DType::BF16),
        }
    }

    /// A tensor of this format in single precision.
    pub(crate) fn widen<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::F32 => x,
            Self::Bf16 => x.cast(DType::F32),
        }
    }
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
