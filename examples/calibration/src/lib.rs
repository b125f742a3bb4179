//! Claim: decay cures over-confidence as a temperature does, and the rate best for calibration is the larger one.

mod experiment;
mod setup;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::{at_lowest, panel, picture, point, rates_panel};
use decay_claim::parts::{Comparison, differences, falls, larger_optimum, u_shaped};
use decay_claim::{About, Claim, Curve, Drawing, Judgement, Lab, Measurements, Part, Result};
use decay_report::picture::{Horizontal, Mark, Panel, Series};

/// The claim.
pub struct Calibration;

/// Series that sweeps the decay rate.
const DECAY: &str = "decay";
/// Series that sweeps the strength of label smoothing, without decay.
const SMOOTHING: &str = "label smoothing";
/// A third of the rows is audited in each replicate, so that replicates correlate by at most `ρ = 1/3`, and `ρ / (1 - ρ)` is this.
const OVERLAP: f64 = 0.5;

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
            curves.extend(curve_panels(measured, study)?);
            scales.push(scale_panel(measured, study)?);
            methods.push(methods_panel(
                measured,
                study,
                "NLL",
                "tempered NLL",
                "NLL (nats)",
            )?);
            let error = "calibration error";
            methods.push(methods_panel(
                measured,
                study,
                error,
                "tempered calibration error",
                error,
            )?);
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
    let means = error.means();
    let wrong = means
        .iter()
        .position(|&mean| mean > 0.5)
        .unwrap_or(means.len());
    let useful = &error.rates[..wrong];
    Ok(measured
        .curve(study, DECAY, metric)?
        .only(|rate| useful.contains(&rate)))
}

/// What happens along the decay rate.
fn curve_parts(measured: &Measurements, study: &str) -> Result<[Part; 5]> {
    let of = |metric| along_decay(measured, study, metric);
    let say = |what: &str| format!("{study}: {what}");
    let (calibration, error) = (of("calibration error")?, of("error")?);
    let u = |what: &str, curve| u_shaped(say(what), curve, Better::Lower, OVERLAP);
    Ok([
        u("calibration error falls, then rises", &calibration)?.in_unit("calibration error"),
        u("NLL falls, then rises", &of("NLL")?)?.in_unit("nats"),
        falls(say("the logit scale falls"), &of("logit scale")?)?,
        falls(say("the optimal temperature falls"), &of("temperature")?)?,
        larger_optimum(
            say("the rate best for calibration is larger than the one best for accuracy"),
            (&calibration, Better::Lower),
            (&error, Better::Lower),
        )?,
    ])
}

/// Decay against what else cures over-confidence.
fn method_parts(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let of = |metric| measured.curve(study, DECAY, metric);
    let first = |metric| -> Result<Vec<f64>> { Ok(of(metric)?.values.swap_remove(0)) };
    let accuracy = first("error")?.iter().map(|error| 1.0 - error).collect();
    let nll = |series, metric| at_best(measured, study, series, metric);
    let comparison = |statement: &str, what: &str, a, b| Comparison {
        statement: format!("{study}: {statement}"),
        what: what.into(),
        a,
        b,
        claimed: Side::Above,
    };
    let family = [
        comparison(
            "without decay the network is over-confident",
            "confidence above accuracy",
            first("confidence")?,
            accuracy,
        ),
        comparison(
            "decay lowers NLL more than label smoothing",
            "nats gained over label smoothing",
            nll(SMOOTHING, "NLL")?,
            nll(DECAY, "NLL")?,
        ),
        comparison(
            "decay lowers NLL more than temperature scaling",
            "nats gained over temperature scaling",
            first("tempered NLL")?,
            nll(DECAY, "NLL")?,
        ),
        comparison(
            "decay still lowers NLL where temperature scaling follows",
            "nats gained after temperature scaling",
            first("tempered NLL")?,
            nll(DECAY, "tempered NLL")?,
        ),
    ];
    differences(&family, OVERLAP)
}

/// A metric of each replicate at the setting whose NLL, raw or tempered as the metric is, is the lowest of the other replicates.
fn at_best(measured: &Measurements, study: &str, series: &str, metric: &str) -> Result<Vec<f64>> {
    let judge = if metric.starts_with("tempered") {
        "tempered NLL"
    } else {
        "NLL"
    };
    let judge = measured.curve(study, series, judge)?;
    Ok(judge.chosen_by_others(&measured.curve(study, series, metric)?))
}

/// NLL and calibration error over the rate.
fn curve_panels(measured: &Measurements, study: &str) -> Result<[Panel; 2]> {
    let error = measured.curve(study, DECAY, "error")?;
    let one = |metric: &str, label: &str| -> Result<Panel> {
        let raw = measured.curve(study, DECAY, metric)?;
        let tempered = measured.curve(study, DECAY, &format!("tempered {metric}"))?;
        let curves = [
            ("as trained", 0, &raw),
            ("after temperature scaling", 1, &tempered),
        ];
        let mut panel = rates_panel(study, label, &curves);
        panel.marks.push(at_lowest(&error, "most accurate"));
        Ok(panel)
    };
    Ok([
        one("NLL", "NLL (nats)")?,
        one("calibration error", "calibration error")?,
    ])
}

fn scale_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let of = |metric| measured.curve(study, DECAY, metric);
    let scale = of("logit scale")?;
    let temperature = along_decay(measured, study, "temperature")?;
    let curves = [
        ("logit scale", 2, &scale),
        ("optimal temperature", 3, &temperature),
    ];
    let mut panel = rates_panel(study, "logit scale, temperature", &curves);
    panel.y.log = true;
    panel.marks.push(Mark::Level {
        y: 1.0,
        label: "T = 1".into(),
    });
    Ok(panel)
}

fn methods_panel(
    measured: &Measurements,
    study: &str,
    raw: &str,
    tempered: &str,
    label: &str,
) -> Result<Panel> {
    let methods = [("neither", DECAY), (DECAY, DECAY), (SMOOTHING, SMOOTHING)];
    let kinds = [
        ("as trained", 0, raw),
        ("after temperature scaling", 1, tempered),
    ];
    let mut all = Vec::new();
    for (kind, colour, metric) in kinds {
        let mut points = Vec::new();
        for (place, (name, series)) in methods.iter().enumerate() {
            let values = match *name {
                "neither" => measured.curve(study, series, metric)?.values.swap_remove(0),
                _ => at_best(measured, study, series, metric)?,
            };
            points.push(point(place as f64, &values));
        }
        all.push(Series {
            label: kind.into(),
            colour,
            points,
            ..Series::default()
        });
    }
    let x = Horizontal::Names {
        label: "method".into(),
        names: methods.map(|(name, _)| name.to_owned()).into(),
    };
    Ok(panel(study, x, label, all))
}
