//! What takes long ends soon after it is told to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use decay_audit::calibration::EqualWidth;
use decay_audit::interval::Bootstrap;
use decay_audit::ood::detection;
use decay_audit::recalibration::compare_recalibrations_until;
use decay_audit::{
    AuditError, MemberPredictions, PopulationMember, Predictive, Result, audit_classification,
    audit_population, audit_regression,
};

use crate::synthetic::{CLASSES, labels, members, normals, quick};

/// Half a minute of them, and not too many to be kept.
const MANY: usize = 200_000;

/// What `work` ends with when its flag is set after it has begun.
fn stopped<T: std::fmt::Debug>(work: impl FnOnce(&AtomicBool) -> Result<T>) -> AuditError {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(30));
            stop.store(true, Ordering::Relaxed);
        });
        work(&stop).expect_err("it was told to stop")
    })
}

#[test]
fn resamples_stop_in_the_midst() {
    let (labels, config) = (labels(1, 400), quick(MANY, 0));
    let members = members(1, 2, &labels);
    let classes = stopped(|stop| {
        let config = config.weighted(None).stopped_by(stop);
        audit_classification(&members, &labels, None, config)
    });
    let (values, targets) = (normals(1, 1, 400), normals(1, 2, 400));
    let numbers = stopped(|stop| {
        let member = MemberPredictions {
            values: &values,
            predictive: Predictive::Value,
        };
        let config = config.weighted(None).stopped_by(stop);
        audit_regression(&[member], &targets, config)
    });
    let told_apart = stopped(|stop| {
        let settings = Bootstrap {
            resamples: MANY,
            ..Bootstrap::default()
        };
        detection(&[(&values, &targets)], settings.stopped_by(stop))
    });
    assert_eq!(
        [classes, numbers, told_apart],
        [const { AuditError::Interrupted }; 3]
    );
}

#[test]
fn members_and_fits_are_left_out_once_told_to_stop() {
    let labels = labels(2, 60);
    let logits = members(2, 1, &labels).remove(0).logits;
    let told = AtomicBool::new(true);
    let bins = EqualWidth::default();
    let compared = compare_recalibrations_until(&told, &logits, &labels, 5, 0, bins);
    assert_eq!(compared.err(), Some(AuditError::Interrupted));
    let values: Vec<f32> = logits.values().iter().map(|&value| value as f32).collect();
    let member = PopulationMember {
        logits: &values,
        ood: None,
        temperature: None,
    };
    let config = quick(10, 0);
    let config = config.weighted(None).stopped_by(&told);
    let population = audit_population(&[member], &labels, CLASSES, config);
    assert_eq!(population.err(), Some(AuditError::Interrupted));
}
