//! The audit agrees with the plain metrics, and its intervals with what they promise.

use decay_audit::calibration::{
    CalibrationError, classwise_calibration_error, equal_mass_bins, equal_width_bins,
};
use decay_audit::interval::{Bootstrap, SplitMix};
use decay_audit::ood::{OodScore, Positive, auroc, average_precision, fpr_at_tpr};
use decay_audit::{
    Audit, AuditConfig, Logits, MemberLogits, MemberPredictions, accuracy, audit_classification,
    audit_regression, brier, entropy, gaussian_nll, logit_scale, mae, mse, nll, r2, rmse,
};

const CLASSES: usize = 4;

/// Standard normal numbers by Box & Muller.
fn normals(seed: u64, stream: u64, n: usize) -> Vec<f64> {
    let generator = SplitMix::new(seed, stream);
    let one = |i: u64| {
        let radius = (-2.0 * (1.0 - generator.unit(2 * i)).ln()).sqrt();
        radius * (std::f64::consts::TAU * generator.unit(2 * i + 1)).cos()
    };
    (0..n as u64).map(one).collect()
}

fn labels(seed: u64, rows: usize) -> Vec<usize> {
    let generator = SplitMix::new(seed, 900);
    (0..rows as u64)
        .map(|i| generator.below(i, CLASSES))
        .collect()
}

/// Logits that favour the label, noisily and differently for each member.
fn logits(seed: u64, member: u64, labels: &[usize]) -> Logits<'static> {
    let mut values = normals(seed, member, labels.len() * CLASSES);
    for (row, label) in labels.iter().enumerate() {
        values[row * CLASSES + label] += 1.5;
    }
    Logits::new(values, labels.len(), CLASSES).unwrap()
}

fn members(seed: u64, count: u64, labels: &[usize]) -> Vec<MemberLogits<'static>> {
    let one = |m| MemberLogits {
        logits: logits(seed, m, labels),
        temperature: Some(1.2 + 0.1 * m as f64),
    };
    (0..count).map(one).collect()
}

fn ood(seed: u64, count: u64, rows: usize) -> Vec<Logits<'static>> {
    let one = |m| Logits::new(normals(seed, 500 + m, rows * CLASSES), rows, CLASSES).unwrap();
    (0..count).map(one).collect()
}

fn plain_metrics(
    member: &MemberLogits<'_>,
    ood: &Logits<'_>,
    labels: &[usize],
) -> Vec<(String, f64)> {
    let config = AuditConfig::default();
    let logits = &member.logits;
    let error = |logits: &Logits<'_>| {
        let hits: Vec<bool> = logits
            .predictions()
            .iter()
            .zip(labels)
            .map(|(p, y)| p == y)
            .collect();
        let width =
            equal_width_bins(&logits.confidences(), &hits, config.bins, config.edge).unwrap();
        let mass = equal_mass_bins(&logits.confidences(), &hits, config.bins).unwrap();
        (CalibrationError::of(&width), CalibrationError::of(&mass))
    };
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let soft = logits.tempered(member.temperature.unwrap()).unwrap();
    let classwise = classwise_calibration_error(logits, labels, config.bins, config.edge).unwrap();
    let mut out: Vec<(String, f64)> = [
        ("accuracy", accuracy(logits, labels).unwrap()),
        ("nll", nll(logits, labels).unwrap()),
        ("brier", brier(logits, labels).unwrap()),
        ("entropy", entropy(logits)),
        ("confidence", mean(&logits.confidences())),
        ("logit_scale", logit_scale(logits)),
        ("ece", error(logits).0.l1),
        ("mce", error(logits).0.max),
        ("ece_equal_mass", error(logits).1.l1),
        ("ece_classwise", mean(&classwise)),
        ("nll_tempered", nll(&soft, labels).unwrap()),
        ("ece_tempered", error(&soft).0.l1),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for score in OodScore::ALL {
        let (inside, outside) = (score.of(logits), score.of(ood));
        let ap = |positive| average_precision(&inside, &outside, positive).unwrap();
        let fpr = fpr_at_tpr(&inside, &outside, 0.95, Positive::InDistribution).unwrap();
        let name = score.name();
        out.push((format!("auroc_{name}"), auroc(&inside, &outside).unwrap()));
        out.push((format!("aupr_in_{name}"), ap(Positive::InDistribution)));
        out.push((format!("aupr_out_{name}"), ap(Positive::OutOfDistribution)));
        out.push((format!("fpr95_{name}"), fpr.false_positive_rate));
    }
    out
}

