//! Randomised smoothing: what the majority under Gaussian noise certifies.

mod draws;

use burn::tensor::{Tensor, TensorData};
use decay_audit::distribution::{beta_cdf, normal_quantile};
use decay_audit::interval::{ProportionMethod, proportion_interval};

use super::error::{CertificateError, same_length};
use crate::population::{Population, Rows, on_first_device};
use crate::{RobustError, TargetPopulation, error};
use draws::{Stage, counts};

/// Room for the error of quantiles, which are good to 13 digits.
const QUANTILE_ERROR: f64 = 1e-12;

/// How a classifier is smoothed, and how surely a radius holds.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `sigma` | `0.25` | `(0, inf)` | standard deviation of the noise, in the unit of the inputs |
/// | `selection` | `100` | `[1, inf)` | draws that choose the class, `n0` of the paper |
/// | `estimation` | `10_000` | `[1, inf)` | draws that bound its probability, `n` of the paper |
/// | `alpha` | `0.001` | `(0, 1/2)` | probability that a radius is wrong, for each row |
/// | `batch` | `1024` | `[1, inf)` | noisy inputs of a member on the device at once; changes no draw |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// Standard deviation of the noise.
    pub sigma: f64,
    /// Draws that choose the class.
    pub selection: usize,
    /// Draws that bound its probability.
    pub estimation: usize,
    /// Probability that a radius is wrong.
    pub alpha: f64,
    /// Noisy inputs of a member at once.
    pub batch: usize,
}

impl Default for Smoothing {
    fn default() -> Self {
        Self {
            sigma: 0.25,
            selection: 100,
            estimation: 10_000,
            alpha: 0.001,
            batch: 1024,
        }
    }
}

impl Smoothing {
    fn check(&self) -> Result<(), CertificateError> {
        let refuse = |what, range, value| Err(CertificateError::OutOfRange { what, range, value });
        if !(self.sigma > 0.0 && self.sigma.is_finite()) {
            return refuse("sigma", "(0, inf)", self.sigma);
        }
        if !(self.alpha > 0.0 && self.alpha < 0.5) {
            return refuse("alpha", "(0, 1/2)", self.alpha);
        }
        for (what, value) in [
            ("selection", self.selection),
            ("estimation", self.estimation),
            ("batch", self.batch),
        ] {
            // Draws are addressed with 32 bits.
            if !(1..=u32::MAX as usize).contains(&value) {
                return refuse(what, "[1, 2^32)", value as f64);
            }
        }
        Ok(())
    }
}

/// What smoothing says about one row of one member.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothed {
    /// The class that won the selection.
    pub class: usize,
    /// Draws of the estimation that fell on it.
    pub count: u64,
    /// A bound from below of its probability under noise.
    pub p_lower: f64,
    /// The certified radius in the Euclidean norm; 0 where smoothing abstains.
    pub radius: f64,
}

impl Smoothed {
    /// The radius if the class is `label`, else 0, as certified accuracy counts it.
    pub fn radius_of(&self, label: usize) -> f64 {
        if self.class == label {
            self.radius
        } else {
            0.0
        }
    }
}

/// A bound from below of a class' probability, and the Euclidean radius within which the smoothed classifier must answer it.
///
/// ```text
/// p = Clopper-Pearson bound of count / draws, one-sided at level 1 - alpha
/// radius = sigma Phi^-1(p)  if p > 1/2, else 0: abstain
/// ```
///
/// Returns `(p, radius)`.
///
/// # Errors
/// No draws, more counts than draws, a level or deviation out of range.
///
/// # Source
/// Cohen et al. 2019, theorem 1 and `CERTIFY` in section 3.2.2, <https://arxiv.org/abs/1902.02918>.
pub fn certified_radius(
    count: u64,
    draws: u64,
    sigma: f64,
    alpha: f64,
) -> Result<(f64, f64), CertificateError> {
    let setting = Smoothing {
        sigma,
        alpha,
        ..Smoothing::default()
    };
    setting.check()?;
    // Both sides at 1 - 2 alpha leave alpha below.
    let method = ProportionMethod::ClopperPearson;
    let interval = proportion_interval(count, draws, 1.0 - 2.0 * alpha, method)?;
    let p_lower = interval.low * (1.0 - QUANTILE_ERROR);
    let radius = if p_lower > 0.5 {
        sigma * normal_quantile(p_lower) * (1.0 - QUANTILE_ERROR)
    } else {
        0.0
    };
    Ok((p_lower, radius))
}

/// The outcome of a vote under noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Two-sided probability of a vote as uneven if the two classes were equally likely.
    pub p_value: f64,
    /// Whether the first class is the answer; otherwise smoothing abstains.
    pub predicts: bool,
}

/// Whether the first of the two most frequent classes is the smoothed classifier's answer.
///
/// ```text
/// p = min(1, 2 P(X >= first))    X ~ Binomial(first + second, 1/2);     an answer if p <= alpha
/// ```
///
/// # Source
/// Cohen et al. 2019, `PREDICT` in section 3.2.1, <https://arxiv.org/abs/1902.02918>; Hung & Fithian 2019 for the level.
pub fn predicted(first: u64, second: u64, alpha: f64) -> Prediction {
    let more = first.max(second) as f64;
    // P(X >= k) of n fair tosses is I_(1/2)(k, n - k + 1).
    let tail = if first == second {
        1.0
    } else {
        beta_cdf(more, first.min(second) as f64 + 1.0, 0.5)
    };
    let p_value = (2.0 * tail).min(1.0);
    Prediction {
        p_value,
        predicts: first > second && p_value <= alpha,
    }
}

