//! Certificates against brute force: nothing inside a certified radius may change the answer.

use decay_model::maps::{Map, apply};
use decay_model::{Encoding, Network, Nonlinearity, Norm as Normalisation};
use decay_robust::certificate::{
    Certificate, LabelledRows, Norm, Perturbations, TargetModel, lipschitz_bound,
};
use proptest::prelude::*;

use crate::networks::{answer, encoded, images, maps, member, normals, perceptron, scale};

/// `z_label` less the largest other logit.
fn margin(maps: &[Map], x: &[f64], label: usize) -> f64 {
    let logits = apply(maps, x);
    let others = (0..logits.len()).filter(|&k| k != label).map(|k| logits[k]);
    logits[label] - others.fold(f64::NEG_INFINITY, f64::max)
}

/// The gradient of the margin by central differences.
fn slope(maps: &[Map], x: &[f64], label: usize) -> Vec<f64> {
    let step = 1e-6;
    let mut x = x.to_vec();
    let mut along = |i: usize| {
        let place = x[i];
        x[i] = place + step;
        let above = margin(maps, &x, label);
        x[i] = place - step;
        let below = margin(maps, &x, label);
        x[i] = place;
        (above - below) / (2.0 * step)
    };
    (0..x_len(maps)).map(&mut along).collect()
}

/// Inputs of a target's chain, which begins with the scaling.
fn x_len(maps: &[Map]) -> usize {
    match &maps[0] {
        Map::Scale { factor, .. } => factor.len(),
        _ => panic!("the scaling comes first"),
    }
}

/// `d` moved to the sphere of `radius` around 0.
fn onto_sphere(d: &[f64], radius: f64, norm: Norm) -> Vec<f64> {
    let size = norm.of(d.iter().copied());
    let factor = if size > 0.0 { radius / size } else { 0.0 };
    d.iter().map(|d| d * factor).collect()
}

/// A direction that uses the ball well: a corner, a Gaussian direction, an axis.
fn direction(z: &[f64], norm: Norm) -> Vec<f64> {
    match norm {
        Norm::Linf => z.iter().map(|z| z.signum()).collect(),
        Norm::L2 => z.to_vec(),
        Norm::L1 => {
            let largest = z.iter().fold(0.0f64, |a, b| a.max(b.abs()));
            z.iter()
                .map(|z| if z.abs() == largest { *z } else { 0.0 })
                .collect()
        }
    }
}

/// The smallest margin that random corners and steepest descent find on a ball inside the domain.
fn attacked(
    maps: &[Map],
    x: &[f64],
    label: usize,
    radius: f64,
    perturbations: &Perturbations,
) -> f64 {
    let [low, high] = perturbations
        .domain
        .unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
    let moved = |d: &[f64]| -> Vec<f64> {
        let ends = x.iter().zip(onto_sphere(d, radius, perturbations.norm));
        ends.map(|(x, d)| (x + d).clamp(low, high)).collect()
    };
    let mut lowest = f64::INFINITY;
    for site in 0..100 {
        let z = normals(5, site, x.len());
        for d in [direction(&z, perturbations.norm), z] {
            lowest = lowest.min(margin(maps, &moved(&d), label));
        }
    }
    let mut place = x.to_vec();
    for _ in 0..6 {
        let downhill: Vec<f64> = slope(maps, &place, label).iter().map(|s| -s).collect();
        place = moved(&direction(&downhill, perturbations.norm));
        lowest = lowest.min(margin(maps, &place, label));
    }
    lowest
}

