//! Losses over the number of training rows: what more rows gave, and what yet more would give.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::check::length;
use crate::interval::{Estimate, mean};
use crate::significance::corrected_resampled_t_test;

/// Level of the intervals.
const LEVEL: f64 = 0.95;
/// Exponents among which a law is sought. One at an end is not determined: the losses are straight over `ln n`, or have settled.
const EXPONENTS: (f64, f64) = (0.05, 4.0);
/// Exponents that are tried, in equal ratios, before the best one is approached.
const TRIED: usize = 64;
/// Halvings, nearly, of the distance between two exponents that are tried.
const REFINED: usize = 40;
/// Widest interval of an extrapolated gain, as a share of it either way.
const WIDTH: f64 = 0.5;

/// The mean over folds of a figure at one number of rows, with a 95 % interval.
///
/// ```text
/// mean ± t(k - 1, 0.975) sqrt((1/k + n_test/n_train) var)      k folds
/// ```
///
/// # Shapes
/// - `values`: `[folds]`, each the mean over the seeds of a fold
///
/// # Errors
/// As [`corrected_resampled_t_test`].
///
/// # Source
/// Nadeau & Bengio 2003, <https://doi.org/10.1023/A:1024068626366>.
pub fn over_folds(values: &[f64], test_per_train: f64) -> Result<Estimate> {
    gain_of_rows(values, &vec![0.0; values.len()], test_per_train)
}

/// By how much more rows lowered the loss, paired over folds, with the interval of [`over_folds`].
///
/// # Shapes
/// - `fewer`, `more`: `[folds]`, the losses of the same folds on fewer rows and on more
///
/// # Errors
/// As [`corrected_resampled_t_test`].
pub fn gain_of_rows(fewer: &[f64], more: &[f64], test_per_train: f64) -> Result<Estimate> {
    let test = corrected_resampled_t_test(fewer, more, test_per_train)?;
    let (low, high) = test.interval(LEVEL)?;
    Ok(Estimate {
        mean: test.mean_difference,
        low,
        high,
        n: fewer.len(),
    })
}

/// How a loss falls with the number of rows.
///
/// ```text
/// loss(n) = limit + scale n^(-exponent)
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PowerLaw {
    /// What endless rows would come to.
    pub limit: f64,
    /// Positive.
    pub scale: f64,
    /// Positive.
    pub exponent: f64,
}

impl PowerLaw {
    /// The loss on so many rows.
    pub fn at(&self, rows: f64) -> f64 {
        self.limit + self.scale * rows.powf(-self.exponent)
    }

    /// By least squares; `None` for fewer than three numbers of rows, losses that do not fall, and those that determine no exponent.
    ///
    /// # Shapes
    /// - `rows`, `losses`: `[sizes]`, the rows ascending
    pub fn fit(rows: &[f64], losses: &[f64]) -> Option<Self> {
        if rows.len() < 3 || rows.len() != losses.len() {
            return None;
        }
        let error = |exponent: f64| Self::with(exponent, rows, losses).1;
        let step = (EXPONENTS.1 / EXPONENTS.0).powf(1.0 / (TRIED - 1) as f64);
        let tried: Vec<f64> = (0..TRIED)
            .map(|k| EXPONENTS.0 * step.powi(k as i32))
            .collect();
        let best = (0..TRIED).min_by(|&a, &b| error(tried[a]).total_cmp(&error(tried[b])))?;
        if best == 0 || best == TRIED - 1 {
            return None;
        }
        let exponent = lowest(error, tried[best - 1], tried[best + 1]);
        let law = Self::with(exponent, rows, losses).0;
        (law.scale > 0.0 && law.limit.is_finite()).then_some(law)
    }

    /// The best law with this exponent, and the sum of its squared errors.
    fn with(exponent: f64, rows: &[f64], losses: &[f64]) -> (Self, f64) {
        // In units of the last number of rows, so that no power runs away.
        let unit = rows[rows.len() - 1];
        let xs: Vec<f64> = rows.iter().map(|n| (n / unit).powf(-exponent)).collect();
        let (x, y) = (mean(&xs), mean(losses));
        let products = xs.iter().zip(losses).map(|(a, b)| (a - x) * (b - y));
        let squares = xs.iter().map(|a| (a - x).powi(2));
        let slope = products.sum::<f64>() / squares.sum::<f64>();
        let limit = y - slope * x;
        let errors = xs.iter().zip(losses).map(|(a, b)| b - limit - slope * a);
        let law = Self {
            limit,
            scale: slope * unit.powf(exponent),
            exponent,
        };
        (law, errors.map(|error| error * error).sum())
    }
}

