//! Confidence, loss and temperature at every decay rate and at every strength of label smoothing.

use decay_claim::measuring::calibration::note_calibration;
use decay_claim::{Lab, Measurements, Result, Study, convolutional};
use decay_data::{Dataset, Embedded};
use decay_model::{Mlp, ModelConfig};
use decay_train::{Hyper, TrainConfig};

use crate::{DECAY, MNIST, SMOOTHING};

/// Half-lives from half an epoch on.
const RATES: [f64; 12] = [
    0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 25.0, 50.0,
];
/// Of label smoothing.
const STRENGTHS: [f64; 8] = [0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4];
/// Rows that each replicate is audited on.
const AUDITED: usize = 600;

/// Name, data, an over-parameterised network, training rows and epochs.
type Setup = (&'static str, Dataset, ModelConfig, usize, u32);

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    for (name, data, model, train, epochs) in setups(lab)? {
        let config = TrainConfig {
            epochs,
            batch: train / 10,
            lr: 2e-3,
            evaluate_every: 0,
            ..TrainConfig::default()
        };
        let replicates = lab.draws(data.rows, lab.pick(10, 20), [train, AUDITED]);
        let rates = RATES.to_vec();
        let study = Study::of_decay(name, &data, replicates, model, config, rates);
        let decay = study.clone().in_series(DECAY);
        let smoothing = study
            .in_series(SMOOTHING)
            .over(Hyper::LabelSmoothing, &STRENGTHS);
        note_calibration(&lab.train(decay)?, &mut out)?;
        note_calibration(&lab.train(smoothing)?, &mut out)?;
    }
    Ok(out)
}

/// Quickly a perceptron on clothes and on digits; with time a convolutional network too, and more images.
fn setups(lab: &Lab) -> Result<Vec<Setup>> {
    let (digits, fashion) = (Embedded::Digits.load()?, Embedded::FashionMini.load()?);
    let mlp = ModelConfig::from(Mlp::hidden([64, 64]));
    let clothes = ("Fashion-MNIST, MLP", fashion.clone(), mlp.clone(), 400, 40);
    let mut all = vec![clothes, ("digits, MLP", digits, mlp.clone(), 200, 150)];
    if lab.full {
        let cnn = convolutional(&["conv3:8/2", "conv3:16/2", "dense:64"]);
        all.push(("Fashion-MNIST, CNN", fashion, cnn, 400, 30));
        if let Some(found) = lab.larger_data("mnist")? {
            all.push((MNIST, found.train, mlp, 1000, 30));
        }
    }
    Ok(all)
}
