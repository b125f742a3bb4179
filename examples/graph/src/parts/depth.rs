//! Whether depth makes nodes alike, and what decay has to do with it.

use decay_claim::parts::{Comparison, differences};
use decay_claim::{Measurements, Part, Result};

use crate::{DEEP_RATES, LAYERS, OVERLAP, depth_of};

pub(super) fn parts(measured: &Measurements, set: &str) -> Result<Vec<Part>> {
    let study = depth_of(set);
    let of = |metric: &str, layers: usize, rate: f64| -> Result<Vec<f64>> {
        let curve = measured.curve_at(&study, "", metric, layers as f64)?;
        Ok(curve.at(rate))
    };
    let ([shallow, _, deep], [none, little, _]) = (LAYERS, DEEP_RATES);
    let say = |what: String| format!("{study}: {what}");
    let (distance, error) = ("mean cosine distance", "difference in error");
    let family = [
        Comparison::above(
            say(format!(
                "without decay {deep} layers err more than {shallow}"
            )),
            error,
            of("test error", deep, none)?,
            of("test error", shallow, none)?,
        ),
        Comparison::below(
            say(format!(
                "without decay {deep} layers make nodes more alike than {shallow}"
            )),
            distance,
            of("distance", deep, none)?,
            of("distance", shallow, none)?,
        ),
        Comparison::below(
            say(format!(
                "a decay of {little} makes the nodes of {deep} layers more alike"
            )),
            distance,
            of("distance", deep, little)?,
            of("distance", deep, none)?,
        ),
        Comparison::below(
            say(format!(
                "a decay of {little} lowers the error of {deep} layers"
            )),
            error,
            of("test error", deep, little)?,
            of("test error", deep, none)?,
        ),
    ];
    differences(&family, OVERLAP)
}
