//! Claim: label smoothing regularises the outputs, decay the parameters, and the two complement each other.

#![forbid(unsafe_code)]

mod experiment;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_claim::drawing::{Horizontal, grid_panels, panel, picture, series_along, spread};
use decay_claim::measuring::small::Small;
use decay_claim::parts::{
    Comparison, below_decade, differences, falls, remarked_differences, rises, within,
};
use decay_claim::{
    About, Claim, Curve, Drawing, Effect, Grid, Judgement, Lab, Measurements, Part, Result,
};

/// The claim.
pub struct LabelSmoothing;

/// Series and strength of the smoothing.
const STRENGTHS: [(&str, f64); 5] = [
    ("ε = 0", 0.0),
    ("ε = 0.02", 0.02),
    ("ε = 0.05", 0.05),
    ("ε = 0.1", 0.1),
    ("ε = 0.3", 0.3),
];
const NORM: &str = "norm of the weights";
/// What a pair may be better at, with its unit.
const FIGURES: [(&str, &str); 4] = [
    ("NLL", "NLL (nats)"),
    ("error", "error"),
    ("calibration error", "calibration error"),
    ("tempered NLL", "tempered NLL (nats)"),
];

impl Claim for LabelSmoothing {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Label smoothing beside decay",
            statement: "Label smoothing regularises the output space, where it raises the entropy of predictions, and decay the parameter \
                        space, where it shrinks weights; so they complement each other.",
            source: "Szegedy et al. 2016; Müller, Kornblith & Hinton 2019; an introductory text on weight decay",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let mut parts = Vec::new();
        for study in measured.studies() {
            parts.extend(pair_parts(measured, study)?);
            parts.extend(space_parts(measured, study)?);
        }
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (studies, mut spaces) = (measured.studies(), Vec::new());
        let grids = grid_panels(measured, &studies, &STRENGTHS, &FIGURES)?;
        for study in measured.studies() {
            let (entropy, norm) = (
                of_either(measured, study, "entropy")?,
                of_either(measured, study, NORM)?,
            );
            let path = |label: &str, colour, k: usize| {
                series_along(label, colour, &entropy[k].means(), &norm[k].values)
            };
            let both = vec![path("more label smoothing", 6, 0), path("more decay", 5, 1)];
            let x = Horizontal::linear("entropy of the predictions (nats)");
            spaces.push(panel(study, x, NORM, both));
        }
        Ok(vec![
            Drawing {
                file: "grid",
                caption: "Each strength of label smoothing over the decay rate.".into(),
                picture: picture("Label smoothing and decay", 2, grids),
            },
            Drawing {
                file: "spaces",
                caption: "From the network without either, more of one or more of the other: what happens to outputs (to the right) and to weights (down).".into(),
                picture: picture("Output space and parameter space", 2, spaces),
            },
        ])
    }
}

/// A figure over the strength of label smoothing without decay, and over the decay rate without label smoothing.
fn of_either(measured: &Measurements, study: &str, metric: &str) -> Result<[Curve; 2]> {
    let grid = Grid::of(measured, study, &STRENGTHS, metric)?;
    Ok([
        grid.across(0.0),
        measured.curve(study, STRENGTHS[0].0, metric)?,
    ])
}

/// Whether both together are better than the better of either alone.
fn pair_parts(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let pair = |(metric, unit): (&str, &str)| -> Result<(Comparison, String)> {
        let grid = Grid::of(measured, study, &STRENGTHS, metric)?;
        let statement =
            format!("{study}: the best pair has a lower {metric} than the best of either alone");
        Ok(grid.pair_below(statement, unit, ["ε", "λ"]))
    };
    let pairs = FIGURES.into_iter().map(pair).collect::<Result<_>>()?;
    remarked_differences(pairs, Small::OVERLAP)
}

/// What each does to outputs and to weights.
fn space_parts(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let of = |metric| of_either(measured, study, metric);
    let (nll, tempered, entropy, norm) =
        (of("NLL")?, of("tempered NLL")?, of("entropy")?, of(NORM)?);
    let say = |what: &str| format!("{study}: {what}");
    // At the strength or rate with the lowest NLL.
    let at_best = |figure: &[Curve; 2], way: usize| nll[way].decay_for(Better::Lower, &figure[way]);
    let kept = |what: &str, figure: &Curve, way: usize| {
        let shares = nll[way].decay_for(Better::Lower, &figure.over_first());
        let effect = Effect::new("share of its size without", spread(&shares));
        within(say(what), effect, [0.9, 1.1])
    };
    let survives = |what: &str, way: usize| {
        let statement = format!("{study}: {what} still lowers NLL where a temperature follows");
        let best = tempered[way].at_best_decay(Better::Lower);
        Comparison::below(statement, "nats", best, tempered[way].at(0.0))
    };
    let [more, fewer] = [
        "label smoothing raises entropy more than decay, each where its NLL is lowest",
        "decay shrinks weights more than label smoothing there",
    ];
    let family = [
        Comparison::above(
            say(more),
            "nats",
            at_best(&entropy, 0),
            at_best(&entropy, 1),
        ),
        Comparison::below(say(fewer), "norm", at_best(&norm, 1), at_best(&norm, 0)),
        survives("label smoothing", 0),
        survives("decay", 1),
    ];
    let identity = say("H(q', p) = (1 - ε) H(q, p) + ε H(u, p) on the outputs of every model");
    let gap = Grid::of(measured, study, &STRENGTHS, "gap")?.largest();
    let mut parts = vec![
        rises(
            say("label smoothing raises the entropy of predictions"),
            &entropy[0],
        )?,
        falls(say("decay shrinks the weights"), &norm[1])?,
        kept(
            "label smoothing leaves the weights as large as they were",
            &norm[0],
            0,
        ),
        kept(
            "decay leaves the entropy of predictions as it was",
            &entropy[1],
            1,
        ),
        below_decade(identity, "the largest relative gap", &gap, 1e-12),
    ];
    parts.extend(differences(&family, Small::OVERLAP)?);
    Ok(parts)
}
