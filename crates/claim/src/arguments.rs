//! What every claim understands on its command line.

use std::path::PathBuf;

use clap::Parser;

/// What a user asks of a claim.
#[derive(Debug, Clone, Parser)]
#[command(version, about = None, long_about = None)]
pub(crate) struct Arguments {
    /// More replicates, more data and larger models: minutes instead of seconds
    #[arg(long)]
    pub(crate) full: bool,
    /// A tenth of the training, to see in seconds that all of it works; the verdict means nothing
    #[arg(long, conflicts_with_all = ["full", "measured"])]
    pub(crate) reduced: bool,
    /// Where to compute: auto, flex, cuda:0, wgpu, ...
    #[arg(long, default_value = "auto")]
    pub(crate) device: String,
    /// Keys every random draw: splits, starting weights, batches
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder for measurements.csv, verdict.json and the pictures [default: runs/claims/NAME]
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Threads of the CPU [default: all]
    #[arg(long)]
    pub(crate) threads: Option<usize>,
    /// Judge and draw the measurements.csv of an earlier run instead of training
    #[arg(long, value_name = "FILE")]
    pub(crate) measured: Option<PathBuf>,
    /// A file of one's own to measure on
    #[arg(long, value_name = "FILE", conflicts_with = "measured")]
    pub(crate) data: Option<PathBuf>,
    /// Print nothing but the last line
    #[arg(long)]
    pub(crate) quiet: bool,
}
