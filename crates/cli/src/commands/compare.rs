//! `decay compare`: two models on the same rows.

use std::path::Path;

use decay_audit::compare::{
    ComparedLogits, Comparison, Verdict, compare_classifiers, compare_regressions,
};
use decay_audit::{AuditConfig, Logits, MemberPredictions};
use decay_data::{load_with, read_labels, write_atomically};

use super::audit_logits::{logits, tables};
use crate::arguments::CompareRequest;
use crate::output;
use decay::Error;
use decay::experiment::{Outliers, Truth, predictions, truth};
use decay::model_file::Model;
use decay::records::metric_label;
use decay_report::text::{Table, number};

/// `decay compare`.
pub(crate) fn compare(request: &CompareRequest) -> Result<(), Error> {
    let found = match (&request.labels, &request.data) {
        (Some(labels), _) => of_logits(request, labels)?,
        (None, Some(data)) => of_models(request, data)?,
        (None, None) => return Err(Error::Usage("compare needs --data or --labels".into())),
    };
    if let Some(dir) = &request.out {
        std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, "created", error))?;
        let json = decay_report::to_json("comparison.json", &found)?;
        write_atomically(&dir.join("comparison.json"), &json)?;
    }
    let [first, second] = names(request);
    output::print(&format!(
        "{}\n{}",
        table(&found, [&first, &second]),
        sentences(&found, [&first, &second])
    ))
}

/// What the two are called: their files, or A and B where these have the same name.
fn names(request: &CompareRequest) -> [String; 2] {
    let name = |path: &Path| {
        path.file_stem().map_or_else(
            || path.display().to_string(),
            |stem| stem.to_string_lossy().into_owned(),
        )
    };
    let [first, second] = [name(&request.models[0]), name(&request.models[1])];
    match first == second {
        true => ["A".into(), "B".into()],
        false => [first, second],
    }
}

fn of_logits(request: &CompareRequest, labels: &Path) -> Result<Comparison, Error> {
    let tables = tables(&request.models)?;
    let labels_of = read_labels(labels, &tables[0].classes)?;
    if labels_of.len() != tables[0].rows {
        return Err(Error::Usage(format!(
            "{}: has {} labels, {} has {} rows",
            labels.display(),
            labels_of.len(),
            tables[0].path,
            tables[0].rows
        )));
    }
    let logits = logits(tables)?;
    classifiers(&logits, &labels_of, None)
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
    Ok(compare_classifiers(
        model(0),
        model(1),
        labels,
        &AuditConfig::default(),
    )?)
}

/// The first network of each run, which predicts.
fn of_models(request: &CompareRequest, source: &str) -> Result<Comparison, Error> {
    let machine = request.computing.machine()?;
    let models = [
        Model::read(&request.models[0], 1)?,
        Model::read(&request.models[1], 1)?,
    ];
    let (mut found, mut outside, mut truths) = (Vec::new(), Vec::new(), Vec::new());
    for (model, path) in models.iter().zip(&request.models) {
        let data = load_with(source, &model.file.schema)?;
        let rows: Vec<usize> = (0..data.rows).collect();
        let subject = model.subject();
        found.extend(subject.outputs((&data).into(), &rows, &machine)?);
        if let Some(ood) = &request.ood {
            let set = Outliers::load(ood, false, &model.file.schema)?;
            let rows: Vec<usize> = (0..set.rows).collect();
            outside.extend(subject.outputs(set.samples(), &rows, &machine)?);
        }
        if model.file.classes != models[0].file.classes {
            return Err(Error::Usage(format!(
                "{}: predicts other classes than {}",
                path.display(),
                request.models[0].display()
            )));
        }
        truths.push(truth(&data.target, &rows));
    }
    match &truths[0] {
        Truth::Classes { labels, classes } => {
            let logits = |all: &[Vec<f32>]| {
                let each = all
                    .iter()
                    .map(|values| Logits::from_f32(values, values.len() / classes, *classes));
                each.collect::<Result<Vec<_>, _>>()
            };
            let outside = match outside.is_empty() {
                true => None,
                false => Some(logits(&outside)?),
            };
            classifiers(&logits(&found)?, labels, outside.as_deref())
        }
        Truth::Values(targets) => {
            let values: Vec<_> = found
                .iter()
                .zip(&models)
                .map(|(outputs, model)| predictions(outputs, model.file.target_scale))
                .collect();
            let member = |index: usize| MemberPredictions {
                values: &values[index],
                sigma2: None,
            };
            let settings = AuditConfig::default().bootstrap;
            Ok(compare_regressions(
                member(0),
                member(1),
                targets,
                &settings,
            )?)
        }
    }
}

fn table(found: &Comparison, [first, second]: [&str; 2]) -> String {
    let percent = (100.0 * found.level).round();
    let mut table = Table::with_head(
        vec![
            "metric".into(),
            first.into(),
            second.into(),
            "difference".into(),
            format!("{percent} % interval"),
            "p".into(),
            "p, all metrics".into(),
        ],
        1,
    );
    for one in &found.differences {
        table.push(vec![
            metric_label(&one.metric),
            number(one.a),
            number(one.b),
            number(one.difference.mean),
            format!(
                "{} to {}",
                number(one.difference.low),
                number(one.difference.high)
            ),
            number(one.p),
            number(one.p_adjusted),
        ]);
    }
    table.text()
}

/// What can be told apart, each in a sentence; one for all if nothing can.
fn sentences(found: &Comparison, [first, second]: [&str; 2]) -> String {
    let seen = found
        .differences
        .iter()
        .filter(|one| one.verdict != Verdict::NoDifferenceSeen);
    let lines: Vec<String> = seen
        .map(|one| {
            format!(
                "{}: {}.\n",
                metric_label(&one.metric),
                one.words(first, second)
            )
        })
        .collect();
    match lines.is_empty() {
        true => format!(
            "On these {} rows no difference between {first} and {second} can be seen in any metric.\n",
            found.rows
        ),
        false => lines.concat(),
    }
}
