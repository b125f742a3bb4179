//! Statistics of a fold: what they are, and that no other row enters them.

use decay_data::{Dataset, Embedded, Options, Preprocess, Scaling, Storage, Target, TargetScale};
use proptest::prelude::*;

use crate::files::table;

fn dataset(text: &str) -> Dataset {
    Dataset::from_table(&table(text), &Options::default()).unwrap()
}

fn bits(preprocess: &Preprocess) -> Vec<u32> {
    let all = [&preprocess.center, &preprocess.scale, &preprocess.fill];
    all.into_iter()
        .flatten()
        .map(|value| value.to_bits())
        .collect()
}

fn mean_and_sd(values: impl Iterator<Item = f32> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().map(f64::from).sum::<f64>() / count;
    (
        mean,
        (values.map(|v| (f64::from(v) - mean).powi(2)).sum::<f64>() / count).sqrt(),
    )
}

/// By hand: mean 2 and population sd 1 of 1 and 3.
#[test]
fn standard_scaling_by_hand() {
    let data = dataset("x,y\n1,0.5\n3,0.25\n9,0.75\nNA,0.5\n");
    let fitted = Preprocess::fit(&data, &[0, 1, 3]);
    assert_eq!(
        (fitted.center[0], fitted.scale[0], fitted.fill[0]),
        (2.0, 1.0, 0.0)
    );
    assert_eq!(fitted.apply(&data, &[2, 3])[..], [7.0, 0.0, 0.0, 1.0]);
}

