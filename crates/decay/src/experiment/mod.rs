//! An experiment, from data to outcome.

mod audit;
mod axes;
mod choice;
mod compatibility;
mod confidence;
mod cross_validation;
mod learning_curve;
mod measuring;
mod networks;
mod outcome;
mod pace;
mod planned;
mod refits;
mod session;
pub(crate) mod validation_metric;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use decay_model::{ModelConfig, Network};
use decay_train::{Hyper, Objective, TrainConfig};

pub use choice::Decision;
pub use cross_validation::{CrossValidation, Population};
pub use decay_train::{FoldRows, FoldScales};
pub use learning_curve::OnParts;
pub(crate) use learning_curve::PARTS;
pub use measuring::Measured;
pub use networks::{Found, Networks, Tried, WorseBy};
pub use outcome::{Choice, Outcome, Swept};
pub use refits::Refits;
pub(crate) use session::Session;
pub use validation_metric::{Judged, ValidationMetric};

use choice::choose;
use cross_validation::cross_validate;
use planned::Planned;
use session::Watch;

use crate::data::Data;
use crate::device::Machine;
use crate::error::Error;
use crate::event::Event;
use crate::run::RunKind;
use crate::settings::{AuditSettings, Budget, Grid, MetricName, RefitOn, RuleName, Settings};

/// Where a run's files go.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// Nowhere.
    Memory,
    /// This directory.
    In(PathBuf),
    /// A new directory below this one, named after the time and the data.
    Under(PathBuf),
}

/// Cross-validation of hyper-parameters on data, a choice without leakage, final models, their calibration and audit.
///
/// What is not said is [planned](crate::planning) from the data.
///
/// | method | default | meaning |
/// | :-- | :-- | :-- |
/// | [`model`](Self::model) | a perceptron | architecture |
/// | [`network`](Self::network) | | a network of your own instead |
/// | [`objective`](Self::objective) | the loss of the target | several heads, or a loss of your own; of a [`population`](Self::population) |
/// | [`train`](Self::train) | planned | what all members have in common |
/// | [`sweep`](Self::sweep) | decay rates, planned | what differs; twice for two hyper-parameters |
/// | [`folds`](Self::folds), [`seeds`](Self::seeds), [`refits`](Self::refits) | planned | size of the population and of the final ensemble |
/// | [`budget`](Self::budget) | half a minute of two threads | how long the plan may make training |
/// | [`refit_on`](Self::refit_on) | all rows | what the shipped models train on, after the audit |
/// | [`learning_curve`](Self::learning_curve) | no | whether the chosen setting trains on parts of the rows, too |
/// | [`metric`](Self::metric), [`rule`](Self::rule) | the loss, one standard error | what chooses |
/// | [`audit`](Self::audit) | [`AuditSettings::default`] | what the audit measures |
/// | [`observe`](Self::observe), [`cancel`](Self::cancel) | | watch it, stop it |
/// | [`out`](Self::out), [`resume`](Self::resume) | nothing is written | the run's directory; go on where it stopped |
/// | [`device`](Self::device), [`threads`](Self::threads) | the best | where it computes |
///
/// ```
/// use decay::prelude::*;
///
/// let data = decay::read("embedded:wine").load()?;
/// let outcome = Experiment::on(&data)
///     .model(Mlp::hidden([8]))
///     .train(TrainConfig { epochs: 2, lr: 0.01, ..TrainConfig::default() })
///     .sweep(Hyper::Decay, log_range(1e-3, 1.0, 3))
///     .folds(3).seeds(1).refits(1)
///     .run()?;
/// assert!(outcome.choice.rate >= 1e-3);
/// # Ok::<(), decay::Error>(())
/// ```
pub struct Experiment<'a> {
    settings: Settings,
    data: Option<Data>,
    network: Option<Network>,
    objective: Option<Arc<dyn Objective>>,
    varied: Vec<(Hyper, Grid)>,
    folds: Option<Vec<FoldRows>>,
    scales: Option<Vec<FoldScales>>,
    machine: Option<Machine>,
    place: Place,
    watch: Watch<'a>,
}

