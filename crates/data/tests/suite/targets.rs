//! Several columns to predict at once: what they are taken for, what is refused, and how they are shared out.

use crate::files::try_table;
use decay_data::{
    Dataset, Holdout, Label, Options, Target, Task, TaskKind, fold_notes, stratified_holdout,
    stratified_kfold,
};

/// Numbers `a`, `b`, a switch, a word of two, a word of three, a constant.
fn text() -> String {
    let rows = (0..24).map(|row| {
        let (a, b) = (f64::from(row) * 1.5, 10 - row);
        let (on, sure) = (row % 3 / 2, ["yes", "no"][row as usize % 2]);
        let colour = ["red", "green", "blue"][row as usize % 3];
        format!("{row}.5,{a},{b},{on},{sure},{colour},same\n")
    });
    format!("x,a,b,on,sure,colour,flat\n{}", rows.collect::<String>())
}

fn read(targets: &[&str], task: Option<TaskKind>) -> Result<Dataset, String> {
    let options = Options {
        targets: targets.iter().map(|&name| name.to_owned()).collect(),
        task,
        ..Options::default()
    };
    let data = try_table(&text(), &options).and_then(|table| Dataset::from_table(&table, &options));
    data.map_err(|error| error.to_string())
}

#[test]
fn numbers_are_a_regression_of_all_of_them() {
    let data = read(&["b", "a"], None).unwrap();
    let Target::Values { values, names } = &data.target else {
        panic!("{:?}", data.target)
    };
    assert_eq!(names, &["b", "a"]);
    assert_eq!(values[..4], [10.0, 0.0, 9.0, 1.5]);
    assert_eq!(
        (data.rows, data.target.len(), data.task().outputs()),
        (24, 24, 2)
    );
    let columns: Vec<_> = data
        .schema
        .columns()
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(columns, ["x", "on", "sure", "colour", "flat"]);
    // By position, and from the end.
    let same = read(&["2", "-6"], None).unwrap();
    assert_eq!(same.target, data.target);
}

#[test]
fn columns_of_two_values_are_labels() {
    let data = read(&["on", "sure"], None).unwrap();
    let Target::Flags { flags, labels } = &data.target else {
        panic!("{:?}", data.target)
    };
    let label = |name: &str, values: [&str; 2]| Label {
        name: name.into(),
        values: values.map(String::from),
    };
    assert_eq!(
        labels,
        &[label("on", ["0", "1"]), label("sure", ["no", "yes"])]
    );
    assert_eq!(flags[..6], [false, true, false, false, true, true]);
    assert_eq!(data.task().kind(), TaskKind::Multilabel);
    let numbers = read(&["on", "a"], Some(TaskKind::Regression)).unwrap();
    assert_eq!(numbers.task().kind(), TaskKind::Regression);
    let one = read(&["on"], Some(TaskKind::Multilabel)).unwrap();
    assert_eq!(one.task().outputs(), 1);
    assert!(matches!(
        read(&["on"], None).unwrap().task(),
        Task::Classification { .. }
    ));
}

#[test]
fn what_cannot_be_predicted_together_is_refused_in_a_sentence() {
    let labels = Some(TaskKind::Multilabel);
    for (targets, task, parts) in [
        (
            &["a", "sure"][..],
            None,
            &["'a' is numbers", "'sure' has two values", "task"][..],
        ),
        (
            &["a", "colour"],
            None,
            &["'colour' has 3 different values", "'red'"],
        ),
        (&["a", "flat"], None, &["'flat' has one class, 'same'"]),
        (&["on", "flat"], None, &["'flat' has one class, 'same'"]),
        (&["a", "b", "a"], None, &["'a' is named twice"]),
        (&["a", "1"], None, &["'a' is named twice"]),
        (&["a", "bb"], None, &["no column 'bb'", "did you mean 'b'"]),
        (
            &["a", "b"],
            Some(TaskKind::Classification),
            &["a classification needs one target, and 2"],
        ),
        (
            &["on", "a"],
            labels,
            &["'a' has 24 different values", "a label has two"],
        ),
        (
            &["on", "sure"],
            Some(TaskKind::Regression),
            &[
                "line 2, column 'sure'",
                "'yes' is not a value of a column of numbers",
            ],
        ),
    ] {
        let message = read(targets, task).unwrap_err();
        for part in parts {
            assert!(message.contains(part), "{targets:?}: {message}");
        }
    }
}

