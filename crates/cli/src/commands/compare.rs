//! `decay compare`: two models on the same rows, or several beside the best of them.

use std::path::PathBuf;

use decay::settings::resolve;
use decay::{
    Compared, ComparedMany, Error, compare_logits, compare_logits_by, compare_runs, compare_runs_by,
};

use crate::arguments::CompareRequest;
use crate::terminal::{ProgressKind, Terminal};
use crate::{interrupt, output};

/// `decay compare`.
pub(crate) fn compare(request: &CompareRequest) -> Result<(), Error> {
    if let [first, second] = request.models.as_slice() {
        return two(request, &[first.clone(), second.clone()]);
    }
    let terminal = Terminal::new(true, ProgressKind::default());
    let compared = match (&request.labels, &request.data) {
        (Some(labels), None) => {
            let memory = Some(request.computing.memory()?.for_reading());
            ComparedMany::of(&request.models, &|pair, resamples| {
                let observe = |event| terminal.show(&event);
                compare_logits_by(pair, labels, request.scores, memory, resamples, &observe)
            })?
        }
        (labels, Some(data)) => {
            let machine = request.computing.machine()?;
            let mut reader = resolve(toml::Table::new(), &request.reader)?.data;
            reader.labels = labels.as_ref().map(|file| file.display().to_string());
            let ood = request.ood.as_deref();
            ComparedMany::of(&request.models, &|pair, resamples| {
                compare_runs_by(pair, data, ood, &machine, &reader, resamples)
            })?
        }
        (None, None) => return Err(nothing()),
    };
    let mut page = String::new();
    if let Some(dir) = &request.out {
        interrupt::keep();
        compared.write(dir)?;
        page = format!("\n{}\n", dir.join("comparison.html").display());
    }
    output::print(&format!(
        "{}\n{}{page}",
        compared.table(),
        compared.sentences()
    ))
}

fn two(request: &CompareRequest, models: &[PathBuf; 2]) -> Result<(), Error> {
    let compared = compared(request, models)?;
    if let Some(dir) = &request.out {
        interrupt::keep();
        compared.write(dir)?;
    }
    output::print(&format!("{}\n{}", compared.table(), compared.sentences()))
}

fn compared(request: &CompareRequest, models: &[PathBuf; 2]) -> Result<Compared, Error> {
    match (&request.labels, &request.data) {
        (Some(labels), None) => {
            let terminal = Terminal::new(false, ProgressKind::default());
            let memory = Some(request.computing.memory()?.for_reading());
            compare_logits(models, labels, request.scores, memory, &|event| {
                terminal.show(&event);
            })
        }
        (labels, Some(data)) => {
            let machine = request.computing.machine()?;
            let mut reader = resolve(toml::Table::new(), &request.reader)?.data;
            reader.labels = labels.as_ref().map(|file| file.display().to_string());
            compare_runs(models, data, request.ood.as_deref(), &machine, &reader)
        }
        (None, None) => Err(nothing()),
    }
}

fn nothing() -> Error {
    Error::Setting("compare needs --data or --labels".into())
}
