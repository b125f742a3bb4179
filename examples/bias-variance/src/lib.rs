//! Claim: without decay a network overfits, with much of it it underfits, and validation loss has its minimum between.

mod experiment;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_claim::drawing::{at_lowest, panel, picture, rates_panel, series_along};
use decay_claim::parts::{differences, falls, rises, turns_up, u_shaped};
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};
use decay_report::picture::{Horizontal, Panel};

/// The claim.
pub struct BiasVariance;

/// Data, and what their losses are called.
#[derive(Clone, Copy)]
struct Data {
    name: &'static str,
    loss: &'static str,
    error: &'static str,
}

const DIGITS: Data = Data {
    name: "digits, 100 rows",
    loss: "negative log-likelihood (nats)",
    error: "squared error of probabilities",
};
const FRIEDMAN: Data = Data {
    name: "Friedman's function, 100 rows",
    loss: "mean squared error",
    error: "squared error",
};

impl Claim for BiasVariance {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay trades variance for bias",
            statement: "Without decay a network overfits and with too much it underfits: validation loss is U-shaped in \
                        the rate, because variance falls and bias rises with it.",
            source: "Geman, Bienenstock & Doursat 1992; Krogh & Hertz 1991",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let (mut parts, mut turns) = (Vec::new(), Vec::new());
        for Data { name, loss, .. } in [DIGITS, FRIEDMAN] {
            let of = |metric| measured.curve(name, "", metric);
            let say = |what: &str| format!("{name}: {what}");
            let (train, validation) = (of("training loss")?, of("validation loss")?);
            let gap = validation.with(&train, |v, t| v - t);
            let u = say("validation loss is U-shaped");
            parts.push(u_shaped(u, &validation, Better::Lower, 0.0)?);
            parts.push(falls(say("the gap to the training loss shrinks"), &gap)?);
            parts.push(rises(say("training loss rises"), &train)?);
            parts.push(rises(say("squared bias rises"), &of("squared bias")?)?);
            parts.push(falls(say("variance falls"), &of("variance")?)?);
            let (_, by_epoch) = measured.along((name, "", "validation"), 0.0)?;
            let turn = say("without decay validation loss turns up before the end");
            turns.push(turns_up(
                turn,
                format!("{loss}, end above minimum:"),
                &by_epoch,
            ));
        }
        parts.extend(differences(&turns, 0.0)?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut losses, mut causes) = (Vec::new(), Vec::new());
        let (mut validations, mut trainings) = (Vec::new(), Vec::new());
        for Data { name, loss, error } in [DIGITS, FRIEDMAN] {
            let of = |metric| measured.curve(name, "", metric);
            let (train, validation) = (of("training loss")?, of("validation loss")?);
            let curves = [
                ("training loss", 1, &train),
                ("validation loss", 0, &validation),
            ];
            let mut panel = rates_panel(name, loss, &curves);
            panel.marks.push(at_lowest(&validation, "best"));
            losses.push(panel);
            let (bias, variance) = (of("squared bias")?, of("variance")?);
            let sum = bias.with(&variance, |b, v| b + v);
            let parts = [("squared bias", 4, &bias), ("variance", 5, &variance)];
            let curves = [parts[0], parts[1], ("their sum", 6, &sum)];
            let mut panel = rates_panel(name, error, &curves);
            panel.marks.push(at_lowest(&sum, "least"));
            causes.push(panel);
            let rate = |place: usize| validation.rates[place];
            let lines = [
                ("no decay", 4, 0.0),
                ("best rate", 3, rate(validation.lowest())),
                ("largest rate", 5, rate(validation.rates.len() - 1)),
            ];
            validations.push(learning(measured, (name, loss), "validation", &lines[..2])?);
            let mut panel = learning(measured, (name, loss), "training", &lines)?;
            panel.y.log = true;
            trainings.push(panel);
        }
        losses.extend(causes);
        validations.extend(trainings);
        Ok(vec![
            Drawing {
                file: "u-shape",
                caption: "Above: validation loss falls to a minimum and rises again. Below: why."
                    .into(),
                picture: picture("Loss, bias and variance over the decay rate", 2, losses),
            },
            Drawing {
                file: "learning-curves",
                caption:
                    "Without decay validation loss turns up while training loss goes on falling."
                        .into(),
                picture: picture("Learning curves", 2, validations),
            },
        ])
    }
}

/// Losses by epoch at some rates: label, colour and rate of each.
fn learning(
    measured: &Measurements,
    (name, loss): (&str, &str),
    split: &str,
    lines: &[(&str, usize, f64)],
) -> Result<Panel> {
    let line = |&(label, colour, rate): &(&str, usize, f64)| {
        let along = measured.along((name, "", split), rate)?;
        Ok(series_along(label, colour, &along))
    };
    let series = lines.iter().map(line).collect::<Result<_>>()?;
    let epochs = Horizontal::Linear {
        label: "epoch".into(),
    };
    Ok(panel(&format!("{name}: {split}"), epochs, loss, series))
}
