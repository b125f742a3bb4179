//! Claim: networks with sparse and small weights can be read.

#![forbid(unsafe_code)]

mod experiment;
mod notes;
mod parts;
mod pictures;
#[cfg(test)]
mod tests;
mod worlds;

use decay_audit::trend::Side;
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

/// The claim.
pub struct Interpretability;

/// A table of relevant inputs, copies of them with noise, and inputs of noise alone.
const TABLE: &str = "table";
/// A digit beside another that says nothing.
const DIGITS: &str = "two digits";
/// A convolutional network.
const CLOTHES: &str = "clothes";
const STUDIES: [&str; 3] = [TABLE, DIGITS, CLOTHES];
/// Penalties on all weights.
const L1: &str = "L1";
const L2: &str = "L2";
const NET: &str = "elastic net";
const PENALTIES: [&str; 3] = [L1, L2, NET];
/// Of each penalty; those of the elastic net are of its L1 part, beside a decay of [`BESIDE`].
const L1_STRENGTHS: [f64; 7] = [0.0, 0.01, 0.03, 0.06, 0.12, 0.24, 0.48];
const L2_STRENGTHS: [f64; 7] = [0.0, 0.1, 0.3, 1.0, 2.0, 4.0, 8.0];
/// The elastic net's square part.
const BESIDE: f64 = 1.0;
/// Networks before any training.
const UNTRAINED: &str = "untrained";
/// Networks without a penalty whose weights start smaller: `U(±1/√inputs)` instead of `N(0, 2 / inputs)`, 2.4 times.
const SMALL_START: &str = "smaller start";

const PLAIN_LOSS: &str = "loss";
/// With the scale of the logits put right by a temperature, since that costs nothing.
const LOSS: &str = "tempered loss";
const ACCURACY: &str = "accuracy";
const ZEROS: &str = "zeros";
const RANK: &str = "effective rank";
const LEARNED: &str = "effective rank of what was learned";
const FILTERS: &str = "roughness of filters";
const ROUGHNESS: &str = "roughness of saliency";
const TRUTH: &str = "AUROC of saliency";
const PRECISION: &str = "average precision of saliency";
const DECOYS: &str = "AUROC among decoys";
const AGREEMENT: &str = "agreement between seeds";
const DELETION: &str = "deletion gain";
const INSERTION: &str = "insertion gain";
const AREA: &str = "deletion area";
const SCALE: &str = "deletion area by scale alone";
/// What is noted along an axis or pixel by pixel.
const SPECTRUM: &str = "singular value";
const DELETED: &str = "probability, deletion";
const INSERTED: &str = "probability, insertion";
const RANDOM: &str = "probability, random";
const MOSAIC: &str = "first layer";
const MAP: &str = "saliency";
const FEATURES: &str = "feature maps";

/// Share of the best accuracy that a network keeps if a trend is to count it.
const ACCURATE: f64 = 0.95;
/// Mean probability of what they predict at which networks are compared.
const CONFIDENCE: f64 = 0.8;
/// Validation rows for each training row that two replicates of images share, about.
const OVERLAP: f64 = 0.2;

/// What can be read, and where it is measured.
struct Measure {
    metric: &'static str,
    /// Which way it goes with the strength of a penalty if weights become readable.
    claimed: Side,
    /// What is said then.
    says: &'static str,
    studies: &'static [&'static str],
    /// Whether networks are compared at chosen strengths, too.
    compared: bool,
}

const MEASURES: [Measure; 8] = [
    Measure {
        metric: TRUTH,
        claimed: Side::Above,
        says: "saliency tells relevant inputs from others better",
        studies: &[TABLE, DIGITS],
        compared: true,
    },
    Measure {
        metric: DECOYS,
        claimed: Side::Above,
        says: "saliency tells relevant inputs from their decoys better",
        studies: &[TABLE],
        compared: true,
    },
    Measure {
        metric: AGREEMENT,
        claimed: Side::Above,
        says: "saliency agrees more between seeds",
        studies: &STUDIES,
        compared: true,
    },
    Measure {
        metric: DELETION,
        claimed: Side::Above,
        says: "at equal confidence, deletion by saliency gains more over a random order",
        studies: &STUDIES,
        compared: true,
    },
    Measure {
        metric: INSERTION,
        claimed: Side::Above,
        says: "at equal confidence, insertion by saliency gains more over a random order",
        studies: &STUDIES,
        compared: false,
    },
    Measure {
        metric: ROUGHNESS,
        claimed: Side::Below,
        says: "saliency maps are smoother",
        studies: &[DIGITS, CLOTHES],
        compared: false,
    },
    Measure {
        metric: FILTERS,
        claimed: Side::Below,
        says: "filters of the first layer are smoother",
        studies: &[DIGITS, CLOTHES],
        compared: false,
    },
    Measure {
        metric: RANK,
        claimed: Side::Below,
        says: "the effective rank of the largest weight matrix is smaller",
        studies: &STUDIES,
        compared: false,
    },
];

/// Strengths of a penalty that curves and maps are shown at: none, and two at which networks are still accurate.
fn shown(penalty: &str) -> [f64; 3] {
    if penalty == L2 {
        [0.0, 1.0, 2.0]
    } else {
        [0.0, 0.12, 0.24]
    }
}

/// Strengths of a penalty, none first.
fn strengths(penalty: &str) -> [f64; 7] {
    if penalty == L2 {
        L2_STRENGTHS
    } else {
        L1_STRENGTHS
    }
}

impl Claim for Interpretability {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Sparse and small weights can be read",
            statement: "The more weights are shrunk or zeroed, the better a network can be read: its matrices use fewer directions, its \
                        saliency is smoother, points to what matters, and is the same for another seed.",
            source: "an introductory text on weight decay; Simonyan, Vedaldi & Zisserman 2014 for saliency, Petsiuk, Das & Saenko 2018 for \
                     deletion and insertion, Roy & Vetterli 2007 for the effective rank",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        parts::judge(measured)
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}
