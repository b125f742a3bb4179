//! Folds and held-out rows that spread every class, or every range of values, evenly.

use crate::split::iterative::parts_of;
use crate::split::philox::Philox;
use crate::split::{Purpose, check_folds, check_fraction, check_rows};
use crate::{DataError, Fold, Holdout, Result, Target};

/// Most quantile bins of a regression target.
const MAX_BINS: usize = 10;

/// `rows` by class, or by quantile bin of a number, each group in random order.
///
/// A bin holds at least `smallest_bin` rows where there are enough. Equal values may end in neighbouring bins.
pub(crate) fn shuffled_strata(
    target: &Target,
    rows: &[usize],
    smallest_bin: usize,
    rng: &mut Philox,
) -> Vec<Vec<usize>> {
    let mut strata = strata_of_targets(target, rows, smallest_bin).concat();
    for stratum in &mut strata {
        // The order in which a caller lists the rows must not matter.
        stratum.sort_unstable();
        rng.shuffle(stratum);
    }
    strata
}

/// For each target the rows that have something of it in common: a class, a quantile bin, or whether a label applies.
fn strata_of_targets(target: &Target, rows: &[usize], smallest_bin: usize) -> Vec<Vec<Vec<usize>>> {
    match target {
        Target::Classes { labels, names } => {
            vec![grouped(rows, names.len(), |row| labels[row] as usize)]
        }
        Target::Values { values, names } => {
            let of_target =
                |place: usize| bins(|row| values[row * names.len() + place], rows, smallest_bin);
            (0..names.len()).map(of_target).collect()
        }
        Target::Flags { flags, labels } => {
            let of_label = |place: usize| {
                grouped(rows, 2, |row| {
                    usize::from(flags[row * labels.len() + place])
                })
            };
            (0..labels.len()).map(of_label).collect()
        }
    }
}

fn grouped(rows: &[usize], groups: usize, group: impl Fn(usize) -> usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new(); groups];
    for &row in rows {
        all[group(row)].push(row);
    }
    all
}

fn bins(value: impl Fn(usize) -> f64, rows: &[usize], smallest: usize) -> Vec<Vec<usize>> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
    let bins = (rows.len() / smallest.max(1)).clamp(1, MAX_BINS);
    let edge = |bin: usize| bin * sorted.len() / bins;
    (0..bins)
        .map(|bin| sorted[edge(bin)..edge(bin + 1)].to_vec())
        .collect()
}

/// Which part each row of the data goes to by [`parts_of`]; `None` of one target, whose strata can be shared out exactly.
fn shared_out(
    target: &Target,
    rows: &[usize],
    smallest_bin: usize,
    shares: &[f64],
    rng: &mut Philox,
) -> Option<Vec<usize>> {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let by_target = strata_of_targets(target, &sorted, smallest_bin);
    if by_target.len() == 1 {
        return None;
    }
    let mut place_of = vec![usize::MAX; target.len()];
    for (place, &row) in sorted.iter().enumerate() {
        place_of[row] = place;
    }
    let mut strata = by_target.concat();
    for stratum in &mut strata {
        stratum.iter_mut().for_each(|row| *row = place_of[*row]);
        stratum.sort_unstable();
    }
    let parts = parts_of(sorted.len(), &strata, shares, rng);
    let mut part_of = vec![usize::MAX; target.len()];
    for (row, part) in sorted.into_iter().zip(parts) {
        part_of[row] = part;
    }
    Some(part_of)
}

/// Cuts `rows` into `folds` validation sets that spread every class evenly.
///
/// Any two folds differ by at most one row in total, and by at most one row of each class. A target of numbers is cut into at most
/// 10 quantile bins, which take the place of classes. With several targets or labels the bins and labels of all are spread as
/// evenly as each other allows (iterative stratification, Sechidis et al. 2011). The result depends on the set of rows and the seed,
/// not on the order of `rows`.
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
    let even = vec![1.0 / folds as f64; folds];
    let fold_of = match shared_out(target, rows, folds, &even, &mut rng) {
        Some(fold_of) => fold_of,
        None => dealt(target, rows, folds, &mut rng),
    };
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    let side = |fold: usize| {
        let (validation, train) = sorted.iter().partition(|&&row| fold_of[row] == fold);
        Fold { train, validation }
    };
    Ok((0..folds).map(side).collect())
}

/// Rows dealt like cards, class after class without starting anew: both the fold and the class are even.
fn dealt(target: &Target, rows: &[usize], folds: usize, rng: &mut Philox) -> Vec<usize> {
    let strata = shuffled_strata(target, rows, folds, rng);
    // The first fold is random, or fold 0 would always get the odd rows of the first class.
    let mut fold = rng.below(folds as u64) as usize;
    let mut fold_of = vec![usize::MAX; target.len()];
    for row in strata.into_iter().flatten() {
        fold_of[row] = fold;
        fold = (fold + 1) % folds;
    }
    fold_of
}

/// What a user should know about the folds: classes too small to be in each of them, one sentence each.
pub fn fold_notes(target: &Target, rows: &[usize], folds: usize) -> Vec<String> {
    let names: Vec<String> = match target {
        Target::Classes { names, .. } => {
            names.iter().map(|name| format!("class '{name}'")).collect()
        }
        Target::Flags { labels, .. } => labels
            .iter()
            .flat_map(|label| {
                label
                    .values
                    .iter()
                    .map(|value| format!("{} = {value}", label.name))
            })
            .collect(),
        Target::Values { .. } => return Vec::new(),
    };
    let counts = strata_of_targets(target, rows, 1).concat();
    let small = names
        .iter()
        .zip(counts)
        .filter(|(_, own)| (1..folds).contains(&own.len()));
    small
        .map(|(name, own)| {
            format!(
                "{name} has {} rows for {folds} folds: some folds validate without it",
                own.len()
            )
        })
        .collect()
}

/// Holds out `round(fraction * rows)` rows, of each class its share to within one row.
///
/// A target of numbers is cut into at most 10 quantile bins, which take the place of classes. Every class keeps at least one row to
/// train on, so that many tiny classes can make the test set smaller. With several targets or labels both the number of rows and the
/// shares are as near as [iterative stratification](stratified_kfold) comes.
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
    let shares = [1.0 - fraction, fraction];
    let (mut train, mut test) = match shared_out(target, rows, smallest_bin, &shares, &mut rng) {
        Some(part_of) => rows.iter().partition(|&&row| part_of[row] == 0),
        None => by_quotas(target, rows, smallest_bin, fraction, &mut rng),
    };
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

/// Rows to train and to test on, of each stratum its share to within one row.
fn by_quotas(
    target: &Target,
    rows: &[usize],
    smallest_bin: usize,
    fraction: f64,
    rng: &mut Philox,
) -> (Vec<usize>, Vec<usize>) {
    let strata = shuffled_strata(target, rows, smallest_bin, rng);
    let sizes: Vec<usize> = strata.iter().map(Vec::len).collect();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for (stratum, quota) in strata.iter().zip(quotas(&sizes, fraction)) {
        test.extend_from_slice(&stratum[..quota]);
        train.extend_from_slice(&stratum[quota..]);
    }
    (train, test)
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