impl<'a> Experiment<'a> {
    /// On data that have been loaded; their seed is the experiment's.
    pub fn on(data: &Data) -> Self {
        let mut settings = Settings {
            data: data.settings.clone(),
            ..Settings::default()
        };
        settings.run.seed = data.seed;
        Self {
            data: Some(data.clone()),
            ..Self::with(settings)
        }
    }

    /// What settings ask for, their data among it: as `decay tune` and `decay fit` do.
    pub fn with(settings: Settings) -> Self {
        Self {
            place: settings.run.out.clone().map_or(Place::Memory, Place::In),
            settings,
            data: None,
            network: None,
            objective: None,
            varied: Vec::new(),
            folds: None,
            scales: None,
            machine: None,
            watch: Watch::default(),
        }
    }

    /// The architecture: [`Mlp::hidden`](decay_model::Mlp::hidden), or any configuration of a network.
    pub fn model(mut self, model: impl Into<ModelConfig>) -> Self {
        let config: ModelConfig = model.into();
        self.settings.model = config.into();
        self.stated("model")
    }

    /// Leaves nothing of a table, or of a key, to the plan.
    fn stated(mut self, path: &str) -> Self {
        self.settings.stated.note(path);
        self
    }

    /// A network of your own, for the data's features and outputs; see [`PopulationNetwork`](decay_model::PopulationNetwork).
    pub fn network(mut self, network: impl Into<Network>) -> Self {
        self.network = Some(network.into());
        self
    }

