//! Every strength of label smoothing with every decay rate, and what both do to outputs and weights.

use decay_audit::Logits;
use decay_claim::measuring::calibration::note_calibration;
use decay_claim::measuring::small::Small;
use decay_claim::{Lab, Measurements, Population, Result, labels};
use decay_train::TrainConfig;

use crate::STRENGTHS;

const RATES: [f64; 7] = [0.0, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0];

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    for small in Small::both(lab)? {
        for (series, label_smoothing) in STRENGTHS {
            let config = TrainConfig {
                label_smoothing,
                ..TrainConfig::default()
            };
            let population = lab.train(small.study(&RATES, config).in_series(series))?;
            note_calibration(&population, &mut out)?;
            note_spaces(&population, label_smoothing, &mut out)?;
        }
    }
    Ok(out)
}

/// The norm of the weights, and how far the decomposition of the smoothed loss is from being one.
fn note_spaces(population: &Population<'_>, strength: f64, out: &mut Measurements) -> Result<()> {
    let all = population.models.outputs(|rows| &rows.validation)?;
    for (member, outputs) in all.into_iter().enumerate() {
        let truth = labels(population.study.data, &population.rows(member).validation);
        let logits = Logits::from_f32(&outputs, truth.len(), outputs.len() / truth.len())?;
        // At any strength, so that it says something without smoothing, too.
        let [smoothed, parts] = decomposed(&logits.log_probabilities(), &truth, strength.max(0.1));
        let (key, gap) = (population.key(member), (smoothed - parts).abs() / smoothed);
        let norm = population.weight_norm(member);
        out.add(key, [("norm of the weights", norm), ("gap", gap)]);
    }
    Ok(())
}

/// Mean over rows of `H(q', p)` with `q' = (1 - ε) q + ε u`, and of `(1 - ε) H(q, p) + ε H(u, p)`, each summed in its own way.
///
/// # Shapes
/// - `logs`: `[rows, classes]`, the logarithms of `p`; `truth`: `[rows]`
pub(crate) fn decomposed(logs: &[f64], truth: &[usize], strength: f64) -> [f64; 2] {
    let classes = logs.len() / truth.len();
    let uniform = strength / classes as f64;
    let mut sums = [0.0; 2];
    for (row, &label) in logs.chunks_exact(classes).zip(truth) {
        let target = |class: usize| uniform + if class == label { 1.0 - strength } else { 0.0 };
        let terms = row.iter().enumerate();
        sums[0] -= terms.map(|(class, log)| target(class) * log).sum::<f64>();
        let even = row.iter().sum::<f64>() / classes as f64;
        sums[1] -= (1.0 - strength) * row[label] + strength * even;
    }
    sums.map(|sum| sum / truth.len() as f64)
}
