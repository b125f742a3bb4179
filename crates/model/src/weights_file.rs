//! One member as a file of tensors under torch's names and layout.

use std::path::Path;

use safetensors::tensor::{Dtype, TensorView};

use crate::error::ModelError;
use crate::network::Network;
use crate::parameter::Layout;
use crate::state::MemberState;
use crate::stored::WeightFile;

/// The bytes of a safetensors file that torch's layers load: see [`Layout`] for the order of the values.
pub fn to_safetensors(network: &Network, member: &MemberState) -> Vec<u8> {
    let entries: Vec<_> = entries(network)
        .zip(member.parameters.iter().chain(&member.buffers))
        .map(|(entry, values)| {
            let bytes = little_endian(&entry.to_file(values));
            (entry, bytes)
        })
        .collect();
    let views = entries.iter().map(|(entry, bytes)| {
        let view = TensorView::new(Dtype::F32, entry.file_shape(), bytes)
            .unwrap_or_else(|error| unreachable!("shapes match their values: {error}"));
        (entry.name, view)
    });
    safetensors::serialize(views, None)
        .unwrap_or_else(|error| unreachable!("valid views serialise: {error}"))
}

/// Reads the values of one member of `network` from a safetensors file, or from one that `torch.save` wrote (`.pt`, `.pth`, `.bin`).
///
/// Tensors have the names and shapes that [`to_safetensors`] gives them, in any floating-point type; others are ignored.
///
/// # Errors
/// [`ModelError::Read`], [`ModelError::Format`], [`ModelError::Tensor`], [`ModelError::NotFinite`].
pub fn read_weights(network: &Network, path: &Path) -> Result<MemberState, ModelError> {
    read(network, path, &WeightFile::open(path)?)
}

/// As [`read_weights`], from the bytes of a safetensors file; `path` is what errors name.
///
/// # Errors
/// [`ModelError::Format`], [`ModelError::Tensor`], [`ModelError::NotFinite`].
pub fn weights_of(
    network: &Network,
    path: &Path,
    bytes: Vec<u8>,
) -> Result<MemberState, ModelError> {
    read(network, path, &WeightFile::of_safetensors(path, bytes)?)
}

fn read(network: &Network, path: &Path, file: &WeightFile) -> Result<MemberState, ModelError> {
    let mut values = entries(network)
        .map(|entry| entry.read(file, path))
        .collect::<Result<Vec<_>, _>>()?;
    let buffers = values.split_off(network.parameters().len());
    Ok(MemberState {
        parameters: values,
        buffers,
    })
}

/// One tensor of the file.
struct Entry<'a> {
    name: &'a str,
    shape: &'a [usize],
    layout: Layout,
}

fn entries(network: &Network) -> impl Iterator<Item = Entry<'_>> {
    let parameters = network.parameters().iter().map(|spec| Entry {
        name: &spec.name,
        shape: &spec.shape,
        layout: spec.layout,
    });
    let buffers = network.buffers().iter().map(|spec| Entry {
        name: &spec.name,
        shape: &spec.shape,
        layout: Layout::Vector,
    });
    parameters.chain(buffers)
}

impl Entry<'_> {
    fn file_shape(&self) -> Vec<usize> {
        match (self.layout, self.shape) {
            (Layout::Convolution { kernel: [h, w] }, &[rows, outputs]) => {
                vec![outputs, rows / (h * w), h, w]
            }
            (Layout::Depthwise { kernel: [h, w] }, &[_, channels]) => vec![channels, 1, h, w],
            (Layout::Matrix | Layout::Flattened { .. }, &[inputs, outputs]) => {
                vec![outputs, inputs]
            }
            (_, shape) => shape.to_vec(),
        }
    }

    /// The axes in memory, as `[slow, fast, outputs]`; the file has them as `[outputs, fast, slow]`.
    fn axes(&self) -> Option<[usize; 3]> {
        let &[rows, outputs] = self.shape else {
            return None;
        };
        let slow = match self.layout {
            Layout::Vector => return None,
            Layout::Matrix => 1,
            Layout::Convolution { kernel } | Layout::Depthwise { kernel } => kernel[0] * kernel[1],
            Layout::Flattened { channels } => rows / channels,
        };
        Some([slow, rows / slow, outputs])
    }

    fn to_file(&self, values: &[f32]) -> Vec<f32> {
        let axes = self.axes();
        axes.map_or_else(|| values.to_vec(), |axes| reversed(values, axes))
    }

    fn read(&self, file: &WeightFile, path: &Path) -> Result<Vec<f32>, ModelError> {
        let wrong = |found: String| ModelError::Tensor {
            path: path.to_owned(),
            name: self.name.to_owned(),
            expected: self.file_shape(),
            found,
        };
        let stored = file.tensor(self.name).map_err(wrong)?;
        if stored.shape != self.file_shape() {
            return Err(wrong(format!("shape {:?}", stored.shape)));
        }
        if let Some(value) = stored.values.iter().find(|value| !value.is_finite()) {
            return Err(ModelError::NotFinite {
                path: path.to_owned(),
                name: self.name.to_owned(),
                value: *value,
            });
        }
        Ok(match self.axes() {
            Some([slow, fast, outputs]) => reversed(&stored.values, [outputs, fast, slow]),
            None => stored.values,
        })
    }
}

fn little_endian(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// `[a, b, c]` to `[c, b, a]`, row-major.
fn reversed(values: &[f32], [a, b, c]: [usize; 3]) -> Vec<f32> {
    let at = |to: usize| {
        let (k, j, i) = (to / (a * b), to / a % b, to % a);
        values[(i * b + j) * c + k]
    };
    (0..a * b * c).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::{read_weights, reversed, to_safetensors};
    use crate::{MlpConfig, ModelConfig, ModelError, Norm};

    fn config() -> ModelConfig {
        ModelConfig::Mlp(MlpConfig {
            hidden: vec![5, 3],
            norm: Norm::Batch,
            ..MlpConfig::default()
        })
    }

    #[test]
    fn a_file_read_back_is_the_member() {
        let network = config().init(4, 2).unwrap();
        let member = network.initial(9);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("model.safetensors");
        std::fs::write(&path, to_safetensors(&network, &member)).unwrap();
        assert_eq!(read_weights(&network, &path).unwrap(), member);
    }

    #[test]
    fn matrices_are_stored_as_torch_has_them() {
        let network = config().init(4, 2).unwrap();
        let bytes = to_safetensors(&network, &network.initial(9));
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.tensor("layers.0.weight").unwrap().shape(), [5, 4]);
        assert_eq!(file.tensor("norms.1.running_var").unwrap().shape(), [3]);
        assert_eq!(
            reversed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 2, 3]),
            [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
        );
    }

    #[test]
    fn another_architecture_is_refused_by_name_and_shape() {
        let network = config().init(4, 2).unwrap();
        let other = config().init(6, 2).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("model.safetensors");
        std::fs::write(&path, to_safetensors(&network, &network.initial(9))).unwrap();
        let error = read_weights(&other, &path).unwrap_err().to_string();
        assert!(
            error.contains("layers.0.weight")
                && error.contains("[5, 6]")
                && error.contains("[5, 4]"),
            "{error}"
        );
        std::fs::write(&path, b"not a tensor file").unwrap();
        assert!(matches!(
            read_weights(&other, &path),
            Err(ModelError::Format { .. })
        ));
    }
}
