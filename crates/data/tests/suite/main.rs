//! Tests of the data crate through its public interface.

mod atomic;
mod bad_input;
mod cifar;
mod damaged_files;
mod delimited;
mod embedded;
mod files;
mod formats;
mod graph_csv;
mod graph_npz;
mod graph_splits;
mod graph_text;
mod idx;
mod image_folders;
mod linqs;
mod predictions;
mod preprocess;
mod real_graphs;
mod schema;
mod sparse_rows;
mod speed;
mod splits;
mod targets;
mod task;
mod unknown_classes;
mod weights;
