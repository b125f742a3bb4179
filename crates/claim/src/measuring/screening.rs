//! Features chosen one by one, before any network sees them.

use decay_audit::significance::pearson;
use decay_data::{Dataset, Preprocess, Scaling, Target, TargetScale};
use decay_train::FoldScales;

/// Keeps the features with the largest squared correlation with the target on some rows, and makes all others 0.
///
/// ```text
/// score(feature) = Σ_k pearson(feature, target_k)²        target_k: the values, or whether a row is of class k
/// ```
///
/// # Source
/// Ambroise & McLachlan 2002, <https://doi.org/10.1073/pnas.102102699>, who show what it does to use more rows than those trained on.
pub fn keep_correlated(data: &Dataset, rows: &[usize], count: usize, features: &mut Preprocess) {
    let indicator = |label: u32, class: u32| f64::from(u8::from(label == class));
    let targets: Vec<Vec<f64>> = match &data.target {
        Target::Values { values, names } => (0..names.len())
            .map(|k| {
                rows.iter()
                    .map(|&row| values[row * names.len() + k])
                    .collect()
            })
            .collect(),
        Target::Flags { flags, labels } => (0..labels.len())
            .map(|k| {
                let own = rows.iter().map(|&row| flags[row * labels.len() + k]);
                own.map(|flag| f64::from(u8::from(flag))).collect()
            })
            .collect(),
        Target::Classes { labels, names } => (0..names.len() as u32)
            .map(|class| {
                rows.iter()
                    .map(|&row| indicator(labels[row], class))
                    .collect()
            })
            .collect(),
    };
    let score = |feature: usize| -> f64 {
        let value = |&row: &usize| f64::from(data.value(row, feature));
        let x: Vec<f64> = rows.iter().map(value).collect();
        // A side without variation has no correlation, and nothing to tell.
        let squared = |y: &Vec<f64>| pearson(&x, y).map_or(0.0, |found| found.coefficient.powi(2));
        targets.iter().map(squared).sum()
    };
    let mut ranked: Vec<(usize, f64)> = (0..data.features()).map(|f| (f, score(f))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    for &(feature, _) in ranked.iter().skip(count) {
        features.scale[feature] = 0.0;
    }
}

/// Standard scales of features and target, fitted on some rows; with `screened`, of the features that its rows and number
/// [keep](keep_correlated).
pub fn standard_scales(
    data: &Dataset,
    rows: &[usize],
    screened: Option<(&[usize], usize)>,
) -> FoldScales {
    let mut features = Preprocess::fit_with(data, rows, Scaling::Standard);
    if let Some((rows, count)) = screened {
        keep_correlated(data, rows, count, &mut features);
    }
    FoldScales {
        features,
        targets: TargetScale::fit(&data.target, rows),
    }
}

#[cfg(test)]
mod tests {
    use decay_data::{Embedded, Preprocess, Scaling, Storage, TargetScale};

    use super::{keep_correlated, standard_scales};
    use crate::lab::labels;

    #[test]
    fn the_features_are_kept_that_tell_most() {
        const KEPT: usize = 5;
        let mut data = Embedded::Wine.load().unwrap();
        let features = data.features();
        let rows: Vec<usize> = (0..data.rows).collect();
        let labels = labels(&data, &rows);
        let Storage::F32(values) = &mut data.features else {
            panic!("a table of numbers")
        };
        // The last features are the label itself, with an offset that correlation must not mind.
        for (row, label) in labels.into_iter().enumerate() {
            for feature in features - KEPT..features {
                values[row * features + feature] = (label * feature) as f32 - 500.0;
            }
        }
        let rows: Vec<usize> = rows.into_iter().step_by(9).collect();
        let mut scales = Preprocess::fit_with(&data, &rows, Scaling::Standard);
        keep_correlated(&data, &rows, KEPT, &mut scales);
        let kept = scales.scale.iter().map(|&scale| scale != 0.0);
        let wanted = (0..features).map(|feature| feature >= features - KEPT);
        assert!(kept.eq(wanted), "{:?}", scales.scale);
    }

    #[test]
    fn scales_and_screening_have_rows_of_their_own() {
        let data = Embedded::Diabetes.load().unwrap();
        let (few, more) = ([0, 5, 9, 20, 31], (0..60).collect::<Vec<_>>());
        let plain = standard_scales(&data, &few, None);
        let mut expected = Preprocess::fit_with(&data, &few, Scaling::Standard);
        assert_eq!(plain.features, expected);
        assert_eq!(plain.targets, TargetScale::fit(&data.target, &few));
        keep_correlated(&data, &more, 3, &mut expected);
        let screened = standard_scales(&data, &few, Some((&more, 3)));
        assert_eq!(
            (&screened.features, &screened.targets),
            (&expected, &plain.targets)
        );
        assert_ne!(
            expected,
            standard_scales(&data, &few, Some((&few, 3))).features
        );
    }
}
