//! Certificates of populations: members apart, reasons and refusals, and smoothing on the device.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::{
    CnnConfig, GnnConfig, MemberState, MlpConfig, ModelConfig, ModelError, Network,
    Norm as Normalisation,
};
use decay_random::{At, Purpose, Stream};
use decay_robust::certificate::{
    Certificate, CertificateError, Norm, Samples, Smoothed, Smoothing, Subject, Threat, certify,
    plane_distance,
};
use decay_robust::{InputScale, Victim};

const INPUTS: usize = 5;

fn uniforms(seed: u64, len: usize) -> Vec<f32> {
    let mut values = vec![0f32; len];
    Stream::new(seed, Purpose::Attack, At::default()).fill_uniform(&mut values);
    values
}

fn perceptron(hidden: &[usize], norm: Normalisation) -> Network {
    let config = MlpConfig {
        hidden: hidden.to_vec(),
        norm,
        ..MlpConfig::default()
    };
    ModelConfig::Mlp(config).init(INPUTS, 3).expect("a network")
}

fn population(network: &Network, members: u64) -> (Vec<MemberState>, Vec<InputScale>) {
    let scale = |member: u64| InputScale {
        center: uniforms(100 + member, INPUTS),
        factor: uniforms(200 + member, INPUTS)
            .iter()
            .map(|u| 1.0 + u)
            .collect(),
    };
    let states = (0..members).map(|seed| network.initial(seed));
    (states.collect(), (0..members).map(scale).collect())
}

/// What every member answers on its device.
fn answers(victim: &Victim<'_>, rows: &[f32]) -> Vec<Vec<usize>> {
    let n = rows.len() / INPUTS;
    let x = TensorData::new(rows.repeat(victim.members()), [victim.members(), n, INPUTS]);
    let logits = victim.logits(Tensor::from_data(x, &Device::default()));
    let classes = logits.dims()[2];
    let values: Vec<f32> = logits.into_data().iter().collect();
    let best = |z: &[f32]| {
        (0..classes)
            .max_by(|&a, &b| z[a].total_cmp(&z[b]))
            .expect("a class")
    };
    let answers: Vec<usize> = values.chunks_exact(classes).map(best).collect();
    answers.chunks_exact(n).map(<[usize]>::to_vec).collect()
}

#[test]
fn a_member_among_others_has_the_radii_it_has_alone() {
    let network = perceptron(&[6, 4], Normalisation::Batch);
    let (states, scales) = population(&network, 3);
    let rows: Vec<f64> = uniforms(1, 8 * INPUTS).into_iter().map(f64::from).collect();
    let labels = [0, 1, 2, 0, 1, 2, 0, 1];
    let samples = Samples {
        rows: &rows,
        labels: &labels,
    };
    let threat = Threat {
        norm: Norm::L2,
        domain: Some([0.0, 1.0]),
        ..Threat::default()
    };
    let run = |range: std::ops::Range<usize>| {
        let members = (&states[range.clone()], &scales[range]);
        certify(&network, members, &samples, &threat, &Certificate::ALL).expect("certificates")
    };
    let together = run(0..3);
    let mut positive = 0;
    for member in 0..3 {
        let alone = run(member..member + 1);
        for (a, b) in together[member].iter().zip(&alone[0]) {
            assert_eq!((a.certificate, &a.radii), (b.certificate, &b.radii));
            let radii = a.radii.iter().flatten();
            positive += radii.filter(|radius| **radius > 0.0).count();
        }
    }
    assert!(positive > 10, "{positive}");
    // At a radius alone as in the search for the largest.
    let subject = Subject::new(&network, &states[0], &scales[0]).expect("a subject");
    for certificate in Certificate::ALL.into_iter().skip(1) {
        let radii = certificate
            .radii(&subject, &samples, &threat)
            .expect("radii");
        let holds = certificate
            .holds_at(&subject, &samples, &threat, 0.01)
            .expect("radii");
        let wanted: Vec<bool> = radii.iter().map(|&radius| radius > 0.01).collect();
        assert_eq!(holds, wanted, "{certificate:?}");
    }
}

