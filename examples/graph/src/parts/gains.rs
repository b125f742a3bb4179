//! What decay and the Laplacian gain, alone and together, each setting chosen on validation nodes.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::measuring::choices::Choices;
use decay_claim::parts::{Comparison, differences, larger_optimum};
use decay_claim::{Curve, Effect, Grid, Measurements, Part, Result};

use super::measured_nets;
use crate::{
    DECAY, FEW, FEWER, GCN, LABELS, LAPLACIAN, MLP, OVERLAP, STRENGTHS, fewer_of, study_of,
};

const ERROR: &str = "error";
const NLL: &str = "NLL";
/// Largest gain in error that "hardly" means.
const HARDLY: f64 = 0.01;

/// Which settings a choice is among, by their strength and rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Neither.
    Neither,
    /// Every decay rate, 0 among them.
    Decay,
    /// Every strength of the Laplacian, 0 among them.
    Laplacian,
    /// Either of these.
    Alone,
    /// Both and neither of them 0.
    Pair,
}

impl Way {
    fn includes(self, strength: f64, rate: f64) -> bool {
        match self {
            Self::Neither => strength == 0.0 && rate == 0.0,
            Self::Decay => strength == 0.0,
            Self::Laplacian => rate == 0.0,
            Self::Alone => strength == 0.0 || rate == 0.0,
            Self::Pair => strength > 0.0 && rate > 0.0,
        }
    }
}

/// A figure of each replicate on its test nodes at the setting that has the lowest on its validation nodes.
pub(crate) fn tested(
    measured: &Measurements,
    study: &str,
    figure: &str,
    way: Way,
) -> Result<Vec<f64>> {
    let sweep = |(series, strength): (&str, f64)| -> Result<[Curve; 2]> {
        let of = |split: &str| measured.curve(study, series, &format!("{split} {figure}"));
        let both = [of("validation")?, of("test")?];
        Ok(both.map(|curve| curve.only(|rate| way.includes(strength, rate))))
    };
    let sweeps = STRENGTHS
        .into_iter()
        .map(sweep)
        .collect::<Result<Vec<_>>>()?;
    Ok(Choices::among(&sweeps).truth)
}

fn less(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Whether the pair is better than the better of either alone, and whether either alone is better than neither: a family each.
pub(super) fn together(measured: &Measurements, set: &str) -> Result<Vec<Part>> {
    let (mut pairs, mut alone) = (Vec::new(), Vec::new());
    for net in measured_nets(measured, set) {
        let study = study_of(set, net);
        let below = |what: String, (figure, unit): (&str, &str), ways: [Way; 2]| {
            let of = |way| tested(measured, &study, figure, way);
            let [statement, unit] = [format!("{study}: {what}"), format!("difference in {unit}")];
            Ok(Comparison::below(
                statement,
                unit,
                of(ways[0])?,
                of(ways[1])?,
            ))
        };
        for (figure, unit) in [(ERROR, ERROR), (NLL, "nats")] {
            let pair = format!("the best pair has a lower {figure} than the best of either alone");
            pairs.push(below(pair, (figure, unit), [Way::Pair, Way::Alone]));
        }
        for (way, name) in [(Way::Decay, "decay"), (Way::Laplacian, "the Laplacian")] {
            let lowers = format!("{name} alone lowers the error");
            alone.push(below(lowers, (ERROR, ERROR), [way, Way::Neither]));
        }
    }
    let mut parts = Vec::new();
    for family in [pairs, alone] {
        let family = family.into_iter().collect::<Result<Vec<_>>>()?;
        parts.extend(differences(&family, OVERLAP)?);
    }
    Ok(parts)
}

/// That the Laplacian helps a perceptron, which sees no edges, and hardly a network that does.
pub(super) fn by_network(measured: &Measurements, set: &str) -> Result<Vec<Part>> {
    let gain = |net: &str| -> Result<Vec<f64>> {
        let of = |way| tested(measured, &study_of(set, net), ERROR, way);
        Ok(less(&of(Way::Neither)?, &of(Way::Laplacian)?))
    };
    let [mlp, gcn] = [gain(MLP)?, gain(GCN)?];
    let more = Comparison::above(
        format!("{set}: the Laplacian gains the MLP more than the GCN"),
        "difference of gains in error",
        mlp,
        gcn.clone(),
    );
    let mut parts = differences(&[more], OVERLAP)?;
    // The same interval as of the difference, on the other side of a gain that nobody would notice.
    let none = vec![0.0; gcn.len()];
    let gained = Comparison::above("", "", gcn, none);
    if let [part] = differences(&[gained], OVERLAP)?.as_slice() {
        parts.push(Part::of_interval(
            format!("{set}: the Laplacian gains the GCN less than one point of error"),
            Effect::new("gain in error", part.effect.estimate),
            Side::Below,
            HARDLY,
        ));
    }
    Ok(parts)
}

/// Figures over the decay rate and over the strength, of so many labels.
pub(crate) fn alone(
    measured: &Measurements,
    set: &str,
    net: &str,
    labels: usize,
    metric: &str,
) -> Result<[Curve; 2]> {
    if labels == LABELS {
        let study = study_of(set, net);
        let decay = measured.curve(&study, STRENGTHS[0].0, metric)?;
        let grid = Grid::of(measured, &study, &STRENGTHS, metric)?;
        return Ok([decay, grid.across(0.0)]);
    }
    let study = fewer_of(set, net, labels);
    let of = |series| measured.curve(&study, series, metric);
    Ok([of(DECAY)?, of(LAPLACIAN)?])
}

/// Test error of each replicate with neither, with decay chosen and with the Laplacian chosen.
pub(crate) fn errors_alone(
    measured: &Measurements,
    set: &str,
    net: &str,
    labels: usize,
) -> Result<[Vec<f64>; 3]> {
    let promised = alone(measured, set, net, labels, "validation error")?;
    let [decay, laplacian] = alone(measured, set, net, labels, "test error")?;
    let [chosen_decay, chosen_laplacian] = [(0, &decay), (1, &laplacian)]
        .map(|(place, test)| Choices::of(&promised[place], test).truth);
    Ok([decay.at(0.0), chosen_decay, chosen_laplacian])
}

/// That fewer labels need more of either.
pub(super) fn by_labels(measured: &Measurements, set: &str) -> Result<Vec<Part>> {
    let few = FEWER[0];
    let (mut family, mut optima) = (Vec::new(), Vec::new());
    for net in FEW {
        let gains = |labels| -> Result<[Vec<f64>; 2]> {
            let [neither, decay, laplacian] = errors_alone(measured, set, net, labels)?;
            Ok([less(&neither, &decay), less(&neither, &laplacian)])
        };
        let (of_few, of_many) = (gains(few)?, gains(LABELS)?);
        for (name, (a, b)) in ["decay", "the Laplacian"]
            .into_iter()
            .zip(of_few.into_iter().zip(of_many))
        {
            family.push(Comparison::above(
                format!("{set}, {net}: {name} gains more with {few} labels of each class than with {LABELS}"),
                "difference of gains in error",
                a,
                b,
            ));
        }
        let nll = |labels| -> Result<Curve> {
            let [decay, _] = alone(measured, set, net, labels, "test NLL")?;
            Ok(decay)
        };
        optima.push(larger_optimum(
            format!(
                "{set}, {net}: NLL is lowest at a larger rate with {few} labels than with {LABELS}"
            ),
            &nll(few)?,
            Better::Lower,
            &nll(LABELS)?,
            Better::Lower,
        )?);
    }
    let mut parts = differences(&family, OVERLAP)?;
    parts.extend(optima);
    Ok(parts)
}
