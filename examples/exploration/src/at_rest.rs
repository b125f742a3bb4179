//! Bandits whose rewards are known: what decay ends at, and what an entropy bonus of equal entropy does.

use decay_claim::{Lab, MeasurementKey, Measurements};
use decay_random::{At, Purpose, Stream};

use crate::learner::Setting;
use crate::softmax::entropy;
use crate::stationary::{
    at_rest, boltzmann, inverse_bonus, mean_reward, policy, steps_back, unrest,
};
use crate::{MIDDLE, REST};

const REWARDS: u32 = 0xE0_0004;
const ARMS: usize = 10;
/// `λ`.
pub(crate) const RATES: [f64; 6] = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0];

pub(crate) fn measure(lab: &Lab, out: &mut Measurements) {
    for replicate in 0..lab.pick(20, 100) {
        let rewards = rewards(lab.seed, replicate as u32);
        for rate in RATES {
            let key = MeasurementKey::of(REST, "", rate, replicate);
            out.add(key, figures(&rewards, rate));
            if rate == MIDDLE {
                out.add(key, ways_back(&rewards, rate));
            }
        }
    }
}

/// Uniform in `[0, 1)`.
pub(crate) fn rewards(seed: u64, replicate: u32) -> Vec<f64> {
    let at = At {
        site: REWARDS,
        epoch: replicate,
        step: 0,
    };
    let mut rewards = [0.0; ARMS];
    Stream::new(seed, Purpose::Experiment, at).fill_uniform(&mut rewards);
    rewards.map(f64::from).to_vec()
}

fn figures(rewards: &[f64], rate: f64) -> [(&'static str, f64); 6] {
    let logits = at_rest(rewards, rate);
    let policy = policy(&logits);
    let mean = mean_reward(&policy, rewards);
    let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
    let bound = largest(&mut rewards.iter().map(|r| (r - mean).abs())) / rate;
    let other = boltzmann(rewards, inverse_bonus(rewards, entropy(&policy)));
    let apart = policy.iter().zip(&other).map(|(a, b)| (a - b).abs());
    [
        ("entropy", entropy(&policy)),
        ("unrest", unrest(&logits, rewards, rate)),
        (
            "of the bound",
            largest(&mut logits.iter().map(|z| z.abs())) / bound,
        ),
        ("distance", apart.sum::<f64>() / 2.0),
        ("return", mean),
        ("return of the bonus", mean_reward(&other, rewards)),
    ]
}

/// How soon decay leads back from the second best arm, and how soon a bonus that rests at the same entropy does.
pub(crate) fn ways_back(rewards: &[f64], rate: f64) -> [(&'static str, f64); 2] {
    let rest = policy(&at_rest(rewards, rate));
    let bonus = inverse_bonus(rewards, entropy(&rest)).recip();
    let steps = |rate, bonus| steps_back(rewards, Setting { rate, bonus }) as f64;
    [
        ("steps back", steps(rate, 0.0)),
        ("steps back of the bonus", steps(0.0, bonus)),
    ]
}
