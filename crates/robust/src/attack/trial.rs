//! An attack on a population, from its rows to each member's outcome, at one radius or over several.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::cases::{Attempt, Cases, row, row_mut};
use super::method::Attack;
use super::probe::Probe;
use super::threat::Threat;
use super::workers::{Tile, Workers, tiles};
use crate::error::{check_range, same_length};
use crate::population::{Population, Rows};
use crate::{RobustError, TargetPopulation};

/// Who is attacked, on what rows, and within what bounds.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    /// Who.
    pub population: Population<'a>,
    /// On what.
    pub rows: Rows<'a>,
    /// How far.
    pub threat: Threat,
    /// `[N, inputs]` within the threat of each row, where PGD and APGD start first; by default where their settings say.
    pub starts: Option<&'a [f32]>,
    /// Whether the adversarial examples are kept: as much memory as members times the rows.
    pub keep_examples: bool,
    /// Told the share of the work that is done.
    pub progress: &'a (dyn Fn(f64) + Sync),
}

/// What an attack has made of one member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberOutcome {
    /// `[N]`, whether the clean row is classified as labelled.
    pub correct: Vec<bool>,
    /// `[N]`, whether it still is under attack; an upper bound on the truth.
    pub robust: Vec<bool>,
    /// `[N]`, size of the perturbation that was found, zero where the clean row is misclassified, absent where none was found; an upper
    /// bound on the distance to the decision boundary.
    pub distance: Vec<Option<f64>>,
    /// `[N, inputs]`, clean where misclassified from the start; absent unless asked for.
    pub adversarial: Option<Vec<f32>>,
}

impl MemberOutcome {
    /// Share of the rows that are classified as labelled.
    pub fn clean_accuracy(&self) -> f64 {
        share(&self.correct)
    }

    /// Share of the rows that are classified as labelled under attack.
    pub fn robust_accuracy(&self) -> f64 {
        share(&self.robust)
    }
}

/// Share that is true; NaN of nothing.
fn share(flags: &[bool]) -> f64 {
    flags.iter().filter(|&&flag| flag).count() as f64 / flags.len() as f64
}

/// What was made of the pairs of a tile.
pub(super) struct Tried<U> {
    pub(super) tile: Tile,
    /// Those that were classified as labelled.
    pub(super) cases: Cases,
    pub(super) made: U,
    /// Of all pairs, whether they were.
    correct: Vec<bool>,
}

impl Trial<'_> {
    /// Attacks every member on every row.
    ///
    /// # Errors
    /// What is wrong with the population, the rows, the threat or the attack; [`RobustError::Device`], [`RobustError::Fault`],
    /// [`RobustError::Threads`], [`RobustError::Interrupted`].
    pub fn attack(&self, attack: &Attack) -> Result<Vec<MemberOutcome>, RobustError> {
        self.check(attack)?;
        let mut outcomes = self.untouched();
        for tried in self.over_tiles(|probe, cases| attack.run(probe, cases, &self.threat))? {
            self.record(&mut outcomes, &tried);
        }
        Ok(outcomes)
    }

    /// # Errors
    /// What is wrong with the population, the rows, the threat or the attack.
    pub(super) fn check(&self, attack: &Attack) -> Result<(), RobustError> {
        self.population.check()?;
        attack.check(&self.threat)?;
        attack.check_shape(self.population.shape)?;
        let features = self.population.shape.values();
        self.rows
            .check(features, self.population.classes(), &self.threat)?;
        match self.starts {
            Some(starts) => same_length("starts", self.rows.x.len(), starts.len()),
            None => Ok(()),
        }
    }

    /// Runs `work` on the correctly classified pairs of every tile.
    pub(super) fn over_tiles<U: Send>(
        &self,
        work: impl Fn(&Probe, &Cases) -> U + Sync,
    ) -> Result<Vec<Tried<U>>, RobustError> {
        let tiles = tiles(&self.population, self.rows.labels.len());
        let workers = Workers::start(self.population, tiles.len())?;
        let run = |device: &Device, tile: &Tile| {
            let probe = self.probe(tile, device);
            let all = self.cases(tile);
            let correct = probe.correct(&all, &all.x);
            let standing: Vec<usize> = (0..all.len()).filter(|&i| correct[i]).collect();
            let cases = all.pick(&standing);
            Tried {
                made: work(&probe, &cases),
                tile: tile.clone(),
                cases,
                correct,
            }
        };
        workers.map(&tiles, run, self.progress)
    }

    fn probe(&self, tile: &Tile, device: &Device) -> Probe<'_> {
        let population = &self.population;
        Probe {
            target: TargetPopulation::new(
                population.network,
                &population.states[tile.members.clone()],
                &population.scales[tile.members.clone()],
                device,
            )
            .stopped_by(population.stop),
            device: device.clone(),
            classes: population.classes(),
            shape: population.shape,
        }
    }

    /// All pairs of a tile.
    fn cases(&self, tile: &Tile) -> Cases {
        let features = self.population.shape.values();
        let mut cases = Cases {
            features,
            ..Cases::default()
        };
        for (place, member) in tile.members.clone().enumerate() {
            for row in tile.rows.clone() {
                cases.members.push(place);
                cases.rows.push(row);
                cases.labels.push(self.rows.labels[row]);
                cases.seeds.push(self.population.seeds[member]);
            }
            let own = tile.rows.start * features..tile.rows.end * features;
            cases.x.extend_from_slice(&self.rows.x[own.clone()]);
            if let Some(starts) = self.starts {
                let all = cases.start.get_or_insert_default();
                all.extend_from_slice(&starts[own]);
            }
        }
        cases
    }

    /// The outcomes before anything is attacked: nothing is correct.
    fn untouched(&self) -> Vec<MemberOutcome> {
        let rows = self.rows.labels.len();
        let outcome = MemberOutcome {
            correct: vec![false; rows],
            robust: vec![false; rows],
            distance: vec![Some(0.0); rows],
            adversarial: self.keep_examples.then(|| self.rows.x.to_vec()),
        };
        vec![outcome; self.population.states.len()]
    }

    fn record(&self, outcomes: &mut [MemberOutcome], tried: &Tried<Attempt>) {
        let Tried {
            tile,
            cases,
            made: attempt,
            correct,
        } = tried;
        let height = tile.rows.len();
        for (i, &correct) in correct.iter().enumerate() {
            let member = tile.members.start + i / height;
            outcomes[member].correct[tile.rows.start + i % height] = correct;
        }
        for i in 0..cases.len() {
            let outcome = &mut outcomes[tile.members.start + cases.members[i]];
            let at = cases.rows[i];
            let example = row(&attempt.x, i, cases.features);
            let distance = self.threat.norm.distance(example, cases.clean(i));
            outcome.robust[at] = !attempt.broken[i];
            outcome.distance[at] = attempt.broken[i].then_some(distance);
            if let Some(all) = &mut outcome.adversarial {
                row_mut(all, at, cases.features).copy_from_slice(example);
            }
        }
    }
}

