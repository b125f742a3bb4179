//! Objectives from code: that they come to what the built-in losses come to where they are the same, and that tasks' gradients are right.

use std::sync::Arc;

use burn::tensor::Tensor;
use decay_data::{Embedded, Scaling, Target};
use decay_model::{MemberState, Norm};
use decay_train::{
    Evaluation, HeadLoss, Heads, Hyper, Loss, Member, Objective, Optimizer, PcGrad, Seen, Sum,
    TaskGradients, TrainConfig, TrainError, task_gradients,
};

use crate::setup::{Setup, assert_same, folds, largest_difference, mlp, resources};

impl Setup {
    fn minimising(self, objective: impl Objective + 'static) -> Self {
        Self {
            problem: self.problem.minimising(Arc::new(objective)),
            ..self
        }
    }

    fn gradients(&self, objective: &dyn Objective, state: &MemberState) -> TaskGradients {
        let rows: Vec<usize> = self.problem.folds[1].train.clone();
        let member = Evaluation {
            state,
            fold: 1,
            rows: &rows,
        };
        let found = task_gradients(
            &self.network,
            &self.problem,
            objective,
            &[member],
            &resources(1),
        );
        found.expect("gradients").swap_remove(0)
    }
}

fn config(epochs: u32) -> TrainConfig {
    TrainConfig {
        epochs,
        lr: 3e-3,
        batch: 32,
        ..TrainConfig::default()
    }
}

/// Two numbers of 200 digits: the digit, from 0 to 9, and how dark its image is, in a unit of its own.
fn two_targets(outputs: &[HeadLoss], norm: Norm, config: TrainConfig) -> Setup {
    let mut data = Embedded::Digits.load().expect("the embedded digits");
    let Target::Classes { labels, .. } = &data.target else {
        panic!("digits are classes")
    };
    let dark = |row: usize| {
        (0..64)
            .map(|pixel| f64::from(data.value(row, pixel)))
            .sum::<f64>()
    };
    let of_row = |(row, &label): (usize, &u32)| [f64::from(label), 1000.0 + dark(row)];
    let values = labels.iter().enumerate().flat_map(of_row).collect();
    data.target = Target::Values {
        values,
        names: vec!["digit".into(), "darkness".into()],
    };
    let problem = decay_train::Problem::new(
        &data,
        folds(200),
        Scaling::Auto,
        &[decay_train::Device::default()],
    );
    let width: usize = outputs.iter().map(|own| own.outputs()).sum();
    let model = mlp(vec![17], norm);
    Setup {
        network: model.init(data.shape.as_slice(), width).expect("a network"),
        problem: problem.expect("a problem"),
        config,
    }
}

const BOTH: [HeadLoss; 2] = [HeadLoss::Classes(10), HeadLoss::Squared];

fn members(setup: &Setup) -> Vec<Member> {
    let member = |seed: u64| Member::new(&setup.config, 0.1, 1, seed);
    (3..6).map(member).collect()
}

/// One head with the loss that the target has anyway.
#[test]
fn one_head_is_the_loss_of_the_target_bit_for_bit() {
    let plain = || Setup::digits(Norm::None, 2);
    let heads = || Heads::new([HeadLoss::Classes(10)]);
    let wanted = plain().train(&members(&plain()), 2);
    for heads in [
        heads(),
        heads().combined_by(Sum),
        heads().combined_by(PcGrad),
    ] {
        let setup = plain().minimising(heads);
        let found = setup.train(&members(&setup), 2);
        for (a, b) in found.outcomes.iter().zip(&wanted.outcomes) {
            assert_same(&a.state, &b.state, "one head");
            let [a, b] = [a, b].map(|own| own.validation.expect("validation rows").loss);
            assert!((a - b).abs() < 1e-6 * b, "{a} {b}");
        }
        let pairs = found.history.iter().zip(&wanted.history);
        for (a, b) in pairs {
            assert!((a.losses.loss - b.losses.loss).abs() < 1e-5, "{a:?} {b:?}");
        }
    }
}

