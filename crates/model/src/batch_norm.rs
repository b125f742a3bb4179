//! Batch normalisation with statistics per member.

use burn::tensor::Tensor;

/// Numerical floor of the variance, torch's default.
const EPSILON: f64 = 1e-5;
/// Share of the newest batch in the running statistics, torch's default.
const MOMENTUM: f64 = 0.1;

/// What a training pass returns besides its output: the new running mean and variance, `[R, C]` each.
pub(crate) struct Running {
    pub(crate) mean: Tensor<2>,
    pub(crate) variance: Tensor<2>,
}

/// Normalises with the statistics of the batch.
///
/// ```text
/// y = scale (x - mean) / sqrt(var + 1e-5) + shift         mean, var over the weighted samples of the member's batch
/// running <- 0.9 running + 0.1 (mean, var n / (n - 1))
/// ```
///
/// A member whose sample weights are all zero keeps its running statistics; with one sample the variance is
/// not divided by `n - 1`.
///
/// # Shapes
/// - `x`: `[R, B, C]`; `scale`, `shift`, running statistics: `[R, C]`; `weights`: `[R, B]`
///
/// # Source
/// Ioffe & Szegedy 2015, algorithm 1, <https://arxiv.org/abs/1502.03167>; running variance as in torch.
pub(crate) fn train(
    x: Tensor<3>,
    scale: Tensor<2>,
    shift: Tensor<2>,
    running: Running,
    weights: Tensor<2>,
) -> (Tensor<3>, Running) {
    let [members, batch, _] = x.dims();
    let count = weights.clone().sum_dim(1);
    let share = weights / count.clone().clamp_min(1.0);
    let share = share.reshape([members, batch, 1]);
    let mean = (x.clone() * share.clone()).sum_dim(1);
    let centred = x - mean.clone();
    let variance = (centred.clone() * centred.clone() * share).sum_dim(1);
    let y = affine(centred, variance.clone(), scale, shift);

    let bessel = count.clone() / (count.clone() - 1.0).clamp_min(1.0);
    let step = count.clamp_max(1.0) * MOMENTUM;
    let mean = mean.inner().squeeze_dim::<2>(1);
    let variance = variance.inner().squeeze_dim::<2>(1) * bessel;
    let running = Running {
        mean: running.mean.clone() + (mean - running.mean) * step.clone(),
        variance: running.variance.clone() + (variance - running.variance) * step,
    };
    (y, running)
}

/// Normalises with the running statistics.
pub(crate) fn evaluate(
    x: Tensor<3>,
    scale: Tensor<2>,
    shift: Tensor<2>,
    running: &Running,
) -> Tensor<3> {
    let mean = running.mean.clone().unsqueeze_dim::<3>(1);
    let variance = running.variance.clone().unsqueeze_dim::<3>(1);
    affine(x - mean, variance, scale, shift)
}

fn affine(
    centred: Tensor<3>,
    variance: Tensor<3>,
    scale: Tensor<2>,
    shift: Tensor<2>,
) -> Tensor<3> {
    let factor = scale.unsqueeze_dim::<3>(1) / (variance + EPSILON).sqrt();
    centred * factor + shift.unsqueeze_dim::<3>(1)
}
