//! Linear filters: by closed form in worlds whose truth is known, and as the library trains them.

use decay_claim::measuring::energy::EnergyMap;
use decay_claim::{
    Lab, MeasurementKey, Measurements, Population, Result, Study, full_descent, made_up,
    round_rates, unchanged,
};
use decay_data::Dataset;
use decay_model::Mlp;
use decay_train::FoldRows;

use crate::filters::{PIXELS, SIDE, Sample, World};
use crate::{
    EQUAL, FADED, FILTERS, GROWTH, GROWTHS, IDLE, LIBRARY, MAPPED, MAPS_OF_FILTERS, NOISY, WEIGHTS,
    figure, map_of,
};

/// So much decay that a filter has its last shape.
const UTMOST: f64 = 1000.0;
/// Rates at which the library trains filters.
const TRAINED: [f64; 3] = [0.1, 1.0, 10.0];
/// Rows of each world that the library trains on.
const ROWS: usize = 300;

pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let worlds = [
        (FADED, World::faded()),
        (NOISY, World::noisy()),
        (IDLE, World::idle()),
        (EQUAL, World::equal()),
    ];
    let found = lab.each(FILTERS, lab.pick(10, 20), |replicate| {
        let mut filters = Vec::new();
        for (place, (name, world)) in worlds.iter().enumerate() {
            let sample = world.draw(lab, site(place, replicate));
            filters.extend(over_rates(&sample, world, (*name, replicate), out));
        }
        over_growths(lab, replicate, out);
        Ok(filters)
    })?;
    note_maps(&found.concat(), out);
    for (place, (name, world)) in worlds.iter().enumerate() {
        library(lab, name, world, place, out)?;
    }
    Ok(())
}

fn site(world: usize, replicate: usize) -> u32 {
    ((world as u32 + 1) << 10) + replicate as u32
}

fn map(weights: &[f64]) -> EnergyMap {
    EnergyMap::of_weights(weights, 1, SIDE)
}

/// Figures of the filters of one sample over the rate, beside those of endless rows: the filters' maps.
fn over_rates<'w>(
    sample: &Sample,
    world: &World,
    (series, replicate): (&'w str, usize),
    out: &mut Measurements,
) -> Vec<(MeasurementKey<'w>, EnergyMap)> {
    let rates = round_rates(1e-3, UTMOST);
    let mut maps = Vec::new();
    for (&rate, weights) in rates.iter().zip(sample.filters(&rates)) {
        let key = MeasurementKey::of(FILTERS, series, rate, replicate);
        let (found, endless) = (map(weights.as_slice()), map(&world.endless(rate)));
        let figures = [
            (&*figure("entropy", WEIGHTS), found.entropy()),
            (&*figure("radius", WEIGHTS), found.radius()),
            ("entropy by the formula", endless.entropy()),
        ];
        out.add_rounded(key, figures);
        maps.push((key, found));
    }
    maps
}

/// Means over replicates of the maps that are shown.
fn note_maps(found: &[(MeasurementKey<'_>, EnergyMap)], out: &mut Measurements) {
    for world in MAPPED {
        for rate in MAPS_OF_FILTERS {
            let own = found.iter();
            let own = own.filter(|(key, _)| key.series == world && key.rate == rate);
            let maps: Vec<&EnergyMap> = own.map(|(_, map)| map).collect();
            let key = MeasurementKey::of(FILTERS, world, rate, 0);
            EnergyMap::mean(&maps).note(key, &map_of(WEIGHTS), out);
        }
    }
}

/// How much the entropy changes from no decay to the utmost.
fn over_growths(lab: &Lab, replicate: usize, out: &mut Measurements) {
    for (place, growth) in GROWTH.into_iter().enumerate() {
        let world = World::of_growth(growth);
        let sample = world.draw(lab, site(8 + place, replicate));
        let ends = [0.0, UTMOST];
        let found = sample.filters(&ends);
        let change = map(found[1].as_slice()).entropy() - map(found[0].as_slice()).entropy();
        let endless = ends.map(|rate| map(&world.endless(rate)).entropy());
        let key = MeasurementKey::of(GROWTHS, "", growth, replicate);
        let figures = [
            ("change", change),
            ("by the formula", endless[1] - endless[0]),
        ];
        out.add_rounded(key, figures);
    }
}

/// The library's linear models of one world as one population, beside the ridge of the same rows.
fn library(
    lab: &Lab,
    series: &'static str,
    world: &World,
    place: usize,
    out: &mut Measurements,
) -> Result<()> {
    let world = World {
        rows: ROWS,
        ..world.clone()
    };
    let draw = |replicate| world.draw(lab, site(16 + place, replicate));
    let samples: Vec<Sample> = (0..lab.pick(10, 20)).map(draw).collect();
    let data = stacked(&samples)?;
    let own = |replicate: usize| (replicate * ROWS..(replicate + 1) * ROWS).collect::<Vec<_>>();
    let rows = (0..samples.len()).map(|replicate| FoldRows {
        train: own(replicate),
        validation: own(replicate),
    });
    // Twice the formula's, whose squares have a factor of one half.
    let rates = TRAINED.map(|rate| 2.0 * rate).to_vec();
    let study = Study::of_decay(
        LIBRARY,
        &data,
        rows.collect(),
        Mlp::hidden([]),
        full_descent(1500),
        rates,
    );
    let scales = vec![unchanged(PIXELS); samples.len()];
    let population = lab.train_scaled(study.in_series(series), scales)?;
    note_distances(&population, &samples, out);
    Ok(())
}

/// The rows of all samples, one sample after the other.
fn stacked(samples: &[Sample]) -> Result<Dataset> {
    let column = |pixel: usize| {
        let own = samples
            .iter()
            .flat_map(|sample| sample.x.column(pixel).iter().copied().collect::<Vec<_>>());
        own.collect()
    };
    let columns: Vec<Vec<f64>> = (0..PIXELS).map(column).collect();
    let values: Vec<f64> = samples
        .iter()
        .flat_map(|sample| sample.y.iter().copied())
        .collect();
    made_up(&columns, |rows| rows.values(&values))
}

/// How far each trained filter is from the closed form, relative, and how far their entropies are apart.
fn note_distances(population: &Population<'_>, samples: &[Sample], out: &mut Measurements) {
    for member in 0..population.len() {
        let key = population.key(member);
        let key = MeasurementKey::of(key.study, key.series, key.rate / 2.0, key.replicate);
        let trained = population.linear(member).weights;
        let ridge = &samples[key.replicate].filters(&[key.rate])[0];
        let off = trained.iter().zip(ridge).map(|(a, b)| (a - b).powi(2));
        let far = off.sum::<f64>().sqrt() / ridge.norm();
        out.add(key, [("distance", far)]);
    }
}
