//! Folds and held-out rows that spread every class, or every range of values, evenly.

use crate::split::philox::Philox;
use crate::split::{Purpose, check_folds, check_fraction, check_rows};
use crate::{DataError, Fold, Holdout, Result, Target};

/// Most quantile bins of a regression target.
const MAX_BINS: usize = 10;

/// `rows` by class, or by quantile bin of a regression target, each group in random order.
///
/// A bin holds at least `smallest_bin` rows where there are enough. Equal values may end in neighbouring bins.
pub(crate) fn shuffled_strata(
    target: &Target,
    rows: &[usize],
    smallest_bin: usize,
    rng: &mut Philox,
) -> Vec<Vec<usize>> {
    let mut strata: Vec<Vec<usize>> = match target {
        Target::Classes { labels, names } => {
            let mut classes = vec![Vec::new(); names.len()];
            for &row in rows {
                classes[labels[row] as usize].push(row);
            }
            classes
        }
        Target::Values { values, .. } => {
            let mut sorted = rows.to_vec();
            sorted.sort_by(|&a, &b| values[a].total_cmp(&values[b]).then(a.cmp(&b)));
            let bins = (rows.len() / smallest_bin.max(1)).clamp(1, MAX_BINS);
            let edge = |bin: usize| bin * sorted.len() / bins;
            (0..bins)
                .map(|bin| sorted[edge(bin)..edge(bin + 1)].to_vec())
                .collect()
        }
    };
    for stratum in &mut strata {
        // The order in which a caller lists the rows must not matter.
        stratum.sort_unstable();
        rng.shuffle(stratum);
    }
    strata
}

/// Cuts `rows` into `folds` validation sets that spread every class evenly.
///
/// Any two folds differ by at most one row in total, and by at most one row of each class. A regression
/// target is cut into at most 10 quantile bins, which take the place of classes. The result depends on the
/// set of rows and the seed, not on the order of `rows`.
///
/// # Errors
/// [`DataError::Folds`] below 2, [`DataError::FewerRowsThanFolds`], [`DataError::RowOutOfRange`],
/// [`DataError::RepeatedRow`].
pub fn stratified_kfold(
    target: &Target,
    rows: &[usize],
    folds: usize,
    seed: u64,
) -> Result<Vec<Fold>> {
    check_folds(folds)?;
    if rows.len() < folds {
        return Err(DataError::FewerRowsThanFolds {
            rows: rows.len(),
            folds,
        });
    }
    check_rows(rows, target.len())?;
    let mut rng = Philox::new(seed, Purpose::KFold as u64);
    let strata = shuffled_strata(target, rows, folds, &mut rng);
    // Dealt like cards, class after class without starting anew: both the fold and the class are even.
    // The first fold is random, or fold 0 would always get the odd rows of the first class.
    let mut fold = rng.below(folds as u64) as usize;
    let mut fold_of = vec![usize::MAX; target.len()];
    for row in strata.into_iter().flatten() {
        fold_of[row] = fold;
        fold = (fold + 1) % folds;
    }
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let side = |fold: usize| {
        let (validation, train) = sorted.iter().partition(|&&row| fold_of[row] == fold);
        Fold { train, validation }
    };
    Ok((0..folds).map(side).collect())
}

/// What a user should know about the folds: classes too small to be in each of them, one sentence each.
pub fn fold_notes(target: &Target, rows: &[usize], folds: usize) -> Vec<String> {
    let Target::Classes { labels, names } = target else {
        return Vec::new();
    };
    let mut counts = vec![0_usize; names.len()];
    for &row in rows {
        counts[labels[row] as usize] += 1;
    }
    let small = names.iter().zip(counts).filter(|(_, count)| *count < folds);
    small
        .map(|(name, count)| {
            format!(
                "class '{name}' has {count} rows for {folds} folds: some folds validate without it"
            )
        })
        .collect()
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
    check_fraction(fraction)?;
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
