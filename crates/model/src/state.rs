//! The values of a population, on a device and on the host.

use burn::tensor::{Device, Tensor, TensorData};

use crate::init;
use crate::parameter::{BufferSpec, ParameterSpec};

/// Parameters and buffers of `R` members on a device.
///
/// # Shapes
/// - `parameters`, `buffers`: `[R, values of one member]` each, in the order of the network's lists
#[derive(Debug, Clone)]
pub struct State {
    /// Trained values.
    pub parameters: Vec<Tensor<2>>,
    /// Running statistics.
    pub buffers: Vec<Tensor<2>>,
}

impl State {
    /// Stacks members along the member axis.
    pub fn stack(members: &[MemberState], device: &Device) -> Self {
        let stacked = |count: usize, of: fn(&MemberState) -> &[Vec<f32>]| {
            (0..count)
                .map(|i| stack(members.iter().map(|m| of(m)[i].as_slice()), device))
                .collect()
        };
        let (parameters, buffers) = members
            .first()
            .map_or((0, 0), |m| (m.parameters.len(), m.buffers.len()));
        Self {
            parameters: stacked(parameters, |m| &m.parameters),
            buffers: stacked(buffers, |m| &m.buffers),
        }
    }

    /// The members on the host, in their order.
    pub fn unstack(&self, members: usize) -> Vec<MemberState> {
        let mut all = vec![
            MemberState {
                parameters: Vec::with_capacity(self.parameters.len()),
                buffers: Vec::with_capacity(self.buffers.len()),
            };
            members
        ];
        for tensor in &self.parameters {
            for (member, values) in all.iter_mut().zip(unstack(tensor.clone())) {
                member.parameters.push(values);
            }
        }
        for tensor in &self.buffers {
            for (member, values) in all.iter_mut().zip(unstack(tensor.clone())) {
                member.buffers.push(values);
            }
        }
        all
    }
}

/// Parameters and buffers of one member in host memory.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberState {
    /// Trained values, one flat row-major vector each.
    pub parameters: Vec<Vec<f32>>,
    /// Running statistics, likewise.
    pub buffers: Vec<Vec<f32>>,
}

impl MemberState {
    /// The starting values of the member with this seed.
    pub fn initial(parameters: &[ParameterSpec], buffers: &[BufferSpec], seed: u64) -> Self {
        let values = parameters.iter().enumerate().map(|(index, spec)| {
            let mut values = vec![0.0; spec.len()];
            init::draw(spec, index, seed, &mut values);
            values
        });
        let constants = buffers
            .iter()
            .map(|spec| vec![spec.start; spec.shape.iter().product()]);
        Self {
            parameters: values.collect(),
            buffers: constants.collect(),
        }
    }

    /// Euclidean norm over the parameters that `include` names, in f64.
    pub fn norm(&self, include: impl Fn(usize) -> bool) -> f64 {
        let squares = self
            .parameters
            .iter()
            .enumerate()
            .filter(|(index, _)| include(*index))
            .flat_map(|(_, values)| values)
            .map(|&value| f64::from(value).powi(2));
        squares.sum::<f64>().sqrt()
    }
}

/// Puts one value of several members on a device.
///
/// # Shapes
/// - returns: `[R, n]`
pub fn stack<'a>(members: impl Iterator<Item = &'a [f32]>, device: &Device) -> Tensor<2> {
    let mut values = Vec::new();
    let mut count = 0;
    for member in members {
        values.extend_from_slice(member);
        count += 1;
    }
    let width = values.len() / count.max(1);
    Tensor::from_data(TensorData::new(values, [count, width]), device)
}

/// Cuts `[R, n]` into the values of its members.
pub fn unstack(tensor: Tensor<2>) -> Vec<Vec<f32>> {
    let [members, width] = tensor.dims();
    let values = floats(tensor);
    if width == 0 {
        return vec![Vec::new(); members];
    }
    values.chunks_exact(width).map(<[f32]>::to_vec).collect()
}

/// The values of a float tensor in row-major order.
pub fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}
