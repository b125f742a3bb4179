//! All days of all stretches together: Sharpe ratios with the intervals that blocks of days give.

use decay_audit::interval::{Bootstrap, percentile_interval};
use decay_claim::{Lab, MeasurementKey, Measurements, Result};

use crate::ALL_DAYS;
use crate::experiment::Setting;
use crate::sharpe::{moments, sharpe};

/// Days that are drawn together, about a month.
const BLOCK: usize = 21;
const LEVEL: f64 = 0.95;

/// Notes the Sharpe ratio of every setting, what it has more than without decay, and the shape of its returns.
///
/// Every setting is resampled with the same days, so that differences are those of one market.
pub(crate) fn note_pooled(
    lab: &Lab,
    all: &[(Setting, Vec<f64>)],
    out: &mut Measurements,
) -> Result<()> {
    let (mut plain, mut without) = (Vec::new(), f64::NAN);
    for ((series, rate), net) in all {
        let ratios = resampled(net, lab.seed);
        if *rate == 0.0 {
            (plain, without) = (ratios.clone(), sharpe(net));
        }
        let gains = ratios.iter().zip(&plain).map(|(a, b)| a - b);
        let (low, high) = percentile_interval(&ratios, LEVEL)?;
        let (gain_low, gain_high) = percentile_interval(&gains.collect::<Vec<_>>(), LEVEL)?;
        let [_, _, skewness, kurtosis] = moments(net);
        let figures = [
            ("Sharpe", sharpe(net)),
            ("low", low),
            ("high", high),
            ("gain", sharpe(net) - without),
            ("gain low", gain_low),
            ("gain high", gain_high),
            ("skewness", skewness),
            ("kurtosis", kurtosis),
            ("days", net.len() as f64),
        ];
        out.add_rounded(MeasurementKey::of(ALL_DAYS, series, *rate, 0), figures);
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
