//! Subsets within subsets: nested, stratified, whole, in the order of time.

use std::collections::BTreeSet;

use decay_data::{Nested, Target};
use proptest::prelude::*;

fn classes(labels: &[u32]) -> Target {
    Target::Classes {
        labels: labels.to_vec(),
        names: (0..4).map(|class| class.to_string()).collect(),
    }
}

/// Subsets of an eighth, a quarter, half and all of the rows.
fn subsets(nested: &Nested, rows: usize) -> [BTreeSet<usize>; 4] {
    [8, 4, 2, 1].map(|part| nested.first(rows / part).into_iter().collect())
}

fn are_nested(subsets: &[BTreeSet<usize>]) -> bool {
    subsets.windows(2).all(|pair| pair[0].is_subset(&pair[1]))
}

proptest! {
    #[test]
    fn subsets_are_nested_and_have_their_share_of_every_class(
        labels in prop::collection::vec(0u32..4, 16..200), seed: u64, skipped in 0usize..5,
    ) {
        let target = classes(&labels);
        let rows: Vec<usize> = (skipped..labels.len()).collect();
        let nested = Nested::stratified(&target, &rows, seed).unwrap();
        let subsets = subsets(&nested, rows.len());
        prop_assert!(are_nested(&subsets));
        prop_assert_eq!(subsets[3].iter().copied().collect::<Vec<_>>(), rows.clone());
        let all: Vec<usize> = (0..4).map(|class| rows.iter().filter(|&&row| labels[row] == class).count()).collect();
        let present = all.iter().filter(|&&count| count > 0).count();
        for (subset, part) in subsets.iter().zip([8, 4, 2, 1]) {
            prop_assert_eq!(subset.len(), rows.len() / part);
            for (class, &whole) in all.iter().enumerate() {
                let own = subset.iter().filter(|&&row| labels[row] as usize == class).count();
                // Each class has at most one row too many, which the others lack in proportion to their size.
                let off = own as f64 - (subset.len() * whole) as f64 / rows.len() as f64;
                let lacking = present as f64 * whole as f64 / rows.len() as f64;
                prop_assert!(off <= 1.0 && off >= -lacking - 1e-9, "{own} of {whole} in 1/{part}");
                prop_assert!(own > 0 || whole == 0 || subset.len() < present);
            }
        }
        let mut reversed = rows.clone();
        reversed.reverse();
        prop_assert_eq!(Nested::stratified(&target, &reversed, seed).unwrap(), nested);
    }

    #[test]
    fn no_group_is_divided(groups in prop::collection::vec(0u32..9, 16..120), seed: u64) {
        let rows: Vec<usize> = (0..groups.len()).collect();
        let nested = Nested::of_groups(&groups, &rows, seed).unwrap();
        let subsets = subsets(&nested, rows.len());
        prop_assert!(are_nested(&subsets));
        for subset in &subsets {
            let within: BTreeSet<u32> = subset.iter().map(|&row| groups[row]).collect();
            let whole = rows.iter().filter(|&&row| within.contains(&groups[row])).count();
            prop_assert_eq!(whole, subset.len());
        }
    }

    #[test]
    fn the_latest_rows_come_first(ticks in prop::collection::vec(0u8..20, 16..120)) {
        let times: Vec<f64> = ticks.iter().map(|&tick| f64::from(tick)).collect();
        let rows: Vec<usize> = (0..times.len()).collect();
        let subsets = subsets(&Nested::latest(&times, &rows).unwrap(), rows.len());
        prop_assert!(are_nested(&subsets));
        for subset in &subsets {
            let earliest = subset.iter().map(|&row| times[row]).fold(f64::INFINITY, f64::min);
            prop_assert!(rows.iter().all(|&row| subset.contains(&row) == (times[row] >= earliest)));
        }
    }
}

#[test]
fn numbers_are_stratified_by_their_size() {
    let values: Vec<f64> = (0..160).map(|row| f64::from(row * 77 % 160)).collect();
    let target = Target::Values {
        values: values.clone(),
        names: vec!["y".into()],
    };
    let rows: Vec<usize> = (0..160).collect();
    for seed in 0..20 {
        let eighth = Nested::stratified(&target, &rows, seed).unwrap().first(20);
        let bins: BTreeSet<usize> = eighth
            .iter()
            .map(|&row| values[row] as usize / 16)
            .collect();
        assert_eq!(bins.len(), 10, "{bins:?}");
    }
}
