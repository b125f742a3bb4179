//! Which studies and rates a claim speaks of.

use super::Measurements;
use crate::curve::Curve;
use crate::failure::{Failure, Result};

impl Measurements {
    /// The study whose name starts like this and goes on with whatever data were there.
    ///
    /// # Errors
    /// [`Failure::Measurements`] if there is none.
    pub fn study_like(&self, start: &str) -> Result<&str> {
        let mut studies = self.studies().into_iter();
        let found = studies.find(|study| study.starts_with(start));
        found.ok_or_else(|| Failure::Measurements(format!("'{start}' was not measured")))
    }

    /// A figure of a study without series, at the rates that keep a share of the highest mean `accuracy`.
    ///
    /// # Errors
    /// As [`Measurements::curve`].
    pub fn accurate(&self, share: f64, study: &str, metric: &str) -> Result<Curve> {
        let accuracy = self.curve(study, "", "accuracy")?;
        Ok(self.curve(study, "", metric)?.keeping(share, &accuracy))
    }
}

#[cfg(test)]
mod tests {
    use super::Measurements;

    #[test]
    fn rates_that_lose_the_accuracy_are_left_out() {
        let (mut all, rates) = (Measurements::default(), [0.0, 1.0, 2.0, 3.0]);
        all.make_up("s", "", "accuracy", &rates, 1e-3, |rate| 1.0 - rate / 10.0);
        all.make_up("s", "", "loss", &rates, 1e-3, |rate| 1.0 + rate);
        let kept = all.accurate(0.85, "s", "loss").unwrap();
        assert_eq!(kept.rates, [0.0, 1.0]);
        assert!(kept.values.concat().iter().all(|loss| *loss > 0.9));
    }

    #[test]
    fn a_study_is_found_by_how_its_name_starts() {
        let mut all = Measurements::default();
        all.make_up("a, b", "", "loss", &[0.0], 1e-3, |_| 1.0);
        assert_eq!(all.study_like("a, ").unwrap(), "a, b");
        assert!(all.study_like("b").is_err());
    }
}
