//! A policy that learns from what it does: REINFORCE with a baseline, and PPO.

use decay_random::{At, Purpose, Stream};

use crate::advantage::advantages;
use crate::course::{at_last, over_all, until};
use crate::descent::{Descent, Direction};
use crate::function::Function;
use crate::rollout::{Choice, Draws, Episode, Sample, rollout};
use crate::softmax::{entropy, slopes, softmax, spread};
use crate::worlds::World;

/// Starting weights of policies and baselines.
const WEIGHTS: u32 = 0xE0_0003;
/// `ε`: how far the probability of an action moves in an update of PPO.
const CLIP: f64 = 0.2;

/// What all policies of a population have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Steps that are taken on every batch: 1 is REINFORCE, with more ratios are clipped.
    pub(crate) passes: usize,
    /// `κ` of the advantages.
    pub(crate) trace: f64,
    /// `γ`.
    pub(crate) discount: f64,
    pub(crate) direction: Direction,
    /// Learning rates of policy and baseline.
    pub(crate) lr: [f64; 2],
    /// Episodes of a batch.
    pub(crate) episodes: usize,
}

/// What differs between policies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Setting {
    /// `λ` of the policy; its baseline does not decay.
    pub(crate) rate: f64,
    /// `β`, the weight of the entropy.
    pub(crate) bonus: f64,
}

/// What a batch of episodes was like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch {
    /// Steps in the world up to its end.
    pub(crate) steps: usize,
    /// Mean return.
    pub(crate) total: f64,
    /// Mean entropy of the policy at its states, in nats.
    pub(crate) entropy: f64,
    /// Mean difference of the largest and smallest logit there.
    pub(crate) spread: f64,
}

/// One policy with its baseline.
pub(crate) struct Learner<'a, W: World> {
    world: &'a W,
    rules: Rules,
    setting: Setting,
    draws: Draws,
    functions: [W::Function; 2],
    policy: Descent,
    baseline: Descent,
    /// All batches so far.
    pub(crate) course: Vec<Batch>,
}

/// A step of an episode with what was made of it.
struct Judged<S> {
    sample: Sample<S>,
    advantage: f64,
    /// What the baseline should have said.
    target: f64,
}

impl<'a, W: World> Learner<'a, W> {
    pub(crate) fn new(world: &'a W, rules: Rules, setting: Setting, seed: u64, run: u32) -> Self {
        let functions = [W::ACTIONS, 1].map(|outputs| world.function(outputs));
        let started = |place: usize| {
            let at = At {
                site: WEIGHTS,
                epoch: run,
                step: place as u32,
            };
            let values = functions[place].start(&Stream::new(seed, Purpose::Experiment, at));
            Descent::from(values, rules.direction)
        };
        Self {
            policy: started(0),
            baseline: started(1),
            world,
            rules,
            setting,
            draws: Draws {
                seed,
                run,
                update: 0,
            },
            functions,
            course: Vec::new(),
        }
    }

    /// Updates until so many steps in the world are taken.
    pub(crate) fn advance(&mut self, steps: usize) {
        while self.course.last().map_or(0, |batch| batch.steps) < steps {
            self.update();
        }
    }

