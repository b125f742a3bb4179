//! The lists of parameters and buffers, filled while a network is laid out.

use burn::tensor::Tensor;

use crate::init::Init;
use crate::leaves::Leaves;
use crate::normalise::{Norm, NormPlaces, RunningPlaces};
use crate::parameter::{BufferSpec, Layout, ParameterKind, ParameterSpec, Start};

/// Parameters and buffers in the order of a [`State`](crate::State).
#[derive(Debug, Clone, Default)]
pub(crate) struct Inventory {
    pub(crate) parameters: Vec<ParameterSpec>,
    pub(crate) buffers: Vec<BufferSpec>,
}

/// Places of a linear map's values in the lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinearPlaces {
    pub(crate) weight: usize,
    pub(crate) bias: usize,
}

impl LinearPlaces {
    /// Weight and bias.
    pub(crate) fn values(&self, leaves: &Leaves) -> (Tensor<3>, Tensor<2>) {
        (leaves.matrix(self.weight), leaves.vector(self.bias))
    }
}

impl Inventory {
    /// Appends a parameter; its place.
    pub(crate) fn parameter(&mut self, spec: ParameterSpec) -> usize {
        self.parameters.push(spec);
        self.parameters.len() - 1
    }

    /// Appends a factor for each input, 1 at the start.
    pub(crate) fn input_scale(&mut self, width: usize) -> usize {
        self.parameter(ParameterSpec {
            name: "encoding.scale".into(),
            kind: ParameterKind::Encoding,
            shape: vec![width],
            layout: Layout::Vector,
            start: Start::Constant(1.0),
            normalised: false,
        })
    }

    /// Appends a buffer; its place.
    pub(crate) fn buffer(&mut self, spec: BufferSpec) -> usize {
        self.buffers.push(spec);
        self.buffers.len() - 1
    }

    /// Appends weights, which decay; `fans` are those of the starting distribution.
    pub(crate) fn weight(
        &mut self,
        name: String,
        shape: [usize; 2],
        layout: Layout,
        init: Init,
        fans: [usize; 2],
    ) -> usize {
        self.parameter(ParameterSpec {
            name,
            kind: ParameterKind::Matrix,
            shape: shape.to_vec(),
            layout,
            start: init.weight(fans[0], fans[1]),
            normalised: false,
        })
    }

    /// Appends the offset of a map with this many inputs.
    pub(crate) fn bias(&mut self, name: String, width: usize, init: Init, inputs: usize) -> usize {
        self.parameter(ParameterSpec {
            name,
            kind: ParameterKind::Bias,
            shape: vec![width],
            layout: Layout::Vector,
            start: init.bias(inputs),
            normalised: false,
        })
    }

    /// Appends `prefix.weight` and `prefix.bias` of a dense map.
    pub(crate) fn linear(
        &mut self,
        prefix: &str,
        [inputs, outputs]: [usize; 2],
        layout: Layout,
        init: Init,
    ) -> LinearPlaces {
        let fans = [inputs, outputs];
        LinearPlaces {
            weight: self.weight(format!("{prefix}.weight"), fans, layout, init, fans),
            bias: self.bias(format!("{prefix}.bias"), outputs, init, inputs),
        }
    }

    /// Appends a normalisation of this width, if there is to be one, after a map with these weights, which has a bias or not.
    ///
    /// The output becomes independent of the weights' size: with a batch norm always, since it takes the bias away, with a layer norm
    /// where there is no bias.
    pub(crate) fn norm_after(
        &mut self,
        norm: Norm,
        weight: usize,
        biased: bool,
        prefix: &str,
        width: usize,
    ) -> Option<NormPlaces> {
        self.parameters[weight].normalised = norm == Norm::Batch || norm == Norm::Layer && !biased;
        self.norm(norm, prefix, width)
    }

    /// Appends a normalisation of this width, if there is to be one.
    pub(crate) fn norm(&mut self, norm: Norm, prefix: &str, width: usize) -> Option<NormPlaces> {
        if norm == Norm::None {
            return None;
        }
        let mut affine = |name: &str, kind, start| {
            self.parameter(ParameterSpec {
                name: format!("{prefix}.{name}"),
                kind,
                shape: vec![width],
                layout: Layout::Vector,
                start: Start::Constant(start),
                normalised: false,
            })
        };
        let scale = affine("weight", ParameterKind::NormScale, 1.0);
        let shift = affine("bias", ParameterKind::NormShift, 0.0);
        let mut running = |name: &str, start| {
            self.buffer(BufferSpec {
                name: format!("{prefix}.{name}"),
                shape: vec![width],
                start,
                fitted: false,
            })
        };
        let running = (norm == Norm::Batch).then(|| RunningPlaces {
            mean: running("running_mean", 0.0),
            variance: running("running_var", 1.0),
        });
        Some(NormPlaces {
            scale,
            shift,
            running,
        })
    }
}
