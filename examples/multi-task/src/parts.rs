//! What the numbers say: arithmetic, gradients of the data, and benefit.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, below_decade, differences, falls, rises, within};
use decay_claim::{Curve, Effect, Judgement, Measurements, Part, Result};

use crate::worlds::overlap;
use crate::{
    ACROSS, ADAMW, APART, BALANCED, CONFLICTS, COSINE, DECAYED, END, EQUAL, HALVED, JOINT, LAST,
    LOSS, MOMENTS, OFF, PROJECTED, REST, START, WEIGHED, WORLDS,
};

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = Vec::new();
    for family in [of_data, arithmetic, benefit] {
        for world in WORLDS {
            parts.extend(family(&World { measured, world })?);
        }
    }
    let world = REST;
    parts.extend(at_rest(&World { measured, world })?);
    Ok(Judgement::of(parts))
}

/// Figures of one study.
struct World<'a> {
    measured: &'a Measurements,
    world: &'a str,
}

impl World<'_> {
    fn curve(&self, series: &str, metric: &str) -> Result<Curve> {
        self.measured.curve(self.world, series, metric)
    }

    fn at(&self, moment: f64, metric: &str) -> Result<Curve> {
        self.measured.curve_at(self.world, MOMENTS, metric, moment)
    }

    /// A figure of each replicate without decay, and at the rate at which joint training predicts best for the other replicates.
    fn both(&self, figure: &Curve) -> Result<[Vec<f64>; 2]> {
        Ok([figure.at(0.0), self.at_best(JOINT, figure)?])
    }

    /// At the positive rate at which a method predicts best for the other replicates.
    fn at_best(&self, method: &str, figure: &Curve) -> Result<Vec<f64>> {
        let loss = self.curve(method, LOSS)?;
        // Where a replicate diverged no rate is best.
        let kept = figure.only(|rate| loss.rates.contains(&rate));
        let loss = loss.only(|rate| kept.rates.contains(&rate));
        Ok(loss.decay_for(Better::Lower, &kept))
    }

    /// The largest rate at which joint training predicts no worse than without decay; at least the third.
    fn useful_rates(&self) -> Result<f64> {
        let loss = self.curve(JOINT, LOSS)?;
        let means = loss.means();
        let last = means.iter().rposition(|&own| own <= means[0]);
        Ok(loss.rates[last.unwrap_or(0).max(2)])
    }

    fn says(&self, what: &str) -> String {
        format!("{}: {what}", self.world)
    }
}

