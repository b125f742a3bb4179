//! The stages of an experiment, and what it comes to.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use decay_data::fold_notes;
use decay_report::{
    Finding, LearningCurve, Surface, Sweep, history_csv, layers_csv, learning_curve_csv,
    members_csv, surface_csv,
};
use decay_train::{
    Hyper, Loss, Member, Schedule, TrainConfig, check_rate, half_life, member_seed,
    rate_of_half_life, rate_of_tau, tau_epochs,
};

use super::confidence::Confidence;
use super::learning_curve::{OnParts, on_parts};
use super::networks::{Networks, validated};
use super::refits::Order;
use super::{CrossValidation, Decision, Experiment, Refits, Session};
use crate::answer::{AnswerParts, answer};
use crate::audit::{Audit, Auditor, audit_curves, folds_of, population_csv};
use crate::data::{Data, Outliers};
use crate::error::Error;
use crate::event::{Event, Observer};
use crate::model::{JUDGED, Model, ModelFile, WeightsFile};
use crate::records::{
    PageParts, choice_findings, fit_finding, history_rows, layer_rows, page, refit_rows,
    selection_file, shipped_finding, surface_record, sweep_record, sweep_rows, unfinished,
};
use crate::run::{RunKind, keep_population};
use crate::settings::{AuditSettings, DataSettings, RefitOn, Settings};
use crate::targets::NEVER;

/// What an experiment came to.
pub struct Outcome {
    /// What the final models were to be trained with.
    pub choice: Choice,
    /// How the choice was made; absent of a fit.
    pub swept: Option<Swept>,
    /// The final models, calibrated: what is shipped.
    pub model: Model,
    /// Their twins that did not train on the held-out rows, which the audit is of; absent where the shipped models did not either.
    pub judged: Option<Model>,
    /// How the final models were trained.
    pub refits: Refits,
    /// How good the model is, what was chosen and how sure that is, what to do next; of a run with a directory.
    pub answer: Vec<Finding>,
    /// The choice in words and, where the run was audited, what that found.
    pub findings: Vec<Finding>,
    /// Where the files of the run are.
    pub run: Option<PathBuf>,
    audit: OnceCell<Audit>,
    data: Data,
    outliers: Arc<[Outliers]>,
    settings: AuditSettings,
}

/// Hyper-parameters of the final models.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Decay rate.
    pub rate: f64,
    /// Epochs until an undriven weight halves at this rate; infinite without decay, and where models are solved.
    pub half_life: f64,
    /// `1 / (lr λ steps)` in epochs; infinite without decay, and where models are solved.
    pub tau: f64,
    /// Values of the swept hyper-parameters.
    pub values: Vec<(Hyper, f64)>,
}

/// A sweep and what was decided.
#[derive(Debug)]
pub struct Swept {
    /// Everything at each value of the axis that the choice was made on.
    pub curve: Sweep,
    /// All of a sweep of two hyper-parameters.
    pub surface: Option<Surface>,
    /// The population.
    pub validated: CrossValidation,
    /// How the choice was made.
    pub decision: Decision,
    /// The chosen setting on parts of the training rows, if that was asked for.
    pub parts: Option<OnParts>,
    /// The networks that were compared, if they were several; all else is of the chosen one.
    pub networks: Option<Networks>,
}

impl Swept {
    /// The metric over the number of training rows, if that was asked for.
    pub fn learning_curve(&self) -> Option<&LearningCurve> {
        self.parts.as_ref().map(|parts| &parts.curve)
    }
}

impl Outcome {
    /// The audit that a run with a directory made at its end.
    pub fn audited(&self) -> Option<&Audit> {
        self.audit.get()
    }

    /// What the final models do on the rows that were held out, measured now if it was not before.
    ///
    /// # Errors
    /// [`Error::Setting`] if no rows were held out; else as [`Experiment::run`].
    pub fn audit(&self) -> Result<&Audit, Error> {
        if self.audit.get().is_none()
            && let Some(audit) = self.measured(&|_| (), &NEVER)?
        {
            return Ok(self.audit.get_or_init(|| audit));
        }
        let none = || Error::Setting("data.holdout is 0: there are no rows to audit on".into());
        self.audit.get().ok_or_else(none)
    }

    fn answered(&self, epochs: u32) -> Result<Vec<Finding>, Error> {
        answer(&AnswerParts {
            model: self.judged.as_ref().unwrap_or(&self.model),
            data: &self.data,
            audit: self.audited(),
            sweep: self.swept.as_ref().map(|swept| &swept.curve),
            rows: self.swept.as_ref().and_then(Swept::learning_curve),
            rate: self.choice.rate,
            epochs,
        })
    }

