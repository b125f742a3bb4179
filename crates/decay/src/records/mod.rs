//! From results to the plain records that files, tables and the page are made of.

mod audit_files;
mod audit_rows;
mod audit_sections;
mod findings;
mod history;
mod layer_rows;
mod member_rows;
mod page;
mod parameter_rows;
mod reliability_bins;
mod selection;
mod surface;
mod sweep;
mod sweep_table;

pub use audit_files::audit_files;
pub use audit_rows::{audit_note, audit_table, metric_rows};
pub use audit_sections::audit_sections;
pub use findings::{audit_findings, capitalised, choice_findings, fit_finding};
pub use history::history_rows;
pub use layer_rows::layer_rows;
pub use member_rows::{refit_rows, sweep_rows};
pub use page::{PageParts, page};
pub use parameter_rows::parameter_rows;
pub use reliability_bins::reliability;
pub use selection::selection_file;
pub use surface::{surface_record, surface_table};
pub use sweep::sweep_record;
pub use sweep_table::sweep_table;

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
