//! From results to the plain records that files, tables and the page are made of.

mod choice;
mod learning_curve;
mod length;
#[cfg(test)]
pub(crate) mod made;
mod members;
mod more_rows;
mod movement;
mod optimism;
mod page;
mod parameter_rows;
mod rows_alone;
mod selection;
mod surface;
mod sweep;
mod sweep_table;

pub(crate) use choice::{choice_findings, fit_finding, shipped_finding};
pub(crate) use learning_curve::{learning_curve_record, rows_table};
pub(crate) use length::unfinished;
pub(crate) use members::{history_rows, layer_rows, refit_rows, sweep_rows};
pub(crate) use more_rows::last_step;
pub(crate) use page::{PageParts, page};
pub(crate) use parameter_rows::parameter_rows;
pub(crate) use selection::selection_file;
pub(crate) use surface::{surface_record, surface_table};
pub(crate) use sweep::sweep_record;
pub(crate) use sweep_table::sweep_table;

/// Why the one-standard-error rule was not applied.
const NO_ORDER: &str =
    "No direction of this setting is known to regularise more, so the lowest mean is chosen.";

/// What a value of a hyper-parameter is called.
fn noun(hyper: decay_train::Hyper) -> &'static str {
    match hyper {
        decay_train::Hyper::Decay => "rate",
        _ => "value",
    }
}
