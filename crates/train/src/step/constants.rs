//! Per-member inputs of every step that do not change.

use burn::tensor::{Int, Tensor};
use decay_data::{Preprocess, TargetScale};
use decay_kernels::{At, Augmentation, augment};
use decay_model::Input;
use decay_random::split_seed;

use crate::objective::Units;
use crate::options::hyper::Member;
use crate::options::loss::{Loss, mean_count};
use crate::problem::{floats, integers};
use crate::step::Context;

/// Per-member inputs that do not change.
pub(crate) struct Constants {
    pub(crate) fold: Tensor<1, Int>,
    pub(crate) seeds: Tensor<2, Int>,
    pub(crate) smoothing: Tensor<1>,
    pub(crate) quantile: Tensor<1>,
    /// What turns targets in units of their spread into units of their mean; absent where the loss is not of counts.
    pub(crate) counts: Option<Counts>,
    /// Of the targets; absent unless an objective of one's own reads them.
    pub(crate) units: Option<Units>,
    /// These are absent where no member has any.
    pub(crate) dropout: Option<Tensor<1>>,
    pub(crate) edge_dropout: Option<Tensor<1>>,
    pub(crate) augmenting: Option<Augmenting>,
}

/// `t / mean = slope (t - mean) / sd + offset`, `[R, 1, K]` each.
pub(crate) struct Counts {
    slope: Tensor<3>,
    offset: Tensor<3>,
}

impl Counts {
    fn of(members: &[&Member], context: Context<'_>) -> Option<Self> {
        if context.config.loss != Loss::Poisson {
            return None;
        }
        let column = |value: fn(&TargetScale) -> f64| {
            let of_member = |member: &&Member| {
                let scales = context.problem.scales[member.fold].targets.iter();
                let of_target = |own: &TargetScale| (value(own) / mean_count(own)) as f32;
                scales.map(of_target).collect::<Vec<_>>()
            };
            let values: Vec<f32> = members.iter().flat_map(of_member).collect();
            let shape = [members.len(), 1, values.len() / members.len()];
            floats(values, shape, &context.resident.device)
        };
        Some(Self {
            slope: column(|scale| scale.sd),
            offset: column(|scale| scale.mean),
        })
    }

    /// Targets in units of their mean, `[R, B, K]`.
    pub(crate) fn of_scaled(&self, targets: Tensor<3>) -> Tensor<3> {
        targets * self.slope.clone() + self.offset.clone()
    }
}

/// Strengths of the random changes of images.
pub(crate) struct Augmenting {
    /// `[C, H, W]`.
    image: [usize; 3],
    /// `[R, Augmentation::COUNT]`.
    strengths: Tensor<2>,
    /// `[R, C]`, what an empty pixel is after scaling.
    border: Tensor<2>,
}

impl Augmenting {
    /// `None` where no member's images are changed.
    fn of(members: &[&Member], context: Context<'_>) -> Option<Self> {
        let image = context.problem.image?;
        let strengths: Vec<_> = members.iter().map(|member| member.augmentation()).collect();
        if strengths.iter().all(Augmentation::is_off) {
            return None;
        }
        let (device, count) = (&context.resident.device, members.len());
        let rows = strengths.iter().flat_map(Augmentation::row).collect();
        let empty = members.iter().flat_map(|member| {
            let scales = &context.problem.scales[member.fold];
            empty_pixel(&scales.features, image)
        });
        Some(Self {
            image,
            strengths: floats(rows, [count, Augmentation::COUNT], device),
            border: floats(empty.collect(), [count, image[0]], device),
        })
    }
}

/// What zero becomes in each channel, on average over its pixels.
fn empty_pixel(scales: &Preprocess, [channels, height, width]: [usize; 3]) -> Vec<f32> {
    let pixels = height * width;
    let of_channel = |channel: usize| {
        let own = channel * pixels..(channel + 1) * pixels;
        let zeros = scales.center[own.clone()].iter().zip(&scales.scale[own]);
        let sum: f64 = zeros.map(|(&c, &s)| -f64::from(c) * f64::from(s)).sum();
        (sum / pixels as f64) as f32
    };
    (0..channels).map(of_channel).collect()
}

impl Constants {
    pub(crate) fn upload(members: &[&Member], context: Context<'_>) -> Self {
        let device = &context.resident.device;
        let count = members.len();
        let column = |value: fn(&Member) -> f64| -> Vec<f32> {
            members.iter().map(|m| value(m) as f32).collect()
        };
        let amount = |value: fn(&Member) -> f64| {
            let values = column(value);
            let any = values.iter().any(|&value| value > 0.0);
            any.then(|| floats(values, [count], device))
        };
        let seeds = members
            .iter()
            .flat_map(|m| split_seed(m.seed).map(|half| half as i32));
        Self {
            fold: integers(
                members.iter().map(|m| m.fold as i32).collect(),
                [count],
                device,
            ),
            seeds: integers(seeds.collect(), [count, 2], device),
            smoothing: floats(column(|m| m.label_smoothing), [count], device),
            quantile: floats(column(|m| m.quantile), [count], device),
            counts: Counts::of(members, context),
            units: context.problem.objective.is_some().then(|| {
                let folds = members.iter().map(|member| member.fold);
                context.problem.units(folds, device)
            }),
            dropout: amount(|m| m.dropout),
            edge_dropout: amount(|m| m.edge_dropout),
            augmenting: Augmenting::of(members, context),
        }
    }

    /// A batch's images, changed at random where a member wants that.
    pub(crate) fn augment(&self, x: Input, at: At) -> Input {
        match (x, &self.augmenting) {
            (Input::Rows(x), Some(own)) => Input::Rows(augment(
                x,
                own.image,
                own.strengths.clone(),
                own.border.clone(),
                self.seeds.clone(),
                at,
            )),
            (x, _) => x,
        }
    }
}

impl Member {
    /// How its images are changed at random; mixup is no change of a single image.
    fn augmentation(&self) -> Augmentation {
        Augmentation {
            flip: self.flip as f32,
            rotation: self.rotation as f32,
            shift: self.shift,
            cutout: self.cutout,
            brightness: self.brightness as f32,
        }
    }
}
