//! The audit's fast path agrees with the plain metrics, on all rows and on every resample.

use decay_audit::calibration::optimal_temperature;
use decay_audit::conformal::{Halves, SetScore};
use decay_audit::interval::SplitMix;
use decay_audit::ood::{OodScore, figures};
use decay_audit::{
    AuditConfig, Logits, MemberLogits, PopulationMember, audit_classification, audit_population,
};

use crate::figures::figure;
use crate::synthetic::{CLASSES, labels, members, ood, quick};

type Named = Vec<(String, f64)>;

/// What is measured after temperature scaling, too.
const TEMPERED: [&str; 9] = [
    "accuracy",
    "confidence",
    "confidence_gap",
    "nll",
    "brier",
    "ece",
    "aurc",
    "failure_auroc",
    "accuracy_at_80",
];

fn plain_metrics(member: &MemberLogits<'_>, ood: &Logits<'_>, labels: &[usize]) -> Named {
    let mut out = plain_row_metrics(&member.logits, labels);
    let soft = member.logits.tempered(member.temperature.unwrap()).unwrap();
    let tempered = plain_row_metrics(&soft, labels);
    for name in TEMPERED {
        let (_, value) = tempered.iter().find(|(n, _)| n == name).unwrap();
        out.push((format!("{name}_tempered"), *value));
    }
    for score in OodScore::ALL {
        let found = figures(&score.of(&member.logits), &score.of(ood)).unwrap();
        let name = score.name();
        out.push((format!("auroc_{name}"), found.auroc));
        out.push((format!("aupr_in_{name}"), found.aupr_in));
        out.push((format!("aupr_out_{name}"), found.aupr_out));
        out.push((format!("fpr95_{name}"), found.fpr95));
    }
    out
}

fn plain_row_metrics(logits: &Logits<'_>, labels: &[usize]) -> Named {
    let names = [
        "accuracy",
        "balanced_accuracy",
        "worst_class_accuracy",
        "f1_macro",
        "auroc",
        "aupr",
        "nll",
        "brier",
        "entropy",
        "confidence",
        "confidence_gap",
        "logit_scale",
        "ece",
        "mce",
        "ece_l2",
        "ece_debiased",
        "brier_reliability",
        "brier_resolution",
        "brier_uncertainty",
        "aurc",
        "excess_aurc",
        "failure_auroc",
        "accuracy_at_80",
        "ece_equal_mass",
        "ece_classwise",
    ];
    names
        .map(|name| (name.to_owned(), figure(name, logits, labels)))
        .into()
}

