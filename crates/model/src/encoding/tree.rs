//! Where a target changes along one number: thresholds of a small decision tree.

use super::bins::is_empty;
use crate::fitting::RowTargets;

/// Of what a tree explains: less is rounding, or nothing to tell apart.
const SMALLEST_GAIN: f64 = 1e-10;

/// Ascending thresholds of a regression or classification tree on one number, grown best first to at most so many leaves.
///
/// ```text
/// gain(left | right) = S(left) + S(right) - S(both)        S = |sum of y|^2 / n, y a number or the indicator of a class
/// ```
///
/// That is the fall of the squared error, of several targets summed in units of each one's variance, or of the Gini impurity; the split with the largest gain comes first, halfway between two
/// values, and neither side may have fewer than `least` rows.
///
/// # Shapes
/// - `values`: `[n]`, NaN where the number is missing; `targets` of the same rows
///
/// # Source
/// Breiman et al. 1984, "Classification and regression trees"; grown as scikit-learn does with `max_leaf_nodes`.
pub(super) fn thresholds(
    values: &[f32],
    targets: &RowTargets,
    leaves: usize,
    least: usize,
) -> Vec<f32> {
    let mut order: Vec<usize> = (0..values.len())
        .filter(|&row| !values[row].is_nan())
        .collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let tree = Tree {
        values: order.iter().map(|&row| values[row]).collect(),
        sums: Sums::of(targets, &order),
        least: least.max(1),
    };
    tree.grown(leaves)
}

/// Rows in the order of their values.
struct Tree {
    values: Vec<f32>,
    sums: Sums,
    least: usize,
}

/// The best split of the rows `start..end`.
#[derive(Clone, Copy)]
struct Split {
    start: usize,
    at: usize,
    end: usize,
    gain: f64,
}

impl Tree {
    fn grown(&self, leaves: usize) -> Vec<f32> {
        let mut open: Vec<Split> = self.best(0, self.values.len()).into_iter().collect();
        let mut made = Vec::new();
        while made.len() + 1 < leaves {
            let all = open.iter().enumerate();
            // Of equal gains that of the smallest values.
            let largest = all.max_by(|(_, a), (_, b)| {
                let gains = a.gain.total_cmp(&b.gain);
                gains.then(b.start.cmp(&a.start))
            });
            let Some((place, _)) = largest else { break };
            let split = open.swap_remove(place);
            let [low, high] = [split.at - 1, split.at].map(|row| f64::from(self.values[row]));
            made.push(((low + high) / 2.0) as f32);
            open.extend(self.best(split.start, split.at));
            open.extend(self.best(split.at, split.end));
        }
        made.sort_unstable_by(f32::total_cmp);
        made
    }

    /// The split with the largest gain, the first of several; none without one.
    fn best(&self, start: usize, end: usize) -> Option<Split> {
        let mut gains = self.sums.gains(start, end);
        let smallest = SMALLEST_GAIN * self.sums.total();
        let mut best: Option<Split> = None;
        for at in start + 1..end {
            let gain = gains(at);
            let apart = !is_empty(self.values[at - 1], self.values[at]);
            let enough = at - start >= self.least && end - at >= self.least;
            if apart && enough && gain > best.map_or(smallest, |best| best.gain) {
                best = Some(Split {
                    start,
                    at,
                    end,
                    gain,
                });
            }
        }
        best
    }
}

/// What gains are made of.
enum Sums {
    /// For each target the sum of its numbers, less their mean and in units of their root sum of squares, before each row.
    Values(Vec<Vec<f64>>),
    Classes {
        labels: Vec<usize>,
        count: usize,
    },
}

impl Sums {
    fn of(targets: &RowTargets, order: &[usize]) -> Self {
        match targets {
            RowTargets::Values(targets) => {
                let before = targets.iter().filter_map(|all| sums_before(all, order));
                Self::Values(before.collect())
            }
            RowTargets::Classes(all) => {
                let labels: Vec<usize> = order.iter().map(|&row| all[row] as usize).collect();
                let count = labels.iter().max().map_or(0, |&last| last + 1);
                Self::Classes { labels, count }
            }
        }
    }

    /// What there is to explain at most.
    fn total(&self) -> f64 {
        match self {
            Self::Values(targets) => targets.len() as f64,
            Self::Classes { labels, .. } => labels.len() as f64,
        }
    }

