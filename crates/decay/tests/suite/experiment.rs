//! Watching, stopping and resuming; data from slices; populations of the caller's own folds.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use decay::audit::RunAudit;
use decay::experiment::FoldRows;
use decay::prelude::*;
use decay::train::{HeadLoss, Heads};

/// A sweep that takes a fraction of a second.
pub(crate) fn quick(data: &Data) -> Experiment<'static> {
    Experiment::on(data)
        .model(Mlp::hidden([8]))
        .train(TrainConfig {
            epochs: 6,
            batch: 32,
            lr: 0.01,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, log_range(0.1, 10.0, 3))
        .folds(3)
        .seeds(1)
        .refits(2)
        .audit(AuditSettings {
            attacks: Effort::None,
            certificates: false,
            ..AuditSettings::default()
        })
}

pub(crate) fn wine() -> Data {
    decay::read("embedded:wine").load().unwrap()
}

pub(crate) fn file(dir: &Path, name: &str) -> Vec<u8> {
    std::fs::read(dir.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn events_tell_the_stages_in_their_order() {
    let (data, seen) = (wine(), Mutex::new(Vec::new()));
    let outcome = quick(&data)
        .observe(|event| {
            let mut seen = seen.lock().unwrap();
            let name = match &event {
                Event::Progress(progress) => progress.stage,
                Event::Swept { .. } => "swept",
                Event::Trained => "trained",
                _ => return,
            };
            if seen.last() != Some(&name) {
                seen.push(name);
            }
        })
        .run()
        .unwrap();
    let audit = outcome.audit().unwrap();
    assert!(audit.table().contains("accuracy") && !audit.findings.is_empty());
    drop(outcome);
    let order = [
        "sweep", "trained", "swept", "refits", "trained", "final", "trained",
    ];
    assert_eq!(seen.into_inner().unwrap(), order);
}

#[test]
fn a_run_that_is_stopped_goes_on_to_the_same_end() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let [whole, halves] = ["whole", "halves"].map(|name| parent.path().join(name));
    quick(&data).out(&whole).run().unwrap();
    let flag = AtomicBool::new(false);
    let stopped = quick(&data)
        .out(&halves)
        .cancel(&flag)
        .observe(|event| {
            if let Event::Progress(progress) = event
                && progress.epoch >= 2
            {
                flag.store(true, Ordering::SeqCst);
            }
        })
        .run();
    match stopped.err() {
        Some(Error::Interrupted { run, .. }) => assert_eq!(run.as_deref(), Some(&*halves)),
        other => panic!("{other:?}"),
    }
    let other = quick(&data).folds(4).out(&halves).resume(true).run();
    assert!(other.err().unwrap().to_string().contains("sweep.folds"));
    quick(&data).out(&halves).resume(true).run().unwrap();
    for name in [
        "members.csv",
        "history.csv",
        "selection.json",
        "audit.json",
        "model.safetensors",
        "refits/1.safetensors",
    ] {
        assert!(file(&whole, name) == file(&halves, name), "{name}");
    }
}

/// A kill between the two first files leaves no dead end.
#[test]
fn a_run_begins_where_one_was_killed_before_it_began() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let run = parent.path().join("run");
    std::fs::create_dir(&run).unwrap();
    std::fs::write(run.join(".lock"), "").unwrap();
    std::fs::write(run.join("config.toml"), "half of").unwrap();
    let resumed = quick(&data).out(&run).resume(true).run();
    let sentence = resumed.err().unwrap().to_string();
    assert!(sentence.contains("no run has begun here"), "{sentence}");
    quick(&data).out(&run).run().unwrap();
    assert!(
        String::from_utf8(file(&run, "config.toml"))
            .unwrap()
            .contains("[model]")
    );
}

#[test]
fn slices_are_data_like_any_other() {
    let rows = 90;
    let x: Vec<f32> = (0..rows * 2)
        .map(|i| ((i * 37) % 23) as f32 / 7.0)
        .collect();
    let label = |row: usize| {
        if x[2 * row] > x[2 * row + 1] {
            "left"
        } else {
            "right"
        }
    };
    let labels: Vec<&str> = (0..rows).map(label).collect();
    let data = decay::rows(&x, 2).classes(&labels).load().unwrap();
    assert_eq!(data.classes(), ["left", "right"]);
    let outcome = quick(&data).run().unwrap();
    let answers = outcome.model.predict(decay::rows(&x[..10], 2)).unwrap();
    assert_eq!((answers.rows, answers.labels().len()), (5, 5));
    let sums = answers.values.chunks(2).map(|row| row.iter().sum::<f64>());
    assert!(sums.into_iter().all(|sum| (sum - 1.0).abs() < 1e-12));
    let wrong = decay::rows(&x[1..], 2).classes(&labels).load();
    assert!(matches!(wrong, Err(Error::Shape { values: 179, .. })));
}

/// Whatever the order of the calls.
#[test]
fn another_hyper_parameter_is_swept_beside_the_decay() {
    let data = wine();
    let dropout = || quick(&data).sweep(Hyper::Dropout, range(0.0, 0.4, 2));
    let train = TrainConfig {
        epochs: 1,
        ..TrainConfig::default()
    };
    let outcome = dropout().train(train).run().unwrap();
    let swept = outcome.swept.as_ref().unwrap();
    assert_eq!(swept.validated.plan.members.len(), 3 * 2 * 3);
    assert!(swept.surface.is_some() && outcome.choice.values.len() == 2);
    let one = dropout().rate(0.1).run().unwrap();
    assert!(one.swept.unwrap().surface.is_none());
    let wrong = quick(&data).sweep(Hyper::Dropout, "0..0.5").run();
    let sentence = wrong.err().unwrap().to_string();
    assert!(sentence.contains("number of values"), "{sentence}");
}

