//! Cross-validation folds.

use crate::split::philox::Philox;
use crate::split::{Purpose, check_rows, shuffled_strata};
use crate::{DataError, Result, Target};

/// One way to train on most rows and validate on the rest, each in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Rows to train on.
    pub train: Vec<usize>,
    /// Rows to validate on; every row is in one fold's validation set.
    pub validation: Vec<usize>,
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
    if folds < 2 {
        return Err(DataError::Folds { folds });
    }
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
