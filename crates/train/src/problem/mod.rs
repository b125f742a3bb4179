//! Data and folds, on one device or on several.

pub(crate) mod inputs;
mod truth;

use std::borrow::Cow;
use std::sync::Arc;

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use decay_data::{Dataset, Preprocess, Scaling, Storage, TargetScale, TaskKind};
use decay_kernels::{Features, Statistics, catch_panic, computes_in_bf16, device_name, is_gpu};
use decay_model::{Network, Precision};

use crate::error::TrainError;
use crate::objective::{Objective, Units};
use crate::options::TrainConfig;
use crate::options::loss::Loss;
use inputs::{Inputs, Samples};
pub(crate) use truth::{RowValues, Truth};

/// Rows of one fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldRows {
    /// Rows that may influence weights and statistics. An epoch passes over one as often as it stands here; scales and what a network is
    /// fitted to know each row once.
    pub train: Vec<usize>,
    /// Rows that the fold's models never see.
    pub validation: Vec<usize>,
}

impl FoldRows {
    /// The training rows, each once; in their order where none stands twice, else ascending.
    pub(crate) fn distinct(&self) -> Cow<'_, [usize]> {
        let mut rows = self.train.clone();
        rows.sort_unstable();
        rows.dedup();
        match rows.len() == self.train.len() {
            true => Cow::Borrowed(&self.train),
            false => Cow::Owned(rows),
        }
    }
}

/// What a fold learned about scales from its training rows alone.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldScales {
    /// Of the features.
    pub features: Preprocess,
    /// Of each target of a regression, or label; none of classes.
    pub targets: Vec<TargetScale>,
}

/// A data set with its folds, uploaded once to each device in its storage type.
///
/// A population is split over the devices by members, which exchange nothing: each device needs all data and gets its
/// share of the models.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(crate) residents: Vec<Resident>,
    pub(crate) truth: Truth,
    pub(crate) nature: Nature,
    /// How much each row counts in losses; absent where all count alike.
    pub(crate) weights: Option<Vec<f64>>,
    /// What is minimised instead of the loss of the target.
    pub(crate) objective: Option<Arc<dyn Objective>>,
    /// The folds that members refer to.
    pub folds: Vec<FoldRows>,
    /// What each fold learned from its training rows.
    pub scales: Vec<FoldScales>,
    /// Features per row.
    pub inputs: usize,
    /// One for each class, number or label.
    pub outputs: usize,
    /// `[channels, height, width]` if the rows are images.
    pub image: Option<[usize; 3]>,
    /// Number of a graph's nodes, all of which take part in every pass.
    pub nodes: Option<usize>,
    /// Bytes on each device.
    pub bytes: u64,
}

/// Buffers that a network makes of a fold's training rows, by their place.
pub(crate) type Fitted = Vec<(usize, Vec<f32>)>;

/// What options ask of data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nature {
    pub(crate) images: bool,
    pub(crate) task: TaskKind,
    /// Nodes whose features are stored, and multiplied, without their zeros.
    pub(crate) sparse: bool,
}

