//! A classification class by class.

use std::sync::atomic::AtomicBool;

use decay_audit::Logits;
use decay_audit::by_class::{Confused, ConfusionMatrix};

use super::one_vs_rest::OneVsRest;
use crate::error::Error;
use crate::targets::go_on;

/// The largest confusions that are kept.
const CONFUSED: usize = 20;

/// All of them.
#[derive(Debug, Clone)]
pub struct ByClass {
    /// Each class against the rest.
    pub one_vs_rest: OneVsRest,
    /// Rows by class and predicted class.
    pub confusion: ConfusionMatrix,
    /// The most frequent mistakes, by places of classes.
    pub confused: Vec<Confused>,
}

impl ByClass {
    /// Of what a model says of rows; each row counts once.
    pub(in crate::audit) fn of(
        logits: &Logits<'_>,
        labels: &[usize],
        names: &[String],
        stop: &AtomicBool,
    ) -> Result<Self, Error> {
        let confusion = ConfusionMatrix::of(labels, &logits.predictions(), logits.classes())?;
        go_on(stop)?;
        let found = (names, confusion.by_class());
        Ok(Self {
            one_vs_rest: OneVsRest::of_classes(logits, labels, found, stop)?,
            confused: confusion.largest_confusions(CONFUSED),
            confusion,
        })
    }
}
