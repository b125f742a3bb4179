//! Where the rows of an audit come from, and whether the models have trained on them.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use decay_data::{Dataset, Target};

use crate::data::Data;

/// Where the rows of an audit come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The run set them aside: no model trained on them, and nothing was chosen by them.
    HeldOut,
    /// Whoever asked for the audit.
    Supplied {
        /// How many of them are rows that the models trained on; `None` where that cannot be told.
        trained_on: Option<usize>,
    },
}

impl Origin {
    /// `on 36 rows that no choice has seen`
    pub(super) fn in_words(self, rows: usize) -> String {
        match self {
            Self::HeldOut => format!("on {rows} rows that no choice has seen"),
            Self::Supplied { trained_on: None } => {
                format!("on {rows} rows you supplied, which may be ones that were trained on")
            }
            Self::Supplied {
                trained_on: Some(0),
            } => {
                format!(
                    "on {rows} rows you supplied, none of which is among those that were trained on"
                )
            }
            Self::Supplied {
                trained_on: Some(seen),
            } => format!(
                "on {rows} rows you supplied, {seen} of which were trained on: on new rows it may do worse"
            ),
        }
    }

    /// `Held-out accuracy` or `Accuracy on these rows`, of a figure that begins with a capital.
    pub(super) fn of(self, figure: &str) -> String {
        match self {
            Self::HeldOut => {
                let mut letters = figure.chars();
                let first = letters.next().map(|first| first.to_lowercase().to_string());
                format!("Held-out {}{}", first.unwrap_or_default(), letters.as_str())
            }
            Self::Supplied { .. } => format!("{figure} on these rows"),
        }
    }
}

/// How many of some rows equal, in every feature and in what is predicted, a row that the models of a run trained on; `everything` where
/// these trained on the held-out rows, too. `None` of graphs, whose nodes are no rows of their own, and where the run's data are gone.
pub(super) fn trained_on(
    own: Option<&Data>,
    everything: bool,
    data: &Dataset,
    rows: &[usize],
) -> Option<usize> {
    let own = own.filter(|own| own.dataset.graph.is_none() && data.graph.is_none())?;
    let training = own.training.iter().map(|&row| digest(&own.dataset, row));
    let mut known: HashSet<u64> = training.collect();
    if let (Some((held_out, rows)), true) = (own.held_out(), everything) {
        known.extend(rows.iter().map(|&row| digest(held_out, row)));
    }
    let seen = rows
        .iter()
        .filter(|&&row| known.contains(&digest(data, row)));
    Some(seen.count())
}

/// A number for a row's features and what is to be predicted of it.
fn digest(data: &Dataset, row: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    for feature in 0..data.features() {
        data.value(row, feature).to_bits().hash(&mut hasher);
    }
    match &data.target {
        Target::Classes { labels, .. } => labels[row].hash(&mut hasher),
        Target::Values { values, names } => {
            let own = &values[row * names.len()..(row + 1) * names.len()];
            own.iter()
                .for_each(|value| value.to_bits().hash(&mut hasher));
        }
        Target::Flags { flags, labels } => {
            flags[row * labels.len()..(row + 1) * labels.len()].hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn unseen_is_said_of_held_out_rows_alone() {
        let supplied = |trained_on| Origin::Supplied { trained_on };
        for (origin, says) in [
            (Origin::HeldOut, "no choice has seen"),
            (supplied(None), "may be ones that were trained on"),
            (supplied(Some(0)), "none of which"),
            (supplied(Some(7)), "7 of which were trained on"),
        ] {
            let words = origin.in_words(9);
            assert!(words.contains(says), "{words}");
            assert_eq!(
                words.contains("no choice has seen"),
                origin == Origin::HeldOut
            );
        }
        assert_eq!(Origin::HeldOut.of("Accuracy"), "Held-out accuracy");
        assert_eq!(supplied(None).of("Accuracy"), "Accuracy on these rows");
    }
}
