//! The audit at the end of a run: its final models, and the population that chose their setting.

use decay_model::Network;

use super::detection::Labelled;
use super::population::{PopulationFigures, Surveying};
use super::subject::{Audited, Subject};
use super::whole::{AuditResult, Auditing};
use crate::error::Error;
use crate::experiment::{Context, CrossValidation, Outliers, Refits, SplitData, Truth, truth};
use crate::settings::Curves;

/// Audits the refits on the held-out rows, if there are any.
pub fn audit_refits(
    context: &Context<'_>,
    split: &SplitData,
    network: &Network,
    refits: &Refits,
    (temperature, sigma2): (Option<f64>, Option<f64>),
    outliers: &[Outliers],
) -> Result<Option<AuditResult>, Error> {
    let Some(held_out) = &split.held_out else {
        return Ok(None);
    };
    let outputs = split.data.task().outputs();
    let subject = Subject {
        temperature,
        sigma2,
        ..Subject::of_models(
            network,
            refits.seeded_states(),
            refits.scales.clone(),
            outputs,
        )
    };
    let data = split.held_out_data(held_out);
    let of_held_out = truth(&data.target, &held_out.rows);
    let trained = truth(&split.data.target, &split.training);
    let training = match &trained {
        Truth::Classes { labels, .. } => Some(Labelled {
            samples: (&split.data).into(),
            rows: &split.training,
            labels,
        }),
        Truth::Values(_) => None,
    };
    let audit = Auditing {
        subject: &subject,
        schema: &split.data.schema,
        held_out: (data.into(), &held_out.rows),
        truth: &of_held_out,
        training,
        outliers,
        settings: &context.settings.audit,
        machine: context.machine,
        observe: context.observe,
    };
    audit.measure().map(Some)
}

/// Figures of every member of a sweep on the held-out rows; `None` without such rows, and where the settings want none.
pub fn audit_sweep(
    context: &Context<'_>,
    split: &SplitData,
    network: &Network,
    validated: &CrossValidation,
    outliers: &[Outliers],
) -> Result<Option<PopulationFigures>, Error> {
    let settings = &context.settings.audit;
    let (Some(held_out), true) = (&split.held_out, settings.population != Curves::None) else {
        return Ok(None);
    };
    let members = validated
        .plan
        .members
        .iter()
        .zip(&validated.trained.outcomes);
    let models = members.map(|(member, outcome)| Audited {
        state: &outcome.state,
        fold: member.fold,
        seed: member.seed,
    });
    let subject = Subject {
        network,
        models: models.collect(),
        scales: validated.scales.clone(),
        outputs: split.data.task().outputs(),
        temperature: None,
        sigma2: None,
    };
    let sound: Vec<bool> = validated.measured.iter().map(Option::is_some).collect();
    let data = split.held_out_data(held_out);
    let truth = truth(&data.target, &held_out.rows);
    Surveying {
        subject: &subject,
        sound: &sound,
        samples: data.into(),
        rows: &held_out.rows,
        truth: &truth,
        schema: &split.data.schema,
        outliers: outliers.iter().find(|set| !set.near).or(outliers.first()),
        settings,
        machine: context.machine,
    }
    .measure()
    .map(Some)
}
