//! The figures of one replicate at one strength, means over its seeds.

use decay_claim::measuring::filters::Mosaic;
use decay_claim::measuring::occlusion::{Occlusion, STEPS, area};
use decay_claim::measuring::saliency::{mean_of_finite, roughness};
use decay_claim::measuring::spectrum::effective_rank;
use decay_claim::{MeasurementKey, Measurements, Population, Result};

use crate::experiment::{SEEDS, Strength};
use crate::worlds::World;
use crate::{
    ACCURACY, AGREEMENT, AREA, CLOTHES, CONFIDENCE, DECOYS, DELETED, DELETION, DIGITS, FEATURES,
    FILTERS, INSERTED, INSERTION, L1, L2, LEARNED, LOSS, MAP, MOSAIC, PENALTIES, PLAIN_LOSS,
    PRECISION, RANDOM, RANK, ROUGHNESS, SCALE, SMALL_START, SPECTRUM, TRUTH, ZEROS, shown,
};

/// Columns of the pictures of units, of channels, and of images beside their maps.
pub(crate) const UNITS: usize = 2;
pub(crate) const CHANNELS: usize = 2;
pub(crate) const BOTH: usize = 2;
/// Images whose saliency is shown, wide ones and square ones, units of a perceptron, and channels of a convolution.
const IMAGES: [usize; 2] = [3, 2];
const SHOWN_UNITS: usize = 8;
const SHOWN_CHANNELS: usize = 4;
/// Side of a kernel.
pub(crate) const KERNEL: usize = 5;

/// Mean over the seeds.
fn mean(of: impl FnMut(usize) -> f64) -> f64 {
    (0..SEEDS).map(of).sum::<f64>() / SEEDS as f64
}

pub(crate) fn note_figures(
    world: &World,
    population: &Population<'_>,
    key: MeasurementKey<'_>,
    strength: &Strength<'_>,
    out: &mut Measurements,
) -> Result<()> {
    let outcome = |seed: usize| population.outcome(strength.members[seed]).validation;
    let loss = |seed| outcome(seed).map_or(f64::NAN, |loss| loss.loss);
    let accuracy = |seed| outcome(seed).and_then(|loss| loss.accuracy);
    out.add_rounded(
        key,
        [
            (PLAIN_LOSS, mean(loss)),
            (LOSS, mean(|seed| strength.tempered[seed])),
            (ACCURACY, mean(|seed| accuracy(seed).unwrap_or(f64::NAN))),
            (
                ZEROS,
                mean(|seed| population.zero_share(strength.members[seed])),
            ),
        ],
    );
    note_weights(world, population, key, strength, out);
    note_saliency(world, key, strength, out)?;
    note_occlusions(key, strength.occlusions, out);
    Ok(())
}

/// Ranks of the largest matrix, and how rough the filters of the first layer are.
fn note_weights(
    world: &World,
    population: &Population<'_>,
    key: MeasurementKey<'_>,
    strength: &Strength<'_>,
    out: &mut Measurements,
) {
    let rank = |spectrum: Vec<f64>| effective_rank(&spectrum).unwrap_or(f64::NAN);
    let spectrum = |seed: usize| population.spectrum(strength.members[seed]);
    out.add_rounded(key, [(RANK, mean(|seed| rank(spectrum(seed))))]);
    if [L2, SMALL_START].contains(&key.series) {
        let learned = |seed: usize| population.learned_spectrum(strength.members[seed]);
        out.add_rounded(key, [(LEARNED, mean(|seed| rank(learned(seed))))]);
    }
    if [L1, L2].contains(&key.series) && shown(key.series).contains(&key.rate) {
        let values = spectrum(0);
        for (place, value) in values.iter().enumerate() {
            let share = (value / values[0] * 1e5).round() / 1e5;
            out.add_at(key, (place + 1) as f64, SPECTRUM, share);
        }
    }
    if let Some(width) = world.width {
        let kernel: Vec<usize> = (0..KERNEL * KERNEL).collect();
        let (width, places) = match world.name {
            CLOTHES => (KERNEL, &kernel),
            _ => (width, &strength.explained.varying),
        };
        let rough = |seed: usize| {
            let filters = population.filters(strength.members[seed]);
            mean_of_finite(filters.iter().map(|map| roughness(map, width, places)))
        };
        out.add_rounded(key, [(FILTERS, mean(rough))]);
    }
}

