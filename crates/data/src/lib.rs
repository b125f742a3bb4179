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

mod atomic;
mod cifar;
mod column_builder;
mod column_source;
mod dataset;
mod decode;
mod delimited;
mod delimiter;
mod directory;
mod edge_columns;
mod edge_list;
mod embedded;
mod embedded_tables;
mod encode;
mod encode_target;
mod error;
mod format;
mod given_split;
mod graph;
mod graph_csv;
mod graph_data;
mod graph_error;
mod graph_npz;
mod graph_parts;
mod graph_promise;
mod graph_schema;
mod graph_text;
mod group_split;
mod header;
mod holdout;
mod idx;
mod idx_dir;
mod image_error;
mod image_file;
mod image_folders;
mod images;
mod kfold;
mod label_nodes;
mod linqs;
mod load;
mod moments;
mod node_names;
mod npy;
mod npz;
mod number;
mod options;
mod pass;
mod per_class;
mod philox;
mod predictions;
mod preprocess;
mod provenance;
mod reduce;
mod schema;
mod schema_fit;
mod sha256;
mod source;
mod sparse_rows;
mod split_files;
mod storage;
mod strata;
mod table;
mod target;
mod target_scale;
mod task;
mod task_fit;
mod text_lines;
mod unknown_classes;

pub use atomic::write_atomically;
pub use cifar::read_cifar;
pub use dataset::Dataset;
pub use decode::Value;
pub use embedded::Embedded;
pub use encode::{Encoded, Unseen};
pub use error::DataError;
pub use given_split::GivenSplit;
pub use graph::Graph;
pub use graph_csv::read_graph_csv;
pub use graph_data::GraphData;
pub use graph_error::GraphError;
pub use graph_npz::read_graph_npz;
pub use graph_text::read_graph_text;
pub use group_split::{group_holdout, group_kfold};
pub use holdout::{Holdout, stratified_holdout, stratified_holdout_of};
pub use idx::{Idx, read_idx};
pub use idx_dir::read_idx_dir;
pub use image_error::ImageError;
pub use image_folders::read_image_folders;
pub use images::Images;
pub use kfold::{Fold, fold_notes, stratified_kfold};
pub use linqs::read_linqs;
pub use load::{Loaded, Raw, load, load_inputs_with, load_with};
pub use options::{MAX_LEVELS, Options};
pub use per_class::{Quota, random_per_class};
pub use philox::Philox;
pub use predictions::{LogitTable, read_labels, read_logits};
pub use preprocess::{Preprocess, Scaling};
pub use provenance::{FileDigest, Provenance};
pub use reduce::reduce_images;
pub use schema::{ColumnKind, ColumnSchema, Inputs, NodeFeatures, Role, Schema};
pub use sha256::sha256_hex;
pub use sparse_rows::SparseRows;
pub use storage::Storage;
pub use table::{Cells, Column, MISSING, Table};
pub use target::Target;
pub use target_scale::TargetScale;
pub use task::{Task, TaskKind};

/// The result of everything here that can fail.
pub type Result<T, E = DataError> = std::result::Result<T, E>;
