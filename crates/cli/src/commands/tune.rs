//! `decay tune`: choose, refit, audit, report. Without a command, the same on embedded digits.

use decay_data::fold_notes;
use decay_report::{HistoryRow, LayerRow, MemberRow};
use decay_train::{Schedule, TrainConfig, member_seed};
use toml::Table;

use super::conclusion::{Conclusion, say};
use super::run::Prepared;
use crate::output;
use decay::Error;
use decay::audit::{audit_curves, audit_refits, audit_sweep, folds_of, population_csv};
use decay::experiment::{
    Choice, Context, CrossValidation, Planned, Refits, Refitting, choose, cross_validate, refit,
    validated_temperature, validated_variance,
};
use decay::population_file::keep_population;
use decay::records::{
    choice_findings, history_rows, layer_rows, refit_rows, selection_file, surface_record,
    surface_table, sweep_record, sweep_rows, sweep_table,
};
use decay::run_record::{RunRecord, Stages};
use decay::settings::{Given, resolve};

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
pub(crate) fn tune(given: &Given) -> Result<(), Error> {
    let named = resolve(Table::new(), given)?;
    let base = match named.data.path.is_some() || named.run.resume {
        true => Table::new(),
        false => DEMONSTRATION
            .parse()
            .map_err(|error: toml::de::Error| Error::Failed(error.to_string()))?,
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
) -> Result<(), Error> {
    let (settings, split, network) = (&prepared.settings, &prepared.split, &prepared.network);
    let validated = cross_validate(context, split, network, planned)?;
    stages.end("sweep");
    let choice = choose(&validated, settings.sweep.rule)?;
    let mut sweep = sweep_record(&validated, &choice, split.data.task().kind())?;
    let surface = surface_record(&validated, &choice);
    let temperature = validated_temperature(&validated, choice.chosen)?;
    let confidence = (temperature, validated_variance(&validated, choice.chosen));
    stages.end("choose");
    let rows = surface.as_ref().map_or_else(String::new, surface_table);
    say(context, &format!("{rows}{}\n", sweep_table(&sweep)))?;
    let refits = refit_chosen(context, prepared, &validated, &choice)?;
    stages.end("refit");
    let outliers = &prepared.outliers;
    let held_out = audit_refits(context, split, network, &refits, confidence, outliers)?;
    stages.end("audit");
    if let Some(figures) = audit_sweep(context, split, network, &validated, outliers)? {
        sweep.audited = audit_curves(&figures, &folds_of(&validated.plan, &choice.row));
        context
            .dir
            .write("population.csv", population_csv(&figures).as_bytes())?;
        stages.end("audit of the population");
    }
    if settings.run.keep_population {
        keep_population(context.dir, network, &validated)?;
    }
    let found = (&sweep, surface.as_ref());
    let selection = selection_file(found, &choice, &validated, temperature, &refits)?;
    context.dir.write("selection.json", &selection)?;
    let findings = choice_findings(found, &choice, &validated, &refits);
    let conclusion = Conclusion {
        members: member_rows(prepared, &validated, &refits),
        history: history(prepared, &validated, &refits),
        layers: layers(prepared, &validated, &refits),
        findings,
        sweep: Some(sweep),
        surface,
        plan: Some(&validated.plan),
        refits: &refits,
        confidence,
        held_out: held_out.as_ref(),
    };
    conclusion.write(context, prepared, record, stages)
}

/// Trains the final models at the chosen setting with seeds that the sweep did not use.
fn refit_chosen(
    context: &Context<'_>,
    prepared: &Prepared,
    validated: &CrossValidation,
    choice: &Choice,
) -> Result<Refits, Error> {
    let settings = &prepared.settings;
    let sweep = &settings.sweep;
    let used = sweep.folds * sweep.seeds;
    let seeds: Vec<u64> = (0..sweep.refits)
        .map(|index| member_seed(settings.run.seed, used + index))
        .collect();
    // There are no validation rows left to stop by.
    let mut config = match settings.train.patience {
        0 => TrainConfig::clone(&settings.train),
        _ => TrainConfig {
            epochs: validated.epochs_of(choice.chosen, settings.train.epochs),
            patience: 0,
            ..TrainConfig::clone(&settings.train)
        },
    };
    if config.schedule == Schedule::Plateau {
        config.schedule = Schedule::Milestones;
        config.milestones = validated.reductions_of(choice.chosen);
    }
    let refitting = Refitting {
        config: &config,
        like: &validated.setting(choice.chosen),
        chosen_for: Some(validated.units.steps),
        seeds: &seeds,
    };
    refit(context, &prepared.split, &prepared.network, &refitting)
}

fn member_rows(
    prepared: &Prepared,
    validated: &CrossValidation,
    refits: &Refits,
) -> Vec<MemberRow> {
    let classes = prepared.split.data.task().outputs() > 1;
    let mut rows = sweep_rows(validated);
    rows.extend(refit_rows(refits, Some(&validated.plan), classes));
    rows
}

fn layers(prepared: &Prepared, validated: &CrossValidation, refits: &Refits) -> Vec<LayerRow> {
    let network = &prepared.network;
    let mut rows = layer_rows(&validated.trained.layers, 0, network);
    let first = validated.plan.members.len();
    rows.extend(layer_rows(&refits.trained.layers, first, network));
    rows
}

fn history(prepared: &Prepared, validated: &CrossValidation, refits: &Refits) -> Vec<HistoryRow> {
    let classes = prepared.split.data.task().outputs() > 1;
    let mut rows = history_rows(&validated.trained.history, 0, classes);
    let first = validated.plan.members.len();
    rows.extend(history_rows(&refits.trained.history, first, classes));
    rows
}
