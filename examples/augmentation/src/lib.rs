//! Claim: stronger augmentation lowers the variance, so that the best decay rate falls.

#![forbid(unsafe_code)]

mod experiment;
mod linear;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_claim::drawing::{Panel, figures_panel, names_panel, picture, spread};
use decay_claim::parts::{
    Comparison, below_decade, differences, falls, larger_optimum, remarked_differences,
};
use decay_claim::{About, Claim, Curve, Drawing, Grid, Judgement, Lab, Measurements, Part, Result};

/// The claim.
pub struct Augmentation;

/// Correlation `ρ` of replicates as `ρ / (1 - ρ)`: two share a sixth of the rows that they are held against.
const OVERLAP: f64 = 0.2;
const NETS: [&str; 2] = ["digits", "Fashion-MNIST"];
const KINDS: [&str; 4] = ["shift", "rotation", "cutout", "mixup"];
const NONE: &str = "none";
/// Levels of every kind, the strengths of which differ between data, with their ranks.
const LEVELS: [(&str, f64); 4] = [(NONE, 0.0), ("weak", 1.0), ("medium", 2.0), ("strong", 3.0)];
/// Ridge regressions on every change of the digits.
const EXACT: &str = "digits, ridge regression";
const LINEAR: [&str; 4] = [
    NONE,
    "all shifts by 1 pixel",
    "all cutouts of 4 x 4 pixels",
    "all mixed pairs",
];
const IDENTITY: &str = "identities";
const NLL: &str = "validation loss";
const SUM: &str = "their sum";

/// What measurements call a level of a kind.
fn series(kind: &str, level: &str) -> String {
    match level {
        NONE => NONE.to_owned(),
        _ => format!("{kind}, {level}"),
    }
}

impl Claim for Augmentation {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Augmentation instead of decay",
            statement: "Stronger augmentation lowers the variance, so that the best decay rate falls.",
            source: "Hernández-García & König 2018; Dao et al. 2019; Zhang et al. 2018; DeVries & Taylor 2017",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let mut parts = Vec::new();
        for net in NETS {
            parts.extend(stated_parts(measured, net)?);
            parts.extend(gain_parts(measured, net)?);
        }
        parts.extend(exact_parts(measured)?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut losses, mut causes) = (Vec::new(), Vec::new());
        for kind in KINDS {
            losses.extend(loss_panels(measured, kind)?);
            for net in NETS {
                causes.push(cause_panel(measured, net, kind)?);
            }
        }
        let of = |way: usize| (LINEAR[way], way, LINEAR[way]);
        let exact = |metric, y: &str| {
            let curve = |series| measured.curve(EXACT, series, metric);
            figures_panel(metric, y, &[0, 1, 2, 3].map(of), curve)
        };
        let y = "squared error";
        let exact = [SUM, "squared bias", "variance"].map(|metric| exact(metric, y));
        let exact = exact.into_iter().collect::<Result<_>>()?;
        Ok(vec![
            Drawing {
                file: "rates",
                caption: "Each level of augmentation over the decay rate.".into(),
                picture: picture("Augmentation and decay", 2, losses),
            },
            Drawing {
                file: "causes",
                caption:
                    "What augmentation does without decay: squared bias, variance and their sum."
                        .into(),
                picture: picture("Bias and variance without decay", 2, causes),
            },
            Drawing {
                file: "ridge",
                caption: "A linear model on every change of its images, exactly.".into(),
                picture: picture("Ridge regression on all changes of the digits", 3, exact),
            },
        ])
    }
}

/// A panel of every network: its loss over the rate, a line for each level of a kind.
fn loss_panels(measured: &Measurements, kind: &str) -> Result<Vec<Panel>> {
    let panel = |net: &&str| {
        let lines: Vec<_> = LEVELS.iter().enumerate().collect();
        let lines: Vec<_> = lines
            .iter()
            .map(|&(colour, (level, _))| (*level, colour, *level))
            .collect();
        let curve = |level| measured.curve(net, &series(kind, level), NLL);
        figures_panel(&format!("{net}: {kind}"), "NLL (nats)", &lines, curve)
    };
    NETS.iter().map(panel).collect()
}

/// Bias and variance without decay at every level of a kind.
fn cause_panel(measured: &Measurements, net: &str, kind: &str) -> Result<Panel> {
    let lines = [
        ("squared bias", 4, "squared bias"),
        ("variance", 5, "variance"),
        (SUM, 6, SUM),
    ];
    let figure = |place: usize, metric: &str| {
        let level = series(kind, LEVELS[place].0);
        Ok(spread(&measured.curve(net, &level, metric)?.at(0.0)))
    };
    let levels = LEVELS.map(|(level, _)| level);
    let title = format!("{net}: {kind}");
    names_panel(
        &title,
        "strength",
        &levels,
        "squared error of probabilities",
        &lines,
        figure,
    )
}

/// A figure of a network in every cell of a kind's levels and rates.
fn grid(measured: &Measurements, net: &str, kind: &str, metric: &str) -> Result<Grid> {
    let all = LEVELS.map(|(level, rank)| (series(kind, level), rank));
    let all: Vec<_> = all
        .iter()
        .map(|(name, rank)| (name.as_str(), *rank))
        .collect();
    Grid::of(measured, net, &all, metric)
}

