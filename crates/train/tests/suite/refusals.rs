//! Settings that could only be ignored are refused before any work, with the reason.

use crate::setup::Setup;
use decay_data::Storage;
use decay_model::Norm;
use decay_train::{DecayKind, Hyper, Member, Schedule, TrainConfig};

#[track_caller]
fn assert_refused(setup: &Setup, regulariser: Hyper, reason: &str) {
    let mut member = Member::new(&setup.config, 0.1, 0, 1);
    regulariser.set(&mut member, regulariser.usual());
    let error = setup.try_train(&[member], 1).expect_err("a refusal");
    let message = error.to_string();
    let key = format!("train.{} = {}", regulariser.key(), regulariser.usual());
    assert!(
        message.starts_with(&key) && message.contains(reason),
        "{message}"
    );
}

#[test]
fn a_regression_has_no_classes_to_smooth() {
    let (x, y) = ([0.5, -1.0, 2.0, 0.25], [1.0, 2.0, 3.0, 0.0]);
    let setup = Setup::regression(&x, &y, TrainConfig::default());
    for regulariser in [Hyper::LabelSmoothing, Hyper::ConfidencePenalty] {
        assert_refused(&setup, regulariser, "a regression has none");
    }
}

#[test]
fn the_jacobian_wants_samples_that_stand_for_themselves() {
    let graph = Setup::circle(1);
    assert_refused(&graph, Hyper::Jacobian, "neighbours");
    let normed = Setup::digits(Norm::Batch, 1);
    assert_refused(&normed, Hyper::Jacobian, "batch normalisation");
}

#[test]
fn a_mean_of_weights_has_no_batch_statistics_and_no_second_average() {
    let normed = Setup::digits(Norm::Batch, 1);
    assert_refused(&normed, Hyper::SwaFrom, "batch statistics");
    let mut both = Setup::digits(Norm::None, 1);
    both.config.ema = 0.9;
    assert_refused(&both, Hyper::SwaFrom, "choose one");
}

#[test]
fn sparse_features_stay_sparse() {
    let mut data = decay_data::Embedded::Digits.load().expect("the digits");
    let nodes = 4;
    data.features = Storage::Sparse(decay_data::SparseRows {
        columns: 2,
        offsets: vec![0, 1, 2, 3, 4],
        indices: vec![0, 1, 0, 1],
        values: vec![1.0; 4],
    });
    data.rows = nodes;
    data.shape = vec![2];
    data.target = decay_data::Target::Classes {
        labels: vec![0, 1, 0, 1],
        names: vec!["a".into(), "b".into()],
    };
    data.graph = Some(decay_data::Graph {
        nodes,
        edges: vec![[1, 0], [0, 1]],
        weights: None,
        directed: false,
        node_names: None,
        groups: None,
        group_names: Vec::new(),
    });
    let model = decay_model::ModelConfig::Gnn(decay_model::GnnConfig::default());
    let fold = decay_train::FoldRows {
        train: vec![0, 1],
        validation: vec![2, 3],
    };
    let config = TrainConfig {
        full_batch: true,
        ..TrainConfig::default()
    };
    let setup = Setup::new(&model, &data, vec![fold], decay_data::Scaling::None, config);
    assert_refused(&setup, Hyper::InputNoise, "sparse");
}

/// Nodes that are held out would lend their labels to the loss, and what is for images or graphs would act on nothing.
#[test]
fn what_is_for_other_problems_is_refused() {
    let (x, y) = ([0.5, -1.0, 2.0, 0.25], [1.0, 2.0, 3.0, 0.0]);
    let table = || Setup::regression(&x, &y, TrainConfig::default());
    let (graph, images) = (|| Setup::circle(1), || Setup::digits(Norm::None, 1));
    let refused = |setup: Setup, hyper: Hyper| {
        let mut member = Member::new(&setup.config, 0.1, 0, 1);
        hyper.set(&mut member, hyper.usual());
        let error = setup.try_train(&[member], 1).expect_err("a refusal");
        error.to_string()
    };
    for hyper in [Hyper::Flip, Hyper::Shift, Hyper::Rotation, Hyper::Cutout] {
        let message = format!("train.{} is for images, got {}", hyper.key(), hyper.usual());
        assert_eq!(refused(table(), hyper), message);
        assert_eq!(refused(graph(), hyper), message);
    }
    for hyper in [Hyper::Laplacian, Hyper::EdgeDropout] {
        let message = format!("train.{} is for a gnn, got {}", hyper.key(), hyper.usual());
        assert_eq!(refused(table(), hyper), message);
        assert_eq!(refused(images(), hyper), message);
    }
    assert_eq!(
        refused(graph(), Hyper::Mixup),
        "train.mixup does not mix the nodes of a graph, got 0.4"
    );
    assert_eq!(
        refused(table(), Hyper::Brightness),
        "train.brightness is for images, got 0.2"
    );
}

/// A configuration is told the same before there is a job.
#[test]
fn a_configuration_is_refused_for_data_and_network() {
    let data = decay_data::Embedded::Digits.load().expect("the digits");
    let images = Setup::digits(Norm::None, 1);
    let said = |change: fn(&mut TrainConfig)| {
        let mut config = TrainConfig::default();
        change(&mut config);
        let checked = config.check_for(&images.network, &data);
        checked.expect_err("a refusal").to_string()
    };
    assert!(
        TrainConfig::default()
            .check_for(&images.network, &data)
            .is_ok()
    );
    assert_eq!(
        said(|c| c.laplacian = 0.5),
        "train.laplacian is for a gnn, got 0.5"
    );
    let unknown = said(|c| c.decayed = vec!["layer.*".into()]);
    let names = "there are layers.0.weight, layers.0.bias, layers.1.weight, layers.1.bias";
    assert_eq!(
        unknown,
        format!("train.decayed: no parameter is called 'layer.*'; {names}")
    );
    let unknown = said(|c| c.decay_factors = vec!["x=2".parse().expect("a factor")]);
    assert!(
        unknown.starts_with("train.decay_factors: no parameter is called 'x'"),
        "{unknown}"
    );
}

/// What is said about digits under changed settings.
fn refused(change: fn(&mut Setup)) -> String {
    let mut setup = Setup::digits(Norm::None, 3);
    change(&mut setup);
    let member = Member::new(&setup.config, 0.1, 0, 1);
    let error = setup.try_train(&[member], 1).expect_err("a refusal");
    error.to_string()
}

#[test]
fn a_plateau_wants_to_be_measured() {
    let blind = refused(|setup| {
        setup.config.schedule = Schedule::Plateau;
        setup.problem.folds[0].validation.clear();
    });
    assert!(blind.contains("no validation rows"), "{blind}");
    let late = refused(|setup| {
        setup.config.schedule = Schedule::Plateau;
        setup.config.evaluate_every = 0;
    });
    assert!(late.contains("evaluate_every"), "{late}");
}

#[test]
fn decay_must_mean_one_thing_and_act_on_something() {
    let both = refused(|setup| setup.config.decay = Some(DecayKind::Coupled));
    assert!(both.starts_with("train.decay = coupled: adamw"), "{both}");
    let unnormed = refused(|setup| setup.config.decay = Some(DecayKind::Corrected));
    assert!(unnormed.contains("normalisation"), "{unnormed}");
    let plateau = refused(|setup| setup.config.decay_schedule = Schedule::Plateau);
    assert!(plateau.contains("learning rate"), "{plateau}");
    let nothing = refused(|setup| setup.config.decayed = vec!["nothing.*".into()]);
    assert!(nothing.contains("act on nothing"), "{nothing}");
}
