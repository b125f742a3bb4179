//! Fields, what is seen of them, and surrogates at every decay rate.

use std::f64::consts::TAU;

use decay_claim::{Lab, MeasurementKey, Measurements, Result, rates};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::basis::{Penalty, VALUE, matrix};
use crate::equation::{END, VISCOSITY};
use crate::field::{Field, SIDE, grid, moment, place};
use crate::surrogate::{Equation, Fit, Seen};
use crate::task::{SAMPLES, Task};
use crate::{
    BASIS, DENSE, HOW, IDENTITIES, KNOWING, MANY, SHOWN, SOLVERS, SPARSE, SPECTRUM, TRUTH, WEIGHTS,
};

/// Collocation points around the circle and in time.
const COLLOCATION: [usize; 2] = [48, 12];
/// Moments that are shown: before and after a front.
pub(crate) const MOMENTS: [usize; 2] = [8, 28];

/// What all replicates have in common.
struct Bench {
    grid: DMatrix<f64>,
    equation: Equation,
    steps: usize,
}

impl Bench {
    fn field(&self, coefficients: &DVector<f64>) -> Field {
        Field((&self.grid * coefficients).data.into())
    }
}

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let tasks = lab.each("fields", lab.pick(10, 20), |replicate| {
        Ok(Task::draw(lab, replicate))
    })?;
    let collocation = (0..COLLOCATION[0] * COLLOCATION[1]).map(|point| {
        let (x, t) = (point % COLLOCATION[0], point / COLLOCATION[0]);
        [
            TAU * x as f64 / COLLOCATION[0] as f64,
            END * (t as f64 + 0.5) / COLLOCATION[1] as f64,
        ]
    });
    let bench = Bench {
        grid: matrix(&grid(), VALUE),
        equation: Equation::new(&collocation.collect::<Vec<_>>()),
        steps: lab.steps(30),
    };
    let mut out = Measurements::default();
    lab.each("surrogates in waves", 1, |_| {
        let tasks = tasks.par_iter().enumerate();
        let all = tasks.map(|(replicate, task)| bench.measure(task, replicate));
        let all: Vec<Measurements> = all.collect();
        out.rows.extend(all.into_iter().flat_map(|one| one.rows));
        Ok(())
    })?;
    crate::network::measure(lab, &tasks, &mut out)?;
    Ok(out)
}

/// The figures of a surrogate's field; energies relative to the truth's.
pub(crate) fn note(
    key: MeasurementKey<'_>,
    field: &Field,
    truth: &Field,
    left_out: f64,
    out: &mut Measurements,
) {
    let [energy, size] = [Field::energy, Field::size].map(|of| of(field) / of(truth));
    out.add_rounded(
        key,
        [
            ("error", field.error(truth)),
            ("energy", energy),
            ("size", size),
            ("roughness", energy / size),
            ("variation", field.variation(truth)),
            ("overshoot", field.overshoot(truth)),
            ("left out", left_out.sqrt()),
        ],
    );
}

impl Bench {
    fn measure(&self, task: &Task, replicate: usize) -> Measurements {
        let mut out = Measurements::default();
        solvers(task, replicate, &mut out);
        self.dense(task, replicate, &mut out);
        spectrum(TRUTH, &task.truth, replicate, &mut out);
        if replicate == 0 {
            shown(TRUTH, 0.0, &task.truth, &mut out);
        }
        let seen = SAMPLES.map(|count| Seen::new(&task.samples(count)));
        let mut start = DVector::zeros(self.grid.ncols());
        for (series, penalty) in BASIS {
            let weights = penalty.weights();
            let few = ridges(&seen[0], &weights, rates(1e-7, 1.0, 15));
            self.identities(series, &few, replicate, &mut out);
            self.note_all((SPARSE, series), &few, task, replicate, &mut out);
            self.note_ends(series, &few, task, replicate, &mut out);
            if let Some(best) = chosen(&few) {
                start = best.coefficients.clone();
            }
            let many = ridges(&seen[1], &weights, rates(1e-5, 1.0, 11));
            self.note_all((MANY, series), &many, task, replicate, &mut out);
        }
        for (series, penalty) in KNOWING {
            let fits = self.knowing(&seen[0], &penalty.weights(), &start);
            self.note_all((SPARSE, series), &fits, task, replicate, &mut out);
            self.note_ends(series, &fits, task, replicate, &mut out);
        }
        out
    }

    /// Surrogates that know the equation, at every rate with the weight that leave-one-out cross-validation chooses; from much decay
    /// to little, each from where the one before ended.
    fn knowing(
        &self,
        seen: &Seen,
        penalty: &DVector<f64>,
        start: &DVector<f64>,
    ) -> Vec<(f64, Fit)> {
        let mut starts = WEIGHTS.map(|weight| (weight, start.clone()));
        let all = rates(1e-7, 1.0, 8).split_off(1).into_iter().rev();
        let fit = |rate| {
            let fits = starts.iter_mut().filter_map(|(weight, start)| {
                let strengths = [rate, *weight];
                let fit = self
                    .equation
                    .fit(seen, strengths, penalty, start, self.steps)?;
                start.clone_from(&fit.coefficients);
                Some((rate, fit))
            });
            fits.min_by(|a, b| a.1.left_out.total_cmp(&b.1.left_out))
        };
        let mut fits: Vec<_> = all.filter_map(fit).collect();
        fits.reverse();
        fits
    }

