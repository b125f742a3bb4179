//! Tensors of weight files, whoever wrote them.

use std::path::Path;

use pytorch_reader::{DType, PytorchReader};
use safetensors::tensor::{Dtype, SafeTensors};

use crate::error::ModelError;

/// A tensor of a file in single precision.
pub(crate) struct Stored {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// A file of named tensors.
pub(crate) enum WeightFile {
    Safetensors(Vec<u8>),
    Torch(PytorchReader),
}

fn refused(path: &Path, kind: &'static str, reason: String) -> ModelError {
    ModelError::Format {
        path: path.to_owned(),
        kind,
        reason,
    }
}

impl WeightFile {
    /// Opens a safetensors file, or one that `torch.save` wrote: `.pt`, `.pth` and `.bin`.
    pub(crate) fn open(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path).map_err(|source| ModelError::Read {
            path: path.to_owned(),
            source,
        })?;
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        if ["pt", "pth", "bin"].contains(&extension.to_ascii_lowercase().as_str()) {
            let reader = PytorchReader::new(path);
            let reader = reader.map_err(|error| refused(path, "torch", error.to_string()))?;
            return Ok(Self::Torch(reader));
        }
        Self::of_safetensors(path, bytes)
    }

    /// The bytes of a safetensors file.
    pub(crate) fn of_safetensors(path: &Path, bytes: Vec<u8>) -> Result<Self, ModelError> {
        SafeTensors::deserialize(&bytes)
            .map_err(|error| refused(path, "safetensors", error.to_string()))?;
        Ok(Self::Safetensors(bytes))
    }

    /// A tensor by name; the error is what was found instead.
    ///
    /// A checkpoint that keeps its weights under a key such as `state_dict` is searched for the one name that ends so.
    pub(crate) fn tensor(&self, name: &str) -> Result<Stored, String> {
        let absent = || "no such tensor".to_owned();
        match self {
            Self::Safetensors(bytes) => {
                let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
                let view = file.tensor(name).map_err(|_| absent())?;
                let kind = Number::of_safetensors(view.dtype());
                stored(
                    kind,
                    &format!("{:?}", view.dtype()),
                    view.shape(),
                    view.data(),
                )
            }
            Self::Torch(file) => {
                let nested = format!(".{name}");
                let mut behind = file.tensors().keys().filter(|key| key.ends_with(&nested));
                let only = behind.next().filter(|_| behind.next().is_none());
                let tensor = file.get(name).or_else(|| file.get(only?));
                let tensor = tensor.ok_or_else(absent)?;
                let bytes = tensor.read().map_err(|error| error.to_string())?;
                let kind = Number::of_torch(tensor.dtype());
                stored(
                    kind,
                    &format!("{:?}", tensor.dtype()),
                    tensor.shape(),
                    &bytes,
                )
            }
        }
    }
}

/// The kinds of floating-point numbers that are read.
#[derive(Clone, Copy)]
enum Number {
    Bf16,
    F16,
    F32,
    F64,
}

impl Number {
    fn of_safetensors(dtype: Dtype) -> Option<Self> {
        Some(match dtype {
            Dtype::BF16 => Self::Bf16,
            Dtype::F16 => Self::F16,
            Dtype::F32 => Self::F32,
            Dtype::F64 => Self::F64,
            _ => return None,
        })
    }

    fn of_torch(dtype: DType) -> Option<Self> {
        Some(match dtype {
            DType::BF16 => Self::Bf16,
            DType::F16 => Self::F16,
            DType::F32 => Self::F32,
            DType::F64 => Self::F64,
            _ => return None,
        })
    }
}

fn stored(
    kind: Option<Number>,
    name: &str,
    shape: &[usize],
    bytes: &[u8],
) -> Result<Stored, String> {
    let values = match kind {
        None => return Err(format!("{name} of shape {shape:?}")),
        Some(Number::F32) => widened(bytes, f32::from_le_bytes),
        Some(Number::F64) => widened(bytes, |b| f64::from_le_bytes(b) as f32),
        Some(Number::Bf16) => widened(bytes, |b| bf16(u16::from_le_bytes(b))),
        Some(Number::F16) => widened(bytes, |b| half(u16::from_le_bytes(b))),
    };
    Ok(Stored {
        shape: shape.to_vec(),
        values,
    })
}

/// Numbers of `N` bytes in single precision.
fn widened<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| number(bytes))
        .collect()
}

/// The upper half of a single-precision number.
fn bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// IEEE 754 half precision: sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::{bf16, half};

    #[test]
    fn short_numbers_are_widened_exactly() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 2f32.powi(-24)),
            (0x0400, 2f32.powi(-14)),
            (0x3555, 0.333_251_95),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:#x}");
        }
        assert_eq!((bf16(0x3f80), bf16(0xc040)), (1.0, -3.0));
    }
}
