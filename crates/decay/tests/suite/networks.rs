//! Several networks in one sweep.

use std::sync::atomic::{AtomicBool, Ordering};

use decay::prelude::*;

use crate::experiment::{file, quick, wine};

/// A linear model and one with a hidden layer, each with two encodings.
fn several(data: &Data) -> Experiment<'static> {
    let experiment = quick(data).set("model.hidden", ";8").unwrap();
    experiment
        .set("model.encoding", "linear,piecewise")
        .unwrap()
}

fn alone(data: &Data, hidden: &str, encoding: &str) -> Experiment<'static> {
    let experiment = quick(data).set("model.hidden", hidden).unwrap();
    experiment.set("model.encoding", encoding).unwrap()
}

/// Each network is trained as it is alone, the best is chosen, and the final models are its own.
#[test]
fn a_network_among_others_is_what_it_is_alone() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let together = several(&data).out(parent.path().join("all")).run().unwrap();
    let networks = together.swept.as_ref().unwrap().networks.as_ref().unwrap();
    let mut best = (f64::INFINITY, String::new());
    for (place, (hidden, encoding)) in [
        ("", "linear"),
        ("", "piecewise"),
        ("8", "linear"),
        ("8", "piecewise"),
    ]
    .into_iter()
    .enumerate()
    {
        let run = parent.path().join(place.to_string());
        let own = alone(&data, hidden, encoding).out(&run).run().unwrap();
        let curve = &own.swept.as_ref().unwrap().curve;
        let mean = curve.points[curve.chosen].validation.mean;
        let tried = &networks.tried[place];
        assert!(tried.network.contains(encoding), "{}", tried.network);
        let found = tried.found.as_ref().unwrap();
        assert!(
            (found.mean - mean).abs() < 1e-12 * mean,
            "{place}: {} {mean}",
            found.mean
        );
        if mean < best.0 {
            best = (mean, place.to_string());
        }
    }
    assert_eq!(networks.chosen.to_string(), best.1);
    let (all, winner) = (parent.path().join("all"), parent.path().join(&best.1));
    for name in [
        "model.safetensors",
        "model.json",
        "members.csv",
        "audit.json",
    ] {
        assert!(file(&all, name) == file(&winner, name), "{name}");
    }
    let config = String::from_utf8(file(&all, "config.toml")).unwrap();
    assert!(
        config.contains("encoding = [\"linear\", \"piecewise\"]"),
        "{config}"
    );
    let others = networks
        .tried
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != networks.chosen);
    for (_, other) in others {
        let worse = other.found.as_ref().unwrap().worse_by.unwrap();
        assert!(worse.mean >= 0.0 && worse.low <= worse.mean && worse.mean <= worse.high);
    }
}

#[test]
fn a_comparison_that_is_stopped_at_its_second_network_goes_on_to_the_same_end() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let [whole, halves] = ["whole", "halves"].map(|name| parent.path().join(name));
    several(&data).out(&whole).run().unwrap();
    let (flag, second) = (AtomicBool::new(false), AtomicBool::new(false));
    let stopped = several(&data)
        .out(&halves)
        .cancel(&flag)
        .observe(|event| match event {
            Event::Network { place: 1, .. } => second.store(true, Ordering::SeqCst),
            Event::Progress(progress) if progress.epoch >= 2 && second.load(Ordering::SeqCst) => {
                flag.store(true, Ordering::SeqCst);
            }
            _ => (),
        })
        .run();
    assert!(matches!(stopped.err(), Some(Error::Interrupted { .. })));
    several(&data).out(&halves).resume(true).run().unwrap();
    for name in [
        "selection.json",
        "members.csv",
        "model.safetensors",
        "model.json",
    ] {
        assert!(file(&whole, name) == file(&halves, name), "{name}");
    }
}

/// Nothing that one network alone can do takes several, and only what the network has can differ.
#[test]
fn several_networks_are_refused_where_one_is_needed() {
    let data = wine();
    match several(&data).rate(0.1).fit().err() {
        Some(Error::ManySettings { key, values: 2 }) => assert_eq!(key, "model.hidden"),
        other => panic!("{other:?}"),
    }
    let sentence = several(&data).population().err().unwrap().to_string();
    assert!(sentence.contains("model.hidden has 2 values"), "{sentence}");
    for (key, text, part) in [
        ("model.encoding", "linear,wavy", "'wavy'"),
        ("model.kind", "mlp,cnn", "model.kind"),
        ("model.widths", "8", "model.widths"),
    ] {
        let sentence = quick(&data).set(key, text).err().unwrap().to_string();
        assert!(sentence.contains(part), "{sentence}");
    }
}
