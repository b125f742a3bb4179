//! What nobody asked for is planned, told and written down; what was asked for stays; what is shipped has seen all rows.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use decay::audit::RunAudit;
use decay::planning::{Form, RunPlan};
use decay::prelude::*;
use decay::settings::Settings;

/// A run on wine of two epochs, with these further settings.
fn settings(text: &str) -> Settings {
    let fixed =
        "[data]\npath = \"embedded:wine\"\n[audit]\nattacks = \"none\"\ncertificates = false\n";
    Settings::of_table(format!("{fixed}{text}").parse().unwrap()).unwrap()
}

const SMALL: &str = "[train]\nepochs = 2\n[sweep]\nfolds = 3\nrefits = 2\n";

/// What a run plans, and its outcome.
fn run(settings: Settings, out: Option<&Path>) -> (Option<RunPlan>, Outcome) {
    let seen = Mutex::new(None);
    let mut experiment = Experiment::with(settings).observe(|event| {
        if let Event::Planned(plan) = event {
            *seen.lock().unwrap() = Some(*plan);
        }
    });
    if let Some(out) = out {
        experiment = experiment.out(out);
    }
    let outcome = experiment.run().unwrap();
    (seen.into_inner().unwrap(), outcome)
}

fn config(run: &Path) -> toml::Table {
    let text = std::fs::read_to_string(run.join("config.toml")).unwrap();
    text.parse().unwrap()
}

#[test]
fn what_is_asked_for_stays_and_the_rest_is_planned_with_reasons() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("run");
    // The learning rate that a configuration has by default is asked for here.
    let asked = format!("{SMALL}seeds = 2\nrates = \"0.1,1\"\n[model]\nkind = \"mlp\"\n");
    let asked = asked.replace("epochs = 2", "epochs = 2\nlr = 0.001");
    let (plan, _) = run(settings(&asked), Some(&dir));
    let plan = plan.unwrap();
    assert_eq!(
        (plan.fingerprint.form, plan.fingerprint.rows),
        (Form::Table, 142)
    );
    assert_eq!(plan.fingerprint.rarest, Some(38));
    let paths: Vec<_> = plan.decisions.iter().map(|made| made.path).collect();
    for asked in [
        "train.lr",
        "train.epochs",
        "sweep.folds",
        "sweep.seeds",
        "sweep.half_lives",
    ] {
        assert!(!paths.contains(&asked), "{asked} was asked for: {paths:?}");
    }
    let written = config(&dir);
    for made in &plan.decisions {
        let (table, name) = made.path.split_once('.').unwrap();
        assert_eq!(written[table][name], made.value, "{}", made.path);
        assert!(made.reason.len() > 10, "{}", made.path);
        assert!(plan.to_string().contains(&made.reason));
    }
    for planned in ["model.hidden", "train.batch", "train.schedule"] {
        assert!(paths.contains(&planned), "{planned}: {paths:?}");
    }
    assert_eq!(written["train"]["lr"].as_float(), Some(0.001));
    assert_eq!(written["sweep"]["rates"].as_str(), Some("0.1,1"));
}

#[test]
fn the_written_settings_repeat_a_run_and_leave_nothing_to_plan() {
    let parent = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| parent.path().join(name));
    let (_, before) = run(settings(SMALL), Some(&first));
    let again = Settings::of_table(config(&first)).unwrap();
    let (plan, after) = run(again, Some(&second));
    assert_eq!(plan.unwrap().decisions, []);
    assert_eq!(config(&first), config(&second));
    let answers = |outcome: &Outcome| outcome.model.predict("embedded:wine").unwrap();
    assert_eq!(answers(&before), answers(&after));
}

