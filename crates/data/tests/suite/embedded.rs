//! The embedded sets, against what their sources say of them.

use decay_data::{Dataset, Embedded, Options, Storage, Target, load, reduce_images};

fn class_counts(data: &Dataset) -> Vec<usize> {
    let Target::Classes { labels, names } = &data.target else {
        panic!("{} has no classes", data.name)
    };
    (0..names.len())
        .map(|class| {
            labels
                .iter()
                .filter(|&&label| label as usize == class)
                .count()
        })
        .collect()
}

#[test]
fn every_set_is_what_it_says() {
    for set in Embedded::ALL {
        let data = set.load().unwrap();
        assert_eq!(data.name, set.name());
        assert_eq!(
            (data.rows, data.shape.as_slice()),
            (set.rows(), set.shape())
        );
        assert_eq!(data.features.len(), data.rows * data.features());
        assert_eq!(data.target.len(), data.rows);
        assert_eq!(data.provenance.source, "embedded");
        assert_eq!(data.provenance.rows, data.rows);
        assert_eq!(data.provenance.licence.as_deref(), Some(set.licence()));
        assert!(data.schema.notes.is_empty(), "{:?}", data.schema.notes);
        assert_eq!(Embedded::from_name(set.name()), Some(set));
        assert!(!set.description().is_empty() && !set.source().is_empty());
        let loaded = load(&format!("embedded:{}", set.name()), &Options::default()).unwrap();
        assert_eq!(loaded.train.features, data.features);
        assert_eq!(loaded.train.name, data.name);
    }
}

/// Class counts of scikit-learn's descriptions; means computed there.
#[test]
fn class_counts_are_those_published() {
    let counts = |set: Embedded| class_counts(&set.load().unwrap());
    assert_eq!(
        counts(Embedded::Digits),
        [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    );
    assert_eq!(counts(Embedded::Wine), [59, 71, 48]);
    assert_eq!(counts(Embedded::BreastCancer), [357, 212]);
    assert_eq!(counts(Embedded::FashionMini).iter().sum::<usize>(), 2000);
}

#[test]
fn names_and_values_are_in_their_places() {
    let cancer = Embedded::BreastCancer.load().unwrap();
    assert_eq!(cancer.target.task().outputs(), 2);
    let names = cancer.schema.feature_names();
    assert_eq!(
        (names[0].as_str(), names[14].as_str(), names[29].as_str()),
        ("mean radius", "smoothness error", "worst fractal dimension")
    );
    assert_eq!(cancer.value(0, 0), 17.99);
    // The first row is malignant, the second class by name.
    assert!(
        matches!(&cancer.target, Target::Classes { labels, names } if names[labels[0] as usize] == "malignant")
    );
    let diabetes = Embedded::Diabetes.load().unwrap();
    assert_eq!(diabetes.value(1, 2), 21.6);
    let Target::Values { values, names } = &diabetes.target else {
        panic!()
    };
    assert_eq!(
        (values[0], values[1], names.as_slice()),
        (151.0, 75.0, ["progression".to_owned()].as_slice())
    );
    let digits = Embedded::Digits.load().unwrap();
    assert_eq!(digits.value(0, 3), 13.0);
    let Storage::U8(pixels) = &digits.features else {
        panic!()
    };
    assert_eq!(pixels.iter().max(), Some(&16));
}

#[test]
fn options_apply_to_embedded_tables() {
    let options = Options {
        targets: vec!["alcohol".into()],
        drop: vec!["hue".into()],
        ..Options::default()
    };
    let wine = load("wine", &options).unwrap().train;
    assert_eq!(wine.schema.target(), "alcohol");
    // 11 numbers are left and the grower takes three flags.
    assert_eq!(wine.features(), 14);
    let message = load(
        "wine",
        &Options {
            drop: vec!["hues".into()],
            ..options
        },
    )
    .unwrap_err()
    .to_string();
    assert!(message.contains("did you mean 'hue'"), "{message}");
}

#[test]
fn reduction_keeps_intensity_and_place() {
    let fashion = Embedded::FashionMini.load().unwrap();
    let small = reduce_images(&fashion, 8, 8, 16.0).unwrap();
    assert_eq!(
        (small.shape.as_slice(), small.rows),
        ([1, 8, 8].as_slice(), 2000)
    );
    let (Storage::U8(large), Storage::F32(small)) = (&fashion.features, &small.features) else {
        panic!()
    };
    assert!(small.iter().all(|value| (0.0..=16.0).contains(value)));
    for image in [0, 7, 1999] {
        let before: f64 = large[image * 784..][..784]
            .iter()
            .map(|&v| f64::from(v))
            .sum::<f64>()
            / 784.0;
        let after: f64 = small[image * 64..][..64]
            .iter()
            .map(|&v| f64::from(v))
            .sum::<f64>()
            / 64.0;
        assert!(
            (before * 16.0 / 255.0 - after).abs() < 1e-4,
            "{before} {after}"
        );
    }
    // 28 / 8 = 3.5: the first output pixel takes 3 whole rows and half of the fourth.
    let weight = |i: usize| if i < 3 { 1.0 } else { 0.5 };
    let first: f64 = (0..4)
        .flat_map(|y| (0..4).map(move |x| (y, x)))
        .map(|(y, x)| weight(y) * weight(x) * f64::from(large[11 * 784 + y * 28 + x]))
        .sum();
    assert!((f64::from(small[11 * 64]) - first / 12.25 * 16.0 / 255.0).abs() < 1e-5);
}

#[test]
fn reduction_to_the_same_size_changes_the_scale_only() {
    let digits = Embedded::Digits.load().unwrap();
    let same = reduce_images(&digits, 8, 8, 1.0).unwrap();
    assert!((0..640).all(|i| (same.features.get(i) * 16.0 - digits.features.get(i)).abs() < 1e-5));
    assert!(reduce_images(&digits, 9, 8, 1.0).is_err());
    assert!(reduce_images(&Embedded::Wine.load().unwrap(), 2, 2, 1.0).is_err());
}
