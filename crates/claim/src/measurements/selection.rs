//! Which studies, rates and places a claim speaks of.

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

    /// Each replicate's mean over the later half of the second axis, at one rate: where something has settled.
    ///
    /// # Errors
    /// As [`Measurements::along`].
    pub fn settled(&self, study: &str, series: &str, metric: &str, rate: f64) -> Result<Vec<f64>> {
        let (_, values) = self.along(study, series, metric, rate)?;
        let late = &values[values.len() / 2..];
        let mean = |replicate: usize| {
            let own = late.iter().map(|place| place[replicate]);
            own.sum::<f64>() / late.len() as f64
        };
        Ok((0..late[0].len()).map(mean).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Measurements;
    use crate::measurements::MeasurementKey;

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

    #[test]
    fn what_has_settled_is_the_mean_of_the_later_half() {
        let mut all = Measurements::default();
        for (at, value) in [(30.0, 5.0), (10.0, 100.0), (40.0, 7.0), (20.0, 50.0)] {
            for replicate in 0..2 {
                let key = MeasurementKey::of("s", "", 0.5, replicate);
                all.add_at(key, at, "m", value + replicate as f64);
            }
        }
        assert_eq!(all.settled("s", "", "m", 0.5).unwrap(), [6.0, 7.0]);
        assert!(all.settled("s", "", "m", 0.6).is_err());
    }
}
