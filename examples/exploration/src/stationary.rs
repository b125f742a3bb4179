//! Where policies of a bandit come to rest when every reward is known.

use crate::descent::{Descent, Direction};
use crate::learner::Setting;
use crate::softmax::{entropy, slopes, softmax};

/// Length of a step, and how small its largest entry is at the end.
const LENGTH: f64 = 1.0;
const STILL: f64 = 1e-13;
/// Steps after which it is taken as it is.
const MOST: usize = 500_000;
/// Logit of an arm that a policy is sure of, where all others have 0.
const SURE: f64 = 8.0;
/// Steps after which it is taken to stay there.
const STAYS: usize = 20_000;

/// Probabilities of logits.
pub(crate) fn policy(logits: &[f64]) -> Vec<f64> {
    let mut policy = logits.to_vec();
    softmax(&mut policy);
    policy
}

/// `r̄ = Σ π r`.
pub(crate) fn mean_reward(policy: &[f64], rewards: &[f64]) -> f64 {
    policy.iter().zip(rewards).map(|(p, r)| p * r).sum()
}

/// The gradient of `r̄ + β H` by logits, as REINFORCE has it on average: every action's slope as often as it is taken.
pub(crate) fn expected(policy: &[f64], rewards: &[f64], bonus: f64) -> Vec<f64> {
    let (mean, mut sum) = (mean_reward(policy, rewards), vec![0.0; policy.len()]);
    let mut own = sum.clone();
    for (action, (&p, &reward)) in policy.iter().zip(rewards).enumerate() {
        slopes(policy, action, reward - mean, bonus, &mut own);
        sum.iter_mut()
            .zip(&own)
            .for_each(|(sum, slope)| *sum += p * slope);
    }
    sum
}

/// Logits at which expected steps with decay end, from a uniform policy on.
pub(crate) fn at_rest(rewards: &[f64], rate: f64) -> Vec<f64> {
    let mut descent = Descent::from(vec![0.0; rewards.len()], Direction::Plain);
    for _ in 0..MOST {
        let before = descent.parameters.clone();
        step_up(&mut descent, rewards, Setting { rate, bonus: 0.0 });
        let moved = before.iter().zip(&descent.parameters);
        if moved.fold(0.0, |largest: f64, (a, b)| largest.max((a - b).abs())) < STILL {
            break;
        }
    }
    descent.parameters
}

/// How far logits are from what rest means, `π_k (r_k - r̄) = λ θ_k`: the largest difference.
pub(crate) fn unrest(logits: &[f64], rewards: &[f64], rate: f64) -> f64 {
    let policy = policy(logits);
    let mean = mean_reward(&policy, rewards);
    let all = logits.iter().zip(&policy).zip(rewards);
    let each = all.map(|((z, p), r)| (p * (r - mean) - rate * z).abs());
    each.fold(0.0, f64::max)
}

/// The policy of largest reward at its entropy, `π ∝ exp(r / β)`, which an entropy bonus comes to rest at.
pub(crate) fn boltzmann(rewards: &[f64], inverse: f64) -> Vec<f64> {
    policy(&rewards.iter().map(|r| inverse * r).collect::<Vec<_>>())
}

/// `1 / β` of the bonus that rests at an entropy.
pub(crate) fn inverse_bonus(rewards: &[f64], wanted: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e4);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if entropy(&boltzmann(rewards, middle)) > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Expected steps after which a policy that was sure of the second best arm likes the best one most.
pub(crate) fn steps_back(rewards: &[f64], setting: Setting) -> usize {
    let mut order: Vec<usize> = (0..rewards.len()).collect();
    order.sort_by(|&a, &b| rewards[b].total_cmp(&rewards[a]));
    let mut logits = vec![0.0; rewards.len()];
    logits[order[1]] = SURE;
    let mut descent = Descent::from(logits, Direction::Plain);
    for step in 0..STAYS {
        let now = &descent.parameters;
        if now.iter().all(|z| *z <= now[order[0]]) {
            return step;
        }
        step_up(&mut descent, rewards, setting);
    }
    STAYS
}

fn step_up(descent: &mut Descent, rewards: &[f64], setting: Setting) {
    let mut gradient = expected(&policy(&descent.parameters), rewards, setting.bonus);
    gradient.iter_mut().for_each(|g| *g = -*g);
    descent.step(&gradient, LENGTH, setting.rate, rewards.len());
}
