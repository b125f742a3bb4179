//! What the numbers say of each part of the claim.

mod linear;
mod networks;

use decay_claim::parts::below_decade;
use decay_claim::{Curve, Judgement, Measurements, Part, Result};

use crate::NETS;

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let [few, many, _] = NETS.map(|(study, ..)| study);
    let mut parts = networks::network(measured, many)?;
    parts.extend(networks::wide(measured)?);
    parts.extend(networks::network(measured, few)?);
    parts.extend(linear::known(measured)?);
    Ok(Judgement::of(parts))
}

/// The largest of each replicate is below a limit.
fn below(statement: &str, what: &str, figure: &Curve, limit: f64) -> Part {
    below_decade(statement, what, &figure.largest(), limit)
}