    /// What members minimise instead of the loss of their target: several [`Heads`](decay_train::Heads), or any
    /// [`Objective`].
    ///
    /// It is for [`Experiment::population`]: a choice, calibration and audit need a loss that they know.
    ///
    /// ```
    /// use decay::prelude::*;
    /// use decay::train::{HeadLoss, Heads, Sum};
    ///
    /// let data = decay::read("embedded:wine").targets(["alcohol", "hue"]).load()?;
    /// let population = Experiment::on(&data)
    ///     .model(Mlp::hidden([8])) // its last layer has a head for each
    ///     .objective(Heads::new([HeadLoss::Squared, HeadLoss::Absolute]).combined_by(Sum))
    ///     .train(TrainConfig { epochs: 2, lr: 0.01, ..TrainConfig::default() })
    ///     .folds(3).seeds(1).sweep(Hyper::Decay, [0.1])
    ///     .population()?;
    /// let agreement = &population.trained.tasks[0]; // of the gradients of both tasks, epoch by epoch
    /// assert!(agreement.cosine.is_some_and(|cosine| cosine.abs() <= 1.0));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn objective(mut self, objective: impl Objective + 'static) -> Self {
        self.objective = Some(Arc::new(objective));
        self
    }

    /// What all members have in common.
    pub fn train(mut self, config: TrainConfig) -> Self {
        self.settings.train = config.into();
        self.stated("train")
    }

    /// What differs between members: a hyper-parameter and its values, or a range as `"1e-4..10:16"`.
    ///
    /// Another hyper-parameter than the decay is swept against it, or alone where [`Experiment::rate`] fixes that.
    pub fn sweep(mut self, hyper: Hyper, values: impl Into<Grid>) -> Self {
        match hyper {
            Hyper::Decay => self.settings.sweep.rates = Some(values.into()),
            hyper => self.varied.push((hyper, values.into())),
        }
        self
    }

    /// One decay rate, for [`Experiment::fit`] and for sweeps of other hyper-parameters.
    pub fn rate(mut self, rate: f64) -> Self {
        self.settings.fit.rate = Some(rate);
        self.sweep(Hyper::Decay, vec![rate])
    }

    /// Any option by its key, as `--set` and `config.toml` name it; of options of the network several values, too, of which the
    /// validation rows choose.
    ///
    /// ```
    /// use decay::prelude::*;
    ///
    /// let data = decay::read("embedded:wine").load()?;
    /// let experiment = Experiment::on(&data)
    ///     .set("train.clip_norm", "1")?
    ///     .set("model.encoding", "linear,piecewise,periodic")?;
    /// # Ok::<(), decay::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`] for a key or a value that cannot be.
    pub fn set(mut self, key: &str, value: &str) -> Result<Self, Error> {
        self.settings = self.settings.set(key, value)?;
        Ok(self.stated(key))
    }

    /// Folds of the cross-validation.
    pub fn folds(mut self, folds: usize) -> Self {
        self.settings.sweep.folds = folds;
        self.stated("sweep.folds")
    }

    /// Rows of each fold, instead of a cross-validation's.
    pub fn folds_of(mut self, folds: Vec<FoldRows>) -> Self {
        self.settings.sweep.folds = folds.len();
        self.folds = Some(folds);
        self.stated("sweep.folds")
    }

    /// Scales of each of the given folds, instead of those of its training rows.
    pub fn scales(mut self, scales: Vec<FoldScales>) -> Self {
        self.scales = Some(scales);
        self
    }

    /// Models per setting and fold, or of a fit.
    pub fn seeds(mut self, seeds: usize) -> Self {
        self.settings.sweep.seeds = seeds;
        self.stated("sweep.seeds")
    }

    /// Keys every random draw; that of the data by default.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.run.seed = seed;
        self
    }

    /// Models that are trained on all training rows at the chosen setting.
    pub fn refits(mut self, refits: usize) -> Self {
        self.settings.sweep.refits = refits;
        self.stated("sweep.refits")
    }

    /// Whether the models that are shipped train on the rows of the audit, too, after it.
    pub fn refit_on(mut self, rows: RefitOn) -> Self {
        self.settings.sweep.refit_on = rows;
        self
    }

    /// Whether the chosen setting is trained on 1/8, 1/4 and 1/2 of each fold's training rows, too, to see what more rows would give.
    ///
    /// Not for graphs.
    pub fn learning_curve(mut self, wanted: bool) -> Self {
        self.settings.sweep.learning_curve = wanted;
        self
    }

    /// How long training may take, as in `60s`, `5m` or `1000-steps`: what is left open is planned for it.
    ///
    /// # Errors
    /// [`Error::Setting`] for any other text.
    pub fn budget(mut self, budget: &str) -> Result<Self, Error> {
        let budget = Budget::try_from(budget.to_owned());
        let wrong = |reason| Error::Setting(format!("run.budget {reason}"));
        self.settings.run.budget = Some(budget.map_err(wrong)?);
        Ok(self)
    }

    /// The validation metric that chooses.
    pub fn metric(mut self, metric: MetricName) -> Self {
        self.settings.sweep.metric = Some(metric);
        self
    }

    /// How the choice is made from the means.
    pub fn rule(mut self, rule: RuleName) -> Self {
        self.settings.sweep.rule = rule;
        self
    }

    /// How thorough the audit is.
    pub fn audit(mut self, settings: AuditSettings) -> Self {
        self.settings.audit = settings;
        self
    }

    /// Told of events, from any thread.
    pub fn observe(mut self, observe: impl Fn(Event) + Sync + 'a) -> Self {
        self.watch.observe = Box::new(observe);
        self
    }

    /// Stops once it is set, training after the current step, all else within a moment; a run with a directory can go on.
    ///
    /// ```no_run
    /// use std::sync::atomic::AtomicBool;
    ///
    /// use decay::prelude::*;
    ///
    /// let flag = AtomicBool::new(false); // set by a signal, a button, another thread
    /// let data = decay::read("churn.csv").load()?;
    /// let tune = || Experiment::on(&data).out("runs/churn");
    /// if let Err(Error::Interrupted { .. }) = tune().cancel(&flag).run() {
    ///     tune().resume(true).run()?;
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    pub fn cancel(mut self, flag: &'a AtomicBool) -> Self {
        self.watch.cancel = flag;
        self
    }

    /// Writes the run's files into this directory.
    pub fn out(mut self, dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        self.settings.run.out = Some(dir.clone());
        self.place = Place::In(dir);
        self
    }

    /// Writes the run's files into a new directory below this one, named after the time and the data.
    pub fn out_under(mut self, parent: impl Into<PathBuf>) -> Self {
        self.place = Place::Under(parent.into());
        self
    }

    /// Goes on where the run in [`Experiment::out`] stopped; the settings must be those it began with.
    pub fn resume(mut self, resume: bool) -> Self {
        self.settings.run.resume = resume;
        self
    }

    /// Where it computes: `auto`, or a name as `cuda:0`.
    pub fn device(mut self, name: impl Into<String>) -> Self {
        self.settings.run.device = name.into();
        self
    }

    /// Threads of the CPU; all cores by default.
    pub fn threads(mut self, threads: usize) -> Self {
        self.settings.run.threads = Some(threads);
        self
    }

    /// Devices that are open already, instead of a name.
    pub fn on_machine(mut self, machine: Machine) -> Self {
        self.machine = Some(machine);
        self
    }

    /// Keeps the weights of the whole population in the run's directory.
    pub fn keep_population(mut self, keep: bool) -> Self {
        self.settings.run.keep_population = keep;
        self
    }

    /// The command that `run.json` and the report name.
    pub fn command_line(mut self, words: impl Into<String>) -> Self {
        self.watch.command_line = words.into();
        self
    }

    /// Cross-validates, chooses, trains the final models and calibrates them; with a directory, audits and writes everything, too.
    ///
    /// # Errors
    /// [`Error::is_input`] tells what other settings or data would mend.
    pub fn run(self) -> Result<Outcome, Error> {
        self.refuse_objective()?;
        outcome::tune(self)
    }

    /// Trains the final models alone, at [`Experiment::rate`].
    ///
    /// ```no_run
    /// use decay::prelude::*;
    ///
    /// let data = decay::read("churn.csv").target("left").load()?;
    /// let outcome = Experiment::on(&data).rate(0.1).seeds(5).out("runs/fit").fit()?;
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Experiment::run`].
    pub fn fit(self) -> Result<Outcome, Error> {
        self.refuse_objective()?;
        outcome::fit(self)
    }

    /// Trains the population alone: every setting on every fold with every seed, to be measured by the caller.
    ///
    /// Nothing is planned: what nobody said has its default.
    ///
    /// ```no_run
    /// use decay::prelude::*;
    ///
    /// let data = decay::read("embedded:digits").load()?;
    /// let population = Experiment::on(&data).folds(5).seeds(1).population()?;
    /// let logits = population.outputs(|fold| &fold.validation)?; // `[members]` of `[rows, classes]`
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Experiment::run`].
    pub fn population(self) -> Result<Population, Error> {
        let this = ["data", "model", "train", "sweep"];
        let this = this.into_iter().fold(self, Self::stated);
        let (session, planned, scales) = this.planned()?;
        session.has_one_network()?;
        let names = cross_validation::named(&planned.plan);
        Population::train(
            &session,
            "sweep".into(),
            planned.plan,
            names,
            planned.folds,
            scales,
        )
    }

    fn refuse_objective(&self) -> Result<(), Error> {
        let Some(own) = &self.objective else {
            return Ok(());
        };
        Err(Error::Setting(format!(
            "nothing can be chosen, calibrated or audited by the objective '{}' of your own; train a population with it",
            own.name()
        )))
    }

    /// The session with the members of a sweep, and scales if they are given.
    fn planned(mut self) -> Result<(Session<'a>, Planned, Option<Vec<FoldScales>>), Error> {
        let (folds, scales) = (self.folds.take(), self.scales.take());
        let session = Session::new(RunKind::Tune, self)?;
        let planned = Planned::new(&session.settings, &session.data, folds)?;
        Ok((session, planned, scales))
    }
}
