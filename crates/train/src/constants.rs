//! Per-member inputs of every step that do not change.

use burn::tensor::{Int, Tensor};
use decay_random::split_seed;

use crate::chunk::Setting;
use crate::plan::Member;
use crate::resident::{floats, integers};

/// Per-member inputs that do not change.
pub(crate) struct Constants {
    pub(crate) fold: Tensor<1, Int>,
    pub(crate) seeds: Tensor<2, Int>,
    pub(crate) smoothing: Tensor<1>,
    /// These are absent where no member has any.
    pub(crate) dropout: Option<Tensor<1>>,
    pub(crate) edge_dropout: Option<Tensor<1>>,
    pub(crate) laplacian: Option<Tensor<1>>,
    augmenting: Option<Augmenting>,
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
        }
    }
}
