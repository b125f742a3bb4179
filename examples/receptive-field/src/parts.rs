//! What the numbers say of each part of the claim.

use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{below_decade, falls, rises, within};
use decay_claim::{Effect, Judgement, Measurements, Part, Result};

use crate::{
    ACCURATE, BLACK, EQUAL, FADED, FILTERS, GROWTH, GROWTHS, IDLE, LEARNED, LIBRARY, NETWORKS,
    NOISY, SHUFFLED, SLOPES, WEIGHTS, WHOLE, WORLDS, figure, study_of,
};

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = filters(measured)?;
    parts.extend(growths(measured)?);
    parts.extend(trained(measured)?);
    for network in NETWORKS {
        for border in [SHUFFLED, BLACK] {
            parts.extend(of_centre(measured, network, border)?);
        }
        parts.extend(of_whole(measured, network)?);
    }
    Ok(Judgement::of(parts))
}

/// Linear filters where the centre carries the information, and where no pixel is better than another.
fn filters(measured: &Measurements) -> Result<Vec<Part>> {
    let worlds = [
        (FADED, "contrast fades towards the border"),
        (NOISY, "noise grows towards the border"),
        (IDLE, "the border is lively and says nothing, few rows"),
    ];
    let of = |series, name| measured.curve(FILTERS, series, &figure(name, WEIGHTS));
    let mut parts = Vec::new();
    for (series, what) in worlds {
        let entropy = format!("linear, {what}: spatial entropy falls");
        parts.push(falls(entropy, &of(series, "entropy")?)?);
        let radius = format!("linear, {what}: the filter contracts to the centre");
        parts.push(falls(radius, &of(series, "radius")?)?);
    }
    let equal = "linear, all pixels equally useful, few rows: weights are equalised, entropy rises";
    parts.push(rises(equal, &of(EQUAL, "entropy")?)?);
    Ok(parts)
}

/// What decides: how noise goes with the signal.
fn growths(measured: &Measurements) -> Result<Vec<Part>> {
    let change = measured.curve(GROWTHS, "", "change")?;
    let of = |growth| {
        let what = "change of the entropy from no decay to the utmost";
        Effect::new(what, spread(&change.at(growth)))
    };
    let sided = |growth, side, statement: &str| Part::of_interval(statement, of(growth), side, 0.0);
    Ok(vec![
        rises(
            "linear: the faster noise grows towards the border, the more decay raises the entropy",
            &change,
        )?,
        sided(
            GROWTH[0],
            Side::Below,
            "linear, noise fades as the signal does: entropy falls",
        ),
        within(
            "linear, the same noise everywhere: entropy stays, to 0.02",
            of(GROWTH[2]),
            [-0.02, 0.02],
        ),
        sided(
            GROWTH[4],
            Side::Above,
            "linear, noise grows as the signal fades: entropy rises",
        ),
    ])
}

/// The library's filters are the closed form's, and untouched weights do what decay alone does.
fn trained(measured: &Measurements) -> Result<Vec<Part>> {
    let ridge = |world: &str| {
        let far = measured.curve(LIBRARY, world, "distance")?.largest();
        let statement = format!("linear, {world}: training ends at the ridge of its rows, to 1e-4");
        Ok(below_decade(statement, "the relative distance", &far, 1e-4))
    };
    let mut parts = WORLDS.into_iter().map(ridge).collect::<Result<Vec<_>>>()?;
    let study = study_of(NETWORKS[0], BLACK);
    let off = measured.curve(&study, "", "from decay alone")?.largest();
    parts.push(below_decade(
        "perceptron: weights on black pixels are (1 - lr λ)^T of what they were at the start, to 1e-4",
        "the difference over the largest starting weight",
        &off,
        1e-4,
    ));
    Ok(parts)
}

fn fall(
    measured: &Measurements,
    [network, border]: [&str; 2],
    [name, of]: [&str; 2],
    what: &str,
) -> Result<Part> {
    let study = study_of(network, border);
    let curve = measured.accurate(ACCURATE, &study, &figure(name, of))?;
    falls(format!("{study}: {what}, while accuracy lasts"), &curve)
}

/// A network whose border says nothing.
fn of_centre(measured: &Measurements, network: &str, border: &str) -> Result<Vec<Part>> {
    let part = |of, what| fall(measured, [network, border], of, what);
    let mut parts = vec![
        part(["entropy", SLOPES], "entropy of the receptive field falls")?,
        part(
            ["radius", SLOPES],
            "the receptive field contracts to the centre",
        )?,
    ];
    parts.push(first_layer(measured, network, border)?);
    if network == NETWORKS[0] {
        let learned = "entropy of what training added to the first layer falls";
        parts.push(part(["entropy", LEARNED], learned)?);
        let contracts = "what training added to the first layer contracts to the centre";
        parts.push(part(["radius", LEARNED], contracts)?);
    }
    Ok(parts)
}

/// A network whose images are whole: nobody knows where the information is.
fn of_whole(measured: &Measurements, network: &str) -> Result<Vec<Part>> {
    let what = "entropy of the receptive field falls";
    let mut parts = vec![fall(measured, [network, WHOLE], ["entropy", SLOPES], what)?];
    parts.push(first_layer(measured, network, WHOLE)?);
    Ok(parts)
}

fn first_layer(measured: &Measurements, network: &str, border: &str) -> Result<Part> {
    let what = if network == NETWORKS[0] {
        "entropy of the first layer's weights by pixel falls"
    } else {
        "entropy of the first layer's kernels falls"
    };
    fall(measured, [network, border], ["entropy", WEIGHTS], what)
}
