//! Readers, embedded data sets, splits and preprocessing fitted on training rows only.
//!
//! ```text
//! file or embedded name -> Table | Images -> Schema -> Dataset -> split -> Preprocess (per fold)
//! ```
//!
//! [`load`] turns a CSV, TSV, a directory of IDX files or an embedded set into a [`Dataset`]: one
//! row-major block of features that is uploaded once, and a [`Target`]. The [`Schema`] remembers how
//! the columns were made, so that a new file is encoded in the same way at prediction time.
//! [`Preprocess`] and [`TargetScale`] hold every statistic that is learned from values; they are
//! fitted per fold and see only the rows that they are given.

mod atomic;
mod column_builder;
mod column_source;
mod dataset;
mod decode;
mod delimited;
mod delimiter;
mod embedded;
mod embedded_tables;
mod encode;
mod encode_target;
mod error;
mod header;
mod holdout;
mod idx;
mod idx_dir;
mod images;
mod kfold;
mod load;
mod moments;
mod number;
mod options;
mod pass;
mod philox;
mod preprocess;
mod provenance;
mod reduce;
mod schema;
mod schema_fit;
mod sha256;
mod source;
mod strata;
mod table;
mod target;
mod target_scale;
mod task;
mod task_fit;

pub use atomic::write_atomically;
pub use dataset::{Dataset, Storage};
pub use decode::Value;
pub use embedded::Embedded;
pub use encode::{Encoded, Unseen};
pub use error::DataError;
pub use holdout::{Holdout, stratified_holdout};
pub use idx::{Idx, read_idx};
pub use idx_dir::read_idx_dir;
pub use images::Images;
pub use kfold::{Fold, fold_notes, stratified_kfold};
pub use load::{Loaded, Raw, load, load_inputs_with, load_with};
pub use options::{MAX_LEVELS, Options};
pub use philox::Philox;
pub use preprocess::{Preprocess, Scaling};
pub use provenance::{FileDigest, Provenance};
pub use reduce::reduce_images;
pub use schema::{ColumnKind, ColumnSchema, Inputs, Role, Schema};
pub use sha256::sha256_hex;
pub use table::{Cells, Column, MISSING, Table};
pub use target::Target;
pub use target_scale::TargetScale;
pub use task::{Task, TaskKind};

/// The result of everything here that can fail.
pub type Result<T, E = DataError> = std::result::Result<T, E>;
