//! Rest against closed forms and against other ways there.

use crate::at_rest::{RATES, rewards};
use crate::learner::Setting;
use crate::softmax::entropy;
use crate::stationary::{
    at_rest, boltzmann, expected, inverse_bonus, mean_reward, policy, steps_back, unrest,
};

/// Of two arms, logits are `±d/2` with `σ(d) σ(-d) Δ = λ d / 2`, a root that bisection finds.
#[test]
fn two_arms_rest_where_bisection_says() {
    for rate in [0.01, 0.1, 1.0] {
        let rewards = [0.2, 1.0];
        let left = |d: f64| {
            let sure = 1.0 / (1.0 + (-d).exp());
            sure * (1.0 - sure) * 0.8 - rate * d / 2.0
        };
        let (mut low, mut high) = (0.0, 100.0);
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if left(middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        let found = at_rest(&rewards, rate);
        assert!((found[1] - low / 2.0).abs() < 1e-10, "{found:?} {low}");
        assert!((found[0] + low / 2.0).abs() < 1e-10, "{found:?} {low}");
    }
}

#[test]
fn the_average_of_what_reinforce_does_is_the_gradient() {
    let (rewards, bonus) = (rewards(3, 0), 0.2);
    let logits: Vec<f64> = rewards.iter().map(|r| 3.0 * (r * 17.0).sin()).collect();
    let value = |logits: &[f64]| {
        let policy = policy(logits);
        mean_reward(&policy, &rewards) + bonus * entropy(&policy)
    };
    let found = expected(&policy(&logits), &rewards, bonus);
    for place in 0..logits.len() {
        let moved = |by: f64| {
            let mut moved = logits.clone();
            moved[place] += by;
            value(&moved)
        };
        let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert!((found[place] - slope).abs() < 1e-9, "{place}");
    }
}

#[test]
fn rest_is_rest_and_within_its_bound() {
    for replicate in 0..5 {
        let rewards = rewards(7, replicate);
        for rate in RATES {
            let logits = at_rest(&rewards, rate);
            assert!(unrest(&logits, &rewards, rate) < 1e-11);
            let mean = mean_reward(&policy(&logits), &rewards);
            let most = rewards.iter().map(|r| (r - mean).abs()).fold(0.0, f64::max);
            assert!(logits.iter().all(|z| z.abs() < most / rate));
            // Gradients of a softmax sum to 0, and so do logits that began at 0.
            assert!(logits.iter().sum::<f64>().abs() < 1e-9);
            assert!(unrest(&logits, &rewards, 2.0 * rate) > 1e-3);
        }
    }
}

/// No policy of this entropy has a larger return, and the gradient with the bonus vanishes there.
#[test]
fn an_entropy_bonus_rests_at_the_best_policy_of_its_entropy() {
    let rewards = rewards(5, 1);
    let decayed = policy(&at_rest(&rewards, 0.03));
    let at = |wanted| boltzmann(&rewards, inverse_bonus(&rewards, wanted));
    let best = at(entropy(&decayed));
    assert!((entropy(&best) - entropy(&decayed)).abs() < 1e-9);
    assert!(mean_reward(&best, &rewards) > mean_reward(&decayed, &rewards));
    for wanted in [0.01, 0.5, 2.0] {
        let found = entropy(&at(wanted));
        assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
    }
    let beta = (rewards[1] - rewards[0]) / (best[1] / best[0]).ln();
    let gradient = expected(&best, &rewards, beta);
    assert!(gradient.iter().all(|g| g.abs() < 1e-9), "{gradient:?}");
}

/// Two arms, where the gap of the logits is one number.
#[test]
fn a_policy_comes_back_when_rewards_and_decay_say_so() {
    let back = |rewards: &[f64], rate, bonus| steps_back(rewards, Setting { rate, bonus });
    // Of two arms the gap d obeys d' = d - λ d - 2 σ(d) σ(-d) Δ, a recursion of one number.
    let (rate, gain) = (0.05, 0.3);
    let (mut gap, mut steps) = (8.0f64, 0);
    while gap > 0.0 {
        let sure = 1.0 / (1.0 + (-gap).exp());
        gap -= rate * gap + 2.0 * sure * (1.0 - sure) * gain;
        steps += 1;
    }
    assert_eq!(back(&[0.2, 0.5], rate, 0.0), steps);
    assert!(steps > 20 && back(&[0.2, 0.5], 0.0, 0.0) > 10 * steps);
    // A larger pull of either kind is a shorter way.
    assert!(back(&[0.2, 0.5], 0.1, 0.0) < steps);
    assert!(back(&[0.2, 0.5], 0.0, 0.2) < back(&[0.2, 0.5], 0.0, 0.1));
}

/// Among many arms decay has a second rest at one that is nearly the best, and leaves one that is not sooner than an entropy bonus,
/// which leaves both.
#[test]
fn only_decay_stays_at_what_is_nearly_the_best() {
    let arms = |second: f64| [vec![0.0; 8], vec![second, 0.5]].concat();
    let decay = |second, rate| steps_back(&arms(second), Setting { rate, bonus: 0.0 });
    let bonus = |second, bonus| steps_back(&arms(second), Setting { rate: 0.0, bonus });
    for rate in [0.01, 0.03] {
        assert!(decay(0.49, rate) == 20_000 && decay(0.2, rate) < 200);
    }
    assert!(bonus(0.49, 0.1) < 1500 && bonus(0.2, 0.1) > 500);
}
