//! Claim: where the centre of an image carries the information, decay concentrates a kernel there.

#![forbid(unsafe_code)]

mod filters;
mod images;
mod linear;
mod parts;
mod pictures;
#[cfg(test)]
mod tests;

use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

/// The claim.
pub struct ReceptiveField;

/// Study of linear filters on made-up images; its series are the worlds.
const FILTERS: &str = "linear filters";
/// Study of the library's linear models on the same images.
const LIBRARY: &str = "the library's linear filters";
/// Study over how noise grows towards the border: its "rate" is the noise's variance at the corner over that in the centre.
const GROWTHS: &str = "noise at the corner over noise in the centre";
/// What the rate of that study is: the noise fades as the signal does, is the same everywhere, grows as the signal fades.
const GROWTH: [f64; 5] = [0.1, 0.3, 1.0, 3.0, 10.0];
/// Worlds in which the information of a pixel is known.
const FADED: &str = "faded border";
const NOISY: &str = "noisy border";
const EQUAL: &str = "equal pixels";
const IDLE: &str = "idle border";
const WORLDS: [&str; 4] = [FADED, NOISY, IDLE, EQUAL];
/// Networks on clothes, and what became of the border.
const NETWORKS: [&str; 2] = ["perceptron", "convolutional"];
const SHUFFLED: &str = "shuffled border";
const BLACK: &str = "black border";
const WHOLE: &str = "whole images";
const BORDERS: [&str; 3] = [SHUFFLED, BLACK, WHOLE];
/// What energy is of.
const WEIGHTS: &str = "weights";
const LEARNED: &str = "learned weights";
const SLOPES: &str = "slopes";
/// Worlds and rates of which maps are noted, as the mean over replicates.
const MAPPED: [&str; 2] = [FADED, NOISY];
const MAPS_OF_FILTERS: [f64; 3] = [0.0, 1.0, 100.0];
const MAPS_OF_NETWORKS: [f64; 3] = [0.0, 1.0, 5.0];
/// Which maps of networks with a shuffled border are noted.
const FIELDS: [(&str, &str); 3] = [
    (NETWORKS[0], WEIGHTS),
    (NETWORKS[0], SLOPES),
    (NETWORKS[1], SLOPES),
];
/// Pixels farther from the centre of a 14 x 14 image are its border.
const CENTRE: f64 = 5.0;
/// Share of the best accuracy that a network keeps if its maps are to be judged.
const ACCURATE: f64 = 0.95;

/// Name of a figure of a map, such as `entropy of weights`.
fn figure(name: &str, of: &str) -> String {
    format!("{name} of {of}")
}

/// Name of what is noted pixel by pixel.
fn map_of(of: &str) -> String {
    figure("map", of)
}

/// Name of a study of networks.
fn study_of(network: &str, border: &str) -> String {
    format!("{network}, {border}")
}

impl Claim for ReceptiveField {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay concentrates the receptive field",
            statement: "Where the centre of an image carries the information, decay concentrates a kernel there: its spatial entropy \
                        falls with λ.",
            source: "an introductory text on weight decay; Hoerl & Kennard 1970 for the filter, Luo et al. 2016 for receptive fields by \
                     gradients",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        let mut out = Measurements::default();
        linear::measure(lab, &mut out)?;
        images::measure(lab, &mut out)?;
        Ok(out)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        parts::judge(measured)
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}
