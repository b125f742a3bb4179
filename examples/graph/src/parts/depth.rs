//! Whether depth makes nodes alike, and what decay has to do with it.

use decay_claim::parts::{Comparison, differences};
use decay_claim::{Measurements, Part, Result};

use super::embeddings::QUOTIENT;
use crate::{DEEP_RATES, LAYERS, OVERLAP, depth_of};

pub(super) fn parts(measured: &Measurements, set: &str) -> Result<Vec<Part>> {
    let study = depth_of(set);
    let [shallow, _, deep] = LAYERS.map(|layers| layers as f64);
    let [none, little, _] = DEEP_RATES;
    let (error, distance) = ("test error", "distance");
    let compared = |what: String, below: bool, metric: &str, a: [f64; 2], b: [f64; 2]| {
        let figure = |[layers, rate]: [f64; 2]| -> Result<Vec<f64>> {
            Ok(measured.curve_at(&study, "", metric, layers)?.at(rate))
        };
        let compare = if below {
            Comparison::below
        } else {
            Comparison::above
        };
        let what = format!("{study}: {what}");
        Ok(compare(
            what,
            format!("difference in {metric}"),
            figure(a)?,
            figure(b)?,
        ))
    };
    let (plain, two, decayed) = ([deep, none], [shallow, none], [deep, little]);
    let without = |what: &str| format!("without decay {deep} layers {what} {shallow}");
    let with = |what: &str| format!("a decay of {little} {what} {deep} layers");
    let family = [
        compared(without("err more than"), false, error, plain, two),
        compared(
            without("make nodes more alike than"),
            true,
            distance,
            plain,
            two,
        ),
        compared(
            without("have smoother embeddings than"),
            true,
            QUOTIENT,
            plain,
            two,
        ),
        compared(
            with("makes nodes more alike at"),
            true,
            distance,
            decayed,
            plain,
        ),
        compared(with("lowers the error of"), true, error, decayed, plain),
    ];
    let family = family.into_iter().collect::<Result<Vec<_>>>()?;
    differences(&family, OVERLAP)
}
