//! In- and out-of-distribution scores in one order, the basis of every detection metric.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::finite::finite;

/// Which side is the one to detect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positive {
    /// Out-of-distribution samples are to be flagged (pytorch-ood, OpenOOD).
    OutOfDistribution,
    /// In-distribution samples are to be accepted (the usual reading in papers).
    InDistribution,
}

/// All scores, highest first, with equal scores in one group.
///
/// Sorting happens once; a resample only changes how often each sample counts.
#[derive(Debug, Clone)]
pub(crate) struct Ranking {
    /// Sample numbers by falling score: in-distribution samples first, then the others.
    order: Vec<u32>,
    /// 1 for an in-distribution sample and 0 for another, in the same order. A factor and not a flag:
    /// the sides alternate at random, which no branch could foresee.
    is_inside: Vec<f64>,
    /// End of each group of equal scores within `order`.
    ends: Vec<u32>,
    /// The score of each group.
    scores: Vec<f64>,
}

/// Samples of a group of equal scores, by side.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tie {
    pub(crate) inside: f64,
    pub(crate) outside: f64,
}

/// A group as the side to detect sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Suspects {
    pub(crate) positive: f64,
    pub(crate) negative: f64,
}

impl Ranking {
    pub(crate) fn new(scores_in: &[f64], scores_out: &[f64]) -> Result<Self> {
        finite("in-distribution scores", scores_in)?;
        finite("out-of-distribution scores", scores_out)?;
        let all: Vec<f64> = scores_in.iter().chain(scores_out).copied().collect();
        let mut order: Vec<u32> = (0..all.len() as u32).collect();
        order.sort_by(|&a, &b| all[b as usize].total_cmp(&all[a as usize]));
        let (mut ends, mut scores) = (Vec::new(), Vec::new());
        // By value, so that -0 and 0 tie although `total_cmp` tells them apart.
        for tied in order.chunk_by(|&a, &b| all[a as usize] == all[b as usize]) {
            scores.push(all[tied[0] as usize]);
            ends.push(ends.last().unwrap_or(&0) + tied.len() as u32);
        }
        let side = |&sample: &u32| f64::from((sample as usize) < scores_in.len());
        Ok(Self {
            is_inside: order.iter().map(side).collect(),
            order,
            ends,
            scores,
        })
    }

    /// The score of a group.
    pub(crate) fn score(&self, group: usize) -> f64 {
        self.scores[group]
    }

    /// The groups by falling score, every sample counted once.
    pub(crate) fn ties(&self) -> Vec<Tie> {
        let mut ties = Vec::new();
        self.weighted_ties(&vec![1.0; self.order.len()], &mut ties);
        ties
    }

    /// The groups by falling score with every sample counted as often as given, in-distribution
    /// samples first; groups that no sample is left in stay, empty.
    pub(crate) fn weighted_ties(&self, counts: &[f64], ties: &mut Vec<Tie>) {
        ties.clear();
        let mut start = 0;
        for &end in &self.ends {
            let mut tie = Tie::default();
            for place in start..end as usize {
                let count = counts[self.order[place] as usize];
                let inside = count * self.is_inside[place];
                tie.inside += inside;
                tie.outside += count - inside;
            }
            start = end as usize;
            ties.push(tie);
        }
    }
}

/// The groups with out-of-distribution samples as positives, most suspicious first.
pub(crate) fn outside_positive(ties: &[Tie]) -> impl ExactSizeIterator<Item = Suspects> {
    ties.iter().map(|tie| Suspects {
        positive: tie.outside,
        negative: tie.inside,
    })
}

/// The groups with in-distribution samples as positives, surest first.
pub(crate) fn inside_positive(ties: &[Tie]) -> impl ExactSizeIterator<Item = Suspects> {
    ties.iter().rev().map(|tie| Suspects {
        positive: tie.inside,
        negative: tie.outside,
    })
}

/// Number of positives and negatives in all groups.
pub(crate) fn totals(groups: impl Iterator<Item = Suspects>) -> Suspects {
    groups.fold(
        Suspects {
            positive: 0.0,
            negative: 0.0,
        },
        |sum, group| Suspects {
            positive: sum.positive + group.positive,
            negative: sum.negative + group.negative,
        },
    )
}
