//! The figures of the page: each file draws one kind of panel from records.

mod curves;
pub(crate) mod domain;
mod heat_map;
mod hover;
pub(crate) mod interval;
mod lines;
mod marks;
mod palette;
mod panel;
pub(crate) mod rate_axis;
mod rate_panel;
mod reliability;
mod sweep;

pub(crate) use curves::{settings, sweep_curves, training_curves};
pub(crate) use heat_map::{colours_end, heat_map};
pub(crate) use hover::Hover;
pub(crate) use lines::lines;
pub(crate) use panel::Panel;
pub(crate) use reliability::{held_out_reliability, sweep_reliability};
pub(crate) use sweep::{accuracy, audited, gap, logit_scale, loss, loss_near_best, weight_norm};
