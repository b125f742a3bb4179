//! STUB
use crate::{error::ModelError, leaves::Leaves, mode::Mode, parameter::*, state::State};
use burn::tensor::Tensor;
/// x
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GnnConfig {
    /// h
    pub hidden: Vec<usize>,
}
/// x
#[derive(Debug, Clone)]
pub struct Gnn {
    p: Vec<ParameterSpec>,
    b: Vec<BufferSpec>,
}
/// x
#[derive(Debug, Clone)]
pub struct GraphInput;
/// x
pub struct GraphOutput {
    /// x
    pub logits: Tensor<3>,
    /// x
    pub embeddings: Tensor<3>,
}
impl Gnn {
    /// x
    pub fn new(_: &GnnConfig, _: usize, _: usize) -> Result<Self, ModelError> {
        unimplemented!()
    }
    /// x
    pub fn parameters(&self) -> &[ParameterSpec] {
        &self.p
    }
    /// x
    pub fn buffers(&self) -> &[BufferSpec] {
        &self.b
    }
    /// x
    pub fn activations(&self) -> usize {
        0
    }
    /// x
    pub fn forward(&self, _: &Leaves, _: &mut State, _: &GraphInput, _: Mode<'_>) -> GraphOutput {
        unimplemented!()
    }
}
