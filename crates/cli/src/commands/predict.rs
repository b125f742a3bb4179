//! `decay predict`: what a model says about new rows, as CSV.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use decay_audit::Logits;
use decay_data::{load_inputs_with, write_atomically};
use decay_train::Samples;

use crate::arguments::PredictRequest;
use crate::output;
use decay::Error;
use decay::model_file::{Model, ModelFile};
use decay_report::text::csv_field;

/// `decay predict`.
pub(crate) fn predict(request: &PredictRequest) -> Result<(), Error> {
    let machine = request.computing.machine()?;
    let model = Model::read(&request.model, 1)?;
    let encoded = load_inputs_with(&request.data, &model.file.schema)?;
    if let Some(warning) = encoded.warning() {
        output::note(&format!("warning: {warning}"));
    }
    let single = model.subject();
    let rows: Vec<usize> = (0..encoded.rows).collect();
    let samples = Samples {
        features: &encoded.features,
        rows: encoded.rows,
        inputs: model.file.inputs,
        graph: encoded.graph.as_ref(),
    };
    let outputs = single.outputs(samples, &rows, &machine)?;
    let outputs = outputs.into_iter().next().unwrap_or_default();
    let csv = match (request.logits, model.file.is_classifier()) {
        (true, _) => raw(&model.file, &outputs),
        (false, true) => classes(&model.file, &outputs, encoded.rows)?,
        (false, false) => values(&model.file, &outputs),
    };
    match &request.out {
        None => output::print_bytes(csv.as_bytes()),
        Some(path) => write(path, csv.as_bytes()),
    }
}

/// `class` and the tempered probability of every class.
fn classes(file: &ModelFile, outputs: &[f32], rows: usize) -> Result<String, Error> {
    let logits =
        Logits::from_f32(outputs, rows, file.outputs)?.tempered(file.temperature.unwrap_or(1.0))?;
    let head = file
        .classes
        .iter()
        .map(|class| csv_field(&format!("p_{class}")));
    let mut csv = line(["class".to_owned()].into_iter().chain(head));
    let probabilities = logits.probabilities();
    let rows = probabilities
        .chunks_exact(file.outputs)
        .zip(logits.predictions());
    for (row, class) in rows {
        let cells = row.iter().map(|p| format!("{p}"));
        csv.push_str(&line(
            [csv_field(&file.classes[class])].into_iter().chain(cells),
        ));
    }
    Ok(csv)
}

/// One value per row, in the target's unit.
fn values(file: &ModelFile, outputs: &[f32]) -> String {
    let mut csv = line([csv_field(&file.schema.target)].into_iter());
    for &output in outputs {
        let value = f64::from(output);
        let value = file.target_scale.map_or(value, |scale| scale.invert(value));
        csv.push_str(&format!("{value}\n"));
    }
    csv
}

/// The network's outputs as they are.
fn raw(file: &ModelFile, outputs: &[f32]) -> String {
    let names: Vec<String> = match file.classes.as_slice() {
        [] => vec!["output".into()],
        classes => classes
            .iter()
            .map(|class| csv_field(&format!("logit_{class}")))
            .collect(),
    };
    let mut csv = line(names.into_iter());
    for row in outputs.chunks_exact(file.outputs) {
        csv.push_str(&line(row.iter().map(|value| format!("{value}"))));
    }
    csv
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut line = cells.collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

/// A regular file whole or not at all; a device or a pipe as it comes.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if path.exists() && !path.is_file() && !path.is_dir() {
        let written = OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(bytes));
        return written.map_err(|error| Error::file(path, "written", error));
    }
    Ok(write_atomically(path, bytes)?)
}
