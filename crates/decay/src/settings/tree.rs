//! The tree of settings, as it stands in `config.toml`.

use std::path::PathBuf;

use decay_data::{
    DateOrder, Decimal, Encoding, MAX_LEVELS, MissingTarget, Options, Scaling, TaskKind, separator,
};
use decay_options::{Kind, Range, Scope, Spacing, names, options};
use serde::{Deserialize, Serialize};

use super::audit::one_or_many;
use super::{
    AuditSettings, Budget, Grid, Memory, MetricName, ModelSettings, Stated, TrainSettings,
};

/// Everything that decides a run. Every option is a row of its table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where rows come from and how they are read.
    pub data: DataSettings,
    /// The architecture.
    pub model: ModelSettings,
    /// How members are trained.
    pub train: TrainSettings,
    /// The size of the sweep, and what chooses.
    pub sweep: SweepSettings,
    /// The rate of a fit.
    pub fit: FitSettings,
    /// What the audit measures.
    pub audit: AuditSettings,
    /// Seed, device and directory.
    pub run: RunSettings,
    /// Which of these somebody named.
    #[serde(skip)]
    pub(crate) stated: Stated,
}

options! {
    /// The `[data]` table.
    pub struct DataSettings = "data" {
        /// CSV, Parquet, Arrow, JSON lines, ARFF, NPY or NPZ (also .gz); IDX, CIFAR or PNG folder; graph; embedded set.
        path: Option<String> = None, flag("data"), value("FILE|DIR|NAME");
        /// Of an array (NPY, NPZ): a file with a label for each row, or another array of the archive; of an archive y, labels or target beside x,
        /// features or data by default.
        labels: Option<String> = None, flag("labels"), value("FILE|ARRAY");
        /// Of an NPZ archive: the array of the features; x, features, data, images or x_train by default.
        array: Option<String> = None, value("ARRAY"), scope(Scope::Every);
        /// Column to predict, by name or by position, or several at once, as in a,b; the last one by default.
        ///
        /// Several columns of numbers are one regression of all of them; several columns of two values each (yes and no, 0 and 1) are
        /// labels, each of which applies or does not.
        #[serde(deserialize_with = "one_or_many")]
        target: Vec<String> = Vec::new(), kind(Kind::Sources), flag("target"), value("COLUMNS");
        /// classification, regression or multilabel; decided from the targets by default.
        task: Option<TaskKind> = None, flag("task"), value("TASK");
        /// Column of sample weights, which is no feature: how much each row counts in training, validation losses and the audit.
        ///
        /// Of a table. Only the ratios matter, and predictions do without the column. Every row counts once in scales, folds and splits,
        /// in a temperature, an interval and the figures that `AuditConfig::weighted` names.
        weight: Option<String> = None, flag("weight"), value("COLUMN");
        /// Column of groups, such as patients or customers, which is no feature: folds and held-out rows never part the rows of one.
        ///
        /// Of a table; predictions do without the column.
        group: Option<String> = None, flag("group"), value("COLUMN");
        /// Column of times, numbers or dates, which is no feature: the latest rows are held out, and every fold validates on rows that are
        /// later than those it trains on.
        ///
        /// Of a table; predictions do without the column. Folds validate on stretches of the later half of the rows, one after the other.
        time: Option<String> = None, flag("time"), value("COLUMN");
        /// Whether the first row holds names; decided from the file by default.
        header: Option<bool> = None, scope(Scope::Every);
        /// Field separator, also by name: tab, comma, semicolon, pipe, blanks; decided from the file by default.
        ///
        /// Blanks are runs of blanks and tabs.
        delimiter: Option<String> = None, kind(Kind::Separator), flag("delimiter"), value("CHAR"), scope(Scope::Every);
        /// What encloses fields that hold separators: " or '; decided from the file by default.
        quote: Option<String> = None, kind(Kind::Quote), value("CHAR"), scope(Scope::Every);
        /// What lines begin with that are no rows; decided from the first lines by default.
        comment: Option<String> = None, value("TEXT"), scope(Scope::Every);
        /// How letters are stored; decided from the file by default.
        encoding: Option<Encoding> = None, scope(Scope::Every);
        /// Spellings of missing values beside the known ones, in any column.
        ///
        /// Known everywhere: the empty field, `NaN`, `null`, `<NA>`, `#N/A`, `\N`, `NaT`, `?` and Excel's errors; among numbers and dates also
        /// `NA`, `None`, `nil`, `-`, `--`, `.`, `missing`, `TBD` and the like, which are labels elsewhere.
        missing: Vec<String> = Vec::new(), flag("missing"), value("SPELLINGS"), scope(Scope::Every);
        /// Decimal sign, of which the other one may group thousands; decided from all cells by default.
        decimal: Option<Decimal> = None, flag("decimal"), scope(Scope::Every);
        /// What comes first in dates as 1/2/2024; decided from all cells by default.
        dates: Option<DateOrder> = None, flag("dates"), scope(Scope::Every);
        /// What happens to rows of a table without a target.
        missing_target: MissingTarget = MissingTarget::Refuse, flag("missing-target"), scope(Scope::Every);
        /// Columns to ignore.
        drop: Vec<String> = Vec::new(), flag("drop"), value("COLUMNS");
        /// The only columns to read.
        keep: Option<Vec<String>> = None, flag("keep"), value("COLUMNS");
        /// Columns of numbers to read as labels.
        categorical: Vec<String> = Vec::new(), flag("categorical"), value("COLUMNS");
        /// Most labels of a categorical column.
        max_levels: usize = MAX_LEVELS, range(Range::AT_LEAST_ONE);
        /// A 0/1 column beside each column with missing values.
        missing_indicators: bool = true;
        /// How numbers are scaled: auto, standard, global, channel, robust, unit_range, row, none.
        scaling: Scaling = Scaling::Auto, flag("scaling");
        /// Share of the rows kept for the audit; 0 for none.
        holdout: f64 = 0.2, flag("holdout"), value("SHARE"), range(Range::FRACTION);
        /// Images in folders: the side of the squares that they are resized to, stretched if they are none; else all must have one size.
        resize: Option<usize> = None, flag("resize"), value("PIXELS"), range(Range::AT_LEAST_ONE);
        /// Graphs: train on N nodes of each class, at random; the rest is for the audit.
        per_class: Option<usize> = None, flag("per-class"), range(Range::AT_LEAST_ONE);
        /// With per_class: further nodes of each class to choose on.
        validation_per_class: usize = 30;
        /// Whether the edges of a table have a direction.
        directed: bool = false;
        /// Classes that no model learns; their rows become near out-of-distribution data.
        unknown_classes: Vec<String> = Vec::new(), flag("unknown-classes"), value("CLASSES");
        /// Out-of-distribution data for the audit: files, folders, embedded sets, or shift:NAME of the held-out images, as in
        /// shift:uniform,shift:blur=2,shift:fog=5.
        #[serde(deserialize_with = "one_or_many")]
        ood: Vec<String> = Vec::new(), kind(Kind::Sources), flag("ood"), value("SETS"), scope(Scope::Every);
    }
}

