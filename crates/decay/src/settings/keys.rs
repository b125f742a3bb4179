//! Every setting in one list: its key in files, its flag, its range and what it means.

use super::Kind;
use Kind::{
    Choice, Choices, Grid, Memory, Real, Separator, Sources, Switch, Text, Texts, Whole, Wholes,
};

/// Commands that a setting is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All that train.
    Both,
    /// `decay tune`, and the demonstration.
    Tune,
    /// `decay fit`.
    Fit,
    /// All that train, and `decay audit`.
    Every,
    /// `decay audit` alone; no setting is only for it.
    Audit,
}

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Table and name, as in `train.lr`; `--train.lr` is always a flag, too.
    pub path: &'static str,
    /// Short flag, if it has one: `lr`.
    pub short: Option<&'static str>,
    pub kind: Kind,
    pub scope: Scope,
    /// What stands for the value in the help.
    pub value: &'static str,
    pub help: &'static str,
}

impl Key {
    /// The flag that the help shows.
    pub fn flag(&self) -> &'static str {
        self.short.unwrap_or(self.path)
    }

    /// Whether a command takes it: one that trains, or `decay audit`.
    pub fn is_for(&self, command: Scope) -> bool {
        match self.scope {
            Every => true,
            Both => command != Scope::Audit,
            own => own == command,
        }
    }

    /// The setting with this path.
    pub fn find(path: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.path == path)
    }
}

const fn key(
    path: &'static str,
    short: &'static str,
    kind: Kind,
    scope: Scope,
    value: &'static str,
    help: &'static str,
) -> Key {
    let short = if short.is_empty() { None } else { Some(short) };
    Key {
        path,
        short,
        kind,
        scope,
        value,
        help,
    }
}

const NOT_NEGATIVE: (&str, fn(f64) -> bool) = ("[0, inf)", |x| (0.0..f64::INFINITY).contains(&x));
const POSITIVE: (&str, fn(f64) -> bool) = ("(0, inf)", |x| x > 0.0 && x < f64::INFINITY);
const POSITIVE_OR_INFINITE: (&str, fn(f64) -> bool) = ("(0, inf]", |x| x > 0.0);
const FRACTION: (&str, fn(f64) -> bool) = ("[0, 1)", |x| (0.0..1.0).contains(&x));

const FACTOR: (&str, fn(f64) -> bool) = ("(0, 1]", |x| x > 0.0 && x <= 1.0);
const AT_LEAST_ONE: (&str, fn(f64) -> bool) = ("[1, inf)", |x| (1.0..f64::INFINITY).contains(&x));
const CLOSED: (&str, fn(f64) -> bool) = ("[0, 1]", |x| (0.0..=1.0).contains(&x));
const HALF_TURN: (&str, fn(f64) -> bool) = ("[0, 180]", |x| (0.0..=180.0).contains(&x));

