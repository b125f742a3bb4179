//! Exact distances to the boundary of a linear classifier.

use decay_model::maps::{DenseMap, Map};

use super::backward::LinearBounds;
use super::crown::backward;
use super::interval::Interval;
use super::rounding::{down, gamma, smallest};
use super::samples::Threat;
use super::subject::Subject;
use crate::Norm;

/// The distance from a point to the plane on which a linear function is zero.
///
/// ```text
/// value / ‖slope‖_dual          0 if value <= 0,  infinity if the function is a positive constant
/// ```
///
/// # Shapes
/// - `slope`: `[inputs]`, of the function whose value at the point is `value`
///
/// # Source
/// Mangasarian 1999, theorem 2.2, <https://doi.org/10.1016/S0167-6377(98)00049-2>.
pub fn plane_distance(slope: &[f64], value: f64, norm: Norm) -> f64 {
    if value.is_nan() || value <= 0.0 {
        return 0.0;
    }
    value / norm.dual().of(slope.iter().copied())
}

/// [`plane_distance`] where only inputs in the box `[low, high]` exist; infinity if the plane does not meet the box.
///
/// A step of input `i` by `t_i <= room_i` towards the plane takes `abs(slope_i) t_i` off the value.
///
/// ```text
/// Linf:   t_i = min(r, room_i)                     r is the distance
/// L2:     t_i = min(s abs(slope_i), room_i)        s from the sum over all inputs
/// L1:     the steepest inputs first, each as far as it goes
/// ```
///
/// These are the conditions of Karush, Kuhn and Tucker; each is solved by one pass over sorted inputs.
///
/// # Shapes
/// - `slope`, `x`: `[inputs]`, with `x` in the box
pub fn plane_distance_in_box(
    slope: &[f64],
    value: f64,
    x: &[f64],
    [low, high]: [f64; 2],
    norm: Norm,
) -> f64 {
    if value.is_nan() || value <= 0.0 {
        return 0.0;
    }
    let ways = slope.iter().zip(x).map(|(&a, &x)| Way {
        slope: a.abs(),
        room: if a > 0.0 { x - low } else { high - x }.max(0.0),
    });
    distance(ways.filter(|way| way.slope > 0.0).collect(), value, norm)
}

/// How fast the value falls along an input, and how far that goes.
struct Way {
    slope: f64,
    room: f64,
}

fn distance(mut ways: Vec<Way>, value: f64, norm: Norm) -> f64 {
    // The multiplier at which an input reaches the end of its room.
    let end = |way: &Way| match norm {
        Norm::Linf => way.room,
        Norm::L2 => way.room / way.slope,
        Norm::L1 => -way.slope,
    };
    ways.sort_by(|a, b| end(a).total_cmp(&end(b)));
    if norm == Norm::L1 {
        return greedy(&ways, value);
    }
    let weight = |way: &Way| match norm {
        Norm::Linf => way.slope,
        _ => way.slope * way.slope,
    };
    // Suffix sums, so that nothing is lost by subtraction.
    let mut free = vec![0.0; ways.len() + 1];
    for (i, way) in ways.iter().enumerate().rev() {
        free[i] = free[i + 1] + weight(way);
    }
    let (mut gone, mut squares) = (0.0, 0.0);
    for (way, &free) in ways.iter().zip(&free) {
        let multiplier = (value - gone) / free;
        if multiplier <= end(way) {
            return match norm {
                Norm::Linf => multiplier,
                _ => (squares + multiplier * multiplier * free).sqrt(),
            };
        }
        gone += way.slope * way.room;
        squares += way.room * way.room;
    }
    f64::INFINITY
}

/// The steepest way first.
fn greedy(ways: &[Way], value: f64) -> f64 {
    let (mut left, mut length) = (value, 0.0);
    for way in ways {
        if left <= way.slope * way.room {
            return length + left / way.slope;
        }
        left -= way.slope * way.room;
        length += way.room;
    }
    f64::INFINITY
}