    fn measured(&self, observe: Observer<'_>, stop: &AtomicBool) -> Result<Option<Audit>, Error> {
        let (model, data) = (self.judged.as_ref().unwrap_or(&self.model), &self.data);
        let Some((held_out, rows)) = data.held_out() else {
            return Ok(None);
        };
        let auditor = Auditor {
            targets: model.targets().stopped_by(stop),
            schema: &data.dataset.schema,
            outliers: &self.outliers,
            settings: &self.settings,
            machine: &model.machine,
            observe,
        };
        let mut found = auditor.measure(Some(data), held_out, rows)?;
        let swept = self.swept.as_ref();
        found.held_out.unfinished = swept.is_some_and(|swept| unfinished(&swept.curve).is_some());
        let name = &data.dataset.name;
        Ok(Some(Audit::of_model(found, model, name, held_out)))
    }
}

/// Sweep, choice, final models; with a directory the audit and all files, too.
pub(super) fn tune(experiment: Experiment<'_>) -> Result<Outcome, Error> {
    let (mut session, planned, scales) = experiment.planned()?;
    let data = &session.data;
    for note in fold_notes(&data.dataset.target, &data.training, planned.plan.folds) {
        session.tell(Event::Note(note));
    }
    let members = planned.plan.members.len() * session.rivals.len().max(1);
    session.work(members, |session| {
        let (parts, given) = (planned.parts.clone(), scales.clone());
        let (validated, decision, networks) = validated(session, planned, scales)?;
        session.stages.end("sweep");
        let chosen = decision.chosen;
        let task = session.data.dataset.task().kind();
        let curve = sweep_record(&validated, &decision, task)?;
        let surface = surface_record(&validated, &decision);
        session.go_on()?;
        let confidence = Confidence::of(&validated, chosen, session.stop())?;
        session.go_on()?;
        session.stages.end("choose");
        if let Some(networks) = &networks {
            session.tell(Event::Networks(Box::new(networks.clone())));
        }
        session.tell(Event::Swept {
            sweep: Box::new(curve.clone()),
            surface: surface.clone().map(Box::new),
        });
        let parts = on_parts(session, parts.as_ref(), &validated, chosen, given)?;
        let order = order(session, &validated, chosen);
        let refits = order.carry_out(session, "refits", session.data.training.clone())?;
        session.stages.end("refit");
        let choice = Choice {
            rate: validated.rate(chosen),
            half_life: validated.units.half_lives[chosen],
            tau: validated.units.taus[chosen],
            values: validated.plan.values(chosen),
        };
        let swept = Swept {
            curve,
            surface,
            validated,
            decision,
            parts,
            networks,
        };
        let findings = choice_findings(&swept, &refits);
        session.conclude(choice, Some(swept), &order, confidence, refits, findings)
    })
}

/// Final models alone, at one rate.
pub(super) fn fit(experiment: Experiment<'_>) -> Result<Outcome, Error> {
    let mut session = Session::new(RunKind::Fit, experiment)?;
    let choice = asked(&session.settings, session.data.training.len())?;
    let count = session.settings.sweep.seeds;
    session.work(count, |session| {
        let seeds = seeds(session, 0, count);
        // Without validation rows nothing can stop early.
        let config = TrainConfig {
            patience: 0,
            ..TrainConfig::clone(&session.settings.train)
        };
        let order = Order {
            like: Member::new(&config, choice.rate, 0, 0),
            config,
            chosen_for: None,
            seeds,
        };
        let refits = order.carry_out(session, "refits", session.data.training.clone())?;
        session.stages.end("fit");
        let findings = vec![fit_finding(&refits)];
        session.conclude(
            choice,
            None,
            &order,
            Confidence::default(),
            refits,
            findings,
        )
    })
}

/// The rate of a fit, in whatever unit it is given.
fn asked(settings: &Settings, rows: usize) -> Result<Choice, Error> {
    let (train, fit) = (&settings.train, &settings.fit);
    let steps = f64::from(train.steps_per_epoch(rows));
    let pace = train.decay_kind().pace(train.lr);
    let (key, rate) = match (fit.rate, fit.half_life, fit.tau) {
        (None, Some(epochs), _) => (
            "the rate of fit.half_life",
            rate_of_half_life(epochs, pace, steps),
        ),
        (None, None, Some(epochs)) => ("the rate of fit.tau", rate_of_tau(epochs, pace, steps)),
        (rate, ..) => ("fit.rate", rate.unwrap_or_default()),
    };
    check_rate(key, rate)?;
    if train.is_exact() {
        if key != "fit.rate" {
            return Err(Error::Setting(format!(
                "{} is a time, and models that are solved take none: give fit.rate, or train by --solver steps",
                key.trim_start_matches("the rate of ")
            )));
        }
        return Ok(Choice {
            rate,
            half_life: f64::INFINITY,
            tau: f64::INFINITY,
            values: Vec::new(),
        });
    }
    Ok(Choice {
        rate,
        half_life: half_life(rate, pace, steps),
        tau: tau_epochs(rate, pace, steps),
        values: Vec::new(),
    })
}

