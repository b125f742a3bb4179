//! 25-step trajectories against torch and optax (`optim.json`).

use super::Subject;
use super::oracle::Case;
use super::values::{Floats, draws, floats, host, member, slice};
use crate::{Decay, Direction, Rule, Scalars, UpdateOps, reference};

const STEPS: usize = 25;

const MOMENTUM: Direction = Direction::Momentum { nesterov: false };
const NESTEROV: Direction = Direction::Momentum { nesterov: true };
const AMSGRAD: Direction = adam(false, true);
const RMS_PROP: Direction = rms_prop(false);

const fn adam(nesterov: bool, amsgrad: bool) -> Direction {
    Direction::Adam { nesterov, amsgrad }
}

const fn rms_prop(all: bool) -> Direction {
    Direction::RmsProp {
        centered: all,
        momentum: all,
    }
}

/// How a case's decay enters.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Decoupled,
    Coupled,
    Cautious,
    /// No decay but a proximal step.
    Proximal,
}
use Kind::{Cautious, Coupled, Decoupled, Proximal};

impl Kind {
    fn rule(self, direction: Direction) -> Rule {
        Rule {
            direction,
            decay: match self {
                Cautious => Decay::Cautious,
                Decoupled | Coupled | Proximal => Decay::Plain,
            },
            proximal: self == Proximal,
        }
    }
}

/// Every case that trains, and whether the bias decays.
const CASES: [(&str, Direction, Kind, bool); 31] = [
    ("adamw", Direction::ADAM, Decoupled, true),
    ("adamw_large_eps", Direction::ADAM, Decoupled, true),
    ("adam_no_decay", Direction::ADAM, Coupled, true),
    ("adam_l2_coupled", Direction::ADAM, Coupled, true),
    ("adamw_amsgrad", AMSGRAD, Decoupled, true),
    ("adam_l2_amsgrad", AMSGRAD, Coupled, true),
    ("sgd_decay", Direction::Sgd, Coupled, true),
    ("sgd_momentum_decay", MOMENTUM, Coupled, true),
    ("sgd_momentum_dampening_decay", MOMENTUM, Coupled, true),
    ("sgd_nesterov_decay", NESTEROV, Coupled, true),
    ("rmsprop_decay", RMS_PROP, Coupled, true),
    (
        "rmsprop_centered_momentum_decay",
        rms_prop(true),
        Coupled,
        true,
    ),
    ("adagrad_decay", Direction::AdaGrad, Coupled, true),
    (
        "adagrad_decay_initial_sum",
        Direction::AdaGrad,
        Coupled,
        true,
    ),
    ("adamw_given_lr_sequence", Direction::ADAM, Decoupled, true),
    ("adamw_decay_weight_only", Direction::ADAM, Decoupled, false),
    ("optax_adamw", Direction::ADAM, Decoupled, true),
    ("optax_nadamw", adam(true, false), Decoupled, true),
    ("optax_lion", Direction::Lion, Decoupled, true),
    (
        "optax_chain_adam_then_decay",
        Direction::ADAM,
        Decoupled,
        true,
    ),
    (
        "optax_chain_decay_then_adam",
        Direction::ADAM,
        Coupled,
        true,
    ),
    ("optax_sgdw", MOMENTUM, Decoupled, true),
    ("optax_masked_decay", Direction::ADAM, Decoupled, false),
    ("optax_scheduled_decay", Direction::ADAM, Decoupled, true),
    (
        "optax_scheduled_lr_constant_decay",
        Direction::ADAM,
        Decoupled,
        true,
    ),
    ("prox_l1", Direction::Sgd, Proximal, true),
    ("prox_elastic_net", Direction::Sgd, Proximal, true),
    ("prox_l1_after_adam", Direction::ADAM, Proximal, true),
    ("cautious_adamw", Direction::ADAM, Cautious, true),
    ("cautious_sgd_momentum", MOMENTUM, Cautious, true),
    (
        "cautious_adamw_zero_update",
        Direction::ADAM,
        Cautious,
        true,
    ),
];

