//! The record of the whole page.

use decay_model::{ModelConfig, Network};
use decay_report::{Curve, Finding, PlainTable, Report, Run, Section, Split, Training};
use decay_train::{Hyper, Plan};

use super::choice::axis_in_words;
use super::parameter_rows;
use crate::audit::{self, Measurements};
use crate::data::{Data, column_section};
use crate::error::Error;
use crate::experiment::{Networks, Refits, Swept, ValidationMetric};
use crate::run::{RunRecord, Stages};
use crate::settings::Settings;
use decay_report::text::{capitalised, counted, short};

/// What a page is made of.
pub(crate) struct PageParts<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) data: &'a Data,
    pub(crate) network: &'a Network,
    pub(crate) record: &'a RunRecord,
    pub(crate) stages: &'a Stages,
    pub(crate) answer: Vec<Finding>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) swept: Option<&'a Swept>,
    pub(crate) refits: &'a Refits,
    pub(crate) audited: Option<&'a Measurements>,
}

impl PageParts<'_> {
    /// Of the sweep.
    fn plan(&self) -> Option<&Plan> {
        self.swept.map(|swept| &swept.validated.plan)
    }
}

/// The record that `report.json` keeps and `report.html` shows.
pub(crate) fn page(parts: PageParts<'_>) -> Result<Report, Error> {
    let PageParts {
        settings,
        record,
        audited,
        ..
    } = parts;
    let held_out = audited.map(|found| &found.held_out);
    Ok(Report {
        title: title(&parts),
        subtitle: subtitle(&parts),
        command: record.command_line.clone(),
        training: Some(training(&parts)?),
        audit: held_out.map_or_else(Vec::new, audit::rows),
        audit_note: held_out.map_or_else(String::new, audit::note),
        reliability: held_out.map_or_else(Vec::new, |found| found.reliability.clone()),
        sections: sections(&parts),
        decayed: parameter_rows(parts.network, &settings.train),
        provenance: provenance(&parts)?,
        answer: parts.answer,
        findings: parts.findings,
        sweep: parts.swept.map(|swept| swept.curve.clone()),
        surface: parts.swept.and_then(|swept| swept.surface.clone()),
        learning_curve: parts.swept.and_then(Swept::learning_curve).cloned(),
    })
}

/// The networks that were compared, the parts of the audit, then what the columns of the file were taken for.
fn sections(parts: &PageParts<'_>) -> Vec<Section> {
    let networks = parts.swept.and_then(|swept| swept.networks.as_ref());
    let mut sections: Vec<Section> = networks.map(network_section).into_iter().collect();
    sections.extend(parts.audited.map_or_else(Vec::new, audit::sections));
    let decisions = parts.data.decisions.as_deref();
    let read = decisions.filter(|decisions| !decisions.dialect.is_empty());
    sections.extend(read.map(column_section));
    sections
}

fn network_section(networks: &Networks) -> Section {
    Section {
        heading: "Networks".into(),
        note: "Trained on the same folds from the same seeds, each judged at the setting that is best for it; differences are paired over \
               folds, with the correction of Nadeau & Bengio in their 95 % intervals. All else on this page is of the chosen one."
            .into(),
        tables: vec![PlainTable {
            caption: "The networks, with one standard error over folds beside each mean.".into(),
            heads: networks.heads().to_vec(),
            names: 2,
            rows: networks.rows().into_iter().map(|row| row.to_vec()).collect(),
        }],
        ..Section::default()
    }
}

fn title(parts: &PageParts<'_>) -> String {
    let swept = parts.plan().map(|plan| plan.axes[0].hyper);
    let subject = match swept.unwrap_or(Hyper::Decay) {
        Hyper::Decay => "Weight decay".to_owned(),
        hyper => capitalised(hyper.symbol()),
    };
    format!("{subject} on {}", parts.data.dataset.name)
}

