//! Readers, embedded data sets, splits and preprocessing fitted on training rows only.
//!
//! ```text
//! path or embedded name -> Table | Images | GraphData -> Schema -> Dataset -> split -> Preprocess per fold
//! ```
//!
//! [`load`] turns a table, images, a graph (see [`Raw::read`] for the formats) or an embedded set into a
//! [`Dataset`]: one block of features that is uploaded once, a [`Target`] and, for a graph, the edges between
//! the rows. The [`Schema`] remembers how the columns were made, so that a new file is encoded in the same way
//! at prediction time. [`Preprocess`] and [`TargetScale`] hold every statistic that is learned from values; they are
//! fitted per fold and see only the rows that they are given.

#![forbid(unsafe_code)]

mod allowance;
mod dataset;
mod embedded;
mod error;
mod files;
mod frame;
mod graph;
mod image;
mod load;
mod photograph;
mod preprocess;
mod prices;
mod raw;
mod schema;
mod split;
mod storage;
mod table;
mod target;
mod threads;

pub use allowance::free_memory;
pub use dataset::Dataset;
pub use embedded::Embedded;
pub use error::DataError;
#[doc(hidden)]
pub use files::atomic::{WriteStep, before_each_write_step};
pub use files::atomic::{between_writes, is_temporary, write_atomically};
pub use files::npy::matrix_npy;
pub use files::provenance::{FileDigest, Provenance, sha256_hex};
pub use frame::{Frame, FrameFormat, FrameValues};
pub use graph::csv::read_graph_csv;
pub use graph::error::{GraphError, Line};
pub use graph::linqs::read_linqs;
pub use graph::npz::read_graph_npz;
pub use graph::text::read_graph_text;
pub use graph::{Graph, GraphData};
pub use image::Images;
pub use image::cifar::read_cifar;
pub use image::error::ImageError;
pub use image::folders::read_image_folders;
pub use image::idx::{Idx, read_idx, read_idx_dir};
pub use image::reduce::reduce_images;
pub use load::{load, load_as, load_inputs_as, load_inputs_with, load_with};
pub use photograph::{GreyImage, Photograph};
pub use preprocess::Preprocess;
pub use prices::daily_prices;
pub use raw::{Loaded, Raw};
pub use schema::column_features::Unseen;
pub use schema::encode::Encoded;
pub use schema::{ColumnKind, ColumnSchema, Inputs, NodeFeatures, Role, Scaling, Schema};
pub use split::groups::{group_holdout, group_kfold};
pub use split::nested::Nested;
pub use split::per_class::{Quota, random_per_class};
pub use split::philox::Philox;
pub use split::stratified::{
    fold_notes, stratified_holdout, stratified_holdout_of, stratified_kfold,
};
pub use split::times::{time_holdout, time_kfold};
pub use split::{Fold, GivenSplit, Holdout};
pub use storage::{SparseRows, Storage};
pub use table::dialect::delimiter::separator;
pub use table::dialect::text::Encoding;
pub use table::format_error::FormatError;
pub use table::options::{DateOrder, Known, MAX_LEVELS, MissingTarget, Options};
pub use table::place::{Counted, Place};
pub use table::predictions::{LogitTable, RowLabels, Scores, read_labels, read_logits};
pub use table::reading::{Decided, Decisions, MomentPart, Reading};
pub use table::texts::read_texts;
pub use table::value::Form;
pub use table::value::calendar::civil;
pub use table::value::moment::MomentForm;
pub use table::value::number::Decimal;
pub use table::{By, Cells, Column, MISSING, Table, Ties, Weights};
pub use target::{Label, Target, TargetScale, Task, TaskKind, one_or_many};
pub use threads::start_threads;

/// The result of everything here that can fail.
pub type Result<T, E = DataError> = std::result::Result<T, E>;
