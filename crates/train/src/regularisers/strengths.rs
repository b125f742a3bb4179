//! Strengths of the regularisers of a chunk's members, on the device.

use burn::tensor::{Device, Tensor};

use crate::plan::Member;
use crate::problem::resident::floats;
use crate::regularisers::jacobian::STEP;

/// `[R]` each; absent where no member has any, so that what is off costs nothing.
#[derive(Default)]
pub(crate) struct Strengths {
    pub(crate) input_noise: Option<Tensor<1>>,
    pub(crate) weight_noise: Option<Tensor<1>>,
    pub(crate) confidence: Option<Tensor<1>>,
    pub(crate) jacobian: Option<Slope>,
    /// Largest norms; where a member's is off, the largest number.
    pub(crate) clip_norm: Option<Tensor<1>>,
}

/// What the Jacobian penalty needs, `[R]` each.
#[derive(Clone)]
pub(crate) struct Slope {
    pub(crate) strength: Tensor<1>,
    /// Length of the step, zero where the penalty is off.
    pub(crate) step: Tensor<1>,
}

impl Strengths {
    pub(crate) fn upload(members: &[&Member], device: &Device) -> Self {
        let amount = |value: fn(&Member) -> f64| {
            let any = members.iter().any(|member| value(member) > 0.0);
            any.then(|| {
                let values = members.iter().map(|member| value(member) as f32);
                floats(values.collect(), [members.len()], device)
            })
        };
        let limit = |member: &Member| match member.clip_norm {
            0.0 => f64::from(f32::MAX),
            limit => limit,
        };
        let clips = members.iter().any(|member| member.clip_norm > 0.0);
        let step = |member: &Member| if member.jacobian > 0.0 { STEP } else { 0.0 };
        Self {
            input_noise: amount(|member| member.input_noise),
            weight_noise: amount(|member| member.weight_noise),
            confidence: amount(|member| member.confidence_penalty),
            jacobian: amount(|member| member.jacobian)
                .zip(amount(step))
                .map(|(strength, step)| Slope { strength, step }),
            clip_norm: clips.then(|| amount(limit)).flatten(),
        }
    }
}
