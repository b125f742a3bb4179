//! How well scores tell rows from elsewhere.

use decay_audit::ood::{Detector, Evidence, Features, Fitting, auroc};
use decay_audit::{AuditError, Logits};

/// The scores that are compared, as pictures name them.
pub(crate) const SCORES: [(&str, Detector); 3] = [
    ("MSP", Detector::Msp),
    ("energy", Detector::Energy),
    ("Mahalanobis", Detector::Mahalanobis),
];

/// What a network makes of some rows.
pub(crate) struct Seen {
    pub(crate) logits: Logits<'static>,
    last_hidden: Features<'static>,
}

impl Seen {
    /// From all layers side by side, `[rows, sum of the widths]`, the outputs last.
    pub(crate) fn of(layers: &[f32], widths: &[usize]) -> Result<Self, AuditError> {
        let total: usize = widths.iter().sum();
        let (outputs, hidden) = (widths[widths.len() - 1], widths[widths.len() - 2]);
        let rows = layers.len() / total;
        let columns = |from: usize, count: usize| -> Vec<f32> {
            let own = layers.chunks_exact(total);
            own.flat_map(|row| &row[from..from + count])
                .copied()
                .collect()
        };
        let (values, features) = (
            columns(total - outputs, outputs),
            columns(total - outputs - hidden, hidden),
        );
        Ok(Self {
            logits: Logits::from_f32(&values, rows, outputs)?,
            last_hidden: Features::from_f32(&features, rows, hidden)?,
        })
    }

    /// Mean of the largest probability.
    pub(crate) fn confidence(&self) -> f64 {
        mean_confidence(&self.logits)
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            logits: Some(&self.logits),
            features: Some(&self.last_hidden),
            ..Evidence::default()
        }
    }
}

/// Mean of the largest probability.
pub(crate) fn mean_confidence(logits: &Logits<'_>) -> f64 {
    let all = logits.confidences();
    all.iter().sum::<f64>() / all.len() as f64
}

/// AUROC of one score that is fitted on training rows; ½ where the last layer is constant, which tells nothing apart.
pub(crate) fn separation(
    detector: Detector,
    (training, labels): (&Seen, &[usize]),
    inside: &Seen,
    outside: &Seen,
) -> Result<f64, AuditError> {
    let fitting = Fitting {
        evidence: training.evidence(),
        labels,
        head: None,
    };
    let fitted = match detector.fit(&fitting) {
        Err(AuditError::Undefined { .. }) => return Ok(0.5),
        fitted => fitted?,
    };
    auroc(
        &fitted.score(&inside.evidence())?,
        &fitted.score(&outside.evidence())?,
    )
}

#[cfg(test)]
mod tests {
    use decay_audit::ood::Detector;

    use super::{SCORES, Seen, separation};

    /// Rows of one hidden layer of two units, a last one of two and two outputs.
    fn seen(rows: &[[f32; 4]]) -> Seen {
        let all: Vec<f32> = rows
            .iter()
            .flat_map(|[a, b, y, z]| [9.0, 9.0, *a, *b, *y, *z])
            .collect();
        Seen::of(&all, &[2, 2, 2]).unwrap()
    }

    #[test]
    fn every_score_reads_its_own_columns() {
        let training = seen(&[
            [1.0, 0.0, 5.0, 0.0],
            [1.2, 0.1, 5.0, 0.0],
            [0.0, 1.0, 0.0, 5.0],
            [0.1, 1.3, 0.0, 5.0],
        ]);
        let inside = seen(&[[1.1, 0.1, 5.0, 0.0], [1.1, 0.1, 0.0, 5.0]]);
        // The first is unsure, the second has small logits, the third a strange last layer.
        let outside = seen(&[
            [1.1, 0.1, 5.0, 5.0],
            [1.1, 0.1, 0.0, -5.0],
            [8.0, 8.0, 5.0, 0.0],
        ]);
        let found = SCORES.map(|(_, detector)| {
            separation(detector, (&training, &[0, 0, 1, 1]), &inside, &outside).unwrap()
        });
        let expected = [2.0 / 3.0, 0.5, 2.0 / 3.0];
        let near = |(a, b): (&f64, f64)| (a - b).abs() < 1e-12;
        assert!(found.iter().zip(expected).all(near), "{found:?}");
    }

    #[test]
    fn a_constant_layer_tells_nothing_apart() {
        let same = seen(&[[0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]);
        let found = separation(Detector::Mahalanobis, (&same, &[0, 1]), &same, &same);
        assert_eq!(found, Ok(0.5));
    }
}
