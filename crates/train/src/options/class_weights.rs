//! How much each class counts in training.

use std::fmt;
use std::str::FromStr;

use decay_options::{Kind, Value};
use serde::{Deserialize, Serialize};

/// How much each class counts in the training loss: only the ratios matter.
///
/// | written | weight of class `c` |
/// | :-- | :-- |
/// | `none` | 1 |
/// | `balanced` | `n / (K n_c)` of a fold's `n` training rows, of which `n_c` have the class, and its `K` classes, as scikit-learn's `compute_class_weight` |
/// | `spam=3,ham=1` | as given; 1 for classes that are not named |
///
/// ```
/// use decay_train::ClassWeights;
///
/// let weights: ClassWeights = "spam=3, ham=0.5".parse()?;
/// assert_eq!(weights.to_string(), "spam=3,ham=0.5");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ClassWeights {
    /// Every row counts alike.
    #[default]
    None,
    /// Every class counts alike.
    Balanced,
    /// Classes by name.
    Named(Vec<(String, f64)>),
}

impl ClassWeights {
    /// The weight of each class, by its place in `names`.
    ///
    /// # Shapes
    /// - `counts`: training rows of each class, as many as `names`
    pub(crate) fn of_classes(&self, names: &[String], counts: &[usize]) -> Vec<f64> {
        match self {
            Self::None => vec![1.0; names.len()],
            Self::Balanced => {
                let rows: usize = counts.iter().sum();
                let occurring = counts.iter().filter(|&&count| count > 0).count();
                // A class without rows weighs nothing in any sum.
                let weight = |&count: &usize| rows as f64 / (occurring * count.max(1)) as f64;
                counts.iter().map(weight).collect()
            }
            Self::Named(given) => {
                let weight = |name: &String| {
                    let own = given.iter().find(|(class, _)| class == name);
                    own.map_or(1.0, |(_, weight)| *weight)
                };
                names.iter().map(weight).collect()
            }
        }
    }

    /// A name that is no class.
    pub(crate) fn unknown(&self, names: &[String]) -> Option<&str> {
        let Self::Named(given) = self else {
            return None;
        };
        let mut classes = given.iter().map(|(class, _)| class);
        classes
            .find(|class| !names.contains(class))
            .map(String::as_str)
    }
}

impl FromStr for ClassWeights {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            format!(
                "must be none, balanced or weights such as spam=3,ham=1, each in [0, inf): {what}"
            )
        };
        match text.trim() {
            "none" => return Ok(Self::None),
            "balanced" => return Ok(Self::Balanced),
            _ => {}
        }
        let mut given: Vec<(String, f64)> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (class, weight) = part
                .rsplit_once('=')
                .ok_or_else(|| wrong(&format!("got '{part}'")))?;
            let (class, weight) = (class.trim(), weight.trim());
            let weight = weight
                .parse()
                .ok()
                .filter(|w| (0.0..f64::INFINITY).contains(w));
            let weight = weight.ok_or_else(|| wrong(&format!("got '{part}'")))?;
            if given.iter().any(|(other, _)| other == class) {
                return Err(wrong(&format!("'{class}' is named twice")));
            }
            given.push((class.to_owned(), weight));
        }
        Ok(Self::Named(given))
    }
}

impl TryFrom<String> for ClassWeights {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ClassWeights> for String {
    fn from(weights: ClassWeights) -> Self {
        weights.to_string()
    }
}

impl fmt::Display for ClassWeights {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => out.write_str("none"),
            Self::Balanced => out.write_str("balanced"),
            Self::Named(given) => {
                let parts: Vec<String> = given
                    .iter()
                    .map(|(class, w)| format!("{class}={w}"))
                    .collect();
                out.write_str(&parts.join(","))
            }
        }
    }
}

impl Value for ClassWeights {
    const KIND: Kind = Kind::Text;

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::ClassWeights;

    fn names() -> Vec<String> {
        ["a", "b", "c"].map(str::to_owned).to_vec()
    }

    /// scikit-learn's `compute_class_weight("balanced", classes=[0, 1], y=[0] * 6 + [1] * 2)`; of a third class that does not occur
    /// it says nothing.
    #[test]
    fn balanced_weights_are_those_of_scikit_learn() {
        let weights = ClassWeights::Balanced.of_classes(&names(), &[6, 2, 0]);
        assert!((weights[0] - 0.666_666_666_666_666_6).abs() < 1e-15);
        assert_eq!(weights[1], 2.0);
    }

    #[test]
    fn weights_are_read_and_written() {
        for text in ["none", "balanced", "a=2,b=0.5", "x=y=3"] {
            let weights: ClassWeights = text.parse().unwrap();
            assert_eq!(weights.to_string(), text);
        }
        let weights: ClassWeights = " b = 4 ".parse().unwrap();
        assert_eq!(weights.of_classes(&names(), &[1, 1, 1]), [1.0, 4.0, 1.0]);
        assert_eq!(weights.unknown(&names()), None);
        let other: ClassWeights = "d=4".parse().unwrap();
        assert_eq!(other.unknown(&names()), Some("d"));
    }

    #[test]
    fn what_is_no_weight_is_refused() {
        for text in [
            "", "equal", "a=-1", "a=inf", "a=nan", "a=b", "a=1,a=2", "a=1,",
        ] {
            assert!(text.parse::<ClassWeights>().is_err(), "{text}");
        }
    }
}
