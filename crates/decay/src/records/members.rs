//! Rows of `members.csv`, `history.csv` and `diagnostics.csv`: the sweep's members, then the refits.

use std::borrow::Cow;

use decay_model::Network;
use decay_report::{HistoryRow, LayerRow, MemberRow, MemberStatus};
use decay_train::{Hyper, LayerRecord, Losses, Member, Plan, Record, Split, Status};

use crate::experiment::{CrossValidation, Refits};

/// One row per member of the sweep.
pub(crate) fn sweep_rows(validated: &CrossValidation) -> Vec<MemberRow> {
    let plan = &validated.plan;
    let key = validated.metric.key();
    let members = plan
        .members
        .iter()
        .zip(&validated.trained.outcomes)
        .enumerate();
    members
        .map(|(index, (member, outcome))| {
            let setting = plan.setting_of(index);
            let decay = (validated.rate(setting), validated.units.half_lives[setting]);
            let mut metrics = swept(plan, member);
            metrics.extend(validated.measured[index].into_iter().flat_map(|m| {
                let named = [
                    (format!("train_{key}"), Some(m.train)),
                    (format!("validation_{key}"), Some(m.validation)),
                    (
                        "validation_accuracy".to_owned(),
                        m.accuracy.filter(|_| key != "accuracy"),
                    ),
                    ("validation_ece".to_owned(), m.ece.filter(|_| key != "ece")),
                    ("logit_scale".to_owned(), m.logit_scale),
                    ("weight_norm".to_owned(), Some(m.weight_norm)),
                ];
                named
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?)))
            }));
            let fold = Some(member.fold as u64);
            row(index, member, decay, fold, outcome.status, metrics)
        })
        .collect()
}

/// A member's own decay rate, which differs from its setting's where its fold has other steps per epoch, and the other
/// swept hyper-parameters.
fn swept(plan: &Plan, member: &Member) -> Vec<(String, f64)> {
    let hypers = plan.axes.iter().map(|axis| axis.hyper);
    let others = hypers.filter(|hyper| *hyper != Hyper::Decay);
    others
        .map(|hyper| (hyper.key().to_owned(), hyper.get(member)))
        .chain([("own_rate".to_owned(), member.decay)])
        .collect()
}

/// One row per refit; places go on after those of the plan, if there is one. `loss` is the name of the loss as a metric.
pub(crate) fn refit_rows(refits: &Refits, plan: Option<&Plan>, loss: &str) -> Vec<MemberRow> {
    let first = plan.map_or(0, |plan| plan.members.len());
    let members = refits
        .members
        .iter()
        .zip(&refits.trained.outcomes)
        .enumerate();
    members
        .map(|(index, (member, outcome))| {
            let mut metrics = plan.map_or_else(Vec::new, |plan| swept(plan, member));
            let losses = outcome.train.into_iter();
            metrics.extend(losses.flat_map(|losses| train_metrics(losses, loss)));
            row(
                first + index,
                member,
                (refits.asked.0, refits.half_life()),
                None,
                outcome.status,
                metrics,
            )
        })
        .collect()
}

fn train_metrics(losses: Losses, loss: &str) -> Vec<(String, f64)> {
    let accuracy = losses
        .accuracy
        .map(|share| ("train_accuracy".to_owned(), share));
    [(format!("train_{loss}"), losses.loss)]
        .into_iter()
        .chain(accuracy)
        .collect()
}

fn row(
    place: usize,
    member: &Member,
    (rate, half_life): (f64, f64),
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
        rate,
        half_life_epochs: half_life.is_finite().then_some(half_life),
        fold,
        seed: member.seed,
        status,
        epochs: u64::from(epochs),
        metrics,
    }
}

/// The engine's records by member and epoch; members are counted on from `first`, and `loss` is the name of the loss as a metric.
pub(crate) fn history_rows(
    records: &[Record],
    first: usize,
    loss: &'static str,
) -> Vec<HistoryRow> {
    let mut ordered: Vec<&Record> = records.iter().collect();
    // The order in which chunks report is not part of the result.
    ordered.sort_by_key(|record| {
        (
            record.member,
            record.epoch,
            record.split == Split::Validation,
        )
    });
    let mut rows = Vec::with_capacity(ordered.len() * 2);
    for record in ordered {
        let split = match record.split {
            Split::Train => "train",
            Split::Validation => "validation",
        };
        let mut push = |metric: &'static str, value| {
            rows.push(HistoryRow {
                member: (first + record.member) as u64,
                epoch: u64::from(record.epoch),
                split: Cow::Borrowed(split),
                metric: Cow::Borrowed(metric),
                value,
            });
        };
        push(loss, record.losses.loss);
        if let Some(accuracy) = record.losses.accuracy {
            push("accuracy", accuracy);
        }
    }
    rows
}

/// The engine's records by member, epoch and layer; members are counted on from `first`.
pub(crate) fn layer_rows(
    records: &[LayerRecord],
    first: usize,
    network: &Network,
) -> Vec<LayerRow> {
    let mut ordered: Vec<&LayerRecord> = records.iter().collect();
    // The order in which chunks report is not part of the result.
    ordered.sort_by_key(|record| (record.member, record.epoch, record.parameter));
    let row = |record: &LayerRecord| LayerRow {
        member: (first + record.member) as u64,
        epoch: u64::from(record.epoch),
        parameter: network.parameters()[record.parameter].name.clone(),
        weight_norm: record.weight_norm,
        gradient_norm: record.gradient_norm,
        angle: record.angle,
        equilibrium_angle: record.equilibrium_angle,
        effective_lr: record.effective_lr,
        zeros: record.zeros,
        decay_share: record.decay_share,
    };
    ordered.into_iter().map(row).collect()
}