/// Where a function with one valley between two places is lowest, by golden sections.
fn lowest(of: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    for _ in 0..REFINED {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if of(left) <= of(right) {
            high = right;
        } else {
            low = left;
        }
    }
    f64::midpoint(low, high)
}

/// What twice the rows would gain if a law went on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Extrapolation {
    /// Of the means over folds.
    pub law: PowerLaw,
    /// Twice the rows of the last point.
    pub rows: f64,
    /// By which the loss would fall from the last point to there.
    pub gain: Estimate,
}

/// Follows the losses to twice the rows, where they determine how: `None` where they do not.
///
/// A law of all points but the first foretells the next step. The same a step earlier, of all points but the last, tells by how much such a law misses:
/// noise is known from the folds, whether losses follow a law is not. The interval has both, the first by a jackknife over folds, corrected as that of
/// [`over_folds`], and must reach at most half of the gain either way.
///
/// ```text
/// g_j = k g - (k - 1) g_without_j        half = t(k - 1, 0.975) sqrt((1/k + n_test/n_train) var(g_j))
/// g ± sqrt(half² + (miss g)²)            miss = |foretold / measured - 1| of the last step
/// ```
///
/// # Shapes
/// - `rows`: `[sizes]`, ascending
/// - `losses`: `[folds]` of `[sizes]`
///
/// # Errors
/// Fewer than two folds, a fold of another length, values that are not finite.
///
/// # Source
/// Viering & Loog 2023, "The shape of learning curves", <https://arxiv.org/abs/2103.10948>, for the law; Efron & Tibshirani 1993, chapter 11.
pub fn extrapolated(
    rows: &[f64],
    losses: &[Vec<f64>],
    test_per_train: f64,
) -> Result<Option<Extrapolation>> {
    for fold in losses {
        length("losses", fold.len(), rows.len())?;
    }
    if rows.len() < 4 {
        return Ok(None);
    }
    let means = |left_out: Option<usize>| -> Vec<f64> {
        let of_size = |size: usize| {
            let folds = losses.iter().enumerate();
            let kept = folds.filter(|(fold, _)| Some(*fold) != left_out);
            mean(&kept.map(|(_, own)| own[size]).collect::<Vec<_>>())
        };
        (0..rows.len()).map(of_size).collect()
    };
    let last = rows[rows.len() - 1];
    let law = |losses: &[f64]| PowerLaw::fit(&rows[1..], &losses[1..]);
    let gain = |law: PowerLaw| law.at(last) - law.at(2.0 * last);
    let all = means(None);
    let others = (0..losses.len()).map(|fold| law(&means(Some(fold))).map(gain));
    let others: Option<Vec<f64>> = others.collect();
    let (Some(law), Some(others), Some(miss)) = (law(&all), others, missed(rows, &all)) else {
        return Ok(None);
    };
    let (folds, mean) = (losses.len() as f64, gain(law));
    let pseudo = others.iter().map(|own| folds * mean - (folds - 1.0) * own);
    let spread = over_folds(&pseudo.collect::<Vec<_>>(), test_per_train)?;
    let half = ((spread.high - spread.low) / 2.0).hypot(miss * mean);
    let gain = Estimate {
        mean,
        low: mean - half,
        high: mean + half,
        n: losses.len(),
    };
    let determined = half <= WIDTH * mean;
    Ok(determined.then_some(Extrapolation {
        law,
        rows: 2.0 * last,
        gain,
    }))
}

/// The share by which a law of all points but the last misses the gain of the last step.
fn missed(rows: &[f64], losses: &[f64]) -> Option<f64> {
    let last = rows.len() - 1;
    let law = PowerLaw::fit(&rows[..last], &losses[..last])?;
    let foretold = law.at(rows[last - 1]) - law.at(rows[last]);
    Some((foretold / (losses[last - 1] - losses[last]) - 1.0).abs())
}
