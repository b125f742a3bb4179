//! Data and folds, on one device or on several.

pub(crate) mod inputs;
pub(crate) mod resident;

use burn::tensor::Device;
use decay_data::{Dataset, Preprocess, Scaling, Target, TargetScale};
use decay_kernels::{computes_in_bf16, device_name};
use decay_model::Precision;

use crate::error::TrainError;
use crate::problem::inputs::Samples;
use crate::problem::resident::{Resident, Upload};

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

/// A data set with its folds, uploaded once to each device in its storage type.
///
/// A population is split over the devices by members, which exchange nothing: each device needs all data and gets its
/// share of the models.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(crate) residents: Vec<Resident>,
    pub(crate) truth: Truth,
    /// The folds that members refer to.
    pub folds: Vec<FoldRows>,
    /// What each fold learned from its training rows.
    pub scales: Vec<FoldScales>,
    /// Features per row.
    pub inputs: usize,
    /// Classes, or 1 for regression.
    pub outputs: usize,
    /// `[channels, height, width]` if the rows are images.
    pub image: Option<[usize; 3]>,
    /// Number of a graph's nodes, all of which take part in every pass.
    pub nodes: Option<usize>,
    /// Bytes on each device.
    pub bytes: u64,
}

/// The target on the host, for losses in f64.
#[derive(Debug, Clone)]
pub(crate) enum Truth {
    /// Labels of a classification.
    Classes(Vec<u32>),
    /// Values of a regression, in the target's unit.
    Values(Vec<f64>),
}

impl From<&Target> for Truth {
    fn from(target: &Target) -> Self {
        match target {
            Target::Classes { labels, .. } => Self::Classes(labels.clone()),
            Target::Values { values, .. } => Self::Values(values.clone()),
        }
    }
}

impl Problem {
    /// Whether all devices compute in this precision.
    pub(crate) fn check_precision(&self, precision: Precision) -> Result<(), TrainError> {
        let refusing = |resident: &&Resident| match precision {
            Precision::F32 => false,
            Precision::Bf16 => !computes_in_bf16(&resident.device),
        };
        match self.residents.iter().find(refusing) {
            Some(resident) => Err(TrainError::Precision {
                device: device_name(&resident.device),
                precision,
            }),
            None => Ok(()),
        }
    }

    /// Fits each fold's scales on its training rows and uploads the data to every device.
    ///
    /// # Errors
    /// [`TrainError::NoDevice`] without a device, [`TrainError::Device`] if one cannot take the data.
    pub fn new(
        data: &Dataset,
        folds: Vec<FoldRows>,
        scaling: Scaling,
        devices: &[Device],
    ) -> Result<Self, TrainError> {
        let fit = |fold: &FoldRows| FoldScales {
            features: Preprocess::fit_with(data, &fold.train, scaling),
            target: TargetScale::fit(&data.target, &fold.train),
        };
        let scales = folds.iter().map(fit).collect();
        Self::with_scales(data, folds, scales, devices)
    }

    /// Uploads the data with scales that were fitted before, one per fold.
    ///
    /// # Errors
    /// As [`Problem::new`].
    pub fn with_scales(
        data: &Dataset,
        folds: Vec<FoldRows>,
        scales: Vec<FoldScales>,
        devices: &[Device],
    ) -> Result<Self, TrainError> {
        let outputs = match &data.target {
            Target::Classes { names, .. } => names.len(),
            Target::Values { .. } => 1,
        };
        let upload = Upload {
            samples: data.into(),
            target: Some(&data.target),
            folds: &folds,
            scales: &scales,
        };
        let (residents, bytes) = (to_all(&upload, devices)?, upload.bytes());
        Ok(Self {
            residents,
            truth: Truth::from(&data.target),
            inputs: data.features(),
            image: <[usize; 3]>::try_from(data.shape.as_slice()).ok(),
            nodes: data.graph.as_ref().map(|graph| graph.nodes),
            outputs,
            bytes,
            folds,
            scales,
        })
    }

    /// Samples alone, for predictions.
    ///
    /// # Errors
    /// As [`Problem::new`].
    pub fn unlabelled(
        samples: Samples<'_>,
        scales: Vec<FoldScales>,
        outputs: usize,
        devices: &[Device],
    ) -> Result<Self, TrainError> {
        let upload = Upload {
            samples,
            target: None,
            folds: &[],
            scales: &scales,
        };
        let (residents, bytes) = (to_all(&upload, devices)?, upload.bytes());
        Ok(Self {
            residents,
            truth: Truth::Classes(Vec::new()),
            folds: Vec::new(),
            inputs: samples.inputs,
            image: None,
            nodes: samples.graph.map(|graph| graph.nodes),
            outputs,
            bytes,
            scales,
        })
    }

    /// Whether the data are on GPUs.
    pub(crate) fn on_gpus(&self) -> bool {
        self.residents.iter().any(|resident| resident.gpu)
    }
}

fn to_all(upload: &Upload<'_>, devices: &[Device]) -> Result<Vec<Resident>, TrainError> {
    if devices.is_empty() {
        return Err(TrainError::NoDevice);
    }
    devices.iter().map(|device| upload.to(device)).collect()
}
