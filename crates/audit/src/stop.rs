//! A flag that is asked between small pieces of long work.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{AuditError, Result};

/// Says when to stop, if somebody may.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop<'a>(Option<&'a AtomicBool>);

/// What is known does not depend on who may stop it.
impl PartialEq for Stop<'_> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<'a> Stop<'a> {
    /// Once the flag is set.
    pub(crate) fn by(flag: &'a AtomicBool) -> Self {
        Self(Some(flag))
    }

    pub(crate) fn never() -> Self {
        Self(None)
    }

    /// # Errors
    /// [`AuditError::Interrupted`] once the flag is set.
    pub(crate) fn go_on(self) -> Result<()> {
        match self.0 {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(AuditError::Interrupted),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use crate::AuditError;
    use crate::ood::{Features, LinearHead, Mahalanobis, NearestNeighbours, Vim};

    /// Rows that vary in every direction.
    fn features() -> Features<'static> {
        let values: Vec<f64> = (0..40).map(|i| f64::from(i * i % 23)).collect();
        Features::new(values, 10, 4).unwrap()
    }

    #[test]
    fn detectors_stop_once_their_features_are_told_to() {
        let (going, told) = (features(), AtomicBool::new(true));
        let stopped = features().stopped_by(&told);
        let labels = [0, 1].repeat(5);
        let head = LinearHead::new(
            vec![1.0, 0.0, 2.0, 1.0, 0.0, 3.0, 1.0, 1.0],
            vec![0.0; 2],
            4,
        );
        let head = head.unwrap();
        let mahalanobis = Mahalanobis::fit(&going, &labels).unwrap();
        let neighbours = NearestNeighbours::fit(&going);
        let vim = Vim::fit(&going, &head, 2).unwrap();
        let all = [
            Mahalanobis::fit(&stopped, &labels).map(drop),
            Vim::fit(&stopped, &head, 2).map(drop),
            mahalanobis.score(&stopped).map(drop),
            neighbours.score(&stopped).map(drop),
            vim.score(&stopped).map(drop),
        ];
        for found in all {
            assert!(matches!(found, Err(AuditError::Interrupted)), "{found:?}");
        }
        assert!(mahalanobis.score(&going).is_ok() && vim.score(&going).is_ok());
    }
}
