//! Per-member inputs of every step that do not change.

use burn::tensor::{Int, Tensor};
use decay_data::Preprocess;
use decay_kernels::{At, Augmentation, augment};
use decay_model::Input;
use decay_random::split_seed;

use crate::plan::Member;
use crate::problem::resident::{floats, integers};
use crate::regularisers::strengths::Strengths;
use crate::step::Setting;

/// Per-member inputs that do not change.
pub(crate) struct Constants {
    pub(crate) fold: Tensor<1, Int>,
    pub(crate) seeds: Tensor<2, Int>,
    pub(crate) smoothing: Tensor<1>,
    /// These are absent where no member has any.
    pub(crate) dropout: Option<Tensor<1>>,
    pub(crate) edge_dropout: Option<Tensor<1>>,
    pub(crate) laplacian: Option<Tensor<1>>,
    pub(crate) augmenting: Option<Augmenting>,
    pub(crate) strengths: Strengths,
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
    fn of(members: &[&Member], setting: Setting<'_>) -> Option<Self> {
        let image = setting.problem.image?;
        let strengths: Vec<_> = members
            .iter()
            .map(|member| member.augmentation.of_one_image())
            .collect();
        if strengths.iter().all(Augmentation::is_off) {
            return None;
        }
        let (device, count) = (&setting.resident.device, members.len());
        let rows = strengths.iter().flat_map(Augmentation::row).collect();
        let empty = members.iter().flat_map(|member| {
            let scales = &setting.problem.scales[member.fold];
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
    pub(crate) fn upload(members: &[&Member], setting: Setting<'_>) -> Self {
        let device = &setting.resident.device;
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
            dropout: amount(|m| m.dropout),
            edge_dropout: amount(|m| m.edge_dropout),
            laplacian: amount(|m| m.laplacian),
            augmenting: Augmenting::of(members, setting),
            strengths: Strengths::upload(members, device),
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