type Body = fn(Floats, Floats, Floats, Floats, usize, Rule) -> (Floats, Floats);

/// The case's scalars at a step counted from 0, between two members with other ones; group 1 does not decay.
fn table(case: &Case, kind: Kind, direction: Direction, t: usize) -> Floats {
    let scheduled = |name: &str| {
        let values = case.inputs.get(name)?.get("data")?;
        values.get(t)?.as_f64()
    };
    let number = |name: &str| case.param(name).unwrap_or(0.0);
    // AdaGrad's own schedule of torch.
    let rate = scheduled("lrs").or(case.param("/lr")).expect("a rate")
        / (1.0 + t as f64 * number("/lr_decay"));
    let decay = scheduled("weight_decays").unwrap_or_else(|| number("/weight_decay"));
    let own = Scalars {
        learning_rate: rate,
        coupled: if kind == Coupled { decay } else { 0.0 },
        shrink: if kind == Coupled { 0.0 } else { rate * decay },
        threshold: rate * number("/lambda"),
        ridge: rate * number("/l2"),
        beta1: case
            .param("/betas/0")
            .unwrap_or_else(|| number("/momentum")),
        beta2: case.param("/betas/1").unwrap_or_else(|| number("/alpha")),
        dampening: number("/dampening"),
        epsilon: number("/eps"),
        step: t as u32 + 1,
        active: true,
    };
    let other = Scalars {
        learning_rate: 0.5 * rate,
        coupled: own.coupled + 1.0,
        shrink: own.shrink + 0.01,
        threshold: own.threshold + 0.1,
        ridge: own.ridge + 0.1,
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
    let exempt = Scalars {
        coupled: 0.0,
        shrink: 0.0,
        ..own
    };
    let rows = [other, own, idle, other, exempt, idle].map(|scalars| scalars.row(direction));
    floats(rows.concat(), [2, 3, Scalars::COUNT])
}

/// The case's values as the second of three members.
fn among(values: &[f32], seed: u64) -> Floats {
    let mut all = host(&draws([3, values.len()], seed));
    all[values.len()..2 * values.len()].copy_from_slice(values);
    floats(all, [3, values.len()])
}

fn run(
    case: &Case,
    (direction, kind): (Direction, Kind),
    parameter: &str,
    group: usize,
    body: Body,
) -> (Vec<f32>, Floats) {
    let start = case.input(&format!("/params/{parameter}")).values();
    let width = start.len();
    let gradients = case.input(&format!("/grads/{parameter}")).values();
    let rule = kind.rule(direction);
    let kept = rule.slots();
    let mut w = among(&start, 1);
    let sum = case.param("/initial_accumulator_value").unwrap_or(0.0) as f32;
    let mut m = floats(vec![sum; kept * 3 * width], [kept, 3, width]);
    let mut trajectory = Vec::new();
    for t in 0..STEPS {
        let gradient = among(&gradients[t * width..][..width], 2 + t as u64);
        let table = table(case, kind, direction, t);
        (w, m) = body(w, gradient, m, table, group, rule);
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

/// Where the oracle keeps the last values of each moment.
fn finals(direction: Direction) -> &'static [&'static str] {
    match direction {
        Direction::AdaGrad => &["final_sum"],
        Direction::RmsProp { .. } => &["final_square_avg"],
        _ => &["final_exp_avg", "final_exp_avg_sq", "final_max_exp_avg_sq"],
    }
}

fn check(body: Body) {
    for (name, direction, kind, bias_decays) in CASES {
        let case = Case::find("optim.json", name);
        for parameter in ["weight", "bias"] {
            let group = usize::from(parameter == "bias" && !bias_decays);
            let (trajectory, moments) = run(&case, (direction, kind), parameter, group, body);
            let expected = case.expected(&format!("/trajectory/{parameter}"));
            assert_near(name, &trajectory, &expected.values());
            for (k, name) in finals(direction).iter().enumerate() {
                if case.expected.get(name).is_some() {
                    let expected = case.expected(&format!("/{name}/{parameter}"));
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