    fn note_all(
        &self,
        (study, series): (&str, &str),
        fits: &[(f64, Fit)],
        task: &Task,
        replicate: usize,
        out: &mut Measurements,
    ) {
        for (rate, fit) in fits {
            let key = MeasurementKey::of(study, series, *rate, replicate);
            let field = self.field(&fit.coefficients);
            note(key, &field, &task.truth, fit.left_out, out);
        }
    }

    /// Spectra with the least decay, the best by the truth, and the most; of the first field also the fields.
    fn note_ends(
        &self,
        series: &str,
        fits: &[(f64, Fit)],
        task: &Task,
        replicate: usize,
        out: &mut Measurements,
    ) {
        let fields = fits.iter().map(|(_, fit)| self.field(&fit.coefficients));
        let fields: Vec<Field> = fields.collect();
        let error = |place: &usize| fields[*place].error(&task.truth);
        let best = (0..fields.len()).min_by(|a, b| error(a).total_cmp(&error(b)));
        let (Some(best), last) = (best, fields.len().saturating_sub(1)) else {
            return;
        };
        for (how, place) in HOW.into_iter().zip([0, best, last]) {
            let name = format!("{series}, {how}");
            spectrum(&name, &fields[place], replicate, out);
            if replicate == 0 {
                shown(&name, fits[place].0, &fields[place], out);
            }
        }
    }

    /// Whether sums over coefficients are means over the grid.
    fn identities(
        &self,
        series: &str,
        fits: &[(f64, Fit)],
        replicate: usize,
        out: &mut Measurements,
    ) {
        for (rate, fit) in fits {
            let field = self.field(&fit.coefficients);
            let sum = |penalty: Penalty| penalty.weights().dot(&fit.coefficients.map(|c| c * c));
            let off = |found: f64, expected: f64| (found / expected - 1.0).abs();
            let key = MeasurementKey::of(IDENTITIES, series, *rate, replicate);
            let figures = [
                ("slope", off(field.energy(), sum(Penalty::Slope))),
                ("size", off(field.size(), sum(Penalty::Size))),
            ];
            out.add(key, figures);
        }
    }

    /// Every point of the grid is seen: there waves are orthogonal, and each coefficient is shrunk by itself, `c / (1 + λ p)`.
    fn dense(&self, task: &Task, replicate: usize, out: &mut Measurements) {
        let count = self.grid.nrows() as f64;
        let seen = self.grid.tr_mul(&DVector::from_column_slice(&task.dense)) / count;
        let before = self.field(&seen);
        for (series, penalty) in BASIS {
            let weights = penalty.weights();
            for rate in rates(1e-4, 1.0, 9).split_off(1) {
                let field = self.field(&seen.zip_map(&weights, |c, p| c / (1.0 + rate * p)));
                let key = MeasurementKey::of(DENSE, series, rate, replicate);
                let roughness = |field: &Field| field.energy() / field.size();
                let figures = [
                    ("kept", roughness(&field) / roughness(&before)),
                    ("error", field.error(&task.truth)),
                    ("error before", before.error(&task.truth)),
                    ("variation", field.variation(&task.truth)),
                ];
                out.add(key, figures);
            }
        }
    }
}

/// A ridge of every positive rate.
fn ridges(seen: &Seen, penalty: &DVector<f64>, rates: Vec<f64>) -> Vec<(f64, Fit)> {
    let positive = rates.into_iter().filter(|rate| *rate > 0.0);
    let fit = |rate| Some((rate, seen.ridge(rate, penalty)?));
    positive.filter_map(fit).collect()
}

/// The fit that leave-one-out cross-validation chooses.
fn chosen(fits: &[(f64, Fit)]) -> Option<&Fit> {
    let fits = fits.iter().map(|(_, fit)| fit);
    fits.min_by(|a, b| a.left_out.total_cmp(&b.left_out))
}

/// The largest difference of both solutions, before a front and after.
fn solvers(task: &Task, replicate: usize, out: &mut Measurements) {
    let difference = |t: usize| {
        let places = (0..SIDE).step_by(4);
        let differences = places.map(|x| {
            let exact = task.start.cole_hopf([place(x), moment(t)], VISCOSITY);
            (exact - task.truth.at(t)[x]).abs()
        });
        differences.fold(0.0, f64::max)
    };
    for (series, times) in SOLVERS.1.into_iter().zip([[3, 15], [16, 31]]) {
        let worst = times.map(difference).into_iter().fold(0.0, f64::max);
        let key = MeasurementKey::of(SOLVERS.0, series, 0.0, replicate);
        out.add(key, [("difference", worst)]);
    }
}

/// Four decimals, for a picture.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

fn spectrum(series: &str, field: &Field, replicate: usize, out: &mut Measurements) {
    let key = MeasurementKey::of(SPECTRUM, series, 0.0, replicate);
    let waves = field.spectrum().into_iter().enumerate();
    for (k, size) in waves.skip(1).take(crate::basis::WAVES) {
        // Its logarithm: over fields the last waves span decades.
        out.add_at(key, k as f64, "decades", rounded(size.log10()));
    }
}

fn shown(series: &str, rate: f64, field: &Field, out: &mut Measurements) {
    let key = MeasurementKey::of(SHOWN, series, rate, 0);
    for (metric, t) in MOMENTS.into_iter().enumerate() {
        for (x, u) in field.at(t).iter().enumerate() {
            out.add_at(key, place(x), &crate::moment_name(metric), rounded(*u));
        }
    }
}
