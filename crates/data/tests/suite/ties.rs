//! Columns of groups and of times: no features, and no split parts a group or looks ahead.

use std::collections::BTreeSet;

use decay_data::{
    Dataset, Options, Raw, Table, Ties, group_holdout, group_kfold, load, time_holdout, time_kfold,
};
use proptest::prelude::*;

use crate::files::{Files, try_table};

fn grouped(column: &str) -> Options {
    Options {
        group: Some(column.to_owned()),
        ..Options::default()
    }
}

fn timed(column: &str) -> Options {
    Options {
        time: Some(column.to_owned()),
        ..Options::default()
    }
}

fn ties(text: &str, options: &Options) -> Ties {
    let table = try_table(text, options).unwrap();
    let data = Dataset::from_table(&table, options).unwrap();
    assert_eq!(data.schema.feature_names(), ["a", "b"]);
    assert_eq!(data.schema.target(), "y");
    data.ties
}

/// The last column but these is the target, and they may be anything that has a name.
#[test]
fn groups_are_no_feature_and_no_target() {
    let text = |groups: [&str; 4]| {
        let rows = groups.iter().enumerate();
        let rows: String = rows
            .map(|(row, own)| format!("{row},{},{},{own}\n", row * row % 3, ["x", "z"][row % 2]))
            .collect();
        format!("a,b,y,who\n{rows}")
    };
    for (groups, numbers) in [
        (["Ann", "Bob", "Ann", "Cy"], [0, 1, 0, 2]),
        (["7", "7.5", "7", "7"], [0, 1, 0, 0]),
        // Neither is a float.
        (
            [
                "9007199254740992",
                "9007199254740993",
                "9007199254740993",
                "9007199254740992",
            ],
            [0, 1, 1, 0],
        ),
        (["0", "1", "2", "3"], [0, 1, 2, 3]),
        (
            ["2024-01-31", "2024-01-31", "2024-02-01", "2024-01-31"],
            [0, 0, 1, 0],
        ),
    ] {
        for options in [
            grouped("who"),
            grouped("-1"),
            Options {
                keep: Some(["a", "b", "y"].map(str::to_owned).to_vec()),
                ..grouped("who")
            },
        ] {
            let ties = ties(&text(groups), &options);
            assert_eq!(ties.groups, Some(numbers.to_vec()), "{groups:?}");
            assert_eq!(ties.times, None);
        }
    }
}

/// As many customers as there are rows are no feature with too many labels.
#[test]
fn every_row_may_be_a_group_of_its_own() {
    let rows: String = (0..40)
        .map(|row| format!("id-{row},{},{}\n", row % 7, row % 2))
        .collect();
    let options = Options {
        max_levels: 10,
        ..grouped("who")
    };
    let table = try_table(&format!("who,a,y\n{rows}"), &options).unwrap();
    assert_eq!(table.ties.groups, Some((0..40).collect()));
    assert!(table.decisions.aside.is_empty());
    let own = table
        .decisions
        .columns
        .iter()
        .find(|own| own.column == "who");
    assert_eq!(own.unwrap().kind, "group, no feature: labels");
}

#[test]
fn times_are_numbers_or_dates_in_their_order() {
    for (cells, times) in [
        (["3", "-1", "2.5", "3"], [3.0, -1.0, 2.5, 3.0]),
        (
            ["1970-01-02", "1970-01-01", "1970-01-03", "1969-12-31"],
            [86400.0, 0.0, 2.0 * 86400.0, -86400.0],
        ),
        (
            ["13:45", "0:30", "1:00:01 pm", "0:00"],
            [49500.0, 1800.0, 46801.0, 0.0],
        ),
    ] {
        let rows = cells.iter().enumerate();
        let rows: String = rows
            .map(|(row, own)| format!("{own},{row},{},{}\n", row * row % 3, ["x", "z"][row % 2]))
            .collect();
        let ties = ties(&format!("when,a,b,y\n{rows}"), &timed("when"));
        assert_eq!(ties.times, Some(times.to_vec()), "{cells:?}");
        assert_eq!(ties.groups, None);
    }
}

#[test]
fn rows_without_a_group_or_a_time_are_refused_with_their_line() {
    let table = |cells: [&str; 3]| {
        let rows = cells.iter().enumerate();
        let rows: String = rows
            .map(|(row, own)| format!("{row},{},{own}\n", ["x", "z"][row % 2]))
            .collect();
        format!("a,y,t\n{rows}")
    };
    for (cells, options, said) in [
        (
            ["u", "", "v"],
            grouped("t"),
            "line 3, column 't': the row has no group",
        ),
        (
            ["1", "", "2"],
            timed("t"),
            "line 3, column 't': a missing value is no time",
        ),
        (
            ["1", "2", "soon"],
            timed("t"),
            "line 4, column 't': 'soon' is no time",
        ),
        (
            ["u", "v", "u"],
            timed("t"),
            "line 2, column 't': 'u' is no time",
        ),
        (["1", "2", "3"], grouped("u"), "no column 'u'"),
        (
            ["1", "2", "3"],
            Options {
                targets: vec!["t".into()],
                ..grouped("t")
            },
            "the target 't' is the column that decides how rows are split",
        ),
        (
            ["1", "2", "3"],
            Options {
                time: Some("a".into()),
                ..grouped("t")
            },
            "both named",
        ),
    ] {
        let message = try_table(&table(cells), &options).unwrap_err().to_string();
        assert!(message.contains(said), "{message}");
    }
    for options in [grouped("c0"), timed("c0")] {
        let refused = Raw::read("embedded:digits", &options).unwrap_err();
        assert!(refused.to_string().contains("for the rows of a table"));
    }
}

