//! The command does nothing that the library does not: the same settings leave the same files.

use decay::prelude::*;

use crate::harness::Place;

const SETTINGS: &str = r#"
[data]
path = "embedded:wine"

[model]
kind = "mlp"
hidden = [8]
activation = "relu"

[train]
epochs = 3
batch = 32
lr = 0.01
schedule = "constant"
dropout = 0

[sweep]
rates = [0.1, 1.0, 10.0]
folds = 3
seeds = 2
refits = 2

[audit]
attacks = "none"
certificates = false

[run]
keep_population = true
"#;

#[test]
fn a_run_from_code_leaves_what_the_command_leaves() {
    let place = Place::new();
    place.file("settings.toml", SETTINGS);
    place.succeeds(&["tune", "--config", "settings.toml", "--out", "command"]);
    let data = decay::read("embedded:wine").load().unwrap();
    Experiment::on(&data)
        .model(Mlp::hidden([8]))
        .train(TrainConfig {
            epochs: 3,
            batch: 32,
            lr: 0.01,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, [0.1, 1.0, 10.0])
        .folds(3)
        .seeds(2)
        .refits(2)
        .audit(AuditSettings {
            attacks: Effort::None,
            certificates: false,
            ..AuditSettings::default()
        })
        .keep_population(true)
        .out(place.path("code"))
        .run()
        .unwrap();
    let below = |run: &str| -> Vec<_> {
        let root = place.path(run);
        let files = place.files().into_iter();
        let own = files.filter_map(|path| path.strip_prefix(&root).ok().map(ToOwned::to_owned));
        own.collect()
    };
    assert_eq!(below("command"), below("code"));
    for path in below("command") {
        let name = path.display().to_string();
        // When and by which command.
        if ["", ".lock", "run.json", "report.json", "report.html"].contains(&name.as_str())
            || place.path("code").join(&path).is_dir()
        {
            continue;
        }
        let [command, code] = ["command", "code"].map(|run| place.bytes(&format!("{run}/{name}")));
        assert!(command == code, "{name} differs");
    }
    let mut reports = ["command", "code"].map(|run| place.json(&format!("{run}/report.json")));
    for report in &mut reports {
        for key in ["command", "provenance"] {
            report[key].take();
        }
    }
    let [command, code] = reports;
    assert!(command == code, "report.json differs");
}
