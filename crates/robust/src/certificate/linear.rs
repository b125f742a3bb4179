//! Exact distances to the boundary of a linear classifier.

use decay_model::maps::{DenseMap, Map};

use super::backward::LinearBounds;
use super::interval::Interval;
use super::rounding::{down, gamma, smallest};
use super::rows::Perturbations;
use super::target::TargetModel;
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

/// The distance to the decision boundary of a chain of dense and diagonal maps, from below.
///
/// `margins` are bounds from below on `z_label - z_k` at the point for every other `k`. Slopes are enlarged by their rounding error,
/// so that the distance is never too large.
pub(super) fn boundary_distance(
    target: &TargetModel,
    x: &[f64],
    label: usize,
    margins: &[f64],
    perturbations: &Perturbations,
) -> f64 {
    let (maps, head) = (target.body(), target.head());
    let mut own = LinearBounds::margins(head.bias.len(), label);
    let slopes = slopes(own.clone(), maps, head, x);
    let sizes: Vec<Map> = maps.iter().map(magnitudes).collect();
    own.coefficients = absolute(&own.coefficients);
    let sizes = self::slopes(own, &sizes, &absolute_dense(head), x);
    let terms = maps.iter().map(roundings).sum::<usize>() + head.bias.len();
    let error = gamma(terms + 4);
    let each = slopes.rows().zip(sizes.rows()).zip(margins);
    smallest(each.map(|((slope, size), &margin)| {
        let pairs = slope.iter().zip(size);
        let enlarged: Vec<f64> = pairs
            .map(|(a, size)| a + (error * size).copysign(*a))
            .collect();
        let distance = match perturbations.domain {
            None => plane_distance(&enlarged, margin, perturbations.norm),
            Some(domain) => plane_distance_in_box(&enlarged, margin, x, domain, perturbations.norm),
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
    margins
        .before_dense(head, &places[maps.len()])
        .before_all(maps, &places)
}

/// The map with the magnitudes of its entries.
fn magnitudes(map: &Map) -> Map {
    match map {
        Map::Dense(map) => Map::Dense(absolute_dense(map)),
        Map::Scale { factor, offset } => Map::Scale {
            factor: absolute(factor),
            offset: absolute(offset),
        },
        other => other.clone(),
    }
}

fn absolute_dense(map: &DenseMap) -> DenseMap {
    DenseMap {
        weight: absolute(&map.weight),
        bias: absolute(&map.bias),
    }
}

fn absolute(values: &[f64]) -> Vec<f64> {
    values.iter().map(|v| v.abs()).collect()
}

/// Roundings that an entry of a product with this map goes through.
fn roundings(map: &Map) -> usize {
    match map {
        Map::Dense(map) => map.bias.len(),
        _ => 1,
    }
}
