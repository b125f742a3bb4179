//! What the first line of a `.graph.txt` file says of the others.

use std::ops::RangeInclusive;

use crate::{GraphError, Result};

/// Counts that must hold and ranges of node ids.
#[derive(Debug, Default)]
pub(crate) struct Promise {
    nodes: Option<usize>,
    pub(crate) features: Option<usize>,
    edges: Option<usize>,
    pub(crate) train: Option<RangeInclusive<u64>>,
    pub(crate) validation: Option<RangeInclusive<u64>>,
}

impl Promise {
    /// Reads `key=value` words; those with other keys and all other words are prose.
    ///
    /// # Errors
    /// [`GraphError::Declaration`].
    pub(crate) fn parse(words: &[&str], path: &str, line: u64) -> Result<Self> {
        let mut promise = Self::default();
        for word in words {
            let Some((key, value)) = word.trim_end_matches([';', ',']).split_once('=') else {
                continue;
            };
            let understood = match key {
                "nodes" => put(&mut promise.nodes, value.parse().ok()),
                "features" => put(&mut promise.features, value.parse().ok()),
                "edges" => put(&mut promise.edges, value.parse().ok()),
                "train" => put(&mut promise.train, range(value)),
                "val" => put(&mut promise.validation, range(value)),
                _ => true,
            };
            if !understood {
                return Err(GraphError::Declaration {
                    path: path.to_owned(),
                    line,
                    key: key.to_owned(),
                    value: value.to_owned(),
                }
                .into());
            }
        }
        Ok(promise)
    }

    /// Compares with the numbers of nodes, features and edges found.
    ///
    /// # Errors
    /// [`GraphError::Promise`].
    pub(crate) fn check(&self, path: &str, found: [usize; 3]) -> Result<()> {
        let promised = [
            ("nodes", self.nodes),
            ("features", self.features),
            ("edges", self.edges),
        ];
        for ((what, promised), found) in promised.into_iter().zip(found) {
            if let Some(promised) = promised.filter(|&promised| promised != found) {
                return Err(GraphError::Promise {
                    path: path.to_owned(),
                    what,
                    promised,
                    found,
                }
                .into());
            }
        }
        Ok(())
    }
}

/// Whether there was a value to put.
fn put<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    *slot = value;
    slot.is_some()
}

/// `140..639`, both ends included.
fn range(text: &str) -> Option<RangeInclusive<u64>> {
    let (first, last) = text.split_once("..")?;
    Some(first.parse().ok()?..=last.parse().ok()?)
}
