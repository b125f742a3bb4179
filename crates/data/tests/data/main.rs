//! Tests of the data crate through its public interface.

mod atomic;
mod bad_input;
mod damaged_files;
mod delimited;
mod embedded;
mod files;
mod idx;
mod preprocess;
mod schema;
mod speed;
mod splits;
mod task;
