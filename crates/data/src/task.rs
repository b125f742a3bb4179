//! What is to be predicted.

use serde::{Deserialize, Serialize};

/// Classification or regression, with what the model file needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One of several classes.
    Classification {
        /// Class names, in the order of the model's outputs.
        classes: Vec<String>,
    },
    /// One number.
    Regression {
        /// Name of the target.
        target: String,
    },
}

/// The choice between the two, as a user makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// One of several classes.
    Classification,
    /// One number.
    Regression,
}

impl Task {
    /// Number of outputs of a model: one per class, or 1.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Classification { classes } => classes.len(),
            Self::Regression { .. } => 1,
        }
    }

    /// The task without its names.
    pub fn kind(&self) -> TaskKind {
        match self {
            Self::Classification { .. } => TaskKind::Classification,
            Self::Regression { .. } => TaskKind::Regression,
        }
    }
}