/// A row that is misclassified, on the device too, has radius 0; one that is not has not.
#[test]
fn radii_are_positive_where_the_device_answers_with_the_label() {
    let network = perceptron(&[6], Normalisation::None);
    let (states, scales) = population(&network, 2);
    let rows = uniforms(1, 20 * INPUTS);
    let victim = Victim::new(&network, &states, &scales, &Device::default());
    let answers = answers(&victim, &rows);
    let wide: Vec<f64> = rows.iter().copied().map(f64::from).collect();
    let labels: Vec<usize> = (0..20).map(|i| i % 3).collect();
    let samples = Samples {
        rows: &wide,
        labels: &labels,
    };
    let members = (states.as_slice(), scales.as_slice());
    let all = certify(
        &network,
        members,
        &samples,
        &Threat::default(),
        &Certificate::ALL,
    );
    for (member, certified) in all.expect("certificates").iter().enumerate() {
        for certified in certified {
            let Ok(radii) = &certified.radii else {
                assert_eq!(certified.certificate, Certificate::Linear);
                continue;
            };
            for (row, radius) in radii.iter().enumerate() {
                let right = answers[member][row] == labels[row];
                assert_eq!(
                    *radius > 0.0,
                    right,
                    "{:?}, row {row}",
                    certified.certificate
                );
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
    let subject = Subject::new(&network, &network.initial(1), &scale).expect("a subject");
    let reasons: Vec<Option<String>> = Certificate::ALL
        .iter()
        .map(|certificate| {
            certificate
                .applies_to(&subject)
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
    let samples = Samples {
        rows: &[0.5; 16],
        labels: &[0],
    };
    let error = Certificate::Crown.radii(&subject, &samples, &Threat::default());
    assert!(matches!(error, Err(CertificateError::NotApplicable(_))));
    let mut names: Vec<&str> = Certificate::ALL.iter().map(|c| c.name()).collect();
    names.dedup();
    assert_eq!(names.len(), Certificate::ALL.len());
}

#[test]
fn what_cannot_be_certified_is_refused_with_the_value() {
    let network = perceptron(&[4], Normalisation::None);
    let (states, scales) = population(&network, 1);
    let subject = Subject::new(&network, &states[0], &scales[0]).expect("a subject");
    let threat = Threat {
        domain: Some([0.0, 1.0]),
        ..Threat::default()
    };
    let refused = |rows: &[f64], labels: &[usize], threat: &Threat| {
        let samples = Samples { rows, labels };
        let result = Certificate::Interval.radii(&subject, &samples, threat);
        result.expect_err("refused").to_string()
    };
    let inside = [0.5; INPUTS];
    assert_eq!(
        refused(&inside[1..], &[0], &threat),
        "rows must have 5 entries, got 4"
    );
    assert_eq!(
        refused(&inside, &[3], &threat),
        "labels: row 0 has label 3, allowed are 0..3"
    );
    let outside = [0.5, 0.5, 1.25, 0.5, 0.5];
    let error = refused(&outside, &[0], &threat);
    assert_eq!(error, "row 0 has an input 1.25 outside the domain [0, 1]");
    let broken = [0.5, f64::NAN, 0.5, 0.5, 0.5];
    assert_eq!(
        refused(&broken, &[0], &threat),
        "rows: entry 1 is NaN, every entry must be finite"
    );
    let rough = Threat {
        tolerance: 1.0,
        ..threat
    };
    assert_eq!(
        refused(&inside, &[0], &rough),
        "tolerance must be in (0, 1), got 1"
    );
    let turned = Threat {
        domain: Some([1.0, 0.0]),
        ..threat
    };
    assert_eq!(
        refused(&inside, &[0], &turned),
        "domain high must be in (low, inf), got 0"
    );
    let samples = Samples {
        rows: &inside,
        labels: &[0],
    };
    let negative = Certificate::Interval.holds_at(&subject, &samples, &threat, -0.5);
    assert!(matches!(
        negative,
        Err(CertificateError::OutOfRange { value: -0.5, .. })
    ));
}

#[test]
fn networks_without_a_certificate_are_refused_with_the_reason() {
    let network = perceptron(&[4], Normalisation::Layer);
    let (states, scales) = population(&network, 1);
    let error = Subject::new(&network, &states[0], &scales[0]);
    assert!(matches!(
        error,
        Err(CertificateError::Model(ModelError::NoMaps { .. }))
    ));
    let graph = ModelConfig::Gnn(GnnConfig::default())
        .init(INPUTS, 3)
        .expect("a network");
    let error = Subject::new(&graph, &graph.initial(1), &scales[0]);
    assert!(matches!(
        error,
        Err(CertificateError::Model(ModelError::NoMaps { .. }))
    ));
    let one = ModelConfig::Mlp(MlpConfig::default())
        .init(INPUTS, 1)
        .expect("a network");
    let error = Subject::new(&one, &one.initial(1), &scales[0]);
    assert!(matches!(error, Err(CertificateError::NoHead { .. })));
    let plain = perceptron(&[4], Normalisation::None);
    let mut state = plain.initial(1);
    state.parameters[0][3] = f32::INFINITY;
    let error = Subject::new(&plain, &state, &scales[0]);
    assert!(matches!(
        error,
        Err(CertificateError::NotFinite { index: 3, .. })
    ));
    let short = InputScale {
        center: vec![0.0; 4],
        factor: vec![1.0; 4],
    };
    let error = Subject::new(&plain, &plain.initial(1), &short);
    assert!(matches!(
        error,
        Err(CertificateError::Length {
            expected: 5,
            got: 4,
            ..
        })
    ));
}

/// `[rows, inputs]` on the device.
fn matrix(rows: &[f32]) -> Tensor<2> {
    let data = TensorData::new(rows.to_vec(), [rows.len() / INPUTS, INPUTS]);
    Tensor::from_data(data, &Device::default())
}

fn run(network: &Network, members: &[usize], setting: &Smoothing) -> Vec<Vec<Smoothed>> {
    let (states, scales) = population(network, 3);
    let states: Vec<_> = members.iter().map(|&m| states[m].clone()).collect();
    let scales: Vec<_> = members.iter().map(|&m| scales[m].clone()).collect();
    let seeds: Vec<u64> = members.iter().map(|&m| 7 << 33 | m as u64).collect();
    let device = Device::default();
    let victim = Victim::new(network, &states, &scales, &device);
    let rows = uniforms(9, 4 * INPUTS);
    setting
        .certify(&victim, &seeds, &matrix(&rows))
        .expect("smoothed")
}

#[test]
fn draws_of_smoothing_depend_on_neither_batch_nor_population() {
    let network = perceptron(&[6], Normalisation::None);
    let setting = Smoothing {
        sigma: 0.4,
        selection: 30,
        estimation: 333,
        alpha: 0.01,
        batch: 64,
    };
    let together = run(&network, &[0, 1, 2], &setting);
    for batch in [1, 100, 4096] {
        assert_eq!(
            run(&network, &[0, 1, 2], &Smoothing { batch, ..setting }),
            together
        );
    }
    for member in 0..3 {
        assert_eq!(run(&network, &[member], &setting)[0], together[member]);
    }
    // Rows and members have noise of their own.
    let counts: Vec<u64> = together.iter().flatten().map(|row| row.count).collect();
    assert!(
        counts
            .iter()
            .any(|&count| count != counts[0] && count < 333)
    );
    let more = run(
        &network,
        &[0],
        &Smoothing {
            estimation: 666,
            ..setting
        },
    );
    // The first half of the draws are the same draws.
    assert!(
        more[0]
            .iter()
            .zip(&together[0])
            .all(|(m, t)| m.count >= t.count)
    );
}

/// Of a linear function of two classes the probability under noise is `Phi(distance / sigma)`, and the smoothed radius the distance
/// itself (Cohen et al. 2019, appendix B).
#[test]
fn a_smoothed_linear_model_has_its_own_distance() {
    let config = MlpConfig {
        hidden: vec![],
        ..MlpConfig::default()
    };
    let network = ModelConfig::Mlp(config).init(INPUTS, 2).expect("a network");
    let (states, scales) = population(&network, 3);
    let setting = Smoothing {
        sigma: 0.5,
        selection: 200,
        estimation: 40_000,
        ..Smoothing::default()
    };
    let rows = uniforms(9, 4 * INPUTS);
    for (member, smoothed) in run(&network, &[0, 1, 2], &setting).iter().enumerate() {
        let subject = Subject::new(&network, &states[member], &scales[member]).expect("a subject");
        for (row, smoothed) in rows.chunks_exact(INPUTS).zip(smoothed) {
            let x: Vec<f64> = row.iter().copied().map(f64::from).collect();
            let margin = subject.margins(&x, smoothed.class)[0];
            let weights = subject
                .head()
                .weight
                .chunks_exact(2)
                .zip(&scales[member].factor);
            let sign = if smoothed.class == 0 { 1.0 } else { -1.0 };
            let slope: Vec<f64> = weights
                .map(|(w, &f)| sign * (w[0] - w[1]) * f64::from(f))
                .collect();
            let distance = plane_distance(&slope, margin.abs(), Norm::L2).copysign(margin);
            let p = decay_audit::distribution::normal_cdf(distance / setting.sigma);
            let share = smoothed.count as f64 / 40_000.0;
            let deviation = (p * (1.0 - p) / 40_000.0).sqrt();
            assert!(
                (share - p).abs() < 4.5 * deviation + 1e-6,
                "{share} for {p}"
            );
            assert!(
                smoothed.radius <= distance.max(0.0),
                "{} of {distance}",
                smoothed.radius
            );
            assert!(
                distance - smoothed.radius < 0.1,
                "{} of {distance}",
                smoothed.radius
            );
        }
    }
}

/// With little noise the smoothed answer is the network's; with so much that the classes are even it abstains at some row.
#[test]
fn a_vote_without_noise_is_the_networks_own() {
    let network = perceptron(&[6], Normalisation::None);
    let (states, scales) = population(&network, 3);
    let device = Device::default();
    let victim = Victim::new(&network, &states, &scales, &device);
    let rows = uniforms(9, 12 * INPUTS);
    let vote = |sigma: f64| {
        let setting = Smoothing {
            sigma,
            ..Smoothing::default()
        };
        setting
            .predict(&victim, &[1, 2, 3], &matrix(&rows))
            .expect("votes")
    };
    let own = answers(&victim, &rows);
    for (votes, own) in vote(1e-4).iter().zip(&own) {
        assert_eq!(
            votes.iter().flatten().collect::<Vec<_>>(),
            own.iter().collect::<Vec<_>>()
        );
    }
    assert!(vote(50.0).iter().flatten().any(Option::is_none));
}

#[test]
fn settings_of_smoothing_out_of_range_are_refused() {
    let network = perceptron(&[6], Normalisation::None);
    let (states, scales) = population(&network, 1);
    let device = Device::default();
    let victim = Victim::new(&network, &states, &scales, &device);
    let rows = uniforms(9, INPUTS);
    let good = Smoothing::default();
    let refused = |setting: Smoothing, seeds: &[u64]| {
        let result = setting.certify(&victim, seeds, &matrix(&rows));
        result.expect_err("refused").to_string()
    };
    let sigma = refused(Smoothing { sigma: 0.0, ..good }, &[1]);
    assert_eq!(sigma, "sigma must be in (0, inf), got 0");
    let alpha = refused(Smoothing { alpha: 0.5, ..good }, &[1]);
    assert_eq!(alpha, "alpha must be in (0, 1/2), got 0.5");
    let draws = refused(
        Smoothing {
            selection: 0,
            ..good
        },
        &[1],
    );
    assert_eq!(draws, "selection must be in [1, 2^32), got 0");
    assert_eq!(refused(good, &[1, 2]), "seeds must have 1 entries, got 2");
}
