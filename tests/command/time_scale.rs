//! The decay as a rate, a half-life and a time-scale, and which of them is kept where an epoch has other steps.

use crate::harness::Place;

fn sweep<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let call = [
        "tune", "--data", "digits", "--epochs", "2", "--quiet", "--out", out,
    ];
    let small = ["--folds", "3", "--seeds", "1", "--refits", "1"];
    [&call[..], &small[..], more].concat()
}

/// The rate given, a member's own and its fold, of the members of the sweep.
fn rates(place: &Place, file: &str) -> Vec<(f64, f64, u32)> {
    let text = place.read(file);
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a header");
    let column = |name: &str| head.iter().position(|h| *h == name).expect("a column");
    let [rate, own, fold] = ["rate", "own_rate", "fold"].map(column);
    let of_fold = |cells: Vec<&str>| {
        let number = |place: usize| cells[place].parse().expect("a number");
        Some((number(rate), number(own), cells[fold].parse().ok()?))
    };
    lines.filter_map(of_fold).collect()
}

/// With 958 rows of one fold and 959 of the others, a batch of 958 makes one step or two.
#[test]
fn folds_and_refits_keep_the_time_scale_unless_the_rate_is_to_be_kept() {
    let place = Place::new();
    place.succeeds(&sweep("run", &["--rates", "0.01,0.1", "--batch", "958"]));
    let selection = place.json("run/selection.json");
    let refits = &selection["refits"];
    let steps = |key: &str| refits[key].as_f64().expect(key);
    let ratio = steps("steps_per_epoch_of_choice") / steps("steps_per_epoch");
    let chosen = selection["setting"]["rate"].as_f64().expect("a rate");
    assert_eq!(refits["rate"].as_f64(), Some(chosen * ratio));
    let model = place.json("run/model.json");
    assert_eq!(model["rate"], refits["rate"]);
    let tau = |value: &serde_json::Value| value.as_f64().expect("a time");
    let (refitted, selected) = (
        tau(&model["tau_epochs"]),
        tau(&selection["chosen_tau_epochs"]),
    );
    // Up to terms of order lr λ.
    assert!((refitted / selected - 1.0).abs() < 1e-3);
    let mut factors = Vec::new();
    for (rate, own, fold) in rates(&place, "run/members.csv") {
        let factor = own / rate;
        assert!(
            fold != 0 || factor == 1.0,
            "the first fold has the rate itself"
        );
        factors.push(factor);
    }
    assert!(factors.iter().any(|factor| *factor != 1.0), "{factors:?}");
    assert!(
        factors
            .iter()
            .all(|factor| [0.5, 1.0, 2.0].contains(factor)),
        "{factors:?}"
    );

    let kept = ["--rates", "0.1", "--batch", "958", "--train.keep", "rate"];
    place.succeeds(&sweep("kept", &kept));
    assert_eq!(place.json("kept/model.json")["rate"], 0.1);
    assert_eq!(
        place.json("kept/selection.json")["refits"]["change"],
        serde_json::Value::Null
    );
}

#[test]
fn the_three_units_of_decay_are_one() {
    let place = Place::new();
    let fit = |out: &'static str, unit: &'static str, value: &str| {
        let call = [
            "fit", "--data", "wine", "--epochs", "1", "--seeds", "1", "--quiet",
        ];
        place.succeeds(&[&call[..], &["--out", out, unit, value]].concat());
        place.json(&format!("{out}/model.json"))
    };
    let by_rate = fit("rate", "--rate", "0.5");
    let text = |key: &str| by_rate[key].to_string();
    for (out, unit, key) in [
        ("tau", "--tau", "tau_epochs"),
        ("half", "--half-life", "half_life_epochs"),
    ] {
        let rate = fit(out, unit, &text(key))["rate"].as_f64().expect("a rate");
        assert!((rate / 0.5 - 1.0).abs() < 1e-9, "{unit}: {rate}");
    }
    place.succeeds(&sweep("sweep", &["--taus", "10..1000:3"]));
    let candidates = &place.json("sweep/selection.json")["candidates"];
    let taus: Vec<f64> = candidates
        .as_array()
        .expect("candidates")
        .iter()
        .map(|candidate| candidate["tau_epochs"].as_f64().expect("a time").round())
        .collect();
    assert_eq!(
        taus,
        [1000.0, 100.0, 10.0],
        "a longer time is a smaller rate"
    );
}