/// The keys of `[data]` that say how a file is read, not what is made of it, given to a macro.
macro_rules! reader_keys {
    ($given_to:ident) => {
        $given_to!(
            header,
            delimiter,
            quote,
            comment,
            encoding,
            missing,
            decimal,
            dates,
            missing_target,
            array
        )
    };
}

impl DataSettings {
    /// Options by which a model reads, with what these settings say otherwise than the usual ones.
    pub(crate) fn over(&self, usual: &Self, read: Options) -> Options {
        let (own, mut read) = (self.options(), read);
        macro_rules! take {
            ($($key:ident),*) => { $( if self.$key != usual.$key { read.$key = own.$key; } )* };
        }
        reader_keys!(take);
        // Those of the training rows are of no other.
        read.labels = own.labels.filter(|_| self.labels != usual.labels);
        read
    }

    /// Whether a key of `[data]` says how a file is read, not what is made of it.
    pub fn is_of_reader(key: &str) -> bool {
        macro_rules! names {
            ($($key:ident),*) => { [$(stringify!($key)),*] };
        }
        let name = key.strip_prefix("data.").unwrap_or_default();
        reader_keys!(names).contains(&name)
    }

    /// What the readers want to know.
    pub fn options(&self) -> Options {
        Options {
            header: self.header,
            delimiter: self.delimiter.as_deref().and_then(separator),
            quote: self.quote.as_ref().and_then(|quote| quote.bytes().next()),
            comment: self.comment.clone(),
            encoding: self.encoding,
            missing: self.missing.clone(),
            decimal: self.decimal,
            dates: self.dates,
            missing_target: self.missing_target,
            targets: self.target.clone(),
            weight: self.weight.clone(),
            group: self.group.clone(),
            time: self.time.clone(),
            task: self.task,
            drop: self.drop.clone(),
            keep: self.keep.clone(),
            categorical: self.categorical.clone(),
            max_levels: self.max_levels,
            missing_indicators: self.missing_indicators,
            array: self.array.clone(),
            labels: self.labels.clone(),
            resize: self.resize,
            directed: self.directed,
            ..Options::default()
        }
    }