/// Every loss of values, with sample weights and mixed samples: what weighs rows weighs them in heads, too.
#[test]
fn a_head_of_values_is_the_loss_of_values() {
    let x: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 11) / 5.0 - 1.0).collect();
    let y: Vec<f64> = x.iter().map(|x| 40.0 + 9.0 * x * x).collect();
    let weights: Vec<f64> = (0..60).map(|i| 0.5 + f64::from(i % 3)).collect();
    for (loss, head) in [
        (Loss::Auto, HeadLoss::Squared),
        (Loss::Absolute, HeadLoss::Absolute),
        (Loss::Gaussian, HeadLoss::Gaussian),
    ] {
        let config = |loss| TrainConfig {
            loss,
            mixup: 0.4,
            ..config(3)
        };
        let setup = |loss| {
            let target = Target::value("y", y.clone());
            Setup::linear(&x, target, Some(weights.clone()), config(loss))
        };
        let plain = setup(loss);
        let mut own = setup(loss).minimising(Heads::new([head]));
        own.config.loss = Loss::Auto;
        let member = |setup: &Setup| [Member::new(&setup.config, 0.1, 0, 5)];
        let [a, b] = [&plain, &own].map(|setup| setup.states(&member(setup), 1).swap_remove(0));
        assert_same(&a, &b, head_name(head));
    }
}

fn head_name(head: HeadLoss) -> &'static str {
    match head {
        HeadLoss::Squared => "squared",
        HeadLoss::Absolute => "absolute",
        _ => "gaussian",
    }
}

/// Only the first of [`BOTH`].
#[derive(Debug)]
struct First;

impl Objective for First {
    fn name(&self) -> &str {
        "first"
    }

    fn outputs(&self) -> usize {
        11
    }

    fn losses(&self, seen: &Seen) -> Vec<Tensor<1>> {
        Heads::new(BOTH).losses(seen).into_iter().take(1).collect()
    }
}

#[test]
fn a_head_of_weight_zero_is_not_there() {
    let setup = || two_targets(&BOTH, Norm::None, config(2));
    let alone = setup().minimising(First);
    let weighed = setup().minimising(Heads::new(BOTH).weighing(1, 0.0));
    let [a, b] = [&alone, &weighed].map(|own| own.states(&members(own), 2));
    for (a, b) in a.iter().zip(&b) {
        assert_same(a, b, "weight 0");
    }
    let joint = setup().minimising(Heads::new(BOTH));
    let joint = joint.states(&members(&joint), 2);
    assert!(largest_difference(&a[0], &joint[0]) > 1e-3);
}

/// With all that acts on a pass: dropout, a batch norm with its running statistics, and a penalty with passes of its own.
#[test]
fn gradients_that_are_taken_apart_add_up_to_those_of_the_sum() {
    for (norm, hyper, strength, rounding) in [
        (Norm::Batch, Hyper::Dropout, 0.3, 1e-6),
        (Norm::None, Hyper::Jacobian, 0.05, 5e-5),
        (Norm::None, Hyper::WeightNoise, 0.01, 1e-6),
    ] {
        // One step: the Jacobian's differences would enlarge rounding in a second. Adam would make a full step of the rounding in the
        // gradient of a bias before a norm.
        let config = TrainConfig {
            optimizer: Optimizer::Sgd,
            full_batch: true,
            lr: 0.5,
            ..config(1)
        };
        let states = |objective: Heads| {
            let setup = two_targets(&BOTH, norm, config.clone()).minimising(objective);
            let mut members = members(&setup);
            for member in &mut members[..2] {
                hyper.set(member, strength);
            }
            setup.states(&members, 3)
        };
        let (one, apart) = (
            states(Heads::new(BOTH)),
            states(Heads::new(BOTH).combined_by(Sum)),
        );
        for (a, b) in one.iter().zip(&apart) {
            let difference = largest_difference(a, b);
            assert!(difference < rounding, "{hyper:?}: {difference}");
        }
    }
}

/// Huber's loss of the darkness beside the squared log-odds of nothing in particular: neither is a loss of decay's own.
#[derive(Debug)]
struct Odd;

impl Objective for Odd {
    fn name(&self) -> &str {
        "odd"
    }

    fn outputs(&self) -> usize {
        11
    }

    fn losses(&self, seen: &Seen) -> Vec<Tensor<1>> {
        let off = (seen.output(10..11) - seen.target(1)).abs();
        let near = off.clone().clamp_max(1.0);
        let huber = near.clone() * (off - near * 0.5);
        let others: Tensor<2> = seen.output(0..10).powi_scalar(4).mean_dim(2).squeeze_dim(2);
        vec![seen.mean(huber.squeeze_dim(2)), seen.mean(others)]
    }
}

