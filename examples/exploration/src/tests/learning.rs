//! Whole runs.

use crate::course::{at_last, over_all, until};
use crate::descent::Direction;
use crate::learner::{Batch, Learner, Rules, Setting};
use crate::rollout::{Choice, Draws, rollout};
use crate::softmax::entropy;
use crate::stationary::{at_rest, policy};
use crate::worlds::{ARMS, Bandit, CartPole, Grid, World};

const RULES: Rules = Rules {
    passes: 1,
    trace: 1.0,
    discount: 0.99,
    direction: Direction::Adam,
    lr: [0.1, 0.1],
    episodes: 8,
};
const PLAIN: Setting = Setting {
    rate: 0.0,
    bonus: 0.0,
};

fn trained<W: World>(world: &W, rules: Rules, setting: Setting, steps: usize) -> Vec<Batch> {
    let mut learner = Learner::new(world, rules, setting, 1, 0);
    learner.advance(steps);
    learner.course
}

/// Batches so large that hardly any chance is left come to rest where known rewards do.
#[test]
fn sampled_policies_of_a_bandit_come_to_the_rest_of_known_rewards() {
    let rules = Rules {
        direction: Direction::Plain,
        episodes: 2000,
        lr: [1.0, 0.5],
        ..RULES
    };
    let setting = Setting {
        rate: 0.1,
        bonus: 0.0,
    };
    let found = at_last(&trained(&Bandit, rules, setting, 400_000), |batch| {
        batch.entropy
    });
    let expected = entropy(&policy(&at_rest(&ARMS, 0.1)));
    assert!((found - expected).abs() < 0.02, "{found} {expected}");
}

/// `E H` of known rewards at `β` is that of `π ∝ exp(r / β)`.
#[test]
fn a_bonus_of_a_bandit_comes_to_boltzmanns_policy() {
    let rules = Rules {
        direction: Direction::Plain,
        episodes: 2000,
        lr: [2.0, 0.5],
        ..RULES
    };
    let setting = Setting {
        rate: 0.0,
        bonus: 0.4,
    };
    let found = at_last(&trained(&Bandit, rules, setting, 400_000), |batch| {
        batch.entropy
    });
    let expected = entropy(&policy(&ARMS.map(|r| r / 0.4)));
    assert!((found - expected).abs() < 0.02, "{found} {expected}");
}

#[test]
fn both_ways_of_learning_balance_the_pole_and_decay_keeps_them_soft() {
    for (passes, trace) in [(1, 1.0), (4, 0.95)] {
        let rules = Rules {
            passes,
            trace,
            episodes: 4,
            lr: [0.01, 0.02],
            ..RULES
        };
        let plain = trained(&CartPole, rules, PLAIN, 30_000);
        assert!(plain[0].total < 60.0 && at_last(&plain, |batch| batch.total) > 150.0);
        let decayed = trained(&CartPole, rules, Setting { rate: 3.0, ..PLAIN }, 30_000);
        let softness = |course: &[Batch]| over_all(course, |batch| batch.entropy);
        assert!(softness(&decayed) > softness(&plain) + 0.02);
    }
}

/// Draws belong to the run and the update, whatever else is trained beside it.
#[test]
fn runs_repeat_and_differ() {
    let totals = |run| {
        let mut learner = Learner::new(&Grid, RULES, PLAIN, 1, run);
        learner.advance(3000);
        learner
            .course
            .iter()
            .map(|batch| batch.total)
            .collect::<Vec<_>>()
    };
    assert_eq!(totals(0), totals(0));
    assert_ne!(totals(0), totals(1));
    let mut halved = Learner::new(&Grid, RULES, PLAIN, 1, 0);
    (1..=10).for_each(|part| halved.advance(300 * part));
    let halved: Vec<f64> = halved.course.iter().map(|batch| batch.total).collect();
    assert_eq!(halved, totals(0));
}

#[test]
fn episodes_are_cut_at_the_limit_and_greed_follows_the_largest_logit() {
    let draws = Draws {
        seed: 1,
        run: 0,
        update: 0,
    };
    let function = Grid.function(4);
    let mut logits = vec![0.0; 4 * 45];
    // Up, for ever against the border.
    logits.chunks_mut(4).for_each(|state| state[0] = 1.0);
    let episodes = rollout(&Grid, &function, &logits, 3, Choice::Greedy, draws);
    for episode in &episodes {
        assert_eq!((episode.samples.len(), episode.cut), (Grid::LIMIT, Some(1)));
    }
    logits.chunks_mut(4).for_each(|state| state[3] = 2.0);
    let episodes = rollout(&Grid, &function, &logits, 3, Choice::Greedy, draws);
    assert!(
        episodes
            .iter()
            .all(|own| own.total() == 1.0 && own.cut.is_none())
    );
}

#[test]
fn figures_of_a_run_are_weighed_by_steps() {
    let batch = |steps, total| Batch {
        steps,
        total,
        entropy: total,
        spread: 0.0,
    };
    let course = [batch(30, 1.0), batch(90, 4.0), batch(100, 10.0)];
    assert!((over_all(&course, |own| own.total) - 3.7).abs() < 1e-12);
    // The last fifth begins at 80: ten steps of the second batch and ten of the last.
    assert!((at_last(&course, |own| own.total) - 7.0).abs() < 1e-12);
    let rising: Vec<Batch> = (1..=100)
        .map(|t| batch(10 * t, f64::from(u8::from(t > 40))))
        .collect();
    let found = until(&rising, 0.5, 1000);
    assert!((0.41..0.44).contains(&found), "{found}");
    assert_eq!(until(&rising, 2.0, 1000), 1.0);
}
