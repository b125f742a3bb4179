//! Files, curves and second axes.

use super::{Better, MeasurementKey, Measurements};

fn key(rate: f64, replicate: usize) -> MeasurementKey<'static> {
    MeasurementKey {
        study: "a, \"b\"",
        series: "",
        rate,
        half_life: 1.0 / rate,
        replicate,
    }
}

fn measured() -> Measurements {
    let mut all = Measurements::default();
    for (rate, replicate) in [(1.0, 0), (0.0, 1), (0.0, 0), (1.0, 1), (0.1, 0), (0.1, 1)] {
        let value = rate + 0.1 * replicate as f64 + 1.0 / 3.0;
        all.add(key(rate, replicate), [("loss", value)]);
        all.add_at(key(rate, replicate), 5.0, "loss", 2.0 * value);
    }
    all
}

#[test]
fn a_file_keeps_every_bit_and_what_is_missing() {
    let mut all = measured();
    all.add(key(2.0, 0), [("loss", f64::NAN), ("norm", f64::INFINITY)]);
    let read = Measurements::from_csv(&all.to_csv().unwrap(), "m.csv").unwrap();
    assert_eq!(format!("{read:?}"), format!("{all:?}"));
    assert!(read.rows[12].value.is_nan() && read.rows[4].half_life.is_infinite());
}

#[test]
fn a_file_that_is_none_is_refused_with_its_line() {
    let bytes = b"study,series,rate,half_life,at,replicate,metric,value\ns,,x,1,NaN,0,m,1\n";
    let error = Measurements::from_csv(bytes, "m.csv")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("m.csv: ") && error.contains("line: 2"),
        "{error}"
    );
}

#[test]
fn a_curve_is_in_order_of_rates_and_replicates_whatever_the_order_of_measuring() {
    let curve = measured().curve("a, \"b\"", "", "loss").unwrap();
    assert_eq!(curve.rates, [0.0, 0.1, 1.0]);
    assert_eq!(curve.half_lives[0], f64::INFINITY);
    let first: Vec<f64> = curve.values.iter().map(|v| v[1] - v[0]).collect();
    assert!(first.iter().all(|d| (d - 0.1).abs() < 1e-12), "{first:?}");
    assert_eq!(
        (curve.lowest(), curve.highest(), curve.replicates()),
        (0, 2, 2)
    );
    assert_eq!(curve.only(|rate| rate > 0.0).rates, [0.1, 1.0]);
}

#[test]
fn places_of_the_second_axis_are_apart() {
    let all = measured();
    assert_eq!(all.places("a, \"b\"", "", "loss"), [5.0]);
    let (places, values) = all.along("a, \"b\"", "", "loss", 0.1).unwrap();
    assert_eq!((places, values.len(), values[0].len()), (vec![5.0], 1, 2));
    assert!(all.along("a, \"b\"", "", "loss", 0.2).is_err());
}

/// The loss rises with the rate, and from each replicate to the next.
#[test]
fn a_metric_is_taken_where_another_is_best() {
    let mut all = measured();
    for (rate, replicate) in [(0.0, 0), (0.0, 1), (0.1, 0), (0.1, 1), (1.0, 0), (1.0, 1)] {
        let value = 10.0 * rate + replicate as f64;
        all.add(key(rate, replicate), [("figure", value)]);
    }
    let chosen = |judge, better| all.chosen("a, \"b\"", "", "figure", judge, better);
    assert_eq!(chosen("loss", Better::Lower).unwrap(), [0.0, 1.0]);
    assert_eq!(chosen("loss", Better::Higher).unwrap(), [10.0, 11.0]);
    assert!(chosen("other", Better::Lower).is_err());
}

#[test]
fn a_rate_at_which_a_replicate_diverged_is_left_out_and_a_missing_one_is_an_error() {
    let mut all = measured();
    all.rows[4].value = f64::NAN;
    assert_eq!(all.curve("a, \"b\"", "", "loss").unwrap().rates, [0.1, 1.0]);
    all.rows.remove(0);
    let error = all.curve("a, \"b\"", "", "loss").unwrap_err().to_string();
    assert!(error.contains("1 replicates at rate 1"), "{error}");
    assert!(all.curve("a, \"b\"", "", "accuracy").is_err());
}

#[test]
fn rounded_numbers_have_five_decimals() {
    let mut all = Measurements::default();
    all.add_rounded(key(1.0, 0), [("a", -2.0 / 3.0), ("b", f64::INFINITY)]);
    let values: Vec<f64> = all.rows.iter().map(|row| row.value).collect();
    assert_eq!(values, [-0.66667, f64::INFINITY]);
}

#[test]
fn curves_by_epoch_are_means_that_end_with_the_last_epoch() {
    let mut all = Measurements::default();
    let curves: Vec<Vec<f64>> = (0..2)
        .map(|m| (1..=10).map(|e| f64::from(e * (m + 1))).collect())
        .collect();
    all.add_by_epoch(key(1.0, 0), "by epoch", &curves, 4);
    let found: Vec<(f64, f64)> = all.rows.iter().map(|row| (row.at, row.value)).collect();
    assert_eq!(
        found,
        [
            (10.0, 15.0),
            (8.0, 12.0),
            (6.0, 9.0),
            (4.0, 6.0),
            (2.0, 3.0)
        ]
    );
}