#[test]
fn rows_take_their_ties_along() {
    let files = Files::new();
    let path = files.write("data.csv", "a,y,g\n1,x,u\n2,z,v\n,,\n3,x,u\n4,v,w\n");
    let options = Options {
        missing_target: decay_data::MissingTarget::Drop,
        ..grouped("g")
    };
    let table = Table::read(&path, &options).unwrap();
    let (known, other) = table.partition(&[], &["z".into()]).unwrap();
    assert_eq!(known.ties.groups, Some(vec![0, 0, 2]));
    assert_eq!(other.ties.groups, Some(vec![1]));
    let data = load("embedded:wine", &grouped("ash")).unwrap().train;
    assert_eq!(data.groups().unwrap().len(), 178);
    assert_eq!(data.features(), 12);
}

/// Some rows in any order, each of one of a few groups or times.
fn tied_rows() -> impl Strategy<Value = (Vec<u32>, Vec<usize>)> {
    (8_usize..60, 1_u32..20).prop_flat_map(|(rows, ties)| {
        let all: Vec<usize> = (0..rows).collect();
        (
            prop::collection::vec(0..ties, rows),
            Just(all)
                .prop_shuffle()
                .prop_flat_map(|all| (8..=all.len()).prop_map(move |count| all[..count].to_vec())),
        )
    })
}

fn are_parted(groups: &[u32], rows: &[usize], train: &[usize], other: &[usize]) -> bool {
    let of = |rows: &[usize]| rows.iter().map(|&row| groups[row]).collect::<BTreeSet<_>>();
    let all: BTreeSet<&usize> = train.iter().chain(other).collect();
    of(train).is_disjoint(&of(other)) && all == rows.iter().collect()
}

proptest! {
    #[test]
    fn no_split_parts_a_group((groups, rows) in tied_rows(), folds in 2_usize..6, seed in any::<u64>()) {
        let different = rows.iter().map(|&row| groups[row]).collect::<BTreeSet<_>>().len();
        let made = group_kfold(&groups, &rows, folds, seed);
        prop_assert_eq!(made.is_ok(), different >= folds);
        for fold in made.unwrap_or_default() {
            prop_assert!(are_parted(&groups, &rows, &fold.train, &fold.validation));
        }
        let held = group_holdout(&groups, &rows, 0.2, seed);
        prop_assert_eq!(held.is_ok(), different >= 2);
        if let Ok(held) = held {
            prop_assert!(are_parted(&groups, &rows, &held.train, &held.test));
        }
    }

    /// Every row that is trained on is earlier than every row that is not, however the rows stand in the file.
    #[test]
    fn no_split_looks_ahead((times, rows) in tied_rows(), folds in 2_usize..6, share in 0.05..0.95_f64) {
        let times: Vec<f64> = times.into_iter().map(|time| f64::from(time) - 7.5).collect();
        let different = rows.iter().map(|&row| times[row] as i32).collect::<BTreeSet<_>>().len();
        let precede = |train: &[usize], later: &[usize]| {
            let last = train.iter().map(|&row| times[row]).fold(f64::MIN, f64::max);
            !train.is_empty() && !later.is_empty() && later.iter().all(|&row| times[row] > last)
        };
        let made = time_kfold(&times, &rows, folds);
        if different > folds {
            prop_assert!(made.is_ok());
        }
        let made = made.unwrap_or_default();
        let mut seen = made.first().map_or(Vec::new(), |fold| fold.train.clone());
        for fold in &made {
            prop_assert!(precede(&fold.train, &fold.validation));
            seen.sort_unstable();
            prop_assert_eq!(&seen, &fold.train);
            seen.extend(&fold.validation);
        }
        if !made.is_empty() {
            seen.sort_unstable();
            let mut all = rows.clone();
            all.sort_unstable();
            prop_assert_eq!(seen, all);
        }
        if let Ok(held) = time_holdout(&times, &rows, share) {
            prop_assert!(precede(&held.train, &held.test));
            prop_assert_eq!(held.train.len() + held.test.len(), rows.len());
        }
    }
}

/// Where every row has a time of its own the parts are as long as they were asked for.
#[test]
fn stretches_of_time_are_even() {
    let times: Vec<f64> = (0..200).map(|row| f64::from(row * 77 % 200)).collect();
    let rows: Vec<usize> = (0..200).collect();
    let lengths: Vec<(usize, usize)> = time_kfold(&times, &rows, 5)
        .unwrap()
        .iter()
        .map(|fold| (fold.train.len(), fold.validation.len()))
        .collect();
    assert_eq!(
        lengths,
        [(100, 20), (120, 20), (140, 20), (160, 20), (180, 20)]
    );
    let held = time_holdout(&times, &rows, 0.2).unwrap();
    assert_eq!(held.test.len(), 40);
    assert!(held.test.iter().all(|&row| times[row] >= 160.0));
    let one_time = [2.0; 30];
    let refused = time_holdout(&one_time, &rows[..30], 0.2).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "rows of 1 different times cannot be split into 2 parts, one after the other"
    );
}

/// A target that counts the rows stays one, also where groups are in the last column.
#[test]
fn the_column_before_the_groups_is_the_target() {
    let rows: String = (0..12)
        .map(|row| format!("{},{row},{}\n", row * row % 5, ["u", "v"][row % 2]))
        .collect();
    let table = try_table(&format!("a,y,who\n{rows}"), &grouped("who")).unwrap();
    assert!(table.decisions.aside.is_empty());
    assert_eq!(table.columns.last().unwrap().name, "y");
}
