//! The values of a population, on a device and on the host.

use burn::tensor::{Device, Tensor, TensorData};
use decay_kernels::{is_gpu, read};

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

    /// Whether every value is a finite number.
    pub fn is_finite(&self) -> bool {
        let values = self.parameters.iter().chain(&self.buffers).flatten();
        values.copied().all(f32::is_finite)
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

/// The values of several `[R, n]` tensors on the host, by tensor and member.
///
/// A read from a GPU waits for all that was asked of it, so its tensors are joined and read together, as many as one of
/// its buffers holds. On a CPU joining would be a copy for nothing.
pub fn unstack(tensors: Vec<Tensor<2>>) -> Vec<Vec<Vec<f32>>> {
    let together = tensors.first().is_some_and(|t| is_gpu(&t.device()));
    let mut all = Vec::with_capacity(tensors.len());
    let mut group: Vec<Tensor<2>> = Vec::new();
    let mut values = 0;
    for tensor in tensors {
        let own = tensor.dims().iter().product::<usize>();
        if !group.is_empty() && (!together || values + own > READ_AT_ONCE) {
            all.extend(unstack_group(std::mem::take(&mut group)));
            values = 0;
        }
        values += own;
        group.push(tensor);
    }
    all.extend(unstack_group(group));
    all
}

/// Values that are joined for one read: 64 MiB, which every GPU's buffers hold.
pub const READ_AT_ONCE: usize = 1 << 24;

fn unstack_group(group: Vec<Tensor<2>>) -> Vec<Vec<Vec<f32>>> {
    let widths: Vec<usize> = group.iter().map(|tensor| tensor.dims()[1]).collect();
    let members = group.first().map_or(0, |tensor| tensor.dims()[0]);
    let total: usize = widths.iter().sum();
    let mut parts = vec![Vec::with_capacity(members); widths.len()];
    if total == 0 {
        parts.fill(vec![Vec::new(); members]);
        return parts;
    }
    let values = match <[_; 1]>::try_from(group) {
        Ok([only]) => read(only),
        Err(several) => read(Tensor::cat(several, 1)),
    };
    for row in values.chunks_exact(total) {
        let mut start = 0;
        for (part, &width) in parts.iter_mut().zip(&widths) {
            part.push(row[start..start + width].to_vec());
            start += width;
        }
    }
    parts
}
