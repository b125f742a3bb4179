//! Viscous Burgers' equation on a circle, solved twice: by steps of ETDRK4 and by Cole and Hopf's transformation.
//!
//! ```text
//! u_t + u u_x = ν u_xx      x in [0, 2π), t in [0, END]
//! ```

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use decay_claim::Lab;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

type Wave = Complex<f64>;

/// `ν`.
pub(crate) const VISCOSITY: f64 = 0.05;
/// Twice the time at which a front would stand without viscosity.
pub(crate) const END: f64 = 2.0;
/// Waves of a starting field.
const WAVES: usize = 3;
/// Points of the circle at which the solver keeps the field, and its steps from time 0 to [`END`].
const POINTS: usize = 256;
const STEPS: usize = 1024;

/// A starting field of a few waves with mean 0, `Σ a_k cos kx + b_k sin kx`.
#[derive(Debug, Clone)]
pub(crate) struct Start(pub(crate) Vec<[f64; 2]>);

impl Start {
    /// Amplitudes fall as `1/k²`, and are such that the steepest descent is 1: characteristics first meet at time 1.
    pub(crate) fn draw(lab: &Lab, site: u32) -> Self {
        let normal = lab.normal(site, 2 * WAVES);
        let pairs = normal.chunks_exact(2).enumerate();
        let waves = pairs.map(|(place, pair)| {
            let square = (place + 1).pow(2) as f64;
            [pair[0] / square, pair[1] / square]
        });
        let start = Self(waves.collect());
        let places = (0..1000).map(|place| TAU * f64::from(place) / 1000.0);
        let steepest = places.map(|x| -start.slope(x)).fold(0.0, f64::max);
        Self(start.0.iter().map(|w| w.map(|a| a / steepest)).collect())
    }

    fn sum(&self, of: impl Fn(f64, [f64; 2]) -> f64) -> f64 {
        let waves = self.0.iter().enumerate();
        waves.map(|(place, &w)| of((place + 1) as f64, w)).sum()
    }

    /// `u(x, 0)`.
    pub(crate) fn value(&self, x: f64) -> f64 {
        self.sum(|k, [a, b]| a * (k * x).cos() + b * (k * x).sin())
    }

    fn slope(&self, x: f64) -> f64 {
        self.sum(|k, [a, b]| k * (b * (k * x).cos() - a * (k * x).sin()))
    }

    /// `∫ u(x, 0) dx`.
    fn integral(&self, x: f64) -> f64 {
        self.sum(|k, [a, b]| (a * (k * x).sin() - b * (k * x).cos()) / k)
    }

    /// The solution at a place and a positive time, in closed form:
    ///
    /// ```text
    /// u = ∫ (x - y)/t e^(-G/2ν) dy / ∫ e^(-G/2ν) dy      G = ∫^y u(s, 0) ds + (x - y)² / 2t
    /// ```
    ///
    /// Both integrals by the trapezoid rule, which for such integrands is as exact as the machine; nothing cancels.
    ///
    /// # Source
    /// Hopf 1950, "The partial differential equation u_t + u u_x = μ u_xx"; Cole 1951.
    pub(crate) fn cole_hopf(&self, [x, t]: [f64; 2], viscosity: f64) -> f64 {
        let bound = self.sum(|k, [a, b]| 2.0 * (a.abs() + b.abs()) / k);
        let reach = (2.0 * t * (bound + 80.0 * viscosity)).sqrt();
        let step = (2.0 * viscosity * t / (1.0 + t)).sqrt() / 6.0;
        let count = (reach / step).ceil() as i32;
        let nodes = (-count..=count).map(|place| f64::from(place) * step);
        let exponents = nodes.map(|z| (z, self.integral(x + z) + z * z / (2.0 * t)));
        let exponents: Vec<(f64, f64)> = exponents.collect();
        let least = exponents.iter().map(|e| e.1).fold(f64::INFINITY, f64::min);
        let (mut above, mut below) = (0.0, 0.0);
        for (z, exponent) in exponents {
            let weight = ((least - exponent) / (2.0 * viscosity)).exp();
            above -= z / t * weight;
            below += weight;
        }
        above / below
    }

    /// The solution by ETDRK4 on a grid of so many points, a divisor of 256, at the middles of so many equal stretches of time.
    pub(crate) fn solve(&self, side: usize, times: usize) -> Vec<f64> {
        let mut solver = Etdrk4::new(POINTS, END / STEPS as f64, VISCOSITY);
        let values = (0..POINTS).map(|place| self.value(TAU * place as f64 / POINTS as f64));
        let mut waves = solver.waves(values);
        let half = STEPS / (2 * times);
        let mut field = Vec::with_capacity(side * times);
        for step in 1..=STEPS {
            solver.step(&mut waves);
            if step % (2 * half) == half {
                let values = solver.values(&waves);
                field.extend(values.into_iter().step_by(POINTS / side));
            }
        }
        field
    }
}

