//! Two models on the same rows.

mod many;

pub use many::{ComparePair, ComparedMany, ManyDifference, ManyFigures};

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
    compare_logits_by(
        files,
        labels,
        scores,
        memory,
        &Bootstrap::default(),
        observe,
    )
}

/// As [`compare_logits`], with resamples of one's own.
///
/// # Errors
/// As that.
pub fn compare_logits_by(
    files: &[PathBuf; 2],
    labels: &Path,
    scores: Scores,
    memory: Option<u64>,
    resamples: &Bootstrap,
    observe: &dyn Fn(Event),
) -> Result<Compared, Error> {
    let foreign = Foreign {
        models: files,
        labels,
        scores,
        memory,
    };
    let read = LogitsOnLabels::read(foreign, observe)?;
    Ok(Compared {
        found: classifiers(&read.logits, &read.labels, None, resamples)?,
        names: names(files),
        task: MetricTask::Classification,
    })
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
    compare_runs_by(runs, source, ood, machine, reader, &Bootstrap::default())
}

/// As [`compare_runs`], with resamples of one's own.
///
/// # Errors
/// As that.
pub fn compare_runs_by(
    runs: &[PathBuf; 2],
    source: &str,
    ood: Option<&str>,
    machine: &Machine,
    reader: &DataSettings,
    resamples: &Bootstrap,
) -> Result<Compared, Error> {
    let open = |run: &PathBuf| {
        let opening = Opening::new(run).on(machine.clone());
        opening.reader(reader.clone()).read()
    };
    let models = [open(&runs[0])?, open(&runs[1])?];
    if models[0].file.classes != models[1].file.classes {
        let reason = format!("predicts other classes than {}", runs[0].display());
        return Err(Error::run(&runs[1], reason));
    }
    if models[0].file.schema.task != models[1].file.schema.task {
        let reason = format!("predicts something else than {}", runs[0].display());
        return Err(Error::run(&runs[1], reason));
    }
    let (mut inside, mut outside, mut truths) = (Vec::new(), Vec::new(), Vec::new());
    for model in &models {
        let (schema, targets) = (&model.file.schema, model.targets());
        let data = load_as(source, schema, &model.options())?;
        inside.push(targets.all_outputs((&data).into(), machine)?);
        if let Some(ood) = ood {
            let set = Outliers::load(ood, false, schema, &model.options())?;
            outside.push(targets.all_outputs(set.samples(), machine)?);
        }
        let rows: Vec<usize> = (0..data.rows).collect();
        truths.push(truth(&data.target, &rows));
    }
    let found = match &truths[0] {
        Truth::Classes { labels, .. } => {
            let answers = |outputs: &[Vec<Vec<f32>>]| {
                let own = outputs.iter().zip(&models);
                let own = own.map(|(outputs, model)| model.answers(outputs));
                own.collect::<Result<Vec<_>, _>>()
            };
            let (inside, outside) = (answers(&inside)?, answers(&outside)?);
            classifiers(&inside, labels, ood.map(|_| outside.as_slice()), resamples)?
        }
        Truth::Values(targets) => regressions(&models, &inside, targets, resamples)?,
        Truth::Flags(flags) => {
            let own = inside.iter().zip(&models);
            let own = own.map(|(outputs, model)| model.answers(outputs));
            let answers = own.collect::<Result<Vec<_>, _>>()?;
            compare_labels(&answers[0], &answers[1], flags, resamples)?
        }
    };
    Ok(Compared {
        found,
        names: names(runs),
        task: match truths[0] {
            Truth::Classes { .. } => MetricTask::Classification,
            Truth::Values(_) => MetricTask::Regression,
            Truth::Flags(_) => MetricTask::Multilabel,
        },
    })
}

/// By the mean over the targets, each in units of its spread in the training of the first model.
fn regressions(
    models: &[Model; 2],
    outputs: &[Vec<Vec<f32>>],
    targets: &[Vec<f64>],
    resamples: &Bootstrap,
) -> Result<Comparison, Error> {
    let first = &models[0].file;
    let units = first.loss.units(&first.target_scales);
    let said = outputs
        .iter()
        .zip(models)
        .map(|(own, model)| Ok(model.said(own)?.in_units(&units)));
    let said: Vec<Said> = said.collect::<Result<_, Error>>()?;
    let noise = models.each_ref();
    let noise = noise.map(|model| variances_in(&units, &model.file.sigma2));
    let truths = values_in(&units, targets);
    let members: Vec<[MemberPredictions<'_>; 2]> = (0..truths.len())
        .map(|target| {
            let own = |index: usize| {
                let file = &models[index].file;
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
    logits: &[Logits<'static>],
    labels: &[usize],
    outside: Option<&[Logits<'static>]>,
    resamples: &Bootstrap,
) -> Result<Comparison, Error> {
    let model = |index: usize| ComparedLogits {
        logits: &logits[index],
        outside: outside.map(|outside| &outside[index]),
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