/// Seeds that the first `used` models did not have.
fn seeds(session: &Session<'_>, used: usize, count: usize) -> Vec<u64> {
    let seed = session.settings.run.seed;
    let indices = used..used + count;
    indices.map(|index| member_seed(seed, index)).collect()
}

/// The final models at the chosen setting.
fn order(session: &Session<'_>, validated: &CrossValidation, chosen: usize) -> Order {
    let (train, plan) = (&session.settings.train, &validated.plan);
    let mut config = TrainConfig::clone(train);
    // There are no validation rows left to stop by.
    if train.patience > 0 {
        config.epochs = validated.epochs_of(chosen, train.epochs);
        config.patience = 0;
    }
    if config.schedule == Schedule::Plateau {
        config.schedule = Schedule::Milestones;
        config.milestones = validated.reductions_of(chosen);
    }
    let count = session.settings.sweep.refits;
    Order {
        config,
        like: validated.setting(chosen),
        chosen_for: Some(validated.units.steps),
        seeds: seeds(session, plan.folds * plan.seeds, count),
    }
}

impl Session<'_> {
    /// The final models with what must be known to use them.
    fn model(&self, refits: &Refits, confidence: Confidence) -> Model {
        let (format, version) = ModelFile::stamp();
        let [half_life_epochs, tau_epochs] = refits.times();
        let survivors = refits.survivors();
        let weights = survivors
            .iter()
            .enumerate()
            .map(|(index, &place)| WeightsFile {
                file: ModelFile::weights_name(index),
                seed: refits.members[place].seed,
                sha256: String::new(),
            });
        let state = |&place: &usize| refits.trained.outcomes[place].state.clone();
        let file = ModelFile {
            format,
            version,
            architecture: (*self.settings.model).clone(),
            inputs: self.data.features(),
            outputs: self.settings.train.loss.outputs(&self.data.dataset.task()),
            loss: self.settings.train.loss,
            quantile: (self.settings.train.loss == Loss::Quantile).then_some(refits.like.quantile),
            classes: self.data.classes(),
            temperature: confidence.temperature,
            sigma2: confidence.sigma2,
            interval: confidence.interval,
            scores: confidence.scores,
            rate: refits.rate(),
            half_life_epochs,
            tau_epochs,
            weights: weights.collect(),
            target_scales: refits.scales.targets.clone(),
            schema: self.data.dataset.schema.clone(),
            preprocessing: refits.scales.features.clone(),
        };
        Model {
            reader: DataSettings::default(),
            file,
            network: self.network.clone(),
            states: survivors.iter().map(state).collect(),
            machine: self.machine.clone(),
            coverage: None,
        }
    }

    /// The outcome, of a run with a directory audited and written down; after the audit the models that are shipped train on all rows.
    fn conclude(
        &mut self,
        choice: Choice,
        swept: Option<Swept>,
        order: &Order,
        confidence: Confidence,
        refits: Refits,
        findings: Vec<Finding>,
    ) -> Result<Outcome, Error> {
        let mut outcome = Outcome {
            choice,
            swept,
            model: self.model(&refits, confidence.clone()),
            judged: None,
            refits,
            answer: Vec::new(),
            findings,
            run: self.dir().map(|dir| dir.path().to_owned()),
            audit: OnceCell::new(),
            data: self.data.clone(),
            outliers: self.outliers.clone(),
            settings: self.settings.audit.clone(),
        };
        if outcome.run.is_some() {
            let audit = outcome.measured(self.observer(), self.stop())?;
            self.stages.end("audit");
            if let Some(audit) = audit {
                outcome.findings.extend(audit.findings.iter().cloned());
                outcome.audit = audit.into();
            }
            outcome.answer = outcome.answered(self.settings.train.epochs)?;
            self.stages.end("baselines");
        }
        if let Some(rows) = self.rows_to_ship() {
            let count = rows.len();
            let refits = order.carry_out(self, "final", rows)?;
            self.stages.end("final models");
            let shipped = self.model(&refits, confidence);
            outcome.judged = Some(std::mem::replace(&mut outcome.model, shipped));
            outcome.findings.push(shipped_finding(&refits, count));
        }
        if outcome.run.is_some() {
            self.write(&mut outcome)?;
        }
        Ok(outcome)
    }

    /// All rows, if the shipped models are to train on those that the run itself held out, too.
    fn rows_to_ship(&self) -> Option<Vec<usize>> {
        let all = self.settings.sweep.refit_on == RefitOn::All;
        let held_out = self.data.held_out_by_run().filter(|_| all)?;
        let mut rows = [self.data.training.as_slice(), held_out].concat();
        rows.sort_unstable();
        Some(rows)
    }

    /// Everything that a run leaves.
    fn write(&mut self, outcome: &mut Outcome) -> Result<(), Error> {
        if let Some(swept) = &mut outcome.swept {
            self.write_sweep(swept, &outcome.refits, &outcome.model)?;
        }
        self.write_tables(outcome)?;
        let Self {
            settings,
            data,
            network,
            stages,
            files: Some((dir, record)),
            ..
        } = self
        else {
            return Ok(());
        };
        outcome.model.write(dir, "")?;
        if let Some(judged) = &outcome.judged {
            judged.write(dir, JUDGED)?;
        }
        if let Some(audit) = outcome.audited() {
            audit.write_files(|name, bytes| dir.write(name, bytes))?;
        }
        let report = page(PageParts {
            settings,
            data,
            network,
            record,
            stages,
            answer: outcome.answer.clone(),
            findings: outcome.findings.clone(),
            swept: outcome.swept.as_ref(),
            refits: &outcome.refits,
            audited: outcome.audited().map(|audit| &audit.found),
        })?;
        let json = decay_report::to_json("report.json", &report)?;
        dir.write("report.json", &json)?;
        dir.write("report.html", report.to_html().as_bytes())?;
        stages.end("report");
        record.finish(stages, dir)?;
        dir.drop_checkpoints()
    }

    /// The population's audit and weights, as far as they are wanted, and how the choice was made.
    fn write_sweep(
        &mut self,
        swept: &mut Swept,
        refits: &Refits,
        model: &Model,
    ) -> Result<(), Error> {
        let figures = self.audit_sweep(&swept.validated)?;
        if let Some(figures) = &figures {
            let points = folds_of(&swept.validated.plan, &swept.decision.row);
            swept.curve.audited = audit_curves(figures, &points);
            self.stages.end("audit of the population");
        }
        let Some(dir) = self.dir() else {
            return Ok(());
        };
        if let Some(figures) = &figures {
            dir.write("population.csv", population_csv(figures).as_bytes())?;
        }
        if self.settings.run.keep_population {
            keep_population(dir, &self.network, &swept.validated)?;
        }
        if let Some(parts) = &swept.parts {
            let bytes = learning_curve_csv(&parts.models, swept.validated.metric.key());
            dir.write("learning_curve.csv", &bytes)?;
        }
        let selection = selection_file(swept, model.file.temperature, refits)?;
        dir.write("selection.json", &selection)
    }

    fn write_tables(&self, outcome: &Outcome) -> Result<(), Error> {
        let Some(dir) = self.dir() else {
            return Ok(());
        };
        let (swept, refits) = (outcome.swept.as_ref(), &outcome.refits);
        let loss = self
            .settings
            .train
            .loss
            .metric(self.data.dataset.task().kind());
        let validated = swept.map(|swept| &swept.validated);
        let plan = validated.map(|validated| &validated.plan);
        let first = plan.map_or(0, |plan| plan.members.len());
        let of_sweep = validated.map(|validated| (0, &validated.trained));
        let trained = || of_sweep.into_iter().chain([(first, &refits.trained)]);
        let mut members = validated.map_or_else(Vec::new, sweep_rows);
        members.extend(refit_rows(refits, plan, loss));
        dir.write("members.csv", &members_csv(&members))?;
        let history = trained().flat_map(|(first, own)| history_rows(&own.history, first, loss));
        dir.write("history.csv", &history_csv(&history.collect::<Vec<_>>()))?;
        let layers =
            trained().flat_map(|(first, own)| layer_rows(&own.layers, first, &self.network));
        let layers: Vec<_> = layers.collect();
        if !layers.is_empty() {
            dir.write("diagnostics.csv", &layers_csv(&layers))?;
        }
        match swept.and_then(|swept| swept.surface.as_ref()) {
            Some(surface) => dir.write("surface.csv", &surface_csv(surface)),
            None => Ok(()),
        }
    }
}
