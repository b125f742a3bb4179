//! Episodes of one policy, all of a batch step by step together.

use decay_random::{At, Purpose, Stream, unit};

use crate::function::Function;
use crate::softmax::{draw, softmax};
use crate::worlds::World;

/// Draws of an experiment, apart from those of other claims.
const FIRST_STATES: u32 = 0xE0_0000;
const ACTIONS: u32 = 0xE0_0001;
const CHANCE: u32 = 0xE0_0002;

/// How an action is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// As likely as the policy says.
    Drawn,
    /// The likeliest.
    Greedy,
}

/// Which draws a batch of episodes has; the same for every setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draws {
    pub(crate) seed: u64,
    pub(crate) run: u32,
    pub(crate) update: u32,
}

impl Draws {
    fn uniform(self, site: u32, step: usize, episode: usize, episodes: usize) -> f64 {
        let at = At {
            site,
            epoch: self.update,
            step: step as u32,
        };
        let index = self.run as usize * episodes + episode;
        f64::from(unit(
            Stream::new(self.seed, Purpose::Experiment, at).word(index as u32),
        ))
    }
}

/// One step of an episode.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample<S> {
    pub(crate) state: S,
    pub(crate) action: usize,
    /// Of the action, when it was chosen.
    pub(crate) probability: f64,
    pub(crate) reward: f64,
}

/// From a first state to the end.
#[derive(Debug, Clone)]
pub(crate) struct Episode<S> {
    pub(crate) samples: Vec<Sample<S>>,
    /// Where it was cut off; `None` where it ended.
    pub(crate) cut: Option<S>,
}

impl<S> Episode<S> {
    /// Sum of its rewards.
    pub(crate) fn total(&self) -> f64 {
        self.samples.iter().map(|sample| sample.reward).sum()
    }
}

/// Episodes under a policy, stepped together until the last has ended.
pub(crate) fn rollout<W: World>(
    world: &W,
    function: &W::Function,
    parameters: &[f64],
    episodes: usize,
    choice: Choice,
    draws: Draws,
) -> Vec<Episode<W::State>> {
    let first = |episode| {
        let sides = [0, 1, 2, 3];
        world.start(sides.map(|side| draws.uniform(FIRST_STATES, side, episode, episodes)))
    };
    let begun = |episode| Episode {
        samples: Vec::new(),
        cut: Some(first(episode)),
    };
    let mut all: Vec<Episode<W::State>> = (0..episodes).map(begun).collect();
    let mut hidden = vec![0.0; function.widths()[1]];
    let mut policy = vec![0.0; W::ACTIONS];
    for step in 0..W::LIMIT {
        let on = all.iter_mut().enumerate();
        for (place, episode, state) in on.filter_map(|(i, own)| own.cut.map(|s| (i, own, s))) {
            function.at(parameters, state, &mut hidden, &mut policy);
            softmax(&mut policy);
            let uniform = |site| draws.uniform(site, step, place, episodes);
            let action = match choice {
                Choice::Drawn => draw(&policy, uniform(ACTIONS)),
                Choice::Greedy => likeliest(&policy),
            };
            let next = world.step(state, action, uniform(CHANCE));
            episode.samples.push(Sample {
                state,
                action,
                probability: policy[action],
                reward: next.reward,
            });
            episode.cut = (!next.ended).then_some(next.state);
        }
        if all.iter().all(|episode| episode.cut.is_none()) {
            break;
        }
    }
    all
}

fn likeliest(policy: &[f64]) -> usize {
    let best = (0..policy.len()).max_by(|&a, &b| policy[a].total_cmp(&policy[b]));
    best.unwrap_or(0)
}