    /// As [`options`](Self::options), of readers that may take so much memory.
    pub fn options_within(&self, memory: &Memory) -> Options {
        Options {
            memory: Some(memory.for_reading()),
            ..self.options()
        }
    }
}

options! {
    /// The `[sweep]` table.
    pub struct SweepSettings = "sweep" {
        /// Decay rates: a range as 1e-4..10:16, or a list.
        rates: Option<Grid> = None, flag("rates"), scope(Scope::Tune), default(DEFAULT_RATES);
        /// The same as half-lives in epochs, as in 0.5..200:16.
        half_lives: Option<Grid> = None, flag("half-lives"), range(Range::POSITIVE_OR_INFINITE), scope(Scope::Tune);
        /// The same as time-scales 1 / (lr rate steps) in epochs, as in 1..300:16.
        taus: Option<Grid> = None, flag("taus"), range(Range::POSITIVE_OR_INFINITE), scope(Scope::Tune);
        /// Folds of the cross-validation.
        folds: usize = 5, flag("folds"), value("K"), range(Range::AT_LEAST_TWO), scope(Scope::Tune);
        /// Models per rate and fold, or of a fit.
        seeds: usize = 2, flag("seeds"), range(Range::MODELS);
        /// Models trained on all training rows at the chosen rate.
        refits: usize = 5, flag("refits"), range(Range::MODELS), scope(Scope::Tune);
        /// Rows of the models that are shipped: all, also those of the audit, or training.
        refit_on: RefitOn = RefitOn::default(), flag("refit-on"), value("ROWS");
        /// Train the chosen setting on 1/8, 1/4 and 1/2 of each fold's training rows, too: what more rows would give.
        learning_curve: bool = false, flag("learning-curve"), scope(Scope::Tune);
        /// Validation metric that chooses.
        metric: Option<MetricName> = None, flag("metric"), scope(Scope::Tune), default("the validation loss of train.loss");
        /// min: the lowest mean; one-se, paired: the largest rate within one standard error of it, or of the difference.
        rule: RuleName = RuleName::Min, flag("rule"), scope(Scope::Tune);
    }
}

options! {
    /// The `[fit]` table.
    pub struct FitSettings = "fit" {
        /// Decay rate of all models.
        rate: Option<f64> = None, flag("rate"), value("RATE"), scope(Scope::Fit), default("0.01");
        /// The same as a half-life in epochs.
        half_life: Option<f64> = None, flag("half-life"), value("EPOCHS"), range(Range::POSITIVE_OR_INFINITE), scope(Scope::Fit);
        /// The same as a time-scale in epochs.
        tau: Option<f64> = None, flag("tau"), value("EPOCHS"), range(Range::POSITIVE_OR_INFINITE), scope(Scope::Fit);
    }
}