/// One row of each member, repeated where the draw says so.
fn take(logits: &Logits<'_>, rows: &[usize]) -> Logits<'static> {
    let all: Vec<&[f64]> = logits.iter_rows().collect();
    let values: Vec<f64> = rows.iter().flat_map(|&row| all[row].to_vec()).collect();
    Logits::new(values, rows.len(), logits.classes()).unwrap()
}

fn quick(resamples: usize, seed: u64) -> AuditConfig {
    AuditConfig {
        bootstrap: Bootstrap {
            resamples,
            seed,
            ..Bootstrap::default()
        },
        ..AuditConfig::default()
    }
}

fn full_audit(config: &AuditConfig) -> Audit {
    let labels = labels(3, 150);
    let (members, ood) = (members(3, 3, &labels), ood(3, 3, 80));
    audit_classification(&members, &labels, Some(&ood), config).unwrap()
}

#[test]
fn every_figure_is_the_mean_over_members_of_the_plain_metric() {
    let labels = labels(3, 150);
    let (members, ood) = (members(3, 3, &labels), ood(3, 3, 80));
    let audit = full_audit(&quick(50, 1));
    let by_member: Vec<Vec<(String, f64)>> = members
        .iter()
        .zip(&ood)
        .map(|(m, o)| plain_metrics(m, o, &labels))
        .collect();
    for (k, (name, _)) in by_member[0].iter().enumerate() {
        let mean = by_member.iter().map(|metrics| metrics[k].1).sum::<f64>() / 3.0;
        let found = audit.metrics[name];
        assert!(
            (found.mean - mean).abs() < 1e-12,
            "{name}: {} against {mean}",
            found.mean
        );
        assert!(
            found.low <= found.mean && found.mean <= found.high,
            "{name}"
        );
        assert!(found.low < found.high, "{name} has an empty interval");
        let detection = ["auroc_", "aupr_", "fpr95_"]
            .iter()
            .any(|kind| name.starts_with(kind));
        assert_eq!(found.n, if detection { 150 + 80 } else { 150 }, "{name}");
        assert_eq!(audit.over_members[name].n, 3);
    }
    // The temperature is reported besides.
    assert_eq!(audit.metrics.len(), by_member[0].len() + 1);
    let geometric = (1.2f64 * 1.3 * 1.4).cbrt();
    assert!((audit.metrics["temperature"].mean - geometric).abs() < 1e-12);
}

/// The fast path counts rows; the slow one here copies them and calls the plain metrics.
#[test]
fn replicates_are_the_plain_metrics_of_the_copied_rows() {
    let labels = labels(8, 90);
    let (members, ood) = (members(8, 2, &labels), ood(8, 2, 60));
    // With two resamples and a level near 1 the percentile interval is the pair of replicates.
    let mut config = quick(2, 77);
    config.bootstrap.level = 1.0 - 1e-13;
    let audit = audit_classification(&members, &labels, Some(&ood), &config).unwrap();
    let mut replicates = Vec::new();
    for index in 0..2u64 {
        let draw = |stream, n: usize| -> Vec<usize> {
            (0..n as u64)
                .map(|i| SplitMix::new(77, stream).below(i, n))
                .collect()
        };
        let mut rows = draw(2 * index, labels.len());
        rows.sort_unstable();
        let ood_rows = draw(2 * index + 1, 60);
        let drawn: Vec<usize> = rows.iter().map(|&row| labels[row]).collect();
        let copies: Vec<Vec<(String, f64)>> = members
            .iter()
            .zip(&ood)
            .map(|(m, o)| {
                let copy = MemberLogits {
                    logits: take(&m.logits, &rows),
                    temperature: m.temperature,
                };
                plain_metrics(&copy, &take(o, &ood_rows), &drawn)
            })
            .collect();
        replicates.push(copies);
    }
    for k in 0..replicates[0][0].len() {
        let name = &replicates[0][0][k].0;
        let value = |r: usize| (replicates[r][0][k].1 + replicates[r][1][k].1) / 2.0;
        let mut ends = [value(0).min(value(1)), value(0).max(value(1))];
        let found = audit.metrics[name];
        if name.contains("ece") || name == "mce" {
            let bias = (ends[0] + ends[1]) / 2.0 - found.mean;
            ends = ends.map(|end| (end - bias).clamp(0.0, 1.0));
        }
        let (low, high) = (ends[0].min(found.mean), ends[1].max(found.mean));
        assert!(
            (found.low - low).abs() < 1e-11,
            "{name}: low {} against {low}",
            found.low
        );
        assert!(
            (found.high - high).abs() < 1e-11,
            "{name}: high {} against {high}",
            found.high
        );
    }
}

/// Intervals of 95 % hold the truth about 95 % of the time: the true accuracy is known by simulation.
#[test]
fn accuracy_intervals_cover_the_truth() {
    let many = labels(1, 200_000);
    let truth = accuracy(&logits(1, 0, &many), &many).unwrap();
    let trials = 300;
    let mut held = 0;
    for trial in 0..trials {
        let labels = labels(1000 + trial, 120);
        let member = [MemberLogits {
            logits: logits(1000 + trial, 0, &labels),
            temperature: None,
        }];
        let audit = audit_classification(&member, &labels, None, &quick(300, trial)).unwrap();
        let found = audit.metrics["accuracy"];
        held += u64::from(found.low <= truth && truth <= found.high);
    }
    let share = held as f64 / trials as f64;
    assert!((0.90..=0.99).contains(&share), "coverage {share}");
}

#[test]
fn an_audit_is_reproducible_and_the_seed_matters() {
    let first = full_audit(&quick(100, 5));
    assert_eq!(first, full_audit(&quick(100, 5)));
    let other = full_audit(&quick(100, 6));
    assert_eq!(first.metrics["nll"].mean, other.metrics["nll"].mean);
    assert_ne!(first.metrics["nll"].low, other.metrics["nll"].low);
}

#[test]
fn json_holds_every_metric_at_the_top_level() {
    let audit = full_audit(&quick(20, 5));
    let json = serde_json::to_value(&audit).unwrap();
    for name in [
        "accuracy",
        "nll",
        "brier",
        "ece",
        "auroc_msp",
        "fpr95_energy",
        "temperature",
    ] {
        for field in ["mean", "low", "high"] {
            assert!(json[name][field].is_f64(), "{name}.{field}");
        }
        assert!(json[name]["n"].is_u64(), "{name}.n");
    }
    assert_eq!(json["reliability"].as_array().unwrap().len(), 15);
    let back: Audit = serde_json::from_str(&serde_json::to_string(&audit).unwrap()).unwrap();
    assert_eq!(back, audit);
}

#[test]
fn reliability_pools_members_but_not_their_certainty() {
    let labels = labels(3, 150);
    let one = members(3, 1, &labels);
    let five: Vec<MemberLogits<'_>> = vec![one[0].clone(); 5];
    let audit = |members| audit_classification(members, &labels, None, &quick(5, 0)).unwrap();
    for (single, pooled) in audit(&one).reliability.iter().zip(audit(&five).reliability) {
        assert_eq!(pooled.count, 5 * single.count);
        assert!((pooled.low - single.low).abs() < 1e-12);
        assert!((pooled.high - single.high).abs() < 1e-12);
    }
}

#[test]
fn regression_figures_are_the_plain_metrics() {
    let targets: Vec<f64> = normals(4, 0, 200).iter().map(|t| 1e6 + t).collect();
    let guess = |stream| {
        let noise = normals(4, stream, 200);
        targets
            .iter()
            .zip(noise)
            .map(|(t, e)| t + 0.5 * e)
            .collect::<Vec<f64>>()
    };
    let (a, b) = (guess(1), guess(2));
    let members = [
        MemberPredictions {
            values: &a,
            sigma2: Some(0.25),
        },
        MemberPredictions {
            values: &b,
            sigma2: Some(0.3),
        },
    ];
    let audit = audit_regression(&members, &targets, &quick(400, 2)).unwrap();
    let expect = |name: &str, of_a: f64, of_b: f64, tolerance: f64| {
        let found = audit.metrics[name];
        let mean = (of_a + of_b) / 2.0;
        assert!(
            (found.mean - mean).abs() < tolerance,
            "{name}: {} against {mean}",
            found.mean
        );
        assert!(
            found.low < mean && mean < found.high && found.n == 200,
            "{name}"
        );
    };
    let of = |metric: fn(&[f64], &[f64]) -> decay_audit::Result<f64>, values: &[f64]| {
        metric(values, &targets).unwrap()
    };
    expect("mse", of(mse, &a), of(mse, &b), 1e-12);
    expect("rmse", of(rmse, &a), of(rmse, &b), 1e-12);
    expect("mae", of(mae, &a), of(mae, &b), 1e-12);
    expect("r2", of(r2, &a), of(r2, &b), 1e-9);
    let of_a = gaussian_nll(&a, &targets, 0.25).unwrap();
    expect("nll", of_a, gaussian_nll(&b, &targets, 0.3).unwrap(), 1e-12);
    assert!((gaussian_nll(&[1.0], &[3.0], 2.0).unwrap() - 2.265_512_123_484_645_4).abs() < 1e-12);
}

#[test]
fn constant_targets_leave_out_r2_only() {
    let members = [MemberPredictions {
        values: &[1.0, 2.0, 3.0],
        sigma2: None,
    }];
    let audit = audit_regression(&members, &[0.1; 3], &quick(20, 2)).unwrap();
    assert_eq!(
        audit.metrics.keys().collect::<Vec<_>>(),
        ["mae", "mse", "rmse"]
    );
}