/// Exponential time differencing with a Runge-Kutta step of fourth order: the viscous term exactly, the other by four stages.
///
/// # Source
/// Kassam & Trefethen 2005, "Fourth-order time-stepping for stiff PDEs", <https://doi.org/10.1137/S1064827502410633>; the
/// coefficients are means over a circle in the complex plane, since their formulas cancel.
struct Etdrk4 {
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    /// `-i k / 2`, 0 of the wave that the grid cannot tell from its mirror image.
    slope: Vec<Wave>,
    whole: Vec<f64>,
    half: Vec<f64>,
    /// `Q`, `f1`, `f2`, `f3` of the source.
    factors: [Vec<f64>; 4],
}

impl Etdrk4 {
    fn new(points: usize, step: f64, viscosity: f64) -> Self {
        let mut planner = FftPlanner::new();
        let number = |place: usize| match place.cmp(&(points / 2)) {
            std::cmp::Ordering::Less => place as f64,
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Greater => place as f64 - points as f64,
        };
        let size = |place: usize| place.min(points - place) as f64;
        let rates: Vec<f64> = (0..points)
            .map(|place| -step * viscosity * size(place).powi(2))
            .collect();
        let factor = |of: fn(Wave) -> Wave| {
            let scaled = rates.iter().map(|&rate| step * on_circle(rate, of));
            scaled.collect()
        };
        Self {
            forward: planner.plan_fft_forward(points),
            inverse: planner.plan_fft_inverse(points),
            slope: (0..points)
                .map(|place| Wave::new(0.0, -0.5 * number(place)))
                .collect(),
            whole: rates.iter().map(|rate| rate.exp()).collect(),
            half: rates.iter().map(|rate| (rate / 2.0).exp()).collect(),
            factors: [
                factor(|z| ((z / 2.0).exp() - 1.0) / z),
                factor(|z| (-4.0 - z + z.exp() * (4.0 - 3.0 * z + z * z)) / z.powi(3)),
                factor(|z| (2.0 + z + z.exp() * (z - 2.0)) / z.powi(3)),
                factor(|z| (-4.0 - 3.0 * z - z * z + z.exp() * (4.0 - z)) / z.powi(3)),
            ],
        }
    }

    fn waves(&self, values: impl Iterator<Item = f64>) -> Vec<Wave> {
        let mut waves: Vec<Wave> = values.map(|value| Wave::new(value, 0.0)).collect();
        self.forward.process(&mut waves);
        waves
    }

    fn values(&self, waves: &[Wave]) -> Vec<f64> {
        let mut values = waves.to_vec();
        self.inverse.process(&mut values);
        let count = values.len() as f64;
        values.into_iter().map(|value| value.re / count).collect()
    }

    /// `-(u²/2)_x` in waves.
    fn pull(&self, waves: &[Wave]) -> Vec<Wave> {
        let squares = self.values(waves).into_iter().map(|u| u * u);
        let pairs = self.waves(squares).into_iter().zip(&self.slope);
        pairs.map(|(square, slope)| square * slope).collect()
    }

    fn step(&mut self, waves: &mut Vec<Wave>) {
        let [q, f1, f2, f3] = &self.factors;
        let all = 0..waves.len();
        let of_start = self.pull(waves);
        let a: Vec<Wave> = all
            .clone()
            .map(|k| self.half[k] * waves[k] + q[k] * of_start[k])
            .collect();
        let of_a = self.pull(&a);
        let b: Vec<Wave> = all
            .clone()
            .map(|k| self.half[k] * waves[k] + q[k] * of_a[k])
            .collect();
        let of_b = self.pull(&b);
        let c: Vec<Wave> = all
            .clone()
            .map(|k| self.half[k] * a[k] + q[k] * (2.0 * of_b[k] - of_start[k]))
            .collect();
        let of_c = self.pull(&c);
        let next = |k: usize| {
            self.whole[k] * waves[k]
                + f1[k] * of_start[k]
                + 2.0 * f2[k] * (of_a[k] + of_b[k])
                + f3[k] * of_c[k]
        };
        *waves = all.map(next).collect();
    }
}

/// The mean of a function, real on the real axis, over a circle of radius 1 around a real number.
fn on_circle(middle: f64, of: fn(Wave) -> Wave) -> f64 {
    const COUNT: i32 = 32;
    let angles = (0..COUNT).map(|place| PI * (f64::from(place) + 0.5) / f64::from(COUNT));
    let values = angles.map(|angle| of(Wave::from_polar(1.0, angle) + middle).re);
    values.sum::<f64>() / f64::from(COUNT)
}

#[cfg(test)]
mod tests;
