//! Linear networks of one, two and three layers from many starts, held against what is known of them.

use decay_claim::measuring::optima::{diameter, distinct, worst};
use decay_claim::{Lab, MeasurementKey, Measurements, Result};

use nalgebra::{Const, Dyn, OMatrix};
use rayon::prelude::*;

use crate::deep_linear::{
    Matrix, SIDE, Task, global, imbalance, nuclear_norm, optima, product, squares,
};
use crate::{BALANCE, CORRELATED, DEPTHS, FEW_ROWS, SHARES, STARTS, WHITE};

/// Singular values of the regression matrix, so that `λ` is in units of the largest and no rate is close to one of them.
const SPECTRUM: [f64; SIDE] = [1.0, 0.8, 0.6, 0.45, 0.3, 0.15];
const LR: f64 = 0.05;
const STEPS: usize = 40_000;
/// Products that are closer than this are one optimum.
const SAME: f64 = 1e-3;
/// Objectives that are closer, as a share of what it costs to learn nothing, are one.
const LEVEL: f64 = 1e-6;
/// Rows of a regression with fewer of them than columns, and of one with enough.
const ROWS: [usize; 2] = [3, 30];

/// A row each.
type Table = OMatrix<f64, Dyn, Const<SIDE>>;

/// The draws of one replicate.
#[derive(Clone, Copy)]
struct Draws<'a> {
    lab: &'a Lab,
    replicate: usize,
}

/// White inputs, and the directions of the regression matrix.
struct White {
    task: Task,
    left: Matrix,
    right: Matrix,
}

pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    lab.each("linear networks", lab.pick(10, 40), |replicate| {
        let draws = Draws { lab, replicate };
        white(draws, out);
        correlated(draws, out);
        balance(draws, out);
        few_rows(draws, out);
        Ok(())
    })?;
    Ok(())
}

impl Draws<'_> {
    /// Standard normal numbers.
    fn normal(self, site: usize, count: usize) -> Vec<f64> {
        let site = ((self.replicate as u32) << 12) + site as u32;
        self.lab.normal(site, count)
    }

    fn matrix(self, site: usize) -> Matrix {
        Matrix::from_vec(self.normal(site, SIDE * SIDE))
    }

    /// Factors whose rows keep the size of what they are given, times `scale`.
    fn start(self, start: usize, depth: usize, scale: f64) -> Vec<Matrix> {
        let size = scale / (SIDE as f64).sqrt();
        let factor = |layer: usize| self.matrix(16 * (start + 1) + layer) * size;
        (0..depth).map(factor).collect()
    }

    fn key(self, study: &'static str, series: &'static str, rate: f64) -> MeasurementKey<'static> {
        MeasurementKey::of(study, series, rate, self.replicate)
    }

    /// A regression on random rows, of targets that they explain but for noise.
    fn regression(self, rows: usize) -> Task {
        let table = |site| Table::from_vec(self.normal(site, rows * SIDE));
        let x = table(2);
        let truth = self.matrix(4) / (SIDE as f64).sqrt();
        let y = &x * truth.transpose() + table(3) * 0.3;
        let moment = |a: &Table| a.tr_mul(&x) / rows as f64;
        Task {
            inputs: moment(&x),
            told: moment(&y),
        }
    }
}

impl White {
    fn draw(draws: Draws<'_>) -> Self {
        let [left, right] = [0, 1].map(|site| draws.matrix(site).qr().q());
        let values = Matrix::from_diagonal(&SPECTRUM.into());
        Self {
            task: Task {
                inputs: Matrix::identity(),
                told: left * values * right.transpose(),
            },
            left,
            right,
        }
    }

    /// The largest difference from the nearest product that is an optimum: along each direction one of its own, and nothing across.
    fn off_optima(&self, product: &Matrix, depth: usize, rate: f64) -> f64 {
        let along = self.left.tr_mul(product) * self.right;
        let off = |a: usize, b: usize| {
            let found = along[(a, b)];
            let known = if a == b {
                optima(SPECTRUM[a], depth, rate)
            } else {
                vec![0.0]
            };
            let off = known.into_iter().map(|known| (found - known).abs());
            off.fold(f64::INFINITY, f64::min)
        };
        let all = (0..SIDE).flat_map(|a| (0..SIDE).map(move |b| off(a, b)));
        worst(all)
    }

    /// What factors cost above the global optimum, as a share of what it costs to learn nothing.
    fn excess(&self, factors: &[Matrix], rate: f64) -> f64 {
        let nothing = 0.5 * self.task.told.norm_squared();
        let best: f64 = SPECTRUM
            .iter()
            .map(|&s| global(s, factors.len(), rate).1)
            .sum();
        (self.task.objective(factors, rate) + nothing - best) / nothing
    }