/// Every certificate that applies, in every norm, with and without a domain.
fn check_soundness(network: &Network, inputs: usize, seed: u64) -> Result<usize, TestCaseError> {
    let target =
        TargetModel::new(network, &member(network, seed), &scale(inputs)).expect("a target");
    let maps = maps(&target);
    let rows: Vec<f64> = normals(seed, 1, 3 * inputs)
        .iter()
        .map(|z| (0.5 + 0.2 * z).clamp(0.0, 1.0))
        .collect();
    let labels: Vec<usize> = rows
        .chunks_exact(inputs)
        .map(|x| answer(&apply(&maps, x)))
        .collect();
    let samples = LabelledRows {
        rows: &rows,
        labels: &labels,
    };
    let mut certified = 0;
    for norm in Norm::ALL {
        for domain in [None, Some([0.0, 1.0])] {
            let perturbations = Perturbations {
                norm,
                domain,
                tolerance: 1e-6,
            };
            for certificate in Certificate::ALL {
                if certificate.applies_to(&target).is_err() {
                    continue;
                }
                let radii = certificate
                    .radii(&target, &samples, &perturbations)
                    .expect("radii");
                for ((x, &label), radius) in rows.chunks_exact(inputs).zip(&labels).zip(radii) {
                    // A radius without limit is tried at what lies beyond every corner.
                    let radius = radius.min(100.0) * (1.0 - 1e-9);
                    let lowest = attacked(&maps, x, label, radius, &perturbations);
                    prop_assert!(
                        lowest > 0.0,
                        "{certificate:?}, {perturbations:?}: {lowest} at {radius}"
                    );
                    certified += usize::from(radius > 0.0);
                }
            }
        }
    }
    Ok(certified)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_perturbation_of_a_perceptron_defies_its_certificate(
        seed in 0u64..1000,
        activation in prop::sample::select(Nonlinearity::ALL.to_vec()),
        widths in prop::collection::vec(1usize..9, 0..4),
        norm in prop::sample::select(vec![Normalisation::None, Normalisation::Batch]),
    ) {
        let certified = check_soundness(&perceptron(6, activation, &widths, norm), 6, seed)?;
        prop_assert!(certified > 0);
    }

    #[test]
    fn no_perturbation_of_an_encoded_number_defies_its_certificate(
        seed in 0u64..1000,
        encoding in prop::sample::select(vec![Encoding::Clip, Encoding::Piecewise]),
        widths in prop::collection::vec(2usize..9, 0..3),
    ) {
        let certified = check_soundness(&encoded(6, encoding, &widths), 6, seed)?;
        prop_assert!(certified > 0);
    }

    /// Half of the cases above are not ReLU; CROWN needs as many again.
    #[test]
    fn no_perturbation_of_a_relu_network_defies_its_certificate(
        seed in 0u64..1000,
        widths in prop::collection::vec(2usize..12, 1..4),
    ) {
        let network = perceptron(6, Nonlinearity::Relu, &widths, Normalisation::None);
        check_soundness(&network, 6, seed)?;
    }

    #[test]
    fn no_slope_is_steeper_than_the_lipschitz_bound(seed in 0u64..1000) {
        let networks = images().into_iter().chain(Nonlinearity::ALL.map(|activation| {
            (perceptron(6, activation, &[7, 5], Normalisation::Batch), 6)
        }));
        for (network, inputs) in networks {
            let target = TargetModel::new(&network, &member(&network, seed), &scale(inputs)).expect("a target");
            let maps = maps(&target);
            for norm in Norm::ALL {
                let bound = lipschitz_bound(&maps, norm);
                for site in 0..40 {
                    let x = normals(seed, 2 * site, inputs);
                    let d = direction(&normals(seed, 2 * site + 1, inputs), norm);
                    let d = onto_sphere(&d, 10f64.powi(-(site as i32 % 4)), norm);
                    let y: Vec<f64> = x.iter().zip(&d).map(|(x, d)| x + d).collect();
                    let (a, b) = (apply(&maps, &x), apply(&maps, &y));
                    let change = norm.of(a.iter().zip(&b).map(|(a, b)| a - b));
                    let slope = change / norm.of(d);
                    prop_assert!(slope <= bound * (1.0 + 1e-9), "{norm:?}: {slope} for {bound}");
                }
            }
        }
    }
}

#[test]
fn no_perturbation_of_an_image_defies_its_certificate() {
    let mut certified = 0;
    for (network, inputs) in images() {
        for seed in 0..3 {
            certified += check_soundness(&network, inputs, seed).expect("sound");
        }
    }
    assert!(certified > 300, "{certified}");
}

/// The brute force finds what there is to find: at twice CROWN's radius of a small network it often breaks the answer.
#[test]
fn the_attack_of_these_tests_is_not_blind() {
    let network = perceptron(6, Nonlinearity::Relu, &[8], Normalisation::None);
    let mut broken = 0;
    for seed in 0..20 {
        let target =
            TargetModel::new(&network, &member(&network, seed), &scale(6)).expect("a target");
        let maps = maps(&target);
        let x: Vec<f64> = normals(seed, 1, 6).iter().map(|z| 0.5 + 0.2 * z).collect();
        let label = answer(&apply(&maps, &x));
        let samples = LabelledRows {
            rows: &x,
            labels: &[label],
        };
        let perturbations = Perturbations::default();
        let radii = Certificate::Crown
            .radii(&target, &samples, &perturbations)
            .expect("radii");
        broken += usize::from(attacked(&maps, &x, label, 2.0 * radii[0], &perturbations) <= 0.0);
    }
    assert!(broken >= 15, "{broken} of 20");
}

/// On chains without a bend CROWN is the exact distance in every norm, whatever the number of layers.
#[test]
fn a_deep_linear_network_has_its_exact_distance() {
    let network = perceptron(6, Nonlinearity::Identity, &[7, 5], Normalisation::Batch);
    for seed in 0..10 {
        let target =
            TargetModel::new(&network, &member(&network, seed), &scale(6)).expect("a target");
        let x: Vec<f64> = normals(seed, 1, 6)
            .iter()
            .map(|z| (0.5 + 0.2 * z).clamp(0.0, 1.0))
            .collect();
        let label = answer(&apply(&maps(&target), &x));
        let samples = LabelledRows {
            rows: &x,
            labels: &[label],
        };
        for norm in Norm::ALL {
            for domain in [None, Some([0.0, 1.0])] {
                let perturbations = Perturbations {
                    norm,
                    domain,
                    tolerance: 1e-10,
                };
                let of =
                    |c: Certificate| c.radii(&target, &samples, &perturbations).expect("radii")[0];
                let (exact, crown) = (of(Certificate::Linear), of(Certificate::Crown));
                // With a domain, balls that are no boxes are bounded by the better of the two, not by their intersection.
                if domain.is_none() || norm == Norm::Linf {
                    let same = exact == crown || (exact - crown).abs() < 1e-8 * exact;
                    assert!(same, "{norm:?}, {domain:?}: {crown} for {exact}");
                } else {
                    assert!(
                        crown <= exact * (1.0 + 1e-9),
                        "{norm:?}: {crown} for {exact}"
                    );
                }
            }
        }
    }
}
