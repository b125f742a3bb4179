//! Made-up members whose logits favour the label, the same for the same seed.

use decay_audit::interval::{Bootstrap, SplitMix};
use decay_audit::{AuditConfig, Logits, MemberLogits};

pub(crate) const CLASSES: usize = 4;

/// Standard normal numbers by Box & Muller.
pub(crate) fn normals(seed: u64, stream: u64, n: usize) -> Vec<f64> {
    let generator = SplitMix::new(seed, stream);
    let one = |i: u64| {
        let radius = (-2.0 * (1.0 - generator.unit(2 * i)).ln()).sqrt();
        radius * (std::f64::consts::TAU * generator.unit(2 * i + 1)).cos()
    };
    (0..n as u64).map(one).collect()
}

pub(crate) fn labels(seed: u64, rows: usize) -> Vec<usize> {
    let generator = SplitMix::new(seed, 900);
    (0..rows as u64)
        .map(|i| generator.below(i, CLASSES))
        .collect()
}

/// Logits that favour the label, noisily and differently for each member.
pub(crate) fn logits(seed: u64, member: u64, labels: &[usize]) -> Logits<'static> {
    let mut values = normals(seed, member, labels.len() * CLASSES);
    for (row, label) in labels.iter().enumerate() {
        values[row * CLASSES + label] += 1.5;
    }
    Logits::new(values, labels.len(), CLASSES).unwrap()
}

pub(crate) fn members(seed: u64, count: u64, labels: &[usize]) -> Vec<MemberLogits<'static>> {
    let one = |m| MemberLogits {
        logits: logits(seed, m, labels),
        temperature: Some(1.2 + 0.1 * m as f64),
    };
    (0..count).map(one).collect()
}

pub(crate) fn ood(seed: u64, count: u64, rows: usize) -> Vec<Logits<'static>> {
    let one = |m| Logits::new(normals(seed, 500 + m, rows * CLASSES), rows, CLASSES).unwrap();
    (0..count).map(one).collect()
}

pub(crate) fn quick(resamples: usize, seed: u64) -> AuditConfig {
    AuditConfig {
        bootstrap: Bootstrap {
            resamples,
            seed,
            ..Bootstrap::default()
        },
        ..AuditConfig::default()
    }
}
