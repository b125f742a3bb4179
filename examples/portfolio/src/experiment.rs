//! Real stocks in stretches of time, and made-up markets: every portfolio at every decay rate.

use std::collections::BTreeMap;

use decay_claim::measuring::covariance::{decayed, ledoit_wolf_share, shrunk};
use decay_claim::{Lab, MeasurementKey, Measurements, Result};
use nalgebra::{DMatrix, DVector};

use crate::identities;
use crate::market::Market;
use crate::policy::{Managed, SLOWEST, ridge_of_one};
use crate::pooled::note_pooled;
use crate::prices::{Returns, refused};
use crate::sharpe::YEAR;
use crate::walk::{Path, Walk, recent};
use crate::weights::{Frontier, equal};
use crate::{
    AVERSE, AVERSION, COST, EQUAL, FEATURES, FREE, LEDOIT_WOLF, MARKET, MEAN, MINIMUM, RATES,
    STOCKS,
};

/// Most stocks of a stretch; of more, some are drawn.
const MOST: usize = 30;
/// Site of the draw of the first day, the last there is; those of the stretches' stocks lie below it.
const FIRST_DAY: u32 = (1 << 24) - 1;
/// Real stocks: days from which moments are estimated, and days that they are held.
pub(crate) const MOMENTS: Walk = Walk {
    lookback: 250,
    hold: 21,
    cost: COST,
};
/// Features: two years of samples.
pub(crate) const POLICY: Walk = Walk {
    lookback: SLOWEST + 500,
    hold: 5,
    cost: COST,
};
/// Standard deviation of a year at which policies are compared.
const RISK: f64 = 0.15;
/// Made-up markets: stocks, and days after the first decision.
const MADE_UP: [usize; 2] = [25, 240];
/// Fewer days than a real stock has, so that 25 stocks are many.
const SHORT: Walk = Walk {
    lookback: 120,
    hold: 20,
    cost: COST,
};

/// A series and the decay rate.
pub(crate) type Setting = (&'static str, f64);
/// What became of every setting.
type Paths = Vec<(Setting, Path)>;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let returns = match &lab.data {
        Some(path) => Returns::read(path)?,
        None => Returns::embedded()?,
    };
    let draw = |site, all: &[usize], count| lab.sample(site, all, count);
    let stretches = stretches(&returns, lab.pick(10, 20), draw)?;
    let walked = lab.each("stocks", stretches.len(), |replicate| {
        let stretch = &stretches[replicate];
        let paths = walk_stocks(stretch);
        let paths = paths.ok_or_else(|| refused(&returns.source, "two stocks move as one"))?;
        for (setting, path) in &paths {
            note(STOCKS, *setting, replicate, path, &mut out);
        }
        Ok(paths)
    })?;
    note_pooled(lab, &pooled(walked), &mut out)?;
    lab.each("made-up markets", lab.pick(20, 100), |replicate| {
        made_up(lab, replicate, &mut out);
        Ok(())
    })?;
    identities::measure(lab, &stretches, &mut out)?;
    Ok(out)
}

/// Stretches of real days, each with the days before it that its first decision sees, of stocks that have a return on each of these.
/// `draw` takes so many of some numbers for a purpose.
pub(crate) fn stretches(
    returns: &Returns,
    count: usize,
    draw: impl Fn(u32, &[usize], usize) -> Vec<usize>,
) -> Result<Vec<DMatrix<f64>>> {
    let days = returns.values.nrows();
    // Any day of the first month may be the first.
    let late: Vec<usize> = (0..MOMENTS.hold).collect();
    let first = POLICY.lookback + draw(FIRST_DAY, &late, 1)[0];
    let length = days.saturating_sub(first) / count;
    if length < 2 * MOMENTS.hold {
        let least = first + 2 * MOMENTS.hold * count + 1;
        return Err(refused(
            &returns.source,
            format!("{days} days, {least} are needed"),
        ));
    }
    let stretch = |place: usize| {
        let start = first + place * length - POLICY.lookback;
        let all = returns.complete(start, POLICY.lookback);
        if all.len() < 2 {
            let days = POLICY.lookback;
            let reason = format!(
                "of {days} days from the {start}th on, fewer than two stocks have every price"
            );
            return Err(refused(&returns.source, reason));
        }
        let stocks = draw(FIRST_DAY - 1 - place as u32, &all, MOST.min(all.len()));
        let rows = returns.values.rows(start, POLICY.lookback + length);
        Ok(rows.select_columns(&stocks))
    };
    (0..count).map(stretch).collect()
}

