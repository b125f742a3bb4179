//! A problem's data on one device.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use decay_data::{Target, TargetScale};
use decay_kernels::{Features, Statistics, catch_panic, device_name, is_gpu};

use crate::error::TrainError;
use crate::problem::inputs::{Inputs, Samples};
use crate::problem::{FoldRows, FoldScales};

/// Data and statistics on one device, uploaded once.
#[derive(Debug, Clone)]
pub(crate) struct Resident {
    pub(crate) device: Device,
    pub(crate) name: String,
    pub(crate) gpu: bool,
    pub(crate) inputs: Inputs,
    pub(crate) targets: Targets,
}

/// The target on a device.
#[derive(Debug, Clone)]
pub(crate) enum Targets {
    /// Labels of a classification, `[N]`.
    Classes(Box<Tensor<1, Int>>),
    /// Values of a regression.
    Values(Box<Values>),
}

/// A regression target.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    /// `[N, 1]`, less a constant.
    pub(crate) shifted: Features,
    /// Of each fold.
    pub(crate) statistics: Statistics,
}

/// What every device gets.
pub(crate) struct Upload<'a> {
    pub(crate) samples: Samples<'a>,
    /// `None` for predictions.
    pub(crate) target: Option<&'a Target>,
    pub(crate) folds: &'a [FoldRows],
    pub(crate) scales: &'a [FoldScales],
}

impl Upload<'_> {
    /// Puts everything on a device.
    pub(crate) fn to(&self, device: &Device) -> Result<Resident, TrainError> {
        let name = device_name(device);
        let resident = catch_panic(|| Resident {
            device: device.clone(),
            name: name.clone(),
            gpu: is_gpu(device),
            inputs: Inputs::upload(&self.samples, self.scales, device),
            targets: self.targets(device),
        });
        resident.map_err(|reason| TrainError::Device {
            device: name,
            reason,
        })
    }

    /// Bytes on each device, but for the statistics.
    pub(crate) fn bytes(&self) -> u64 {
        self.samples.features.bytes() as u64 + 4 * self.samples.rows as u64
    }

    fn targets(&self, device: &Device) -> Targets {
        let rows = self.samples.rows;
        match self.target {
            Some(Target::Values { values, .. }) => {
                Targets::Values(Box::new(self.values(values, device)))
            }
            Some(Target::Classes { labels, .. }) => {
                let labels: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
                Targets::Classes(Box::new(integers(labels, [rows], device)))
            }
            None => Targets::Classes(Box::new(integers(vec![0; rows], [rows], device))),
        }
    }

    fn values(&self, values: &[f64], device: &Device) -> Values {
        // Subtracting a training value first keeps f32 exact where the target has a large offset.
        let first = self.folds.first().and_then(|fold| fold.train.first());
        let offset = first.map_or(0.0, |&row| values[row]);
        let shifted = values.iter().map(|v| (v - offset) as f32).collect();
        let of_fold = |value: fn(&TargetScale, f64) -> f64| {
            let one = |scale: &FoldScales| {
                scale.target.map_or(0.0, |target| value(&target, offset)) as f32
            };
            let all = self.scales.iter().map(one).collect();
            floats(all, [self.scales.len(), 1], device)
        };
        Values {
            shifted: Features::Float(floats(shifted, [values.len(), 1], device)),
            statistics: Statistics {
                center: of_fold(|target, offset| target.mean - offset),
                scale: of_fold(|target, _| 1.0 / target.sd),
                // A missing target stays missing: training on it must show, not pass as zero.
                fill: of_fold(|_, _| f64::NAN),
            },
        }
    }
}

pub(crate) fn floats<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

pub(crate) fn integers<const D: usize>(
    values: Vec<i32>,
    shape: [usize; D],
    device: &Device,
) -> Tensor<D, Int> {
    Tensor::from_data(TensorData::new(values, shape), (device, DType::I32))
}
