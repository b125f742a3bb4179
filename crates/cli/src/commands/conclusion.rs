//! What `tune` and `fit` share after the last step: files, the page and the last words.

use decay_data::Task;
use decay_report::{
    Finding, HistoryRow, LayerRow, MemberRow, Surface, Sweep, history_csv, layers_csv, members_csv,
    surface_csv,
};
use decay_train::Plan;

use super::run::Prepared;
use crate::output;
use decay::Error;
use decay::audit::AuditResult;
use decay::experiment::{Context, Refits};
use decay::model_file::{ModelFile, WeightsFile};
use decay::records::{PageParts, audit_files, audit_findings, audit_table, page};
use decay::run_dir::RunDir;
use decay::run_record::{RunRecord, Stages};

/// Everything that a run found.
pub(crate) struct Conclusion<'a> {
    pub(crate) members: Vec<MemberRow>,
    pub(crate) history: Vec<HistoryRow>,
    /// Empty unless diagnostics are asked for.
    pub(crate) layers: Vec<LayerRow>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) sweep: Option<Sweep>,
    pub(crate) surface: Option<Surface>,
    /// Of the sweep.
    pub(crate) plan: Option<&'a Plan>,
    pub(crate) refits: &'a Refits,
    /// Temperature and noise variance, found on validation rows.
    pub(crate) confidence: (Option<f64>, Option<f64>),
    pub(crate) held_out: Option<&'a AuditResult>,
}

impl Conclusion<'_> {
    /// Writes tables, model, audit and page, marks the run as finished, and says what was found.
    pub(crate) fn write(
        mut self,
        context: &Context<'_>,
        prepared: &Prepared,
        record: &mut RunRecord,
        mut stages: Stages,
    ) -> Result<(), Error> {
        let dir = context.dir;
        self.write_tables(dir)?;
        let model = model_file(prepared, self.refits, self.confidence);
        model.write(dir, &prepared.network, &self.refits.states())?;
        if let Some(held_out) = self.held_out {
            for (name, bytes) in audit_files(held_out)? {
                dir.write(name, &bytes)?;
            }
            say(context, &audit_table(held_out))?;
            self.findings
                .extend(audit_findings(held_out, &prepared.split.data.schema.target));
        }
        let report = page(PageParts {
            settings: &prepared.settings,
            split: &prepared.split,
            network: &prepared.network,
            record,
            stages: &stages,
            findings: self.findings.clone(),
            sweep: self.sweep,
            surface: self.surface,
            plan: self.plan,
            refits: self.refits,
            held_out: self.held_out,
        })?;
        dir.write(
            "report.json",
            &decay_report::to_json("report.json", &report)?,
        )?;
        dir.write("report.html", report.to_html().as_bytes())?;
        stages.end("report");
        record.finish(stages, dir)?;
        dir.drop_checkpoints()?;
        last_words(context, &self.findings)
    }

    fn write_tables(&self, dir: &RunDir) -> Result<(), Error> {
        dir.write("members.csv", &members_csv(&self.members))?;
        dir.write("history.csv", &history_csv(&self.history))?;
        if !self.layers.is_empty() {
            dir.write("diagnostics.csv", &layers_csv(&self.layers))?;
        }
        match &self.surface {
            Some(surface) => dir.write("surface.csv", &surface_csv(surface)),
            None => Ok(()),
        }
    }
}

/// Describes the refits as a model file.
fn model_file(
    prepared: &Prepared,
    refits: &Refits,
    (temperature, sigma2): (Option<f64>, Option<f64>),
) -> ModelFile {
    let (format, version) = ModelFile::stamp();
    let (data, task) = (&prepared.split.data, prepared.split.data.task());
    let [half_life_epochs, tau_epochs] = refits.times();
    let survivors = refits.survivors().into_iter();
    let weights = survivors
        .map(|place| &refits.members[place])
        .enumerate()
        .map(|(index, member)| WeightsFile {
            file: ModelFile::weights_name(index),
            seed: member.seed,
        });
    ModelFile {
        format,
        version,
        architecture: prepared.settings.model.clone(),
        inputs: data.features(),
        outputs: task.outputs(),
        classes: match &task {
            Task::Classification { classes } => classes.clone(),
            Task::Regression { .. } => Vec::new(),
        },
        temperature,
        sigma2,
        rate: refits.rate(),
        half_life_epochs,
        tau_epochs,
        weights: weights.collect(),
        target_scale: refits.scales.target,
        schema: data.schema.clone(),
        preprocessing: refits.scales.features.clone(),
    }
}

/// The findings, then the path of the page; of a quiet run the path alone.
fn last_words(context: &Context<'_>, findings: &[Finding]) -> Result<(), Error> {
    let path = context.dir.join("report.html").display().to_string();
    if context.settings.run.quiet {
        return output::print(&format!("{path}\n"));
    }
    let mut text = String::from("\n");
    for finding in findings {
        text.push_str(&format!("{} {}\n", finding.headline, finding.detail));
    }
    output::print(&format!("{text}\n{path}\n"))
}

/// Prints unless the run is quiet.
pub(crate) fn say(context: &Context<'_>, text: &str) -> Result<(), Error> {
    match context.settings.run.quiet {
        true => Ok(()),
        false => output::print(text),
    }
}
