//! Populations of policies: settings x replicates x runs.

use decay_claim::{Lab, MeasurementKey, Measurements, Result};
use rayon::prelude::*;

use crate::at_rest;
use crate::descent::Direction;
use crate::learner::{Learner, Rules, Setting};
use crate::worlds::{Bandit, CartPole, Grid, World};
use crate::{BANDIT, BONUS, BOTH, CART_POLES, DECAY, GRIDS};

/// Equal parts of the training after each of which the bar moves.
const PARTS: usize = 20;

/// Settings of a population.
struct Plan {
    study: &'static str,
    rules: Rules,
    /// Steps in the world.
    budget: u32,
    rates: &'static [f64],
    bonuses: &'static [f64],
    /// Beside decay.
    bonus: f64,
    /// Runs that a replicate is the mean of.
    runs: usize,
    /// Episodes by which its likeliest actions are judged.
    judged: usize,
}

impl Plan {
    /// Every setting with the series and the rate that it goes under.
    fn settings(&self) -> Vec<(&'static str, f64, Setting)> {
        let of = |series, swept: &[f64], setting: &dyn Fn(f64) -> Setting| {
            let all = swept.iter().map(|&value| (series, value, setting(value)));
            all.collect::<Vec<_>>()
        };
        let bonus = self.bonus;
        [
            of(DECAY, self.rates, &|rate| Setting { rate, bonus: 0.0 }),
            of(BONUS, self.bonuses, &|bonus| Setting { rate: 0.0, bonus }),
            of(BOTH, &self.rates[1..], &|rate| Setting { rate, bonus }),
        ]
        .concat()
    }
}

/// Adam's usual discount and learning rates.
fn rules(passes: usize, lr: [f64; 2], episodes: usize) -> Rules {
    Rules {
        passes,
        trace: if passes == 1 { 1.0 } else { 0.95 },
        discount: 0.99,
        direction: Direction::Adam,
        lr,
        episodes,
    }
}

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    at_rest::measure(lab, &mut out);
    train(lab, &Bandit, &bandit(), &mut out)?;
    for (study, passes) in GRIDS.into_iter().zip([1, 4]) {
        train(lab, &Grid, &grid(study, passes), &mut out)?;
    }
    for (study, passes) in CART_POLES.into_iter().zip([1, 4]) {
        train(lab, &CartPole, &cart_pole(study, passes), &mut out)?;
    }
    Ok(out)
}

fn bandit() -> Plan {
    Plan {
        study: BANDIT,
        rules: Rules {
            direction: Direction::Plain,
            ..rules(1, [0.5, 0.1], 1)
        },
        budget: 2000,
        rates: &[0.0, 1e-3, 3e-3, 1e-2, 3e-2, 0.1],
        bonuses: &[0.0, 0.01, 0.03, 0.1, 0.2, 0.4],
        bonus: 0.03,
        runs: 20,
        judged: 400,
    }
}

fn grid(study: &'static str, passes: usize) -> Plan {
    Plan {
        study,
        rules: rules(passes, [0.1, 0.1], 8),
        budget: 40_000,
        rates: &[0.0, 0.01, 0.03, 0.1, 0.3, 1.0],
        bonuses: &[0.0, 0.003, 0.01, 0.03, 0.1, 0.3],
        bonus: 0.01,
        runs: 4,
        judged: 1,
    }
}

fn cart_pole(study: &'static str, passes: usize) -> Plan {
    Plan {
        study,
        rules: rules(passes, [0.01, 0.02], 4),
        budget: 30_000,
        rates: &[0.0, 0.03, 0.1, 0.3, 1.0, 3.0],
        bonuses: &[0.0, 0.003, 0.01, 0.03, 0.1],
        bonus: 0.01,
        runs: 2,
        judged: 8,
    }
}

/// Trains all policies of a world together and notes what became of them.
fn train<W: World>(lab: &Lab, world: &W, plan: &Plan, out: &mut Measurements) -> Result<()> {
    let replicates = lab.pick(10, 30);
    let budget = lab.epochs(plan.budget) as usize;
    let settings = plan.settings();
    let runs = (0..replicates * plan.runs).map(|run| run as u32);
    let born = |&(_, _, setting): &(_, _, Setting)| {
        let own = runs.clone();
        own.map(move |run| Learner::new(world, plan.rules, setting, lab.seed, run))
    };
    let mut learners: Vec<_> = settings.iter().flat_map(born).collect();
    let name = format!("{}, {} policies", plan.study, learners.len());
    lab.each(&name, PARTS, |part| {
        let steps = budget * (part + 1) / PARTS;
        learners.par_iter_mut().for_each(|own| own.advance(steps));
        Ok(())
    })?;
    let figures = |own: &Learner<'_, W>| own.figures(plan.judged, budget);
    let figures: Vec<_> = learners.par_iter().map(figures).collect();
    for (place, runs) in figures.chunks(plan.runs).enumerate() {
        let (series, rate, _) = settings[place / replicates];
        let key = MeasurementKey::of(plan.study, series, rate, place % replicates);
        out.add_rounded(key, means(runs));
    }
    Ok(())
}

/// Means of a replicate's runs.
fn means(runs: &[[(&'static str, f64); 7]]) -> [(&'static str, f64); 7] {
    let sum = |place: usize| runs.iter().map(|run| run[place].1).sum::<f64>();
    std::array::from_fn(|place| (runs[0][place].0, sum(place) / runs.len() as f64))
}