/// All portfolios of a stretch.
fn walk_stocks(stretch: &DMatrix<f64>) -> Option<Paths> {
    let late = POLICY.lookback - MOMENTS.lookback;
    let short = stretch.rows_range(late..).into_owned();
    let mut paths = walk(&MOMENTS, &short, |history| {
        by_moments(history, MOMENTS.lookback)
    })?;
    paths.extend(walk(&POLICY, stretch, by_features)?);
    Some(paths)
}

/// Every setting through the days, under its name.
pub(crate) fn walk(
    walk: &Walk,
    returns: &DMatrix<f64>,
    decide: impl Fn(&DMatrix<f64>) -> Option<Vec<(Setting, DVector<f64>)>>,
) -> Option<Paths> {
    let mut names = Vec::new();
    let paths = walk.over(returns, |history| {
        let (settings, weights) = decide(history)?.into_iter().unzip();
        names = settings;
        Some(weights)
    })?;
    Some(names.into_iter().zip(paths).collect())
}

/// Portfolios of means and covariance of the last days: with every decay, with that of Ledoit & Wolf, and of neither.
pub(crate) fn by_moments(
    history: &DMatrix<f64>,
    days: usize,
) -> Option<Vec<(Setting, DVector<f64>)>> {
    let (mean, covariance) = recent(history, days);
    let plain = Frontier::new(&mean, &covariance)?;
    let mut all = Vec::new();
    for rate in RATES {
        all.push(((AVERSE, rate), plain.at(AVERSION * (1.0 + rate))));
        let frontier = Frontier::new(&mean, &decayed(&covariance, rate))?;
        all.push(((MINIMUM, rate), frontier.lowest.clone()));
        all.push(((MEAN, rate), frontier.at(AVERSION)));
        all.push(((FREE, rate), frontier.free / AVERSION));
    }
    let share = ledoit_wolf_share(&history.rows(history.nrows() - days, days).into_owned());
    let frontier = Frontier::new(&mean, &shrunk(&covariance, share))?;
    all.push(((LEDOIT_WOLF[0], 0.0), frontier.lowest.clone()));
    all.push(((LEDOIT_WOLF[1], 0.0), frontier.at(AVERSION)));
    all.push(((EQUAL, 0.0), equal(mean.len())));
    Some(all)
}

/// Policies of features with every decay, at one risk of the past.
pub(crate) fn by_features(history: &DMatrix<f64>) -> Option<Vec<(Setting, DVector<f64>)>> {
    let managed = Managed::of(history, POLICY.hold);
    let risk = RISK * (POLICY.hold as f64 / YEAR).sqrt();
    let of = |rate: f64| {
        let policy = ridge_of_one(&managed.returns, rate)?;
        Some(((FEATURES, rate), managed.weights_at_risk(&policy, risk)))
    };
    RATES.into_iter().map(of).collect()
}

fn note(
    study: &str,
    (series, rate): Setting,
    replicate: usize,
    path: &Path,
    out: &mut Measurements,
) {
    let key = MeasurementKey::of(study, series, rate, replicate);
    for (metric, value) in path.figures() {
        let told = match series {
            FREE => metric == "leverage",
            AVERSE => ["leverage", "Herfindahl", "positions"].contains(&metric),
            // They do not add up to one.
            FEATURES => metric != "Herfindahl",
            _ => true,
        };
        if told {
            out.add_rounded(key, [(metric, value)]);
        }
    }
}

fn made_up(lab: &Lab, replicate: usize, out: &mut Measurements) {
    let [stocks, days] = MADE_UP;
    let market = Market::draw(lab.seed, replicate, SHORT.lookback + days, stocks);
    let decide = |history: &DMatrix<f64>| by_moments(history, SHORT.lookback);
    let paths = walk(&SHORT, &market.returns, decide);
    for ((series, rate), path) in paths.into_iter().flatten() {
        note(MARKET, (series, rate), replicate, &path, out);
        if series != FREE {
            let key = MeasurementKey::of(MARKET, series, rate, replicate);
            let expected = path.expected(&market.mean, &market.covariance, COST);
            out.add_rounded(key, expected);
        }
    }
}

/// Net returns of every setting through all stretches, in the order of time.
fn pooled(walked: Vec<Paths>) -> Vec<(Setting, Vec<f64>)> {
    let mut all: BTreeMap<(&str, usize), Vec<f64>> = BTreeMap::new();
    for ((series, rate), path) in walked.into_iter().flatten() {
        let place = RATES.iter().position(|&own| own == rate).unwrap_or(0);
        all.entry((series, place)).or_default().extend(path.net);
    }
    all.into_iter()
        .map(|((series, place), net)| ((series, RATES[place]), net))
        .collect()
}
