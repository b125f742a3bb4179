//! 25-step trajectories against torch and optax (`optim.json`).

use super::Subject;
use super::oracle::Case;
use super::values::{Floats, draws, floats, host, member, slice};
use crate::{Decay, Direction, Rule, Scalars, UpdateOps, reference};

const STEPS: usize = 25;

const ADAMW: Rule = rule(Direction::Adam, Decay::Decoupled);
const ADAM_L2: Rule = rule(Direction::Adam, Decay::Coupled);
const SGD_L2: Rule = rule(Direction::Sgd, Decay::Coupled);
const MOMENTUM: Direction = Direction::Momentum { nesterov: false };
const NESTEROV: Direction = Direction::Momentum { nesterov: true };

const fn rule(direction: Direction, decay: Decay) -> Rule {
    Rule { direction, decay }
}

/// The cases that [`Rule`] can express, and whether the bias decays.
const CASES: [(&str, Rule, bool); 17] = [
    ("adamw", ADAMW, true),
    ("adamw_large_eps", ADAMW, true),
    ("adam_no_decay", ADAM_L2, true),
    ("adam_l2_coupled", ADAM_L2, true),
    ("sgd_decay", SGD_L2, true),
    ("sgd_momentum_decay", rule(MOMENTUM, Decay::Coupled), true),
    (
        "sgd_momentum_dampening_decay",
        rule(MOMENTUM, Decay::Coupled),
        true,
    ),
    ("sgd_nesterov_decay", rule(NESTEROV, Decay::Coupled), true),
    ("adamw_given_lr_sequence", ADAMW, true),
    ("adamw_decay_weight_only", ADAMW, false),
    ("optax_adamw", ADAMW, true),
    ("optax_chain_adam_then_decay", ADAMW, true),
    ("optax_chain_decay_then_adam", ADAM_L2, true),
    ("optax_sgdw", rule(MOMENTUM, Decay::Decoupled), true),
    ("optax_masked_decay", ADAMW, false),
    ("optax_scheduled_decay", ADAMW, true),
    ("optax_scheduled_lr_constant_decay", ADAMW, true),
];

type Body = fn(Floats, Floats, Floats, Floats, bool, Rule) -> (Floats, Floats);

/// The case's scalars at a step counted from 0, between two members with other ones.
fn table(case: &Case, rule: Rule, t: usize) -> Floats {
    let scheduled = |name: &str| {
        let values = case.inputs.get(name)?.get("data")?;
        values.get(t)?.as_f64()
    };
    let own = Scalars {
        learning_rate: scheduled("lrs").or(case.param("/lr")).expect("a rate"),
        decay: scheduled("weight_decays")
            .or(case.param("/weight_decay"))
            .expect("a decay"),
        beta1: case
            .param("/betas/0")
            .or(case.param("/momentum"))
            .unwrap_or(0.0),
        beta2: case.param("/betas/1").unwrap_or(0.0),
        dampening: case.param("/dampening").unwrap_or(0.0),
        epsilon: case.param("/eps").unwrap_or(0.0),
        step: t as u32 + 1,
        active: true,
    };
    let other = Scalars {
        learning_rate: 0.5 * own.learning_rate,
        decay: own.decay + 1.0,
        beta1: 0.5,
        beta2: 0.6,
        dampening: 0.4,
        epsilon: 1e-3,
        step: t as u32 + 7,
        active: true,
    };
    let idle = Scalars {
        active: false,
        ..other
    };
    let rows = [other, own, idle].map(|scalars| scalars.row(rule.direction));
    floats(rows.concat(), [3, Scalars::COUNT])
}

/// The case's values as the second of three members.
fn among(values: &[f32], seed: u64) -> Floats {
    let mut all = host(&draws([3, values.len()], seed));
    all[values.len()..2 * values.len()].copy_from_slice(values);
    floats(all, [3, values.len()])
}

fn run(case: &Case, rule: Rule, kind: &str, decayed: bool, body: Body) -> (Vec<f32>, Floats) {
    let start = case.input(&format!("/params/{kind}")).values();
    let width = start.len();
    let gradients = case.input(&format!("/grads/{kind}")).values();
    let kept = rule.direction.moments().max(1);
    let mut w = among(&start, 1);
    let mut m = floats(vec![0.0; kept * 3 * width], [kept, 3, width]);
    let mut trajectory = Vec::new();
    for t in 0..STEPS {
        let gradient = among(&gradients[t * width..][..width], 2 + t as u64);
        (w, m) = body(w, gradient, m, table(case, rule, t), decayed, rule);
        trajectory.extend(host(&member(&w, 1)));
    }
    (trajectory, slice(&m, 1, 1, 2))
}

fn assert_near(name: &str, actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len(), "{name}");
    for (i, (a, e)) in actual.iter().zip(expected).enumerate() {
        let error = (a - e).abs();
        assert!(
            error <= 1e-5 * e.abs().max(1.0),
            "{name} {i}: {a}, expected {e}"
        );
    }
}

fn check(body: Body) {
    for (name, rule, bias_decays) in CASES {
        let case = Case::find("optim.json", name);
        for kind in ["weight", "bias"] {
            let decayed = kind == "weight" || bias_decays;
            let (trajectory, moments) = run(&case, rule, kind, decayed, body);
            let expected = case.expected(&format!("/trajectory/{kind}"));
            assert_near(name, &trajectory, &expected.values());
            let finals = ["final_exp_avg", "final_exp_avg_sq"];
            for (k, name) in finals.iter().enumerate() {
                if case.expected.get(name).is_some() {
                    let expected = case.expected(&format!("/{name}/{kind}"));
                    let moment = host(&slice(&moments, 0, k, k + 1));
                    assert_near(name, &moment, &expected.values());
                }
            }
        }
    }
}

#[test]
fn trajectories_match_the_oracle() {
    check(Subject::update);
}

#[test]
fn reference_trajectories_match_the_oracle() {
    check(reference::update::update::<Subject>);
}
