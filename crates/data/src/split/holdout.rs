//! Rows set aside before anything is chosen.

use crate::split::philox::Philox;
use crate::split::{Purpose, check_rows, shuffled_strata};
use crate::{DataError, Result, Target};

/// Two sets of rows without overlap, each in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdout {
    /// Rows to choose and train on.
    pub train: Vec<usize>,
    /// Rows to audit on, once.
    pub test: Vec<usize>,
}

/// Holds out `round(fraction * rows)` rows, of each class its share to within one row.
///
/// A regression target is cut into at most 10 quantile bins, which take the place of classes. Every
/// class keeps at least one row to train on, so that many tiny classes can make the test set smaller.
///
/// # Errors
/// [`DataError::Fraction`] outside `(0, 1)`, [`DataError::EmptySide`] if either side would have no row.
pub fn stratified_holdout(target: &Target, fraction: f64, seed: u64) -> Result<Holdout> {
    let rows: Vec<usize> = (0..target.len()).collect();
    stratified_holdout_of(target, &rows, fraction, seed)
}

/// As [`stratified_holdout`], of some rows: those of a graph's nodes that have a label.
///
/// # Errors
/// As [`stratified_holdout`]; [`DataError::RowOutOfRange`], [`DataError::RepeatedRow`].
pub fn stratified_holdout_of(
    target: &Target,
    rows: &[usize],
    fraction: f64,
    seed: u64,
) -> Result<Holdout> {
    if !(fraction > 0.0 && fraction < 1.0) {
        return Err(DataError::Fraction { fraction });
    }
    check_rows(rows, target.len())?;
    let total = rows.len();
    let mut rng = Philox::new(seed, Purpose::Holdout as u64);
    let smallest_bin = (1.0 / fraction.min(1.0 - fraction)).ceil() as usize;
    let strata = shuffled_strata(target, rows, smallest_bin, &mut rng);
    let sizes: Vec<usize> = strata.iter().map(Vec::len).collect();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for (stratum, quota) in strata.iter().zip(quotas(&sizes, fraction)) {
        test.extend_from_slice(&stratum[..quota]);
        train.extend_from_slice(&stratum[quota..]);
    }
    for (side, rows) in [("train on", &train), ("test on", &test)] {
        if rows.is_empty() {
            return Err(DataError::EmptySide {
                fraction,
                rows: total,
                side,
            });
        }
    }
    train.sort_unstable();
    test.sort_unstable();
    Ok(Holdout { train, test })
}

/// Test rows per stratum: the whole part of its share, then one more for the largest remainders.
fn quotas(sizes: &[usize], fraction: f64) -> Vec<usize> {
    let share = |size: usize| size as f64 * fraction;
    let mut quotas: Vec<usize> = sizes.iter().map(|&size| share(size) as usize).collect();
    let wanted = share(sizes.iter().sum()).round() as usize;
    let mut by_remainder: Vec<usize> = (0..sizes.len())
        .filter(|&stratum| quotas[stratum] + 1 < sizes[stratum])
        .collect();
    by_remainder.sort_by(|&a, &b| {
        share(sizes[b])
            .fract()
            .total_cmp(&share(sizes[a]).fract())
            .then(a.cmp(&b))
    });
    let short = wanted.saturating_sub(quotas.iter().sum());
    for stratum in by_remainder.into_iter().take(short) {
        quotas[stratum] += 1;
    }
    quotas
}