#[test]
fn gradients_of_an_objective_of_ones_own_are_its_differences() {
    const STEP: f32 = 1.0 / 256.0;
    let setup = two_targets(&BOTH, Norm::None, config(1));
    let state = setup.network.initial(11);
    let found = setup.gradients(&Odd, &state);
    assert_eq!(found.shared, [0, 1, 2, 3]);
    let places = [
        (0, 300),
        (0, 555),
        (1, 4),
        (2, 10),
        (2, 21),
        (3, 10),
        (3, 2),
    ];
    for (parameter, place) in places {
        let losses = |step: f32| {
            let mut moved = state.clone();
            moved.parameters[parameter][place] += step;
            setup.gradients(&Odd, &moved).losses
        };
        let (up, down) = (losses(STEP), losses(-STEP));
        for task in 0..2 {
            let want = (up[task] - down[task]) / f64::from(2.0 * STEP);
            let got = f64::from(found.gradients[task][parameter][place]);
            assert!(
                (got - want).abs() < 2e-3 * (1.0 + want.abs()),
                "{got} {want}"
            );
        }
    }
    let used: f32 = found.gradients[0][2].iter().map(|g| g.abs()).sum();
    assert!(used > 1e-2, "{used}");
}

/// An epoch of one step on all rows sees what [`task_gradients`] tells of the starting weights.
#[test]
fn records_of_a_step_are_the_cosines_of_the_gradients() {
    let config = TrainConfig {
        full_batch: true,
        ..config(1)
    };
    let heads = || Heads::new(BOTH).sharing(["layers.0.*"]).combined_by(PcGrad);
    let setup = two_targets(&BOTH, Norm::None, config).minimising(heads());
    let members = members(&setup);
    let records = setup.train(&members, 2).tasks;
    assert_eq!(records.len(), members.len());
    for (place, member) in members.iter().enumerate() {
        let found = setup.gradients(&heads(), &setup.network.initial(member.seed));
        assert_eq!(found.shared, [0, 1]);
        let [a, b] = [0, 1].map(|task| found.gradients[task][..2].concat());
        let dot =
            |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum() };
        let norms = [dot(&a, &a).sqrt(), dot(&b, &b).sqrt()];
        let cosine = dot(&a, &b) / (norms[0] * norms[1]);
        let record = &records[place];
        assert_eq!(
            (record.member, record.epoch, record.tasks),
            (place, 1, [0, 1])
        );
        let told = record.cosine.expect("a cosine");
        assert!((told - cosine).abs() < 1e-4, "{told} {cosine}");
        assert_eq!(record.conflicts, Some(f64::from(u8::from(cosine < 0.0))));
        for (told, norm) in record.norms.iter().zip(norms) {
            assert!((told / norm - 1.0).abs() < 1e-4, "{told} {norm}");
        }
    }
}

/// One step of gradient descent tells the gradient: along the first layer it is projected, along the last one it is the sum.
#[test]
fn conflicts_are_projected_along_what_is_shared_alone() {
    let config = TrainConfig {
        optimizer: Optimizer::Sgd,
        full_batch: true,
        lr: 1.0,
        ..config(1)
    };
    let heads = || Heads::new(BOTH).sharing(["layers.0.*"]).combined_by(PcGrad);
    let setup = two_targets(&BOTH, Norm::None, config).minimising(heads());
    let mut conflicts = 0;
    for seed in 0..12 {
        let member = Member::new(&setup.config, 0.0, 1, seed);
        let start = setup.network.initial(seed);
        let end = setup.states(&[member], 1).swap_remove(0);
        let found = setup.gradients(&heads(), &start);
        let [a, b] = [0, 1].map(|task| found.gradients[task][..2].concat());
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let against = dot(&a, &b).min(0.0);
        conflicts += usize::from(against < 0.0);
        let (of_b, of_a) = (1.0 - against / dot(&b, &b), 1.0 - against / dot(&a, &a));
        let step = |parameter: usize, place: usize| {
            start.parameters[parameter][place] - end.parameters[parameter][place]
        };
        for (parameter, [of_a, of_b]) in [[of_a, of_b], [of_a, of_b], [1.0; 2], [1.0; 2]]
            .into_iter()
            .enumerate()
        {
            let [a, b] = [0, 1].map(|task| &found.gradients[task][parameter]);
            for (place, (a, b)) in a.iter().zip(b).enumerate() {
                let (got, want) = (step(parameter, place), a * of_a + b * of_b);
                assert!(
                    (got - want).abs() < 1e-4,
                    "{seed} {parameter}: {got} {want}"
                );
            }
        }
    }
    assert!(conflicts > 0 && conflicts < 12, "{conflicts}");
}