options! {
    /// The `[run]` table; what does not decide the result is not written to `config.toml`.
    pub struct RunSettings = "run" {
        /// Seed of everything random.
        seed: u64 = 0, flag("seed"), scope(Scope::Every);
        /// Where to compute: auto, a name that `decay devices` lists, or several GPUs as in cuda:0,cuda:1.
        device: String = "auto".into(), flag("device"), value("NAME"), scope(Scope::Every);
        /// Threads of the CPU; all cores by default.
        threads: Option<usize> = None, flag("threads"), range(Range::THREADS), scope(Scope::Every);
        /// Memory to use at most, for reading data and for training, as in 4GiB or 60%: of what is free, or of each GPU's.
        memory: Memory = Memory::default(), flag("memory"), value("AMOUNT"), scope(Scope::Every);
        /// How long training may take, as in 60s, 5m, 1000-steps: what nobody asked for is planned for it.
        budget: Option<Budget> = None, flag("budget"), value("TIME|STEPS"), default("half a minute of two threads");
        /// Keep the weights of all models of the sweep, for decay audit.
        keep_population: bool = false, flag("keep-population"), scope(Scope::Tune);
        /// The run's directory; runs/TIME-NAME by default.
        #[serde(skip_serializing)]
        out: Option<PathBuf> = None, flag("out"), value("DIR");
        /// Print nothing but the path of the report.
        #[serde(skip_serializing)]
        quiet: bool = false, flag("quiet");
        /// Continue the run in --out.
        #[serde(skip_serializing)]
        resume: bool = false, flag("resume");
    }
}

names! {
    /// What the models that are shipped train on.
    #[derive(Default)]
    pub enum RefitOn {
        /// All rows; the audit is of models that trained without its rows.
        #[default]
        All = "all",
        /// The rows that the audit does not use: the very models that it is of.
        Training = "training",
    }
}

names! {
    /// How the rate is chosen from the means.
    pub enum RuleName {
        /// The largest rate within one standard error of the lowest mean.
        OneSe = "one-se",
        /// The largest rate that is worse than the lowest mean by at most one standard error of their differences within folds.
        Paired = "paired",
        /// The lowest mean.
        Min = "min",
    }
}

impl SweepSettings {
    /// The decay rates in the unit that they are asked for in, with its key.
    pub(crate) fn grid(&self) -> Option<(&'static str, &Grid)> {
        let units = [
            ("sweep.rates", &self.rates),
            ("sweep.half_lives", &self.half_lives),
            ("sweep.taus", &self.taus),
        ];
        units
            .into_iter()
            .find_map(|(key, grid)| Some((key, grid.as_ref()?)))
    }

    /// How many decay rates there will be.
    pub(crate) fn rate_count(&self) -> usize {
        let plain = Grid::Text(DEFAULT_RATES.into());
        let grid = self.grid().map_or(&plain, |(_, grid)| grid);
        grid.values(Spacing::Logarithmic)
            .map_or(0, |values| values.len())
    }
}

/// The rates of a sweep, if none are given.
const DEFAULT_RATES: &str = "1e-4..10:16";
/// The rate of a fit, if none is given.
const DEFAULT_RATE: f64 = 0.01;

impl Settings {
    /// Fills in the rates of a sweep or the rate of a fit where none are given, so that `config.toml` shows them.
    pub fn with_rates(mut self, sweep: bool) -> Self {
        let (grids, rates) = (&mut self.sweep, &mut self.fit);
        if sweep && grids.grid().is_none() {
            grids.rates = Some(Grid::Text(DEFAULT_RATES.into()));
        }
        let rate = [rates.rate, rates.half_life, rates.tau];
        if !sweep && rate.iter().all(Option::is_none) {
            rates.rate = Some(DEFAULT_RATE);
        }
        self
    }

    /// The settings in a table as `config.toml` has it.
    ///
    /// # Errors
    /// [`Error::Setting`](crate::Error::Setting) for a key or value that cannot be.
    pub fn of_table(table: toml::Table) -> Result<Self, crate::error::Error> {
        super::resolve(table, &super::Given::default())
    }

    /// The text of `config.toml`.
    pub fn to_toml(&self) -> Result<String, crate::error::Error> {
        Ok(toml::to_string(self)?)
    }
}