impl Smoothing {
    /// Certifies the smoothed classifier of every member at every row.
    ///
    /// A draw is a function of the member's seed, the row's place and the draw's number: it depends neither on the batch nor on the
    /// other members. The answer concerns the network as it runs on its device, in its precision.
    ///
    /// # Shapes
    /// - `seeds`: `[R]`; `rows`: `[rows, inputs]`, on the target's device
    /// - returns: `[R]` of `[rows]`
    ///
    /// # Errors
    /// [`CertificateError::OutOfRange`] for a setting, [`CertificateError::Length`] if seeds and members differ in number.
    ///
    /// # Source
    /// Cohen et al. 2019, `CERTIFY` in section 3.2.2, <https://arxiv.org/abs/1902.02918>.
    pub fn certify(
        &self,
        target: &TargetPopulation<'_>,
        seeds: &[u64],
        rows: &Tensor<2>,
    ) -> Result<Vec<Vec<Smoothed>>, CertificateError> {
        self.check_population(target, seeds)?;
        let selected = counts(self, target, seeds, rows, Stage::Selection);
        let estimated = counts(self, target, seeds, rows, Stage::Estimation);
        let row = |(selected, estimated): (&Vec<u64>, &Vec<u64>)| {
            let class = most_frequent(selected);
            let count = estimated[class];
            let draws = self.estimation as u64;
            let (p_lower, radius) = certified_radius(count, draws, self.sigma, self.alpha)?;
            Ok(Smoothed {
                class,
                count,
                p_lower,
                radius,
            })
        };
        let members = selected.iter().zip(&estimated);
        members
            .map(|(selected, estimated)| selected.iter().zip(estimated).map(row).collect())
            .collect()
    }

    /// The smoothed classifier's answer of every member at every row from `selection` draws, `None` where it abstains.
    ///
    /// # Shapes
    /// - as [`Self::certify`]
    ///
    /// # Errors
    /// As [`Self::certify`].
    ///
    /// # Source
    /// Cohen et al. 2019, `PREDICT` in section 3.2.1, <https://arxiv.org/abs/1902.02918>.
    pub fn predict(
        &self,
        target: &TargetPopulation<'_>,
        seeds: &[u64],
        rows: &Tensor<2>,
    ) -> Result<Vec<Vec<Option<usize>>>, CertificateError> {
        self.check_population(target, seeds)?;
        let votes = counts(self, target, seeds, rows, Stage::Vote);
        let answer = |counts: &Vec<u64>| {
            let class = most_frequent(counts);
            let others = counts.iter().enumerate().filter(|(k, _)| *k != class);
            let second = others.map(|(_, &count)| count).max().unwrap_or(0);
            let vote = predicted(counts[class], second, self.alpha);
            vote.predicts.then_some(class)
        };
        let members = votes.iter();
        Ok(members
            .map(|rows| rows.iter().map(answer).collect())
            .collect())
    }

    fn check_population(
        &self,
        target: &TargetPopulation<'_>,
        seeds: &[u64],
    ) -> Result<(), CertificateError> {
        self.check()?;
        same_length("seeds", target.members(), seeds.len())
    }
}

/// The first of the most frequent classes.
fn most_frequent(counts: &[u64]) -> usize {
    let largest = counts.iter().max();
    let place = counts.iter().position(|count| Some(count) == largest);
    place.unwrap_or(0)
}

/// The certified Euclidean radius of every member's smoothed classifier, 0 where it abstains or answers otherwise than labelled.
///
/// # Shapes
/// - returns: per member `[rows]`
///
/// # Errors
/// What is wrong with the population; [`RobustError::Length`], [`RobustError::Device`], [`RobustError::Threads`];
/// [`RobustError::OutOfRange`] for a setting.
///
/// # Source
/// See [`Smoothing::certify`].
pub fn smoothed_radii(
    population: &Population<'_>,
    rows: &Rows<'_>,
    smoothing: &Smoothing,
) -> Result<Vec<Vec<f64>>, RobustError> {
    population.check()?;
    let (inputs, count) = (population.shape.values(), rows.labels.len());
    error::same_length("inputs", inputs * count, rows.x.len())?;
    let found = on_first_device(population, |target| {
        let data = TensorData::new(rows.x.to_vec(), [count, inputs]);
        let x: Tensor<2> = Tensor::from_data(data, &population.devices[0]);
        smoothing.certify(target, population.seeds, &x)
    })?;
    let found = found.map_err(|error| match error {
        CertificateError::OutOfRange { what, range, value } => {
            RobustError::OutOfRange { what, range, value }
        }
        error => RobustError::Fault {
            reason: error.to_string(),
        },
    })?;
    let of_member = |member: Vec<Smoothed>| {
        let pairs = member.iter().zip(rows.labels);
        pairs.map(|(one, &label)| one.radius_of(label)).collect()
    };
    Ok(found.into_iter().map(of_member).collect())
}
