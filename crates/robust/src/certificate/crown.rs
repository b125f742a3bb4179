//! CROWN: linear bounds on the margins of a ReLU perceptron.

use decay_model::Nonlinearity;
use decay_model::maps::{DenseMap, Map};

use super::backward::LinearBounds;
use super::ball::{Ball, Region};
use super::interval::Interval;
use super::rounding::gamma;

/// Bounds from below of `z_label - z_k` over the ball for every other class `k`, in order.
///
/// A bound is carried backwards from the margins to the inputs, each ReLU replaced by the line below or above it on the interval that
/// its argument can have; those intervals come from the same procedure, layer by layer. Where an interval from the layer before
/// is tighter it is taken, so that no bound is looser than interval propagation.
///
/// # Source
/// Zhang et al. 2018, theorem 3.2, <https://arxiv.org/abs/1811.00866>.
pub(super) fn margins(maps: &[Map], head: &DenseMap, label: usize, ball: Ball<'_>) -> Vec<f64> {
    let region = Region::new(ball);
    let mut places = vec![region.enclosure.clone()];
    for (index, map) in maps.iter().enumerate() {
        if matches!(map, Map::Nonlinearity(Nonlinearity::Relu)) {
            tighten(&maps[..index], &mut places, &region);
        }
        places.push(places[index].through(map));
    }
    let last = &places[maps.len()];
    let from_interval = last.margins(head, label);
    let bounds = LinearBounds::margins(head.bias.len(), label).before_dense(head, last);
    let from_lines = at_the_input(bounds, maps, &places, &region);
    let both = from_lines.iter().zip(&from_interval);
    both.map(|(lines, interval)| lines.max(*interval)).collect()
}

/// Intersects the last of the intervals, behind all of `maps`, with CROWN's.
///
/// Only those that hold both signs are computed: on the others a ReLU is exact whatever the bounds are.
fn tighten(maps: &[Map], places: &mut [Interval], region: &Region<'_>) {
    let last = &places[maps.len()];
    let ends = last.low.iter().zip(&last.high).enumerate();
    let bent = ends.filter(|(_, (low, high))| **low < 0.0 && **high > 0.0);
    let bent: Vec<usize> = bent.map(|(i, _)| i).collect();
    let bounds = match maps.split_last() {
        Some((Map::Dense(map), before)) => {
            at_the_input(LinearBounds::of_outputs(map, &bent), before, places, region)
        }
        _ => {
            let bounds = LinearBounds::of_values(last.low.len(), &bent);
            at_the_input(bounds, maps, places, region)
        }
    };
    let last = &mut places[maps.len()];
    let (low, negated_high) = bounds.split_at(bent.len());
    for ((&i, low), negated_high) in bent.iter().zip(low).zip(negated_high) {
        last.low[i] = last.low[i].max(*low);
        last.high[i] = last.high[i].min(-negated_high);
    }
}

/// Numbers from bounds that are linear in what is behind all of `maps`.
fn at_the_input(
    bounds: LinearBounds,
    maps: &[Map],
    places: &[Interval],
    region: &Region<'_>,
) -> Vec<f64> {
    let bounds = bounds.before_all(maps, places);
    let constants = bounds.constant.iter().zip(&bounds.slack);
    let lowest = bounds.rows().map(|row| region.lowest(row));
    let sums = lowest.zip(constants).map(|(lowest, (constant, slack))| {
        let rounding = gamma(4) * (lowest.abs() + constant.abs() + slack);
        // The slack is itself a rounded sum of positive terms.
        lowest + constant - slack * (1.0 + 1e-9) - rounding
    });
    sums.collect()
}
