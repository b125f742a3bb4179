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
    let first = Opening::new(&run).networks(1).read().unwrap();
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
