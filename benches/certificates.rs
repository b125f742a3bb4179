//! How fast certificates are, and how tight the bounds of spectral norms.
//!
//! ```text
//! cargo bench --workspace --bench certificates
//! ```

#![forbid(unsafe_code)]

use std::time::Instant;

use decay_model::maps::{Map, apply};
use decay_model::{MlpConfig, ModelConfig, Network, Preset};
use decay_random::{At, Purpose, Stream};
use decay_robust::InputScale;
use decay_robust::certificate::{
    Certificate, LabelledRows, Norm, Operator, Perturbations, TargetModel, power_iteration,
    spectral_norm_bound,
};

fn uniforms(len: usize) -> Vec<f64> {
    let mut values = vec![0f32; len];
    Stream::new(3, Purpose::Attack, At::default()).fill_uniform(&mut values);
    values.into_iter().map(f64::from).collect()
}

fn time(network: &Network, inputs: usize, rows: usize) {
    let scale = InputScale {
        center: vec![0.13; inputs],
        factor: vec![3.2; inputs],
    };
    let target = TargetModel::new(network, &network.initial(1), &scale).expect("a target");
    let mut maps = target.body().to_vec();
    maps.push(Map::Dense(target.head().clone()));
    let x = uniforms(rows * inputs);
    let best = |z: Vec<f64>| {
        (0..z.len())
            .max_by(|&a, &b| z[a].total_cmp(&z[b]))
            .expect("a class")
    };
    let labels: Vec<usize> = x
        .chunks_exact(inputs)
        .map(|x| best(apply(&maps, x)))
        .collect();
    let samples = LabelledRows {
        rows: &x,
        labels: &labels,
    };
    let perturbations = Perturbations {
        domain: Some([0.0, 1.0]),
        ..Perturbations::default()
    };
    for certificate in Certificate::ALL {
        if certificate.applies_to(&target).is_err() {
            continue;
        }
        let start = Instant::now();
        let held = certificate
            .holds_at(&target, &samples, &perturbations, 1e-3)
            .expect("radii");
        let one = start.elapsed().as_secs_f64();
        let radii = certificate
            .radii(&target, &samples, &perturbations)
            .expect("radii");
        let all = start.elapsed().as_secs_f64() - one;
        let mean = radii.iter().sum::<f64>() / rows as f64;
        let held = held.iter().filter(|held| **held).count();
        println!(
            "{:>18}: {rows} rows at one radius {one:.3} s ({held} hold), radii {all:.3} s, mean {mean:.2e}",
            certificate.name()
        );
    }
}

fn main() {
    speed_of_certificates();
    tightness_and_speed_of_spectral_norms();
}

fn speed_of_certificates() {
    let config = MlpConfig {
        hidden: vec![128, 128],
        ..MlpConfig::default()
    };
    println!("784-128-128-10");
    time(
        &ModelConfig::Mlp(config).init(784, 10).expect("a network"),
        784,
        200,
    );
    println!("simple on 28x28");
    let config = ModelConfig::Cnn(Preset::Simple.config());
    time(
        &config.init([1, 28, 28].as_slice(), 10).expect("a network"),
        784,
        20,
    );
}

fn tightness_and_speed_of_spectral_norms() {
    for (preset, image) in [
        (Preset::Lenet, [1, 28, 28]),
        (Preset::Simple, [1, 28, 28]),
        (Preset::Resnet20, [3, 32, 32]),
    ] {
        let network = ModelConfig::Cnn(preset.config())
            .init(image.as_slice(), 10)
            .expect("a network");
        let maps = network.maps(&network.initial(1)).expect("maps");
        walk(&maps, &format!("{preset:?}"));
        let start = Instant::now();
        let bound = decay_robust::certificate::lipschitz_bound(&maps, Norm::L2);
        println!(
            "{preset:?}: bound {bound:.3e} in {:.2} s",
            start.elapsed().as_secs_f64()
        );
    }
}

fn walk(maps: &[Map], name: &str) {
    for map in maps {
        let operator = match map {
            Map::Dense(map) => Operator::Dense(map),
            Map::Convolution(map) => Operator::Convolution(map),
            Map::Residual { body, shortcut } => {
                walk(body, name);
                walk(shortcut, name);
                continue;
            }
            _ => continue,
        };
        let start = Instant::now();
        let bound = spectral_norm_bound(operator);
        let took = start.elapsed().as_secs_f64();
        let below = power_iteration(operator, 100);
        println!(
            "{name} {:?}: {below:.5} <= norm <= {bound:.5} ({:.2} %), {took:.3} s",
            operator.shape(),
            100.0 * (bound / below - 1.0)
        );
    }
}
