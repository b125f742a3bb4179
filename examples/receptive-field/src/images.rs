//! Networks on clothes whose border is shuffled between images, black, or as it was.

use decay_claim::measuring::energy::{EnergyMap, from_centre};
use decay_claim::{
    Lab, MeasurementKey, Measurements, Population, Result, Study, convolutional, halved_clothes,
    round_rates,
};
use decay_data::{Dataset, Scaling, Storage};
use decay_model::{Mlp, ModelConfig};
use decay_train::TrainConfig;

use crate::{
    BLACK, BORDERS, CENTRE, FIELDS, LEARNED, MAPS_OF_NETWORKS, NETWORKS, SHUFFLED, SLOPES, WEIGHTS,
    figure, map_of, study_of,
};

/// Side of the images.
pub(crate) const SIDE: usize = 14;
/// Rows that a replicate trains on, and others that slopes are measured on.
const ROWS: [usize; 2] = [300, 100];

pub(crate) fn measure(lab: &Lab, out: &mut Measurements) -> Result<()> {
    for border in BORDERS {
        let data = bordered(lab, border)?;
        let small = convolutional(&["conv5:8", "max2", "dense:32"]);
        for (network, model) in NETWORKS.into_iter().zip([Mlp::hidden([32]).into(), small]) {
            networks(lab, (network, border), &data, model, out)?;
        }
    }
    Ok(())
}

/// Pixels outside the centre.
pub(crate) fn border_pixels() -> Vec<usize> {
    let outside = |&pixel: &usize| from_centre(pixel, SIDE, SIDE) > CENTRE;
    (0..SIDE * SIDE).filter(outside).collect()
}

/// The clothes at half size. A shuffled border pixel has the value that another image has there, each pixel of another image: it looks
/// as before and says nothing.
pub(crate) fn bordered(lab: &Lab, border: &str) -> Result<Dataset> {
    const SITE: u32 = 1 << 20;
    let mut data = halved_clothes()?;
    let whole = data.clone();
    let all: Vec<usize> = (0..data.rows).collect();
    let Storage::U8(pixels) = &mut data.features else {
        return Ok(data);
    };
    for pixel in border_pixels() {
        let others = lab.sample(SITE + pixel as u32, &all, all.len());
        for (row, other) in others.into_iter().enumerate() {
            let place = row * SIDE * SIDE + pixel;
            match border {
                SHUFFLED => pixels[place] = whole.value(other, pixel) as u8,
                BLACK => pixels[place] = 0,
                _ => (),
            }
        }
    }
    Ok(data)
}

/// A network at every rate, on rows drawn anew.
fn networks(
    lab: &Lab,
    (network, border): (&str, &str),
    data: &Dataset,
    model: ModelConfig,
    out: &mut Measurements,
) -> Result<()> {
    let config = TrainConfig {
        epochs: 40,
        batch: 30,
        lr: 2e-3,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let name = study_of(network, border);
    let draws = lab.draws(data.rows, lab.pick(10, 20), ROWS);
    let population = lab.train(Study {
        // Black is 0, so that black pixels feed nothing.
        scaling: Scaling::UnitRange,
        ..Study::of_decay(&name, data, draws, model, config, round_rates(0.1, 10.0))
    })?;
    note(&population, (network, border), out)
}

/// Accuracy, and figures of the maps of weights, of what was learned of them, and of slopes.
fn note(
    population: &Population<'_>,
    (network, border): (&str, &str),
    out: &mut Measurements,
) -> Result<()> {
    let slopes = population.slope_maps()?;
    let of_all = |map: fn(&Population<'_>, usize) -> EnergyMap| {
        (0..population.len()).map(move |member| map(population, member))
    };
    let weights = of_all(|population, member| population.first_layer(member)).collect();
    let learned = of_all(|population, member| population.learned_first_layer(member)).collect();
    for (of, maps) in [(WEIGHTS, weights), (LEARNED, learned), (SLOPES, slopes)] {
        for (member, map) in maps.iter().enumerate() {
            note_figures(population.key(member), of, map, out);
        }
        if border == SHUFFLED && FIELDS.contains(&(network, of)) {
            note_maps(population, of, &maps, out);
        }
    }
    for member in 0..population.len() {
        let key = population.key(member);
        let losses = population.outcome(member).validation;
        let accuracy = losses.and_then(|losses| losses.accuracy);
        out.add_rounded(key, [("accuracy", accuracy.unwrap_or(f64::NAN))]);
        if (network, border) == (NETWORKS[0], BLACK) {
            let off = population.from_decay_alone(member, &border_pixels());
            out.add(key, [("from decay alone", off)]);
        }
    }
    Ok(())
}

fn note_figures(key: MeasurementKey<'_>, of: &str, map: &EnergyMap, out: &mut Measurements) {
    let [entropy, radius, beyond] =
        ["entropy", "radius", "share at the border"].map(|name| figure(name, of));
    let figures = [(&*entropy, map.entropy()), (&*radius, map.radius())];
    out.add_rounded(key, figures);
    if map.width == SIDE {
        out.add_rounded(key, [(&*beyond, map.share_beyond(CENTRE))]);
    }
}

/// Means over replicates at the rates that are shown.
fn note_maps(population: &Population<'_>, of: &str, maps: &[EnergyMap], out: &mut Measurements) {
    for rate in MAPS_OF_NETWORKS {
        let own = maps.iter().enumerate();
        let own = own.filter(|(member, _)| population.key(*member).rate == rate);
        let own: Vec<&EnergyMap> = own.map(|(_, map)| map).collect();
        let key = MeasurementKey::of(population.study.name, "", rate, 0);
        EnergyMap::mean(&own).note(key, &map_of(of), out);
    }
}