#[test]
fn a_member_with_an_objective_is_the_same_alone_and_resumed() {
    let setup = || two_targets(&BOTH, Norm::None, config(3));
    let setup = setup().minimising(Heads::new(BOTH).combined_by(PcGrad));
    let members = members(&setup);
    let together = setup.train(&members, 3);
    for (place, member) in members.iter().enumerate() {
        let alone = setup.states(std::slice::from_ref(member), 1).swap_remove(0);
        assert_same(&alone, &together.outcomes[place].state, "alone");
    }
    let dir = tempfile::tempdir().expect("a directory");
    let resumed = setup.interrupted(&members, 1, dir.path());
    let sorted = |mut tasks: Vec<decay_train::TaskRecord>| {
        tasks.sort_by_key(|own| (own.epoch, own.member));
        tasks
    };
    assert_eq!(sorted(resumed.tasks), sorted(together.tasks));
    for (a, b) in resumed.outcomes.iter().zip(&together.outcomes) {
        assert_same(&a.state, &b.state, "resumed");
    }
}

/// Without a trunk the columns of a linear map learn each its own target, whoever is beside.
#[test]
fn heads_without_a_trunk_learn_alone() {
    let x: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 11) / 5.0 - 1.0).collect();
    let [a, b] = [1.0, -3.0].map(|slope| {
        x.iter()
            .map(|x| 2.0 + slope * x * x + x)
            .collect::<Vec<_>>()
    });
    let config = TrainConfig {
        optimizer: Optimizer::Sgd,
        full_batch: true,
        lr: 0.1,
        epochs: 800,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let member = |setup: &Setup| [Member::new(&setup.config, 0.0, 0, 5)];
    let slopes = |target: Target, heads: usize| {
        let setup = Setup::linear(&x, target, None, config.clone());
        let setup = setup.minimising(Heads::new(vec![HeadLoss::Squared; heads]));
        setup.states(&member(&setup), 1).swap_remove(0).parameters
    };
    let both = Target::Values {
        values: a.iter().zip(&b).flat_map(|(a, b)| [*a, *b]).collect(),
        names: vec!["a".into(), "b".into()],
    };
    let joint = slopes(both, 2);
    for (column, y) in [a, b].into_iter().enumerate() {
        let alone = slopes(Target::value("y", y), 1);
        for parameter in 0..2 {
            let (got, want) = (joint[parameter][column], alone[parameter][0]);
            assert!((got - want).abs() < 1e-5, "{got} {want}");
        }
    }
}

#[test]
fn what_an_objective_leaves_without_a_meaning_is_refused() {
    let setup = || two_targets(&BOTH, Norm::None, config(1));
    let refused = |setup: Setup, change: fn(&mut Member)| {
        let mut members = members(&setup);
        change(&mut members[0]);
        setup
            .try_train(&members, 1)
            .expect_err("refused")
            .to_string()
    };
    let narrow = setup().minimising(Heads::new([HeadLoss::Classes(10)]));
    assert_eq!(
        refused(narrow, |_| ()),
        "this network has 11 outputs, and the loss reads 10"
    );
    let mut other = setup().minimising(Heads::new(BOTH));
    other.config.loss = Loss::Absolute;
    let reason = "an objective of one's own says what is minimised";
    assert_eq!(
        refused(other, |_| ()),
        format!("train.loss = absolute: {reason}")
    );
    let classes = Setup::digits(Norm::None, 1).minimising(Heads::new([HeadLoss::Classes(10)]));
    assert_eq!(
        refused(classes, |member| member.label_smoothing = 0.1),
        format!("train.label_smoothing = 0.1: {reason}")
    );
    let strange = setup().minimising(Heads::new(BOTH).sharing(["trunk.*"]));
    assert_eq!(
        refused(strange, |_| ()),
        "the tasks of 'heads' share no parameter of the network; there are layers.0.weight, layers.0.bias, layers.1.weight, layers.1.bias"
    );
    let state = setup().network.initial(1);
    let wrong = task_gradients(
        &setup().network,
        &setup().problem,
        &Heads::new([HeadLoss::Squared]),
        &[Evaluation {
            state: &state,
            fold: 0,
            rows: &[1, 2],
        }],
        &resources(1),
    );
    assert!(matches!(
        wrong,
        Err(TrainError::Outputs {
            wanted: 1,
            found: 11
        })
    ));
}
