//! Splits that keep the rows of a group together, such as the nodes of one graph.

use std::collections::BTreeMap;

use crate::split::philox::Philox;
use crate::split::{Purpose, check_folds, check_fraction, check_rows};
use crate::{DataError, Fold, Holdout, Result};

/// Cuts `rows` into `folds` validation sets of whole groups.
///
/// Groups are dealt in random order, the largest first, each to the fold that has fewest rows: folds are about equally large
/// where groups allow it. The result depends on the set of rows and the seed, not on the order of `rows`.
///
/// # Shapes
/// - `groups`: one group for each row of the data
///
/// # Errors
/// [`DataError::Folds`] below 2, [`DataError::FewerGroups`] than folds, [`DataError::RowOutOfRange`],
/// [`DataError::RepeatedRow`].
pub fn group_kfold(groups: &[u32], rows: &[usize], folds: usize, seed: u64) -> Result<Vec<Fold>> {
    check_folds(folds)?;
    let mut rng = Philox::new(seed, Purpose::GroupKFold as u64);
    let mut shuffled = shuffled_groups(groups, rows, folds, &mut rng)?;
    // A stable sort: groups of one size stay in random order.
    shuffled.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let mut validation = vec![Vec::new(); folds];
    for group in shuffled {
        if let Some(smallest) = validation.iter_mut().min_by_key(|fold| fold.len()) {
            smallest.extend(group);
        }
    }
    // Or fold 0 would always hold the largest group.
    rng.shuffle(&mut validation);
    Ok(validation
        .into_iter()
        .map(|validation| without(rows, validation))
        .map(|(train, validation)| Fold { train, validation })
        .collect())
}

/// Holds out whole groups that together have about `fraction` of `rows`.
///
/// Groups are taken in random order, each that brings the number of rows closer to `fraction`; if none does, the smallest
/// one. At least one group stays on either side.
///
/// # Errors
/// [`DataError::Fraction`] outside `(0, 1)`, [`DataError::FewerGroups`] if there is but one group,
/// [`DataError::RowOutOfRange`], [`DataError::RepeatedRow`].
pub fn group_holdout(groups: &[u32], rows: &[usize], fraction: f64, seed: u64) -> Result<Holdout> {
    check_fraction(fraction)?;
    let mut rng = Philox::new(seed, Purpose::GroupHoldout as u64);
    let shuffled = shuffled_groups(groups, rows, 2, &mut rng)?;
    let wanted = fraction * rows.len() as f64;
    let distance = |rows: usize| (rows as f64 - wanted).abs();
    let (mut test, mut left) = (Vec::new(), shuffled.len());
    for group in &shuffled {
        let closer = distance(test.len() + group.len()) < distance(test.len());
        if closer && left > 1 {
            test.extend_from_slice(group);
            left -= 1;
        }
    }
    if test.is_empty() {
        let smallest = shuffled.into_iter().min_by_key(Vec::len);
        test = smallest.unwrap_or_default();
    }
    let (train, test) = without(rows, test);
    Ok(Holdout { train, test })
}

/// Rows of each group, groups in random order.
pub(crate) fn shuffled_groups(
    groups: &[u32],
    rows: &[usize],
    parts: usize,
    rng: &mut Philox,
) -> Result<Vec<Vec<usize>>> {
    check_rows(rows, groups.len())?;
    let mut by_group: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &row in rows {
        by_group.entry(groups[row]).or_default().push(row);
    }
    let mut shuffled: Vec<Vec<usize>> = by_group.into_values().collect();
    if shuffled.len() < parts {
        return Err(DataError::FewerGroups {
            groups: shuffled.len(),
            parts,
        });
    }
    rng.shuffle(&mut shuffled);
    Ok(shuffled)
}

/// The rows that are not in `part`, and those that are, both in ascending order.
fn without(rows: &[usize], mut part: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    part.sort_unstable();
    let others = rows.iter().copied();
    let mut others: Vec<usize> = others
        .filter(|row| part.binary_search(row).is_err())
        .collect();
    others.sort_unstable();
    (others, part)
}
