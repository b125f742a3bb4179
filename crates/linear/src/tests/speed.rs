//! Not a test: how long paths take, `DECAY_FEATURES=FOLDER` with `x.f32` and `y.u32`.

use std::time::Instant;

use crate::{Logistic, Rows};

#[test]
#[ignore = "measures, and needs features"]
fn speed_of_paths() {
    let folder = std::path::PathBuf::from(std::env::var("DECAY_FEATURES").unwrap());
    let x = std::fs::read(folder.join("x.f32")).unwrap();
    let x: Vec<f32> = x
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
        .collect();
    let y = std::fs::read(folder.join("y.u32")).unwrap();
    let y: Vec<u32> = y
        .chunks_exact(4)
        .map(|b| u32::from_le_bytes(b.try_into().unwrap()))
        .collect();
    let rows = Rows {
        features: &x,
        inputs: x.len() / y.len(),
        weights: None,
    };
    let classes = *y.iter().max().unwrap() as usize + 1;
    for (count, low, high) in [
        (96, 1e-6, 1e2),
        (48, 1e-6, 1e2),
        (24, 1e-6, 1e2),
        (24, 1e-4, 1e1),
    ] {
        let start = Instant::now();
        let model = Logistic::new(&rows, &y, classes).unwrap();
        let basis = start.elapsed();
        let rates: Vec<f64> = (0..count)
            .map(|i| low * f64::powf(high / low, i as f64 / (count - 1) as f64))
            .collect();
        for tolerance in [1e-4, 1e-5, 1e-6] {
            let start = Instant::now();
            let path = model.path_until(&rates, tolerance, &|| false).unwrap();
            let passes: Vec<usize> = path.iter().map(|s| s.passes).collect();
            let worst = path.iter().map(|s| s.gradient).fold(0.0, f64::max);
            println!(
                "{count} {low:e}..{high:e} tol {tolerance:e} basis {basis:?} path {:?} passes {} worst {worst:e} {passes:?}",
                start.elapsed(),
                passes.iter().sum::<usize>()
            );
        }
    }
}
