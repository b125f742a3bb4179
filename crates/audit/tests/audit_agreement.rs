//! The audit's fast path agrees with the plain metrics, on all rows and on every resample.

mod synthetic;

use decay_audit::calibration::{
    CalibrationError, classwise_calibration_error, equal_mass_bins, equal_width_bins,
};
use decay_audit::interval::SplitMix;
use decay_audit::ood::{OodScore, Positive, auroc, average_precision, fpr_at_tpr};
use decay_audit::{
    AuditConfig, Logits, MemberLogits, accuracy, audit_classification, brier, entropy, logit_scale,
    nll,
};
use synthetic::{labels, members, ood, quick};

type Named = Vec<(String, f64)>;

fn plain_metrics(member: &MemberLogits<'_>, ood: &Logits<'_>, labels: &[usize]) -> Named {
    let mut out = plain_row_metrics(&member.logits, labels);
    let soft = member.logits.tempered(member.temperature.unwrap()).unwrap();
    let tempered = plain_row_metrics(&soft, labels);
    for name in ["nll", "ece"] {
        let (_, value) = tempered.iter().find(|(n, _)| n == name).unwrap();
        out.push((format!("{name}_tempered"), *value));
    }
    for score in OodScore::ALL {
        let (inside, outside) = (score.of(&member.logits), score.of(ood));
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

fn plain_row_metrics(logits: &Logits<'_>, labels: &[usize]) -> Named {
    let AuditConfig { bins, edge, .. } = AuditConfig::default();
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let pairs = logits.predictions().into_iter().zip(labels);
    let hits: Vec<bool> = pairs.map(|(p, y)| p == *y).collect();
    let confidence = logits.confidences();
    let width = equal_width_bins(&confidence, &hits, bins, edge).unwrap();
    let mass = equal_mass_bins(&confidence, &hits, bins).unwrap();
    let classwise = classwise_calibration_error(logits, labels, bins, edge).unwrap();
    let named = [
        ("accuracy", accuracy(logits, labels).unwrap()),
        ("nll", nll(logits, labels).unwrap()),
        ("brier", brier(logits, labels).unwrap()),
        ("entropy", entropy(logits)),
        ("confidence", mean(&confidence)),
        ("logit_scale", logit_scale(logits)),
        ("ece", CalibrationError::of(&width).l1),
        ("mce", CalibrationError::of(&width).max),
        ("ece_equal_mass", CalibrationError::of(&mass).l1),
        ("ece_classwise", mean(&classwise)),
    ];
    named.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The mean over members of every plain metric.
fn averaged(members: &[MemberLogits<'_>], ood: &[Logits<'_>], labels: &[usize]) -> Named {
    let mut sum: Named = Vec::new();
    for (member, ood) in members.iter().zip(ood) {
        for (k, (name, value)) in plain_metrics(member, ood, labels).into_iter().enumerate() {
            if k == sum.len() {
                sum.push((name, 0.0));
            }
            sum[k].1 += value / members.len() as f64;
        }
    }
    sum
}

/// The rows copied as often as they are drawn.
fn take(logits: &Logits<'_>, rows: &[usize]) -> Logits<'static> {
    let all: Vec<&[f64]> = logits.iter_rows().collect();
    let values: Vec<f64> = rows.iter().flat_map(|&row| all[row].to_vec()).collect();
    Logits::new(values, rows.len(), logits.classes()).unwrap()
}

#[test]
fn every_figure_is_the_mean_over_members_of_the_plain_metric() {
    let labels = labels(3, 150);
    let (members, ood) = (members(3, 3, &labels), ood(3, 3, 80));
    let audit = audit_classification(&members, &labels, Some(&ood), &quick(50, 1)).unwrap();
    let plain = averaged(&members, &ood, &labels);
    for (name, mean) in &plain {
        let found = audit.metrics[name];
        let gap = (found.mean - mean).abs();
        assert!(gap < 1e-12, "{name}: {} against {mean}", found.mean);
        assert!(found.low <= found.mean && found.mean <= found.high);
        assert!(found.low < found.high, "{name} has an empty interval");
        let detection = ["auroc_", "aupr_", "fpr95_"];
        let detection = detection.iter().any(|kind| name.starts_with(kind));
        assert_eq!(found.n, if detection { 150 + 80 } else { 150 }, "{name}");
        assert_eq!(audit.over_members[name].n, 3);
    }
    // The temperature is reported besides.
    assert_eq!(audit.metrics.len(), plain.len() + 1);
    let geometric = (1.2f64 * 1.3 * 1.4).cbrt();
    assert!((audit.metrics["temperature"].mean - geometric).abs() < 1e-12);
}

/// The plain metrics of resample `index` of seed 77, its rows copied out.
fn by_copying(
    members: &[MemberLogits<'_>],
    ood: &[Logits<'_>],
    labels: &[usize],
    index: u64,
) -> Named {
    let draw = |stream, n: usize| -> Vec<usize> {
        let generator = SplitMix::new(77, stream);
        (0..n as u64).map(|i| generator.below(i, n)).collect()
    };
    let mut rows = draw(2 * index, labels.len());
    // Copies of a row lie together, as they do when rows are counted.
    rows.sort_unstable();
    let ood_rows = draw(2 * index + 1, ood[0].rows());
    let drawn: Vec<usize> = rows.iter().map(|&row| labels[row]).collect();
    let copy = |member: &MemberLogits<'_>| MemberLogits {
        logits: take(&member.logits, &rows),
        temperature: member.temperature,
    };
    let members: Vec<MemberLogits<'_>> = members.iter().map(copy).collect();
    let ood: Vec<Logits<'_>> = ood.iter().map(|o| take(o, &ood_rows)).collect();
    averaged(&members, &ood, &drawn)
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
    let first = by_copying(&members, &ood, &labels, 0);
    let second = by_copying(&members, &ood, &labels, 1);
    for ((name, a), (_, b)) in first.iter().zip(&second) {
        let found = audit.metrics[name];
        let mut ends = [a.min(*b), a.max(*b)];
        if name.contains("ece") || name == "mce" {
            let bias = (a + b) / 2.0 - found.mean;
            ends = ends.map(|end| (end - bias).clamp(0.0, 1.0));
        }
        let (low, high) = (ends[0].min(found.mean), ends[1].max(found.mean));
        let close = |got: f64, want: f64| (got - want).abs() < 1e-11;
        assert!(
            close(found.low, low),
            "{name}: low {} against {low}",
            found.low
        );
        assert!(
            close(found.high, high),
            "{name}: high {} against {high}",
            found.high
        );
    }
}
