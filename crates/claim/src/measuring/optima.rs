//! How many different ends many starts have.

/// The group of every one of `count` ends, numbered from 0 in the order of their first members.
///
/// Two ends are of one group if a chain of ends leads from one to the other whose neighbours are near each other: single linkage.
pub fn groups(count: usize, near: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut group = vec![usize::MAX; count];
    let mut next = 0;
    for first in 0..count {
        if group[first] != usize::MAX {
            continue;
        }
        let mut open = vec![first];
        group[first] = next;
        while let Some(here) = open.pop() {
            for (other, own) in group.iter_mut().enumerate() {
                if *own == usize::MAX && near(here, other) {
                    *own = next;
                    open.push(other);
                }
            }
        }
        next += 1;
    }
    group
}

/// Number of groups of ends that lie within `limit` of each other.
pub fn distinct(count: usize, limit: f64, distance: impl Fn(usize, usize) -> f64) -> usize {
    let groups = groups(count, |a, b| distance(a, b) <= limit);
    groups.into_iter().max().map_or(0, |last| last + 1)
}

/// Largest distance between any two ends; 0 of fewer than two, NaN if one is.
pub fn diameter(count: usize, distance: impl Fn(usize, usize) -> f64) -> f64 {
    let pairs = (0..count).flat_map(|a| (0..a).map(move |b| (a, b)));
    worst(pairs.map(|(a, b)| distance(a, b)))
}

/// The largest figure of all starts, 0 at least; NaN if one is, so that no start's failure is lost.
pub fn worst(mut values: impl Iterator<Item = f64>) -> f64 {
    let larger = |most: f64, value: f64| (!value.is_nan()).then_some(most.max(value));
    values.try_fold(0.0, larger).unwrap_or(f64::NAN)
}

/// The middle value over starts, or the mean of the two in the middle: some starts without decay run off to infinity.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count => 0.5 * (values[(count - 1) / 2] + values[count / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::{diameter, distinct, groups, median, worst};

    #[test]
    fn half_of_the_values_lie_on_either_side_of_the_median() {
        let of = |values: &[f64]| median(values.iter().copied());
        assert_eq!(
            [of(&[5.0, 1.0, 9.0]), of(&[9.0, 1.0, 2.0, 4.0])],
            [5.0, 3.0]
        );
        assert!(of(&[]).is_nan());
    }

    #[test]
    fn chains_join_and_gaps_part() {
        let places: [f64; 6] = [0.0, 5.0, 0.9, 1.8, 5.5, 9.0];
        let far = |a: usize, b: usize| (places[a] - places[b]).abs();
        assert_eq!(groups(6, |a, b| far(a, b) < 1.0), [0, 1, 0, 0, 1, 2]);
        assert_eq!(distinct(6, 1.0, far), 3);
        assert_eq!([distinct(6, 0.1, far), distinct(6, 4.0, far)], [6, 1]);
        assert_eq!(distinct(0, 1.0, far), 0);
        assert_eq!(diameter(6, far), 9.0);
        assert_eq!(diameter(1, far), 0.0);
        assert!(diameter(2, |_, _| f64::NAN).is_nan());
        assert!(worst([1.0, f64::NAN, 2.0].into_iter()).is_nan());
        assert_eq!(worst([1.0, 3.0, 2.0].into_iter()), 3.0);
    }
}
