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
    BLACK, BORDERS, CENTRE, LEARNED, MAPS_OF_NETWORKS, NETWORKS, SHUFFLED, SLOPES, WEIGHTS, figure,
    map_of, study_of,
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
    note(&population, border, out)
}

/// Accuracy, and figures of the maps of weights, of what was learned of them, and of slopes.
fn note(population: &Population<'_>, border: &str, out: &mut Measurements) -> Result<()> {
    let dense = population.models.network.parameters()[0].shape[0] == SIDE * SIDE;
    for (member, slopes) in population.slope_maps()?.into_iter().enumerate() {
        let key = population.key(member);
        let losses = population.outcome(member).validation;
        let accuracy = losses.and_then(|losses| losses.accuracy);
        out.add_rounded(key, [("accuracy", accuracy.unwrap_or(f64::NAN))]);
        let maps = [
            (WEIGHTS, population.first_layer(member)),
            (LEARNED, population.learned_first_layer(member)),
            (SLOPES, slopes),
        ];
        maps.iter()
            .for_each(|(of, map)| note_map(key, of, map, out));
        if dense && border == BLACK {
            let off = population.from_decay_alone(member, &border_pixels());
            out.add(key, [("from decay alone", off)]);
        }
    }
    Ok(())
}

fn note_map(key: MeasurementKey<'_>, of: &str, map: &EnergyMap, out: &mut Measurements) {
    let [entropy, radius] = ["entropy", "radius"].map(|name| figure(name, of));
    out.add_rounded(key, [(&*entropy, map.entropy()), (&*radius, map.radius())]);
    if map.width == SIDE {
        let beyond = figure("share at the border", of);
        out.add_rounded(key, [(&*beyond, map.share_beyond(CENTRE))]);
        if MAPS_OF_NETWORKS.contains(&key.rate) {
            map.note(key, &map_of(of), out);
        }
    }
}
