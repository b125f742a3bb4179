//! Lists of what a network trains, while they are written.

use crate::batch_norm::NormPlaces;
use crate::parameter::{BufferSpec, ParameterKind, ParameterSpec, Start};

/// Parameters and buffers so far; a place is an index into one of the lists.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blueprint {
    pub(crate) parameters: Vec<ParameterSpec>,
    pub(crate) buffers: Vec<BufferSpec>,
}

impl Blueprint {
    /// Adds a parameter; returns its place.
    pub(crate) fn push(
        &mut self,
        name: String,
        kind: ParameterKind,
        shape: Vec<usize>,
        start: Start,
    ) -> usize {
        self.parameters.push(ParameterSpec {
            name,
            kind,
            shape,
            start,
        });
        self.parameters.len() - 1
    }

    /// Adds batch norm number `index` over `width` columns.
    pub(crate) fn push_norm(&mut self, index: usize, width: usize) -> NormPlaces {
        let mut parameter = |kind, name: &str, start| {
            let name = format!("norms.{index}.{name}");
            self.push(name, kind, vec![width], Start::Constant(start))
        };
        let scale = parameter(ParameterKind::NormScale, "weight", 1.0);
        let shift = parameter(ParameterKind::NormShift, "bias", 0.0);
        let mut buffer = |name: &str, start| {
            self.buffers.push(BufferSpec {
                name: format!("norms.{index}.{name}"),
                shape: vec![width],
                start,
            });
            self.buffers.len() - 1
        };
        NormPlaces {
            scale,
            shift,
            mean: buffer("running_mean", 0.0),
            variance: buffer("running_var", 1.0),
        }
    }
}
