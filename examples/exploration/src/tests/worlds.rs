//! Golden values: `golden/gymnasium.json`. The grid by counting steps.

use std::path::Path;

use serde_json::Value;

use crate::worlds::{CartPole, Grid, World};

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap();
    list.iter().map(|x| x.as_f64().unwrap()).collect()
}

fn state(value: &Value) -> [f64; 4] {
    numbers(value).try_into().unwrap()
}

#[test]
fn cart_and_pole_move_as_in_gymnasium() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/gymnasium.json");
    let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(golden["limit"].as_u64().unwrap() as usize, CartPole::LIMIT);
    let (mut ended, mut compared) = (0, 0);
    for case in golden["cases"].as_array().unwrap() {
        let (mut before, mut alone) = (state(&case["start"]), state(&case["start"]));
        for (step, expected) in case["states"].as_array().unwrap().iter().enumerate() {
            let (action, expected) = (&case["actions"][step], state(expected));
            let action = action.as_u64().unwrap() as usize;
            let next = CartPole.step(before, action, 0.0);
            assert!(apart(next.state, expected) < 1e-14, "step {step}");
            assert_eq!(next.reward, case["rewards"][step].as_f64().unwrap());
            assert_eq!(next.ended, case["ended"][step].as_bool().unwrap(), "{step}");
            // Left to itself the pole doubles the last digit's error every few steps.
            alone = CartPole.step(alone, action, 0.0).state;
            assert!(step > 40 || apart(alone, expected) < 1e-12, "step {step}");
            ended += u32::from(next.ended);
            compared += 1;
            before = expected;
        }
    }
    // Falling, leaving the track at both ends, and an episode that is cut off.
    assert!(ended >= 14 && compared > 500 + 14 * 5, "{ended} {compared}");
}

fn apart(a: [f64; 4], b: [f64; 4]) -> f64 {
    let pairs = a.iter().zip(b);
    pairs.fold(0.0, |largest, (a, b)| f64::max(largest, (a - b).abs()))
}

#[test]
fn episodes_begin_where_gymnasium_lets_them() {
    let ends = [0.0, 1.0, 0.5, 0.25];
    let expected = [-0.05, 0.05, 0.0, -0.025];
    let found = CartPole.start(ends);
    let pairs = found.iter().zip(expected);
    assert!(
        pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-15),
        "{found:?}"
    );
}

/// One step to the left, seven to the right; borders hold.
#[test]
fn the_near_reward_is_smaller_and_the_far_one_further() {
    let walk = |actions: &[usize]| {
        let mut state = Grid.start([0.0; 4]);
        let mut all = Vec::new();
        for &action in actions {
            let step = Grid.step(state, action, 0.0);
            state = step.state;
            all.push((step.reward, step.ended));
        }
        all
    };
    assert_eq!(walk(&[2]), [(0.5, true)]);
    let far = walk(&[3; 7]);
    assert_eq!(far[6], (1.0, true));
    assert!(far[..6].iter().all(|step| *step == (0.0, false)));
    // Up to the border and back, past the near reward's row.
    let around = walk(&[0, 0, 0, 0, 2, 2, 1, 1]);
    assert_eq!(around[7], (0.5, true));
    assert!(around[..7].iter().all(|step| *step == (0.0, false)));
    const { assert!(Grid::GOAL > 0.5 && Grid::GOAL < 1.0) };
}
