//! How often sentences are said of models of which they are not true, and of models of which they are.

use crate::synthetic::{normals, quick};
use decay_audit::calibration::EqualWidth;
use decay_audit::interval::SplitMix;
use decay_audit::recalibration::compare_recalibrations;
use decay_audit::verdict::{Sentence, recalibration_verdict, verdicts};
use decay_audit::{Figures, Logits, MemberLogits, audit_classification};

/// Rows and classes at which rates are measured.
const SIZES: [(usize, usize); 4] = [(50, 3), (100, 3), (200, 10), (50, 2)];
/// Samples of each size: a rate of 5 % is seen above 10 % twice in a thousand times.
const SAMPLES: u64 = 200;
const MOST: f64 = 0.1;

/// Logits of the given spread with labels drawn from their softmax at `truth` times the logits: calibrated at 1.
fn drawn(seed: u64, (rows, classes): (usize, usize), truth: f64) -> (Logits<'static>, Vec<usize>) {
    let values: Vec<f64> = normals(seed, 1, rows * classes)
        .iter()
        .map(|z| 2.0 * z)
        .collect();
    let draws = SplitMix::new(seed, 2);
    let label = |(row, z): (usize, &[f64])| {
        let odds: Vec<f64> = z.iter().map(|z| (truth * z).exp()).collect();
        let mut left = draws.unit(row as u64) * odds.iter().sum::<f64>();
        let past = odds.iter().position(|odds| {
            left -= odds;
            left < 0.0
        });
        past.unwrap_or(classes - 1)
    };
    let labels = values.chunks(classes).enumerate().map(label).collect();
    (Logits::new(values, rows, classes).unwrap(), labels)
}

/// Whose confidence says nothing: right in seven rows of ten, whatever it says.
fn blind(seed: u64, size: (usize, usize)) -> (Logits<'static>, Vec<usize>) {
    let (logits, _) = drawn(seed, size, 1.0);
    let draws = SplitMix::new(seed, 3);
    let labels = logits.predictions().into_iter().enumerate();
    let labels = labels.map(|(row, best)| match draws.unit(row as u64) < 0.7 {
        true => best,
        false => (best + 1) % size.1,
    });
    let labels = labels.collect();
    (logits, labels)
}

fn audited((logits, labels): &(Logits<'static>, Vec<usize>)) -> Figures {
    let member = MemberLogits {
        logits: logits.clone(),
        temperature: None,
    };
    audit_classification(&[member], labels, None, &quick(2, 0)).unwrap()
}

fn said(sample: &(Logits<'static>, Vec<usize>)) -> Vec<Sentence> {
    let figures = audited(sample);
    verdicts(&figures.metrics, figures.p_values.as_ref(), &[], false)
}

/// The share of samples of which this is so.
fn rate(of: impl Fn(u64) -> bool) -> f64 {
    (0..SAMPLES).filter(|&seed| of(seed)).count() as f64 / SAMPLES as f64
}

fn finds_fault(said: &[Sentence]) -> bool {
    let found = &said[0].headline;
    found.contains("confident by") || found.contains("in places")
}

#[test]
fn a_calibrated_model_is_seldom_called_anything_else() {
    for size in SIZES {
        let of = |truth: f64| rate(|seed| finds_fault(&said(&drawn(seed, size, truth))));
        let (alarms, twice) = (of(1.0), of(0.5));
        println!("{size:?}: {alarms:.3} of calibrated, {twice:.3} of logits twice too large");
        assert!(alarms <= MOST, "{size:?}: {alarms}");
        assert!(
            twice > if size.0 >= 100 { 0.8 } else { 0.3 },
            "{size:?}: {twice}"
        );
    }
}

/// An interval of the expected calibration error holds the model's own in 95 % of samples, calibrated or not.
#[test]
fn the_interval_of_the_calibration_error_covers_the_models_own() {
    for size in SIZES {
        for truth in [1.0, 0.6] {
            let own = own_error(size.1, truth);
            let covered = rate(|seed| {
                let ece = audited(&drawn(seed, size, truth)).metrics["ece"];
                ece.low <= own && own <= ece.high
            });
            let width = audited(&drawn(0, size, truth)).metrics["ece"];
            println!(
                "{size:?} at {truth}: {own:.3} covered in {covered:.3}, as {:.3} to {:.3} around {:.3}",
                width.low, width.high, width.mean
            );
            // 95 % is seen below 91 % twice in a thousand times.
            assert!(covered >= 0.91, "{size:?} at {truth}: {covered}");
        }
    }
}

/// A model that is nearly certain and mostly right on all rows of a sample has an interval, too.
#[test]
fn the_interval_covers_the_error_of_a_model_that_is_right_on_all_rows() {
    for (rows, accuracy) in [(30, 0.97), (100, 0.98), (100, 0.9999)] {
        let odds: f64 = 9.0;
        let own = (1.0 / (1.0 + (-odds).exp()) - accuracy).abs();
        let covered = rate(|seed| {
            let draws = SplitMix::new(seed, 4);
            let label = |row: usize| usize::from(draws.unit(row as u64) >= accuracy);
            let logits = Logits::new([odds, 0.0].repeat(rows), rows, 2).unwrap();
            let ece = audited(&(logits, (0..rows).map(label).collect())).metrics["ece"];
            ece.low <= own + 1e-12 && own <= ece.high + 1e-12
        });
        println!("{rows} rows, {accuracy} right: covered in {covered:.3}");
        assert!(covered >= 0.91, "{rows}, {accuracy}: {covered}");
    }
}

/// On rows without end.
fn own_error(classes: usize, truth: f64) -> f64 {
    if truth == 1.0 {
        return 0.0;
    }
    let sample = drawn(9999, (200_000, classes), truth);
    decay_audit::calibration::calibration_error(&sample.0, &sample.1).unwrap()
}

#[test]
fn confidence_that_says_nothing_is_seldom_praised_or_blamed() {
    for size in SIZES {
        let silent = "These rows cannot tell whether it knows which cases are hard.";
        let speaks = |seed, sample: fn(u64, (usize, usize)) -> _| {
            let said: Vec<Sentence> = said(&sample(seed, size));
            said[1].headline != silent
        };
        let alarms = rate(|seed| speaks(seed, blind));
        let power = rate(|seed| speaks(seed, |seed, size| drawn(seed, size, 1.0)));
        println!("{size:?}: {alarms:.3} of blind, {power:.3} of calibrated ones");
        assert!(alarms <= MOST, "{size:?}: {alarms}");
        assert!(
            power > if size.0 >= 100 { 0.6 } else { 0.3 },
            "{size:?}: {power}"
        );
    }
}

#[test]
fn a_repair_of_a_calibrated_model_is_seldom_seen_to_help() {
    for (rows, classes) in [(50, 3), (100, 3), (200, 3)] {
        let helped = |truth: f64| {
            rate(|seed| {
                let (logits, labels) = drawn(seed, (rows, classes), truth);
                let compared =
                    compare_recalibrations(&logits, &labels, 5, 0, EqualWidth::default());
                let said = recalibration_verdict(&compared.unwrap()).unwrap();
                said.headline.contains("lowers the loss")
            })
        };
        let (alarms, power) = (helped(1.0), helped(0.5));
        println!(
            "{rows} rows, {classes} classes: {alarms:.3} of calibrated, {power:.3} of logits twice too large"
        );
        assert!(alarms <= MOST, "{alarms}");
        assert!(rows < 200 || power > 0.3, "{power}");
    }
}
