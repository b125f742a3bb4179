//! Populations of policies: settings x replicates x runs.

use decay_claim::{Lab, MeasurementKey, Measurements, Result};
use rayon::prelude::*;

use crate::course::{at_last, over_all, until};
use crate::descent::Direction;
use crate::learner::{Learner, Rules, Setting};
use crate::worlds::{Bandit, CartPole, Grid, World};
use crate::{BANDIT, BONUS, BOTH, CART_POLES, DECAY, GRIDS};

/// Equal parts of the training after each of which the bar moves.
const PARTS: usize = 20;

/// Settings of a population.
struct Plan<'a> {
    study: &'a str,
    rules: Rules,
    rates: &'a [f64],
    bonuses: &'a [f64],
    /// Beside decay.
    bonus: f64,
    /// Runs that a replicate is the mean of.
    runs: usize,
}

impl Plan<'_> {
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
fn rules(passes: usize, lr: [f64; 2], episodes: usize, budget: usize) -> Rules {
    Rules {
        passes,
        trace: if passes == 1 { 1.0 } else { 0.95 },
        discount: 0.99,
        direction: Direction::Adam,
        lr,
        episodes,
        budget,
    }
}

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let plan = Plan {
        study: BANDIT,
        rules: Rules {
            direction: Direction::Plain,
            ..rules(1, [0.5, 0.1], 1, 2000)
        },
        rates: &[0.0, 1e-3, 3e-3, 1e-2, 3e-2, 0.1],
        bonuses: &[0.0, 0.01, 0.03, 0.1, 0.2, 0.4],
        bonus: 0.03,
        runs: 40,
    };
    train(lab, &Bandit, &plan, &mut out)?;
    for (study, passes) in GRIDS.into_iter().zip([1, 4]) {
        let plan = Plan {
            study,
            rules: rules(passes, [0.05, 0.1], 8, 40_000),
            rates: &[0.0, 0.01, 0.03, 0.1, 0.3, 1.0],
            bonuses: &[0.0, 0.003, 0.01, 0.03, 0.1, 0.3],
            bonus: 0.01,
            runs: 4,
        };
        train(lab, &Grid, &plan, &mut out)?;
    }
    for (study, passes) in CART_POLES.into_iter().zip([1, 4]) {
        let plan = Plan {
            study,
            rules: rules(passes, [0.01, 0.02], 4, 30_000),
            rates: &[0.0, 0.03, 0.1, 0.3, 1.0],
            bonuses: &[0.0, 0.003, 0.01, 0.03, 0.1],
            bonus: 0.01,
            runs: 1,
        };
        train(lab, &CartPole, &plan, &mut out)?;
    }
    Ok(out)
}

/// Trains all policies of a world together and notes what became of them.
fn train<W: World>(lab: &Lab, world: &W, plan: &Plan<'_>, out: &mut Measurements) -> Result<()> {
    let replicates = lab.pick(10, 30);
    let budget = lab.epochs(plan.rules.budget as u32) as usize;
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
    let all = learners.chunks(plan.runs).enumerate();
    for (place, runs) in all {
        let (series, rate, _) = settings[place / replicates];
        let key = MeasurementKey::of(plan.study, series, rate, place % replicates);
        note(key, runs, budget, out);
    }
    Ok(())
}

/// Means of a replicate's runs.
fn note<W: World>(
    key: MeasurementKey<'_>,
    runs: &[Learner<'_, W>],
    budget: usize,
    out: &mut Measurements,
) {
    let mean = |figure: &dyn Fn(&Learner<'_, W>) -> f64| {
        runs.iter().map(figure).sum::<f64>() / runs.len() as f64
    };
    let found = |own: &Learner<'_, W>| at_last(&own.course, |batch| batch.total) > W::GOAL;
    out.add_rounded(
        key,
        [
            ("entropy", mean(&|own| over_all(&own.course, |batch| batch.entropy))),
            ("final entropy", mean(&|own| at_last(&own.course, |batch| batch.entropy))),
            ("spread", mean(&|own| at_last(&own.course, |batch| batch.spread))),
            ("return", mean(&|own| at_last(&own.course, |batch| batch.total))),
            ("greedy return", mean(&|own| own.greedy())),
            ("found", mean(&|own| f64::from(u8::from(found(own))))),
            ("until", mean(&|own| until(&own.course, W::GOAL, budget))),
        ],
    );
}
