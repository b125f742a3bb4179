//! Certificates against the golden values of other libraries.

use crate::golden::{Case, case};
use decay_kernels::Window;
use decay_model::Nonlinearity;
use decay_model::maps::{ConvolutionMap, DenseMap, Map};
use decay_robust::certificate::{
    Certificate, LabelledRows, Norm, Operator, Perturbations, TargetModel, certified_radius,
    lipschitz_bound, operator_norm, power_iteration, predicted, spectral_norm_bound,
};

/// The share of rows that are certified at each radius: correct there and everywhere closer.
fn certified_accuracy(radii: &[f64], at: &[f64]) -> Vec<f64> {
    let share = |r: &f64| radii.iter().filter(|radius| *radius > r).count() as f64;
    at.iter().map(|r| share(r) / radii.len() as f64).collect()
}

/// Torch's `[outputs, inputs]` as the `[inputs, outputs]` of a map.
fn dense(weight: &[f64], bias: Vec<f64>) -> DenseMap {
    let (outputs, inputs) = (bias.len(), weight.len() / bias.len());
    let turned = (0..weight.len()).map(|i| weight[i % outputs * inputs + i / outputs]);
    DenseMap {
        weight: turned.collect(),
        bias,
    }
}

/// The network `w2 relu(w1 x + b1) + b2` of most cases.
fn network(case: &Case) -> Vec<Map> {
    vec![
        Map::Dense(dense(&case.input("w1"), case.input("b1"))),
        Map::Nonlinearity(Nonlinearity::Relu),
        Map::Dense(dense(&case.input("w2"), case.input("b2"))),
    ]
}

fn radii(
    certificate: Certificate,
    maps: Vec<Map>,
    case: &Case,
    perturbations: &Perturbations,
) -> Vec<f64> {
    let (rows, labels) = (case.input("x"), case.labels());
    let samples = LabelledRows {
        rows: &rows,
        labels: &labels,
    };
    let inputs = case.shape("x")[1];
    let target = TargetModel::from_maps(maps, inputs).expect("a target");
    certificate
        .radii(&target, &samples, perturbations)
        .expect("radii")
}

fn perturbations(norm: Norm) -> Perturbations {
    Perturbations {
        norm,
        ..Perturbations::default()
    }
}

#[test]
fn lipschitz_radii_are_those_of_singular_values() {
    let case = case("lipschitz_certificate");
    let maps = network(&case);
    let norms = |norm: Norm| -> Vec<f64> {
        let layers = maps.iter().filter_map(|map| match map {
            Map::Dense(map) => Some(operator_norm(Operator::Dense(map), norm)),
            _ => None,
        });
        layers.collect()
    };
    case.assert_close("spectral_norms", &norms(Norm::L2));
    case.assert_close("sup_norms", &norms(Norm::Linf));
    case.assert_close("lipschitz_product", &[lipschitz_bound(&maps, Norm::L2)]);
    case.assert_close("sup_norm_product", &[lipschitz_bound(&maps, Norm::Linf)]);
    for (certificate, radius, accuracy) in [
        (Certificate::Lipschitz, "l2_radius", "certified_accuracy"),
        (
            Certificate::PairwiseLipschitz,
            "l2_radius_pairwise",
            "certified_accuracy_pairwise",
        ),
    ] {
        let radii = radii(certificate, network(&case), &case, &perturbations(Norm::L2));
        case.assert_close(radius, &radii);
        case.assert_close(accuracy, &certified_accuracy(&radii, &case.list("eps")));
    }
}

/// The margin that the radii are made of, and 0 where it is negative.
#[test]
fn margins_are_those_of_the_logits() {
    let case = case("lipschitz_certificate");
    let (rows, labels) = (case.input("x"), case.labels());
    let inputs = case.shape("x")[1];
    let target = TargetModel::from_maps(network(&case), inputs).expect("a target");
    let smallest = |(x, &label): (&[f64], &usize)| {
        let margins = target.margins(x, label);
        margins.into_iter().fold(f64::INFINITY, f64::min)
    };
    let margins: Vec<f64> = rows
        .chunks_exact(inputs)
        .zip(&labels)
        .map(smallest)
        .collect();
    case.assert_close("margin", &margins);
}

#[test]
fn convolution_norms_are_those_of_the_padded_operator() {
    let case = case("conv_spectral_norm");
    let (stored, size) = (case.input("weight"), case.list("input"));
    let [outputs, inputs, height, width] = case.shape("weight")[..] else {
        panic!("a convolution's weights");
    };
    // From torch's [outputs, inputs, kh, kw] to [kh, kw, inputs, outputs].
    let place = |i: usize| {
        let (tap, channel, output) = (i / (inputs * outputs), i / outputs % inputs, i % outputs);
        (output * inputs + channel) * height * width + tap
    };
    let weight: Vec<f64> = (0..stored.len()).map(|i| stored[place(i)]).collect();
    for (stride, padding) in [(1, 1), (1, 0), (2, 1)] {
        let size = [size[1] as usize, size[2] as usize];
        let window =
            Window::new(size, [height, width], [stride; 2], [padding; 2]).expect("a window");
        let map = ConvolutionMap {
            window,
            inputs,
            weight: weight.clone(),
            bias: vec![0.0; outputs],
        };
        let name = format!("stride{stride}_padding{padding}");
        let bound = spectral_norm_bound(Operator::Convolution(&map));
        case.assert_close(&name, &[bound]);
        let estimate = power_iteration(Operator::Convolution(&map), 2000);
        case.assert_close(&name, &[estimate]);
        let exact = case.expected(&name)[0];
        assert!(
            estimate <= bound && bound >= exact,
            "{estimate} {exact} {bound}"
        );
    }
}

