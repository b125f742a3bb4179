//! Certificates of populations: members apart, reasons and refusals.

use burn::tensor::Device;
use decay_model::{
    CnnConfig, GnnConfig, MlpConfig, ModelConfig, ModelError, Nonlinearity, Norm as Normalisation,
};
use decay_robust::certificate::{
    Certificate, CertificateError, LabelledRows, Norm, Perturbations, TargetModel,
};
use decay_robust::{InputScale, TargetPopulation};

use crate::networks::{FEATURES, answers, perceptron, population, uniforms};

#[test]
fn a_row_among_others_has_the_radius_it_has_alone() {
    let network = perceptron(FEATURES, Nonlinearity::Relu, &[6, 4], Normalisation::Batch);
    let (states, scales) = population(&network, 3);
    let rows: Vec<f64> = uniforms(1, 8 * FEATURES)
        .into_iter()
        .map(f64::from)
        .collect();
    let labels = [0, 1, 2, 0, 1, 2, 0, 1];
    let samples = LabelledRows {
        rows: &rows,
        labels: &labels,
    };
    let perturbations = Perturbations {
        norm: Norm::L2,
        domain: Some([0.0, 1.0]),
        ..Perturbations::default()
    };
    let mut positive = 0;
    for (state, scale) in states.iter().zip(&scales) {
        let target = TargetModel::new(&network, state, scale).expect("a target");
        for certificate in Certificate::ALL {
            if certificate.applies_to(&target).is_err() {
                assert_eq!(certificate, Certificate::Linear);
                continue;
            }
            let together = certificate
                .radii(&target, &samples, &perturbations)
                .expect("radii");
            for (row, &label) in labels.iter().enumerate() {
                let one = LabelledRows {
                    rows: &rows[row * FEATURES..(row + 1) * FEATURES],
                    labels: &[label],
                };
                let alone = certificate
                    .radii(&target, &one, &perturbations)
                    .expect("a radius");
                assert_eq!(alone, together[row..=row], "{certificate:?}");
            }
            positive += together.iter().filter(|radius| **radius > 0.0).count();
        }
    }
    assert!(positive > 10, "{positive}");
    // At a radius alone as in the search for the largest.
    let target = TargetModel::new(&network, &states[0], &scales[0]).expect("a target");
    for certificate in Certificate::ALL.into_iter().skip(1) {
        let radii = certificate
            .radii(&target, &samples, &perturbations)
            .expect("radii");
        let holds = certificate
            .holds_at(&target, &samples, &perturbations, 0.01)
            .expect("radii");
        let wanted: Vec<bool> = radii.iter().map(|&radius| radius > 0.01).collect();
        assert_eq!(holds, wanted, "{certificate:?}");
    }
}

/// A row that is misclassified, on the device too, has radius 0; one that is not has not.
#[test]
fn radii_are_positive_where_the_device_answers_with_the_label() {
    let network = perceptron(FEATURES, Nonlinearity::Relu, &[6], Normalisation::None);
    let (states, scales) = population(&network, 2);
    let rows = uniforms(1, 20 * FEATURES);
    let targets = TargetPopulation::new(&network, &states, &scales, &Device::default());
    let answers = answers(&targets, &rows);
    let wide: Vec<f64> = rows.iter().copied().map(f64::from).collect();
    let labels: Vec<usize> = (0..20).map(|i| i % 3).collect();
    let samples = LabelledRows {
        rows: &wide,
        labels: &labels,
    };
    for (member, (state, scale)) in states.iter().zip(&scales).enumerate() {
        let target = TargetModel::new(&network, state, scale).expect("a target");
        for certificate in Certificate::ALL {
            if certificate.applies_to(&target).is_err() {
                assert_eq!(certificate, Certificate::Linear);
                continue;
            }
            let radii = certificate.radii(&target, &samples, &Perturbations::default());
            for (row, radius) in radii.expect("radii").iter().enumerate() {
                let right = answers[member][row] == labels[row];
                assert_eq!(*radius > 0.0, right, "{certificate:?}, row {row}");
            }
        }
    }
}

