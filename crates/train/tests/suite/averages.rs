//! Averages of weights: what is averaged, judged and returned.

use std::sync::atomic::AtomicBool;

use crate::setup::{Setup, resources};
use decay_data::Embedded;
use decay_model::{MemberState, Norm};
use decay_train::{Evaluation, Hyper, Member, Split, Status};

/// Averaging does not change the course of the weights, so that shorter runs without it give what it averages.
#[test]
fn the_mean_of_the_last_epochs_is_returned() {
    let run = |epochs, swa_from| {
        let setup = Setup::digits(Norm::None, epochs);
        let member = setup.member(Hyper::SwaFrom, swa_from, 8);
        setup.states(&[member], 1).remove(0)
    };
    let averaged = run(4, 0.5);
    let ends = [run(3, 0.0), run(4, 0.0)];
    for (i, values) in averaged.parameters.iter().enumerate() {
        let pairs = ends[0].parameters[i].iter().zip(&ends[1].parameters[i]);
        for (got, (a, b)) in values.iter().zip(pairs) {
            assert!((got - (a + b) / 2.0).abs() < 1e-6);
        }
    }
}

/// With a full batch an epoch is a step, and shorter runs give the weights of every step, batch statistics included.
#[test]
fn the_exponential_average_is_that_of_the_weights_of_all_steps() {
    let run = |epochs, ema| {
        let mut setup = Setup::digits(Norm::Batch, epochs);
        setup.config.full_batch = true;
        let member = setup.member(Hyper::Ema, ema, 8);
        setup.states(&[member], 1).remove(0)
    };
    let averaged = run(3, 0.6);
    let steps = [run(1, 0.0), run(2, 0.0), run(3, 0.0)];
    let shares = [0.36f32, 0.6, 1.0].map(|share| share / 1.96);
    let of = |state: &MemberState| -> Vec<f32> {
        let values = state.parameters.iter().chain(&state.buffers);
        values.flatten().copied().collect()
    };
    let [first, second, third] = [0, 1, 2].map(|step| of(&steps[step]));
    for (i, got) in of(&averaged).iter().enumerate() {
        let want = shares[0] * first[i] + shares[1] * second[i] + shares[2] * third[i];
        assert!(
            (got - want).abs() < 2e-6 * want.abs().max(1.0),
            "{got} {want}"
        );
    }
}

/// Early stopping judges and keeps the average: the recorded loss of the best epoch is that of the returned values.
#[test]
fn early_stopping_keeps_the_average_of_the_best_epoch() {
    for regulariser in [Hyper::Ema, Hyper::SwaFrom] {
        let mut setup = Setup::digits(Norm::None, 30);
        setup.config.lr = 3e-2;
        setup.config.patience = 3;
        let member = setup.member(regulariser, 0.2, 8);
        let members = [
            member.clone(),
            Member {
                ema: 0.0,
                swa_from: 0.0,
                ..member
            },
        ];
        let trained = setup.train(&members, 2);
        let [outcome, plain] = [0, 1].map(|place| &trained.outcomes[place]);
        assert_ne!(outcome.state, plain.state);
        let Status::Stopped { best_epoch, .. } = outcome.status else {
            panic!("{:?}", outcome.status);
        };
        let losses = trained
            .history
            .iter()
            .filter(|r| r.member == 0 && r.split == Split::Validation);
        let best = losses.min_by(|a, b| a.losses.loss.total_cmp(&b.losses.loss));
        assert_eq!(best.expect("losses").epoch, best_epoch);
        let rows = &setup.problem.folds[1].validation;
        let evaluation = Evaluation {
            state: &outcome.state,
            fold: 1,
            rows,
        };
        let (network, problem, never) = (&setup.network, &setup.problem, AtomicBool::new(false));
        let outputs = decay_train::outputs(network, problem, &[evaluation], &resources(1), &never);
        let loss = nll(&outputs.expect("outputs")[0], rows);
        let recorded = outcome.validation.expect("losses").loss;
        assert!((loss - recorded).abs() < 1e-9, "{loss} {recorded}");
    }
}

fn nll(outputs: &[f32], rows: &[usize]) -> f64 {
    let data = Embedded::Digits.load().expect("the digits");
    let decay_data::Target::Classes { labels, .. } = &data.target else {
        panic!("digits have classes");
    };
    let of_row = |(x, &row): (&[f32], &usize)| {
        let sum: f64 = x.iter().map(|&v| f64::from(v).exp()).sum();
        sum.ln() - f64::from(x[labels[row] as usize])
    };
    let losses = outputs.chunks_exact(10).zip(rows).map(of_row);
    losses.sum::<f64>() / rows.len() as f64
}
