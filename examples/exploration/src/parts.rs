//! What the measurements say of each part of the claim.

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, below_decade, differences, falls, rises};
use decay_claim::{Curve, Effect, Judgement, Measurements, Part, Result};

use crate::{BONUS, BOTH, DECAY, HIDDEN, MIDDLE, REST, STUDIES};

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = differences(&gains(measured)?, 0.0)?;
    for study in STUDIES {
        let of = |metric| measured.curve(study, DECAY, metric);
        let says = |what: &str| format!("{study}: {what}");
        parts.push(rises(says("entropy rises"), &of("entropy")?)?);
        parts.push(falls(says("logits draw together"), &of("spread")?)?);
    }
    for study in HIDDEN {
        let found = measured.curve(study, DECAY, "found")?;
        let says = format!("{study}: the more decay, the more runs find the better reward");
        parts.push(rises(says, &found)?);
    }
    parts.extend(differences(&against_bonus(measured)?, 0.0)?);
    parts.extend(differences(&against_best_bonus(measured)?, 0.0)?);
    parts.extend(differences(&together(measured)?, 0.0)?);
    parts.extend(rest(measured)?);
    parts.extend(differences(&[way_back(measured)?], 0.0)?);
    Ok(Judgement::of(parts))
}

/// Decay at its best, chosen by the other replicates, against none.
fn gains(measured: &Measurements) -> Result<Vec<Comparison>> {
    let mut family = Vec::new();
    for study in HIDDEN {
        let found = measured.curve(study, DECAY, "found")?;
        let until = measured.curve(study, DECAY, "until")?;
        family.push(Comparison::above(
            format!("{study}, best decay: more runs find the better reward than without"),
            "share of runs",
            found.at_best_decay(Better::Higher),
            found.at(0.0),
        ));
        family.push(Comparison::below(
            format!("{study}, best decay: they find it sooner than without"),
            "share of the steps",
            until.at_best_decay(Better::Lower),
            until.at(0.0),
        ));
    }
    for study in STUDIES {
        family.push(Comparison::above(
            format!("{study}, best decay: a larger return than without"),
            "return",
            best_return(measured, study, DECAY)?,
            measured.curve(study, DECAY, "return")?.at(0.0),
        ));
    }
    Ok(family)
}

/// Decay at its best against an entropy bonus with which policies have the same mean entropy over the training.
fn against_bonus(measured: &Measurements) -> Result<Vec<Comparison>> {
    let mut family = Vec::new();
    let figures = HIDDEN.iter().map(|study| (*study, "found"));
    for (study, metric) in figures.chain(STUDIES.map(|study| (study, "return"))) {
        let of = |series, metric| measured.curve(study, series, metric);
        let decay = of(DECAY, metric)?;
        let entropy = [of(BONUS, "entropy")?, of(DECAY, "entropy")?];
        let bonus = of(BONUS, metric)?.at_equal(&entropy[0], &entropy[1]);
        let [says, what] = match metric {
            "found" => ["more runs find the better reward", "share of runs"],
            _ => ["a larger return", "return"],
        };
        family.push(Comparison::above(
            format!("{study}: {says} than by an entropy bonus of equal entropy"),
            what,
            decay.at_best_decay(Better::Higher),
            decay.decay_for(Better::Higher, &bonus),
        ));
    }
    Ok(family)
}

/// Each replicate's return at the positive rate that is best for the others.
fn best_return(measured: &Measurements, study: &str, series: &str) -> Result<Vec<f64>> {
    let gained = measured.curve(study, series, "return")?;
    Ok(gained.at_best_decay(Better::Higher))
}

/// Each at its best, which is what a user has to choose between.
fn against_best_bonus(measured: &Measurements) -> Result<Vec<Comparison>> {
    let mut family = Vec::new();
    for study in STUDIES {
        let best = |series| best_return(measured, study, series);
        family.push(Comparison::above(
            format!("{study}: a larger return by the best decay than by the best entropy bonus"),
            "return",
            best(DECAY)?,
            best(BONUS)?,
        ));
    }
    Ok(family)
}

/// Decay beside an entropy bonus against each alone, all at their best return.
fn together(measured: &Measurements) -> Result<Vec<Comparison>> {
    let mut family = Vec::new();
    for study in STUDIES {
        let best = |series| best_return(measured, study, series);
        for alone in [DECAY, BONUS] {
            family.push(Comparison::above(
                format!("{study}: a larger return by both than by {alone} alone"),
                "return",
                best(BOTH)?,
                best(alone)?,
            ));
        }
    }
    Ok(family)
}

/// Policies whose rewards are known, at rest.
fn rest(measured: &Measurements) -> Result<Vec<Part>> {
    let of = |metric| measured.curve(REST, "", metric);
    let lost = of("return of the bonus")?.with(&of("return")?, |bonus, decay| bonus - decay);
    let middle = |curve: &Curve| spread(&curve.at(MIDDLE));
    Ok(vec![
        below_decade(
            "at rest π (r - r̄) = λ θ",
            "the largest difference over λ",
            &of("unrest")?.largest(),
            1e-9,
        ),
        Part::of_interval(
            "at rest logits are within max |r - r̄| / λ",
            Effect::new(
                "largest logit over the bound",
                spread(&of("of the bound")?.largest()),
            ),
            Side::Below,
            1.0,
        ),
        rises("at rest entropy rises", &of("entropy")?)?,
        Part::of_interval(
            "at rest the policy is that of an entropy bonus of equal entropy, to 1 %",
            Effect::new("total variation at λ = 0.03", middle(&of("distance")?)),
            Side::Below,
            0.01,
        ),
        Part::of_interval(
            "at rest its return is that of an entropy bonus of equal entropy, to 1 %",
            Effect::new("return that is lost at λ = 0.03", middle(&lost)),
            Side::Below,
            0.01,
        ),
    ])
}

/// Why one entropy is worth more than another: what becomes of a policy that is already sure of something worse.
fn way_back(measured: &Measurements) -> Result<Comparison> {
    let decades = |metric| -> Result<Vec<f64>> {
        let steps = measured.curve(REST, "", metric)?.at(MIDDLE);
        Ok(steps.into_iter().map(|steps| steps.log10()).collect())
    };
    Ok(Comparison::below(
        "a policy that is sure of the second best arm comes back sooner than by a bonus that rests at equal entropy",
        "decades of steps at λ = 0.03",
        decades("steps back")?,
        decades("steps back of the bonus")?,
    ))
}