/// The claim as it is stated: variance falls with the strength, and the best rate with it.
fn stated_parts(measured: &Measurements, net: &str) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for kind in KINDS {
        let say = |what: &str| format!("{net}, {kind}: {what}");
        let best = |level, metric| measured.curve(net, &series(kind, level), metric);
        let lower = |what: &str, metric| {
            let (none, strong) = (best(NONE, metric)?, best(LEVELS[3].0, metric)?);
            larger_optimum(say(what), &none, Better::Lower, &strong, Better::Lower)
        };
        parts.push(lower(
            "the rate with the lowest NLL is smaller under strong augmentation",
            NLL,
        )?);
        parts.push(lower("so is that with the lowest squared error", SUM)?);
        let variance = grid(measured, net, kind, "variance")?.across(0.0);
        parts.push(falls(
            say("without decay variance falls with the strength"),
            &variance,
        )?);
    }
    Ok(parts)
}

/// What augmentation gains and by what, and what decay still gains beside it: three families of as many comparisons as there are kinds.
fn gain_parts(measured: &Measurements, net: &str) -> Result<Vec<Part>> {
    let (mut causes, mut gains, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    let none = measured.curve(net, NONE, NLL)?;
    for kind in KINDS {
        let say = |what: &str| format!("{net}, {kind}: {what}");
        let cells = grid(measured, net, kind, NLL)?;
        let (rank, _) = cells.best(Better::Lower, |rank, rate| rank > 0.0 && rate == 0.0);
        let level = LEVELS[rank as usize].0;
        causes.push(cause(measured, net, kind, level)?);
        let beside = gain(&measured.curve(net, &series(kind, level), NLL)?);
        let less = say("decay gains less beside it than alone");
        gains.push((
            Comparison::below(less, "nats", beside, gain(&none)),
            format!("beside {level} {kind}"),
        ));
        let pair = say("the best pair has a lower NLL than the best of either alone");
        pairs.push(cells.pair_below(pair, "nats", ["level", "λ"]));
    }
    let mut parts = remarked_differences(causes, OVERLAP)?;
    parts.extend(remarked_differences(gains, OVERLAP)?);
    parts.extend(remarked_differences(pairs, OVERLAP)?);
    Ok(parts)
}

/// That a level has a lower variance than none, both without decay, with a remark on squared bias.
fn cause(
    measured: &Measurements,
    net: &str,
    kind: &str,
    level: &str,
) -> Result<(Comparison, String)> {
    let both = |metric| -> Result<[Vec<f64>; 2]> {
        let own = measured.curve(net, &series(kind, level), metric)?.at(0.0);
        Ok([own, measured.curve(net, NONE, metric)?.at(0.0)])
    };
    let [own, none] = both("variance")?;
    let [own_bias, bias] = both("squared bias")?.map(|values| spread(&values).mean);
    let lower = format!(
        "{net}, {kind}: without decay, the level that is best has a lower variance than none"
    );
    Ok((
        Comparison::below(lower, "squared error", own, none),
        format!("{level} {kind}; squared bias {own_bias:.3}, without {bias:.3}"),
    ))
}

/// What the best positive rate takes off the loss without decay.
fn gain(loss: &Curve) -> Vec<f64> {
    let pairs = loss
        .at(0.0)
        .into_iter()
        .zip(loss.at_best_decay(Better::Lower));
    pairs.map(|(from, to)| from - to).collect()
}

/// What is exact: ridge regression on every change of its images.
fn exact_parts(measured: &Measurements) -> Result<Vec<Part>> {
    let identity = |metric, statement: &str| -> Result<Part> {
        let gap = measured.curve(IDENTITY, "", metric)?.largest();
        let what = "the largest relative difference of the weights";
        Ok(below_decade(statement, what, &gap, 1e-9))
    };
    let [changed, mixed] = [
        "ridge regression on all changes is that on averaged images with a penalty by the changes' covariance",
        "on all mixed pairs it is that on the images as they are at 3/2 of the rate: the best falls, and what is best stays the same",
    ];
    let mut parts = vec![identity("changed", changed)?, identity("mixed", mixed)?];
    let of = |way, metric| measured.curve(EXACT, way, metric);
    let at_best = |way, metric| {
        of(way, SUM).and_then(|sum| Ok(sum.chosen_by_others(Better::Lower, &of(way, metric)?)))
    };
    let none = of(NONE, SUM)?;
    for way in &LINEAR[1..] {
        let lower = format!("ridge regression, {way}: the best rate is smaller than without");
        parts.push(larger_optimum(
            lower,
            &none,
            Better::Lower,
            &of(way, SUM)?,
            Better::Lower,
        )?);
    }
    let mut causes = Vec::new();
    // Mixed pairs leave it as it was, which is the second identity.
    for way in &LINEAR[1..3] {
        let less = format!(
            "ridge regression, {way}: variance is smaller than without, each at its best rate"
        );
        let (own, none) = (at_best(way, "variance")?, at_best(NONE, "variance")?);
        causes.push(Comparison::below(less, "squared error", own, none));
    }
    parts.extend(differences(&causes, OVERLAP)?);
    Ok(parts)
}
