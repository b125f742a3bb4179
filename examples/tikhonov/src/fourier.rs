//! Ridge by waves: where edges meet, blur and differences are diagonal in a Fourier basis.

use std::f64::consts::TAU;
use std::sync::Arc;

use decay_claim::measuring::known::{Known, Truth};
use decay_linear::{Coordinate, Spectrum};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftDirection, FftPlanner};

use crate::blur::{Blur, Square};

type Wave = Complex<f64>;

/// What is penalised: `||L x||²`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Penalty {
    /// The pixels themselves, as plain decay does.
    Identity,
    /// Differences of neighbours.
    Gradient,
    /// Discrete Laplacian: differences of differences, as scikit-image's Wiener filter does.
    Laplacian,
}

impl Penalty {
    pub(crate) const ALL: [(&'static str, Self); 3] = [
        ("identity", Self::Identity),
        ("gradient", Self::Gradient),
        ("Laplacian", Self::Laplacian),
    ];

    /// `l²` of a wave with so many periods over the side, down and to the right.
    fn of_wave(self, [down, right]: [f64; 2]) -> f64 {
        let differences = 4.0 - 2.0 * (TAU * down).cos() - 2.0 * (TAU * right).cos();
        match self {
            Self::Identity => 1.0,
            Self::Gradient => differences,
            Self::Laplacian => differences * differences,
        }
    }
}

/// Orthonormal Fourier transforms of square pictures.
pub(crate) struct Waves {
    pub(crate) square: Square,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
}

impl Waves {
    pub(crate) fn new(square: Square) -> Self {
        let mut planner = FftPlanner::new();
        Self {
            square,
            forward: planner.plan_fft(square.0, FftDirection::Forward),
            inverse: planner.plan_fft(square.0, FftDirection::Inverse),
        }
    }

    /// Rows, then columns; the result lies transposed if it is done once and as before if it is done twice.
    fn transform(&self, fft: &dyn Fft<f64>, mut waves: Vec<Wave>) -> Vec<Wave> {
        let side = self.square.0;
        for _ in 0..2 {
            fft.process(&mut waves);
            let place = |place: usize| waves[place % side * side + place / side];
            waves = (0..side * side).map(place).collect();
        }
        waves.iter().map(|wave| wave / side as f64).collect()
    }

    pub(crate) fn of(&self, pixels: &[f64]) -> Vec<Wave> {
        let waves = pixels.iter().map(|&pixel| Wave::new(pixel, 0.0));
        self.transform(&*self.forward, waves.collect())
    }

    /// The factor of every wave by which a blur changes it: real, since the taps are symmetric.
    fn gains(&self, blur: Blur) -> Vec<f64> {
        let (taps, side) = (blur.taps(), self.square.0);
        let along = |k: usize, by: i32| TAU * k as f64 * f64::from(by) / side as f64;
        let cosine: Vec<_> = taps
            .iter()
            .map(|&((down, right), weight)| (down, right, weight))
            .collect();
        let gain = |place: usize| {
            let (y, x) = (place / side, place % side);
            let of = |&(down, right, weight): &(i32, i32, f64)| {
                weight * (along(y, down) + along(x, right)).cos()
            };
            cosine.iter().map(of).sum()
        };
        (0..side * side).map(gain).collect()
    }

    fn penalties(&self, penalty: Penalty) -> Vec<f64> {
        let side = self.square.0;
        let share = |k: usize| k as f64 / side as f64;
        let of = |place: usize| penalty.of_wave([place / side, place % side].map(share));
        (0..side * side).map(of).collect()
    }
}

/// A picture that was blurred and has noise, in waves.
pub(crate) struct Seen<'a> {
    waves: &'a Waves,
    gains: Vec<f64>,
    seen: Vec<Wave>,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(waves: &'a Waves, blur: Blur, pixels: &[f64]) -> Self {
        Self {
            waves,
            gains: waves.gains(blur),
            seen: waves.of(pixels),
        }
    }

    /// What rules that choose a rate need, and with the truth the error of every rate.
    pub(crate) fn known(&self, penalty: Penalty, truth: &[f64]) -> Known {
        let truth = self.waves.of(truth);
        let all = self.gains.iter().zip(&self.seen).zip(&truth);
        let own = |(((gain, seen), truth), penalty): (((&f64, &Wave), &Wave), f64)| {
            let own = Coordinate {
                gain: gain * gain,
                penalty,
                seen: seen.norm_sqr(),
            };
            let truth = Truth {
                square: truth.norm_sqr(),
                cross: gain * (seen * truth.conj()).re,
            };
            (own, truth)
        };
        let (coordinates, truths) = all.zip(self.waves.penalties(penalty)).map(own).unzip();
        let spectrum = Spectrum {
            coordinates,
            beyond: 0,
            unexplained: 0.0,
        };
        Known { spectrum, truths }
    }

    /// The ridge: `Σ s / (s² + λ l²)` of every wave.
    pub(crate) fn ridge(&self, penalty: Penalty, rate: f64) -> Vec<f64> {
        let known = self
            .gains
            .iter()
            .zip(&self.seen)
            .zip(self.waves.penalties(penalty));
        let wave = |((gain, seen), penalty): ((&f64, &Wave), f64)| {
            let bound = gain * gain + rate * penalty;
            // What is neither let through nor penalised stays at 0.
            if bound == 0.0 {
                Wave::default()
            } else {
                seen * (gain / bound)
            }
        };
        let waves = self
            .waves
            .transform(&*self.waves.inverse, known.map(wave).collect());
        waves.into_iter().map(|wave| wave.re).collect()
    }
}
