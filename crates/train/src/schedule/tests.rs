use serde_json::Value;

use super::Schedule;
use crate::golden;
use crate::options::TrainConfig;

fn case(name: &str) -> Value {
    golden::case("optim.json", name)
}

fn number(case: &Value, name: &str) -> f64 {
    case["params"][name].as_f64().expect("a number")
}

/// The golden values over the rate, and the floor over it.
fn factors(case: &Value, rate: &str, floor: &str) -> (Vec<f64>, f64) {
    let rate = number(case, rate);
    let values = golden::numbers(&case["expected"]["values"]);
    let floor = match floor {
        "alpha" => number(case, floor),
        _ => number(case, floor) / rate,
    };
    (
        values.into_iter().map(|value| value / rate).collect(),
        floor,
    )
}

#[track_caller]
fn assert_course(config: &TrainConfig, per_epoch: u32, first: u32, want: &[f64]) {
    for (t, want) in (first..).zip(want) {
        let got = config.learning_rate_factor(t, per_epoch);
        assert!((got - want).abs() < 1e-12, "step {t}: {got} for {want}");
    }
}

/// One step an epoch.
fn config(schedule: Schedule, epochs: f64, floor: f64) -> TrainConfig {
    TrainConfig {
        schedule,
        epochs: epochs as u32,
        floor,
        ..TrainConfig::default()
    }
}

#[test]
fn cosines_agree_with_optax_and_torch() {
    let optax = case("schedule_cosine_decay_schedule");
    let (want, floor) = factors(&optax, "init_value", "alpha");
    let own = config(Schedule::Cosine, number(&optax, "decay_steps"), floor);
    assert_course(&own, 1, 0, &want);
    let torch = case("schedule_torch_cosine_annealing");
    let (want, floor) = factors(&torch, "lr", "eta_min");
    let own = config(Schedule::Cosine, number(&torch, "T_max"), floor);
    assert_course(&own, 1, 0, &want);
}

/// Steps of warm-up that hold the full rate are what optax calls the beginning of a transition.
#[test]
fn polynomials_agree_with_optax() {
    for name in ["schedule_linear_schedule", "schedule_polynomial_schedule"] {
        let case = case(name);
        let (want, floor) = factors(&case, "init_value", "end_value");
        let begin = number(&case, "transition_begin");
        let own = TrainConfig {
            power: case["params"]["power"].as_f64().unwrap_or(1.0),
            warmup: begin,
            warmup_from: 1.0,
            ..config(
                Schedule::Polynomial,
                begin + number(&case, "transition_steps"),
                floor,
            )
        };
        assert_course(&own, 1, 0, &want);
    }
}

#[test]
fn the_stair_agrees_with_optax_and_the_exponential_passes_through_its_edges() {
    let case = case("schedule_exponential_decay");
    let (want, floor) = factors(&case, "init_value", "end_value");
    let tread = number(&case, "transition_steps");
    let own = TrainConfig {
        gamma: number(&case, "decay_rate"),
        step_epochs: 1.0,
        warmup: number(&case, "transition_begin") / tread,
        warmup_from: 1.0,
        ..config(Schedule::Step, 10.0, floor)
    };
    assert_course(&own, tread as u32, 0, &want);
    let smooth = TrainConfig {
        schedule: Schedule::Exponential,
        ..own.clone()
    };
    for t in 4..60 {
        let [stair, smooth] =
            [&own, &smooth].map(|config| config.learning_rate_factor(t, tread as u32));
        match (t - 4) % 7 {
            0 => assert!((stair - smooth).abs() < 1e-12, "{t}"),
            _ => assert!(smooth < stair, "{t}"),
        }
    }
    let halfway = TrainConfig {
        gamma: 0.25,
        ..config(Schedule::Exponential, 10.0, 0.0)
    };
    assert!((halfway.learning_rate_factor(5, 2) - 0.25f64.powf(2.5)).abs() < 1e-15);
}

