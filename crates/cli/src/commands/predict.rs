//! `decay predict`: what a model says about new rows, as CSV.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use decay::Error;
use decay::model::Opening;
use decay::settings::resolve;
use decay_data::write_atomically;

use crate::arguments::PredictRequest;
use crate::output;

/// `decay predict`: all networks of the run answer together, or the one that is asked for.
pub(crate) fn predict(request: &PredictRequest) -> Result<(), Error> {
    let machine = request.computing.machine()?;
    let reader = resolve(toml::Table::new(), &request.reader)?.data;
    let mut opening = Opening::new(&request.model).on(machine).reader(reader);
    if let Some(member) = request.member {
        opening = opening.member(member);
    }
    let model = opening.read()?;
    let networks = model.networks();
    if request.features {
        let features = model.features(request.data.as_str())?;
        let out = request.out.as_deref();
        let array = out.filter(|path| path.extension().is_some_and(|own| own == "npy"));
        return match (array, out) {
            (Some(path), _) => write(path, &features.npy()),
            (None, Some(path)) => write(path, features.csv().as_bytes()),
            (None, None) => output::print(&features.csv()),
        };
    }
    if networks > 1 {
        output::note(&format!(
            "{networks} networks answer together; --member 1 for one"
        ));
    }
    let answers = model.predict(request.data.as_str())?;
    if let Some(warning) = &answers.warning {
        output::note(&format!("warning: {warning}"));
    }
    let csv = if request.logits {
        answers.raw_csv()
    } else {
        answers.csv()
    };
    match &request.out {
        None => output::print(&csv),
        Some(path) => write(path, csv.as_bytes()),
    }
}

/// A regular file whole or not at all; a device or a pipe as it comes.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if path.exists() && !path.is_file() && !path.is_dir() {
        let file = OpenOptions::new().write(true).open(path);
        let written = file.and_then(|mut file| file.write_all(bytes));
        return written.map_err(|error| Error::file(path, "written", error));
    }
    Ok(write_atomically(path, bytes)?)
}
