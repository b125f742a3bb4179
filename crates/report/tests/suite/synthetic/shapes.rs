//! Records shaped like those of a sweep on a small image set: overfitting at low rates, a valley, collapse at
//! high rates. No model is trained; the formulas below only imitate the shapes.

use decay_report::{
    AuditCurve, Curve, Metric, RatePoint, ReliabilityBin, Split, Spread, Sweep, Task,
};

/// Uniform numbers in `[-1, 1)` from a linear congruential generator (Knuth's MMIX constants).
pub(crate) struct Noise(u64);

impl Noise {
    /// A sequence of its own for each seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> f64 {
        let Self(state) = self;
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

const MEMBERS: usize = 10;

fn log_spaced(low: f64, high: f64, n: usize) -> Vec<f64> {
    let step = (high / low).ln() / (n.max(2) - 1) as f64;
    (0..n).map(|k| low * (step * k as f64).exp()).collect()
}

/// Share of the weights that a rate leaves standing, falling from 1 to 0 around rate 8.
fn alive(rate: f64) -> f64 {
    1.0 / (1.0 + (rate / 8.0).powi(3))
}

fn losses(rate: f64, progress: f64) -> (f64, f64) {
    let collapse = (1.0 - alive(rate)) * 10f64.ln();
    let fit = 2.2 * (-7.0 * progress).exp();
    let train = fit + 0.004 + 0.022 * rate.powf(0.8) + collapse;
    let memorised = 0.09 * progress / (1.0 + (rate / 0.05).powf(0.7));
    let gap = 0.07 * progress * alive(rate) / (1.0 + (rate / 0.3).powf(0.5)) + memorised;
    (train, train + gap)
}

fn spread(value: f64, relative: f64, noise: &mut Noise) -> Spread {
    let values: Vec<f64> = (0..MEMBERS)
        .map(|_| value * (1.0 + relative * (noise.next() + noise.next())))
        .collect();
    Spread::of(&values)
}

pub(crate) fn curves(rate: f64, epochs: usize, noise: &mut Noise) -> Vec<Curve> {
    let mut both = [Split::Train, Split::Validation].map(|split| Curve {
        split,
        mean: Vec::new(),
        low: Vec::new(),
        high: Vec::new(),
    });
    for epoch in 1..=epochs {
        let (train, validation) = losses(rate, epoch as f64 / epochs as f64);
        for (curve, value) in both.iter_mut().zip([train, validation]) {
            let s = spread(value, 0.09, noise);
            curve.mean.push(s.mean);
            curve.low.push(s.low());
            curve.high.push(s.high());
        }
    }
    both.into()
}

/// Fifteen bins of overconfident predictions; `excess` is how much confidence exceeds accuracy.
pub(crate) fn bins(excess: f64, rows: usize, noise: &mut Noise) -> Vec<ReliabilityBin> {
    let edge = |k: usize| k as f64 / 15.0;
    (0..15)
        .map(|k| {
            let confidence: f64 = (edge(k) + edge(k + 1)) / 2.0;
            let count = (rows as f64 * 0.9 * confidence.powi(14)) as usize + k / 3;
            let truth = (confidence - excess * (1.0 - confidence) * 2.0).clamp(0.0, 1.0);
            let n = count.max(1) as f64;
            let sd = (truth * (1.0 - truth) / n).sqrt();
            let accuracy = (truth + sd * noise.next()).clamp(0.0, 1.0);
            let z = 1.96f64;
            let centre = (accuracy + z * z / (2.0 * n)) / (1.0 + z * z / n);
            let half = z / (1.0 + z * z / n)
                * (accuracy * (1.0 - accuracy) / n + z * z / (4.0 * n * n)).sqrt();
            let or_nan = |v: f64| if count == 0 { f64::NAN } else { v };
            ReliabilityBin {
                lower: edge(k),
                upper: edge(k + 1),
                confidence: or_nan(confidence),
                accuracy: or_nan(accuracy),
                accuracy_low: or_nan(centre - half),
                accuracy_high: or_nan(centre + half),
                count,
            }
        })
        .collect()
}

fn point(rate: f64, epochs: usize, noise: &mut Noise) -> RatePoint {
    let (train, validation) = losses(rate, 1.0);
    let (lr, steps_per_epoch) = (1e-3, 18.0);
    let half_life = 2f64.ln() / (-(1.0 - lr * rate).ln() * steps_per_epoch);
    RatePoint {
        rate,
        half_life_epochs: (rate > 0.0).then_some(half_life),
        tau_epochs: (rate > 0.0).then_some(1.0 / (lr * rate * steps_per_epoch)),
        train: spread(train, 0.12, noise),
        validation: spread(validation, 0.3, noise),
        gap: spread(validation - train, 0.25, noise),
        accuracy: Some(spread(
            0.1 + 0.873 * alive(rate) - 0.05 * (validation - train),
            0.004,
            noise,
        )),
        ece: Some(spread(0.008 + 0.2 * (validation - train), 0.1, noise)),
        weight_norm: spread(
            21.0 * alive(rate) / (1.0 + rate.powf(0.6)) + 0.02,
            0.01,
            noise,
        ),
        logit_scale: Some(spread(
            9.0 * alive(rate) / (1.0 + 3.0 * rate.powf(0.5)) + 0.01,
            0.02,
            noise,
        )),
        diverged: 0,
        curves: curves(rate, epochs, noise),
        reliability: bins(0.35 * alive(rate) / (1.0 + rate), 1400, noise),
    }
}

/// A calibration error that falls and rises again, and a likelihood that one rate lacks.
fn audited(points: &[RatePoint]) -> Vec<AuditCurve> {
    let curve = |name: &str, label: &str, missing: usize, of: fn(f64) -> f64| AuditCurve {
        name: name.into(),
        label: label.into(),
        axis: name.into(),
        spreads: points
            .iter()
            .enumerate()
            .map(|(k, point)| {
                let value = of(point.rate.max(1e-6).log10());
                (k != missing).then(|| Spread::of(&[0.97 * value, value, 1.05 * value]))
            })
            .collect(),
    };
    vec![
        curve("ece", "expected calibration error", usize::MAX, |x| {
            0.02 + 0.01 * (x + 1.5).powi(2)
        }),
        curve("auroc_msp", "OOD AUROC, maximum probability", 1, |x| {
            0.95 - 0.01 * x.powi(2)
        }),
    ]
}

/// A sweep of the given rates, with the one-standard-error choice made on it.
pub(crate) fn sweep(rates: &[f64], epochs: usize) -> Sweep {
    let mut noise = Noise::new(7);
    let points: Vec<RatePoint> = rates
        .iter()
        .map(|rate| point(*rate, epochs, &mut noise))
        .collect();
    let mean = |k: usize| points[k].validation.mean;
    let best = (0..points.len())
        .min_by(|a, b| mean(*a).total_cmp(&mean(*b)))
        .unwrap_or(0);
    let threshold = points
        .get(best)
        .map_or(f64::NAN, |point| point.validation.high());
    let chosen = (0..points.len())
        .rev()
        .find(|k| mean(*k) <= threshold)
        .unwrap_or(best);
    Sweep {
        axis: "decay rate λ".into(),
        symbol: "λ".into(),
        at: String::new(),
        linear: false,
        metric: Metric {
            name: "NLL".into(),
            unit: "nats".into(),
            higher_is_better: false,
        },
        task: Task::Classification,
        audited: audited(&points),
        points,
        chosen,
        best,
        rule: "one standard error".into(),
        threshold,
    }
}

/// Sixteen rates from 1e-4 to 10.
pub(crate) fn demonstration_rates() -> Vec<f64> {
    log_spaced(1e-4, 10.0, 16)
}

/// Rates between any two ends.
pub(crate) fn rates(low: f64, high: f64, n: usize) -> Vec<f64> {
    log_spaced(low, high, n)
}
