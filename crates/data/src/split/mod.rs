//! Groups of rows that a split spreads evenly.

pub(crate) mod given;
pub(crate) mod groups;
pub(crate) mod holdout;
pub(crate) mod kfold;
pub(crate) mod per_class;
pub(crate) mod philox;

use crate::split::philox::Philox;
use crate::{DataError, Result, Target};

/// Most quantile bins of a regression target.
const MAX_BINS: usize = 10;

/// Purposes of random numbers: splits made with one seed must not share them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Holdout = 1,
    KFold = 2,
    PerClass = 3,
    GroupKFold = 4,
    GroupHoldout = 5,
}

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

/// Refuses rows outside the data, and a row that is listed twice: it could end on both sides of a split.
pub(crate) fn check_rows(rows: &[usize], available: usize) -> Result<()> {
    let mut seen = vec![false; available];
    for &row in rows {
        match seen.get_mut(row) {
            None => {
                return Err(DataError::RowOutOfRange {
                    row,
                    rows: available,
                });
            }
            Some(seen) if *seen => return Err(DataError::RepeatedRow { row }),
            Some(seen) => *seen = true,
        }
    }
    Ok(())
}
