//! What is predicted, and how: decided from the target column.

use decay_data::{Dataset, Options, Schema, Task, TaskKind};

use crate::files::table;

fn task(targets: &[String], options: &Options) -> Task {
    let line = |(row, target): (usize, &String)| format!("{row},{target}\n");
    let text: String = targets.iter().enumerate().map(line).collect();
    Dataset::from_table(&table(&text), options).unwrap().task()
}

fn kind(targets: &[String]) -> TaskKind {
    task(targets, &Options::default()).kind()
}

/// `0, 1, .., different - 1, 0, 1, ..`
fn cycle(rows: usize, different: usize) -> Vec<String> {
    (0..rows).map(|row| (row % different).to_string()).collect()
}

fn classes(names: &[&str]) -> Task {
    Task::Classification {
        classes: names.iter().map(|name| name.to_string()).collect(),
    }
}

#[test]
fn few_whole_numbers_are_classes() {
    assert_eq!(
        task(&cycle(9, 3), &Options::default()),
        classes(&["0", "1", "2"])
    );
    assert_eq!(kind(&cycle(8, 3)), TaskKind::Regression);
    assert_eq!(kind(&cycle(400, 20)), TaskKind::Classification);
    assert_eq!(kind(&cycle(441, 21)), TaskKind::Regression);
}

#[test]
fn fractions_are_values_unless_said_otherwise() {
    let halves: Vec<String> = (0..100).map(|row| format!("{}.5", row % 2)).collect();
    assert_eq!(kind(&halves), TaskKind::Regression);
    let forced = |task| Options {
        task: Some(task),
        ..Options::default()
    };
    assert_eq!(
        task(&halves, &forced(TaskKind::Classification)),
        classes(&["0.5", "1.5"])
    );
    let regression = task(&cycle(9, 3), &forced(TaskKind::Regression));
    assert_eq!(
        regression,
        Task::Regression {
            targets: vec!["c1".into()]
        }
    );
}

#[test]
fn class_names_are_sorted_as_numbers_if_all_are() {
    let Task::Classification { classes: names } = task(&cycle(200, 11), &Options::default()) else {
        panic!("expected classes")
    };
    assert_eq!((names[2].as_str(), names[10].as_str()), ("2", "10"));
    let words = ["b", "10", "9", "b"].map(str::to_owned);
    assert_eq!(
        task(&words, &Options::default()),
        classes(&["10", "9", "b"])
    );
}

#[test]
fn target_by_name_position_or_default() {
    let table = table("a,b,c\n1,x,2.5\n2,y,3.5\n");
    let target = |name: Option<&str>| {
        let options = Options {
            targets: name.map(str::to_owned).into_iter().collect(),
            ..Options::default()
        };
        Schema::fit(&table, &[0, 1], &options).unwrap().target()
    };
    assert_eq!(target(None), "c");
    assert_eq!(target(Some("b")), "b");
    assert_eq!(target(Some("0")), "a");
    assert_eq!(target(Some("-2")), "b");
}