    /// What is noted of a run: of its end, except the first and the last.
    pub(crate) fn figures(&self, judged: usize, budget: usize) -> [(&'static str, f64); 7] {
        let course = &self.course;
        let greedy = self.episodes(judged, Choice::Greedy);
        let greedy = mean(greedy.iter().map(Episode::total));
        [
            ("entropy", over_all(course, |batch| batch.entropy)),
            ("final entropy", at_last(course, |batch| batch.entropy)),
            ("spread", at_last(course, |batch| batch.spread)),
            ("return", at_last(course, |batch| batch.total)),
            ("greedy return", greedy),
            ("found", f64::from(u8::from(greedy > W::GOAL))),
            ("until", until(course, W::GOAL, budget)),
        ]
    }

    fn episodes(&self, episodes: usize, choice: Choice) -> Vec<Episode<W::State>> {
        let (function, parameters) = (&self.functions[0], &self.policy.parameters);
        rollout(
            self.world, function, parameters, episodes, choice, self.draws,
        )
    }

    fn update(&mut self) {
        let episodes = self.episodes(self.rules.episodes, Choice::Drawn);
        self.draws.update += 1;
        let judged: Vec<_> = episodes.iter().flat_map(|own| self.judged(own)).collect();
        let [entropy, spread] = self.softness(&judged);
        let before = self.course.last().map_or(0, |batch| batch.steps);
        self.course.push(Batch {
            steps: before + judged.len(),
            total: mean(episodes.iter().map(Episode::total)),
            entropy,
            spread,
        });
        for _ in 0..self.rules.passes {
            let gradient = self.policy_gradient(&judged);
            let decayed = self.functions[0].sizes()[0];
            self.policy
                .step(&gradient, self.rules.lr[0], self.setting.rate, decayed);
            let gradient = self.baseline_gradient(&judged);
            self.baseline.step(&gradient, self.rules.lr[1], 0.0, 0);
        }
    }

    fn judged(&self, episode: &Episode<W::State>) -> Vec<Judged<W::State>> {
        let (function, parameters) = (&self.functions[1], &self.baseline.parameters);
        let mut hidden = vec![0.0; function.widths()[1]];
        let mut value = |state| {
            let mut out = [0.0];
            function.at(parameters, state, &mut hidden, &mut out);
            out[0]
        };
        let samples = episode.samples.iter();
        let mut values: Vec<f64> = samples.clone().map(|own| value(own.state)).collect();
        values.push(episode.cut.map_or(0.0, value));
        let rewards: Vec<f64> = samples.clone().map(|own| W::UNIT * own.reward).collect();
        let found = advantages(&rewards, &values, self.rules.discount, self.rules.trace);
        let all = samples.zip(found).zip(values);
        all.map(|((&sample, advantage), value)| Judged {
            sample,
            advantage,
            target: value + advantage,
        })
        .collect()
    }

    /// Means of entropy and spread of the logits at the states of a batch.
    fn softness(&self, batch: &[Judged<W::State>]) -> [f64; 2] {
        let mut sums = [0.0; 2];
        self.visit(batch, |_, _, logits| {
            sums[1] += spread(logits);
            softmax(logits);
            sums[0] += entropy(logits);
        });
        sums.map(|sum| sum / batch.len() as f64)
    }

    /// Calls back with every step of a batch, hidden units and logits of the policy there.
    fn visit(
        &self,
        batch: &[Judged<W::State>],
        mut each: impl FnMut(&Judged<W::State>, &[f64], &mut [f64]),
    ) {
        let function = &self.functions[0];
        let mut hidden = vec![0.0; function.widths()[1]];
        let mut logits = vec![0.0; W::ACTIONS];
        for own in batch {
            function.at(
                &self.policy.parameters,
                own.sample.state,
                &mut hidden,
                &mut logits,
            );
            each(own, &hidden, &mut logits);
        }
    }

    /// Downhill for the mean of `w A ln π + β H`, where `w` is 1 at the first pass and later the ratio of PPO (Schulman et al. 2017,
    /// equation 7), 0 where that is clipped.
    fn policy_gradient(&self, batch: &[Judged<W::State>]) -> Vec<f64> {
        let function = &self.functions[0];
        let mut gradient = vec![0.0; function.sizes()[1]];
        let mut out = vec![0.0; W::ACTIONS];
        let bonus = self.setting.bonus;
        self.visit(batch, |own, hidden, logits| {
            softmax(logits);
            let Sample {
                state,
                action,
                probability,
                ..
            } = own.sample;
            let weight = clipped(logits[action] / probability, own.advantage);
            slopes(logits, action, weight * own.advantage, bonus, &mut out);
            let parameters = &self.policy.parameters;
            function.add_gradient(parameters, state, hidden, &out, &mut gradient);
        });
        let scale = -1.0 / batch.len() as f64;
        gradient.iter_mut().for_each(|g| *g *= scale);
        gradient
    }

    /// Of the mean of `(V - target)² / 2`.
    fn baseline_gradient(&self, batch: &[Judged<W::State>]) -> Vec<f64> {
        let (function, parameters) = (&self.functions[1], &self.baseline.parameters);
        let mut gradient = vec![0.0; function.sizes()[1]];
        let (mut hidden, mut out) = (vec![0.0; function.widths()[1]], [0.0]);
        for own in batch {
            let state = own.sample.state;
            function.at(parameters, state, &mut hidden, &mut out);
            let slope = [(out[0] - own.target) / batch.len() as f64];
            function.add_gradient(parameters, state, &hidden, &slope, &mut gradient);
        }
        gradient
    }
}

/// The slope of `min(r A, clip(r) A)` by `ln r`, over `A`.
pub(crate) fn clipped(ratio: f64, advantage: f64) -> f64 {
    let beyond = (ratio - 1.0) * advantage.signum() > CLIP;
    if beyond { 0.0 } else { ratio }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}
