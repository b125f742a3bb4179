//! Not a test: how long the folds of a linear probe take on one thread, and paths of the lasso, of `x.npy` and `y.npy` in the folder
//! `DECAY_FEATURES`.

use std::path::Path;
use std::time::Instant;

use crate::{ElasticNet, Logistic, Penalties, Rows};

const FOLDS: usize = 5;
const STRENGTHS: usize = 96;

/// What stands behind the header of an array's file.
fn array(folder: &Path, name: &str) -> Vec<u8> {
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[10 + header..].to_vec()
}

fn features(folder: &Path) -> Vec<f32> {
    let bytes = array(folder, "x.npy");
    let values = bytes.chunks_exact(4);
    values
        .map(|own| f32::from_le_bytes(own.try_into().unwrap()))
        .collect()
}

fn doubles(bytes: &[u8]) -> Vec<f64> {
    let values = bytes.chunks_exact(8);
    values
        .map(|own| f64::from_le_bytes(own.try_into().unwrap()))
        .collect()
}

/// Of scikit-learn's penalties in `alphas.f64`; the weights go to `weights.f64`, as `tests/peers/lasso_paths.py` reads them.
#[test]
#[ignore = "measures, and needs features"]
fn speed_of_lasso_paths() {
    let folder = std::env::var("DECAY_FEATURES").unwrap();
    let folder = Path::new(&folder);
    let (x, y) = (features(folder), doubles(&array(folder, "y.npy")));
    let alphas = doubles(&std::fs::read(folder.join("alphas.f64")).unwrap());
    let penalties: Vec<Penalties> = alphas
        .iter()
        .map(|alpha| Penalties {
            l1: 2.0 * alpha,
            rate: 0.0,
        })
        .collect();
    let rows = Rows {
        features: &x,
        inputs: x.len() / y.len(),
        weights: None,
    };
    let started = Instant::now();
    let net = ElasticNet::new(&rows, &y, 1).unwrap();
    let path = net.path(&penalties, &|| false).unwrap();
    println!("seconds {:.4}", started.elapsed().as_secs_f64());
    let weights = path.iter().flat_map(|own| &own.weights);
    let bytes: Vec<u8> = weights.flat_map(|weight| weight.to_le_bytes()).collect();
    std::fs::write(folder.join("weights.f64"), bytes).unwrap();
}

/// Columns with mean 0 and variance 1; constant ones are 0.
fn standardise(x: &mut [f32], inputs: usize) {
    let rows = x.len() / inputs;
    for column in 0..inputs {
        let own = || x.iter().skip(column).step_by(inputs).map(|&x| f64::from(x));
        let mean = own().sum::<f64>() / rows as f64;
        let sd = (own().map(|x| (x - mean).powi(2)).sum::<f64>() / rows as f64).sqrt();
        let scale = if sd > 0.0 { 1.0 / sd } else { 0.0 };
        for value in x.iter_mut().skip(column).step_by(inputs) {
            *value = ((f64::from(*value) - mean) * scale) as f32;
        }
    }
}

#[test]
#[ignore = "measures, and needs features"]
fn speed_of_paths() {
    let folder = std::env::var("DECAY_FEATURES").unwrap();
    let labels: Vec<u32> = array(folder.as_ref(), "y.npy")
        .into_iter()
        .map(u32::from)
        .collect();
    let mut x = features(folder.as_ref());
    let inputs = x.len() / labels.len();
    standardise(&mut x, inputs);
    let classes = 1 + *labels.iter().max().unwrap() as usize;
    let started = Instant::now();
    let mut passes = 0;
    for fold in 0..FOLDS {
        let own: Vec<usize> = (0..labels.len())
            .filter(|row| row % FOLDS != fold)
            .collect();
        let of_row = |row: &usize| &x[row * inputs..][..inputs];
        let rows = Rows {
            features: &own.iter().flat_map(of_row).copied().collect::<Vec<_>>(),
            inputs,
            weights: None,
        };
        let labels: Vec<u32> = own.iter().map(|&row| labels[row]).collect();
        let strength =
            |place: usize| 10f64.powf(-6.0 + 12.0 * place as f64 / (STRENGTHS - 1) as f64);
        let rates: Vec<f64> = (0..STRENGTHS)
            .map(|place| 1.0 / (strength(place) * own.len() as f64))
            .collect();
        let path = Logistic::new(&rows, &labels, classes)
            .unwrap()
            .path(&rates)
            .unwrap();
        passes += path.iter().map(|model| model.passes).sum::<usize>();
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{FOLDS} folds x {STRENGTHS} strengths of C from 1e-6 to 1e6: {passes} passes, {seconds:.3} s"
    );
}
