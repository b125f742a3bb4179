//! The charts of the page: each file makes panels of one part of the records and draws them as charts.

mod audit;
mod chart;
mod curves;
mod drawn;
mod heat_map;
mod hover;
mod matrix;
mod profiles;
mod ranked;
mod reliability;
mod sweep;
mod window;

pub(crate) use audit::{interval, lines};
pub(crate) use chart::Chart;
pub(crate) use curves::{sweep_curves, training_curves};
pub(crate) use drawn::drawn;
pub(crate) use heat_map::{colours_end, heat_map};
pub(crate) use hover::Hover;
pub(crate) use profiles::profiles;
pub(crate) use reliability::{held_out_reliability, sweep_reliability};
pub(crate) use sweep::{
    accuracy, audited, gap, logit_scale, loss, loss_near_best, setting, weight_norm,
};

/// Numbers of the colours, the same for the same thing in every chart.
mod colour {
    pub(super) const NEUTRAL: usize = 0;
    pub(super) const GAP: usize = 3;
    pub(super) const VALIDATION: usize = 4;
    pub(super) const TRAIN: usize = 5;
    pub(super) const ACCURACY: usize = 6;
}
