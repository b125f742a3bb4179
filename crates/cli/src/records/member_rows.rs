//! Rows of `members.csv`: the sweep's members, then the refits.

use decay_report::{MemberRow, MemberStatus};
use decay_train::{Losses, Member, Status};

use crate::pipeline::{CrossValidation, Refits};

/// One row per member of the sweep.
pub(crate) fn sweep_rows(validated: &CrossValidation) -> Vec<MemberRow> {
    let plan = &validated.plan;
    let per_rate = plan.folds * plan.seeds;
    let key = validated.metric.key();
    let members = plan
        .members
        .iter()
        .zip(&validated.trained.outcomes)
        .enumerate();
    members
        .map(|(index, (member, outcome))| {
            let half_life = validated.half_lives[index / per_rate];
            let metrics = validated.measured[index].map_or_else(Vec::new, |m| {
                let named = [
                    (format!("train_{key}"), Some(m.train)),
                    (format!("validation_{key}"), Some(m.validation)),
                    ("validation_accuracy".to_owned(), m.accuracy),
                    ("validation_ece".to_owned(), m.ece),
                    ("logit_scale".to_owned(), m.logit_scale),
                    ("weight_norm".to_owned(), Some(m.weight_norm)),
                ];
                named
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?)))
                    .collect()
            });
            let fold = Some(member.fold as u64);
            row(index, member, half_life, fold, outcome.status, metrics)
        })
        .collect()
}

/// One row per refit; places go on from `first`.
pub(crate) fn refit_rows(refits: &Refits, first: usize, classes: bool) -> Vec<MemberRow> {
    let members = refits
        .members
        .iter()
        .zip(&refits.trained.outcomes)
        .enumerate();
    members
        .map(|(index, (member, outcome))| {
            let metrics = outcome
                .train
                .map_or_else(Vec::new, |losses| train_metrics(losses, classes));
            row(
                first + index,
                member,
                refits.half_life,
                None,
                outcome.status,
                metrics,
            )
        })
        .collect()
}

fn train_metrics(losses: Losses, classes: bool) -> Vec<(String, f64)> {
    let loss = if classes { "train_nll" } else { "train_mse" };
    let accuracy = losses
        .accuracy
        .map(|share| ("train_accuracy".to_owned(), share));
    [(loss.to_owned(), losses.loss)]
        .into_iter()
        .chain(accuracy)
        .collect()
}

fn row(
    place: usize,
    member: &Member,
    half_life: f64,
    fold: Option<u64>,
    status: Status,
    metrics: Vec<(String, f64)>,
) -> MemberRow {
    let (status, epochs) = match status {
        Status::Finished { epochs } => (MemberStatus::Ok, epochs),
        Status::Stopped { epoch, .. } => (MemberStatus::Stopped, epoch),
        Status::Diverged { epoch } => (MemberStatus::Frozen, epoch),
    };
    MemberRow {
        member: place as u64,
        rate: member.decay,
        half_life_epochs: half_life.is_finite().then_some(half_life),
        fold,
        seed: member.seed,
        status,
        epochs: u64::from(epochs),
        metrics,
    }
}