/// The gradients of the data alone: the claim is about these, or it is about nothing.
fn of_data(of: &World<'_>) -> Result<Vec<Part>> {
    let cosine = of.curve(JOINT, COSINE)?;
    let [without, with] = of.both(&cosine)?;
    let conflicts = of.both(&of.curve(JOINT, CONFLICTS)?)?;
    let [last, equal] = [LAST, EQUAL].map(|metric| of.curve(JOINT, metric));
    let [last, equal] = [of.at_best(JOINT, &last?)?, of.at_best(JOINT, &equal?)?];
    let decoupled = of.curve(ADAMW, CONFLICTS)?;
    let decoupled = [decoupled.at(0.0), of.at_best(ADAMW, &decoupled)?];
    let end = of.both(&of.at(END, COSINE)?)?;
    let across = of.both(&of.at(END, ACROSS)?)?;
    let above = |what: &str, [without, with]: [Vec<f64>; 2]| {
        Comparison::above(of.says(what), "difference of cosines", with, without)
    };
    let family = [
        above(
            "with the best decay the data gradients of the tasks agree more, over all steps",
            [without, with],
        ),
        Comparison::below(
            of.says("with the best decay fewer steps are in conflict"),
            "difference of shares",
            conflicts[1].clone(),
            conflicts[0].clone(),
        ),
        Comparison::below(
            of.says("so it is with AdamW, whose decay is in no gradient"),
            "difference of shares",
            decoupled[1].clone(),
            decoupled[0].clone(),
        ),
        above(
            "at the same training loss the data gradients agree more with decay than without",
            [equal, last],
        ),
        above(
            "on all training rows, at the end, the data gradients agree more with decay",
            end,
        ),
        above(
            "there they agree more also across the weights, where decay pulls nothing",
            across,
        ),
    ];
    let mut parts = differences(&family, overlap(of.world))?;
    let share = of.curve(JOINT, CONFLICTS)?;
    let useful = of.useful_rates()?;
    parts.push(falls(
        of.says("the more decay the fewer steps are in conflict, up to the last rate that predicts no worse than none"),
        &share.only(|rate| rate <= useful),
    )?);
    Ok(parts)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// What adding `λ w` to both gradients does, whatever the data say.
fn arithmetic(of: &World<'_>) -> Result<Vec<Part>> {
    let moments = [START, END];
    let off = moments.map(|moment| Ok(of.at(moment, OFF)?.largest()));
    let off = off.into_iter().collect::<Result<Vec<_>>>()?.concat();
    let mut parts = vec![below_decade(
        of.says("the cosine with decay in both gradients is the formula's, to 1e-9"),
        "the difference",
        &off,
        1e-9,
    )];
    let change = |moment, metric: &str| {
        let [raw, own] = [COSINE, metric].map(|metric| of.at(moment, metric));
        let [raw, own] = [of.at_best(JOINT, &raw?)?, of.at_best(JOINT, &own?)?];
        let change: Vec<f64> = own.iter().zip(&raw).map(|(own, raw)| own - raw).collect();
        Ok::<_, decay_claim::Failure>(Effect::new("change of the cosine", spread(&change)))
    };
    for (moment, metric, what) in [
        (
            START,
            DECAYED,
            "at the start, decay's part in both gradients raises their cosine",
        ),
        (
            END,
            DECAYED,
            "at the end, decay's part in both gradients raises their cosine",
        ),
        (
            END,
            HALVED,
            "at the end, decay's part divided between both raises their cosine",
        ),
    ] {
        let effect = change(moment, metric)?;
        parts.push(Part::of_interval(of.says(what), effect, Side::Above, 0.0));
    }
    Ok(parts)
}

/// Whether anything is gained, and whether it has to do with tasks.
fn benefit(of: &World<'_>) -> Result<Vec<Part>> {
    let losses = |method| {
        let curve = of.curve(method, LOSS)?;
        let best = of.at_best(method, &curve)?;
        Ok::<_, decay_claim::Failure>([curve.at(0.0), best])
    };
    let [joint, projected, weighed, alone] = [
        losses(JOINT)?,
        losses(PROJECTED)?,
        losses(WEIGHED)?,
        losses(APART)?,
    ];
    let gain = |[without, with]: &[Vec<f64>; 2]| -> Vec<f64> {
        without.iter().zip(with).map(|(a, b)| a - b).collect()
    };
    let lower = |what: &str, a: &[f64], b: &[f64]| {
        Comparison::below(
            of.says(what),
            "difference of losses",
            a.to_vec(),
            b.to_vec(),
        )
    };
    let mut family = vec![
        lower(
            "the best decay lowers the joint validation loss",
            &joint[1],
            &joint[0],
        ),
        Comparison::above(
            of.says("decay gains more in joint training than for each task alone"),
            "difference of gains",
            gain(&joint),
            gain(&alone),
        ),
        lower(
            "decay alone predicts better than projected conflicts alone",
            &joint[1],
            &projected[0],
        ),
    ];
    for (place, how) in ["without decay", "each with its best decay"]
        .into_iter()
        .enumerate()
    {
        let mut beats = |what: &str, a: &[Vec<f64>; 2], b: &[Vec<f64>; 2]| {
            let what = format!("{how}, {what}");
            family.push(lower(&what, &a[place], &b[place]));
        };
        beats(
            "joint training predicts better than each task alone",
            &joint,
            &alone,
        );
        beats(
            "projecting conflicts (PCGrad) predicts better than the sum",
            &projected,
            &joint,
        );
        beats(
            "weighing by uncertainty predicts better than the sum",
            &weighed,
            &joint,
        );
    }
    differences(&family, overlap(of.world))
}

/// What follows from `g_1 + g_2 + λ w = 0`, at every rate.
fn at_rest(of: &World<'_>) -> Result<Vec<Part>> {
    let mean_over_rates = |metric: &str| -> Result<Vec<f64>> {
        let curve = of.at(END, metric)?;
        let of_replicate = |place: usize| {
            let own: Vec<f64> = curve.values.iter().map(|values| values[place]).collect();
            mean(&own)
        };
        Ok((0..curve.replicates()).map(of_replicate).collect())
    };
    let data = mean_over_rates(COSINE)?;
    let less_data = |metric: &str| -> Result<Vec<f64>> {
        let own = mean_over_rates(metric)?;
        Ok(own
            .iter()
            .zip(&data)
            .map(|(own, data)| own - data)
            .collect())
    };
    let part = |what: &str, unit: &str, values: Vec<f64>, limits| {
        within(of.says(what), Effect::new(unit, spread(&values)), limits)
    };
    let rises = rises(
        of.says("the more decay the more the data gradients agree"),
        &of.at(END, COSINE)?,
    )?;
    Ok(vec![
        rises,
        part(
            "decay's part divided between the tasks leaves them opposed, cosine -1 to 0.02",
            "cosine",
            mean_over_rates(HALVED)?,
            [-1.01, -0.98],
        ),
        part(
            "the data gradients are opposed across the weights, cosine -1 to 0.02",
            "cosine",
            mean_over_rates(ACROSS)?,
            [-1.01, -0.98],
        ),
        part(
            "decay's part in both leaves the cosine as it is, to 0.02",
            "change of the cosine",
            less_data(DECAYED)?,
            [-0.02, 0.02],
        ),
        part(
            "the cosine of the data gradients is (λ²|w|² - |g₁|² - |g₂|²) / 2|g₁||g₂|, to 0.02",
            "difference of cosines",
            less_data(BALANCED)?,
            [-0.02, 0.02],
        ),
    ])
}
