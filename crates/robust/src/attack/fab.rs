//! Fast adaptive boundary attack: the least perturbation that changes the class.

use serde::{Deserialize, Serialize};

use super::ball::{clip, to_hyperplane};
use super::cases::{Attempt, Cases, Site, picked, picked_rows, row, row_mut};
use super::noise::inside;
use super::objective::Objective;
use super::probe::{Answer, Probe};
use super::threat::Threat;
use crate::RobustError;
use crate::error::{at_least_one, check_range, positive};

/// Settings of the fast adaptive boundary attack.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `steps` | `100` | at least 1 | steps of a run |
/// | `restarts` | `1` | at least 1 | runs against each class; the first starts at the input |
/// | `targets` | `9` | at least 1 | wrong classes, by falling logit of the clean row; fewer where there are fewer |
/// | `overshoot` | `1.05` | `[1, inf)` | how far beyond the linear boundary a step goes |
/// | `bias` | `0.1` | `(0, 1]` | the most that a step leans towards the input |
/// | `retreat` | `0.9` | `(0, 1]` | what is kept of a perturbation once it has crossed the boundary |
/// | `within_radius` | `true` | | whether a row leaves at its first example within the radius; otherwise the least perturbation is sought to the end |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fab {
    /// Steps of a run.
    pub steps: usize,
    /// Runs against each class.
    pub restarts: usize,
    /// Wrong classes.
    pub targets: usize,
    /// How far beyond the linear boundary a step goes.
    pub overshoot: f64,
    /// The most that a step leans towards the input.
    pub bias: f64,
    /// What is kept of a perturbation once it has crossed the boundary.
    pub retreat: f64,
    /// Whether a row leaves at its first example within the radius.
    pub within_radius: bool,
}

impl Default for Fab {
    fn default() -> Self {
        Self {
            steps: 100,
            restarts: 1,
            targets: 9,
            overshoot: 1.05,
            bias: 0.1,
            retreat: 0.9,
            within_radius: true,
        }
    }
}

impl Fab {
    /// # Errors
    /// [`RobustError::OutOfRange`].
    pub(crate) fn check(&self) -> Result<(), RobustError> {
        at_least_one("steps", self.steps)?;
        at_least_one("restarts", self.restarts)?;
        at_least_one("targets", self.targets)?;
        positive("bias", self.bias, 1.0)?;
        positive("retreat", self.retreat, 1.0)?;
        let is_beyond = (1.0..f64::INFINITY).contains(&self.overshoot);
        check_range("overshoot", "[1, inf)", self.overshoot, is_beyond)
    }
}

/// The fast adaptive boundary attack in its targeted form, see [`Fab`].
///
/// With `f = z_t - z_y`, `w` its slope at `x_k` and `P_w(x)` the nearest point to `x` of the plane `f(x_k) + w.(x - x_k) = 0` in the box:
///
/// ```text
/// d = P_w(x_k) - x_k        d_0 = P_w(x_0) - x_0        a = min(|d| / (|d| + |d_0|), 0.1)
/// x_(k+1) = clip((1 - a) (x_k + 1.05 d) + a (x_0 + 1.05 d_0))
/// ```
///
/// A point that is misclassified is noted if it is nearer than the ones before, and drawn back to `x_0 + 0.9 (x - x_0)`. At the end the
/// nearest one is drawn back further by bisection along the line to the input. Rows count as broken within the radius; `x` is the nearest
/// example found, so that its distance is the attack's estimate of the row's distance to the boundary.
///
/// # Source
/// Croce & Hein 2020, algorithm 1, <https://arxiv.org/abs/1907.02044>; targeted as in AutoAttack, <https://arxiv.org/abs/2003.01690>.
pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Fab) -> Attempt {
    let ranked = probe.wrong_classes(cases);
    let mut search = Search::new(probe, cases, threat, settings);
    for rank in 0..settings.targets.min(probe.classes - 1) {
        for restart in 0..settings.restarts {
            search.against(&ranked, rank, restart);
        }
    }
    search.refine();
    search.finish()
}

