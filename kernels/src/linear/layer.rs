//! Sizes of a dense layer of a population.

use burn::backend::TensorMetadata;

use crate::sizes::{dims, expect_shape};

/// Sizes of a dense layer of a population.
pub(crate) struct Layer {
    pub(crate) members: usize,
    pub(crate) batch: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// All members see the same input.
    pub(crate) shared_input: bool,
}

impl Layer {
    /// From the two operands of the product.
    pub(crate) fn of(x: &impl TensorMetadata, weight: &impl TensorMetadata) -> Self {
        let [x_members, batch, inputs] = dims(x);
        let [members, _, outputs] = dims(weight);
        expect_shape("linear: weight", weight, [members, inputs, outputs]);
        Self::new(x_members, members, batch, inputs, outputs)
    }

    /// From the input and the gradient of the output.
    pub(crate) fn from_gradient(x: &impl TensorMetadata, grad: &impl TensorMetadata) -> Self {
        let [x_members, batch, inputs] = dims(x);
        let [members, _, outputs] = dims(grad);
        expect_shape("linear: gradient", grad, [members, batch, outputs]);
        Self::new(x_members, members, batch, inputs, outputs)
    }

    /// From the weights and the gradient of the output.
    pub(crate) fn from_weight(weight: &impl TensorMetadata, grad: &impl TensorMetadata) -> Self {
        let [members, inputs, outputs] = dims(weight);
        let [_, batch, _] = dims(grad);
        expect_shape("linear: gradient", grad, [members, batch, outputs]);
        Self::new(members, members, batch, inputs, outputs)
    }

    fn new(x_members: usize, members: usize, batch: usize, inputs: usize, outputs: usize) -> Self {
        assert!(
            x_members == members || x_members == 1,
            "linear: the input has {x_members} members, expected {members} or one that all share"
        );
        Self {
            members,
            batch,
            inputs,
            outputs,
            shared_input: x_members == 1,
        }
    }

    /// `[R, B, O]`.
    pub(crate) fn output(&self) -> [usize; 3] {
        [self.members, self.batch, self.outputs]
    }
}
