//! What the measurements say of each part of the claim.

use decay_audit::Estimate;
use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, below_decade, differences, falls, rises, u_shaped};
use decay_claim::{Effect, Judgement, Measurements, Part, Result};
use decay_report::text::short;

use crate::sharpe::{YEAR, luck, probability_above};
use crate::{
    ALL_DAYS, AVERSE, EQUAL, FEATURES, FREE, IDENTITIES, LEDOIT_WOLF, MARKET, MEAN, MINIMUM,
    STOCKS, TRAINED,
};

pub(crate) fn judge(measured: &Measurements) -> Result<Judgement> {
    let mut parts = vec![risk_aversion(measured)?];
    parts.extend(identities(measured)?);
    for study in [MARKET, STOCKS] {
        parts.extend(shape(measured, study)?);
    }
    parts.extend(beyond_aversion(measured)?);
    parts.extend(policies(measured)?);
    parts.extend(risk(measured)?);
    parts.extend(market_gains(measured)?);
    parts.extend(stock_gains(measured)?);
    for series in [MINIMUM, MEAN, FEATURES] {
        parts.push(gain(measured, series)?);
    }
    for series in [MINIMUM, MEAN, FEATURES] {
        parts.push(beyond_luck(measured, series)?);
    }
    Ok(Judgement::of(parts))
}

/// Whether decay says no more than "be more careful".
fn risk_aversion(measured: &Measurements) -> Result<Part> {
    let far = measured.curve(IDENTITIES.0, "", IDENTITIES.1[2])?.at(1.0);
    let what = "relative distance at λ = 1";
    Ok(Part::of_interval(
        "decayed weights are those of some risk aversion, to 5 %",
        Effect::new(what, spread(&far)),
        Side::Below,
        0.05,
    ))
}

fn identities(measured: &Measurements) -> Result<Vec<Part>> {
    let of = |statement: &str, series: &str, metric: &str, limit: f64| -> Result<Part> {
        let far = measured.curve(IDENTITIES.0, series, metric)?.largest();
        let what = "the largest relative difference over λ";
        Ok(below_decade(statement, what, &far, limit))
    };
    let [shrunk, ridge, _] = IDENTITIES.1;
    Ok(vec![
        of(
            "decayed weights are those of a covariance that is shrunk towards the identity",
            "",
            shrunk,
            1e-10,
        )?,
        of(
            "a decayed policy of features is the ridge of a constant",
            "",
            ridge,
            1e-10,
        )?,
        of(
            "gradient descent with decay ends at that policy, to a thousandth",
            TRAINED,
            "distance",
            1e-3,
        )?,
    ])
}

/// Concentration, leverage and turnover of fully invested portfolios.
fn shape(measured: &Measurements, study: &str) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for series in [MINIMUM, MEAN] {
        for (metric, fall, says) in [
            ("Herfindahl", true, "concentration falls"),
            (
                "positions",
                false,
                "the effective number of positions rises",
            ),
            ("leverage", true, "leverage falls"),
            ("turnover", true, "turnover falls"),
        ] {
            let figure = measured.curve(study, series, metric)?;
            let trend = if fall { falls } else { rises };
            parts.push(trend(format!("{study}, {series}: {says}"), &figure)?);
        }
    }
    Ok(parts)
}

/// What decay does beside raising the risk aversion: against the same `γ (1 + λ)` without a shrunk covariance.
fn beyond_aversion(measured: &Measurements) -> Result<Vec<Part>> {
    let mut family = Vec::new();
    for (study, metric, what) in [
        (MARKET, "Herfindahl", "Herfindahl's index"),
        (MARKET, "leverage", "leverage"),
        (STOCKS, "Herfindahl", "Herfindahl's index"),
        (STOCKS, "leverage", "leverage"),
    ] {
        let of = |series| -> Result<Vec<f64>> {
            let figure = measured.curve(study, series, metric)?;
            // Of positive figures with a long tail it is the ratio that can be compared.
            Ok(figure.at(1.0).iter().map(|x| x.log10()).collect())
        };
        let statement =
            format!("{study}, λ = 1: {what} is lower than under the same risk aversion alone");
        let what = format!("decades of {what}");
        family.push(Comparison::below(statement, what, of(MEAN)?, of(AVERSE)?));
    }
    differences(&family, 0.0)
}

/// What is not fully invested: as it comes, and at one risk.
fn policies(measured: &Measurements) -> Result<Vec<Part>> {
    let of = |series, metric| measured.curve(STOCKS, series, metric);
    Ok(vec![
        falls(
            "stocks, no budget: leverage falls, as any norm does",
            &of(FREE, "leverage")?,
        )?,
        falls(
            "stocks, features at one past risk: leverage falls",
            &of(FEATURES, "leverage")?,
        )?,
        rises(
            "stocks, features: the effective number of positions rises",
            &of(FEATURES, "positions")?,
        )?,
        falls(
            "stocks, features: turnover falls",
            &of(FEATURES, "turnover")?,
        )?,
    ])
}

