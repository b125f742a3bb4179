//! Models from a directory.

use decay::model::Opening;
use decay::prelude::*;

#[test]
fn all_networks_answer_as_their_mean_and_one_alone_as_itself() {
    let data = decay::read("embedded:diabetes").load().unwrap();
    let parent = tempfile::tempdir().unwrap();
    let run = parent.path().join("run");
    let train = TrainConfig {
        epochs: 2,
        ..TrainConfig::default()
    };
    let fit = Experiment::on(&data)
        .train(train)
        .rate(0.1)
        .seeds(2)
        .out(&run);
    let outcome = fit.fit().unwrap();
    let both = Model::open(&run).unwrap();
    assert_eq!(both.networks(), 2);
    let source = "embedded:diabetes";
    let mean = both.predict(source).unwrap();
    assert_eq!(mean, outcome.model.predict(source).unwrap());
    let first = Opening::new(&run).member(1).read().unwrap();
    let first = first.predict(source).unwrap();
    assert!(mean.values != first.values && mean.rows == first.rows);
    assert!(first.csv().lines().count() == 1 + first.rows && first.labels().is_empty());
}

#[test]
fn what_is_no_run_is_said() {
    let error = Model::open("no/such/run").unwrap_err();
    assert!(error.is_input());
    assert!(error.to_string().contains("is no model of a finished run"));
}

/// Certificates know bins and clips, and say that they do not know waves; bins are read back with the weights.
#[test]
fn an_encoded_network_is_audited_and_read_back() {
    let data = decay::read("embedded:wine").load().unwrap();
    let parent = tempfile::tempdir().unwrap();
    for (encoding, certified) in [
        (Encoding::Clip, true),
        (Encoding::Piecewise, true),
        (Encoding::Periodic, false),
    ] {
        let run = parent.path().join(encoding.name());
        let model = MlpConfig {
            hidden: vec![8],
            encoding,
            bins: 4,
            feature_scale: true,
            ..MlpConfig::default()
        };
        let experiment = Experiment::on(&data)
            .model(model)
            .train(TrainConfig {
                epochs: 5,
                batch: 32,
                lr: 0.01,
                ..TrainConfig::default()
            })
            .sweep(Hyper::Decay, log_range(0.1, 1.0, 2))
            .folds(3)
            .seeds(1)
            .refits(1)
            .audit(AuditSettings {
                attacks: Effort::None,
                ..AuditSettings::default()
            })
            .out(&run);
        let outcome = experiment.run().unwrap();
        let audit = std::fs::read_to_string(run.join("audit.json")).unwrap();
        let (bounds, note) = (
            audit.contains("\"interval\""),
            audit.contains("No certificates: a periodic encoding"),
        );
        assert_eq!([bounds, note], [certified, !certified], "{encoding:?}");
        let source = "embedded:wine";
        let read = Model::open(&run).unwrap();
        assert_eq!(
            read.predict(source).unwrap(),
            outcome.model.predict(source).unwrap()
        );
        assert!(read.file.architecture == outcome.model.file.architecture);
    }
}

/// Two numbers and a label, which is missing now and then, tell three classes apart.
fn labelled_rows(rows: usize) -> String {
    let row = |i: usize| {
        let (x, y) = ((i * 37 % 101) as f32 / 20.0, (i * 53 % 89) as f32 / 30.0);
        let colour = ["red", "green", "blue", ""][i * 7 % 4];
        let class = (usize::from(x + y > 4.0) + i * 7 % 4) % 3;
        format!("{x},{colour},{y},class {class}\n")
    };
    "x,colour,y,class\n".to_owned() + &(0..rows).map(row).collect::<String>()
}

/// All that a network for tables may have, from a file with labels to answers for rows with labels that it never saw.
#[test]
fn a_network_for_tables_is_audited_and_read_back() {
    let parent = tempfile::tempdir().unwrap();
    let (file, new) = (
        parent.path().join("rows.csv"),
        parent.path().join("new.csv"),
    );
    std::fs::write(&file, labelled_rows(160)).unwrap();
    std::fs::write(&new, "x,colour,y\n1.5,red,0.5\n1.5,violet,0.5\n1.5,,0.5\n").unwrap();
    let run = parent.path().join("run");
    let model = MlpConfig {
        hidden: vec![8, 8],
        encoding: Encoding::Piecewise,
        bins: 4,
        bins_by: BinsBy::Target,
        categories: Categorical::Embedded,
        embedding: 2,
        residual: true,
        parametric: true,
        ..MlpConfig::default()
    };
    let data = decay::read(&file).load().unwrap();
    let experiment = Experiment::on(&data)
        .model(model)
        .train(TrainConfig {
            epochs: 5,
            batch: 32,
            lr: 0.01,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, log_range(0.1, 1.0, 2))
        .folds(3)
        .seeds(1)
        .refits(2)
        .audit(AuditSettings {
            rows: Some(20),
            ..AuditSettings::default()
        })
        .out(&run);
    let outcome = experiment.run().unwrap();
    let audit = std::fs::read_to_string(run.join("audit.json")).unwrap();
    assert!(audit.contains("\"interval\""), "no certificates");
    let read = Model::open(&run).unwrap();
    assert!(read.file.architecture == outcome.model.file.architecture);
    let answers = read.predict(&new).unwrap();
    assert_eq!(answers, outcome.model.predict(&new).unwrap());
    let of = |row: usize| &answers.values[3 * row..3 * row + 3];
    assert!(answers.values.iter().all(|p| p.is_finite()));
    // A label that no model knows has a vector of zeros as a missing one has, which is told by its indicator.
    assert!(of(0) != of(1) && of(1) != of(2));
    let report = std::fs::read_to_string(run.join("report.html")).unwrap();
    for name in ["embeddings.0.weight", "activations.1.weight"] {
        assert!(report.contains(name), "{name}");
    }
}

/// What somebody changed, or an older program wrote, is refused in words.
#[test]
fn a_model_file_that_was_changed_by_hand_or_has_another_format_is_refused() {
    let (data, parent) = (
        decay::read("embedded:wine").load().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let run = parent.path().join("run");
    let train = TrainConfig {
        epochs: 1,
        ..TrainConfig::default()
    };
    let fit = Experiment::on(&data).train(train).rate(0.1).seeds(1);
    fit.out(&run).fit().unwrap();
    let path = run.join("model.json");
    let text = std::fs::read_to_string(&path).unwrap();
    for (from, to, part) in [
        ("\"inputs\": 13", "\"inputs\": 12", "changed by hand"),
        (
            "\"format\": 2",
            "\"format\": 1",
            "has format 1, this program reads 2",
        ),
        (
            "  \"sha256\": \"",
            "  \"sha\": \"",
            "does not end with its SHA-256",
        ),
    ] {
        let place = text.rfind(from).unwrap();
        let changed = format!("{}{to}{}", &text[..place], &text[place + from.len()..]);
        std::fs::write(&path, changed).unwrap();
        let sentence = Model::open(&run).unwrap_err().sentence();
        assert!(
            sentence.contains(part) && sentence.contains("model.json"),
            "{sentence}"
        );
    }
    std::fs::write(&path, text).unwrap();
    Model::open(&run).unwrap();
}