fn note_saliency(
    world: &World,
    key: MeasurementKey<'_>,
    strength: &Strength<'_>,
    out: &mut Measurements,
) -> Result<()> {
    let (explained, [a, b]) = (strength.explained, &strength.saliency);
    let sizes = [explained.sizes(a), explained.sizes(b)];
    if let Some([relevant, others]) = &world.truth {
        let found = sizes
            .each_ref()
            .map(|own| explained.separation(own, [relevant, others]));
        let [a, b] = found;
        let found = [a?, b?];
        out.add_rounded(
            key,
            [
                (TRUTH, mean(|seed| found[seed].auroc)),
                (PRECISION, mean(|seed| found[seed].precision)),
            ],
        );
        if let Some(decoys) = &world.decoys {
            let found = sizes
                .each_ref()
                .map(|own| explained.separation(own, [relevant, decoys]));
            let [a, b] = found;
            let found = [a?, b?];
            out.add_rounded(key, [(DECOYS, mean(|seed| found[seed].auroc))]);
        }
    }
    if let Some(width) = world.width {
        let rough = |seed: usize| explained.roughness(&sizes[seed], width);
        out.add_rounded(key, [(ROUGHNESS, mean(rough))]);
    }
    out.add_rounded(key, [(AGREEMENT, explained.agreement([a, b]))]);
    Ok(())
}

/// Areas as they are, what the confidence alone makes of the area of the first network of the series, and gains at one confidence.
fn note_occlusions(key: MeasurementKey<'_>, [none, own]: [&Occlusion; 2], out: &mut Measurements) {
    let matched = own.curves(own.temperature(CONFIDENCE));
    out.add_rounded(
        key,
        [
            (AREA, area(&own.curves(1.0).deletion)),
            (DELETION, matched.deletion_gain()),
            (INSERTION, matched.insertion_gain()),
        ],
    );
    if key.series == L2 {
        let as_sure = none.temperature(own.confidence(1.0));
        out.add_rounded(key, [(SCALE, area(&none.curves(as_sure).deletion))]);
    }
}

/// Curves at one confidence, at the strengths that are shown.
pub(crate) fn note_curves(
    key: MeasurementKey<'_>,
    [_, own]: &[&Occlusion; 2],
    out: &mut Measurements,
) {
    if ![L1, L2].contains(&key.series) || !shown(key.series).contains(&key.rate) {
        return;
    }
    let curves = own.curves(own.temperature(CONFIDENCE));
    let all = [
        (DELETED, &curves.deletion),
        (INSERTED, &curves.insertion),
        (RANDOM, &curves.random),
    ];
    for (metric, curve) in all {
        for (step, probability) in curve.iter().enumerate().step_by(2) {
            let share = step as f64 / STEPS as f64;
            out.add_at(key, share, metric, (probability * 1e4).round() / 1e4);
        }
    }
}

/// Filters, saliency of the first rows and feature maps of the first one, of the first seed, at the strengths that are shown.
pub(crate) fn note_pictures(
    world: &World,
    population: &Population<'_>,
    key: MeasurementKey<'_>,
    strength: &Strength<'_>,
    out: &mut Measurements,
) {
    // Without a penalty L1 and L2 are the same network.
    let new = key.series != L2 || key.rate > 0.0;
    let noted = new && PENALTIES.contains(&key.series) && shown(key.series).contains(&key.rate);
    let (Some(width), true) = (world.width, noted) else {
        return;
    };
    let (explained, member) = (strength.explained, strength.members[0]);
    let inputs = explained.typical.len();
    let image = &explained.own.x[..inputs];
    let size = |map: &Vec<f64>| map.iter().map(|w| w * w).sum::<f64>();
    let mut filters = population.filters(member);
    if world.name == DIGITS {
        filters.sort_by(|a, b| size(b).total_cmp(&size(a)));
        filters.truncate(SHOWN_UNITS);
        Mosaic::signed(&filters, width, UNITS).note(key, MOSAIC, out);
    } else {
        let mut maps = population.feature_maps(member, image);
        maps.truncate(SHOWN_CHANNELS);
        filters.truncate(SHOWN_CHANNELS);
        Mosaic::sizes(&maps, width, CHANNELS).note(key, FEATURES, out);
        Mosaic::signed(&filters, KERNEL, CHANNELS).note(key, MOSAIC, out);
    }
    let sizes = explained.sizes(&strength.saliency[0]);
    let pairs = explained.own.x.chunks_exact(inputs).zip(&sizes);
    let images = IMAGES[usize::from(world.name == CLOTHES)];
    let beside = pairs.take(images).flat_map(|(image, map)| {
        let image = image.iter().map(|&x| f64::from(x)).collect();
        let most = map.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        [image, map.iter().map(|own| own / most).collect()]
    });
    Mosaic::sizes(&beside.collect::<Vec<_>>(), width, BOTH).note(key, MAP, out);
}
