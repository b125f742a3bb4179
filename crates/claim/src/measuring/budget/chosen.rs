//! What validation chooses, and what that gains on the rows that test.

use super::{DECAY, HALVES, Method};
use crate::curve::Curve;
use crate::drawing::{Panel, names_panel, spread};
use crate::failure::Result;
use crate::judgement::Part;
use crate::measurements::Measurements;
use crate::measuring::choices::Choices;
use crate::parts::{Comparison, differences};

/// A way to regularise: a method or none, and whether a rate is chosen, too.
#[derive(Debug, Clone, Copy)]
pub enum Way {
    /// The rate alone, without any other.
    Decay,
    /// A method's strengths, or none of it.
    Alone(Method),
    /// A method's strengths and not none of it, without decay.
    Bare(Method),
    /// The same with every rate.
    Both(Method),
}

/// Test loss of each replicate at the setting that its validation rows choose.
///
/// # Errors
/// If a setting was not measured.
pub fn tested(measured: &Measurements, set: &str, way: Way) -> Result<Vec<f64>> {
    let (method, none, rates) = match way {
        Way::Decay => (None, true, true),
        Way::Alone(method) => (Some(method), true, false),
        Way::Bare(method) => (Some(method), false, false),
        Way::Both(method) => (Some(method), false, true),
    };
    let strengths = method
        .iter()
        .flat_map(|own| own.strengths.iter().map(|&at| (own.name, at)));
    let sweep = |(series, at): (&str, f64)| -> Result<[Curve; 2]> {
        let of = |metric| measured.curve_at(set, series, metric, at);
        let both = [of(HALVES[0])?, of(HALVES[1])?];
        Ok(both.map(|curve| curve.only(|rate| rates || rate == 0.0)))
    };
    let all = none.then_some((DECAY, 0.0)).into_iter().chain(strengths);
    let sweeps = all.map(sweep).collect::<Result<Vec<_>>>()?;
    Ok(Choices::among(&sweeps).truth)
}

/// Whether decay wins, and whether it adds: two families of as many comparisons as there are methods. `unit` is what losses are
/// in, `overlap` as in [`parts`](crate::parts).
///
/// # Errors
/// If a setting was not measured, or for too few replicates.
pub fn gains(
    measured: &Measurements,
    set: &str,
    unit: &str,
    methods: &[Method],
    overlap: f64,
) -> Result<Vec<Part>> {
    let decay = tested(measured, set, Way::Decay)?;
    let (mut wins, mut adds) = (Vec::new(), Vec::new());
    for &method in methods {
        let (of, other) = (|way| tested(measured, set, way), method.name);
        let win = format!("{set}: decay has a lower loss than {other}, each chosen by validation");
        let alone = of(Way::Alone(method))?;
        wins.push(Comparison::below(win, unit, decay.clone(), alone));
        let add = format!("{set}: decay lowers the loss beside {other}");
        let [both, bare] = [of(Way::Both(method))?, of(Way::Bare(method))?];
        adds.push(Comparison::below(add, unit, both, bare));
    }
    let mut parts = differences(&wins, overlap)?;
    parts.extend(differences(&adds, overlap)?);
    Ok(parts)
}

/// Test losses of methods with and without decay, less that of decay alone.
///
/// # Errors
/// If a setting was not measured.
pub fn gains_panel(
    measured: &Measurements,
    set: &str,
    unit: &str,
    methods: &[Method],
) -> Result<Panel> {
    type WayOf = fn(Method) -> Way;
    let names: Vec<_> = methods.iter().map(|method| method.name).collect();
    let lines = [
        ("without decay", 1, Way::Bare as WayOf),
        ("with decay", 5, Way::Both),
    ];
    let decay = tested(measured, set, Way::Decay)?;
    let y = format!("test loss less that of decay ({unit})");
    names_panel(set, "", &names, &y, &lines, |place, way: WayOf| {
        let found = tested(measured, set, way(methods[place]))?;
        let less: Vec<f64> = found.iter().zip(&decay).map(|(a, b)| a - b).collect();
        Ok(spread(&less))
    })
}
