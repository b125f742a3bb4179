//! Splits that never look ahead.

use crate::split::{check_folds, check_fraction, check_rows};
use crate::{DataError, Fold, Holdout, Result};

/// Validates on consecutive stretches of the later half of `rows`, each after training on everything before it.
///
/// ```text
/// rows in the order of time    | first half | 1 | 2 | .. | folds |
/// fold k                         trains on everything before stretch k, validates on stretch k
/// ```
///
/// Stretches are about equally long; rows of one time stay together. Half of the rows come first, so that every fold trains on not much
/// less than the model that is made in the end, for which it chooses. No row is later than one that is trained on and yet validated on,
/// and rows of the first half are validated on by no fold.
///
/// # Shapes
/// - `times`: one time for each row of the data
///
/// # Errors
/// [`DataError::Folds`] below 2, [`DataError::FewerTimes`] than folds and one more, [`DataError::RowOutOfRange`],
/// [`DataError::RepeatedRow`].
///
/// # Source
/// Tashman 2000, "Out-of-sample tests of forecasting accuracy", <https://doi.org/10.1016/S0169-2070(00)00065-0>: rolling origins,
/// the training set growing.
pub fn time_kfold(times: &[f64], rows: &[usize], folds: usize) -> Result<Vec<Fold>> {
    check_folds(folds)?;
    let before = |stretch: usize| 0.5 + 0.5 * stretch as f64 / folds as f64;
    let shares: Vec<f64> = (0..folds).map(before).collect();
    let stretches = cut(times, rows, &shares)?;
    let fold = |place: usize| {
        let mut train = stretches[..place].concat();
        train.sort_unstable();
        Fold {
            train,
            validation: stretches[place].clone(),
        }
    };
    Ok((1..=folds).map(fold).collect())
}

/// Holds out the latest rows, about `fraction` of them; rows of one time stay together.
///
/// # Errors
/// [`DataError::Fraction`] outside `(0, 1)`, [`DataError::FewerTimes`] if all rows are of one time, [`DataError::RowOutOfRange`],
/// [`DataError::RepeatedRow`].
pub fn time_holdout(times: &[f64], rows: &[usize], fraction: f64) -> Result<Holdout> {
    check_fraction(fraction)?;
    let mut parts = cut(times, rows, &[1.0 - fraction])?;
    let test = parts.pop().unwrap_or_default();
    Ok(Holdout {
        train: parts.concat(),
        test,
    })
}

/// Rows in the order of time, cut where about these shares of them have passed; every part has rows, in ascending order.
fn cut(times: &[f64], rows: &[usize], shares: &[f64]) -> Result<Vec<Vec<usize>>> {
    check_rows(rows, times.len())?;
    let mut ordered = rows.to_vec();
    ordered.sort_unstable();
    ordered.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
    let moments: Vec<&[usize]> = ordered
        .chunk_by(|&a, &b| times[a].total_cmp(&times[b]).is_eq())
        .collect();
    let parts = shares.len() + 1;
    if moments.len() < parts {
        return Err(DataError::FewerTimes {
            times: moments.len(),
            parts,
        });
    }
    let passed: Vec<usize> = moments
        .iter()
        .scan(0, |sum, moment| {
            *sum += moment.len();
            Some(*sum)
        })
        .collect();
    let (mut cut, mut begin) = (Vec::with_capacity(parts), 0);
    for (place, share) in shares.iter().enumerate() {
        let wanted = share * rows.len() as f64;
        let distance = |end: &usize| (passed[*end - 1] as f64 - wanted).abs();
        // Every later part needs a moment of its own.
        let ends = begin + 1..=moments.len() - (shares.len() - place);
        let end = ends.min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let end = end.unwrap_or(begin + 1);
        cut.push(moments[begin..end].concat());
        begin = end;
    }
    cut.push(moments[begin..].concat());
    cut.iter_mut().for_each(|part| part.sort_unstable());
    Ok(cut)
}
