//! Rows of `diagnostics.csv`.

use decay_model::Network;
use decay_report::LayerRow;
use decay_train::LayerRecord;

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
