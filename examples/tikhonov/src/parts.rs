//! What the numbers say of each part of the claim.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, below_decade, differences, falls, u_shaped, within};
use decay_claim::{Effect, Judgement, Measurements, Part, Result};

use crate::blur::Blur;
use crate::fourier::Penalty;
use crate::{
    ENDS, IDENTITIES, LIBRARY, NOISELESS, NOISES, OFF, PHOTOGRAPHS, PRIOR, PRODUCT, RULES, STOPPED,
    TASKS, WAYS, photograph_and_blur,
};

/// Two squares of one photograph share a tenth of their pixels, or a fifth of the smaller one: `ρ / (1 - ρ)`.
const OVERLAP: f64 = 0.25;

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = same_picture(measured)?;
    parts.extend(other_pictures(measured)?);
    parts.extend(without_noise(measured)?);
    parts.extend(rates(measured)?);
    parts.extend(penalties(measured)?);
    Ok(Judgement::of(parts))
}

/// The largest value of each replicate is below a limit.
fn below(
    measured: &Measurements,
    study: &str,
    series: &str,
    metric: &str,
    statement: &str,
    limit: f64,
) -> Result<Part> {
    let largest = measured.curve(study, series, metric)?.largest();
    Ok(below_decade(
        statement,
        "the largest relative difference",
        &largest,
        limit,
    ))
}

fn same_picture(measured: &Measurements) -> Result<Vec<Part>> {
    let statements = [
        "filter factors s²/(s² + λ) of singular vectors give the ridge, to 1e-10",
        "filter factors of waves give the ridge where edges meet, to 1e-10",
        "general form: filter factors of waves give the ridge with a penalised gradient, to 1e-10",
        "gradient descent with decay ends at the ridge, to 1e-10",
        "a large picture by waves solves the normal equations of the general form pixel by pixel, to 1e-10",
    ];
    let identity =
        |(metric, statement)| below(measured, IDENTITIES.0, "", metric, statement, 1e-10);
    let mut parts = IDENTITIES
        .1
        .into_iter()
        .zip(statements)
        .map(identity)
        .collect::<Result<Vec<_>>>()?;
    let [coupled, decoupled] = [
        "the library's linear model with decay in the gradient ends at the ridge, to 1e-3 (f32)",
        "with decoupled decay and momentum μ it ends at the ridge of (1 - μ) λ, to 1e-3",
    ];
    parts.push(below(
        measured, LIBRARY, WAYS[0].0, "distance", coupled, 1e-3,
    )?);
    parts.push(below(
        measured, LIBRARY, WAYS[1].0, "distance", decoupled, 1e-3,
    )?);
    Ok(parts)
}

/// What is said to end at a ridge, too.
fn other_pictures(measured: &Measurements) -> Result<Vec<Part>> {
    let [adamw, product, lasso] = [
        "AdamW's decoupled decay ends at the ridge of some λ, to 1 %",
        "two factors for each pixel, so not linear in the weights: decay ends at the ridge of some λ, to 1 %",
        "two factors for each pixel: decay ends at the lasso of the same λ, to 1e-3",
    ];
    let early = "gradient descent without decay, stopped where it is best, is at the ridge of some λ, to 1 %";
    let [far, lost] = at_best_stop(measured)?;
    let difference = "PSNR of the best ridge less that of the best stop, in dB";
    let worth = Effect::new(difference, spread(&lost));
    Ok(vec![
        below(measured, LIBRARY, WAYS[2].0, ENDS[0], adamw, 1e-2)?,
        below_decade(early, "the relative difference", &far, 1e-2),
        within(
            "the best stop is worth as much as the best λ, each chosen by the truth, to 0.1 dB",
            worth,
            [-0.1, 0.1],
        ),
        below(measured, PRODUCT, "", ENDS[0], product, 1e-2)?,
        below(measured, PRODUCT, "", ENDS[2], lasso, 1e-3)?,
    ])
}

