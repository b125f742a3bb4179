//! `decay predict`: what a model says about new rows, as CSV.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use decay::Error;
use decay::model::Opening;
use decay_data::write_atomically;

use crate::arguments::PredictRequest;
use crate::output;

/// `decay predict`: the first network of the run answers.
pub(crate) fn predict(request: &PredictRequest) -> Result<(), Error> {
    let machine = request.computing.machine()?;
    let model = Opening::new(&request.model)
        .networks(1)
        .on(machine)
        .read()?;
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
