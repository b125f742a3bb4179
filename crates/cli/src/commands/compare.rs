//! `decay compare`: two models on the same rows, or several beside the best of them.

use std::path::{Path, PathBuf};

use decay::device::Machine;
use decay::settings::{DataSettings, resolve};
use decay::{Error, compare_logits, compare_many_logits, compare_many_runs, compare_runs};

use crate::arguments::CompareRequest;
use crate::terminal::{ProgressKind, Terminal};
use crate::{interrupt, output};

/// `decay compare`.
pub(crate) fn compare(request: &CompareRequest) -> Result<(), Error> {
    if let [first, second] = request.models.as_slice() {
        return two(request, &[first.clone(), second.clone()]);
    }
    let asked = Asked::of(request)?;
    let compared = match &asked {
        Asked::Logits { labels, memory } => {
            let terminal = Terminal::new(false, ProgressKind::default());
            compare_many_logits(&request.models, labels, request.scores, *memory, &|event| {
                terminal.show(&event);
            })?
        }
        Asked::Runs {
            data,
            machine,
            reader,
        } => compare_many_runs(
            &request.models,
            data,
            request.ood.as_deref(),
            machine,
            reader,
        )?,
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
    let compared = match &Asked::of(request)? {
        Asked::Logits { labels, memory } => {
            let terminal = Terminal::new(false, ProgressKind::default());
            compare_logits(models, labels, request.scores, *memory, &|event| {
                terminal.show(&event);
            })?
        }
        Asked::Runs {
            data,
            machine,
            reader,
        } => compare_runs(models, data, request.ood.as_deref(), machine, reader)?,
    };
    if let Some(dir) = &request.out {
        interrupt::keep();
        compared.write(dir)?;
    }
    output::print(&format!("{}\n{}", compared.table(), compared.sentences()))
}

/// What models are compared on.
enum Asked<'a> {
    /// Files of predictions.
    Logits {
        labels: &'a Path,
        memory: Option<u64>,
    },
    /// Rows that runs predict.
    Runs {
        data: &'a str,
        machine: Box<Machine>,
        reader: Box<DataSettings>,
    },
}

impl<'a> Asked<'a> {
    fn of(request: &'a CompareRequest) -> Result<Self, Error> {
        match (&request.labels, &request.data) {
            (Some(labels), None) => Ok(Self::Logits {
                labels,
                memory: Some(request.computing.memory()?.for_reading()),
            }),
            (labels, Some(data)) => {
                let machine = request.computing.machine()?;
                let mut reader = resolve(toml::Table::new(), &request.reader)?.data;
                reader.labels = labels.as_ref().map(|file| file.display().to_string());
                Ok(Self::Runs {
                    data,
                    machine: Box::new(machine),
                    reader: Box::new(reader),
                })
            }
            (None, None) => Err(Error::Setting("compare needs --data or --labels".into())),
        }
    }
}
