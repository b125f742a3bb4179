//! All days of all stretches together: Sharpe ratios with the intervals that blocks of days give.

use decay_audit::interval::{Bootstrap, percentile_interval};
use decay_claim::{Lab, MeasurementKey, Measurements, Result};

use crate::ALL_DAYS;
use crate::experiment::Setting;
use crate::sharpe::{moments, sharpe};

/// Days that are drawn together, about a month.
const BLOCK: usize = 21;
const LEVEL: f64 = 0.95;

/// Notes the Sharpe ratio of every setting, the shape of its returns, and what a decayed one gains; of a series 0 is the first rate.
///
/// Every setting is resampled with the same days, so that differences are those of one market.
pub(crate) fn note_pooled(
    lab: &Lab,
    all: &[(Setting, Vec<f64>)],
    out: &mut Measurements,
) -> Result<()> {
    let (mut plain, mut without) = (Vec::new(), f64::NAN);
    for ((series, rate), net) in all {
        let (ratio, ratios) = (sharpe(net), resampled(net, lab.seed));
        let (low, high) = percentile_interval(&ratios, LEVEL)?;
        let [_, _, skewness, kurtosis] = moments(net);
        let figures = [
            ("Sharpe", ratio),
            ("low", low),
            ("high", high),
            ("skewness", skewness),
            ("kurtosis", kurtosis),
            ("days", net.len() as f64),
        ];
        let key = MeasurementKey::of(ALL_DAYS, series, *rate, 0);
        out.add_rounded(key, figures);
        if *rate == 0.0 {
            (plain, without) = (ratios, ratio);
            continue;
        }
        let gains: Vec<f64> = ratios.iter().zip(&plain).map(|(a, b)| a - b).collect();
        let (low, high) = percentile_interval(&gains, LEVEL)?;
        let gain = [
            ("gain", ratio - without),
            ("gain low", low),
            ("gain high", high),
        ];
        out.add_rounded(key, gain);
    }
    Ok(())
}

/// Sharpe ratios of blocks of days.
pub(crate) fn resampled(net: &[f64], seed: u64) -> Vec<f64> {
    let bootstrap = Bootstrap {
        resamples: 2000,
        level: LEVEL,
        seed,
    };
    let of = |rows: &[usize]| sharpe(&rows.iter().map(|&row| net[row]).collect::<Vec<_>>());
    bootstrap.block_replicates(net.len(), BLOCK, of)
}
