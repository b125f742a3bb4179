//! `decay audit`: measures models on labelled rows: those of a run, foreign weights, or logits of another program.

use decay::Error;
use decay::audit::{Foreign, RunAudit, audit_logits, audit_settings};
use decay::settings::resolve;

use crate::arguments::{AuditRequest, AuditSubject};
use crate::terminal::Terminal;
use crate::{command_words, interrupt, output};

/// `decay audit`.
pub(crate) fn audit(request: &AuditRequest) -> Result<(), Error> {
    let terminal = Terminal::new(request.quiet, request.progress);
    let mut audit = match &request.subject {
        AuditSubject::Logits {
            logits,
            labels,
            scores,
            ood,
        } => {
            let foreign = Foreign {
                models: logits,
                labels,
                scores: *scores,
                memory: Some(
                    resolve(toml::Table::new(), &request.given)?
                        .run
                        .memory
                        .for_reading(),
                ),
            };
            audit_logits(foreign, ood, &|event| terminal.show(&event))?
        }
        AuditSubject::Model {
            run,
            weights,
            data,
            labels,
        } => {
            let settings = resolve(audit_settings(run)?, &request.given)?;
            let mut audit = RunAudit::of(run)
                .settings(settings)
                .observe(|event| terminal.show(&event));
            if let Some(weights) = weights {
                audit = audit.weights(weights);
            }
            if let Some(data) = data {
                audit = audit.data(data);
            }
            if let Some(labels) = labels {
                audit = audit.labels(labels);
            }
            audit.measure()?
        }
    };
    audit.command = command_words();
    let mut text = audit.table() + "\n";
    for finding in &audit.findings {
        text.push_str(&format!("{finding}\n"));
    }
    if let Some(dir) = &request.out {
        interrupt::keep();
        audit.write(dir)?;
        text.push_str(&format!("\n{}\n", dir.join("audit.html").display()));
    }
    output::print(&text)
}
