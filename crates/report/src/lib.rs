//! HTML, SVG, CSV and JSON from plain records; knows nothing of tensors.
//!
//! The caller fills a [`Report`] (or rows of [`HistoryRow`] and [`MemberRow`]) and gets text or bytes
//! back; it never touches the disk, so that the caller can write files atomically.
//!
//! | to add | touch |
//! | :-- | :-- |
//! | a figure of the page | one function in `figures/` that makes a [`plot::Panel`] of records; one call in the section of `page/` |
//! | a figure outside of the page | a [`plot::Picture`] of the caller |
//! | what a panel can show | `plot.rs` for the record, a file of `plot/` for the drawing; both pages and pictures have it then |
//! | a record | its part of the run in `records/` |
//! | a table file | a row type and a function in `files.rs` |

#![forbid(unsafe_code)]

mod csv;
mod escape;
mod figures;
mod files;
mod format;
mod page;
pub mod plot;
mod png;
mod records;
pub mod text;

pub use escape::escape;
pub use files::{
    HistoryRow, LayerRow, MemberRow, MemberStatus, ReportError, history_csv, layers_csv,
    learning_curve_csv, members_csv, surface_csv, to_json,
};
pub use records::{
    Alone, AuditCurve, Candidate, Curve, Curves, Direction, Drawn, Figure, Finding, Interval,
    LearningCurve, Line, Lines, Matrix, Metric, MetricRow, ParameterRow, PlainTable, Ranked,
    RankedRow, RatePoint, Reliability, ReliabilityBin, Report, RowsBeyond, RowsGain, RowsModel,
    RowsPoint, RowsVerdict, Run, Section, Selection, Shape, Split, Spread, Surface, SurfaceAxis,
    SurfaceCell, Sweep, Task, Thumbnail, Training, XyCurve,
};
