//! HTML, SVG, CSV and JSON from plain records; knows nothing of tensors.
//!
//! The caller fills a [`Report`] (or rows of [`HistoryRow`] and [`MemberRow`]) and gets text or bytes
//! back; it never touches the disk, so that the caller can write files atomically.
//!
//! | to add | touch |
//! | :-- | :-- |
//! | a figure | one file in `figures/`, one call in the section of `page/` it belongs to |
//! | a figure outside of the page | a [`picture::Picture`] of the caller; what it can show is in `picture/` |
//! | a record | one file in `records/` |
//! | a table file | `csv.rs` for the quoting, one file beside `history.rs` |

mod csv;
mod error;
mod escape;
mod figures;
mod format;
mod history;
mod json;
mod layers;
mod members;
mod page;
pub mod picture;
mod records;
mod surface;
mod svg;
pub mod text;

pub use error::ReportError;
pub use escape::escape;
pub use history::{HistoryRow, history_csv, parse_history};
pub use json::{audit_json, to_json};
pub use layers::{LayerRow, layers_csv};
pub use members::{MemberRow, MemberStatus, members_csv};
pub use records::{
    AuditCurve, Candidate, Curve, Direction, Finding, Line, Lines, Metric, MetricRow, ParameterRow,
    PlainTable, RatePoint, Reliability, ReliabilityBin, Report, Run, Section, Selection, Split,
    Spread, Surface, SurfaceAxis, SurfaceCell, Sweep, Task, Training,
};
pub use surface::surface_csv;
