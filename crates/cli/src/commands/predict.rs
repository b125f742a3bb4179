//! `decay predict`: what a model says about new rows, as CSV, JSON lines or Parquet.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use decay::model::Opening;
use decay::settings::resolve;
use decay::{Error, Model, Predictions};
use decay_data::{Frame, FrameFormat, FrameValues, write_atomically};

use crate::arguments::PredictRequest;
use crate::output;

/// What kept columns are called whose names predictions have, too.
const GIVEN: &str = "given_";

/// `decay predict`: all networks of the run answer together, or the one that is asked for.
pub(crate) fn predict(request: &PredictRequest) -> Result<(), Error> {
    let machine = request.computing.machine()?;
    let reader = resolve(toml::Table::new(), &request.reader)?.data;
    let mut opening = Opening::new(&request.model).on(machine).reader(reader);
    if let Some(member) = request.member {
        opening = opening.member(member);
    }
    let mut model = opening.read()?;
    if request.features {
        return features(&model, request);
    }
    if let Some(coverage) = request.coverage {
        model = model.cover(coverage)?;
    }
    let networks = model.networks();
    if networks > 1 {
        output::note(&format!(
            "{networks} networks answer together; --member 1 for one"
        ));
    }
    let answers = model.predict(request.data.as_str())?;
    if let Some(warning) = &answers.warning {
        output::note(&format!("warning: {warning}"));
    }
    if request.logits {
        return write(request.out.as_deref(), answers.raw_csv().as_bytes());
    }
    let format = format(request);
    let mut frame = frame(&model, &answers, request)?;
    if format != FrameFormat::Parquet {
        frame.round(request.digits);
    }
    write(request.out.as_deref(), &frame.bytes(format)?)
}

fn features(model: &Model, request: &PredictRequest) -> Result<(), Error> {
    let features = model.features(request.data.as_str())?;
    let out = request.out.as_deref();
    match out.and_then(Path::extension) {
        Some(end) if end == "npy" => write(out, &features.npy()),
        _ => write(out, features.csv().as_bytes()),
    }
}

/// What is asked for, or what the name of the file says.
fn format(request: &PredictRequest) -> FrameFormat {
    let named = request.out.as_deref().and_then(Path::extension);
    let named = named.map(|end| FrameFormat::of_extension(&end.to_string_lossy()));
    request.format.or(named).unwrap_or_default()
}

/// The columns that are kept, then the predictions.
fn frame(model: &Model, answers: &Predictions, request: &PredictRequest) -> Result<Frame, Error> {
    let predicted = answers.frame();
    if request.keep.is_empty() {
        return Ok(predicted);
    }
    let mut all = Frame::default();
    for (name, cells) in model.texts(&request.data, &request.keep)? {
        let taken = predicted.columns.iter().any(|(own, _)| *own == name);
        let name = if taken {
            format!("{GIVEN}{name}")
        } else {
            name
        };
        all.push(name, FrameValues::Texts(cells));
    }
    all.columns.extend(predicted.columns);
    Ok(all)
}

/// To stdout, or to a file: a regular one whole or not at all, a device or a pipe as it comes.
fn write(path: Option<&Path>, bytes: &[u8]) -> Result<(), Error> {
    let Some(path) = path else {
        return output::print_bytes(bytes);
    };
    if path.exists() && !path.is_file() && !path.is_dir() {
        let file = OpenOptions::new().write(true).open(path);
        let written = file.and_then(|mut file| file.write_all(bytes));
        return written.map_err(|error| Error::file(path, "written", error));
    }
    Ok(write_atomically(path, bytes)?)
}
