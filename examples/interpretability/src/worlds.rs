//! Data of which it is known what matters, and what each network is trained on.

use decay_claim::{Lab, Result, convolutional, halved_clothes, made_up};
use decay_data::{Dataset, Images, Options, Raw, Scaling};
use decay_model::{CnnConfig, Init, Mlp, MlpConfig, ModelConfig};
use decay_train::FoldRows;

use crate::{CLOTHES, DIGITS, TABLE};

/// Rows that a replicate trains on, and others that it is judged on.
const ROWS: [usize; 2] = [300, 150];
/// Inputs of the table that matter; as many decoys follow, then inputs of noise.
pub(crate) const RELEVANT: usize = 4;
pub(crate) const INPUTS: usize = 20;
/// Correlation of a decoy with the input that it copies.
pub(crate) const COPIED: f64 = 0.8;

/// Data, a network, and which inputs matter.
pub(crate) struct World {
    pub(crate) name: &'static str,
    pub(crate) data: Dataset,
    /// Of each replicate.
    pub(crate) rows: Vec<FoldRows>,
    pub(crate) model: ModelConfig,
    /// The same with starting weights `U(±1/√inputs)`.
    pub(crate) smaller_start: ModelConfig,
    pub(crate) scaling: Scaling,
    pub(crate) epochs: u32,
    /// Pixels of a row of an image.
    pub(crate) width: Option<usize>,
    /// Inputs that matter and all others, where that is known.
    pub(crate) truth: Option<[Vec<usize>; 2]>,
    /// Copies of the inputs that matter, which do not.
    pub(crate) decoys: Option<Vec<usize>>,
}

impl World {
    pub(crate) fn all(lab: &Lab) -> Result<[Self; 3]> {
        Ok([table(lab)?, digits(lab)?, clothes(lab)?])
    }
}

/// Log-odds of a row of the table.
pub(crate) fn log_odds(x: [f64; RELEVANT]) -> f64 {
    2.0 * (x[0] - x[1] + x[2] * x[3])
}

/// Two classes by four inputs, among decoys that are correlated with them and inputs of noise.
fn table(lab: &Lab) -> Result<World> {
    const SITE: u32 = 1 << 19;
    let (own, count) = (ROWS[0] + ROWS[1], lab.pick(10, 20));
    let rows = own * count;
    let mut columns: Vec<Vec<f64>> = (0..INPUTS)
        .map(|input| lab.normal(SITE + input as u32, rows))
        .collect();
    let (relevant, others) = columns.split_at_mut(RELEVANT);
    for (copied, decoy) in relevant.iter().zip(others) {
        for (copied, own) in copied.iter().zip(decoy) {
            *own = COPIED * copied + (1.0 - COPIED * COPIED).sqrt() * *own;
        }
    }
    let mut drawn = vec![0.0f32; rows];
    lab.stream(SITE - 1).fill_uniform(&mut drawn);
    let label = |row: usize| {
        let odds = log_odds(std::array::from_fn(|input| columns[input][row]));
        usize::from(f64::from(drawn[row]) < 1.0 / (1.0 + (-odds).exp()))
    };
    let labels: Vec<usize> = (0..rows).map(label).collect();
    let part = |replicate: usize| FoldRows {
        train: (own * replicate..own * replicate + ROWS[0]).collect(),
        validation: (own * replicate + ROWS[0]..own * (replicate + 1)).collect(),
    };
    Ok(World {
        name: TABLE,
        data: made_up(&columns, |rows| rows.classes(&labels))?,
        rows: (0..count).map(part).collect(),
        model: perceptron(Init::default()),
        smaller_start: perceptron(Init::Torch),
        scaling: Scaling::Standard,
        epochs: 60,
        width: None,
        truth: Some([(0..RELEVANT).collect(), (RELEVANT..INPUTS).collect()]),
        decoys: Some((RELEVANT..2 * RELEVANT).collect()),
    })
}

/// Digits of which the left one is the label, and the right one any other image.
fn digits(lab: &Lab) -> Result<World> {
    const SITE: u32 = 1 << 20;
    let Raw::Images { train, .. } = Raw::read("embedded:digits", &Options::default())? else {
        unreachable!("the digits are images");
    };
    let all: Vec<usize> = (0..train.labels.len()).collect();
    let data = Dataset::from_images(&beside(*train, &lab.sample(SITE, &all, all.len())))?;
    let half = |side: usize| (0..128).filter(|pixel| pixel / 8 % 2 == side).collect();
    Ok(World {
        name: DIGITS,
        rows: lab.draws(data.rows, lab.pick(10, 20), ROWS),
        data,
        model: perceptron(Init::default()),
        smaller_start: perceptron(Init::Torch),
        // Black is 0.
        scaling: Scaling::UnitRange,
        epochs: 60,
        width: Some(16),
        truth: Some([half(0), half(1)]),
        decoys: None,
    })
}

/// Each image of 8 x 8 pixels with another one to its right.
pub(crate) fn beside(images: Images, others: &[usize]) -> Images {
    const PIXELS: usize = 64;
    let line = |image: usize, row: usize| {
        let first = image * PIXELS + 8 * row;
        images.pixels[first..first + 8].to_vec()
    };
    let both = |(image, &other): (usize, &usize)| -> Vec<u8> {
        let rows = (0..8).flat_map(|row| [line(image, row), line(other, row)]);
        rows.flatten().collect()
    };
    Images {
        pixels: others.iter().enumerate().flat_map(both).collect(),
        shape: vec![1, 8, 16],
        ..images
    }
}

/// Clothes of 14 x 14 pixels; nobody knows which of them matter.
fn clothes(lab: &Lab) -> Result<World> {
    let data = halved_clothes()?;
    let ModelConfig::Cnn(network) = convolutional(&["conv5:8", "max2", "dense:32"]) else {
        unreachable!("stages make a convolutional network");
    };
    Ok(World {
        name: CLOTHES,
        rows: lab.draws(data.rows, lab.pick(10, 20), ROWS),
        data,
        smaller_start: ModelConfig::Cnn(CnnConfig {
            init: Init::Torch,
            ..network.clone()
        }),
        model: ModelConfig::Cnn(network),
        scaling: Scaling::UnitRange,
        epochs: 40,
        width: Some(14),
        truth: None,
        decoys: None,
    })
}

fn perceptron(init: Init) -> ModelConfig {
    ModelConfig::Mlp(MlpConfig {
        init,
        ..Mlp::hidden([32])
    })
}
