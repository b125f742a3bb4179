//! Claim: without decay a network overfits, with much of it it underfits, and validation loss has its minimum between.

#![forbid(unsafe_code)]

mod experiment;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_claim::drawing::{at_lowest, epochs_panel, metrics_panel, picture};
use decay_claim::parts::{differences, falls, rises, turns_up, u_shaped};
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

/// The claim.
pub struct BiasVariance;

/// Data, and what their losses are called.
#[derive(Clone, Copy)]
struct Data {
    name: &'static str,
    loss: &'static str,
    unit: &'static str,
    error: &'static str,
}

const DIGITS: Data = Data {
    name: "digits, 100 rows",
    loss: "negative log-likelihood (nats)",
    unit: "nats",
    error: "squared error of probabilities",
};
const FRIEDMAN: Data = Data {
    name: "Friedman's function, 100 rows",
    loss: "mean squared error",
    unit: "squared error",
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
        for Data { name, unit, .. } in [DIGITS, FRIEDMAN] {
            let of = |metric| measured.curve(name, "", metric);
            let say = |what: &str| format!("{name}: {what}");
            let (train, validation) = (of("training loss")?, of("validation loss")?);
            let gap = validation.with(&train, |v, t| v - t);
            let u = say("validation loss is U-shaped");
            parts.push(u_shaped(u, &validation, Better::Lower, 0.0)?.in_unit(unit));
            parts.push(falls(say("the gap to the training loss shrinks"), &gap)?);
            parts.push(rises(say("training loss rises"), &train)?);
            parts.push(rises(say("squared bias rises"), &of("squared bias")?)?);
            parts.push(falls(say("variance falls"), &of("variance")?)?);
            let (_, by_epoch) = measured.along(name, "", "validation", 0.0)?;
            let turn = say("without decay validation loss turns up before the end");
            turns.push(turns_up(
                turn,
                format!("end above minimum in {unit}"),
                &by_epoch,
            ));
        }
        parts.extend(differences(&turns, 0.0)?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut losses, mut causes) = (Vec::new(), Vec::new());
        let (mut validations, mut trainings) = (Vec::new(), Vec::new());
        for Data {
            name, loss, error, ..
        } in [DIGITS, FRIEDMAN]
        {
            let validation = measured.curve(name, "", "validation loss")?;
            let panel = |y, metrics| metrics_panel(measured, name, "", y, metrics);
            let both = [("training loss", 1), ("validation loss", 0)];
            losses.push(panel(loss, &both)?);
            let best = at_lowest(&validation, "best");
            losses[causes.len()].marks.push(best);
            let parts = [("squared bias", 4), ("variance", 5), ("their sum", 6)];
            causes.push(panel(error, &parts)?);
            let rate = |place: usize| validation.rates[place];
            let lines = [
                ("no decay", 4, 0.0),
                ("best rate", 3, rate(validation.lowest())),
                ("largest rate", 5, rate(validation.rates.len() - 1)),
            ];
            let by_epoch = |split, lines| epochs_panel(measured, name, "", split, loss, lines);
            validations.push(by_epoch("validation", &lines[..2])?);
            trainings.push(by_epoch("training", &lines)?);
            trainings[causes.len() - 1].y.log = true;
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