#[test]
fn warm_restarts_agree_with_torch() {
    let case = case("schedule_torch_cosine_warm_restarts");
    let (want, floor) = factors(&case, "lr", "eta_min");
    let own = TrainConfig {
        restart_epochs: number(&case, "T_0"),
        restart_factor: number(&case, "T_mult"),
        ..config(Schedule::Restarts, 60.0, floor)
    };
    assert_course(&own, 1, 0, &want);
    let equal = TrainConfig {
        restart_factor: 1.0,
        ..own
    };
    for t in 0..40 {
        let [now, later] = [t, t + 7].map(|t| equal.learning_rate_factor(t, 1));
        assert_eq!(now, later);
    }
}

/// optax and torch start their warm-up a step before ours, whose first step already moves.
#[test]
fn warm_ups_agree_with_optax_and_torch_a_step_later() {
    let optax = case("schedule_warmup_cosine_decay_schedule");
    let (want, floor) = factors(&optax, "peak_value", "end_value");
    let own = TrainConfig {
        warmup: number(&optax, "warmup_steps"),
        warmup_from: number(&optax, "init_value") / number(&optax, "peak_value"),
        ..config(Schedule::Cosine, number(&optax, "decay_steps"), floor)
    };
    assert_course(&own, 1, 0, &want[1..=9]);
    assert_course(&own, 1, 9, &want[9..]);
    let torch = case("schedule_torch_warmup_then_cosine");
    let (want, floor) = factors(&torch, "lr", "eta_min");
    let (warm_up, fall) = (number(&torch, "warmup_steps"), number(&torch, "T_max"));
    let own = TrainConfig {
        warmup: warm_up,
        warmup_from: number(&torch, "start_factor"),
        ..config(Schedule::Cosine, warm_up + fall, floor)
    };
    assert_course(&own, 1, 0, &want[1..=9]);
    // Beyond its period torch's cosine rises again.
    assert_course(&own, 1, 9, &want[9..=(warm_up + fall) as usize]);
}

#[test]
fn warm_up_rises_linearly_to_the_full_rate() {
    let own = TrainConfig {
        warmup: 4.0,
        ..config(Schedule::Constant, 10.0, 0.0)
    };
    assert_course(&own, 1, 0, &[0.25, 0.5, 0.75, 1.0, 1.0, 1.0]);
}

/// By hand: ten steps with the peak at step `0.3 * 10 - 1`.
#[test]
fn one_cycle_goes_up_and_down_once() {
    let own = TrainConfig {
        peak: 0.3,
        ..config(Schedule::OneCycle, 10.0, 4e-6)
    };
    let fall = |k: f64| 4e-6 + (1.0 - 4e-6) * (1.0 + (std::f64::consts::PI * k / 7.0).cos()) / 2.0;
    let mut want = vec![0.04, 0.52, 1.0];
    want.extend((1..=7).map(|k| fall(f64::from(k))));
    assert_course(&own, 1, 0, &want);
    assert!((own.learning_rate_factor(9, 1) - 4e-6).abs() < 1e-18);
}

#[test]
fn milestones_reduce_after_their_epochs() {
    let own = TrainConfig {
        milestones: vec![2, 3],
        gamma: 0.1,
        floor: 0.02,
        ..config(Schedule::Milestones, 5.0, 0.02)
    };
    assert_course(&own, 2, 0, &[1.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.02, 0.02]);
}

#[test]
fn every_schedule_stays_between_zero_and_one_and_survives_its_file() {
    for schedule in Schedule::ALL {
        for (warmup, floor, epochs, per_epoch) in [
            (0.0, 0.0, 1, 1),
            (0.5, 0.3, 3, 7),
            (2.5, 1.0, 2, 4),
            (1.0, 0.0, 40, 13),
        ] {
            let own = TrainConfig {
                warmup,
                milestones: vec![1, 2],
                restart_epochs: 0.01,
                ..config(schedule, f64::from(epochs), floor)
            };
            for t in 0..per_epoch * (epochs + 2) {
                let factor = own.learning_rate_factor(t, per_epoch);
                assert!((0.0..=1.0).contains(&factor), "{schedule:?} {t}: {factor}");
            }
            let text = serde_json::to_string(&own).expect("JSON");
            let again: TrainConfig = serde_json::from_str(&text).expect("its own text");
            assert_eq!(own, again);
        }
    }
}
