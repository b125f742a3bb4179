//! `decay tune`: choose, refit, audit, report. Without a command, the same on embedded digits.

use decay_data::fold_notes;
use decay_train::{TrainConfig, member_seed};
use toml::Table;

use super::run::{Finished, Prepared, last_words, model_file, say, write_page, write_results};
use crate::failure::Failure;
use crate::output;
use crate::pipeline::{
    Choice, Context, CrossValidation, Planned, Refits, audit_refits, choose, cross_validate, refit,
    validated_temperature, validated_variance,
};
use crate::records::{
    PageParts, audit_file, audit_findings, audit_table, choice_findings, history_rows, page,
    refit_rows, selection_file, sweep_record, sweep_rows, sweep_table,
};
use crate::run_record::{RunRecord, Stages};
use crate::settings::{Given, resolve};

const COMMAND: &str = "tune";

/// What the demonstration adds to the defaults: grey values share a scale, and a faster learning rate has the lower
/// validation loss in 20 epochs.
const DEMONSTRATION: &str = r#"
[data]
path = "embedded:digits"
ood = "embedded:fashion-mini"
scaling = "global"

[train]
lr = 0.005
"#;

/// `decay tune`; without data, the demonstration.
pub(crate) fn tune(given: &Given) -> Result<(), Failure> {
    let named = resolve(Table::new(), given)?;
    let base = match named.data.path.is_some() || named.run.resume {
        true => Table::new(),
        false => DEMONSTRATION
            .parse()
            .map_err(|error: toml::de::Error| Failure::Failed(error.to_string()))?,
    };
    let prepared = Prepared::new(COMMAND, base, given)?;
    let planned = Planned::new(&prepared.settings, &prepared.split)?;
    if !prepared.settings.run.quiet {
        let split = &prepared.split;
        for note in fold_notes(&split.data.target, &split.training, planned.plan.folds) {
            output::note(&note);
        }
    }
    let members = planned.plan.members.len();
    prepared.run(COMMAND, members, |context, prepared, record, stages| {
        work(context, prepared, planned, record, stages)
    })
}

fn work(
    context: &Context<'_>,
    prepared: &Prepared,
    planned: Planned,
    record: &mut RunRecord,
    mut stages: Stages,
) -> Result<(), Failure> {
    let (settings, split, network) = (&prepared.settings, &prepared.split, &prepared.network);
    let validated = cross_validate(context, split, network, planned)?;
    stages.end("sweep");
    let choice = choose(&validated, settings.sweep.rule)?;
    let sweep = sweep_record(
        &validated,
        &choice,
        split.data.task().kind(),
        settings.sweep.rule,
    )?;
    let temperature = validated_temperature(&validated, choice.chosen)?;
    let confidence = (temperature, validated_variance(&validated, choice.chosen));
    stages.end("choose");
    say(context, &sweep_table(&sweep))?;
    let refits = refit_chosen(context, prepared, &validated, &choice)?;
    stages.end("refit");
    let outliers = prepared.outliers.as_ref();
    let held_out = audit_refits(context, split, network, &refits, confidence, outliers)?;
    stages.end("audit");
    context.dir.write(
        "selection.json",
        &selection_file(&sweep, &choice, temperature)?,
    )?;
    write_results(
        context,
        network,
        &finished(prepared, &validated, &refits, confidence),
    )?;
    let mut findings = choice_findings(
        &sweep,
        &choice,
        (settings.sweep.folds, settings.sweep.seeds),
    );
    if let Some(held_out) = &held_out {
        context.dir.write("audit.json", &audit_file(held_out)?)?;
        say(context, &format!("\n{}", audit_table(held_out)))?;
        findings.extend(audit_findings(held_out, &split.data.schema.target));
    }
    let report = page(PageParts {
        settings,
        split,
        network,
        record,
        stages: &stages,
        findings: findings.clone(),
        sweep: Some(sweep),
        refits: &refits,
        held_out: held_out.as_ref(),
    })?;
    write_page(context, &report)?;
    stages.end("report");
    record.finish(stages, context.dir)?;
    last_words(context, &findings)
}

/// Trains the final models at the chosen rate with seeds that the sweep did not use.
fn refit_chosen(
    context: &Context<'_>,
    prepared: &Prepared,
    validated: &CrossValidation,
    choice: &Choice,
) -> Result<Refits, Failure> {
    let settings = &prepared.settings;
    let sweep = &settings.sweep;
    let used = sweep.folds * sweep.seeds;
    let seeds: Vec<u64> = (0..sweep.refits)
        .map(|index| member_seed(settings.run.seed, used + index))
        .collect();
    // There are no validation rows left to stop by.
    let config = match settings.train.patience {
        0 => settings.train.clone(),
        _ => TrainConfig {
            epochs: validated.epochs_of(choice.chosen, settings.train.epochs),
            patience: 0,
            ..settings.train.clone()
        },
    };
    let rate = validated.plan.rates[choice.chosen];
    refit(
        context,
        &prepared.split,
        &prepared.network,
        &config,
        rate,
        &seeds,
    )
}

fn finished<'a>(
    prepared: &Prepared,
    validated: &CrossValidation,
    refits: &'a Refits,
    confidence: (Option<f64>, Option<f64>),
) -> Finished<'a> {
    let classes = prepared.split.data.task().outputs() > 1;
    let first = validated.plan.members.len();
    let mut members = sweep_rows(validated);
    members.extend(refit_rows(refits, first, classes));
    let mut history = history_rows(&validated.trained.history, 0, classes);
    history.extend(history_rows(&refits.trained.history, first, classes));
    Finished {
        members,
        history,
        model: model_file(prepared, refits, confidence),
        refits,
    }
}
