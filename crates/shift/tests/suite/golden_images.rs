//! Corruptions without chance against OpenCV, scipy, scikit-image, Pillow and imagecorruptions.

use std::collections::BTreeMap;

use decay_shift::{Corruption, Fill, Shift};
use serde_json::Value;

/// One reference image.
struct Case {
    name: String,
    params: Value,
    channels: usize,
    severity: u8,
    input: Vec<f32>,
    expected: Vec<f64>,
    largest: f64,
    mean: f64,
}

const SIDE: usize = 32;

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect()
}

fn cases(wanted: impl Fn(&str) -> bool) -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/corruptions.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let levels = file["levels"].as_f64().unwrap();
    let inputs: BTreeMap<u64, Vec<f32>> = [1, 3]
        .map(|c| {
            let bytes = numbers(&file["inputs"][c.to_string()]);
            (c, bytes.iter().map(|b| (*b / 255.0) as f32).collect())
        })
        .into();
    let case = |case: &Value| {
        let channels = case["channels"].as_u64().unwrap();
        Case {
            name: case["name"].as_str().unwrap().to_owned(),
            params: case["params"].clone(),
            channels: channels as usize,
            severity: case["severity"].as_u64().unwrap() as u8,
            input: inputs[&channels].clone(),
            expected: numbers(&case["expected"])
                .iter()
                .map(|v| v / levels)
                .collect(),
            largest: case["largest"].as_f64().unwrap(),
            mean: case["mean"].as_f64().unwrap(),
        }
    };
    let all = file["cases"].as_array().unwrap().iter().map(case);
    let found: Vec<Case> = all.filter(|case| wanted(&case.name)).collect();
    assert!(!found.is_empty());
    found
}

fn check(case: &Case, got: &[f32]) {
    let gaps: Vec<f64> = got
        .iter()
        .zip(&case.expected)
        .map(|(got, want)| (f64::from(*got) - want).abs())
        .collect();
    let largest = gaps.iter().copied().fold(0.0, f64::max);
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let place = format!("{} {} {}", case.name, case.severity, case.params);
    println!("{place}: largest {largest:.6}, mean {mean:.6}");
    assert_eq!(got.len(), case.expected.len());
    assert!(largest <= case.largest, "{place}: {largest}");
    assert!(mean <= case.mean, "{place}: {mean} on average");
}

#[test]
fn corruptions_without_chance_match_the_libraries() {
    let fixed = [
        Corruption::DefocusBlur,
        Corruption::ZoomBlur,
        Corruption::Brightness,
        Corruption::Contrast,
        Corruption::Pixelate,
        Corruption::Jpeg,
    ];
    for corruption in fixed {
        for case in cases(|name| name == corruption.name()) {
            let mut images = case.input.clone();
            let shape = [case.channels, SIDE, SIDE];
            corruption
                .apply(case.severity, &mut images, shape, 0)
                .unwrap();
            check(&case, &images);
        }
    }
}

/// scipy turns about the middle between pixels, counter-clockwise as seen with its default axes.
#[test]
fn rotation_matches_scipy() {
    for case in cases(|name| name == "rotation") {
        let degrees = case.params["degrees"].as_f64().unwrap();
        let mut images = case.input.clone();
        let shift = Shift::Rotation {
            degrees,
            fill: Fill::Zero,
        };
        shift.apply(&mut images, [1, SIDE, SIDE], 0).unwrap();
        check(&case, &images);
    }
}
