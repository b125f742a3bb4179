//! Spectral norms: bounds from above that hold, and power iteration from below.

mod gram;
mod symbol;

use std::sync::atomic::AtomicBool;

use decay_random::{At, Purpose, Stream};

use super::operator::Operator;
use super::rounding::{gamma, up};

/// The largest smaller side of a matrix that is written out.
const WRITTEN_OUT: usize = 640;

/// A bound from above of the largest singular value of an operator.
///
/// | operator | bound | excess |
/// | :-- | :-- | :-- |
/// | dense, or a convolution whose inputs or outputs are at most 640 | Gram iteration on the matrix | `1e-11`, rounding |
/// | other convolutions | largest norm over the frequencies of a periodic convolution that contains it | a few per cent |
///
/// Neither is an estimate: power iteration, in common use here, approaches the norm from below and certifies nothing.
///
/// # Source
/// Delattre et al. 2023 (Gram iteration), <https://arxiv.org/abs/2305.16173>; Sedghi et al. 2019 (frequencies),
/// <https://arxiv.org/abs/1805.10408>.
pub fn spectral_norm_bound(operator: Operator<'_>) -> f64 {
    spectral_norm_bound_until(&AtomicBool::new(false), operator)
}

/// As [`spectral_norm_bound`], and infinity, which is a bound, too, once the flag is set.
pub(super) fn spectral_norm_bound_until(stop: &AtomicBool, operator: Operator<'_>) -> f64 {
    let [inputs, outputs] = operator.shape();
    let dense = match operator {
        Operator::Dense(_) => true,
        Operator::Convolution(_) => inputs.min(outputs) <= WRITTEN_OUT,
    };
    let bound = match operator {
        Operator::Convolution(map) if !dense => symbol::norm_bound(map, stop),
        _ => gram::norm_bound(&operator.matrix(), [inputs, outputs], stop),
    };
    // Weights may have been scaled by their neighbours, each with a few roundings.
    up(bound, 0) + gamma(8) * operator.frobenius()
}

/// The largest ratio `‖A v‖ / ‖v‖` that power iteration on `A^T A` meets: a bound from below of the spectral norm.
///
/// ```text
/// v <- A^T A v / ‖A^T A v‖
/// ```
///
/// # Source
/// Miyato et al. 2018, algorithm 1, on the operator instead of the reshaped weights (Farnia et al. 2019,
/// <https://arxiv.org/abs/1811.07457>).
pub fn power_iteration(operator: Operator<'_>, iterations: usize) -> f64 {
    let mut v = vec![0f32; operator.shape()[0]];
    Stream::new(0, Purpose::Direction, At::default()).fill_normal(&mut v);
    let mut v: Vec<f64> = v.into_iter().map(f64::from).collect();
    let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
    let mut largest = 0.0f64;
    for _ in 0..iterations {
        let size = norm(&v);
        if size == 0.0 {
            break;
        }
        v.iter_mut().for_each(|v| *v /= size);
        let image = operator.apply(&v);
        largest = largest.max(norm(&image));
        v = operator.apply_transposed(&image);
    }
    largest
}
