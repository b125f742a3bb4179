//! The command line: flags of the commands that train come from the list of settings.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgGroup, Command};

use decay::settings::{DataSettings, KEYS, Key, Kind, Scope};

/// The program's commands with their flags.
pub(crate) fn command() -> Command {
    Command::new("decay")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Chooses weight decay without leakage, refits, audits and reports.")
        .after_help("Without a command: a demonstration on embedded images of handwritten digits.")
        .args_conflicts_with_subcommands(true)
        .args_override_self(true)
        .args(settings(Scope::Tune))
        .subcommands([
            trains("tune", Scope::Tune)
                .about("Choose the decay rate by cross-validation, refit, audit, report")
                .after_help(sweepable()),
            trains("fit", Scope::Fit)
                .about("Train several models at one decay rate, audit, report"),
            predict(),
            audit(),
            compare(),
            Command::new("report")
                .about("Write report.html anew from a run's records")
                .arg(flag("run", "DIR", "The run's directory").required(true)),
            Command::new("devices").about("Where this build can compute"),
            data(),
        ])
}

/// A command that takes settings; of a flag given twice the last counts.
fn trains(name: &'static str, scope: Scope) -> Command {
    Command::new(name)
        .args_override_self(true)
        .args(settings(scope))
}

/// Which numbers may be lists.
fn sweepable() -> String {
    let hypers = KEYS.iter().filter(|key| key.hyper().is_some());
    let flags: Vec<String> = hypers
        .map(|key: &Key| format!("--{}", key.flag()))
        .collect();
    format!(
        "A list or a range sweeps an option alone (with one decay rate) or against the decay rate, as in --dropout \
         0..0.5:6 or --lr 1e-4,1e-3. Two options at most; possible with: {}.",
        flags.join(", ")
    )
}

fn data() -> Command {
    let own = |key: &&Key| match key.row.path {
        "data.path" => false,
        "run.memory" => true,
        _ => key.row.table() == "data",
    };
    Command::new("data")
        .about("What the columns of a table are taken for; without FILE, the data sets that are part of the program")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .value_parser(clap::value_parser!(OsString))
                .help("A table: CSV, Parquet, Arrow, JSON lines, ARFF, NPY"),
        )
        .args_override_self(true)
        .args(KEYS.iter().filter(own).map(setting))
}

/// Flags that say how new rows are read, where that is not as the training rows were.
fn reader() -> impl Iterator<Item = Arg> {
    let own = |key: &&Key| DataSettings::is_of_reader(key.row.path);
    KEYS.iter().filter(own).map(setting)
}

fn predict() -> Command {
    Command::new("predict")
        .about("Probabilities or values for new rows, as CSV")
        .args(model_and_data())
        .arg(flag("out", "FILE", "Where to write the CSV [stdout]"))
        .arg(
            Arg::new("logits")
                .long("logits")
                .action(ArgAction::SetTrue)
                .help(
                    "Outputs before temperature and scale instead: of one network as they are, of several the logarithm of \
                     their mean probability, or their mean",
                ),
        )
        .arg(
            Arg::new("features")
                .long("features")
                .action(ArgAction::SetTrue)
                .conflicts_with("logits")
                .help(
                    "The last hidden layer of one network instead, which another model can learn from; --out FILE.npy writes an array",
                ),
        )
        .arg(
            Arg::new("member")
                .long("member")
                .value_name("N")
                .value_parser(clap::value_parser!(u64))
                .help("The answers of one network alone, counted from 1 [all together]"),
        )
        .args(where_to_compute())
        .args_override_self(true)
        .args(reader())
}

