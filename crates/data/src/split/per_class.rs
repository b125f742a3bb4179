//! Few training rows of each class and many to test on, as graphs are usually split.

use crate::split::philox::Philox;
use crate::split::stratified::shuffled_strata;
use crate::split::{Purpose, check_rows};
use crate::{DataError, GivenSplit, Result, Target};

/// How many rows a part gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    /// So many of each class.
    PerClass(usize),
    /// So many in total, of any class.
    Total(usize),
    /// All that are left.
    Rest,
}

/// Draws `per_class` training rows of each class from `rows`, then the validation rows, then the test rows.
///
/// | after | `per_class` | `validation` | `test` |
/// | :-- | --: | :-- | :-- |
/// | Shchur et al. 2018 | 20 | `PerClass(30)` | `Rest` |
/// | Yang et al. 2016 (Planetoid) | 20 | `Total(500)` | `Total(1000)` |
///
/// The result depends on the set of rows and the seed, not on the order of `rows`; the training rows do not depend on the
/// other two parts.
///
/// # Errors
/// [`DataError::NotClasses`] for a regression, [`DataError::SmallClass`] if a class has too few rows,
/// [`DataError::FewRowsLeft`] if a part would be too small or training or test empty, [`DataError::RowOutOfRange`],
/// [`DataError::RepeatedRow`].
///
/// # Source
/// Shchur et al. 2018, "Pitfalls of graph neural network evaluation", <https://arxiv.org/abs/1811.05868>.
pub fn random_per_class(
    target: &Target,
    rows: &[usize],
    per_class: usize,
    validation: Quota,
    test: Quota,
    seed: u64,
) -> Result<GivenSplit> {
    let Target::Classes { names, .. } = target else {
        return Err(not_classes(target));
    };
    check_rows(rows, target.len())?;
    let mut rng = Philox::new(seed, Purpose::PerClass as u64);
    let mut left = shuffled_strata(target, rows, 1, &mut rng);
    let train = take_of_each(&mut left, per_class, names, per_class)?;
    // The words of the message count what both parts want.
    let mut draw = |part: &'static str, quota: Quota| match quota {
        Quota::PerClass(count) => take_of_each(&mut left, count, names, per_class + count),
        Quota::Total(count) => take_of_all(&mut left, count, part, &mut rng),
        Quota::Rest => Ok(left.iter_mut().flat_map(std::mem::take).collect()),
    };
    let validation = draw("validation", validation)?;
    let test = draw("test", test)?;
    for (part, rows) in [("train", &train), ("test", &test)] {
        if rows.is_empty() {
            return Err(DataError::FewRowsLeft {
                part,
                rows: 0,
                wanted: 1,
            });
        }
    }
    Ok(GivenSplit {
        train: ascending(train),
        validation: ascending(validation),
        test: ascending(test),
    })
}

fn ascending(mut rows: Vec<usize>) -> Vec<usize> {
    rows.sort_unstable();
    rows
}

fn not_classes(target: &Target) -> DataError {
    let names: Vec<&str> = match target {
        Target::Values { names, .. } => names.iter().map(String::as_str).collect(),
        Target::Flags { labels, .. } => labels.iter().map(|label| label.name.as_str()).collect(),
        Target::Classes { .. } => Vec::new(),
    };
    DataError::NotClasses {
        target: names.join(", "),
    }
}

/// The first `count` rows of each class.
fn take_of_each(
    classes: &mut [Vec<usize>],
    count: usize,
    names: &[String],
    wanted: usize,
) -> Result<Vec<usize>> {
    let mut taken = Vec::new();
    for (class, name) in classes.iter_mut().zip(names) {
        if class.len() < count {
            return Err(DataError::SmallClass {
                class: name.clone(),
                rows: class.len() + (wanted - count),
                wanted,
            });
        }
        taken.extend(class.drain(..count));
    }
    Ok(taken)
}

/// `count` rows of any class, each as likely as any other.
fn take_of_all(
    classes: &mut [Vec<usize>],
    count: usize,
    part: &'static str,
    rng: &mut Philox,
) -> Result<Vec<usize>> {
    let mut pool: Vec<usize> = classes.iter().flatten().copied().collect();
    if pool.len() < count {
        return Err(DataError::FewRowsLeft {
            part,
            rows: pool.len(),
            wanted: count,
        });
    }
    pool.sort_unstable();
    rng.shuffle(&mut pool);
    pool.truncate(count);
    let mut taken = pool.clone();
    taken.sort_unstable();
    for class in classes {
        class.retain(|row| taken.binary_search(row).is_err());
    }
    Ok(pool)
}