#[test]
fn a_budget_of_steps_is_kept_and_one_of_time_takes_from_the_plan_or_adds_to_it() {
    let small = SMALL.replace("epochs = 2\n", "");
    let steps = run(
        settings(&format!("{small}[run]\nbudget = \"30-steps\"\n")),
        None,
    );
    let epochs = |plan: &RunPlan| {
        let made = plan
            .decisions
            .iter()
            .find(|made| made.path == "train.epochs");
        made.unwrap().value.as_integer().unwrap()
    };
    // 95 rows of a fold are two steps of 64.
    assert_eq!(epochs(&steps.0.unwrap()), 15);
    // A thousandth of a second is too short for any plan: the fewest steps that are left.
    let short = format!("{small}[run]\nbudget = \"0.001s\"\n").replace("folds = 3\n", "");
    let plan = run(settings(&short), None).0.unwrap();
    assert_eq!(epochs(&plan), 100);
    let folds = plan
        .decisions
        .iter()
        .find(|made| made.path == "sweep.folds");
    assert_eq!(folds.unwrap().value.as_integer(), Some(3));
    // Ten minutes are more than the plan needs, and four times its steps are the most that helps.
    let [usual, long] = ["", "[run]\nbudget = \"10m\"\n"].map(|budget| {
        let text = format!("{small}rates = \"0.1\"\n{budget}");
        epochs(&run(settings(&text), None).0.unwrap())
    });
    assert!(
        (4 * usual - 3..=4 * usual).contains(&long),
        "{usual} and {long}"
    );
    let data = decay::read("embedded:wine").load().unwrap();
    assert!(Experiment::on(&data).budget("soon").is_err());
}

#[test]
fn what_is_shipped_has_seen_all_rows_and_the_audit_is_of_what_has_not() {
    let parent = tempfile::tempdir().unwrap();
    let [all, training] = ["all", "training"].map(|name| parent.path().join(name));
    let (_, outcome) = run(settings(SMALL), Some(&all));
    let words = outcome.findings.iter().map(|finding| finding.to_string());
    assert!(
        words
            .into_iter()
            .any(|words| words.contains("all 178 rows"))
    );
    let [shipped, judged] = [all.clone(), all.join("audited")].map(|dir| Model::open(dir).unwrap());
    let says = |model: &Model| model.predict("embedded:wine").unwrap().values;
    assert_ne!(says(&shipped), says(&judged));
    assert_eq!(says(&shipped), says(&outcome.model));
    assert_eq!(shipped.file.temperature, judged.file.temperature);
    let again = RunAudit::of(&all).measure().unwrap();
    assert_eq!(again.metrics(), outcome.audited().unwrap().metrics());

    let (_, outcome) = run(
        settings(&format!("{SMALL}refit_on = \"training\"\n")),
        Some(&training),
    );
    assert!(!training.join("audited").exists());
    assert_eq!(says(&outcome.model), says(&judged));
}

#[test]
fn a_population_is_not_planned() {
    let data = decay::read("embedded:wine").load().unwrap();
    let told = Mutex::new(0);
    let population = Experiment::on(&data)
        .train(TrainConfig {
            epochs: 1,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, [0.1])
        .observe(|event| {
            if let Event::Planned(plan) = event {
                *told.lock().unwrap() += plan.decisions.len();
            }
        })
        .population()
        .unwrap();
    assert_eq!((population.plan.folds, population.plan.seeds), (5, 2));
    assert_eq!(*told.lock().unwrap(), 0);
}

#[test]
fn whole_numbers_taken_as_classes_are_announced() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("grades.csv");
    let row = |row: usize| format!("{},{}\n", row * 37 % 60, row % 6 + 1);
    let rows: String = (0..120).map(row).collect();
    std::fs::write(&path, format!("size,grade\n{rows}")).unwrap();
    let told = |task: Option<TaskKind>| {
        let reader = decay::read(&path).target("grade");
        let reader = task.map_or(reader.clone(), |task| reader.task(task));
        let notes = Mutex::new(Vec::new());
        Experiment::on(&reader.load().unwrap())
            .train(TrainConfig {
                epochs: 1,
                ..TrainConfig::default()
            })
            .rate(0.1)
            .seeds(1)
            .refit_on(RefitOn::Training)
            .observe(|event| {
                if let Event::Note(note) = event {
                    notes.lock().unwrap().push(note);
                }
            })
            .fit()
            .unwrap();
        notes.into_inner().unwrap().join("\n")
    };
    let words = told(None);
    assert!(
        words.contains("grade")
            && words.contains("6 classes")
            && words.contains("--task regression"),
        "{words}"
    );
    assert!(
        !told(Some(TaskKind::Classification)).contains("--task"),
        "it was asked for"
    );
}

