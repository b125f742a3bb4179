//! Claim: without decay a network overfits, with much of it it underfits, and validation loss has its minimum between.

mod decomposition;
mod experiment;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::{at_lowest, panel, picture, point, rates_panel};
use decay_claim::parts::{Comparison, differences, falls, rises, u_shaped};
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};
use decay_report::picture::{Horizontal, Panel, Series};

/// The claim.
pub struct BiasVariance;

const DIGITS: &str = "digits, 100 rows";
const SINE: &str = "noisy sine, 40 rows";

impl Claim for BiasVariance {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay trades variance for bias",
            statement: "Without decay a network overfits and with too much it underfits: validation loss is U-shaped \
                        in the rate, because variance falls and bias rises with it.",
            source: "Geman, Bienenstock & Doursat 1992; Krogh & Hertz 1991",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let (mut parts, mut turns) = (Vec::new(), Vec::new());
        for study in [DIGITS, SINE] {
            let of = |metric| measured.curve(study, "", metric);
            let say = |what: &str| format!("{study}: {what}");
            let (train, validation) = (of("training loss")?, of("validation loss")?);
            let gap = validation.with(&train, |v, t| v - t);
            let u = u_shaped(say("validation loss is U-shaped"), &validation, Better::Lower, 0.0)?;
            parts.push(u);
            parts.push(falls(say("the gap to the training loss shrinks"), &gap)?);
            parts.push(rises(say("training loss rises"), &train)?);
            parts.push(rises(say("squared bias rises"), &of("squared bias")?)?);
            parts.push(falls(say("variance falls"), &of("variance")?)?);
            turns.push(turns_up(measured, study)?);
        }
        parts.extend(differences(&turns, 0.0)?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut losses, mut causes, mut learning) = (Vec::new(), Vec::new(), Vec::new());
        for study in [DIGITS, SINE] {
            let of = |metric| measured.curve(study, "", metric);
            let (train, validation) = (of("training loss")?, of("validation loss")?);
            let curves = [("training loss", 1, &train), ("validation loss", 0, &validation)];
            let mut panel = rates_panel(study, "loss", &curves);
            panel.marks.push(at_lowest(&validation, "best"));
            losses.push(panel);
            let (bias, variance) = (of("squared bias")?, of("variance")?);
            let sum = bias.with(&variance, |b, v| b + v);
            let curves = [("squared bias", 4, &bias), ("variance", 5, &variance), ("their sum", 6, &sum)];
            let mut panel = rates_panel(study, "squared error", &curves);
            panel.marks.push(at_lowest(&sum, "least"));
            causes.push(panel);
            learning.push(learning_panel(measured, study)?);
        }
        losses.extend(causes);
        Ok(vec![
            Drawing {
                file: "u-shape",
                caption: "Above: validation loss falls to a minimum and rises again. Below: why.".into(),
                picture: picture("Loss, bias and variance over the decay rate", 2, losses),
            },
            Drawing {
                file: "learning-curves",
                caption: "Without decay validation loss turns up while training loss goes on falling.".into(),
                picture: picture("Learning curves", 2, learning),
            },
        ])
    }
}

/// Without decay, validation loss at the end is above its minimum; the epoch of the minimum is that of the other replicates.
fn turns_up(measured: &Measurements, study: &str) -> Result<Comparison> {
    let epochs = measured.places(study, "", "validation by epoch");
    let at = |&epoch: &f64| {
        let curve = measured.curve_at(study, "", "validation by epoch", epoch)?;
        Ok(curve.values[0].clone())
    };
    let curves = epochs.iter().map(at).collect::<Result<Vec<Vec<f64>>>>()?;
    let last = curves.last().cloned().unwrap_or_default();
    let lowest = |replicate: usize| {
        let others = |epoch: &&Vec<f64>| epoch.iter().sum::<f64>() - epoch[replicate];
        let best = curves.iter().min_by(|a, b| others(a).total_cmp(&others(b)));
        best.map_or(f64::NAN, |epoch| epoch[replicate])
    };
    Ok(Comparison {
        statement: format!("{study}: without decay validation loss turns up before the end"),
        what: "validation loss at the end above its minimum".into(),
        b: (0..last.len()).map(lowest).collect(),
        a: last,
        claimed: Side::Above,
    })
}

/// Loss by epoch without decay, at the best rate and at the largest.
fn learning_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let validation = measured.curve(study, "", "validation loss")?;
    let rates = &validation.rates;
    let chosen = [(0, "no decay"), (validation.lowest(), "best rate"), (rates.len() - 1, "largest rate")];
    let mut all = Vec::new();
    for (colour, (place, name)) in [(4, chosen[0]), (3, chosen[1]), (5, chosen[2])] {
        for (split, dashed) in [("validation", false), ("training", true)] {
            let metric = format!("{split} by epoch");
            let mut points = Vec::new();
            for epoch in measured.places(study, "", &metric) {
                let curve = measured.curve_at(study, "", &metric, epoch)?;
                let here = curve.rates.iter().position(|rate| *rate == rates[place]);
                points.extend(here.map(|here| point(epoch, &curve.values[here])));
            }
            all.push(Series {
                label: format!("{name}, {split}"),
                colour,
                dashed,
                points,
                joined: true,
            });
        }
    }
    let epochs = Horizontal::Linear {
        label: "epoch".into(),
    };
    let mut panel = panel(study, epochs, "loss", all);
    panel.y.log = true;
    Ok(panel)
}