/// The step of norm `radius` along which a linear function falls most.
///
/// ```text
/// Linf:  -radius sign(slope)      L2:  -radius slope / ‖slope‖_2      L1:  -radius sign(slope_i) at one largest i
/// ```
pub fn steepest_step(slope: &[f64], radius: f64, norm: Norm) -> Vec<f64> {
    let size = norm.dual().of(slope.iter().copied());
    if size == 0.0 {
        return vec![0.0; slope.len()];
    }
    let steepest = slope.iter().position(|a| a.abs() == size);
    let step = |(i, a): (usize, &f64)| match norm {
        Norm::Linf if *a == 0.0 => 0.0,
        Norm::Linf => -radius * a.signum(),
        Norm::L2 => -radius * a / size,
        Norm::L1 if Some(i) == steepest => -radius * a.signum(),
        Norm::L1 => 0.0,
    };
    slope.iter().enumerate().map(step).collect()
}

/// The largest logistic loss of a linear function over a ball, the loss that adversarial training of a linear model has.
///
/// ```text
/// max over ‖d‖ <= radius of ln(1 + exp(-sign f(x + d))) = ln(1 + exp(-(sign f(x) - radius ‖w‖_dual)))
/// ```
///
/// # Shapes
/// - `slope`: `[inputs]`, of `f`; `value`: `sign f(x)`, with `sign` the label, 1 or -1
///
/// # Source
/// Goodfellow et al. 2015, section 5, <https://arxiv.org/abs/1412.6572>.
pub fn worst_case_logistic_loss(slope: &[f64], value: f64, radius: f64, norm: Norm) -> f64 {
    let worst = value - radius * norm.dual().of(slope.iter().copied());
    // ln(1 + exp(-m)) without overflow.
    (-worst).max(0.0) + (-worst.abs()).exp().ln_1p()
}

/// The distance to the decision boundary of a chain of dense and diagonal maps, from below.
///
/// `margins` are bounds from below on `z_label - z_k` at the point for every other `k`. Slopes are enlarged by their rounding error,
/// so that the distance is never too large.
pub(super) fn boundary_distance(
    subject: &Subject,
    (x, label): (&[f64], usize),
    margins: &[f64],
    threat: &Threat,
) -> f64 {
    let (maps, head) = (subject.body(), subject.head());
    let own = LinearBounds::margins(head.bias.len(), label);
    let slopes = slopes(own.clone(), maps, head, x);
    let sizes: Vec<Map> = maps.iter().map(magnitudes).collect();
    let sizes = self::slopes(absolute(own), &sizes, &absolute_dense(head), x);
    let terms = maps.iter().map(roundings).sum::<usize>() + head.bias.len();
    let error = gamma(terms + 4);
    let each = slopes.rows().zip(sizes.rows()).zip(margins);
    smallest(each.map(|((slope, size), &margin)| {
        let pairs = slope.iter().zip(size);
        let enlarged: Vec<f64> = pairs
            .map(|(a, size)| a + (error * size).copysign(*a))
            .collect();
        let distance = match threat.domain {
            None => plane_distance(&enlarged, margin, threat.norm),
            Some(domain) => plane_distance_in_box(&enlarged, margin, x, domain, threat.norm),
        };
        down(distance, 2 * x.len() + 4)
    }))
}

/// The slopes of margins with respect to the inputs.
fn slopes(margins: LinearBounds, maps: &[Map], head: &DenseMap, x: &[f64]) -> LinearBounds {
    let mut places = vec![Interval::point(x)];
    for (index, map) in maps.iter().enumerate() {
        places.push(places[index].through(map));
    }
    backward(
        margins.before_dense(head, &places[maps.len()]),
        maps,
        &places,
    )
}

/// The map with the magnitudes of its entries.
fn magnitudes(map: &Map) -> Map {
    let all = |values: &[f64]| values.iter().map(|v| v.abs()).collect();
    match map {
        Map::Dense(map) => Map::Dense(absolute_dense(map)),
        Map::Scale { factor, offset } => Map::Scale {
            factor: all(factor),
            offset: all(offset),
        },
        other => other.clone(),
    }
}

fn absolute_dense(map: &DenseMap) -> DenseMap {
    let all = |values: &[f64]| values.iter().map(|v| v.abs()).collect();
    DenseMap {
        weight: all(&map.weight),
        bias: all(&map.bias),
    }
}

fn absolute(mut bounds: LinearBounds) -> LinearBounds {
    for a in &mut bounds.coefficients {
        *a = a.abs();
    }
    bounds
}

/// Roundings that an entry of a product with this map goes through.
fn roundings(map: &Map) -> usize {
    match map {
        Map::Dense(map) => map.bias.len(),
        _ => 1,
    }
}
