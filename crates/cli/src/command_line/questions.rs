//! Commands that ask finished models.

use std::ffi::OsString;

use clap::{Arg, ArgGroup, Command};

use super::training::{reader, settings, where_to_compute};
use super::{flag, listed, run_argument, several, switch};
use decay::settings::Scope;
use decay_data::FrameFormat;

pub(super) fn predict() -> Command {
    Command::new("predict")
        .about("Classes with probabilities, or values with intervals, for new rows")
        .args(run_argument())
        .args([
            flag("data", "FILE|DIR|NAME", "Rows; - reads a table from stdin").required(true),
            flag("out", "FILE", "Where to write [stdout]"),
            flag("format", "FORMAT", "csv, jsonl or parquet [by the end of --out's name, else csv]")
                .value_parser(FrameFormat::NAMES),
            listed("keep-columns", "COLUMNS", "Columns of the data to write before the predictions, as they are"),
            flag(
                "coverage",
                "SHARE",
                "Share of new rows that sets of classes or intervals are to hold, in (0, 1), as 0.9",
            )
            .value_parser(clap::value_parser!(f64))
            .conflicts_with_all(["logits", "features"]),
            flag("digits", "N", "Significant digits of numbers, of CSV and JSON lines [6]")
                .value_parser(clap::value_parser!(u64).range(1..=17)),
            switch(
                "logits",
                "Outputs before temperature and scale instead: of one network as they are, of several the logarithm of \
                 their mean probability, or their mean",
            )
            .conflicts_with("keep-columns"),
            switch(
                "features",
                "The last hidden layer of one network instead, which another model can learn from; --out FILE.npy writes an array",
            )
            .conflicts_with_all(["logits", "keep-columns", "format"]),
            flag("member", "N", "The answers of one network alone, counted from 1 [all together]")
                .value_parser(clap::value_parser!(u64)),
        ])
        .args(where_to_compute())
        .args_override_self(true)
        .args(reader())
}

pub(super) fn audit() -> Command {
    Command::new("audit")
        .about("Measure a model's calibration, detection of other data and robustness on rows that it has not seen")
        .after_help(
            "Of a run, without --data, the rows that it held out. Models of other programs: --weights with the model.json of \
             the architecture, or --logits and --labels, one row per line in the same order, as CSV or NPY; --logits several \
             times for several models that answer together.",
        )
        .args_override_self(true)
        .args(run_argument())
        .mut_arg("run", |run| {
            run.required_unless_present_any(["model", "logits"])
                .conflicts_with("logits")
        })
        .mut_arg("model", |model| model.conflicts_with("logits"))
        .args([
            flag("data", "FILE|DIR|NAME", "Labelled rows [those that the run held out]")
                .conflicts_with("logits"),
            flag("weights", "FILE", "Other weights for the architecture: .safetensors, or .pt of torch")
                .conflicts_with("logits"),
            several("logits", "FILE", "Logits or probabilities of a model, a column for each class, or one of two classes' second"),
            flag(
                "labels",
                "FILE|ARRAY",
                "Labels of the logits, all class names or all numbers from 0; or of rows in an array (NPY, NPZ)",
            )
            .requires("labelled"),
            probabilities().requires("logits"),
            several("ood-logits", "FILE", "Logits on other data, for each --logits").requires("logits"),
            flag("out", "DIR", "Folder for audit.json, audit.html and the tables"),
            switch("quiet", "Print the results alone"),
        ])
        .group(ArgGroup::new("labelled").args(["logits", "data"]).multiple(true))
        .mut_arg("logits", |logits| logits.requires("labels"))
        .args(settings(Scope::Audit))
}

pub(super) fn compare() -> Command {
    Command::new("compare")
        .about(
            "Which of several models is better on the same rows, and whether these rows can tell",
        )
        .args([
            Arg::new("models")
                .value_name("RUN")
                .value_parser(clap::value_parser!(OsString))
                .required(true)
                .num_args(2..)
                .help("Directories of runs; with --labels, files of logits"),
            flag("data", "FILE|DIR|NAME", "Labelled rows for all of them"),
            flag(
                "labels",
                "FILE|ARRAY",
                "Labels of the logits, or of rows in an array (NPY, NPZ)",
            ),
            probabilities().conflicts_with("data"),
            flag("ood", "FILE|DIR|NAME", "Out-of-distribution data").requires("data"),
            flag(
                "out",
                "DIR",
                "Folder for comparison.json and comparison.html",
            ),
        ])
        .group(
            ArgGroup::new("rows")
                .args(["data", "labels"])
                .required(true)
                .multiple(true),
        )
        .args(where_to_compute())
        .args_override_self(true)
        .args(reader())
}

fn probabilities() -> Arg {
    switch(
        "probabilities",
        "The files hold probabilities [default: decided by their heads and rows]",
    )
}
