//! What cross-validation chooses in each replicate, what it promises of it, and what it gets.

use decay_audit::Estimate;
use decay_audit::interval::{ProportionMethod, proportion_interval};

use crate::curve::Curve;
use crate::failure::Result;
use crate::measurements::Measurements;

/// One way to cross-validate, one number a replicate.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// The rate with the lowest promised loss.
    pub rate: Vec<f64>,
    /// Test loss at that rate.
    pub truth: Vec<f64>,
    /// Test loss less what was promised.
    pub optimism: Vec<f64>,
}

impl Choices {
    /// What two ways to cross-validate choose, both held against the test losses of the first, as [`Folds::note`] wrote them.
    ///
    /// # Errors
    /// If a series was not measured.
    ///
    /// [`Folds::note`]: super::folds::Folds::note
    pub fn of_both(
        measured: &Measurements,
        study: &str,
        [first, second]: [&str; 2],
    ) -> Result<[Self; 2]> {
        let of = |series, metric| measured.curve(study, series, metric);
        let test = of(first, "test")?;
        let both = [of(first, "promised")?, of(second, "promised")?];
        Ok(both.map(|promised| Self::of(&promised, &test)))
    }

    /// What promised losses choose among the settings of several sweeps, of which each has its promised and its test losses.
    ///
    /// # Panics
    /// If the curves of a sweep are of other members.
    pub fn among(sweeps: &[[Curve; 2]]) -> Self {
        let [promised, test] = [0, 1].map(|place| {
            let own = sweeps.iter().map(|sweep| &sweep[place]);
            Curve {
                rates: own.clone().flat_map(|curve| curve.rates.clone()).collect(),
                half_lives: own
                    .clone()
                    .flat_map(|curve| curve.half_lives.clone())
                    .collect(),
                values: own.flat_map(|curve| curve.values.clone()).collect(),
            }
        });
        Self::of(&promised, &test)
    }

    /// What promised losses choose, held against test losses of the same members.
    ///
    /// # Panics
    /// If the curves are of other members.
    pub fn of(promised: &Curve, test: &Curve) -> Self {
        assert_eq!(promised.rates, test.rates, "figures of the same members");
        let best = |replicate: usize| {
            let loss = |place: &usize| promised.values[*place][replicate];
            let places = 0..promised.rates.len();
            places.min_by(|a, b| loss(a).total_cmp(&loss(b)))
        };
        let best: Vec<usize> = (0..promised.replicates()).filter_map(best).collect();
        let at = |curve: &Curve| -> Vec<f64> {
            let places = best.iter().enumerate();
            let values = places.map(|(replicate, &place)| curve.values[place][replicate]);
            values.collect()
        };
        let truth = at(test);
        let pairs = truth.iter().zip(at(promised));
        Self {
            rate: best.iter().map(|&place| promised.rates[place]).collect(),
            optimism: pairs.map(|(truth, promise)| truth - promise).collect(),
            truth,
        }
    }
}

/// Of all replicates of several pairs of ways, the share that chooses another rate in the second way, with Wilson's 95 % interval.
///
/// # Errors
/// Of no choices there is no share.
pub fn other_rate(pairs: &[[Choices; 2]]) -> Result<Estimate> {
    let rates = pairs.iter().flat_map(|[a, b]| a.rate.iter().zip(&b.rate));
    let total = rates.clone().count() as u64;
    let other = rates.filter(|(a, b)| a != b).count() as u64;
    let wilson = ProportionMethod::Wilson;
    Ok(proportion_interval(other, total, 0.95, wilson)?)
}

/// Test loss of each replicate, mean over several data sets.
pub fn mean_truth<'a>(choices: impl Iterator<Item = &'a Choices> + Clone) -> Vec<f64> {
    let replicates = choices.clone().map(|choices| choices.truth.len()).min();
    let of = |replicate: usize| {
        let losses = choices.clone().map(|choices| choices.truth[replicate]);
        losses.sum::<f64>() / choices.clone().count() as f64
    };
    (0..replicates.unwrap_or(0)).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::{Choices, mean_truth, other_rate};
    use crate::curve::Curve;
    use crate::measurements::Measurements;

    fn curve(values: [[f64; 2]; 3]) -> Curve {
        Curve {
            rates: vec![0.0, 0.1, 1.0],
            half_lives: vec![f64::INFINITY, 10.0, 1.0],
            values: values.map(Vec::from).into(),
        }
    }

    fn both() -> [Choices; 2] {
        let test = curve([[5.0, 6.0], [7.0, 8.0], [9.0, 11.0]]);
        let free = curve([[3.0, 2.0], [1.0, 4.0], [2.0, 3.0]]);
        let leaky = curve([[3.0, 2.0], [1.0, 4.0], [0.5, 3.0]]);
        [Choices::of(&free, &test), Choices::of(&leaky, &test)]
    }

    #[test]
    fn each_replicate_gets_the_test_loss_of_its_own_choice() {
        let [free, leaky] = both();
        assert_eq!(free.rate, [0.1, 0.0]);
        assert_eq!(free.truth, [7.0, 6.0]);
        assert_eq!(free.optimism, [6.0, 4.0]);
        assert_eq!((leaky.rate, leaky.truth), (vec![1.0, 0.0], vec![9.0, 6.0]));
        assert_eq!(leaky.optimism, [8.5, 4.0]);
    }

    #[test]
    fn the_best_of_several_sweeps_may_be_of_another_one_in_every_replicate() {
        let test = curve([[5.0, 6.0], [7.0, 8.0], [9.0, 11.0]]);
        let other = curve([[15.0, 16.0], [17.0, 18.0], [19.0, 21.0]]);
        let promised = curve([[3.0, 2.0], [1.0, 4.0], [2.0, 3.0]]);
        let better = curve([[3.0, 5.0], [3.0, 4.0], [0.5, 3.0]]);
        let found = Choices::among(&[[promised, test], [better, other]]);
        assert_eq!((found.rate, found.truth), (vec![1.0, 0.0], vec![19.0, 6.0]));
    }

    #[test]
    fn both_ways_are_held_against_the_test_losses_of_the_first() {
        let mut all = Measurements::default();
        for (series, metric, values) in [
            ("free", "test", [5.0, 7.0, 9.0]),
            ("free", "promised", [3.0, 1.0, 2.0]),
            ("leaky", "promised", [3.0, 1.0, 0.5]),
        ] {
            let at = |rate: f64| values[rate as usize];
            all.make_up("s", series, metric, &[0.0, 1.0, 2.0], 0.0, at);
        }
        let [free, leaky] = Choices::of_both(&all, "s", ["free", "leaky"]).unwrap();
        assert_eq!(
            (free.rate[0], free.truth[0], free.optimism[0]),
            (1.0, 7.0, 6.0)
        );
        assert_eq!((leaky.rate[0], leaky.optimism[0]), (2.0, 8.5));
        assert!(Choices::of_both(&all, "s", ["leaky", "free"]).is_err());
    }

    #[test]
    fn shares_and_means_are_over_all_pairs() {
        let (pair, [free, _]) = (both(), both());
        let same = [free.clone(), free];
        let pairs = [pair, same];
        let share = other_rate(&pairs).unwrap();
        assert_eq!((share.mean, share.n), (0.25, 4));
        assert!(share.low > 0.04 && share.high < 0.71, "{share:?}");
        assert_eq!(mean_truth(pairs.iter().map(|[_, b]| b)), [8.0, 6.0]);
        assert!(other_rate(&[]).is_err());
    }
}
