//! What an audit costs: a population's figures, and the resampled audit of a few refits.
//!
//! ```text
//! cargo bench -p decay-audit
//! ```

#![forbid(unsafe_code)]

use decay_audit::interval::{Bootstrap, SplitMix};
use decay_audit::{
    AuditConfig, Logits, MemberLogits, PopulationMember, audit_classification, audit_population,
};

const CLASSES: usize = 10;

fn main() {
    divan::main();
}

/// Logits of a model that is right in about nine cases of ten, and labels. The likelihood is highest with the
/// logits multiplied by the signal.
fn outputs(seed: u64, rows: usize, signal: f32) -> (Vec<f32>, Vec<usize>) {
    let (noise, draws) = (SplitMix::new(seed, 0), SplitMix::new(17, 1));
    let labels: Vec<usize> = (0..rows as u64).map(|i| draws.below(i, CLASSES)).collect();
    let normal = |i: u64| {
        let radius = (-2.0 * (1.0 - noise.unit(2 * i)).ln()).sqrt();
        (radius * (std::f64::consts::TAU * noise.unit(2 * i + 1)).cos()) as f32
    };
    let mut logits: Vec<f32> = (0..(rows * CLASSES) as u64).map(normal).collect();
    for (row, label) in labels.iter().enumerate() {
        logits[row * CLASSES + label] += signal;
    }
    (logits, labels)
}

/// Ten members of 10,000 held-out and 10,000 out-of-distribution rows, on all threads.
#[divan::bench(sample_count = 10)]
fn population_of_10(bencher: divan::Bencher<'_, '_>) {
    let labels = outputs(0, 10_000, 0.0).1;
    let inside: Vec<Vec<f32>> = (0..10).map(|m| outputs(m, 10_000, 3.5).0).collect();
    let outside: Vec<Vec<f32>> = (0..10).map(|m| outputs(100 + m, 10_000, 1.0).0).collect();
    let member = |(logits, ood)| PopulationMember {
        logits,
        ood: Some(ood),
        temperature: Some(0.29),
    };
    let pairs = inside
        .iter()
        .map(Vec::as_slice)
        .zip(outside.iter().map(Vec::as_slice));
    let members: Vec<PopulationMember<'_>> = pairs.map(member).collect();
    bencher.bench(|| audit_population(&members, &labels, CLASSES, &AuditConfig::default()));
}

/// Refits with outliers and 1000 resamples: the demonstration's 3 x 360 rows, and 5 x 10,000.
#[divan::bench(args = [(3, 360), (5, 10_000)], sample_count = 2, sample_size = 1)]
fn refits_with_intervals(bencher: divan::Bencher<'_, '_>, (members, rows): (u64, usize)) {
    let labels = outputs(0, rows, 0.0).1;
    let wide = |seed, signal| {
        let values = outputs(seed, rows, signal).0;
        Logits::from_f32(&values, rows, CLASSES).ok()
    };
    let refit = |m| {
        Some(MemberLogits {
            logits: wide(m, 3.5)?,
            temperature: Some(0.29),
        })
    };
    let refits: Vec<MemberLogits<'_>> = (0..members).filter_map(refit).collect();
    let outliers: Vec<Logits<'_>> = (0..members).filter_map(|m| wide(100 + m, 1.0)).collect();
    let config = AuditConfig {
        bootstrap: Bootstrap::default(),
        ..AuditConfig::default()
    };
    bencher.bench(|| audit_classification(&refits, &labels, Some(&outliers), &config));
}
