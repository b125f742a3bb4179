//! Whether depth makes nodes alike, and what decay has to do with it.

use decay_claim::parts::{Comparison, differences};
use decay_claim::{Measurements, Part, Result};

use super::embeddings::QUOTIENT;
use crate::{DEEP_RATES, LAYERS, OVERLAP, depth_of};

const ERROR: &str = "test error";
const DISTANCE: &str = "distance";
/// What is said of a metric, whether it is said to be larger, and layers and rate of both sides.
type Said = (String, &'static str, bool, [[f64; 2]; 2]);

pub(super) fn parts(measured: &Measurements, set: &str) -> Result<Vec<Part>> {
    let [shallow, _, deep] = LAYERS.map(|layers| layers as f64);
    let [none, little, _] = DEEP_RATES;
    let (plain, two, decayed) = ([deep, none], [shallow, none], [deep, little]);
    let (by_depth, by_decay) = ([plain, two], [decayed, plain]);
    let without = |what: &str| format!("without decay {deep} layers {what} {shallow}");
    let with = |what: &str| format!("a decay of {little} {what} {deep} layers");
    let (alike, smoother) = (
        "make nodes more alike than",
        "have smoother embeddings than",
    );
    let said = [
        (without("err more than"), ERROR, true, by_depth),
        (without(alike), DISTANCE, false, by_depth),
        (without(smoother), QUOTIENT, false, by_depth),
        (with("makes nodes more alike at"), DISTANCE, false, by_decay),
        (with("lowers the error of"), ERROR, false, by_decay),
    ];
    let compare = |said| compared(measured, &depth_of(set), said);
    let family = said.into_iter().map(compare).collect::<Result<Vec<_>>>()?;
    differences(&family, OVERLAP)
}

fn compared(measured: &Measurements, study: &str, said: Said) -> Result<Comparison> {
    let (what, metric, more, sides) = said;
    let figure = |[layers, rate]: [f64; 2]| -> Result<Vec<f64>> {
        Ok(measured.curve_at(study, "", metric, layers)?.at(rate))
    };
    let [a, b] = [figure(sides[0])?, figure(sides[1])?];
    let compare = if more {
        Comparison::above
    } else {
        Comparison::below
    };
    let [statement, difference] = [
        format!("{study}: {what}"),
        format!("difference in {metric}"),
    ];
    Ok(compare(statement, difference, a, b))
}