/// A plan is not made anew where a run goes on, and data that were read otherwise are not taken for its own.
#[test]
fn a_planned_run_goes_on_with_its_plan() {
    let parent = tempfile::tempdir().unwrap();
    let [whole, halves] = ["whole", "halves"].map(|name| parent.path().join(name));
    let planned = |data: &Data, out: &Path| {
        let experiment = Experiment::on(data).budget("40-steps").unwrap();
        let quick = AuditSettings {
            attacks: Effort::None,
            certificates: false,
            ..AuditSettings::default()
        };
        experiment.audit(quick).out(out)
    };
    let data = decay::read("embedded:wine").load().unwrap();
    planned(&data, &whole).run().unwrap();
    let flag = AtomicBool::new(false);
    let stopped = planned(&data, &halves)
        .cancel(&flag)
        .observe(|event| {
            if let Event::Progress(progress) = event
                && progress.epoch >= 3
            {
                flag.store(true, Ordering::SeqCst);
            }
        })
        .run();
    assert!(matches!(stopped.err(), Some(Error::Interrupted { .. })));
    let other = decay::read("embedded:wine").holdout(0.3).load().unwrap();
    let refused = planned(&other, &halves).resume(true).run().err().unwrap();
    assert!(refused.to_string().contains("data.holdout"), "{refused}");
    let told = Mutex::new(0);
    let count = |event| {
        if let Event::Planned(_) = event {
            *told.lock().unwrap() += 1;
        }
    };
    planned(&data, &halves)
        .observe(count)
        .resume(true)
        .run()
        .unwrap();
    assert_eq!(*told.lock().unwrap(), 0);
    for name in [
        "config.toml",
        "members.csv",
        "model.safetensors",
        "audited/model.safetensors",
    ] {
        let [whole, halves] = [&whole, &halves].map(|run| std::fs::read(run.join(name)).unwrap());
        assert!(whole == halves, "{name}");
    }
}

#[test]
fn images_share_a_scale_and_what_a_network_has_not_is_not_planned() {
    let decided = |text: &str| {
        let fixed = "epochs = 1\n[sweep]\nrates = [0.1]\nfolds = 2\nseeds = 1\nrefits = 1\nrefit_on = \"training\"\n";
        let text =
            format!("[data]\npath = \"embedded:digits\"\nholdout = 0.0\n{text}[train]\n{fixed}");
        let settings = Settings::of_table(text.parse().unwrap()).unwrap();
        let plan = run(settings, None).0.unwrap();
        let made = plan
            .decisions
            .into_iter()
            .map(|made| (made.path, made.value.to_string()));
        made.collect::<Vec<_>>()
    };
    let scale = ("data.scaling", "\"global\"".to_owned());
    let perceptron = decided("");
    assert!(perceptron.contains(&scale), "{perceptron:?}");
    assert!(perceptron.iter().any(|(path, _)| *path == "model.hidden"));
    let convolution =
        decided("[model]\nkind = \"cnn\"\nstages = [\"conv3:4\", \"max2\", \"global\"]\n");
    assert!(convolution.contains(&scale), "{convolution:?}");
    assert!(
        convolution
            .iter()
            .all(|(path, _)| !path.starts_with("model.")),
        "{convolution:?}"
    );
}