/// Whether who decays carries less risk.
fn risk(measured: &Measurements) -> Result<Vec<Part>> {
    let volatility = |series| measured.curve(MARKET, series, "true volatility");
    let drawdown = |study, series| measured.curve(study, series, "drawdown");
    Ok(vec![
        falls(
            "made-up markets, mean and variance: true volatility falls",
            &volatility(MEAN)?,
        )?,
        falls(
            "made-up markets, minimum variance: true volatility falls",
            &volatility(MINIMUM)?,
        )?,
        u_shaped(
            "made-up markets, minimum variance: true volatility has its least inside",
            &volatility(MINIMUM)?,
            Better::Lower,
            0.0,
        )?,
        falls(
            "made-up markets, mean and variance: drawdown falls",
            &drawdown(MARKET, MEAN)?,
        )?,
        falls(
            "stocks, mean and variance: drawdown falls",
            &drawdown(STOCKS, MEAN)?,
        )?,
    ])
}

/// Decay at its best, chosen by the other markets, against none and the baselines, by true moments.
fn market_gains(measured: &Measurements) -> Result<Vec<Part>> {
    let [low, high] = ["true volatility", "true Sharpe"];
    let volatility = measured.curve(MARKET, MINIMUM, low)?;
    let ratio = measured.curve(MARKET, MEAN, high)?;
    let calm = volatility.at_best_decay(Better::Lower);
    let good = ratio.at_best_decay(Better::Higher);
    let base = |series, metric| -> Result<Vec<f64>> {
        Ok(measured.curve(MARKET, series, metric)?.at(0.0))
    };
    let less = |other: &str, values| {
        let statement = format!("made-up markets, minimum variance: less volatile than {other}");
        Comparison::below(statement, "volatility of a year", calm.clone(), values)
    };
    let more = |other: &str, values| {
        let statement =
            format!("made-up markets, mean and variance: a higher Sharpe ratio than {other}");
        Comparison::above(statement, "Sharpe ratio of a year", good.clone(), values)
    };
    let [minimum, mean] = LEDOIT_WOLF;
    differences(
        &[
            less("without decay", volatility.at(0.0)),
            less(EQUAL, base(EQUAL, low)?),
            less("by Ledoit & Wolf's share", base(minimum, low)?),
            more("without decay", ratio.at(0.0)),
            more(EQUAL, base(EQUAL, high)?),
            more("by Ledoit & Wolf's share", base(mean, high)?),
            more("minimum variance without decay", base(MINIMUM, high)?),
        ],
        0.0,
    )
}

/// The same of real stocks, by Sharpe ratios after costs in each stretch.
fn stock_gains(measured: &Measurements) -> Result<Vec<Part>> {
    let plain = measured.curve(STOCKS, EQUAL, "Sharpe")?.at(0.0);
    let mut family = Vec::new();
    for series in [MINIMUM, MEAN, FEATURES] {
        let ratio = measured.curve(STOCKS, series, "Sharpe")?;
        let best = ratio.at_best_decay(Better::Higher);
        let than = |other: &str, values| {
            let statement = format!("stocks, {series}: a higher Sharpe ratio than {other}");
            Comparison::above(statement, "Sharpe ratio of a year", best.clone(), values)
        };
        family.push(than("without decay", ratio.at(0.0)));
        family.push(than(EQUAL, plain.clone()));
    }
    differences(&family, 0.0)
}

/// One rate that nobody had to choose, on all days, against none.
fn gain(measured: &Measurements, series: &str) -> Result<Part> {
    let at = |metric| -> Result<f64> {
        let figure = measured
            .curve(ALL_DAYS, series, metric)?
            .only(|rate| rate == 1.0);
        Ok(figure.means()[0])
    };
    let estimate = Estimate {
        mean: at("gain")?,
        low: at("gain low")?,
        high: at("gain high")?,
        n: at("days")? as usize,
    };
    let effect = Effect::new("Sharpe ratio of a year, by days", estimate);
    let statement =
        format!("stocks, {series}, all days: a higher Sharpe ratio at λ = 1 than without decay");
    Ok(Part::of_interval(statement, effect, Side::Above, 0.0))
}

/// The best rate in hindsight on all days, less what luck gives the best of so many.
fn beyond_luck(measured: &Measurements, series: &str) -> Result<Part> {
    let of = |metric| measured.curve(ALL_DAYS, series, metric);
    let ratio = of("Sharpe")?;
    let (best, means) = (ratio.highest(), ratio.means());
    let at = |metric| -> Result<f64> { Ok(of(metric)?.means()[best]) };
    let tries = means.len();
    let mean = means.iter().sum::<f64>() / tries as f64;
    let squares = means.iter().map(|own| (own - mean).powi(2));
    let lucky = luck(squares.sum::<f64>() / (tries - 1) as f64, tries);
    let (days, day) = (at("days")?, YEAR.sqrt());
    let shape = [at("skewness")?, at("kurtosis")?];
    let deflated = probability_above(means[best] / day, lucky / day, days, shape);
    let estimate = Estimate {
        mean: means[best] - lucky,
        low: at("low")? - lucky,
        high: at("high")? - lucky,
        n: days as usize,
    };
    let effect = Effect::new("Sharpe ratio of a year above luck, by days", estimate);
    let statement = format!("stocks, {series}: the best rate's Sharpe ratio is beyond luck");
    let note = format!(
        "best at {}, {} of a year; luck gives the best of {tries} rates {}; deflated Sharpe ratio {}",
        short(ratio.rates[best]),
        short(means[best]),
        short(lucky),
        short(deflated)
    );
    Ok(Part::of_interval(statement, effect, Side::Above, 0.0).noting(note))
}
