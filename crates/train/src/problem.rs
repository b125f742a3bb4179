//! Data and folds on a device.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use decay_data::{Dataset, Preprocess, Scaling, Storage, Target, TargetScale};
use decay_kernels::{Features, Statistics};

/// Rows of one fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldRows {
    /// Rows that may influence weights and statistics.
    pub train: Vec<usize>,
    /// Rows that the fold's models never see.
    pub validation: Vec<usize>,
}

/// What a fold learned about scales from its training rows alone.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldScales {
    /// Of the features.
    pub features: Preprocess,
    /// Of a regression target.
    pub target: Option<TargetScale>,
}

/// A data set on a device, uploaded once in its storage type, with its folds.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(crate) features: Features,
    pub(crate) statistics: Statistics,
    pub(crate) targets: Targets,
    pub(crate) device: Device,
    /// The folds that members refer to.
    pub folds: Vec<FoldRows>,
    /// What each fold learned from its training rows.
    pub scales: Vec<FoldScales>,
    /// Features per row.
    pub inputs: usize,
    /// Classes, or 1 for regression.
    pub outputs: usize,
    /// Bytes on the device.
    pub bytes: u64,
}

#[derive(Debug, Clone)]
pub(crate) enum Targets {
    /// Labels of a classification.
    Classes(Box<Labels>),
    /// Values of a regression.
    Values(Box<Values>),
}

/// A classification target.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    /// `[N]`.
    pub(crate) on_device: Tensor<1, Int>,
    pub(crate) on_host: Vec<u32>,
}

impl Labels {
    fn upload(labels: Vec<u32>, device: &Device) -> Targets {
        let values: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
        let count = values.len();
        Targets::Classes(Box::new(Self {
            on_device: integers(values, [count], device),
            on_host: labels,
        }))
    }
}

/// A regression target.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    /// `[N, 1]`, less a constant.
    pub(crate) shifted: Features,
    /// Of each fold.
    pub(crate) statistics: Statistics,
    /// In the target's unit.
    pub(crate) on_host: Vec<f64>,
}

impl Problem {
    /// Fits each fold's scales on its training rows and uploads the data.
    pub fn new(data: &Dataset, folds: Vec<FoldRows>, scaling: Scaling, device: &Device) -> Self {
        let fit = |fold: &FoldRows| FoldScales {
            features: Preprocess::fit_with(data, &fold.train, scaling),
            target: TargetScale::fit(&data.target, &fold.train),
        };
        let scales = folds.iter().map(fit).collect();
        Self::with_scales(data, folds, scales, device)
    }

    /// Uploads the data with scales that were fitted before, one per fold.
    pub fn with_scales(
        data: &Dataset,
        folds: Vec<FoldRows>,
        scales: Vec<FoldScales>,
        device: &Device,
    ) -> Self {
        let targets = Targets::upload(&data.target, &folds, &scales, device);
        let outputs = match &data.target {
            Target::Classes { names, .. } => names.len(),
            Target::Values { .. } => 1,
        };
        let mut problem =
            Self::unlabelled(&data.features, data.features(), scales, outputs, device);
        problem.targets = targets;
        problem.folds = folds;
        problem
    }

    /// Features alone, for predictions.
    pub fn unlabelled(
        features: &Storage,
        inputs: usize,
        scales: Vec<FoldScales>,
        outputs: usize,
        device: &Device,
    ) -> Self {
        let rows = features.len() / inputs.max(1);
        let per_fold = |pick: fn(&Preprocess) -> &Vec<f32>| {
            let values = scales
                .iter()
                .flat_map(|s| pick(&s.features).clone())
                .collect();
            floats(values, [scales.len(), inputs], device)
        };
        Self {
            features: upload(features, [rows, inputs], device),
            statistics: Statistics {
                center: per_fold(|p| &p.center),
                scale: per_fold(|p| &p.scale),
                fill: per_fold(|p| &p.fill),
            },
            targets: Labels::upload(vec![0; rows], device),
            device: device.clone(),
            folds: Vec::new(),
            scales,
            inputs,
            outputs,
            bytes: features.bytes() as u64 + 4 * rows as u64,
        }
    }
}

impl Targets {
    fn upload(target: &Target, folds: &[FoldRows], scales: &[FoldScales], device: &Device) -> Self {
        match target {
            Target::Classes { labels, .. } => Labels::upload(labels.clone(), device),
            Target::Values { values, .. } => {
                // Subtracting a training value first keeps f32 exact where the target has a large offset.
                let first = folds.first().and_then(|fold| fold.train.first());
                let offset = first.map_or(0.0, |&row| values[row]);
                let shifted = values.iter().map(|v| (v - offset) as f32).collect();
                let of_fold = |value: fn(&TargetScale, f64) -> f64| {
                    let one = |scale: &FoldScales| {
                        scale.target.map_or(0.0, |target| value(&target, offset)) as f32
                    };
                    floats(scales.iter().map(one).collect(), [scales.len(), 1], device)
                };
                let statistics = Statistics {
                    center: of_fold(|target, offset| target.mean - offset),
                    scale: of_fold(|target, _| 1.0 / target.sd),
                    // A missing target stays missing: training on it must show, not pass as zero.
                    fill: of_fold(|_, _| f64::NAN),
                };
                let values_on_device = floats(shifted, [values.len(), 1], device);
                Self::Values(Box::new(Values {
                    shifted: Features::Float(values_on_device),
                    statistics,
                    on_host: values.clone(),
                }))
            }
        }
    }
}

fn upload(features: &Storage, shape: [usize; 2], device: &Device) -> Features {
    match features {
        Storage::F32(values) => Features::Float(floats(values.clone(), shape, device)),
        Storage::U8(values) => Features::bytes(values, shape[1], device),
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
