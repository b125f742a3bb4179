//! `decay audit`: measures the models of a run on labelled rows.

use decay_data::{Dataset, load_with, write_atomically};

use crate::arguments::AuditRequest;
use crate::device::Machine;
use crate::failure::Failure;
use crate::model_file::Model;
use crate::output;
use crate::pipeline::{AuditedModel, HeldOutAudit, Outliers, audit_members, truth};
use crate::records::{audit_file, audit_findings, audit_table};

/// `decay audit`.
pub(crate) fn audit(request: &AuditRequest) -> Result<(), Failure> {
    let machine = Machine::of_computing(&request.computing)?;
    let model = Model::read(&request.model, usize::MAX)?;
    let data = load_with(&request.data, &model.file.schema)?;
    let outliers = match &request.ood {
        Some(source) => Some(Outliers::load(source, &model.file.schema)?),
        None => None,
    };
    let found = measure(&model, &data, outliers.as_ref(), &machine)?;
    if let Some(dir) = &request.out {
        std::fs::create_dir_all(dir).map_err(|error| Failure::file(dir, "created", error))?;
        write_atomically(&dir.join("audit.json"), &audit_file(&found)?)?;
    }
    let mut text = audit_table(&found);
    text.push('\n');
    for finding in audit_findings(&found, &model.file.schema.target) {
        text.push_str(&format!("{} {}\n", finding.headline, finding.detail));
    }
    output::print(&text)
}

fn measure(
    model: &Model,
    data: &Dataset,
    outliers: Option<&Outliers>,
    machine: &Machine,
) -> Result<HeldOutAudit, Failure> {
    let rows: Vec<usize> = (0..data.rows).collect();
    let audited = AuditedModel {
        network: &model.network,
        states: model.states.iter().collect(),
        scales: model.file.scales(),
        outputs: model.file.outputs,
        temperature: model.file.temperature,
        sigma2: model.file.sigma2,
    };
    let truth = truth(&data.target, &rows);
    audit_members(&audited, (data.into(), &rows), &truth, outliers, machine)
}