    /// The gain of a split of `start..end` at a row; rows are asked for one after the other from `start + 1` on.
    fn gains(&self, start: usize, end: usize) -> Box<dyn FnMut(usize) -> f64 + '_> {
        let share = |square: f64, rows: usize| square / rows as f64;
        match self {
            Self::Values(targets) => Box::new(move |at| {
                let gain = |before: &Vec<f64>| {
                    let sum = |from: usize, to: usize| {
                        let sum = before[to] - before[from];
                        share(sum * sum, to - from)
                    };
                    sum(start, at) + sum(at, end) - sum(start, end)
                };
                targets.iter().map(gain).sum()
            }),
            Self::Classes { labels, count } => {
                let (mut left, mut right) = (vec![0u64; *count], vec![0u64; *count]);
                labels[start..end]
                    .iter()
                    .for_each(|&label| right[label] += 1);
                let all: u64 = right.iter().map(|rows| rows * rows).sum();
                let [mut of_left, mut of_right] = [0, all];
                Box::new(move |at| {
                    // One row goes over: `(n + 1)^2 - n^2 = 2 n + 1`.
                    let label = labels[at - 1];
                    of_left += 2 * left[label] + 1;
                    of_right -= 2 * right[label] - 1;
                    left[label] += 1;
                    right[label] -= 1;
                    let sides =
                        share(of_left as f64, at - start) + share(of_right as f64, end - at);
                    sides - share(all as f64, end - start)
                })
            }
        }
    }
}

/// Sums before each row of numbers less their mean, in units of the root of their sum of squares; `None` if all are equal.
fn sums_before(all: &[f64], order: &[usize]) -> Option<Vec<f64>> {
    let mean = order.iter().map(|&row| all[row]).sum::<f64>() / order.len() as f64;
    let squares: f64 = order.iter().map(|&row| (all[row] - mean).powi(2)).sum();
    let mut sum = 0.0;
    let sums = order.iter().map(|&row| {
        sum += (all[row] - mean) / squares.sqrt();
        sum
    });
    let sums = std::iter::once(0.0).chain(sums).collect();
    (squares > 0.0).then_some(sums)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::thresholds;
    use crate::fitting::RowTargets;

    /// Golden values: ../../tests/golden/trees.json (scikit-learn 1.9.1).
    #[test]
    fn thresholds_are_those_of_scikit_learn() {
        let text = include_str!("../../tests/golden/trees.json");
        let file: Value = serde_json::from_str(text).expect("JSON");
        let numbers = |value: &Value| -> Vec<f64> {
            let all = value.as_array().expect("a list").iter();
            all.map(|number| number.as_f64().expect("a number"))
                .collect()
        };
        let cases = file["cases"].as_array().expect("cases");
        assert_eq!(cases.len(), 9);
        for case in cases {
            let values: Vec<f32> = numbers(&case["values"]).iter().map(|&v| v as f32).collect();
            let targets = numbers(&case["targets"]);
            let targets = if case["task"] == "regression" {
                RowTargets::Values(vec![targets])
            } else {
                RowTargets::Classes(targets.iter().map(|&class| class as u32).collect())
            };
            let [leaves, least] = ["leaves", "least"].map(|key| case[key].as_u64().expect(key));
            let got = thresholds(&values, &targets, leaves as usize, least as usize);
            let want = numbers(&case["thresholds"]);
            assert_eq!(got.len(), want.len(), "{}", case["name"]);
            for (got, want) in got.iter().zip(want) {
                let error = (f64::from(*got) - want).abs();
                assert!(
                    error <= 1e-6 * want.abs().max(1.0),
                    "{}: {got} {want}",
                    case["name"]
                );
            }
        }
    }

    /// Steps at 2.5 and 6.5, of which the second is higher; a missing value is no row.
    #[test]
    fn a_tree_finds_the_steps_of_a_target() {
        let values: Vec<f32> = (0..10).rev().map(|v| v as f32).chain([f32::NAN]).collect();
        let step = |v: &f32| f64::from(u8::from(*v > 2.5)) + 3.0 * f64::from(u8::from(*v > 6.5));
        let targets = RowTargets::Values(vec![values.iter().map(step).collect()]);
        assert_eq!(thresholds(&values, &targets, 2, 1), [6.5]);
        assert_eq!(thresholds(&values, &targets, 3, 1), [2.5, 6.5]);
        // Nothing is left to explain.
        assert_eq!(thresholds(&values, &targets, 9, 1), [2.5, 6.5]);
        // No side may have fewer than four rows.
        assert_eq!(thresholds(&values, &targets, 3, 4), [5.5]);
        let constant = RowTargets::Classes(vec![1; values.len()]);
        assert!(thresholds(&values, &constant, 4, 1).is_empty());
        assert!(thresholds(&[], &constant, 4, 1).is_empty());
    }
}