/// Robust accuracy of one member over radii.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RobustCurve {
    /// Ascending.
    pub radii: Vec<f64>,
    /// Share of the rows that stand at each radius; never rises.
    pub robust_accuracy: Vec<f64>,
    /// `[N]`, the place of the first radius at which a row falls, the number of radii if it never does; `None` if it was misclassified
    /// before any attack.
    pub falls_at: Vec<Option<usize>>,
}

impl RobustCurve {
    /// Share of the rows that are classified as labelled without attack.
    pub fn clean_accuracy(&self) -> f64 {
        let correct: Vec<bool> = self.falls_at.iter().map(Option::is_some).collect();
        share(&correct)
    }
}

impl Trial<'_> {
    /// Attacks every member at each radius, the smallest first.
    ///
    /// A row that falls at a radius has fallen at all larger ones, and is not attacked again. One that stands is attacked next from where the
    /// attack ended, if it is one with a start (PGD, APGD).
    ///
    /// # Errors
    /// As for [`Trial::attack`]; [`RobustError::OutOfRange`] unless the radii ascend.
    pub fn curve(&self, attack: &Attack, radii: &[f64]) -> Result<Vec<RobustCurve>, RobustError> {
        self.check(attack)?;
        for (i, &radius) in radii.iter().enumerate() {
            self.threat.at(radius).check()?;
            let ascends = i == 0 || radius > radii[i - 1];
            check_range("radius", "(the radius before, inf)", radius, ascends)?;
        }
        let rows = self.rows.labels.len();
        let mut falls = vec![vec![None; rows]; self.population.states.len()];
        let threat = &self.threat;
        for tried in
            self.over_tiles(|probe, cases| falls_at(probe, cases, threat, attack, radii))?
        {
            let (first, cases) = (tried.tile.members.start, &tried.cases);
            for (i, at) in tried.made.into_iter().enumerate() {
                falls[first + cases.members[i]][cases.rows[i]] = Some(at);
            }
        }
        let curve = |falls_at: Vec<Option<usize>>| RobustCurve {
            robust_accuracy: (0..radii.len())
                .map(|place| {
                    let stands = falls_at.iter().map(|at| at.is_some_and(|at| at > place));
                    share(&stands.collect::<Vec<_>>())
                })
                .collect(),
            radii: radii.to_vec(),
            falls_at,
        };
        Ok(falls.into_iter().map(curve).collect())
    }
}

/// The place of the first radius at which each pair falls.
fn falls_at(
    probe: &Probe,
    cases: &Cases,
    threat: &Threat,
    attack: &Attack,
    radii: &[f64],
) -> Vec<usize> {
    let mut falls = vec![radii.len(); cases.len()];
    let mut points: Option<Vec<f32>> = None;
    for (place, &radius) in radii.iter().enumerate() {
        let standing: Vec<usize> = (0..cases.len())
            .filter(|&i| falls[i] == radii.len())
            .collect();
        if standing.is_empty() || radius == 0.0 {
            continue;
        }
        let from = Cases {
            start: points.clone().or_else(|| cases.start.clone()),
            ..cases.clone()
        };
        let attempt = attack.run(probe, &from.pick(&standing), &threat.at(radius));
        let all = points.get_or_insert_with(|| cases.x.clone());
        for (own, &i) in standing.iter().enumerate() {
            let point = row(&attempt.x, own, cases.features);
            row_mut(all, i, cases.features).copy_from_slice(point);
            if attempt.broken[own] {
                falls[i] = place;
            }
        }
    }
    falls
}
