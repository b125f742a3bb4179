//! Two models on the same rows.

mod many;

pub use many::{ComparedMany, ManyDifference, ManyFigures};

use std::mem::discriminant;
use std::path::{Path, PathBuf};

use decay_audit::compare::{
    ComparedLogits, Comparison, Verdict, compare_classifiers, compare_labels, compare_targets,
};
use decay_audit::interval::Bootstrap;
use decay_audit::{
    AuditConfig, Logits, MemberPredictions, Metric, MetricTask, Predictive, TargetPredictions,
};
use decay_data::{Scores, load_as, write_atomically};
use decay_report::text::{Table, number};

use crate::audit::{Foreign, LogitsOnLabels};
use crate::data::{Outliers, Truth, truth};
use crate::device::Machine;
use crate::error::Error;
use crate::event::Event;
use crate::model::{Model, Opening};
use crate::said::{Said, values_in, variances_in};
use crate::settings::DataSettings;

/// Which of two models is better, and whether the rows can tell.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Differences of all metrics.
    pub found: Comparison,
    /// What the two are called: their files, or A and B where these have the same name.
    pub names: [String; 2],
    /// What they predict.
    pub task: MetricTask,
}

/// Compares what any two programs predicted on labelled rows, of which reading may take `memory` bytes, by default 60 % of what is free; what was decided in reading is told as [`Event::Note`].
///
/// # Errors
/// [`Error::Data`] for files that cannot be read, [`Error::Run`] for files that do not fit together.
///
/// ```no_run
/// let files = ["a.csv".into(), "b.csv".into()];
/// let compared = decay::compare_logits(&files, "y.csv".as_ref(), Default::default(), None, &|_| ())?;
/// println!("{}", compared.sentences());
/// # Ok::<(), decay::Error>(())
/// ```
pub fn compare_logits(
    files: &[PathBuf; 2],
    labels: &Path,
    scores: Scores,
    memory: Option<u64>,
    observe: &dyn Fn(Event),
) -> Result<Compared, Error> {
    let read = LogitsOnLabels::read(foreign(files, labels, scores, memory), observe)?;
    Ok(Compared {
        found: read.compared([0, 1], &Bootstrap::default())?,
        names: names(files),
        task: MetricTask::Classification,
    })
}

/// As [`compare_logits`] of any number of models, each beside the best.
///
/// # Errors
/// As that; [`Error::Setting`] for fewer than two models.
pub fn compare_many_logits(
    files: &[PathBuf],
    labels: &Path,
    scores: Scores,
    memory: Option<u64>,
    observe: &dyn Fn(Event),
) -> Result<ComparedMany, Error> {
    let read = LogitsOnLabels::read(foreign(files, labels, scores, memory), observe)?;
    ComparedMany::of(files, MetricTask::Classification, &|pair, resamples| {
        read.compared(pair, resamples)
    })
}

fn foreign<'a>(
    models: &'a [PathBuf],
    labels: &'a Path,
    scores: Scores,
    memory: Option<u64>,
) -> Foreign<'a> {
    Foreign {
        models,
        labels,
        scores,
        memory,
    }
}

impl LogitsOnLabels {
    fn compared(&self, pair: [usize; 2], resamples: &Bootstrap) -> Result<Comparison, Error> {
        let logits = pair.map(|model| &self.logits[model]);
        classifiers(logits, &self.labels, None, resamples)
    }
}

/// Compares what two runs predict, all networks of each together and at their temperature, on labelled rows and perhaps on
/// out-of-distribution data. Both are read as the training rows were, but for what `reader` says of separators and the like.
///
/// # Errors
/// [`Error::Run`] for what is no model, or one of other classes; else what cannot be read or computed.
///
/// ```no_run
/// use decay::device::Machine;
///
/// let runs = ["runs/a".into(), "runs/b".into()];
/// let compared = decay::compare_runs(&runs, "labelled.csv", None, &Machine::auto()?, &Default::default())?;
/// println!("{}\n{}", compared.table(), compared.sentences());
/// # Ok::<(), decay::Error>(())
/// ```
pub fn compare_runs(
    runs: &[PathBuf; 2],
    source: &str,
    ood: Option<&str>,
    machine: &Machine,
    reader: &DataSettings,
) -> Result<Compared, Error> {
    let answering = Answering::of(runs, source, ood, machine, reader)?;
    Ok(Compared {
        found: answering.compared([0, 1], &Bootstrap::default())?,
        names: names(runs),
        task: answering.task(),
    })
}