const fn real(range: (&'static str, fn(f64) -> bool)) -> Kind {
    Real(range.0, range.1)
}
const fn grid(range: (&'static str, fn(f64) -> bool)) -> Kind {
    Grid(range.0, range.1)
}

const TASKS: &[&str] = &["classification", "regression"];
const SCALINGS: &[&str] = &[
    "auto",
    "standard",
    "global",
    "channel",
    "unit_range",
    "row",
    "none",
];
const MODELS: &[&str] = &["mlp", "cnn", "gnn"];
const PRESETS: &[&str] = &["lenet", "simple", "resnet8", "resnet20"];
const GRAPH_LAYERS: &[&str] = &["gcn", "sage", "gat", "appnp"];
const ACTIVATIONS: &[&str] = &["identity", "relu", "tanh", "sigmoid", "gelu", "silu", "elu"];
const NORMS: &[&str] = &["none", "batch", "layer"];
const INITS: &[&str] = &[
    "he_normal",
    "he_uniform",
    "xavier_normal",
    "xavier_uniform",
    "lecun_normal",
    "lecun_uniform",
    "torch",
];
const OPTIMIZERS: &[&str] = &[
    "adamw",
    "adam",
    "amsgrad",
    "nadam",
    "adagrad",
    "rmsprop",
    "rmsprop_momentum",
    "sgd",
    "momentum",
    "nesterov",
    "lion",
    "muon",
];
const DECAYS: &[&str] = &[
    "decoupled",
    "independent",
    "coupled",
    "cautious",
    "corrected",
    "anchored",
];
const PRECISIONS: &[&str] = &["f32", "bf16"];
const KEEPS: &[&str] = &["time_scale", "rate"];
const SCHEDULES: &[&str] = &[
    "constant",
    "step",
    "exponential",
    "milestones",
    "polynomial",
    "cosine",
    "restarts",
    "one_cycle",
    "plateau",
];
const PARAMETERS: &[&str] = &["matrix", "bias", "norm_scale", "norm_shift"];
const METRICS: &[&str] = &["nll", "accuracy", "brier", "ece", "mse", "rmse", "mae"];
const EFFORTS: &[&str] = &["none", "quick", "standard"];
const NORM_NAMES: &[&str] = &["linf", "l2", "l1"];
const CURVES: &[&str] = &["none", "figures", "attacks"];
const RULES: &[&str] = &["one-se", "min"];

use Scope::{Both, Every, Fit, Tune};

/// Every setting, in the order of the help.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key("data.path", "data", Text, Both, "FILE|DIR|NAME", "CSV or TSV file (also .gz); IDX, CIFAR or PNG folder; graph; embedded set"),
    key("data.target", "target", Text, Both, "COLUMN", "Column to predict, by name or by position; the last one by default"),
    key("data.task", "task", Choice(TASKS), Both, "TASK", "classification or regression; decided from the target by default"),
    key("data.header", "", Switch, Both, "true|false", "Whether the first row holds names; decided from the file by default"),
    key("data.delimiter", "", Separator, Both, "CHAR", "Field separator; decided from the file by default"),
    key("data.drop", "drop", Texts, Both, "COLUMNS", "Columns to ignore"),
    key("data.keep", "keep", Texts, Both, "COLUMNS", "The only columns to read"),
    key("data.categorical", "categorical", Texts, Both, "COLUMNS", "Columns of numbers to read as labels"),
    key("data.max_levels", "", Whole(1), Both, "N", "Most labels of a categorical column [1000]"),
    key("data.missing_indicators", "", Switch, Both, "true|false", "A 0/1 column beside each column with missing values [true]"),
    key("data.scaling", "scaling", Choice(SCALINGS), Both, "NAME", "How numbers are scaled: auto, standard, global, channel, unit_range, row, none"),
    key("data.holdout", "holdout", real(FRACTION), Both, "SHARE", "Share of the rows kept for the audit; 0 for none [0.2]"),
    key("data.per_class", "per-class", Whole(1), Both, "N", "Graphs: train on N nodes of each class, at random; the rest is for the audit"),
    key("data.validation_per_class", "", Whole(0), Both, "N", "With per_class: further nodes of each class to choose on [30]"),
    key("data.directed", "", Switch, Both, "true|false", "Whether the edges of a table have a direction [false]"),
    key("data.unknown_classes", "unknown-classes", Texts, Both, "CLASSES", "Classes that no model learns; their rows become near out-of-distribution data"),
    key("data.ood", "ood", Sources, Every, "SETS", "Out-of-distribution data for the audit: files, folders, embedded sets, or shift:NAME of the held-out images, as in shift:uniform,shift:blur=2,shift:fog=5"),
    key("model.kind", "model", Choice(MODELS), Both, "KIND", "Architecture: mlp, cnn for images or gnn for graphs [mlp]"),
    key("model.preset", "preset", Choice(PRESETS), Both, "NAME", "Of a cnn: lenet, simple, resnet8 or resnet20 [simple]"),
    key("model.stages", "", Texts, Both, "STAGES", "Of a cnn: as in conv3:32,max2,res3:64/2,global,dense:128 [those of the preset]"),
    key("model.layer", "layer", Choice(GRAPH_LAYERS), Both, "NAME", "Of a gnn: gcn, sage, gat or appnp [gcn]"),
    key("model.hidden", "", Wholes(1), Both, "WIDTHS", "Units of the hidden layers, as in 128,128 [64,64; 16 for a gnn]"),
    key("model.activation", "", Choice(ACTIVATIONS), Both, "NAME", "identity, relu, tanh, sigmoid, gelu, silu or elu [relu]"),
    key("model.norm", "", Choice(NORMS), Both, "NAME", "none, batch or layer [none]"),
    key("model.residual", "", Switch, Both, "true|false", "Of a gnn: add a layer's input to its output [false]"),
    key("model.heads", "", Whole(1), Both, "N", "Of a gat: heads of the hidden layers [8]"),
    key("model.output_heads", "", Whole(1), Both, "N", "Of a gat: heads whose mean is the output [1]"),
    key("model.slope", "", real(CLOSED), Both, "X", "Of a gat: slope of the attention's leaky ReLU below 0 [0.2]"),
    key("model.steps", "", Whole(1), Both, "N", "Of appnp: steps of the propagation [10]"),
    key("model.teleport", "", real(CLOSED), Both, "SHARE", "Of appnp: share that every step keeps of the prediction [0.1]"),
    key("model.init", "", Choice(INITS), Both, "NAME", "Starting weights, as in he_normal, xavier_uniform, torch [he_normal]"),
    key("train.epochs", "epochs", Whole(1), Both, "N", "Passes over the training rows [20]"),
    key("train.batch", "batch", Whole(1), Both, "ROWS", "Rows per step [64]"),
    key("train.full_batch", "full-batch", Switch, Both, "true|false", "All training rows in every step, whatever the batch"),
    key("train.drop_last", "drop-last", Switch, Both, "true|false", "Leave out an epoch's last partial batch"),
    key("train.precision", "precision", Choice(PRECISIONS), Both, "NAME", "Of products and activations: f32, or bf16 where a GPU has it [f32]"),
    key("train.optimizer", "optimizer", Choice(OPTIMIZERS), Both, "NAME", "Direction of the steps, as in adamw, adam, sgd, nesterov, rmsprop, lion, muon [adamw]"),
    key("train.decay", "decay", Choice(DECAYS), Both, "KIND", "How decay enters: decoupled, independent, coupled, cautious, corrected, anchored [coupled for adam, else decoupled]"),
    key("train.decay_schedule", "", Choice(SCHEDULES), Both, "NAME", "Decay rate over time, as train.schedule [constant]"),
    key("train.decay_factors", "", Texts, Both, "NAMES=X", "Factors of the penalties by parameter, as in layers.0.*=0.1"),
    key("train.l1", "l1", real(NOT_NEGATIVE), Both, "X", "Lasso by proximal steps; with l2 the elastic net [0]"),
    key("train.l2", "l2", real(NOT_NEGATIVE), Both, "X", "Square part of the elastic net's proximal steps [0]"),
    key("train.group_lasso", "group-lasso", real(NOT_NEGATIVE), Both, "X", "Penalty on the norms of the weights that leave one input [0]"),
    key("train.max_norm", "max-norm", real(NOT_NEGATIVE), Both, "X", "Largest norm of the weights that arrive at one unit; 0 for none [0]"),
    key("train.lr", "lr", real(POSITIVE), Both, "RATE", "Learning rate [0.001]"),
    key("train.beta1", "", real(FRACTION), Both, "X", "Average of gradients of Adam and Lion [0.9]"),
    key("train.beta2", "", real(FRACTION), Both, "X", "Average of squares [0.999; 0.99 for lion and rmsprop]"),
    key("train.centered", "", Switch, Both, "true|false", "RMSProp measures squares around the mean gradient [false]"),
    key("train.epsilon", "", real(NOT_NEGATIVE), Both, "X", "Adam's denominator [1e-8]"),
    key("train.momentum", "", real(FRACTION), Both, "X", "Of momentum, nesterov, rmsprop_momentum and muon [0.9; 0.95 for muon]"),
    key("train.dampening", "", real(FRACTION), Both, "X", "Of momentum [0]"),
    key("train.schedule", "schedule", Choice(SCHEDULES), Both, "NAME", "Learning rate over time: constant, step, exponential, milestones, polynomial, cosine, restarts, one_cycle, plateau [constant]"),
    key("train.warmup", "", real(NOT_NEGATIVE), Both, "EPOCHS", "Epochs of linear warm-up [0]"),
    key("train.warmup_from", "", real(CLOSED), Both, "SHARE", "Share of the rate that the warm-up rises from [0]"),
    key("train.floor", "", real(CLOSED), Both, "SHARE", "Share of the rate that a schedule leaves [0]"),
    key("train.gamma", "", real(FACTOR), Both, "X", "Factor of each reduction of step, exponential, milestones and plateau [0.5]"),
    key("train.step_epochs", "", real(POSITIVE), Both, "EPOCHS", "Of step: epochs between reductions [10]"),
    key("train.milestones", "", Wholes(1), Both, "EPOCHS", "Of milestones: epochs after which the rate is reduced, as in 30,40"),
    key("train.power", "", real(POSITIVE), Both, "X", "Of polynomial [1]"),
    key("train.restart_epochs", "", real(POSITIVE), Both, "EPOCHS", "Of restarts: the first period [10]"),
    key("train.restart_factor", "", real(AT_LEAST_ONE), Both, "X", "Of restarts: how much longer each period is than the one before [2]"),
    key("train.peak", "", real(FACTOR), Both, "SHARE", "Of one_cycle: share of the steps that rise [0.3]"),
    key("train.plateau_patience", "", Whole(1), Both, "N", "Of plateau: evaluations without improvement before a reduction [5]"),
    key("train.dropout", "dropout", real(FRACTION), Both, "RATE", "Dropout after every hidden layer [0]"),
    key("train.label_smoothing", "label-smoothing", real(FRACTION), Both, "SHARE", "Share of the label spread over all classes [0]"),
    key("train.edge_dropout", "edge-dropout", real(FRACTION), Both, "RATE", "Share of a graph's edges that a step does without [0]"),
    key("train.laplacian", "laplacian", real(NOT_NEGATIVE), Both, "X", "Penalty on differences of neighbouring nodes' representations [0]"),
    key("train.input_noise", "input-noise", real(NOT_NEGATIVE), Both, "SD", "Gaussian noise on the scaled features, fresh in every step [0]"),
    key("train.weight_noise", "weight-noise", real(NOT_NEGATIVE), Both, "SD", "Gaussian noise on the weight matrices in a step's passes [0]"),
    key("train.gradient_noise", "gradient-noise", real(NOT_NEGATIVE), Both, "SD", "Gaussian noise on the gradients [0]"),
    key("train.gradient_noise_decay", "", real(NOT_NEGATIVE), Both, "X", "At step t that noise has variance SD^2 / (1 + t)^X, as with 0.55 [0]"),
    key("train.confidence_penalty", "confidence-penalty", real(NOT_NEGATIVE), Both, "BETA", "Rewards the entropy of the predicted classes [0]"),
    key("train.jacobian", "jacobian", real(NOT_NEGATIVE), Both, "MU", "Penalty on the squared slope of the outputs along the inputs [0]"),
    key("train.clip_norm", "clip-norm", real(NOT_NEGATIVE), Both, "NORM", "Largest norm of a model's gradient; 0 does not clip [0]"),
    key("train.ema", "ema", real(FRACTION), Both, "B", "Keeps the exponential average of the weights, as with 0.999 [0]"),
    key("train.swa_from", "swa-from", real(FRACTION), Both, "SHARE", "Keeps the mean of the weights of all epochs after this share of them, as with 0.75 [0]"),
    key("train.flip", "flip", real(CLOSED), Both, "P", "Images: probability of a mirror image [0]"),
    key("train.shift", "shift", Whole(0), Both, "PIXELS", "Images: largest shift, as of a padded crop [0]"),
    key("train.rotation", "rotation", real(HALF_TURN), Both, "DEGREES", "Images: largest rotation [0]"),
    key("train.cutout", "cutout", Whole(0), Both, "PIXELS", "Images: side of a blank square [0]"),
    key("train.brightness", "brightness", real(NOT_NEGATIVE), Both, "X", "Images: largest change of all pixels, in standard deviations [0]"),
    key("train.mixup", "mixup", real(NOT_NEGATIVE), Both, "ALPHA", "Mixes pairs of samples with weights from Beta(ALPHA, ALPHA) [0]"),
    key("train.keep", "", Choice(KEEPS), Both, "WHAT", "What decay keeps where an epoch has more steps: its time_scale, or the rate [time_scale]"),
    key("train.decayed", "", Texts, Both, "NAMES", "The only parameters to decay, as in convs.0.*; all that are not exempt by default"),
    key("train.exempt", "", Choices(PARAMETERS), Both, "KINDS", "Parameters that do not decay [bias,norm_scale,norm_shift]"),
    key("train.patience", "", Whole(0), Both, "N", "Evaluations without improvement before a model stops; 0 never [0]"),
    key("train.min_delta", "", real(NOT_NEGATIVE), Both, "X", "What counts as an improvement [0]"),
    key("train.diagnostics", "diagnostics", Switch, Both, "true|false", "Record norms, angles and the share of decay of every layer in diagnostics.csv [false]"),
    key("train.evaluate_every", "", Whole(0), Both, "EPOCHS", "Epochs between validations; 0 validates at the end only [1]"),
    key("sweep.rates", "rates", grid(NOT_NEGATIVE), Tune, "GRID", "Decay rates: a range as 1e-4..10:16, or a list [1e-4..10:16]"),
    key("sweep.half_lives", "half-lives", grid(POSITIVE_OR_INFINITE), Tune, "GRID", "The same as half-lives in epochs, as in 0.5..200:16"),
    key("sweep.taus", "taus", grid(POSITIVE_OR_INFINITE), Tune, "GRID", "The same as time-scales 1 / (lr rate steps) in epochs, as in 1..300:16"),
    key("sweep.folds", "folds", Whole(2), Tune, "K", "Folds of the cross-validation [5]"),
    key("sweep.seeds", "seeds", Whole(1), Both, "N", "Models per rate and fold, or of a fit [2]"),
    key("sweep.refits", "refits", Whole(1), Tune, "N", "Models trained on all training rows at the chosen rate [5]"),
    key("sweep.metric", "metric", Choice(METRICS), Tune, "NAME", "Validation metric that chooses [nll, or mse for a regression]"),
    key("sweep.rule", "rule", Choice(RULES), Tune, "NAME", "one-se: the largest rate within one standard error; or min [one-se]"),
    key("fit.rate", "rate", real(NOT_NEGATIVE), Fit, "RATE", "Decay rate of all models [0.01]"),
    key("fit.half_life", "half-life", real(POSITIVE_OR_INFINITE), Fit, "EPOCHS", "The same as a half-life in epochs"),
    key("fit.tau", "tau", real(POSITIVE_OR_INFINITE), Fit, "EPOCHS", "The same as a time-scale in epochs"),
    key("audit.near", "near-ood", Sources, Every, "SETS", "Further out-of-distribution data, much like the training data"),
    key("audit.features", "features", Switch, Every, "true|false", "Detection by hidden layers and gradients, too: Mahalanobis, kNN, ViM, ODIN [true]"),
    key("audit.corruptions", "corruptions", Switch, Every, "true|false", "Images: accuracy under fifteen corruptions at five severities [true]"),
    key("audit.attacks", "attacks", Choice(EFFORTS), Every, "NAME", "Adversarial attacks: none, quick (PGD, APGD) or standard (those of AutoAttack) [quick]"),
    key("audit.norms", "norms", Choices(NORM_NAMES), Every, "NAMES", "Norms of the attacks: linf, l2, l1 [linf,l2]"),
    key("audit.radii", "radii", grid(NOT_NEGATIVE), Every, "GRID", "Radii of the attacks, in ranges of a pixel or standard deviations of a column; by norm by default"),
    key("audit.certificates", "certificates", Switch, Every, "true|false", "Certified radii, where a certificate applies [true]"),
    key("audit.smoothing", "smoothing", real(NOT_NEGATIVE), Every, "SD", "Noise of randomised smoothing, as with 0.25; 0 for none [0]"),
    key("audit.rows", "audit-rows", Whole(1), Every, "N", "Most rows for corruptions, attacks and certificates [500; 200 for a cnn]"),
    key("audit.population", "population", Choice(CURVES), Every, "WHAT", "Audit of all models of a sweep: none, figures (calibration, detection) or attacks [figures]"),
    key("run.seed", "seed", Whole(0), Every, "N", "Seed of everything random [0]"),
    key("run.device", "device", Text, Every, "NAME", "Where to compute: auto, a name that `decay devices` lists, or several GPUs as in cuda:0,cuda:1 [auto]"),
    key("run.threads", "threads", Whole(1), Every, "N", "Threads of the CPU; all cores by default"),
    key("run.memory", "memory", Memory, Every, "AMOUNT", "Memory to use at most, as in 4GiB or 60%: of what is free, or of each GPU's [60%]"),
    key("run.keep_population", "keep-population", Switch, Tune, "true|false", "Keep the weights of all models of the sweep, for decay audit [false]"),
    key("run.out", "out", Text, Both, "DIR", "The run's directory; runs/TIME-NAME by default"),
    key("run.quiet", "quiet", Switch, Both, "true|false", "Print nothing but the path of the report"),
    key("run.resume", "resume", Switch, Both, "true|false", "Continue the run in --out"),
];

#[cfg(test)]
mod tests;