fn audit() -> Command {
    Command::new("audit")
        .about("Measure a model's calibration, detection of other data and robustness, on the rows that its run held out or on others")
        .after_help(
            "Of a run, without --data, the rows that it held out. Models of other programs: --weights with the model.json of \
             the architecture, or --logits and --labels, one row per line in the same order, as CSV or NPY; --logits several \
             times for several models that answer together.",
        )
        .args_override_self(true)
        .arg(
            Arg::new("run")
                .value_name("RUN")
                .value_parser(clap::value_parser!(OsString))
                .help("Directory of a run, or a model.json")
                .conflicts_with_all(["logits", "model"]),
        )
        .args([
            flag("model", "RUN", "The same as RUN").conflicts_with("logits"),
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
            Arg::new("quiet")
                .long("quiet")
                .action(ArgAction::SetTrue)
                .help("Print the results alone"),
        ])
        .group(ArgGroup::new("labelled").args(["logits", "data"]).multiple(true))
        .group(ArgGroup::new("subject").args(["run", "model", "logits"]).required(true).multiple(true))
        .mut_arg("logits", |logits| logits.requires("labels"))
        .args(settings(Scope::Audit))
}

fn compare() -> Command {
    let model = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .value_name("MODEL")
            .value_parser(clap::value_parser!(OsString))
            .required(true)
            .help(help)
    };
    Command::new("compare")
        .about("Which of two models is better on the same rows, and whether these rows can tell")
        .args([
            model(
                "first",
                "Directory of a run; with --labels, a file of logits",
            ),
            model("second", "The other one"),
            flag("data", "FILE|DIR|NAME", "Labelled rows for both"),
            flag(
                "labels",
                "FILE|ARRAY",
                "Labels of the logits, or of rows in an array (NPY, NPZ)",
            ),
            probabilities().conflicts_with("data"),
            flag("ood", "FILE|DIR|NAME", "Out-of-distribution data").requires("data"),
            flag("out", "DIR", "Folder for comparison.json"),
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
    Arg::new("probabilities")
        .long("probabilities")
        .action(ArgAction::SetTrue)
        .help("The files hold probabilities [default: decided by their heads and rows]")
}

/// A flag that may be given several times.
fn several(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    flag(name, value, help).action(ArgAction::Append)
}

fn flag(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_parser(clap::value_parser!(OsString))
        .help(help)
}

fn model_and_data() -> [Arg; 2] {
    [
        flag("model", "RUN", "Directory of the run that made the model").required(true),
        flag("data", "FILE|DIR|NAME", "Rows").required(true),
    ]
}

fn where_to_compute() -> [Arg; 3] {
    let threads = flag("threads", "N", "Threads of the CPU; all cores by default");
    [
        flag(
            "device",
            "NAME",
            "Where to compute, see `decay devices` [auto]",
        ),
        threads.value_parser(clap::value_parser!(u64)),
        flag("memory", "AMOUNT", "Memory to use at most [60%]"),
    ]
}

/// A flag for every setting of a command, `--config` and `--set`.
fn settings(scope: Scope) -> Vec<Arg> {
    let mut all = vec![
        flag("config", "FILE", "Settings as TOML; flags override it"),
        Arg::new("set")
            .long("set")
            .value_name("KEY=VALUE")
            .action(ArgAction::Append)
            .help("A setting by its key, as in train.lr=0.01; overrides everything"),
    ];
    for key in KEYS.iter().filter(|key| key.is_for(scope)) {
        all.push(setting(key));
    }
    all
}

/// The flag of a setting, with its whole key as another name.
fn setting(key: &'static Key) -> Arg {
    let mut arg = Arg::new(key.row.path)
        .long(key.flag())
        .value_name(key.row.value)
        .allow_hyphen_values(true)
        .help_heading(heading(key.row.path))
        .help(key.help.as_str());
    if key.row.flag.is_some() {
        arg = arg.alias(key.row.path);
    }
    if matches!(key.row.kind, Kind::Switch) {
        arg = arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true");
    }
    arg
}

fn heading(path: &'static str) -> &'static str {
    match path.split_once('.').map_or(path, |(table, _)| table) {
        "data" => "Data",
        "model" => "Model",
        "train" => "Training",
        "audit" => "Audit",
        "run" => "Run",
        _ => "Decay",
    }
}
