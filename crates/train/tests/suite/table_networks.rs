//! What the engine promises of networks for tables: members apart, runs resumed, bins of the fold's own rows.

use decay_data::{Dataset, Embedded, Scaling, Storage, Target};
use decay_model::{
    BinsBy, Categorical, Encoding, InputFeatures, MlpConfig, ModelConfig, Network, Nonlinearity,
    Norm, RowTargets,
};
use decay_train::{Device, Member, Problem, TrainConfig};

use super::setup::{Setup, assert_same, folds, largest_difference};

const ROWS: usize = 200;

fn digits() -> Dataset {
    Embedded::Digits.load().expect("the embedded digits")
}

/// All that a network for tables may have: some pixels pass for labels, all others are numbers.
fn network() -> Network {
    let config = MlpConfig {
        hidden: vec![14, 14],
        activation: Nonlinearity::Mish,
        norm: Norm::Layer,
        encoding: Encoding::Piecewise,
        bins: 4,
        bins_by: BinsBy::Target,
        feature_scale: true,
        categories: Categorical::Embedded,
        embedding: 3,
        residual: true,
        parametric: true,
        ..MlpConfig::default()
    };
    let numbers = (0..64).filter(|pixel| !(8..16).contains(pixel) && !(30..34).contains(pixel));
    let inputs = InputFeatures::new(64, numbers.collect()).with_categories(vec![8..16, 30..34]);
    ModelConfig::Mlp(config)
        .init(inputs, 10)
        .expect("a network")
}

fn setup(epochs: u32) -> Setup {
    let mut setup = Setup::digits(Norm::None, epochs);
    setup.network = network();
    setup.config.dropout = 0.2;
    setup
}

/// Of both folds and of several rates.
fn members(config: &TrainConfig) -> Vec<Member> {
    let one = |i: u64| Member::new(config, [0.0, 0.1, 1.0][i as usize % 3], i as usize % 2, i);
    (0..6).map(one).collect()
}

#[test]
fn a_member_alone_is_itself_among_others() {
    let setup = setup(4);
    let members = members(&setup.config);
    let together = setup.states(&members, 4);
    for place in [0, 5] {
        let alone = setup.states(&members[place..=place], 1);
        let difference = largest_difference(&alone[0], &together[place]);
        assert!(difference < 1e-5, "member {place}: {difference}");
    }
    assert!(largest_difference(&together[0], &together[2]) > 1e-2);
}

#[test]
fn a_resumed_run_ends_as_an_uninterrupted_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let setup = setup(4);
    let members = members(&setup.config);
    let whole = setup.states(&members, 6);
    let resumed = setup.interrupted(&members, 2, dir.path());
    for (place, (whole, resumed)) in whole.iter().zip(&resumed.outcomes).enumerate() {
        assert_same(whole, &resumed.state, &format!("member {place}"));
    }
}

/// Every parameter is moved by its gradient.
#[test]
fn all_parameters_learn_and_factors_of_activations_do_not_decay() {
    let setup = setup(3);
    let member = Member::new(&setup.config, 0.0, 0, 7);
    let start = setup.network.initial(7);
    let trained = setup.states(&[member], 1).remove(0);
    let specs = setup.network.parameters();
    for ((spec, before), after) in specs.iter().zip(&start.parameters).zip(&trained.parameters) {
        assert_ne!(before, after, "{}", spec.name);
    }
    let decays = |name: &str| {
        let spec = specs.iter().find(|spec| spec.name == name);
        setup.config.decays(spec.expect(name))
    };
    assert!(!decays("activations.0.weight") && !decays("activations.1.weight"));
    assert!(decays("embeddings.0.weight") && decays("layers.0.weight"));
}

/// Where the target changes on the fold's training rows; other rows' labels change nothing.
#[test]
fn bins_by_the_target_are_those_of_the_folds_training_rows() {
    let mut data = digits();
    let mut values: Vec<f32> = (0..data.features.len())
        .map(|i| data.features.get(i))
        .collect();
    // Missing values are no rows of a tree.
    for value in values.iter_mut().skip(20).step_by(3 * 64) {
        *value = f32::NAN;
    }
    data.features = Storage::F32(values.clone());
    let mut setup = setup(1);
    let mut edges = |data: &Dataset| -> Vec<Vec<f32>> {
        let problem = Problem::new(data, folds(ROWS), Scaling::Standard, &[Device::default()]);
        setup.problem = problem.expect("a problem");
        let both = [0, 1].map(|fold| Member::new(&setup.config, 0.1, fold, 3));
        let states = setup.states(&both, 2).into_iter();
        states.map(|state| state.buffers[0].clone()).collect()
    };
    let got = edges(&data);
    assert_ne!(got[0], got[1]);
    let labels = |data: &Dataset| match &data.target {
        Target::Classes { labels, .. } => labels.clone(),
        _ => unreachable!("digits are classes"),
    };
    let network = network();
    for (fold, got) in got.iter().enumerate() {
        let rows = &folds(ROWS)[fold].train;
        let problem = Problem::new(&data, folds(ROWS), Scaling::Standard, &[Device::default()]);
        let scales = problem.expect("a problem").scales[fold].features.clone();
        let column = |&pixel: &usize| {
            let scaled = |&row: &usize| {
                (values[row * 64 + pixel] - scales.center[pixel]) * scales.scale[pixel]
            };
            rows.iter().map(scaled).collect::<Vec<_>>()
        };
        let columns: Vec<_> = network.fitted_columns().iter().map(column).collect();
        let targets = RowTargets::Classes(rows.iter().map(|&row| labels(&data)[row]).collect());
        let (_, want) = network.fitted_buffers(&columns, &targets).remove(0);
        for (got, want) in got.iter().zip(&want) {
            assert!((got - want).abs() < 1e-5, "fold {fold}: {got} {want}");
        }
    }
    let relabelled = |rows: &[usize]| {
        let mut other = data.clone();
        if let Target::Classes { labels, .. } = &mut other.target {
            rows.iter()
                .for_each(|&row| labels[row] = (labels[row] * 7 + row as u32) % 10);
        }
        other
    };
    let outside: Vec<usize> = folds(ROWS)[0]
        .validation
        .iter()
        .copied()
        .chain(ROWS..data.rows)
        .collect();
    assert_eq!(edges(&relabelled(&outside))[0], got[0]);
    assert_ne!(edges(&relabelled(&folds(ROWS)[0].train))[0], got[0]);
}
