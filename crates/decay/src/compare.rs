//! Two models on the same rows.

use std::mem::discriminant;
use std::path::{Path, PathBuf};

use decay_audit::compare::{
    ComparedLogits, Comparison, Verdict, compare_classifiers, compare_regressions,
};
use decay_audit::{AuditConfig, Logits, MemberPredictions, Metric, Predictive};
use decay_data::{load_as, write_atomically};
use decay_report::text::{Table, number};

use crate::audit::LogitsOnLabels;
use crate::data::{Outliers, Truth, truth};
use crate::device::Machine;
use crate::error::Error;
use crate::model::{Model, Opening};
use crate::settings::DataSettings;
use crate::targets::Said;

/// Which of two models is better, and whether the rows can tell.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Differences of all metrics.
    pub found: Comparison,
    /// What the two are called: their files, or A and B where these have the same name.
    pub names: [String; 2],
}

/// Compares the logits that any programs computed on labelled rows.
///
/// # Errors
/// [`Error::Data`] for files that cannot be read, [`Error::Run`] for files that do not fit together.
///
/// ```no_run
/// let files = ["a.csv".into(), "b.csv".into()];
/// println!("{}", decay::compare_logits(&files, "y.csv".as_ref())?.sentences());
/// # Ok::<(), decay::Error>(())
/// ```
pub fn compare_logits(files: &[PathBuf; 2], labels: &Path) -> Result<Compared, Error> {
    let read = LogitsOnLabels::read(files, labels)?;
    Ok(Compared {
        found: classifiers(&read.logits, &read.labels, None)?,
        names: names(files),
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
    let open = |run: &PathBuf| {
        let opening = Opening::new(run).on(machine.clone());
        opening.reader(reader.clone()).read()
    };
    let models = [open(&runs[0])?, open(&runs[1])?];
    if models[0].file.classes != models[1].file.classes {
        let reason = format!("predicts other classes than {}", runs[0].display());
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
            classifiers(&inside, labels, ood.map(|_| outside.as_slice()))?
        }
        Truth::Values(targets) => regressions(&models, &inside, targets)?,
    };
    Ok(Compared {
        found,
        names: names(runs),
    })
}

fn regressions(
    models: &[Model; 2],
    outputs: &[Vec<Vec<f32>>],
    targets: &[f64],
) -> Result<Comparison, Error> {
    let said = outputs
        .iter()
        .zip(models)
        .map(|(own, model)| model.said(own));
    let said: Vec<Said> = said.collect::<Result<_, _>>()?;
    let own = |index: usize| models[index].predictive(&said[index]);
    let same = match (own(0), own(1)) {
        // At different quantiles losses have no common measure.
        (Predictive::Quantile(first), Predictive::Quantile(second)) => first == second,
        (first, second) => discriminant(&first) == discriminant(&second),
    };
    // Likelihoods are compared where both models have one of a kind.
    let member = |index: usize| MemberPredictions {
        values: &said[index].values,
        predictive: if same { own(index) } else { Predictive::Value },
    };
    let settings = AuditConfig::default().bootstrap;
    Ok(compare_regressions(
        member(0),
        member(1),
        targets,
        &settings,
    )?)
}

fn classifiers(
    logits: &[Logits<'static>],
    labels: &[usize],
    outside: Option<&[Logits<'static>]>,
) -> Result<Comparison, Error> {
    let model = |index: usize| ComparedLogits {
        logits: &logits[index],
        outside: outside.map(|outside| &outside[index]),
    };
    let config = AuditConfig::default();
    Ok(compare_classifiers(model(0), model(1), labels, &config)?)
}

fn names(paths: &[PathBuf; 2]) -> [String; 2] {
    let name = |path: &PathBuf| {
        let stem = path.file_stem();
        stem.map_or_else(
            || path.display().to_string(),
            |stem| stem.to_string_lossy().into_owned(),
        )
    };
    let [first, second] = [name(&paths[0]), name(&paths[1])];
    if first == second {
        return ["A".into(), "B".into()];
    }
    [first, second]
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
                Metric::label_of(&one.metric),
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

    /// What can be told apart, each in a sentence; one for all if nothing can.
    pub fn sentences(&self) -> String {
        let [first, second] = &self.names;
        let seen = self.found.differences.iter();
        let seen = seen.filter(|one| one.verdict != Verdict::NoDifferenceSeen);
        let lines = seen.map(|one| {
            let words = one.words(first, second);
            format!("{}: {words}.\n", Metric::label_of(&one.metric))
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
