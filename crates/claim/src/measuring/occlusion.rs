//! What becomes of a prediction while the inputs that explain it are taken away, or given back.

use decay_audit::Logits;
use decay_model::MemberState;
use decay_robust::{Saliency, own_logits};

use crate::failure::Result;
use crate::lab::Lab;
use crate::measuring::saliency::Explained;
use crate::population::Population;

/// Steps from the whole row to nothing of it.
pub const STEPS: usize = 20;
/// Ladders of each row: two in the order of the slopes, and as many random ones.
const LADDERS: usize = 2 + RANDOM;
/// Random orders of each row.
const RANDOM: usize = 2;
/// Temperatures among which a confidence is looked for.
const TEMPERATURES: [f64; 2] = [1e-4, 1e4];

/// Logits of one network on rows whose inputs were taken away or given back, one after the other.
///
/// Taken away means set to [`Explained::typical`]. Only inputs that vary are moved.
#[derive(Debug, Clone)]
pub struct Occlusion {
    /// What the network chose for each whole row.
    chosen: Vec<usize>,
    /// `[rows, ladders, steps + 1]`: deletion, insertion, deletion in random orders.
    logits: Logits<'static>,
}

/// Mean probability of the class that was chosen, along the way.
///
/// # Source
/// Petsiuk, Das & Saenko 2018, section 3.3, <https://arxiv.org/abs/1806.07421>.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// Inputs taken away, the largest slope first: `[steps + 1]`, the whole row first.
    pub deletion: Vec<f64>,
    /// Inputs given back, the largest slope first, nothing first.
    pub insertion: Vec<f64>,
    /// Inputs taken away in random orders, the whole row first. Given back in random orders it is the same curve from behind.
    pub random: Vec<f64>,
}

/// Area under a curve over the share of the inputs, by the trapezoidal rule.
pub fn area(curve: &[f64]) -> f64 {
    let steps = curve.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
    steps.sum::<f64>() / (curve.len() - 1) as f64
}

impl Curves {
    /// How much sooner the class is lost than in a random order: area under random deletion less that under deletion.
    pub fn deletion_gain(&self) -> f64 {
        area(&self.random) - area(&self.deletion)
    }

    /// How much sooner the class comes back than in a random order.
    pub fn insertion_gain(&self) -> f64 {
        area(&self.insertion) - area(&self.random)
    }
}

impl Occlusion {
    /// Mean probability of the chosen class of whole rows, at a temperature.
    pub fn confidence(&self, temperature: f64) -> f64 {
        let per_row = LADDERS * (STEPS + 1);
        let whole =
            (0..self.chosen.len()).map(|row| self.probability(row, row * per_row, temperature));
        whole.sum::<f64>() / self.chosen.len() as f64
    }

    /// The temperature at which whole rows are this sure on average: networks of one confidence differ in what they look at, and no
    /// longer in scale. At the end of `[1e-4, 1e4]` where none is.
    pub fn temperature(&self, confidence: f64) -> f64 {
        let [mut low, mut high] = TEMPERATURES.map(f64::ln);
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if self.confidence(middle.exp()) > confidence {
                low = middle;
            } else {
                high = middle;
            }
        }
        low.midpoint(high).exp()
    }

    /// Probabilities at a temperature, means over rows.
    pub fn curves(&self, temperature: f64) -> Curves {
        let ladder = |first: usize, count: usize| -> Vec<f64> {
            let place = |step: usize| {
                let mut sum = 0.0;
                for row in 0..self.chosen.len() {
                    for ladder in first..first + count {
                        let at = (row * LADDERS + ladder) * (STEPS + 1) + step;
                        sum += self.probability(row, at, temperature);
                    }
                }
                sum / (self.chosen.len() * count) as f64
            };
            (0..=STEPS).map(place).collect()
        };
        Curves {
            deletion: ladder(0, 1),
            insertion: ladder(1, 1),
            random: ladder(2, RANDOM),
        }
    }

    /// Of the class that was chosen for a row, with the logits at a place.
    fn probability(&self, row: usize, at: usize, temperature: f64) -> f64 {
        let classes = self.logits.classes();
        let z = &self.logits.values()[at * classes..(at + 1) * classes];
        let own = z[self.chosen[row]];
        let others = z.iter().map(|z| ((z - own) / temperature).exp());
        1.0 / others.sum::<f64>()
    }
}

impl Population<'_> {
    /// Takes away and gives back the inputs of explained rows in the order of some networks' slopes, and in random orders that are the
    /// same for all of them.
    ///
    /// # Errors
    /// From the device, or if a logit is not finite.
    pub fn occlusions(
        &self,
        explained: &Explained,
        states: &[MemberState],
        saliency: &[Saliency],
    ) -> Result<Vec<Occlusion>> {
        let random = random_orders(self.lab, explained);
        let ladders = |own: &Saliency| -> Vec<f32> {
            let sizes = explained.sizes(own).into_iter().zip(&random).enumerate();
            sizes
                .flat_map(|(row, (sizes, random))| explained.ladders(row, &sizes, random))
                .collect()
        };
        let x: Vec<Vec<f32>> = saliency.iter().map(ladders).collect();
        let scales = vec![explained.own.scale.clone(); states.len()];
        let seeds = vec![0; states.len()];
        let found = own_logits(&self.targets(states, &scales, &seeds), &x)?;
        let of = |(own, logits): (&Saliency, Vec<f32>)| {
            let rows = own.chosen.len() * LADDERS * (STEPS + 1);
            Ok(Occlusion {
                chosen: own.chosen.clone(),
                logits: Logits::from_f32(&logits, rows, logits.len() / rows)?,
            })
        };
        saliency.iter().zip(found).map(of).collect()
    }
}

/// Random orders of the varying inputs for each row.
fn random_orders(lab: &Lab, explained: &Explained) -> Vec<[Vec<usize>; RANDOM]> {
    const SITE: u32 = 1 << 21;
    let order = |place: usize| {
        let count = explained.varying.len();
        lab.sample(SITE + place as u32, &explained.varying, count)
    };
    let rows = 0..explained.own.labels.len();
    rows.map(|row| std::array::from_fn(|own| order(row * RANDOM + own)))
        .collect()
}

impl Explained {
    /// The row in all stages of all ladders, flat.
    fn ladders(&self, row: usize, sizes: &[f64], random: &[Vec<usize>; RANDOM]) -> Vec<f32> {
        let inputs = self.typical.len();
        let whole = &self.own.x[row * inputs..(row + 1) * inputs];
        let mut order = self.varying.clone();
        order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]));
        let mut all = ladder(whole, &self.typical, &order);
        all.extend(ladder(&self.typical, whole, &order));
        all.extend(
            random
                .iter()
                .flat_map(|order| ladder(whole, &self.typical, order)),
        );
        all
    }
}

/// From one row to another, input by input in an order: `[steps + 1, inputs]`.
fn ladder(from: &[f32], to: &[f32], order: &[usize]) -> Vec<f32> {
    let (mut row, mut moved, mut all) = (from.to_vec(), 0, Vec::new());
    for step in 0..=STEPS {
        let until = (step * order.len()).div_ceil(STEPS);
        for &input in &order[moved..until] {
            row[input] = to[input];
        }
        moved = until;
        all.extend_from_slice(&row);
    }
    all
}

#[cfg(test)]
mod tests;