/// How far each replicate's best stop is from the nearest ridge, and what it loses against the best.
fn at_best_stop(measured: &Measurements) -> Result<[Vec<f64>; 2]> {
    let [far, lost] = [ENDS[0], ENDS[1]].map(|metric| measured.curve(STOPPED, "", metric));
    let (far, lost) = (far?, lost?);
    let best = |replicate: usize| {
        let stops = lost.values.iter().zip(&far.values);
        let stops = stops.map(|(lost, far)| (lost[replicate], far[replicate]));
        stops.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let (lost, far) = (0..lost.replicates()).filter_map(best).unzip();
    Ok([far, lost])
}

fn without_noise(measured: &Measurements) -> Result<Vec<Part>> {
    let [exact, rounded] = NOISELESS.1;
    let curve = |series| measured.curve(NOISELESS.0, series, "PSNR");
    Ok(vec![
        falls(
            "without noise any decay is too much: PSNR falls with λ",
            &curve(exact)?,
        )?,
        u_shaped(
            "rounded to 8 bits, which is noise, some decay is best",
            &curve(rounded)?,
            Better::Higher,
            OVERLAP,
        )?
        .in_unit("dB"),
    ])
}

/// The mean of a metric over photographs, blurs and noises of each replicate.
pub(crate) fn mean_of(
    measured: &Measurements,
    blurs: &[&str],
    series: &str,
    metric: &str,
    noises: &[f64],
) -> Result<Vec<f64>> {
    let mut sums: Vec<f64> = Vec::new();
    for photograph in PHOTOGRAPHS {
        for blur in blurs {
            let curve = measured.curve(&photograph_and_blur(photograph, blur), series, metric)?;
            for sigma in noises {
                let values = curve.at(*sigma);
                sums.resize(values.len(), 0.0);
                sums.iter_mut()
                    .zip(values)
                    .for_each(|(sum, value)| *sum += value);
            }
        }
    }
    let count = (PHOTOGRAPHS.len() * blurs.len() * noises.len()) as f64;
    Ok(sums.into_iter().map(|sum| sum / count).collect())
}

/// Whether λ follows from noise and prior, and by which rule.
fn rates(measured: &Measurements) -> Result<Vec<Part>> {
    let off = |statement: String, values: &[f64], limit| {
        let effect = Effect::new("decades between σ²/τ² and the best λ", spread(values));
        Part::of_interval(statement, effect, Side::Below, limit)
    };
    let drawn = measured.curve(PRIOR, "", OFF[1])?;
    let own = |replicate: usize| drawn.values.iter().map(move |values| values[replicate]);
    let drawn: Vec<f64> = (0..drawn.replicates())
        .map(|k| own(k).sum::<f64>() / NOISES.len() as f64)
        .collect();
    let statement = "pixels drawn from the prior: the best λ is σ²/τ², to a tenth of a decade";
    let mut parts = vec![off(statement.into(), &drawn, 0.1)];
    for (series, _) in &Penalty::ALL[..2] {
        for (blur, _) in Blur::ALL {
            let found = mean_of(measured, &[blur], series, OFF[1], &NOISES)?;
            let statement =
                format!("photographs, {blur}, {series}: the best λ is σ²/τ², to a factor of 2");
            parts.push(off(statement, &found, 2f64.log10()));
        }
    }
    for (task, blurs) in TASKS {
        for (series, _) in &Penalty::ALL[..2] {
            for rule in RULES {
                let lost = mean_of(measured, blurs, series, rule, &NOISES)?;
                let effect = Effect::new("lost against the best λ, in dB", spread(&lost));
                let statement =
                    format!("photographs, {task}, {series}: λ by {rule} loses less than half a dB");
                parts.push(Part::of_interval(statement, effect, Side::Below, 0.5));
            }
        }
    }
    Ok(parts)
}

/// Whether what is penalised matters.
fn penalties(measured: &Measurements) -> Result<Vec<Part>> {
    let [identity, gradient, _] = Penalty::ALL.map(|(series, _)| series);
    let mut family = Vec::new();
    for (blur, _) in Blur::ALL {
        let of = |series| mean_of(measured, &[blur], series, "PSNR", &NOISES);
        let statement = format!(
            "{blur}: the general form, a penalised gradient, gains over plain decay, each at its best λ"
        );
        family.push(Comparison::above(
            statement,
            "dB",
            of(gradient)?,
            of(identity)?,
        ));
    }
    let mut parts = differences(&family, OVERLAP)?;
    for series in [identity, gradient] {
        let gain = mean_of(measured, &[Blur::ALL[0].0], series, "gain", &NOISES[2..])?;
        let effect = Effect::new("gain over the noisy picture in dB", spread(&gain));
        let statement = format!(
            "noise alone, σ = 0.1: a penalised {series} removes noise, worth 1 dB at least"
        );
        parts.push(Part::of_interval(statement, effect, Side::Above, 1.0));
    }
    Ok(parts)
}
