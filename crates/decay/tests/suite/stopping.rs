//! Every part of a run stops when told, and the run then ends as if it had not been told.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use decay::audit::RunAudit;
use decay::prelude::*;

use crate::experiment::{file, quick};

/// Small, but with every part of an audit.
fn audited(data: &Data) -> Experiment<'static> {
    let audit = AuditSettings {
        population: Curves::Attacks,
        attacks: Effort::Quick,
        certificates: true,
        smoothing: 0.25,
        rows: Some(20),
        near: vec!["shift:blur=2".into()],
        ..AuditSettings::default()
    };
    quick(data).seeds(1).refits(1).audit(audit)
}

/// Where a run is stopped.
#[derive(Debug, Clone, Copy)]
enum At {
    /// At the beginning of a part of the audit.
    Part(&'static str),
    /// After a part of an attack.
    Attack,
}

impl At {
    fn is_now(self, event: &Event) -> bool {
        match (self, event) {
            (Self::Part(part), Event::Auditing(now)) => part == *now,
            (Self::Attack, Event::Attacked(share)) => *share > 0.3,
            _ => false,
        }
    }
}

fn status(run: &Path) -> String {
    let record = String::from_utf8(file(run, "run.json")).unwrap();
    let line = record.lines().find(|line| line.contains("\"status\""));
    line.unwrap().to_owned()
}

#[test]
fn every_part_of_an_audit_stops_and_goes_on_to_the_same_bytes() {
    let data = decay::read("embedded:digits").load().unwrap();
    let parent = tempfile::tempdir().unwrap();
    let whole = parent.path().join("whole");
    audited(&data).out(&whole).run().unwrap();
    let parts = [
        "calibration",
        "detection",
        "corruptions",
        "robustness",
        "the population",
    ];
    let places = parts.map(At::Part).into_iter().chain([At::Attack]);
    for (place, at) in places.enumerate() {
        let (run, flag) = (
            parent.path().join(place.to_string()),
            AtomicBool::new(false),
        );
        let stopped = audited(&data)
            .out(&run)
            .cancel(&flag)
            .observe(|event| {
                if at.is_now(&event) {
                    flag.store(true, Ordering::SeqCst);
                }
            })
            .run();
        match stopped.err() {
            Some(Error::Interrupted {
                epochs: None,
                run: Some(own),
            }) => assert_eq!(own, run),
            other => panic!("{at:?}: {other:?}"),
        }
        assert!(status(&run).contains("interrupted"), "{at:?}");
        assert!(!run.join("report.html").exists(), "{at:?}");
        audited(&data).out(&run).resume(true).run().unwrap();
        for name in [
            "audit.json",
            "robustness.csv",
            "population.csv",
            "model.safetensors",
        ] {
            assert!(file(&whole, name) == file(&run, name), "{at:?}: {name}");
        }
    }

    let flag = AtomicBool::new(false);
    let stopped = RunAudit::of(&whole)
        .cancel(&flag)
        .observe(|event| {
            flag.store(
                At::Attack.is_now(&event) || flag.load(Ordering::SeqCst),
                Ordering::SeqCst,
            )
        })
        .measure();
    assert!(matches!(
        stopped.err(),
        Some(Error::Interrupted { run: None, .. })
    ));
}

/// Nothing can be recorded any more in a directory that somebody has taken away.
#[test]
fn what_failed_is_told_even_if_it_cannot_be_recorded() {
    let data = decay::read("embedded:wine").load().unwrap();
    let parent = tempfile::tempdir().unwrap();
    let (run, flag) = (parent.path().join("run"), AtomicBool::new(false));
    let warned = AtomicBool::new(false);
    let stopped = quick(&data)
        .out(&run)
        .cancel(&flag)
        .observe(|event| match event {
            Event::Begun(_) => flag.store(true, Ordering::SeqCst),
            Event::Progress(_) if run.is_dir() => {
                std::fs::remove_dir_all(&run).unwrap();
                std::fs::write(&run, "in the way").unwrap();
            }
            Event::Warning(words) => {
                assert!(words.contains("could not be recorded"), "{words}");
                warned.store(true, Ordering::SeqCst);
            }
            _ => {}
        })
        .run();
    let error = stopped.err().unwrap();
    assert!(matches!(error, Error::Interrupted { .. }), "{error}");
    assert!(warned.load(Ordering::SeqCst));
}
