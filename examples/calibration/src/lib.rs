//! Claim: decay cures over-confidence as a temperature does, and the rate best for calibration is the larger one.

#![forbid(unsafe_code)]

mod experiment;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_claim::drawing::{
    Mark, at_lowest, figures_panel, names_panel, picture, rates_panel, spread,
};
use decay_claim::parts::{Comparison, differences, falls, larger_optimum, u_shaped};
use decay_claim::{About, Claim, Curve, Drawing, Judgement, Lab, Measurements, Part, Result};

/// The claim.
pub struct Calibration;

/// Series that sweeps the decay rate.
const DECAY: &str = "decay";
/// Series that sweeps the strength of label smoothing, without decay.
const SMOOTHING: &str = "label smoothing";
/// Where both series start.
const NEITHER: &str = "neither";
/// What is compared: the best of each series, and their start.
const METHODS: [&str; 3] = [NEITHER, DECAY, SMOOTHING];
/// The study that has rows enough for replicates of their own.
const MNIST: &str = "MNIST, MLP";

/// Correlation `ρ` of replicates as `ρ / (1 - ρ)`: the share of its audited rows that a replicate has in common with another, a third
/// of the small data sets and a hundredth of MNIST.
fn overlap(study: &str) -> f64 {
    if study == MNIST { 0.01 } else { 0.5 }
}

impl Claim for Calibration {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay calibrates",
            statement: "An over-parameterised network is over-confident. Decay shrinks its logits as a temperature does, so that calibration \
                        error and NLL fall and then rise with the rate, the rate best for calibration is larger than the one best for \
                        accuracy, and decay gains more than label smoothing or temperature scaling.",
            source: "Guo, Pleiss, Sun & Weinberger 2017",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let mut parts = Vec::new();
        for study in measured.studies() {
            parts.extend(curve_parts(measured, study)?);
            parts.extend(method_parts(measured, study)?);
        }
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut curves, mut scales, mut methods) = (Vec::new(), Vec::new(), Vec::new());
        for study in measured.studies() {
            let accurate = at_lowest(&measured.curve(study, DECAY, "error")?, "most accurate");
            let error = "calibration error";
            for (metric, y) in [("NLL", "NLL (nats)"), (error, error)] {
                let tempered = format!("tempered {metric}");
                let kinds = [
                    ("as trained", 0, metric),
                    ("after temperature scaling", 1, &tempered),
                ];
                let curve = |metric: &str| measured.curve(study, DECAY, metric);
                let along = figures_panel(study, y, &kinds, curve)?;
                curves.push(along.marked(accurate.clone()));
                let of = |place: usize, metric: &str| {
                    let of_method = with_method(measured, study, METHODS[place], metric);
                    Ok(spread(&of_method?))
                };
                methods.push(names_panel(study, "method", &METHODS, y, &kinds, of)?);
            }
            let scale = measured.curve(study, DECAY, "logit scale")?;
            let temperature = along_decay(measured, study, "temperature")?;
            let both = [
                ("logit scale", 2, &scale),
                ("optimal temperature", 3, &temperature),
            ];
            let panel = rates_panel(study, "logit scale, temperature", &both);
            scales.push(panel.logarithmic().marked(Mark::level(1.0, "T = 1")));
        }
        Ok(vec![
            Drawing {
                file: "curves",
                caption: "NLL and calibration error over the decay rate, as trained and after temperature scaling.".into(),
                picture: picture("Decay and calibration", 2, curves),
            },
            Drawing {
                file: "temperature",
                caption: "Decay shrinks the logits, and with them the temperature that they need.".into(),
                picture: picture("Logit scale and optimal temperature", 2, scales),
            },
            Drawing {
                file: "methods",
                caption: "Each method at the setting with the lowest NLL of the other replicates.".into(),
                picture: picture("Decay beside label smoothing and temperature scaling", 2, methods),
            },
        ])
    }
}

/// A metric over the rates that leave most rows right: a constant prediction is calibrated too, and its temperature is anything.
fn along_decay(measured: &Measurements, study: &str, metric: &str) -> Result<Curve> {
    let error = measured.curve(study, DECAY, "error")?;
    Ok(measured.curve(study, DECAY, metric)?.until(&error, 0.5))
}

/// What happens along the decay rate.
fn curve_parts(measured: &Measurements, study: &str) -> Result<[Part; 5]> {
    let of = |metric| along_decay(measured, study, metric);
    let say = |what: &str| format!("{study}: {what}");
    let (calibration, error) = (of("calibration error")?, of("error")?);
    let u = |what: &str, curve| u_shaped(say(what), curve, Better::Lower, overlap(study));
    Ok([
        u("calibration error falls, then rises", &calibration)?.in_unit("calibration error"),
        u("NLL falls, then rises", &of("NLL")?)?.in_unit("nats"),
        falls(say("the logit scale falls"), &of("logit scale")?)?,
        falls(say("the optimal temperature falls"), &of("temperature")?)?,
        larger_optimum(
            say("the rate best for calibration is larger than the one best for accuracy"),
            &calibration,
            Better::Lower,
            &error,
            Better::Lower,
        )?,
    ])
}

/// Decay against what else cures over-confidence.
fn method_parts(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let of = |method, metric| with_method(measured, study, method, metric);
    let accuracy = of(NEITHER, "error")?.into_iter().map(|error| 1.0 - error);
    let (nll, tempered) = (of(DECAY, "NLL")?, of(NEITHER, "tempered NLL")?);
    let gain = |over: &str, a, b| {
        let statement = format!("{study}: decay lowers NLL more than {over}");
        Comparison::above(statement, format!("nats gained over {over}"), a, b)
    };
    let family = [
        Comparison::above(
            format!("{study}: without decay the network is over-confident"),
            "confidence above accuracy",
            of(NEITHER, "confidence")?,
            accuracy.collect(),
        ),
        gain("label smoothing", of(SMOOTHING, "NLL")?, nll.clone()),
        gain("temperature scaling", tempered.clone(), nll),
        Comparison::above(
            format!("{study}: decay still lowers NLL where temperature scaling follows"),
            "nats gained after temperature scaling",
            tempered,
            of(DECAY, "tempered NLL")?,
        ),
    ];
    differences(&family, overlap(study))
}

/// A metric of each replicate at the method's setting whose NLL, raw or tempered as the metric is, is the lowest of the other replicates.
fn with_method(
    measured: &Measurements,
    study: &str,
    method: &str,
    metric: &str,
) -> Result<Vec<f64>> {
    let tempered = metric.starts_with("tempered");
    let judge = if tempered { "tempered NLL" } else { "NLL" };
    match method {
        NEITHER => Ok(measured.curve(study, DECAY, metric)?.values.swap_remove(0)),
        _ => measured.chosen(study, method, metric, judge, Better::Lower),
    }
}