#[test]
fn labels_stay_flags_and_vanish_where_the_fold_lacks_them() {
    let data = dataset("k,y\na,0.5\nb,0.25\nc,0.75\na,0.5\n");
    let fitted = Preprocess::fit(&data, &[0, 1, 3]);
    assert_eq!(fitted.scale, [1.0, 1.0, 0.0]);
    assert_eq!(fitted.center, [0.0; 3]);
    assert_eq!(fitted.apply(&data, &[1, 2]), [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn column_constant_or_missing_in_the_fold_contributes_nothing() {
    let data = dataset("x,z,y\n0.1,NA,0.5\n0.1,NA,0.25\n0.7,5,0.75\n0.1,6,0.5\n");
    for scaling in [Scaling::Standard, Scaling::Robust] {
        let fitted = Preprocess::fit_with(&data, &[0, 1], scaling);
        let scaled = fitted.apply(&data, &[0, 1, 2, 3]);
        assert!(scaled.iter().all(|&value| value == 0.0), "{scaled:?}");
        assert!(fitted.center.iter().all(|value| value.is_finite()));
    }
}

#[test]
fn other_scalings() {
    let data = dataset("x,z,y\n1,10,0.5\n3,20,0.25\n2,NA,0.75\n");
    let rows = [0, 1, 2];
    let apply = |scaling| Preprocess::fit_with(&data, &rows, scaling).apply(&data, &rows);
    assert_eq!(
        apply(Scaling::UnitRange),
        [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.5, 0.5, 1.0]
    );
    assert_eq!(
        apply(Scaling::None),
        [1.0, 10.0, 0.0, 3.0, 20.0, 0.0, 2.0, 15.0, 1.0]
    );
    assert_eq!(apply(Scaling::Auto), apply(Scaling::Standard));
    // One mean and one spread of 1, 2, 3, 10, 20.
    let sd = (((6.2_f64.powi(2) + 4.2_f64.powi(2) + 5.2_f64.powi(2))
        + 2.8_f64.powi(2)
        + 12.8_f64.powi(2))
        / 5.0)
        .sqrt();
    let global = apply(Scaling::Global);
    assert!((f64::from(global[0]) - (1.0 - 7.2) / sd).abs() < 1e-6);
    assert!((f64::from(global[4]) - (20.0 - 7.2) / sd).abs() < 1e-6);
}

/// Quartiles of 1, 2, 4, 8 and 1000: 2, 4 and 8. Those of 0, 0, 0, 0 and 4 coincide, and the range is 4.
#[test]
fn robust_scaling_by_hand() {
    let data = dataset(
        "x,ties,same,k,y\n1,0,7,a,0.5\n2,0,7,b,0.5\n4,0,7,a,0.5\n8,0,7,b,0.25\n1000,4,7,a,0.75\nNA,1,7,b,1.5\n5,3,7,b,2\n",
    );
    let fitted = Preprocess::fit_with(&data, &[0, 1, 2, 3, 4, 5], Scaling::Robust);
    let names = data.schema.feature_names();
    let of = |name: &str| {
        let place = names.iter().position(|own| own == name).unwrap();
        (
            fitted.center[place],
            fitted.scale[place],
            fitted.fill[place],
        )
    };
    assert_eq!(of("x"), (4.0, (1.0_f64 / 6.0) as f32, 0.0));
    // Of 0, 0, 0, 0, 1 and 4 the upper quartile is 0.75.
    assert_eq!(of("ties"), (0.0, (1.0_f64 / 0.75) as f32, 0.0));
    assert_eq!(of("k=a"), (0.0, 1.0, 0.0));
    assert_eq!(of("x is missing"), (0.0, 1.0, 0.0));
    let fitted = Preprocess::fit_with(&data, &[0, 1, 2, 3, 4], Scaling::Robust);
    let place = names.iter().position(|own| own == "ties").unwrap();
    assert_eq!((fitted.center[place], fitted.scale[place]), (0.0, 0.5));
    let scaled = fitted.apply(&data, &[4, 5]);
    let width = data.features();
    assert_eq!((scaled[0], scaled[width]), (166.0, 0.0));
    if let Some(same) = names.iter().position(|own| own == "same") {
        assert_eq!(fitted.scale[same], 0.0);
    }
}

/// Two rows lie between their quartiles; an even number of values has its median between two of them.
#[test]
fn quartiles_are_interpolated() {
    let data = dataset("x,y\n1,0.5\n3,0.25\n");
    let fitted = Preprocess::fit_with(&data, &[0, 1], Scaling::Robust);
    assert_eq!((fitted.center[0], fitted.scale[0]), (2.0, 1.0));
}

#[test]
fn robust_scaling_shares_one_map_among_pixels() {
    let fashion = Embedded::FashionMini.load().unwrap();
    let rows: Vec<usize> = (0..400).collect();
    let fit = |scaling| bits(&Preprocess::fit_with(&fashion, &rows, scaling));
    assert_eq!(fit(Scaling::Robust), fit(Scaling::Global));
}

/// `None` gives the file's values back, though the column was shifted for storage.
#[test]
fn no_scaling_undoes_the_shift() {
    let data = dataset("x,y\n1000001,0.5\n1000002,0.25\n1000003,0.75\n");
    let scaled = Preprocess::fit_with(&data, &[0, 1, 2], Scaling::None).apply(&data, &[0, 1, 2]);
    assert_eq!(scaled, [1_000_001.0, 1_000_002.0, 1_000_003.0]);
}

#[test]
fn images_share_one_map_and_digits_do_not() {
    let fashion = Embedded::FashionMini.load().unwrap();
    let rows: Vec<usize> = (0..1600).collect();
    let fitted = Preprocess::fit(&fashion, &rows);
    assert!(fitted.scale.iter().all(|scale| *scale == fitted.scale[0]));
    let (mean, sd) = mean_and_sd(fitted.apply(&fashion, &rows).into_iter());
    assert!(mean.abs() < 1e-4 && (sd - 1.0).abs() < 1e-4, "{mean} {sd}");
    let digits = Embedded::Digits.load().unwrap();
    let fitted = Preprocess::fit(&digits, &rows);
    // The left edge is blank in every digit.
    assert_eq!(fitted.scale[0], 0.0);
    assert_ne!(fitted.scale[20], fitted.scale[21]);
}

#[test]
fn regression_target_is_standardised_on_its_rows() {
    let target = |values: [f64; 4]| Target::value("y", values.into());
    let scale = TargetScale::fit(&target([1.0, 3.0, 500.0, f64::NAN]), &[0, 1])[0];
    assert_eq!(scale, TargetScale { mean: 2.0, sd: 1.0 });
    assert_eq!(scale.invert(scale.apply(7.5)), 7.5);
    let constant = TargetScale::fit(&target([0.1; 4]), &[0, 1, 2]);
    assert_eq!(constant, [TargetScale { mean: 0.1, sd: 1.0 }]);
    let classes = Target::Classes {
        labels: vec![0, 1],
        names: vec!["a".into(), "b".into()],
    };
    assert_eq!(TargetScale::fit(&classes, &[0, 1]), []);
    // Two targets side by side, each on its own scale.
    let both = Target::Values {
        values: vec![1.0, 10.0, 3.0, 50.0, 500.0, f64::NAN],
        names: vec!["y".into(), "z".into()],
    };
    let wanted = [(2.0, 1.0), (30.0, 20.0)].map(|(mean, sd)| TargetScale { mean, sd });
    assert_eq!(TargetScale::fit(&both, &[0, 1]), wanted);
}

/// Three columns: a number with gaps, a large number, a label.
fn mixed_rows() -> impl Strategy<Value = Vec<(Option<f32>, f64, String)>> {
    let row = (
        prop::option::weighted(0.8, -100.0_f32..100.0),
        1e6..1.001e6_f64,
        "[abcd]",
    );
    prop::collection::vec(row, 12..60)
}

fn mixed_text(rows: &[(Option<f32>, f64, String)]) -> String {
    let mut text = String::from("gaps,large,label,y\n");
    for (index, (gaps, large, label)) in rows.iter().enumerate() {
        let gaps = gaps.map(|value| value.to_string()).unwrap_or_default();
        text.push_str(&format!("{gaps},{large},{label},{index}.5\n"));
    }
    text
}

proptest! {
    #[test]
    fn training_rows_get_mean_0_and_sd_1(rows in mixed_rows(), keep in 6_usize..12) {
        let data = dataset(&mixed_text(&rows));
        let train: Vec<usize> = (0..keep).collect();
        let fitted = Preprocess::fit(&data, &train);
        let scaled = fitted.apply(&data, &train);
        for (feature, name) in data.schema.feature_names().iter().enumerate() {
            let values = scaled.iter().copied().skip(feature).step_by(data.features());
            let (mean, sd) = mean_and_sd(values.clone());
            if name == "large" {
                prop_assert!(mean.abs() < 1e-3 && (sd - 1.0).abs() < 1e-3, "{} {}", mean, sd);
            } else if name == "gaps" {
                let present = (0..keep).filter(|&row| !data.value(row, feature).is_nan());
                let present = present.map(|row| scaled[row * data.features() + feature]);
                let (_, present_sd) = mean_and_sd(present);
                prop_assert!(mean.abs() < 1e-3, "{}", mean);
                prop_assert!(fitted.scale[feature] == 0.0 || (present_sd - 1.0).abs() < 1e-3);
            } else {
                prop_assert!(values.clone().all(|value| value == 0.0 || value == 1.0));
            }
        }
    }

    /// The rows outside the fold may hold anything, NaN included: not a bit of the result changes.
    #[test]
    fn rows_outside_the_fold_do_not_matter(rows in mixed_rows(), keep in 6_usize..12, which in 0..6) {
        let scaling = [Scaling::Auto, Scaling::Standard, Scaling::Global, Scaling::Robust, Scaling::UnitRange, Scaling::None]
            [which as usize];
        let mut data = dataset(&mixed_text(&rows));
        let train: Vec<usize> = (0..data.rows).rev().step_by(2).take(keep).collect();
        let before = bits(&Preprocess::fit_with(&data, &train, scaling));
        let width = data.features();
        if let Storage::F32(values) = &mut data.features {
            for (row, features) in values.chunks_mut(width).enumerate() {
                if !train.contains(&row) {
                    features.fill(f32::NAN);
                }
            }
        }
        prop_assert_eq!(before, bits(&Preprocess::fit_with(&data, &train, scaling)));
    }
}
