//! Batches of a population from the data set that stays on the device.

#[cfg(feature = "cube")]
use burn::backend::DispatchDevice;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

/// The data as it is stored.
#[derive(Debug, Clone)]
pub enum Features {
    /// `[N, F]`, NaN where a value is missing.
    Float(Tensor<2>),
    /// Unsigned bytes, `[N, F]`, or packed into words where [`Features::bytes`] does so.
    Byte(Tensor<2, Int>),
}

/// Bytes of a packed word.
#[cfg(feature = "cube")]
pub(crate) const BYTES_PER_WORD: usize = 4;

impl Features {
    /// Puts rows of `features` bytes each on a device.
    ///
    /// GPUs get them four to a word, `[N, ceil(F / 4)]`, the first in the lowest bits: not all of them can address a byte.
    pub fn bytes(values: &[u8], features: usize, device: &Device) -> Self {
        #[cfg(feature = "cube")]
        if let DispatchDevice::Cube(_) = device.as_dispatch() {
            let words = packed(values, features);
            return Self::Byte(Tensor::from_data(words, (device, DType::I32)));
        }
        let rows = values.len() / features.max(1);
        let data = TensorData::new(values.to_vec(), [rows, features]);
        Self::Byte(Tensor::from_data(data, (device, DType::U8)))
    }
}

/// Every row's bytes, little end first, in whole words.
#[cfg(feature = "cube")]
pub(crate) fn packed(values: &[u8], features: usize) -> TensorData {
    let word = |bytes: &[u8]| {
        let mut padded = [0; BYTES_PER_WORD];
        padded[..bytes.len()].copy_from_slice(bytes);
        i32::from_le_bytes(padded)
    };
    let rows = values.chunks_exact(features.max(1));
    let shape = [rows.len(), features.div_ceil(BYTES_PER_WORD)];
    let words: Vec<i32> = rows
        .flat_map(|row| row.chunks(BYTES_PER_WORD).map(word))
        .collect();
    TensorData::new(words, shape)
}

/// How stored values become inputs: one row of statistics per fold.
///
/// ```text
/// x = (value - center) * scale        x = fill where the value is missing
/// ```
#[derive(Debug, Clone)]
pub struct Statistics {
    /// `[S, F]`.
    pub center: Tensor<2>,
    /// `[S, F]`.
    pub scale: Tensor<2>,
    /// `[S, F]`.
    pub fill: Tensor<2>,
}

/// Each member's batch, preprocessed with the statistics of its fold.
///
/// # Shapes
/// - `rows`: `[R, B]`, row numbers in the data
/// - `fold`: `[R]`, which row of the statistics a member uses
/// - returns: `[R, B, F]`
pub fn gather(
    features: &Features,
    statistics: &Statistics,
    rows: Tensor<2, Int>,
    fold: Tensor<1, Int>,
) -> Tensor<3> {
    let rows = rows.into_dispatch();
    let fold = fold.into_dispatch();
    let center = statistics.center.clone().into_dispatch();
    let scale = statistics.scale.clone().into_dispatch();
    Tensor::from_dispatch(match features {
        Features::Float(values) => Dispatch::gather_floats(
            values.clone().into_dispatch(),
            rows,
            fold,
            center,
            scale,
            statistics.fill.clone().into_dispatch(),
        ),
        Features::Byte(values) => {
            Dispatch::gather_bytes(values.clone().into_dispatch(), rows, fold, center, scale)
        }
    })
}

/// [`gather`] as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube")
)]
pub trait GatherOps: Backend {
    /// See [`gather`].
    fn gather_floats(
        values: FloatTensor<Self>,
        rows: IntTensor<Self>,
        fold: IntTensor<Self>,
        center: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        fill: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        reference::floats::<Self>(values, rows, fold, center, scale, fill)
    }

    /// See [`gather`].
    fn gather_bytes(
        values: IntTensor<Self>,
        rows: IntTensor<Self>,
        fold: IntTensor<Self>,
        center: FloatTensor<Self>,
        scale: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        reference::bytes::<Self>(values, rows, fold, center, scale)
    }
}