#[test]
fn a_schema_is_written_and_read_with_all_of_its_targets() {
    for (targets, written) in [
        (&["a"][..], "\"target\":\"a\""),
        (&["a", "b"], "\"target\":[\"a\",\"b\"]"),
    ] {
        let schema = read(targets, Some(TaskKind::Regression)).unwrap().schema;
        let json = serde_json::to_string(&schema).unwrap();
        assert_eq!(json.matches(written).count(), 2, "{json}");
        assert_eq!(
            serde_json::from_str::<decay_data::Schema>(&json).unwrap(),
            schema
        );
        assert_eq!(schema.options().targets, schema.targets);
    }
}

/// Labels with shares of about 1/2, 1/10 and 1/30, the rarest only together with the second.
fn flags(rows: usize) -> Target {
    let label = |name: &str| Label {
        name: name.into(),
        values: ["no".into(), "yes".into()],
    };
    let of_row = |row: usize| [row * 7 % 13 < 7, row % 10 == 3, row % 30 == 3];
    Target::Flags {
        flags: (0..rows).flat_map(of_row).collect(),
        labels: ["half", "tenth", "rare"].map(label).to_vec(),
    }
}

/// How many of some rows have each label.
fn counts(target: &Target, rows: &[usize]) -> [usize; 3] {
    let Target::Flags { flags, .. } = target else {
        panic!()
    };
    [0, 1, 2].map(|k| rows.iter().filter(|&&row| flags[3 * row + k]).count())
}

#[test]
fn folds_share_out_every_label() {
    let target = flags(300);
    let rows: Vec<usize> = (0..300).collect();
    for seed in 0..5 {
        let folds = stratified_kfold(&target, &rows, 5, seed).unwrap();
        let mut seen: Vec<usize> = folds
            .iter()
            .flat_map(|fold| fold.validation.clone())
            .collect();
        seen.sort_unstable();
        assert_eq!(seen, rows, "every row is in one fold");
        for fold in &folds {
            let size = fold.validation.len();
            assert!(size.abs_diff(60) <= 2, "{size}");
            let [half, tenth, rare] = counts(&target, &fold.validation);
            let all = counts(&target, &rows);
            assert!(half.abs_diff(all[0] / 5) <= 2, "{half} of {all:?}");
            assert!((tenth, rare) == (6, 2), "{tenth} {rare} of {all:?}");
        }
        let mut backwards = rows.clone();
        backwards.reverse();
        assert_eq!(
            stratified_kfold(&target, &backwards, 5, seed).unwrap(),
            folds
        );
    }
    let others = stratified_kfold(&target, &rows, 5, 9).unwrap();
    assert_ne!(others, stratified_kfold(&target, &rows, 5, 0).unwrap());
}

#[test]
fn a_holdout_has_its_share_of_every_label_and_of_every_target() {
    let target = flags(300);
    let Holdout { train, test } = stratified_holdout(&target, 0.2, 3).unwrap();
    assert_eq!(train.len() + test.len(), 300);
    assert!(test.len().abs_diff(60) <= 2, "{}", test.len());
    let [_, tenth, rare] = counts(&target, &test);
    assert_eq!((tenth, rare), (6, 2));
    // Of two numbers without a common order every fifth of both is shared out.
    let values: Vec<f64> = (0..200)
        .flat_map(|i| [f64::from(i), f64::from(i * 77 % 200)])
        .collect();
    let both = Target::Values {
        values,
        names: vec!["y".into(), "z".into()],
    };
    let rows: Vec<usize> = (0..200).collect();
    for fold in stratified_kfold(&both, &rows, 4, 1).unwrap() {
        for fifth in 0..5 {
            let within = |value: usize| value / 40 == fifth;
            let of_y = fold.validation.iter().filter(|&&row| within(row)).count();
            let of_z = fold
                .validation
                .iter()
                .filter(|&&row| within(row * 77 % 200))
                .count();
            assert!(
                of_y.abs_diff(10) <= 2 && of_z.abs_diff(10) <= 2,
                "{of_y} {of_z}"
            );
        }
    }
}

#[test]
fn labels_that_are_too_rare_for_the_folds_are_told() {
    let rows: Vec<usize> = (0..60).collect();
    assert_eq!(
        fold_notes(&flags(60), &rows, 5),
        ["rare = yes has 2 rows for 5 folds: some folds validate without it"]
    );
}
