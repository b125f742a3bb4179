//! Rows under attack: pairs of a member and a row, in order of the members.

use decay_random::{At, Purpose, Stream};

/// Pairs of a member and a row that it still classifies as labelled.
///
/// Nothing that is computed for a pair depends on which others are in the list, so that a member attacked alone fares as among many.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cases {
    /// Of each pair, within the chunk, ascending.
    pub(crate) members: Vec<usize>,
    /// Of each pair, among all rows: part of its random numbers' key.
    pub(crate) rows: Vec<usize>,
    pub(crate) labels: Vec<usize>,
    /// The members' seeds.
    pub(crate) seeds: Vec<u64>,
    pub(crate) features: usize,
    /// Clean inputs, `[n, F]`.
    pub(crate) x: Vec<f32>,
    /// Where attacks with a start of their own begin instead, `[n, F]`.
    pub(crate) start: Option<Vec<f32>>,
}

impl Cases {
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// The clean input of pair `i`.
    pub(crate) fn clean(&self, i: usize) -> &[f32] {
        row(&self.x, i, self.features)
    }

    /// A point for every pair, `[n, F]`.
    pub(crate) fn points(&self, of: impl Fn(usize) -> Vec<f32>) -> Vec<f32> {
        let mut points = Vec::with_capacity(self.x.len());
        for i in 0..self.len() {
            points.extend_from_slice(&of(i));
        }
        points
    }

    /// Some of the pairs, in ascending order of their places.
    pub(crate) fn pick(&self, places: &[usize]) -> Self {
        Self {
            members: picked(&self.members, places),
            rows: picked(&self.rows, places),
            labels: picked(&self.labels, places),
            seeds: picked(&self.seeds, places),
            features: self.features,
            x: picked_rows(&self.x, places, self.features),
            start: self
                .start
                .as_ref()
                .map(|start| picked_rows(start, places, self.features)),
        }
    }

    /// Random numbers of pair `i`: one stream for every attack, part of it and round.
    pub(crate) fn stream(&self, i: usize, site: Site, round: usize) -> Stream {
        let at = At {
            site: site.number(),
            epoch: self.rows[i] as u32,
            step: round as u32,
        };
        Stream::new(self.seeds[i], Purpose::Attack, at)
    }
}

/// What random numbers are for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Site {
    Noise,
    Pgd,
    /// Against the class of this rank.
    Apgd(usize),
    Fab(usize),
    Square,
    SquareStart,
}

impl Site {
    fn number(self) -> u32 {
        let (kind, rank) = match self {
            Self::Noise => (1, 0),
            Self::Pgd => (2, 0),
            Self::Apgd(rank) => (3, rank),
            Self::Fab(rank) => (4, rank),
            Self::Square => (5, 0),
            Self::SquareStart => (6, 0),
        };
        kind << 16 | (rank as u32 & 0xffff)
    }
}

/// Row `i` of `[n, F]`.
pub(crate) fn row(values: &[f32], i: usize, features: usize) -> &[f32] {
    &values[i * features..(i + 1) * features]
}

/// As [`row`], to write.
pub(crate) fn row_mut(values: &mut [f32], i: usize, features: usize) -> &mut [f32] {
    &mut values[i * features..(i + 1) * features]
}

/// The values at some places.
pub(crate) fn picked<T: Copy>(values: &[T], places: &[usize]) -> Vec<T> {
    places.iter().map(|&i| values[i]).collect()
}

/// The rows at some places.
pub(crate) fn picked_rows(values: &[f32], places: &[usize], features: usize) -> Vec<f32> {
    let mut rows = Vec::with_capacity(places.len() * features);
    for &i in places {
        rows.extend_from_slice(row(values, i, features));
    }
    rows
}

/// What an attack has made of each pair.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// The examples, `[n, F]`: misclassified where `broken`, otherwise the last ones tried.
    pub(crate) x: Vec<f32>,
    pub(crate) broken: Vec<bool>,
}

impl Attempt {
    /// Nothing tried yet.
    pub(crate) fn none(cases: &Cases) -> Self {
        Self {
            x: cases.start.as_ref().unwrap_or(&cases.x).clone(),
            broken: vec![false; cases.len()],
        }
    }

    /// Places that are not broken.
    pub(crate) fn standing(&self) -> Vec<usize> {
        (0..self.broken.len())
            .filter(|&i| !self.broken[i])
            .collect()
    }

    /// Takes over what another attack has made of the pairs at `places`.
    pub(crate) fn absorb(&mut self, places: &[usize], other: &Self, features: usize) {
        for (own, &i) in places.iter().enumerate() {
            row_mut(&mut self.x, i, features).copy_from_slice(row(&other.x, own, features));
            self.broken[i] |= other.broken[own];
        }
    }

    /// Runs `attack` on the pairs that stand, and keeps what it makes of them.
    pub(crate) fn extend(&mut self, cases: &Cases, attack: impl FnOnce(&Cases) -> Self) {
        let standing = self.standing();
        if standing.is_empty() {
            return;
        }
        let rest = cases.pick(&standing);
        let made = attack(&rest);
        self.absorb(&standing, &made, cases.features);
    }
}

/// Pairs that an attack still works on, which leave when they are broken.
pub(crate) struct Standing {
    pub(crate) attempt: Attempt,
    /// Of what is left, among the pairs of the run.
    pub(crate) places: Vec<usize>,
    pub(crate) cases: Cases,
}

impl Standing {
    /// All pairs, each at its point of `start`.
    pub(crate) fn new(cases: &Cases, start: &[f32]) -> Self {
        Self {
            attempt: Attempt {
                x: start.to_vec(),
                broken: vec![false; cases.len()],
            },
            places: (0..cases.len()).collect(),
            cases: cases.clone(),
        }
    }

    /// Lets the pairs go that are `broken` at `x`; which of the others are left, `None` if that is all of them.
    pub(crate) fn release(&mut self, x: &[f32], broken: &[bool]) -> Option<Vec<usize>> {
        if !broken.contains(&true) {
            return None;
        }
        let features = self.cases.features;
        let (gone, left): (Vec<usize>, Vec<usize>) = (0..broken.len()).partition(|&i| broken[i]);
        for own in gone {
            let i = self.places[own];
            row_mut(&mut self.attempt.x, i, features).copy_from_slice(row(x, own, features));
            self.attempt.broken[i] = true;
        }
        self.places = picked(&self.places, &left);
        self.cases = self.cases.pick(&left);
        Some(left)
    }

    /// Notes where the pairs are that are left.
    pub(crate) fn note(&mut self, x: &[f32]) {
        let features = self.cases.features;
        for (own, &i) in self.places.iter().enumerate() {
            row_mut(&mut self.attempt.x, i, features).copy_from_slice(row(x, own, features));
        }
    }
}
