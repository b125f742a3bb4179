mod choosing;
mod elastic_net;
mod golden;
mod oracle;
mod properties;
mod refusals;
mod spectrum;
mod speed;

use crate::{Logistic, Rows, Solution};

/// Reproducible numbers in [-1, 1).
pub(super) fn noise(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(next).collect()
}

/// Rows of classes that overlap.
pub(super) struct Made {
    pub(super) features: Vec<f32>,
    pub(super) inputs: usize,
    pub(super) labels: Vec<u32>,
    pub(super) classes: usize,
}

impl Made {
    pub(super) fn new(rows: usize, inputs: usize, classes: usize) -> Self {
        let labels: Vec<u32> = (0..rows)
            .map(|row| ((row + row / 5) % classes) as u32)
            .collect();
        let (centres, values) = (noise(3, classes * inputs), noise(4, rows * inputs));
        let of_row = |row: usize| {
            let centre = &centres[labels[row] as usize * inputs..][..inputs];
            let own = &values[row * inputs..][..inputs];
            own.iter()
                .zip(centre)
                .map(|(own, centre)| (2.0 * own + centre) as f32)
        };
        Self {
            features: (0..rows).flat_map(of_row).collect(),
            inputs,
            labels: labels.clone(),
            classes,
        }
    }

    pub(super) fn rows<'a>(&'a self, weights: Option<&'a [f64]>) -> Rows<'a> {
        Rows {
            features: &self.features,
            inputs: self.inputs,
            weights,
        }
    }

    /// To a tight tolerance.
    pub(super) fn path(&self, weights: Option<&[f64]>, rates: &[f64]) -> Vec<Solution> {
        let model = Logistic::new(&self.rows(weights), &self.labels, self.classes).unwrap();
        model.path_until(rates, 1e-9, &|| false).unwrap()
    }

    /// `F` of the crate's documentation and its gradient by weights and bias, from the formula alone.
    pub(super) fn objective(
        &self,
        weights: Option<&[f64]>,
        model: &Solution,
        rate: f64,
    ) -> (f64, Vec<f64>, Vec<f64>) {
        let (classes, inputs) = (self.classes, self.inputs);
        let total: f64 = weights.map_or(self.labels.len() as f64, |own| own.iter().sum());
        let mut value = 0.5 * rate * model.square_norm();
        let mut slope: Vec<f64> = model.weights.iter().map(|weight| rate * weight).collect();
        let mut offset = vec![0.0; classes];
        for (row, &label) in self.labels.iter().enumerate() {
            let x = &self.features[row * inputs..][..inputs];
            let logit = |class: usize| {
                let along = x.iter().enumerate();
                let along = along.map(|(j, x)| f64::from(*x) * model.weights[j * classes + class]);
                model.bias[class] + along.sum::<f64>()
            };
            let logits: Vec<f64> = (0..classes).map(logit).collect();
            let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
            let share = weights.map_or(1.0, |own| own[row]) / total;
            value += share * (sum.ln() - logits[label as usize]);
            for class in 0..classes {
                let own = f64::from(u8::from(class == label as usize));
                let residual = share * (logits[class].exp() / sum - own);
                offset[class] += residual;
                for (j, x) in x.iter().enumerate() {
                    slope[j * classes + class] += residual * f64::from(*x);
                }
            }
        }
        (value, slope, offset)
    }
}

pub(super) fn largest(values: &[f64]) -> f64 {
    values
        .iter()
        .fold(0.0, |largest, value| largest.max(value.abs()))
}
