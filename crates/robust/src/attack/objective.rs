//! What an attack raises: functions of one row's logits, with their gradients.

/// A function of the logits that is larger the closer a row is to being misclassified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Cross-entropy `log sum_c exp(z_c) - z_y`.
    CrossEntropy,
    /// Difference of logits ratio `-(z_y - max_(c != y) z_c) / (z_(1) - z_(3))`, `z_(k)` the k-th largest (Croce & Hein 2020, eq. 6);
    /// [`Margin`](Self::Margin) with fewer than three classes.
    Dlr,
    /// Its targeted form `-(z_y - z_t) / (z_(1) - (z_(3) + z_(4)) / 2)` (Croce & Hein 2020, eq. 7); `z_t - z_y` with fewer than four classes.
    TargetedDlr,
    /// `max_(c != y) z_c - z_y` (Carlini & Wagner 2017, f6).
    Margin,
    /// `z_t - z_y`.
    Difference,
}

/// Keeps the ratio finite where all logits agree, as the authors do.
const EPSILON: f64 = 1e-12;

impl Objective {
    /// The value at one row's logits; `gradient` is overwritten with the derivatives.
    ///
    /// # Shapes
    /// - `logits`, `gradient`: `[classes]`; `target` is ignored by untargeted objectives
    pub fn of(self, logits: &[f32], label: usize, target: usize, gradient: &mut [f32]) -> f64 {
        gradient.fill(0.0);
        match self {
            Self::CrossEntropy => cross_entropy(logits, label, gradient),
            Self::Dlr if logits.len() >= 3 => {
                let order = descending(logits);
                let other = if order[0] == label {
                    order[1]
                } else {
                    order[0]
                };
                let scale = [(order[0], 1.0), (order[2], -1.0)];
                ratio(logits, [other, label], &scale, gradient)
            }
            Self::TargetedDlr if logits.len() >= 4 => {
                let order = descending(logits);
                let scale = [(order[0], 1.0), (order[2], -0.5), (order[3], -0.5)];
                ratio(logits, [target, label], &scale, gradient)
            }
            Self::Dlr | Self::Margin => {
                difference(logits, runner_up(logits, label), label, gradient)
            }
            Self::TargetedDlr | Self::Difference => difference(logits, target, label, gradient),
        }
    }
}

/// The class of the largest logit, the first of several; NaN is never the largest.
pub(crate) fn predicted(logits: &[f32]) -> usize {
    let mut best = 0;
    for (class, value) in logits.iter().enumerate() {
        if *value > logits[best] || logits[best].is_nan() {
            best = class;
        }
    }
    best
}

/// Whether a row is classified as labelled.
pub(crate) fn is_correct(logits: &[f32], label: usize) -> bool {
    predicted(logits) == label && logits[label].is_finite()
}

/// The class of the largest logit but the label's.
pub(crate) fn runner_up(logits: &[f32], label: usize) -> usize {
    let mut best = usize::from(label == 0);
    for (class, value) in logits.iter().enumerate() {
        if class != label && *value > logits[best] {
            best = class;
        }
    }
    best
}

/// Classes by falling logit, the first of equals first.
pub(crate) fn descending(logits: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    order
}

fn cross_entropy(logits: &[f32], label: usize, gradient: &mut [f32]) -> f64 {
    let most = logits.iter().fold(f32::NEG_INFINITY, |m, &z| m.max(z));
    let shifted = |&z: &f32| (f64::from(z) - f64::from(most)).exp();
    let parts: Vec<f64> = logits.iter().map(shifted).collect();
    let sum: f64 = parts.iter().sum();
    for (g, part) in gradient.iter_mut().zip(&parts) {
        *g = (part / sum) as f32;
    }
    // `p - 1` as minus the others' sum keeps its digits where the label is nearly certain.
    let others = parts.iter().enumerate().filter(|(c, _)| *c != label);
    gradient[label] = -(others.map(|(_, part)| part).sum::<f64>() / sum) as f32;
    f64::from(most) + sum.ln() - f64::from(logits[label])
}

fn difference(logits: &[f32], up: usize, down: usize, gradient: &mut [f32]) -> f64 {
    gradient[up] += 1.0;
    gradient[down] -= 1.0;
    f64::from(logits[up]) - f64::from(logits[down])
}

/// `(z_up - z_down) / sum of weight z` and its gradient.
fn ratio(
    logits: &[f32],
    [up, down]: [usize; 2],
    scale: &[(usize, f64)],
    gradient: &mut [f32],
) -> f64 {
    let z = |class: usize| f64::from(logits[class]);
    let denominator = scale.iter().map(|&(c, w)| w * z(c)).sum::<f64>() + EPSILON;
    let value = (z(up) - z(down)) / denominator;
    let mut slopes = vec![0.0; logits.len()];
    slopes[up] += 1.0 / denominator;
    slopes[down] -= 1.0 / denominator;
    for &(class, weight) in scale {
        slopes[class] -= value * weight / denominator;
    }
    for (g, slope) in gradient.iter_mut().zip(slopes) {
        *g = slope as f32;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::Objective;

    #[test]
    fn gradients_are_those_of_finite_differences() {
        let logits = [0.3f32, -1.2, 2.25, 0.75, 1.5];
        let all = [
            Objective::CrossEntropy,
            Objective::Dlr,
            Objective::TargetedDlr,
            Objective::Margin,
            Objective::Difference,
        ];
        for classes in [2, 3, 5] {
            for (objective, label) in all.iter().flat_map(|o| (0..classes).map(move |l| (o, l))) {
                let target = (label + 1) % classes;
                let of = |z: &[f32]| objective.of(z, label, target, &mut vec![0.0; classes]);
                let mut gradient = vec![0.0; classes];
                objective.of(&logits[..classes], label, target, &mut gradient);
                for c in 0..classes {
                    let step = 1.0 / 1024.0;
                    let shifted = |by: f32| {
                        let mut z = logits[..classes].to_vec();
                        z[c] += by;
                        of(&z)
                    };
                    let slope = (shifted(step) - shifted(-step)) / f64::from(2.0 * step);
                    let error = (slope - f64::from(gradient[c])).abs();
                    assert!(error < 1e-5, "{objective:?} {label} {c}: {slope}");
                }
            }
        }
    }

    /// Of the largest logits 2.25, 1.5 and 0.75 the first is the label's.
    #[test]
    fn the_ratio_does_not_change_when_logits_are_scaled_or_shifted() {
        let logits = [0.3f32, -1.2, 2.25, 0.75, 1.5];
        let moved = logits.map(|z| 8.0 * z - 3.0);
        let of = |z: &[f32], o: Objective| o.of(z, 2, 0, &mut [0.0; 5]);
        assert!((of(&logits, Objective::Dlr) + 0.75 / 1.5).abs() < 1e-12);
        let targeted = -(2.25 - f64::from(0.3f32)) / (2.25 - (0.75 + f64::from(0.3f32)) / 2.0);
        assert!((of(&logits, Objective::TargetedDlr) - targeted).abs() < 1e-9);
        for objective in [Objective::Dlr, Objective::TargetedDlr] {
            assert!((of(&logits, objective) - of(&moved, objective)).abs() < 1e-6);
        }
    }
}