/// What is not resampled: conformal sets and, since resamples keep their bandwidth and number of bins, the smooth
/// error and the sweep.
fn plain_direct(logits: &Logits<'_>, labels: &[usize]) -> Named {
    let config = AuditConfig::default();
    let temperature = optimal_temperature(logits, labels).unwrap().value;
    let halves = Halves::new(labels.len(), config.splits, config.bootstrap.seed).unwrap();
    let sets = |score: SetScore| halves.sets(&score.of(logits, 0), labels, 0.1, 0.95);
    let (lac, aps) = (
        sets(SetScore::Lac),
        sets(SetScore::Aps { randomised: true }),
    );
    let named = [
        ("smooth_ece", figure("smooth_ece", logits, labels)),
        ("ece_sweep", figure("ece_sweep", logits, labels)),
        ("multinomial_slope", 1.0 / temperature),
        ("conformal_coverage_90", lac.coverage.mean),
        ("conformal_size_90", lac.size.mean),
        ("aps_coverage_90", aps.coverage.mean),
        ("aps_size_90", aps.size.mean),
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
fn every_figure_of_one_network_is_the_mean_over_members_of_the_plain_metric() {
    let labels = labels(3, 150);
    let (members, ood) = (members(3, 3, &labels), ood(3, 3, 80));
    let audit = audit_classification(&members, &labels, Some(&ood), &quick(50, 1)).unwrap();
    let plain = averaged(&members, &ood, &labels);
    for (name, mean) in &plain {
        let found = audit.single_network[name];
        let gap = (found.mean - mean).abs();
        assert!(gap < 1e-12, "{name}: {} against {mean}", found.mean);
        assert!(found.low <= found.mean && found.mean <= found.high);
        assert!(found.low < found.high, "{name} has an empty interval");
        let detection = ["auroc_", "aupr_", "fpr95_"];
        let detection = detection.iter().any(|kind| name.starts_with(kind));
        assert_eq!(found.n, if detection { 150 + 80 } else { 150 }, "{name}");
        assert_eq!(audit.over_members[name].n, 3);
    }
    // Nine figures without plain resampling, the temperature and what it does to one of them are reported besides.
    assert_eq!(audit.single_network.len(), plain.len() + 11);
    let geometric = (1.2f64 * 1.3 * 1.4).cbrt();
    assert!((audit.metrics["temperature"].mean - geometric).abs() < 1e-12);
}

/// The mean of the members' probabilities as logits, each member's divided by its temperature if asked.
fn mean_prediction(members: &[MemberLogits<'_>], tempered: bool) -> Logits<'static> {
    let (rows, classes) = (members[0].logits.rows(), members[0].logits.classes());
    let mut mean = vec![0.0; rows * classes];
    for member in members {
        let t = member.temperature.filter(|_| tempered).unwrap_or(1.0);
        let own = member.logits.tempered(t).unwrap().probabilities();
        let count = members.len() as f64;
        mean.iter_mut().zip(own).for_each(|(m, p)| *m += p / count);
    }
    let logs: Vec<f64> = mean.iter().map(|p| p.ln()).collect();
    Logits::new(logs, rows, classes).unwrap()
}

/// Figures at the top are those of the mean prediction, before and after the temperatures.
#[test]
fn figures_of_all_together_are_the_plain_metrics_of_the_mean_prediction() {
    let labels = labels(3, 150);
    let (members, ood) = (members(3, 3, &labels), ood(3, 3, 80));
    let audit = audit_classification(&members, &labels, Some(&ood), &quick(50, 1)).unwrap();
    let before = plain_row_metrics(&mean_prediction(&members, false), &labels);
    let after = plain_row_metrics(&mean_prediction(&members, true), &labels);
    let after = after.into_iter().filter_map(|(name, value)| {
        let tempered = TEMPERED.contains(&name.as_str());
        tempered.then(|| (format!("{name}_tempered"), value))
    });
    for (name, value) in before.into_iter().chain(after) {
        let found = audit.metrics[&name];
        let gap = (found.mean - value).abs();
        assert!(gap < 1e-11, "{name}: {} against {value}", found.mean);
        assert!(found.low <= found.mean && found.mean <= found.high && found.n == 150);
    }
    // Together they are better than one alone: the logarithm is concave.
    for name in ["nll", "nll_tempered", "brier"] {
        assert!(audit.metrics[name].mean < audit.single_network[name].mean - 0.01);
    }
    // Energies and largest logits keep their scale.
    let logits: Vec<Logits<'_>> = members.iter().map(|m| m.logits.clone()).collect();
    let plain = Logits::together(&logits).unwrap();
    let outside = Logits::together(&ood).unwrap();
    for score in OodScore::ALL {
        let found = figures(&score.of(&plain), &score.of(&outside)).unwrap();
        let name = format!("auroc_{}", score.name());
        assert!((audit.metrics[&name].mean - found.auroc).abs() < 1e-12);
    }
    let single: Vec<f64> = members
        .iter()
        .map(|m| OodScore::Energy.of(&m.logits)[7])
        .collect();
    let mean = single.iter().sum::<f64>() / 3.0;
    assert!((OodScore::Energy.of(&plain)[7] - mean).abs() < 1e-12);
}

/// Resamples of all together are those of the mean prediction as a model of its own, interval by interval.
#[test]
fn intervals_of_all_together_are_those_of_the_mean_prediction() {
    let labels = labels(8, 90);
    let members = members(8, 2, &labels);
    let found = audit_classification(&members, &labels, None, &quick(40, 77)).unwrap();
    let alone = |tempered| {
        let mean = MemberLogits {
            logits: mean_prediction(&members, tempered),
            temperature: None,
        };
        let audit = audit_classification(&[mean], &labels, None, &quick(40, 77));
        audit.unwrap().metrics
    };
    let (before, after) = (alone(false), alone(true));
    // Fits stop within their tolerance.
    let close = |a: f64, b: f64| (a - b).abs() < 1e-7;
    for (name, want) in &before {
        let got = found.metrics[name];
        for (a, b) in [
            (got.mean, want.mean),
            (got.low, want.low),
            (got.high, want.high),
        ] {
            assert!(close(a, b), "{name}: {got:?} against {want:?}");
        }
    }
    for name in ["accuracy", "nll", "ece", "smooth_ece"] {
        let (got, want) = (found.metrics[&format!("{name}_tempered")], after[name]);
        assert!(
            close(got.low, want.low) && close(got.high, want.high),
            "{name}"
        );
    }
}

/// Equal models together are each of them, and one alone is as if nobody had asked for more.
#[test]
fn equal_models_together_are_each_of_them() {
    let labels = labels(3, 120);
    let (one, outside) = (members(3, 1, &labels), ood(3, 1, 60));
    let config = quick(40, 3);
    let audit = |members: &[MemberLogits<'_>], ood: &[Logits<'_>]| {
        audit_classification(members, &labels, Some(ood), &config).unwrap()
    };
    let alone = audit(&one, &outside);
    assert_eq!(alone.metrics, alone.single_network);
    assert_eq!(
        Logits::together(&[one[0].logits.clone()]).unwrap(),
        one[0].logits
    );
    let four = audit(&vec![one[0].clone(); 4], &vec![outside[0].clone(); 4]);
    assert_eq!(four.metrics.len(), alone.metrics.len());
    for (name, want) in &alone.metrics {
        let got = four.metrics[name];
        for (a, b) in [
            (got.mean, want.mean),
            (got.low, want.low),
            (got.high, want.high),
        ] {
            // The interval of the temperature is over members.
            let free = name == "temperature" || name.starts_with("calibration_");
            assert!(
                (a - b).abs() < if free { 1e-6 } else { 1e-9 },
                "{name}: {got:?} {want:?}"
            );
        }
    }
}

/// By hand: (0.9, 0.1) and (0.5, 0.5) say (0.7, 0.3); a class that one of them excludes has half the other's probability.
#[test]
fn probabilities_are_averaged() {
    let of = |row: [f64; 2]| Logits::new(row.to_vec(), 1, 2).unwrap();
    let (a, b) = (of([9f64.ln(), 0.0]), of([0.0, 0.0]));
    let p = Logits::together(&[a.clone(), b]).unwrap().probabilities();
    assert!((p[0] - 0.7).abs() < 1e-15 && (p[1] - 0.3).abs() < 1e-15);
    let never = of([0.0, f64::NEG_INFINITY]);
    let p = Logits::together(&[a, never.clone()])
        .unwrap()
        .probabilities();
    assert!((p[1] - 0.05).abs() < 1e-15, "{p:?}");
    let p = Logits::together(&[never.clone(), never]).unwrap();
    assert_eq!(p.probabilities(), [1.0, 0.0]);
    // A probability that rounds to 0 keeps its price.
    let (sure, surer) = (of([0.0, 2000.0]), of([0.0, 4000.0]));
    let loss = decay_audit::nll(&Logits::together(&[sure, surer]).unwrap(), &[0]).unwrap();
    assert!((loss - (2000.0 + 2f64.ln())).abs() < 1e-9, "{loss}");
    assert!(Logits::together(&[]).is_err());
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
    let audit = audit.single_network;
    let first = by_copying(&members, &ood, &labels, 0);
    let second = by_copying(&members, &ood, &labels, 1);
    for ((name, a), (_, b)) in first.iter().zip(&second) {
        let found = audit[name];
        // Their intervals are of what agrees with them, or count it.
        let agreeing = [
            "accuracy",
            "accuracy_at_80",
            "confidence_gap",
            "ece",
            "ece_equal_mass",
        ];
        if agreeing.contains(&name.trim_end_matches("_tempered")) {
            continue;
        }
        let mut ends = [a.min(*b), a.max(*b)];
        let centred = ["brier_reliability", "brier_resolution", "mce"];
        if name.contains("ece") || centred.contains(&name.as_str()) {
            let bias = (a + b) / 2.0 - found.mean;
            let most = if name.starts_with("brier") { 2.0 } else { 1.0 };
            ends = ends.map(|end| (end - bias).clamp(0.0, most));
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

/// A population's figures are those of the plain metrics for each member.
#[test]
fn a_population_is_audited_as_its_members_are() {
    let (labels, count) = (labels(5, 130), 4);
    let single = |logits: &Logits<'_>| logits.values().iter().map(|v| *v as f32).collect();
    let inside: Vec<Vec<f32>> = members(5, count, &labels)
        .iter()
        .map(|member| single(&member.logits))
        .collect();
    let outside: Vec<Vec<f32>> = ood(5, count, 70).iter().map(single).collect();
    let member = |(logits, ood)| PopulationMember {
        logits,
        ood: Some(ood),
        temperature: Some(1.4),
    };
    let pairs = inside
        .iter()
        .map(Vec::as_slice)
        .zip(outside.iter().map(Vec::as_slice));
    let population: Vec<PopulationMember<'_>> = pairs.map(member).collect();
    let classes = CLASSES;
    let config = AuditConfig::default();
    let found = audit_population(&population, &labels, classes, &config).unwrap();
    assert_eq!(found.len(), 4);
    for (figures, member) in found.iter().zip(&population) {
        let figures = figures.as_ref().unwrap();
        let logits = Logits::from_f32(member.logits, labels.len(), classes).unwrap();
        let outside = Logits::from_f32(member.ood.unwrap(), 70, classes).unwrap();
        let one = MemberLogits {
            logits: logits.clone(),
            temperature: member.temperature,
        };
        let mut plain = plain_metrics(&one, &outside, &labels);
        plain.extend(plain_direct(&logits, &labels));
        plain.push(("temperature".to_owned(), 1.4));
        let soft = logits.tempered(1.4).unwrap();
        let smooth = plain_direct(&soft, &labels).swap_remove(0).1;
        plain.push(("smooth_ece_tempered".to_owned(), smooth));
        // Slope and intercept are fits, checked against references elsewhere.
        assert_eq!(figures.len(), plain.len() + 2);
        for (name, want) in &plain {
            let got = figures[name];
            assert!((got - want).abs() < 1e-12, "{name}: {got} against {want}");
        }
        // And those of the audit with intervals.
        let audit = audit_classification(&[one], &labels, Some(&[outside]), &quick(2, 0)).unwrap();
        assert_eq!(audit.metrics.len(), figures.len());
        for (name, want) in &audit.metrics {
            let gap = (figures[name] - want.mean).abs();
            assert!(
                gap < 1e-12,
                "{name}: {} against {}",
                figures[name],
                want.mean
            );
        }
    }
}

#[test]
fn a_diverged_member_of_a_population_leaves_the_others_alone() {
    let labels = [0, 1, 2, 0];
    let good: Vec<f32> = (0..12).map(|i| ((i * 5) % 7) as f32).collect();
    let mut diverged = good.clone();
    diverged[7] = f32::NAN;
    let member = |logits| PopulationMember {
        logits,
        ood: None,
        temperature: None,
    };
    let population = [member(good.as_slice()), member(&diverged), member(&good)];
    let found = audit_population(&population, &labels, 3, &AuditConfig::default()).unwrap();
    assert_eq!(found[0], found[2]);
    assert!(found[0].is_ok());
    let message = found[1].as_ref().unwrap_err().to_string();
    assert!(
        message.starts_with("logits: row 2, class 1 is NaN"),
        "{message}"
    );
}