/// As [`compare_runs`] of any number of runs, each beside the best.
///
/// # Errors
/// As that; [`Error::Setting`] for fewer than two runs.
pub fn compare_many_runs(
    runs: &[PathBuf],
    source: &str,
    ood: Option<&str>,
    machine: &Machine,
    reader: &DataSettings,
) -> Result<ComparedMany, Error> {
    let answering = Answering::of(runs, source, ood, machine, reader)?;
    ComparedMany::of(runs, answering.task(), &|pair, resamples| {
        answering.compared(pair, resamples)
    })
}

/// Models of the same thing, and what they say of the same rows.
struct Answering {
    models: Vec<Model>,
    /// Of each model the outputs of its networks.
    inside: Vec<Vec<Vec<f32>>>,
    /// On out-of-distribution data; empty without.
    outside: Vec<Vec<Vec<f32>>>,
    truth: Truth,
}

impl Answering {
    fn of(
        runs: &[PathBuf],
        source: &str,
        ood: Option<&str>,
        machine: &Machine,
        reader: &DataSettings,
    ) -> Result<Self, Error> {
        let models = alike_models(runs, machine, reader)?;
        let (mut inside, mut outside, mut first) = (Vec::new(), Vec::new(), None);
        for model in &models {
            let (schema, targets) = (&model.file.schema, model.targets());
            let data = load_as(source, schema, &model.options())?;
            inside.push(targets.all_outputs((&data).into(), machine)?);
            if let Some(ood) = ood {
                let set = Outliers::load(ood, false, schema, &model.options())?;
                outside.push(targets.all_outputs(set.samples(), machine)?);
            }
            let rows = || (0..data.rows).collect::<Vec<_>>();
            first.get_or_insert_with(|| truth(&data.target, &rows()));
        }
        let truth = first.ok_or_else(too_few)?;
        Ok(Self {
            models,
            inside,
            outside,
            truth,
        })
    }

    fn task(&self) -> MetricTask {
        match self.truth {
            Truth::Classes { .. } => MetricTask::Classification,
            Truth::Values(_) => MetricTask::Regression,
            Truth::Flags(_) => MetricTask::Multilabel,
        }
    }

    fn compared(&self, pair: [usize; 2], resamples: &Bootstrap) -> Result<Comparison, Error> {
        let answers = |outputs: &[Vec<Vec<f32>>]| -> Result<Vec<Logits<'static>>, Error> {
            let of = |model: usize| self.models[model].answers(&outputs[model]);
            pair.into_iter().map(of).collect()
        };
        match &self.truth {
            Truth::Classes { labels, .. } => {
                let inside = answers(&self.inside)?;
                let outside = (!self.outside.is_empty()).then(|| answers(&self.outside));
                let outside = outside.transpose()?;
                let outside = outside.as_ref().map(|own| [&own[0], &own[1]]);
                classifiers([&inside[0], &inside[1]], labels, outside, resamples)
            }
            Truth::Values(targets) => {
                let models = pair.map(|model| (&self.models[model], &self.inside[model]));
                regressions(models, targets, resamples)
            }
            Truth::Flags(flags) => {
                let answers = answers(&self.inside)?;
                Ok(compare_labels(&answers[0], &answers[1], flags, resamples)?)
            }
        }
    }
}

/// Opens models and refuses those that predict something else than the first.
fn alike_models(
    runs: &[PathBuf],
    machine: &Machine,
    reader: &DataSettings,
) -> Result<Vec<Model>, Error> {
    let open = |run: &PathBuf| {
        let opening = Opening::new(run).on(machine.clone());
        opening.reader(reader.clone()).read()
    };
    let models: Vec<Model> = runs.iter().map(open).collect::<Result<_, _>>()?;
    let first = models.first().ok_or_else(too_few)?;
    for (run, model) in runs.iter().zip(&models).skip(1) {
        let differs = if first.file.classes != model.file.classes {
            "other classes"
        } else if first.file.schema.task != model.file.schema.task {
            "something else"
        } else {
            continue;
        };
        let reason = format!("predicts {differs} than {}", runs[0].display());
        return Err(Error::run(run, reason));
    }
    Ok(models)
}

fn too_few() -> Error {
    Error::Setting("a comparison needs at least two models".into())
}