impl From<&Dataset> for Nature {
    fn from(data: &Dataset) -> Self {
        Self {
            images: data.shape.len() == 3,
            task: data.target.task().kind(),
            sparse: data.graph.is_some() && matches!(data.features, Storage::Sparse(_)),
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
        let fit = |fold: &FoldRows| {
            let rows = fold.distinct();
            FoldScales {
                features: Preprocess::fit_with(data, &rows, scaling),
                targets: TargetScale::fit(&data.target, &rows),
            }
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
        let truth = Truth::from(&data.target);
        let upload = Upload {
            samples: data.into(),
            truth: Some(&truth),
            folds: &folds,
            scales: &scales,
        };
        let (residents, bytes) = (to_all(&upload, devices)?, upload.bytes());
        Ok(Self {
            residents,
            truth,
            nature: data.into(),
            weights: data.weights.clone(),
            objective: None,
            inputs: data.features(),
            image: <[usize; 3]>::try_from(data.shape.as_slice()).ok(),
            nodes: data.graph.as_ref().map(|graph| graph.nodes),
            outputs: data.target.task().outputs(),
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
            truth: None,
            folds: &[],
            scales: &scales,
        };
        let (residents, bytes) = (to_all(&upload, devices)?, upload.bytes());
        Ok(Self {
            residents,
            truth: Truth::Classes {
                labels: Vec::new(),
                names: Vec::new(),
            },
            nature: Nature {
                images: false,
                task: TaskKind::Classification,
                sparse: false,
            },
            weights: None,
            objective: None,
            folds: Vec::new(),
            inputs: samples.inputs,
            image: None,
            nodes: samples.graph.map(|graph| graph.nodes),
            outputs,
            bytes,
            scales,
        })
    }

    /// The buffers that a network makes of a fold's training rows.
    ///
    /// # Errors
    /// [`TrainError::Device`] if the rows cannot be read back.
    pub(crate) fn fit(&self, network: &Network, fold: usize) -> Result<Fitted, TrainError> {
        let columns = network.fitted_columns();
        let Some(resident) = self.residents.first().filter(|_| !columns.is_empty()) else {
            return Ok(Vec::new());
        };
        let rows = self.folds[fold].distinct();
        let observed = catch_panic(|| resident.inputs.observed(fold, &rows, columns));
        let observed = observed.map_err(|reason| TrainError::of_panic(&resident.device, reason))?;
        Ok(network.fitted_buffers(&observed, &self.truth.of_rows(&rows)))
    }

    /// What a configuration's loss is of this target.
    pub(crate) fn loss(&self, config: &TrainConfig) -> Loss {
        config.loss.of(self.nature.task)
    }

    /// The same data with an objective of one's own, instead of the loss of their target.
    pub fn minimising(self, objective: Arc<dyn Objective>) -> Self {
        Self {
            objective: Some(objective),
            ..self
        }
    }

    /// Outputs of a network that can be trained on it.
    pub(crate) fn wanted_outputs(&self, config: &TrainConfig) -> usize {
        match &self.objective {
            Some(own) => own.outputs(),
            None => self.outputs * self.loss(config).width(),
        }
    }

    /// Units of the targets of members with these folds.
    pub(crate) fn units(&self, folds: impl Iterator<Item = usize>, device: &Device) -> Units {
        let scales: Vec<_> = folds.map(|fold| &*self.scales[fold].targets).collect();
        Units::new(&scales, device)
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

/// Data and statistics on one device, uploaded once.
#[derive(Debug, Clone)]
pub(crate) struct Resident {
    pub(crate) device: Device,
    pub(crate) gpu: bool,
    pub(crate) inputs: Inputs,
    pub(crate) targets: Targets,
}

/// The target on a device.
#[derive(Debug, Clone)]
pub(crate) enum Targets {
    /// Labels of a classification, `[N]`.
    Classes(Box<Tensor<1, Int>>),
    /// Numbers or labels.
    Values(Box<Values>),
}

/// Targets of a regression, or labels.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    /// `[N, K]`, each target less a constant.
    pub(crate) shifted: Features,
    /// Of each fold.
    pub(crate) statistics: Statistics,
}

/// What every device gets.
pub(crate) struct Upload<'a> {
    pub(crate) samples: Samples<'a>,
    /// `None` for predictions.
    pub(crate) truth: Option<&'a Truth>,
    pub(crate) folds: &'a [FoldRows],
    pub(crate) scales: &'a [FoldScales],
}

impl Upload<'_> {
    /// Puts everything on a device.
    pub(crate) fn to(&self, device: &Device) -> Result<Resident, TrainError> {
        let resident = catch_panic(|| Resident {
            device: device.clone(),
            gpu: is_gpu(device),
            inputs: Inputs::upload(&self.samples, self.scales, device),
            targets: self.targets(device),
        });
        resident.map_err(|reason| TrainError::of_panic(device, reason))
    }

    /// Bytes on each device, but for the statistics.
    pub(crate) fn bytes(&self) -> u64 {
        self.samples.features.bytes() as u64 + 4 * self.values() as u64
    }

    /// Labels and numbers to predict.
    fn values(&self) -> usize {
        match self.truth {
            Some(Truth::Values(own)) => own.len(),
            Some(Truth::Classes { .. }) | None => self.samples.rows,
        }
    }

    fn targets(&self, device: &Device) -> Targets {
        let rows = self.samples.rows;
        match self.truth {
            Some(Truth::Values(values)) => Targets::Values(Box::new(self.scaled(values, device))),
            Some(Truth::Classes { labels, .. }) => {
                let labels: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
                Targets::Classes(Box::new(integers(labels, [rows], device)))
            }
            None => Targets::Classes(Box::new(integers(vec![0; rows], [rows], device))),
        }
    }

    fn scaled(&self, own: &RowValues, device: &Device) -> Values {
        let width = own.width;
        // Subtracting a training value first keeps f32 exact where a target has a large offset.
        let first = self.folds.first().and_then(|fold| fold.train.first());
        let offsets = first.map_or_else(|| vec![0.0; width], |&row| own.of_row(row).to_vec());
        let rows = own.rows();
        let shifted = rows.flat_map(|row| row.iter().zip(&offsets).map(|(v, o)| (v - o) as f32));
        let shifted: Vec<f32> = shifted.collect();
        let of_folds = |value: fn(&TargetScale, f64) -> f64| {
            let of_fold = |scales: &FoldScales| {
                let pairs = scales.targets.iter().zip(&offsets);
                let values = pairs.map(|(target, &offset)| value(target, offset) as f32);
                values.collect::<Vec<_>>()
            };
            let all = self.scales.iter().flat_map(of_fold).collect();
            floats(all, [self.scales.len(), width], device)
        };
        let rows = shifted.len() / width;
        Values {
            shifted: Features::Float(floats(shifted, [rows, width], device)),
            statistics: Statistics {
                center: of_folds(|target, offset| target.mean - offset),
                scale: of_folds(|target, _| 1.0 / target.sd),
                // A missing target stays missing: training on it must show, not pass as zero.
                fill: of_folds(|_, _| f64::NAN),
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
