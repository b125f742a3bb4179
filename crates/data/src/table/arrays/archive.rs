//! Which arrays of an archive are features and which are labels.

use super::labels::wrong;
use super::{Part, labels_of_array, labels_of_file};
use crate::files::Source;
use crate::files::npz::Npz;
use crate::{Options, Result};

/// Usual names of features and labels; where they say `train`, those that say `test` are the test set.
const PAIRS: [[&str; 2]; 9] = [
    ["x", "y"],
    ["X", "y"],
    ["X", "Y"],
    ["features", "labels"],
    ["data", "target"],
    ["images", "labels"],
    ["x_train", "y_train"],
    ["X_train", "y_train"],
    ["train_images", "train_labels"],
];

/// Features and labels of an archive, and its test set if it has one.
pub(super) fn read_archive(source: &Source, options: &Options) -> Result<(Part, Option<Part>)> {
    let mut npz = Npz::open(source)?;
    let names = npz.names();
    let pair = PAIRS.iter().find(|[features, _]| npz.has(features));
    let features = match (&options.array, pair, names.as_slice()) {
        (Some(own), ..) => own.clone(),
        (None, Some([features, _]), _) => (*features).to_owned(),
        (None, None, [only]) => only.clone(),
        (None, None, _) => {
            let reason = format!(
                "holds the arrays {}; data.array names the one of the features, data.labels that of the labels",
                names.join(", ")
            );
            return Err(wrong(&npz.path, reason));
        }
    };
    let usual = PAIRS
        .iter()
        .find(|[own, labels]| *own == features && npz.has(labels))
        .map(|[_, labels]| (*labels).to_owned());
    let labels = options.labels.clone().or(usual);
    let mut part = part_of(&mut npz, &features, labels.as_deref(), options)?;
    let test = |own: &str| own.replace("train", "test");
    let test_labels = labels.as_deref().map(test);
    let has_test = test(&features) != features && npz.has(&test(&features));
    let mut used = vec![features.clone()];
    used.extend(labels.clone());
    let test = if has_test {
        used.extend(test_labels.clone());
        used.push(test(&features));
        let labels = test_labels.as_deref();
        Some(part_of(&mut npz, &test(&features), labels, options)?)
    } else {
        None
    };
    let left: Vec<String> = names
        .into_iter()
        .filter(|own| !used.contains(own))
        .collect();
    if !left.is_empty() {
        let words = format!(
            "{}: arrays that are left out: {}",
            npz.path,
            left.join(", ")
        );
        part.notes.push(words);
    }
    Ok((part, test))
}

/// One array and its labels, which are another of the archive or a file.
fn part_of(npz: &mut Npz, features: &str, labels: Option<&str>, options: &Options) -> Result<Part> {
    let mut part = Part {
        path: npz.path.clone(),
        allowance: npz.allowance.clone(),
        features: npz.array(features)?,
        labels: Vec::new(),
        digests: vec![npz.digest.clone()],
        notes: Vec::new(),
    };
    if let Some(labels) = labels.filter(|_| !options.every_row) {
        let found = if npz.has(labels) {
            let array = npz.array(labels)?;
            labels_of_array(&format!("{}: {labels}", npz.path), array)?
        } else {
            labels_of_file(labels, &part.allowance, options)?
        };
        part.take_labels(found)?;
    }
    Ok(part)
}