/// By the mean over the targets, each in units of its spread in the training of the first model.
fn regressions(
    models: [(&Model, &Vec<Vec<f32>>); 2],
    targets: &[Vec<f64>],
    resamples: &Bootstrap,
) -> Result<Comparison, Error> {
    let first = &models[0].0.file;
    let units = first.loss.units(&first.target_scales);
    let said = models
        .iter()
        .map(|(model, outputs)| Ok(model.said(outputs)?.in_units(&units)));
    let said: Vec<Said> = said.collect::<Result<_, Error>>()?;
    let noise = models.map(|(model, _)| variances_in(&units, &model.file.sigma2));
    let truths = values_in(&units, targets);
    let members: Vec<[MemberPredictions<'_>; 2]> = (0..truths.len())
        .map(|target| {
            let own = |index: usize| {
                let file = &models[index].0.file;
                let kind = (file.loss, file.quantile.unwrap_or(0.5));
                said[index].predictions(target, kind, &noise[index])
            };
            alike([own(0), own(1)])
        })
        .collect();
    let pairs = members.iter().zip(&truths);
    let pairs = pairs.map(|(members, targets)| TargetPredictions { members, targets });
    Ok(compare_targets(&pairs.collect::<Vec<_>>(), resamples)?)
}

/// Likelihoods are compared where both models have one of a kind, values everywhere.
fn alike(models: [MemberPredictions<'_>; 2]) -> [MemberPredictions<'_>; 2] {
    let same = match models.map(|model| model.predictive) {
        // At different quantiles losses have no common measure.
        [Predictive::Quantile(first), Predictive::Quantile(second)] => first == second,
        [first, second] => discriminant(&first) == discriminant(&second),
    };
    models.map(|model| MemberPredictions {
        predictive: if same {
            model.predictive
        } else {
            Predictive::Value
        },
        ..model
    })
}

fn classifiers(
    logits: [&Logits<'static>; 2],
    labels: &[usize],
    outside: Option<[&Logits<'static>; 2]>,
    resamples: &Bootstrap,
) -> Result<Comparison, Error> {
    let model = |index: usize| ComparedLogits {
        logits: logits[index],
        outside: outside.map(|outside| outside[index]),
    };
    let config = AuditConfig {
        bootstrap: *resamples,
        ..AuditConfig::default()
    };
    Ok(compare_classifiers(model(0), model(1), labels, &config)?)
}

fn names(paths: &[PathBuf; 2]) -> [String; 2] {
    let names = names_of(paths);
    [names[0].clone(), names[1].clone()]
}

/// Their files' names, or A, B, ... where two have the same.
fn names_of(paths: &[PathBuf]) -> Vec<String> {
    let name = |path: &PathBuf| {
        let stem = path.file_stem();
        stem.map_or_else(
            || path.display().to_string(),
            |stem| stem.to_string_lossy().into_owned(),
        )
    };
    let names: Vec<String> = paths.iter().map(name).collect();
    let twice = (1..names.len()).any(|place| names[..place].contains(&names[place]));
    if !twice {
        return names;
    }
    let letters = ('A'..='Z')
        .map(String::from)
        .chain((27..).map(|n: usize| n.to_string()));
    letters.take(paths.len()).collect()
}

/// What a metric is called.
fn label(task: MetricTask, key: &str) -> String {
    let own = Metric::of_kind(task, key);
    own.map_or_else(|| Metric::label_of(key), |metric| metric.label.to_owned())
}

impl Compared {
    /// Every metric of both with its difference.
    pub fn table(&self) -> String {
        let [first, second] = &self.names;
        let percent = (100.0 * self.found.level).round();
        let mut table = Table::with_head(
            vec![
                "metric".into(),
                first.clone(),
                second.clone(),
                "difference".into(),
                format!("{percent} % interval"),
                "p".into(),
                "p, all metrics".into(),
            ],
            1,
        );
        for one in &self.found.differences {
            let difference = &one.difference;
            table.push(vec![
                self.label(&one.metric),
                number(one.a),
                number(one.b),
                number(difference.mean),
                format!("{} to {}", number(difference.low), number(difference.high)),
                number(one.p),
                number(one.p_adjusted),
            ]);
        }
        table.text()
    }

    fn label(&self, key: &str) -> String {
        label(self.task, key)
    }

    /// What can be told apart, each in a sentence; one for all if nothing can.
    pub fn sentences(&self) -> String {
        let [first, second] = &self.names;
        let seen = self.found.differences.iter();
        let seen = seen.filter(|one| one.verdict != Verdict::NoDifferenceSeen);
        let lines = seen.map(|one| {
            let words = one.words(first, second);
            format!("{}: {words}.\n", self.label(&one.metric))
        });
        let lines: String = lines.collect();
        if lines.is_empty() {
            return format!(
                "On these {} rows no difference between {first} and {second} can be seen in any metric.\n",
                self.found.rows
            );
        }
        lines
    }

    /// Writes `comparison.json`.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Data`] if the disk does not take it.
    pub fn write(&self, dir: impl AsRef<Path>) -> Result<(), Error> {
        let dir = dir.as_ref();
        std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, "created", error))?;
        let json = decay_report::to_json("comparison.json", &self.found)?;
        Ok(write_atomically(&dir.join("comparison.json"), &json)?)
    }
}