    /// Notes where all starts ended, the figures of the worst of them.
    fn note(&self, ends: &[Vec<Matrix>], key: MeasurementKey<'_>, out: &mut Measurements) {
        let (depth, rate) = (ends[0].len(), key.rate);
        let products: Vec<Matrix> = ends.iter().map(|end| product(end)).collect();
        let excess = || ends.iter().map(|end| self.excess(end, rate));
        let global = excess().filter(|excess| *excess < LEVEL).count();
        let apart = |a: usize, b: usize| (products[a] - products[b]).amax();
        let off = |product| self.off_optima(product, depth, rate);
        let penalty = |(end, product): (&Vec<Matrix>, _)| {
            let nuclear = nuclear_norm(product);
            (0.5 * squares(end) - nuclear).abs() / nuclear.max(SAME)
        };
        let largest = products.iter().map(|p| p.singular_values().max());
        out.add(
            key,
            [
                ("from an optimum", worst(products.iter().map(off))),
                ("excess", worst(excess())),
                ("at the global optimum", global as f64 / ends.len() as f64),
                ("optima", distinct(ends.len(), SAME, apart) as f64),
                ("largest singular value", worst(largest)),
                ("penalty", worst(ends.iter().zip(&products).map(penalty))),
            ],
        );
    }
}

/// Every depth at every rate, from all starts.
fn white(draws: Draws<'_>, out: &mut Measurements) {
    let (white, steps) = (White::draw(draws), draws.lab.steps(STEPS));
    for (series, depth, scale) in DEPTHS {
        for rate in SHARES {
            let descend = |start| {
                let start = draws.start(start, depth, scale);
                white.task.descend(&start, rate, LR, steps)
            };
            let ends: Vec<_> = (0..STARTS).into_par_iter().map(descend).collect();
            white.note(&ends, draws.key(WHITE, series, rate), out);
        }
    }
}

/// Two layers on inputs that are not white, beside the convex problem in the product.
fn correlated(draws: Draws<'_>, out: &mut Measurements) {
    let task = draws.regression(ROWS[1]);
    for rate in [0.05, 0.1, 0.25] {
        let known = task.nuclear(rate);
        let off = |start: usize| {
            let steps = draws.lab.steps(STEPS);
            let found = task.descend(&draws.start(start, 2, 1.0), rate, LR, steps);
            (product(&found) - known).norm() / known.norm()
        };
        let far = worst((0..STARTS).map(off));
        out.add(draws.key(CORRELATED, "", rate), [("distance", far)]);
    }
}

/// How the imbalance of two layers falls, over the law of gradient flow, after a time of 10.
fn balance(draws: Draws<'_>, out: &mut Measurements) {
    let (task, lr, time) = (White::draw(draws).task, 1e-3, 10.0);
    for rate in [0.0, 0.05, 0.1] {
        let start = draws.start(0, 2, 1.0);
        let end = task.descend(&start, rate, lr, (time / lr) as usize);
        let kept = imbalance(&end) / imbalance(&start);
        let law = f64::exp(-2.0 * rate * time);
        out.add(
            draws.key(BALANCE, "", rate),
            [("kept", kept), ("off the law", (kept / law - 1.0).abs())],
        );
    }
}

/// One layer with fewer rows than columns: what differs between starts, and how far they are from the ridge.
fn few_rows(draws: Draws<'_>, out: &mut Measurements) {
    let task = draws.regression(ROWS[0]);
    for rate in [0.0, 0.05, 0.1, 0.25] {
        let steps = draws.lab.steps(STEPS);
        let end = |start| product(&task.descend(&draws.start(start, 1, 1.0), rate, LR, steps));
        let ends: Vec<Matrix> = (0..STARTS).map(end).collect();
        let size = task.told.norm();
        let loss = |a: usize, b: usize| (task.loss(&ends[a]) - task.loss(&ends[b])).abs() / size;
        let apart = |a: usize, b: usize| (ends[a] - ends[b]).norm() / ends[a].norm();
        let from = |ridge: Matrix| {
            let far = ends.iter().map(|end| (end - ridge).norm() / ridge.norm());
            worst(far)
        };
        let key = draws.key(FEW_ROWS, "", rate);
        out.add(
            key,
            [
                ("loss apart", diameter(STARTS, loss)),
                ("function apart", diameter(STARTS, apart)),
            ],
        );
        if let Some(ridge) = task.ridge(rate).filter(|_| rate > 0.0) {
            out.add(key, [("from the ridge", from(ridge))]);
        }
    }
}