fn subtitle(parts: &PageParts<'_>) -> String {
    let dataset = &parts.data.dataset;
    let models = match parts.plan() {
        Some(plan) => {
            let axes: Vec<String> = plan.axes.iter().map(axis_in_words).collect();
            format!(
                "{} models ({} × {} folds × {}) {}, {}",
                plan.members.len(),
                axes.join(" × "),
                plan.folds,
                counted(plan.seeds, "seed"),
                if parts.refits.exact {
                    "solved"
                } else {
                    "trained together"
                },
                counted(parts.refits.members.len(), "refit")
            )
        }
        None => format!("{} models at one rate", parts.refits.members.len()),
    };
    let length = match parts.refits.exact {
        true => "each at its minimum".to_owned(),
        false => format!("{} epochs", parts.settings.train.epochs),
    };
    format!(
        "{} on {} rows of {}: {models}, {length}.",
        architecture(
            &parts.settings.model,
            dataset.features(),
            parts.settings.train.loss.outputs(&dataset.task())
        ),
        dataset.rows,
        dataset.name
    )
}

/// The network in a few words.
fn architecture(model: &ModelConfig, inputs: usize, outputs: usize) -> String {
    let chain = |hidden: &[usize]| {
        let widths = [&[inputs], hidden, &[outputs]].concat();
        let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
        widths.join("-")
    };
    match model {
        ModelConfig::Mlp(mlp) => format!("MLP {}", chain(&mlp.hidden)),
        ModelConfig::Own { name } => name.clone(),
        ModelConfig::Gnn(gnn) => format!("{} {}", gnn.layer.title(), chain(&gnn.hidden)),
        ModelConfig::Cnn(cnn) => {
            let stages: Vec<String> = cnn.stages.iter().map(ToString::to_string).collect();
            format!("CNN {}, {outputs} outputs", stages.join(" "))
        }
    }
}

/// Training loss of the refits by epoch.
fn training(parts: &PageParts<'_>) -> Result<Training, Error> {
    let refits = parts.refits;
    let axes = parts.plan().map_or(&[][..], |plan| &plan.axes);
    let others: String = axes
        .iter()
        .map(|axis| axis.hyper)
        .filter(|hyper| *hyper != Hyper::Decay)
        .map(|hyper| format!(", {} = {}", hyper.symbol(), short(hyper.get(&refits.like))))
        .collect();
    let (task, loss) = (parts.data.dataset.task().kind(), parts.settings.train.loss);
    Ok(Training {
        note: format!(
            "{} models at rate {}{others}, trained on all {} training rows: mean loss over the batches of each epoch.",
            refits.members.len(),
            decay_report::text::number(refits.rate()),
            parts.data.training.len()
        ),
        metric: ValidationMetric::new(None, task, loss)?.shown(),
        runs: (0..refits.members.len())
            .map(|index| run(refits, index))
            .collect(),
    })
}

fn run(refits: &Refits, index: usize) -> Run {
    let history = refits.trained.history.iter();
    let mut own: Vec<_> = history.filter(|record| record.member == index).collect();
    own.sort_by_key(|record| record.epoch);
    let curve = Curve {
        split: Split::Train,
        mean: own.iter().map(|record| record.losses.loss).collect(),
        low: Vec::new(),
        high: Vec::new(),
    };
    Run {
        label: format!("model {}", index + 1),
        curves: vec![curve],
    }
}

fn provenance(parts: &PageParts<'_>) -> Result<Vec<(String, String)>, Error> {
    let PageParts { record, data, .. } = parts;
    let mut rows = vec![(
        "data".to_owned(),
        format!(
            "{} ({}), {} rows × {} features; {} to train and choose, {} held out",
            record.data.name,
            record.data.provenance.source,
            record.data.provenance.rows,
            record.data.features,
            record.data.training_rows,
            record.data.held_out_rows
        ),
    )];
    for file in &record.data.provenance.files {
        rows.push((format!("SHA-256 of {}", file.path), file.sha256.clone()));
    }
    if let Some(licence) = &record.data.provenance.licence {
        rows.push(("licence of the data".into(), licence.clone()));
    }
    for note in &data.dataset.schema.notes {
        rows.push(("note".into(), note.clone()));
    }
    rows.extend([
        ("seed".into(), record.seed.to_string()),
        ("version".into(), format!("decay {}", record.version)),
        (
            "device".into(),
            format!("{}, {} threads", record.device, record.threads),
        ),
        ("started".into(), record.started.clone()),
        (
            "wall time".into(),
            format!("{:.1} s", parts.stages.total().as_secs_f64()),
        ),
        ("configuration".into(), record.config.to_toml()?),
    ]);
    Ok(rows)
}
