//! Networks with every penalty at every strength, two seeds on each replicate's rows, and what can be read from them.

use decay_claim::measuring::occlusion::Occlusion;
use decay_claim::measuring::saliency::{Explained, Saliency};
use decay_claim::{Lab, MeasurementKey, Measurements, Population, Result, Study};
use decay_model::MemberState;
use decay_train::{Hyper, TrainConfig};

use crate::notes::{note_curves, note_figures, note_pictures};
use crate::worlds::World;
use crate::{BESIDE, L1, L2, NET, PENALTIES, PRECISION, SMALL_START, TRUTH, UNTRAINED, strengths};

/// Held-out rows of a replicate that are explained.
const EXPLAINED: usize = 80;
/// Networks of a replicate: the same rows, another seed.
pub(crate) const SEEDS: usize = 2;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    for world in World::all(lab)? {
        for penalty in PENALTIES {
            let population = lab.train(study(&world, penalty))?;
            note(lab, &world, &population, &mut out)?;
        }
        let smaller = Study {
            model: world.smaller_start.clone(),
            values: vec![0.0],
            ..study(&world, L2).in_series(SMALL_START)
        };
        note(lab, &world, &lab.train(smaller)?, &mut out)?;
    }
    Ok(out)
}

/// Every strength of a penalty; replicate `r` is the folds `2 r` and `2 r + 1`, which have the same rows and other seeds.
pub(crate) fn study<'a>(world: &'a World, penalty: &'static str) -> Study<'a> {
    let config = TrainConfig {
        epochs: world.epochs,
        batch: 30,
        lr: 2e-3,
        l2: if penalty == NET { BESIDE } else { 0.0 },
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let twice = world.rows.iter().flat_map(|rows| vec![rows.clone(); SEEDS]);
    let study = Study {
        scaling: world.scaling,
        ..Study::of_decay(
            world.name,
            &world.data,
            twice.collect(),
            world.model.clone(),
            config,
            Vec::new(),
        )
    };
    let hyper = if penalty == L2 {
        Hyper::Decay
    } else {
        Hyper::L1
    };
    study.in_series(penalty).over(hyper, &strengths(penalty))
}

/// Networks of one replicate at one strength.
pub(crate) struct Strength<'a> {
    pub(crate) explained: &'a Explained,
    pub(crate) members: [usize; SEEDS],
    pub(crate) tempered: [f64; SEEDS],
    pub(crate) saliency: [Saliency; SEEDS],
    /// Of the first seed, without a penalty and with it.
    pub(crate) occlusions: [&'a Occlusion; 2],
}

fn note(
    lab: &Lab,
    world: &World,
    population: &Population<'_>,
    out: &mut Measurements,
) -> Result<()> {
    let tempered = population.tempered_losses()?;
    let what = format!("{}, {}, explanations", world.name, population.study.series);
    lab.each(&what, world.rows.len(), |replicate| {
        let explained = population.explained(SEEDS * replicate, EXPLAINED);
        let folds = [0, 1].map(|seed| population.members_of(SEEDS * replicate + seed));
        let states = folds.each_ref().map(|members| -> Vec<MemberState> {
            let own = members.iter().map(|&member| population.state(member));
            own.cloned().collect()
        });
        let [first, second] =
            [&states[0], &states[1]].map(|of| population.saliency(&explained, of));
        let [first, second] = [first?, second?];
        let occlusions = population.occlusions(&explained, &states[0], &first)?;
        for (place, (a, b)) in first.into_iter().zip(second).enumerate() {
            let members = [folds[0][place], folds[1][place]];
            let strength = Strength {
                explained: &explained,
                members,
                tempered: members.map(|member| tempered[member]),
                saliency: [a, b],
                occlusions: [&occlusions[0], &occlusions[place]],
            };
            let key = population.key(members[0]);
            let key = MeasurementKey { replicate, ..key };
            note_figures(world, population, key, &strength, out)?;
            note_curves(key, &strength.occlusions, out);
            if replicate == 0 {
                note_pictures(world, population, key, &strength, out);
            }
        }
        if population.study.series == L1 {
            untrained(
                world,
                population,
                &explained,
                &folds[0][..1],
                replicate,
                out,
            )?;
        }
        Ok(())
    })?;
    Ok(())
}

/// How well the slopes of starting weights tell what matters.
fn untrained(
    world: &World,
    population: &Population<'_>,
    explained: &Explained,
    members: &[usize],
    replicate: usize,
    out: &mut Measurements,
) -> Result<()> {
    let Some([relevant, others]) = &world.truth else {
        return Ok(());
    };
    let starts: Vec<MemberState> = members
        .iter()
        .map(|&member| population.start(member))
        .collect();
    let key = MeasurementKey::of(world.name, UNTRAINED, 0.0, replicate);
    for own in population.saliency(explained, &starts)? {
        let found = explained.separation(&explained.sizes(&own), [relevant, others])?;
        out.add_rounded(key, [(TRUTH, found.auroc), (PRECISION, found.precision)]);
    }
    Ok(())
}