/// The nearest examples so far.
struct Search<'a> {
    probe: &'a Probe<'a>,
    cases: &'a Cases,
    threat: &'a Threat,
    settings: &'a Fab,
    nearest: Vec<f32>,
    distance: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(probe: &'a Probe<'a>, cases: &'a Cases, threat: &'a Threat, settings: &'a Fab) -> Self {
        Self {
            probe,
            cases,
            threat,
            settings,
            nearest: cases.x.clone(),
            distance: vec![f64::INFINITY; cases.len()],
        }
    }

    /// Rows that are still worth a step.
    fn open(&self) -> Vec<usize> {
        let done =
            |&i: &usize| self.settings.within_radius && self.distance[i] <= self.threat.radius;
        (0..self.cases.len()).filter(|i| !done(i)).collect()
    }

    /// One run against each row's class of this rank.
    fn against(&mut self, ranked: &[Vec<usize>], rank: usize, restart: usize) {
        let mut places = self.open();
        let features = self.cases.features;
        let mut rest = self.cases.pick(&places);
        let mut x = self.starts(&places, rank, restart);
        for _ in 0..self.settings.steps {
            if places.is_empty() {
                return;
            }
            let targets: Vec<usize> = places.iter().map(|&i| ranked[i][rank]).collect();
            let answer = self
                .probe
                .ask(&rest, &x, Objective::Difference, Some(&targets));
            for own in 0..places.len() {
                self.step(&rest, own, &answer, row_mut(&mut x, own, features));
            }
            let correct = self.probe.correct(&rest, &x);
            for (own, &i) in places.iter().enumerate() {
                if !correct[own] {
                    self.note(i, row_mut(&mut x, own, features));
                }
            }
            let open = self.open();
            let left: Vec<usize> = (0..places.len())
                .filter(|&own| open.binary_search(&places[own]).is_ok())
                .collect();
            if left.len() < places.len() {
                x = picked_rows(&x, &left, features);
                places = picked(&places, &left);
                rest = rest.pick(&left);
            }
        }
    }

    /// The input, and after a restart a random point of half the ball that reaches the nearest example, or of half the radius.
    fn starts(&self, places: &[usize], rank: usize, restart: usize) -> Vec<f32> {
        let of = |&i: &usize| {
            let clean = self.cases.clean(i);
            if restart == 0 {
                return clean.to_vec();
            }
            let reach = self.distance[i].min(self.threat.radius) / 2.0;
            let stream = self.cases.stream(i, Site::Fab(rank), restart);
            inside(clean, &self.threat.at(reach), &stream)
        };
        places.iter().flat_map(of).collect()
    }

    fn step(&self, rest: &Cases, own: usize, answer: &Answer, x: &mut [f32]) {
        let (clean, threat) = (rest.clean(own), self.threat);
        let slope = row(&answer.gradient, own, rest.features);
        let value = answer.values[own];
        let offset: f64 = slope
            .iter()
            .zip(clean.iter().zip(x.iter()))
            .map(|(&w, (&c, &x))| f64::from(w) * (f64::from(c) - f64::from(x)))
            .sum();
        let here = to_hyperplane(x, slope, -value, threat);
        let home = to_hyperplane(clean, slope, -value - offset, threat);
        let (near, far) = (
            threat.norm.of_f32(&here).max(1e-8),
            threat.norm.of_f32(&home).max(1e-8),
        );
        let lean = (near / (near + far)).min(self.settings.bias);
        let over = self.settings.overshoot;
        for (i, x) in x.iter_mut().enumerate() {
            let from_here = f64::from(*x) + over * f64::from(here[i]);
            let from_home = f64::from(clean[i]) + over * f64::from(home[i]);
            *x = ((1.0 - lean) * from_here + lean * from_home) as f32;
        }
        clip(x, threat);
    }

    /// Notes a misclassified point and draws it back towards the input.
    fn note(&mut self, i: usize, x: &mut [f32]) {
        let clean = self.cases.clean(i);
        let distance = self.threat.norm.distance(x, clean);
        if distance < self.distance[i] {
            self.distance[i] = distance;
            row_mut(&mut self.nearest, i, x.len()).copy_from_slice(x);
        }
        let kept = self.settings.retreat as f32;
        for (x, &c) in x.iter_mut().zip(clean) {
            *x = c + (*x - c) * kept;
        }
    }

    /// Bisection between every example and its input.
    fn refine(&mut self) {
        const HALVINGS: usize = 10;
        let found: Vec<usize> = (0..self.cases.len())
            .filter(|&i| self.distance[i].is_finite())
            .collect();
        if found.is_empty() {
            return;
        }
        let (rest, features) = (self.cases.pick(&found), self.cases.features);
        let examples = picked_rows(&self.nearest, &found, features);
        let (mut low, mut high) = (vec![0.0f32; found.len()], vec![1.0f32; found.len()]);
        for _ in 0..HALVINGS {
            let middle: Vec<f32> = low.iter().zip(&high).map(|(l, h)| (l + h) / 2.0).collect();
            let mut x = examples.clone();
            for (own, &share) in middle.iter().enumerate() {
                let clean = rest.clean(own);
                for (x, &c) in row_mut(&mut x, own, features).iter_mut().zip(clean) {
                    *x = c + (*x - c) * share;
                }
            }
            let correct = self.probe.correct(&rest, &x);
            for (own, &i) in found.iter().enumerate() {
                if correct[own] {
                    low[own] = middle[own];
                } else {
                    high[own] = middle[own];
                    let point = row(&x, own, features);
                    self.distance[i] = self.threat.norm.distance(point, rest.clean(own));
                    row_mut(&mut self.nearest, i, features).copy_from_slice(point);
                }
            }
        }
    }

    fn finish(self) -> Attempt {
        let within = |&distance: &f64| distance <= self.threat.radius;
        Attempt {
            broken: self.distance.iter().map(within).collect(),
            x: self.nearest,
        }
    }
}