#[test]
fn folds_of_ones_own_make_a_population_without_refits() {
    let data = wine();
    let rows = &data.training;
    let fold = |from: usize| FoldRows {
        train: rows[..80].to_vec(),
        validation: rows[80 + from..100 + from].to_vec(),
    };
    let population = quick(&data)
        .folds_of(vec![fold(0), fold(20)])
        .population()
        .unwrap();
    assert_eq!(population.plan.members.len(), 6);
    let outputs = population.outputs(|fold| &fold.validation).unwrap();
    assert!(outputs.iter().all(|own| own.len() == 20 * 3));
}

#[test]
fn a_fit_is_audited_later_from_its_directory() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let run = parent.path().join("run");
    let outcome = quick(&data).rate(0.5).seeds(2).out(&run).fit().unwrap();
    assert_eq!(outcome.choice.rate, 0.5);
    assert!(outcome.choice.half_life.is_finite() && outcome.swept.is_none());
    let again = RunAudit::of(&run).measure().unwrap();
    let then = outcome.audited().unwrap().metrics();
    assert_eq!(again.metrics(), then);
    again.write(parent.path().join("audit")).unwrap();
    assert!(parent.path().join("audit/audit.html").is_file());
}

/// An outcome owns what it needs, wherever its data and its experiment went.
fn outcome_of(source: impl AsRef<Path>) -> Result<Outcome, Error> {
    let data = decay::read(source).target("kind").load()?;
    quick(&data).run()
}

#[test]
fn a_function_loads_runs_and_returns_an_outcome_by_any_kind_of_path() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("table.csv");
    let row = |row: usize| format!("{},{}\n", row * 37 % 60, ["a", "b"][row % 2]);
    let table = format!("size,kind\n{}", (0..60).map(row).collect::<String>());
    std::fs::write(&path, table).unwrap();
    let text = path.display().to_string();
    let model = outcome_of(&path).unwrap().model;
    let answers = model.predict(&path).unwrap();
    for other in [model.predict(text.as_str()), model.predict(text.clone())] {
        assert_eq!(other.unwrap(), answers);
    }
    assert_eq!(model.predict(path).unwrap(), answers);
    let audited = outcome_of(text).unwrap();
    assert!(audited.audit().unwrap().table().contains("accuracy"));
}

#[test]
fn a_fit_takes_no_lists_and_nothing_is_no_data() {
    let data = wine();
    let lists = quick(&data).sweep(Hyper::Dropout, [0.0, 0.1]).fit();
    match lists.err() {
        Some(Error::ManySettings { key, values: 2 }) => assert_eq!(key, "train.dropout"),
        other => panic!("{other:?}"),
    }
    let nothing = Experiment::with(decay::settings::Settings::default()).run();
    assert!(matches!(nothing.err(), Some(Error::NoData)));
}

/// The file says what the page says, the name of what is predicted among it.
#[test]
fn findings_of_a_regression_name_its_target() {
    let rows = 80;
    let x: Vec<f32> = (0..rows).map(|i| ((i * 37) % 23) as f32).collect();
    let values: Vec<f32> = x.iter().map(|x| 2.0 * x + 1.0).collect();
    let data = decay::rows(&x, 1).values(&values).load().unwrap();
    let parent = tempfile::tempdir().unwrap();
    let run = parent.path().join("run");
    let outcome = quick(&data).rate(0.1).seeds(1).out(&run).fit().unwrap();
    let audit = outcome.audited().unwrap();
    assert!(audit.metric("rmse").is_some() && audit.metric("ece").is_none());
    let written: serde_json::Value = serde_json::from_slice(&file(&run, "audit.json")).unwrap();
    let said: Vec<_> = written["verdict"].as_array().unwrap().iter().collect();
    assert_eq!(said.len(), audit.findings.len());
    let headline = said[0]["headline"].as_str().unwrap();
    assert_eq!(headline, audit.findings[0].headline);
    assert!(
        headline.contains("predictions of target are off by"),
        "{headline}"
    );
}

/// One head with the loss of the target is that loss; what a population can do, a choice and an audit cannot.
#[test]
fn an_objective_trains_populations_and_nothing_else() {
    let data = wine();
    let heads = || Heads::new([HeadLoss::Classes(3)]);
    let plain = quick(&data).population().unwrap();
    let own = quick(&data).objective(heads()).population().unwrap();
    let both = plain.trained.outcomes.iter().zip(&own.trained.outcomes);
    for (plain, own) in both {
        let values = plain.state.parameters.iter().flatten();
        for (a, b) in values.zip(own.state.parameters.iter().flatten()) {
            assert!((a - b).abs() < 1e-6, "{a} {b}");
        }
    }
    for refused in [
        quick(&data).objective(heads()).run(),
        quick(&data).rate(0.1).objective(heads()).fit(),
    ] {
        let error = refused.err().unwrap();
        assert!(
            error.is_input() && error.to_string().contains("'heads'"),
            "{error}"
        );
    }
}
