//! `decay fit`: several models at one decay rate, audited.

use decay_report::Finding;
use decay_train::{Member, TrainConfig, check_rate, member_seed, rate_of_half_life, rate_of_tau};
use toml::Table;

use super::conclusion::Conclusion;
use super::run::Prepared;
use decay::Error;
use decay::audit::audit_refits;
use decay::experiment::{Context, Refits, Refitting, refit};
use decay::records::{history_rows, layer_rows, refit_rows};
use decay::run_record::{RunRecord, Stages};
use decay::settings::{Given, Settings};
use decay_report::text::number;

const COMMAND: &str = "fit";

/// `decay fit`.
pub(crate) fn fit(given: &Given) -> Result<(), Error> {
    let prepared = Prepared::new(COMMAND, Table::new(), given)?;
    let rate = rate(&prepared.settings, prepared.split.training.len())?;
    let members = prepared.settings.sweep.seeds;
    prepared.run(COMMAND, members, |context, prepared, record, stages| {
        work(context, prepared, rate, record, stages)
    })
}

fn rate(settings: &Settings, rows: usize) -> Result<f64, Error> {
    let train = &settings.train;
    let steps = f64::from(train.steps_per_epoch(rows));
    let pace = train.decay_kind().pace(train.lr);
    let of_half_life = |epochs| rate_of_half_life(epochs, pace, steps);
    let of_tau = |epochs| rate_of_tau(epochs, pace, steps);
    let fit = &settings.fit;
    let rate = fit.rate.or(fit.half_life.map(of_half_life));
    let rate = rate.or(fit.tau.map(of_tau)).unwrap_or_default();
    let key = match (fit.half_life, fit.tau) {
        (Some(_), _) => "the rate of fit.half_life",
        (_, Some(_)) => "the rate of fit.tau",
        _ => "fit.rate",
    };
    check_rate(key, rate)?;
    Ok(rate)
}

fn work(
    context: &Context<'_>,
    prepared: &Prepared,
    rate: f64,
    record: &mut RunRecord,
    mut stages: Stages,
) -> Result<(), Error> {
    let (settings, split, network) = (&prepared.settings, &prepared.split, &prepared.network);
    let seeds: Vec<u64> = (0..settings.sweep.seeds)
        .map(|index| member_seed(settings.run.seed, index))
        .collect();
    // Without validation rows nothing can stop early.
    let config = TrainConfig {
        patience: 0,
        ..TrainConfig::clone(&settings.train)
    };
    let like = Member::new(&config, rate, 0, 0);
    let refitting = Refitting::on_all_rows(&config, &like, &seeds);
    let refits = refit(context, split, network, &refitting)?;
    stages.end("fit");
    let outliers = &prepared.outliers;
    let held_out = audit_refits(context, split, network, &refits, (None, None), outliers)?;
    stages.end("audit");
    let classes = split.data.task().outputs() > 1;
    let conclusion = Conclusion {
        members: refit_rows(&refits, None, classes),
        history: history_rows(&refits.trained.history, 0, classes),
        layers: layer_rows(&refits.trained.layers, 0, network),
        findings: vec![finding(&refits)],
        sweep: None,
        surface: None,
        plan: None,
        refits: &refits,
        confidence: (None, None),
        held_out: held_out.as_ref(),
    };
    conclusion.write(context, prepared, record, stages)
}

fn finding(refits: &Refits) -> Finding {
    let losses: Vec<f64> = refits
        .trained
        .outcomes
        .iter()
        .filter_map(|outcome| outcome.train.map(|losses| losses.loss))
        .filter(|loss| loss.is_finite())
        .collect();
    let mean = losses.iter().sum::<f64>() / losses.len().max(1) as f64;
    let count = refits.members.len();
    let lost = count - refits.survivors().len();
    let diverged = if lost > 0 {
        format!(" {lost} of {count} models diverged.")
    } else {
        String::new()
    };
    Finding {
        headline: format!(
            "{count} models at decay rate {}, a half-life of {} epochs (tau {} epochs).",
            number(refits.rate()),
            number(refits.half_life()),
            number(refits.tau())
        ),
        detail: format!("Mean training loss {}.{diverged}", number(mean)),
    }
}
