//! `decay compare`: two models on the same rows.

use decay::settings::resolve;
use decay::{Error, compare_logits, compare_runs};

use crate::arguments::CompareRequest;
use crate::terminal::{ProgressKind, Terminal};
use crate::{interrupt, output};

/// `decay compare`.
pub(crate) fn compare(request: &CompareRequest) -> Result<(), Error> {
    let [first, second] = request.models.as_slice() else {
        return Err(Error::Setting("compare takes two models".into()));
    };
    let models = &[first.clone(), second.clone()];
    let compared = match (&request.labels, &request.data) {
        (Some(labels), None) => {
            let terminal = Terminal::new(false, ProgressKind::default());
            let memory = Some(request.computing.memory()?.for_reading());
            compare_logits(models, labels, request.scores, memory, &|event| {
                terminal.show(&event)
            })?
        }
        (labels, Some(data)) => {
            let machine = request.computing.machine()?;
            let mut reader = resolve(toml::Table::new(), &request.reader)?.data;
            reader.labels = labels.as_ref().map(|file| file.display().to_string());
            compare_runs(models, data, request.ood.as_deref(), &machine, &reader)?
        }
        (None, None) => return Err(Error::Setting("compare needs --data or --labels".into())),
    };
    if let Some(dir) = &request.out {
        interrupt::keep();
        compared.write(dir)?;
    }
    output::print(&format!("{}\n{}", compared.table(), compared.sentences()))
}