#[test]
fn a_certificate_that_does_not_apply_says_why() {
    let stages = ["conv3:3", "max2"].map(|text| text.parse().expect("a stage"));
    let config = CnnConfig {
        stages: stages.to_vec(),
        ..CnnConfig::default()
    };
    let network = ModelConfig::Cnn(config)
        .init([1, 4, 4].as_slice(), 3)
        .expect("a network");
    let scale = InputScale {
        center: vec![0.0; 16],
        factor: vec![1.0; 16],
    };
    let target = TargetModel::new(&network, &network.initial(1), &scale).expect("a target");
    let reasons: Vec<Option<String>> = Certificate::ALL
        .iter()
        .map(|certificate| {
            certificate
                .applies_to(&target)
                .err()
                .map(|why| why.to_string())
        })
        .collect();
    let wanted = [
        Some("linear applies to linear models, the network has a convolution"),
        None,
        None,
        None,
        Some("crown applies to perceptrons with ReLU, the network has a convolution"),
    ];
    assert_eq!(reasons, wanted.map(|text| text.map(str::to_owned)));
    let samples = LabelledRows {
        rows: &[0.5; 16],
        labels: &[0],
    };
    let error = Certificate::Crown.radii(&target, &samples, &Perturbations::default());
    assert!(matches!(error, Err(CertificateError::NotApplicable(_))));
    let mut names: Vec<&str> = Certificate::ALL.iter().map(|c| c.name()).collect();
    names.dedup();
    assert_eq!(names.len(), Certificate::ALL.len());
}

#[test]
fn what_cannot_be_certified_is_refused_with_the_value() {
    let network = perceptron(FEATURES, Nonlinearity::Relu, &[4], Normalisation::None);
    let (states, scales) = population(&network, 1);
    let target = TargetModel::new(&network, &states[0], &scales[0]).expect("a target");
    let perturbations = Perturbations {
        domain: Some([0.0, 1.0]),
        ..Perturbations::default()
    };
    let refused = |rows: &[f64], labels: &[usize], perturbations: &Perturbations| {
        let samples = LabelledRows { rows, labels };
        let result = Certificate::Interval.radii(&target, &samples, perturbations);
        result.expect_err("refused").to_string()
    };
    let inside = [0.5; FEATURES];
    assert_eq!(
        refused(&inside[1..], &[0], &perturbations),
        "rows must have 5 entries, got 4"
    );
    assert_eq!(
        refused(&inside, &[3], &perturbations),
        "labels: row 0 has label 3, allowed are 0..3"
    );
    let outside = [0.5, 0.5, 1.25, 0.5, 0.5];
    let error = refused(&outside, &[0], &perturbations);
    assert_eq!(error, "row 0 has an input 1.25 outside the domain [0, 1]");
    let broken = [0.5, f64::NAN, 0.5, 0.5, 0.5];
    assert_eq!(
        refused(&broken, &[0], &perturbations),
        "rows: entry 1 is NaN, every entry must be finite"
    );
    let rough = Perturbations {
        tolerance: 1.0,
        ..perturbations
    };
    assert_eq!(
        refused(&inside, &[0], &rough),
        "tolerance must be in (0, 1), got 1"
    );
    let turned = Perturbations {
        domain: Some([1.0, 0.0]),
        ..perturbations
    };
    assert_eq!(
        refused(&inside, &[0], &turned),
        "domain high must be in (low, inf), got 0"
    );
    let samples = LabelledRows {
        rows: &inside,
        labels: &[0],
    };
    let negative = Certificate::Interval.holds_at(&target, &samples, &perturbations, -0.5);
    assert!(matches!(
        negative,
        Err(CertificateError::OutOfRange { value: -0.5, .. })
    ));
}

#[test]
fn networks_without_a_certificate_are_refused_with_the_reason() {
    let network = perceptron(FEATURES, Nonlinearity::Relu, &[4], Normalisation::Layer);
    let (states, scales) = population(&network, 1);
    let error = TargetModel::new(&network, &states[0], &scales[0]);
    assert!(matches!(
        error,
        Err(CertificateError::Model(ModelError::NoMaps { .. }))
    ));
    let graph = ModelConfig::Gnn(GnnConfig::default())
        .init(FEATURES, 3)
        .expect("a network");
    let error = TargetModel::new(&graph, &graph.initial(1), &scales[0]);
    assert!(matches!(
        error,
        Err(CertificateError::Model(ModelError::NoMaps { .. }))
    ));
    let one = ModelConfig::Mlp(MlpConfig::default())
        .init(FEATURES, 1)
        .expect("a network");
    let error = TargetModel::new(&one, &one.initial(1), &scales[0]);
    assert!(matches!(error, Err(CertificateError::NoHead { .. })));
    let plain = perceptron(FEATURES, Nonlinearity::Relu, &[4], Normalisation::None);
    let mut state = plain.initial(1);
    state.parameters[0][3] = f32::INFINITY;
    let error = TargetModel::new(&plain, &state, &scales[0]);
    assert!(matches!(
        error,
        Err(CertificateError::NotFinite { index: 3, .. })
    ));
    let short = InputScale {
        center: vec![0.0; 4],
        factor: vec![1.0; 4],
    };
    let error = TargetModel::new(&plain, &plain.initial(1), &short);
    assert!(matches!(
        error,
        Err(CertificateError::Length {
            expected: 5,
            got: 4,
            ..
        })
    ));
}
