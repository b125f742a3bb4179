//! What an audit's record holds and what its intervals promise.

use crate::synthetic::{labels, logits, members, ood, quick};
use decay_audit::{AuditConfig, Figures, MemberLogits, accuracy, audit_classification};

fn full_audit(config: &AuditConfig) -> Figures {
    let labels = labels(3, 150);
    let (members, ood) = (members(3, 3, &labels), ood(3, 3, 80));
    audit_classification(&members, &labels, Some(&ood), config).unwrap()
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
    let back: Figures = serde_json::from_str(&serde_json::to_string(&audit).unwrap()).unwrap();
    assert_eq!(back, audit);
}

#[test]
fn equal_members_make_the_diagram_of_one() {
    let labels = labels(3, 150);
    let one = members(3, 1, &labels);
    let five: Vec<MemberLogits<'_>> = vec![one[0].clone(); 5];
    let audit = |members| audit_classification(members, &labels, None, &quick(5, 0)).unwrap();
    for (single, all) in audit(&one).reliability.iter().zip(audit(&five).reliability) {
        assert_eq!(all.count, single.count);
        assert!((all.low - single.low).abs() < 1e-12);
        assert!((all.high - single.high).abs() < 1e-12);
    }
}
