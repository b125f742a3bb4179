//! Certificates from Lipschitz constants: the product over the layers.

use std::sync::atomic::AtomicBool;

use decay_model::Nonlinearity;
use decay_model::maps::{ConvolutionMap, DenseMap, Map, channels_last, for_each_tap};

use super::operator::Operator;
use super::rounding::{down, gamma, smallest, up};
use super::spectral::spectral_norm_bound_until;
use super::target::TargetModel;
use crate::Norm;

/// A constant `L` with `‖f(a) - f(b)‖ <= L ‖a - b‖`, from above, both sides in the same norm.
///
/// | map | factor |
/// | :-- | :-- |
/// | dense, convolution | `L2`: [`spectral_norm_bound`](super::spectral_norm_bound); `Linf`: largest sum of magnitudes at an output; `L1`: at an input |
/// | diagonal | joined to the layer beside it, else its largest magnitude |
/// | nonlinearity | [`Nonlinearity::lipschitz`] |
/// | smooth clip | 1 |
/// | max-pooling | 1, `sqrt m`, `m` in `Linf`, `L2`, `L1`, with `m` the windows that see one pixel |
/// | average-pooling | as the convolution that it is |
/// | residual block | the sum over its two ways |
///
/// # Source
/// Szegedy et al. 2014, section 4.3, <https://arxiv.org/abs/1312.6199>; Tsuzuku et al. 2018 (pooling, residuals),
/// <https://arxiv.org/abs/1802.04034>.
pub fn lipschitz_bound(maps: &[Map], norm: Norm) -> f64 {
    product(&joined(maps), norm, &AtomicBool::new(false))
}

/// The product over maps whose diagonal ones are joined already.
fn product(maps: &[Map], norm: Norm, stop: &AtomicBool) -> f64 {
    let factors = maps.iter().map(|map| factor(map, norm, stop));
    factors.fold(1.0, |all, factor| up(all * factor, 0))
}

fn factor(map: &Map, norm: Norm, stop: &AtomicBool) -> f64 {
    match map {
        Map::Dense(map) => norm_until(stop, Operator::Dense(map), norm),
        Map::Convolution(map) => norm_until(stop, Operator::Convolution(map), norm),
        Map::Scale { factor, .. } => Norm::Linf.of(factor.iter().copied()),
        Map::Nonlinearity(f) => f.lipschitz(),
        Map::MaxPool { window, .. } => {
            let mut seen = vec![0u32; window.size().iter().product()];
            for_each_tap(*window, |_, _, pixel| seen[pixel] += 1);
            let most = f64::from(seen.into_iter().max().unwrap_or(0));
            match norm {
                Norm::Linf => 1.0,
                Norm::L2 => most.sqrt(),
                Norm::L1 => most,
            }
        }
        Map::AveragePool { window, .. } => {
            let taps = window.kernel().iter().product::<usize>();
            // Channels do not mix, so that one of them has the norm of all.
            let mean = ConvolutionMap {
                window: *window,
                inputs: 1,
                weight: vec![1.0 / taps as f64; taps],
                bias: vec![0.0],
            };
            norm_until(stop, Operator::Convolution(&mean), norm)
        }
        Map::ChannelsLast { .. } | Map::Clip { .. } => 1.0,
        Map::Residual { body, shortcut } => {
            let [body, shortcut] = [body, shortcut].map(|way| product(&joined(way), norm, stop));
            body + shortcut
        }
    }
}

/// `max ‖A x‖ / ‖x‖`, from above.
pub fn operator_norm(operator: Operator<'_>, norm: Norm) -> f64 {
    norm_until(&AtomicBool::new(false), operator, norm)
}

/// As [`operator_norm`], and infinity once the flag is set.
fn norm_until(stop: &AtomicBool, operator: Operator<'_>, norm: Norm) -> f64 {
    let [of_inputs, of_outputs] = match norm {
        Norm::L2 => return spectral_norm_bound_until(stop, operator),
        Norm::Linf | Norm::L1 => operator.absolute_sums(),
    };
    let [inputs, outputs] = operator.shape();
    match norm {
        Norm::L1 => up(Norm::Linf.of(of_inputs), outputs + 4),
        _ => up(Norm::Linf.of(of_outputs), inputs + 4),
    }
}

/// The maps with diagonal ones joined to the layers beside them; offsets are lost, which no constant depends on.
fn joined(maps: &[Map]) -> Vec<Map> {
    let mut all: Vec<Map> = Vec::new();
    for map in maps {
        let last = all.pop();
        all.extend(join(last, map.clone()));
    }
    all
}

/// Two neighbours as one map where that is possible.
fn join(first: Option<Map>, second: Map) -> Vec<Map> {
    match (first, second) {
        (first, Map::Nonlinearity(Nonlinearity::Identity)) => first.into_iter().collect(),
        (Some(Map::Dense(mut map)), Map::Scale { factor, .. }) => {
            scale_outputs(&mut map.weight, &factor);
            vec![Map::Dense(map)]
        }
        (Some(Map::Convolution(mut map)), Map::Scale { factor, .. })
            if factor.len() == map.bias.len() =>
        {
            scale_outputs(&mut map.weight, &factor);
            vec![Map::Convolution(map)]
        }
        (Some(Map::Scale { factor, .. }), Map::Dense(mut map)) => {
            scale_inputs(&mut map.weight, &factor, map.bias.len());
            vec![Map::Dense(map)]
        }
        (Some(Map::Scale { factor, .. }), Map::Convolution(mut map))
            if repeats(&factor, map.inputs) =>
        {
            scale_inputs(&mut map.weight, &factor[..map.inputs], map.bias.len());
            vec![Map::Convolution(map)]
        }
        (Some(Map::Scale { factor, offset }), Map::ChannelsLast { channels }) => vec![
            Map::ChannelsLast { channels },
            Map::Scale {
                factor: channels_last(channels, &factor),
                offset,
            },
        ],
        (first, second) => first.into_iter().chain([second]).collect(),
    }
}