#[test]
fn distances_of_a_linear_model_are_exact() {
    let case = case("linear_exact_distance");
    let maps = || vec![Map::Dense(dense(&case.input("w"), case.input("b")))];
    for (norm, name) in [(Norm::Linf, "linf"), (Norm::L2, "l2"), (Norm::L1, "l1")] {
        let tight = Perturbations {
            tolerance: 1e-10,
            ..perturbations(norm)
        };
        let exact = radii(Certificate::Linear, maps(), &case, &tight);
        case.assert_close(&format!("distance_{name}"), &exact);
        let accuracy = certified_accuracy(&exact, &case.list("eps"));
        case.assert_close(&format!("robust_accuracy_{name}"), &accuracy);
        // At their linear limit the others are exact, too; intervals only know boxes.
        for other in [
            Certificate::PairwiseLipschitz,
            Certificate::Crown,
            Certificate::Interval,
        ] {
            if other == Certificate::Interval && norm != Norm::Linf {
                continue;
            }
            let radii = radii(other, maps(), &case, &tight);
            case.assert_close(&format!("distance_{name}"), &radii);
        }
    }
}

/// The order that theory demands, against distances of a mixed-integer program: `interval <= crown <= exact`, the others `<= exact`.
#[test]
fn no_certificate_exceeds_the_exact_distance() {
    let case = case("exact_linf_distance");
    let exact: Vec<f64> = case.expected("distance");
    let boxed = Perturbations {
        domain: Some([0.0, 1.0]),
        tolerance: 1e-9,
        ..perturbations(Norm::Linf)
    };
    let of = |certificate| radii(certificate, network(&case), &case, &boxed);
    let (crown, interval) = (of(Certificate::Crown), of(Certificate::Interval));
    let (pairwise, global) = (
        of(Certificate::PairwiseLipschitz),
        of(Certificate::Lipschitz),
    );
    let mut certified = 0;
    for (row, &distance) in exact.iter().enumerate() {
        // -1 stands for a box without another class.
        let distance = if distance < 0.0 {
            f64::INFINITY
        } else {
            distance
        };
        let slack = case.atol + case.rtol * distance;
        for radii in [&crown, &interval, &pairwise, &global] {
            assert!(
                radii[row] <= distance + slack,
                "{row}: {} of {distance}",
                radii[row]
            );
            assert!(
                (radii[row] > 0.0) == (distance > 0.0),
                "{row}: {} of {distance}",
                radii[row]
            );
        }
        assert!(
            interval[row] <= crown[row] && global[row] <= pairwise[row],
            "{row}"
        );
        certified += usize::from(crown[row] > 0.5 * distance);
    }
    // Linear bounds reach well into the truth, or they would be of no use.
    assert!(
        2 * certified > exact.len(),
        "{certified} rows beyond half of the exact distance"
    );
    let accuracy = |radii: &[f64]| certified_accuracy(radii, &case.list("eps"));
    let truth = case.expected("robust_accuracy");
    for (certified, truth) in accuracy(&crown).iter().zip(&truth) {
        assert!(certified <= truth, "{certified} certified, {truth} true");
    }
    case.assert_close("robust_accuracy", &accuracy(&exact));
}

/// No attack of the golden file changes a row inside its certified radius.
#[test]
fn certified_rows_survive_the_attacks_of_other_libraries() {
    for (name, norm) in [
        ("robust_accuracy_linf", Norm::Linf),
        ("robust_accuracy_l2", Norm::L2),
    ] {
        let case = case(name);
        let boxed = Perturbations {
            domain: Some([0.0, 1.0]),
            ..perturbations(norm)
        };
        let attacks = ["pgd10", "apgd_ce", "apgd_ce_torchattacks", "autoattack"];
        for certificate in Certificate::ALL.into_iter().skip(1) {
            let radii = radii(certificate, network(&case), &case, &boxed);
            for attack in attacks {
                let correct = case.expected(&format!("{attack}_correct"));
                let steps = case.list("eps");
                let tried = steps.iter().zip(correct.chunks_exact(radii.len()));
                for (eps, correct) in tried {
                    for (row, (radius, correct)) in radii.iter().zip(correct).enumerate() {
                        let broken = radius > eps && *correct == 0.0;
                        assert!(!broken, "{certificate:?}, {attack} at {eps}: row {row}");
                    }
                }
            }
        }
    }
}

#[test]
fn smoothing_bounds_are_those_of_clopper_and_pearson() {
    let case = case("smoothing_certificate");
    let (draws, sigma) = (case.param("n") as u64, case.param("sigma"));
    let alpha = case.param("alpha");
    let counts = case.whole("counts").into_iter();
    let bounds =
        counts.map(|count| certified_radius(count as u64, draws, sigma, alpha).expect("a bound"));
    let (p_lower, radius): (Vec<f64>, Vec<f64>) = bounds.unzip();
    case.assert_close("p_lower", &p_lower);
    case.assert_close("radius", &radius);
    let certified: Vec<f64> = radius
        .iter()
        .map(|&r| f64::from(u8::from(r > 0.0)))
        .collect();
    case.assert_close("certified", &certified);
}

#[test]
fn smoothing_answers_are_those_of_the_binomial_test() {
    let case = case("smoothing_prediction");
    let alpha = case.param("alpha");
    let pairs = case.whole("top_two_counts");
    let votes = pairs
        .chunks_exact(2)
        .map(|p| predicted(p[0] as u64, p[1] as u64, alpha));
    let (p_values, predicts): (Vec<f64>, Vec<f64>) = votes
        .map(|vote| (vote.p_value, f64::from(u8::from(vote.predicts))))
        .unzip();
    case.assert_close("p_value", &p_values);
    case.assert_close("predicts", &predicts);
}
