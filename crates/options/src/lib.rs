//! Options that are declared once.
//!
//! [`options!`] makes of one list of rows the struct of a table of settings, its defaults, and the [`Row`]s from which checks, flags,
//! keys of files, axes of a sweep and the reference follow. [`names!`] gives an enum its names, once for files, flags and help.

#![forbid(unsafe_code)]

extern crate self as decay_options;

mod names;
mod range;
mod row;
mod table;
mod value;

pub use range::Range;
pub use row::{Axis, Kind, Only, Row, Scope, Spacing, Strength, Unless};
pub use table::Options;
pub use value::Value;

#[doc(hidden)]
pub use serde;