/// Whether the first `period` values come again and again.
fn repeats(values: &[f64], period: usize) -> bool {
    values.len() >= period
        && values
            .iter()
            .zip(values.iter().skip(period))
            .all(|(a, b)| a == b)
}

/// Weights `[.., outputs]` times a factor for each output.
fn scale_outputs(weight: &mut [f64], factor: &[f64]) {
    for (w, f) in weight.iter_mut().zip(factor.iter().cycle()) {
        *w *= f;
    }
}

/// Weights `[.., inputs, outputs]` times a factor for each input.
fn scale_inputs(weight: &mut [f64], factor: &[f64], outputs: usize) {
    for (weights, f) in weight.chunks_exact_mut(outputs).zip(factor.iter().cycle()) {
        weights.iter_mut().for_each(|w| *w *= f);
    }
}

/// What the certificates of a network have in common for all rows.
#[derive(Debug, Clone)]
pub(super) struct Constants {
    classes: usize,
    /// `[classes, classes]`: how fast `z_j - z_k` can change at most, by the difference of the last layer's weights.
    pairwise: Vec<f64>,
    /// The same for every pair, from the norm of the last layer.
    global: f64,
}

impl Constants {
    /// The constants of one member.
    ///
    /// ```text
    /// global    = ‖(1, -1)‖_dual L            L the constant of the whole network
    /// pairwise  = ‖w_j - w_k‖_dual L_body     L_body that of everything before the last layer
    /// ```
    ///
    /// Once the flag is set, what is not known yet is infinite.
    ///
    /// Since `‖d‖_2 <= sqrt(inputs) ‖d‖_inf` and `‖d‖_2 <= ‖d‖_1`, the Euclidean constants serve the other norms, too; the smaller count.
    ///
    /// # Source
    /// Tsuzuku et al. 2018, proposition 1, <https://arxiv.org/abs/1802.04034>; Leino et al. 2021 (pairwise),
    /// <https://arxiv.org/abs/2102.08452>.
    pub(super) fn new(target: &TargetModel, norm: Norm, stop: &AtomicBool) -> Self {
        let (maps, head) = (target.body(), target.head());
        let mut own = Self::in_norm(maps, head, norm, stop);
        let longest = match norm {
            Norm::Linf => up((target.inputs() as f64).sqrt(), 0),
            Norm::L2 => return own,
            Norm::L1 => 1.0,
        };
        let euclidean = Self::in_norm(maps, head, Norm::L2, stop);
        own.global = own.global.min(up(longest * euclidean.global, 0));
        for (own, other) in own.pairwise.iter_mut().zip(&euclidean.pairwise) {
            *own = own.min(up(longest * other, 0));
        }
        own
    }

    /// The constants from operator norms in one norm.
    fn in_norm(maps: &[Map], head: &DenseMap, norm: Norm, stop: &AtomicBool) -> Self {
        let classes = head.bias.len();
        let mut all: Vec<Map> = maps.to_vec();
        all.push(Map::Dense(head.clone()));
        let mut all = joined(&all);
        let last = all.pop();
        let body = product(&all, norm, stop);
        // Without hidden layers the inputs' scaling has become part of the head.
        let head = match &last {
            Some(Map::Dense(joined)) => joined,
            _ => head,
        };
        let pair = |i: usize| slope_norm(head, i / classes, i % classes, norm) * body;
        let apart = norm.dual().of([1.0, -1.0]);
        let whole = up(norm_until(stop, Operator::Dense(head), norm) * body, 0);
        Self {
            classes,
            pairwise: (0..classes * classes).map(|i| up(pair(i), 2)).collect(),
            global: up(apart * whole, 2),
        }
    }

    /// The largest radius at which no margin can have vanished, all classes alike.
    ///
    /// `margins` are bounds from below on `z_label - z_k` for every other `k`, in order.
    pub(super) fn global_radius(&self, margins: &[f64]) -> f64 {
        radius(smallest(margins.iter().copied()), self.global)
    }

    /// [`Self::global_radius`], each other class with its own constant.
    pub(super) fn pairwise_radius(&self, label: usize, margins: &[f64]) -> f64 {
        let others = (0..self.classes).filter(|&k| k != label);
        let each = others.zip(margins);
        smallest(each.map(|(k, &margin)| radius(margin, self.pairwise[label * self.classes + k])))
    }
}

fn radius(margin: f64, constant: f64) -> f64 {
    if margin > 0.0 {
        down(margin / constant, 2)
    } else {
        0.0
    }
}

/// `‖w_j - w_k‖_dual`, from above.
fn slope_norm(head: &DenseMap, j: usize, k: usize, norm: Norm) -> f64 {
    let rows = head.weight.chunks_exact(head.bias.len());
    // Scaled weights carry their own rounding, which a difference can uncover.
    let slopes = rows.map(|w| (w[j] - w[k]).abs() + gamma(4) * (w[j].abs() + w[k].abs()));
    up(norm.dual().of(slopes), head.inputs() + 2)
}
