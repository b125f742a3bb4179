//! One figure over the values of a hyper-parameter, as the trend tests take it.

use decay_audit::compare::Better;

/// One figure of all replicates at every rate.
///
/// Replicate `i` has the same rows, starting weights and batches at every rate, so curves are compared within replicates.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Ascending.
    pub rates: Vec<f64>,
    /// In epochs, of each rate; infinite at rate 0, NaN where the hyper-parameter is not a decay.
    pub half_lives: Vec<f64>,
    /// `[rates][replicates]`.
    pub values: Vec<Vec<f64>>,
}

impl Curve {
    /// Mean over replicates at every rate.
    pub fn means(&self) -> Vec<f64> {
        let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        self.values.iter().map(mean).collect()
    }

    /// Number of replicates.
    pub fn replicates(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// Place of the lowest mean.
    pub fn lowest(&self) -> usize {
        place_of(&self.means(), |a, b| a < b)
    }

    /// Place of the highest mean.
    pub fn highest(&self) -> usize {
        place_of(&self.means(), |a, b| a > b)
    }

    /// A figure of each replicate at the rate where this curve is best for the other replicates: no replicate's own luck chooses its
    /// rate.
    ///
    /// # Panics
    /// If the curves are of other members.
    pub fn chosen_by_others(&self, better: Better, figure: &Self) -> Vec<f64> {
        assert_eq!(self.rates, figure.rates, "figures of the same members");
        let chosen = |replicate: usize| {
            let others = |values: &Vec<f64>| values.iter().sum::<f64>() - values[replicate];
            let sums: Vec<f64> = self.values.iter().map(others).collect();
            let place = match better {
                Better::Lower => place_of(&sums, |a, b| a < b),
                Better::Higher => place_of(&sums, |a, b| a > b),
            };
            figure.values[place][replicate]
        };
        (0..self.replicates()).map(chosen).collect()
    }

    /// This figure of each replicate at the positive rate where it is best for the other replicates.
    ///
    /// # Panics
    /// Without a positive rate.
    pub fn at_best_decay(&self, better: Better) -> Vec<f64> {
        self.decay_for(better, self)
    }

    /// A figure of each replicate at the positive rate where this curve is best for the other replicates.
    ///
    /// # Panics
    /// Without a positive rate, or if the curves are of other members.
    pub fn decay_for(&self, better: Better, figure: &Self) -> Vec<f64> {
        let decayed = |curve: &Self| curve.only(|rate| rate > 0.0);
        decayed(self).chosen_by_others(better, &decayed(figure))
    }

    /// The largest value of each replicate over all rates.
    pub fn largest(&self) -> Vec<f64> {
        let own = |replicate: usize| self.values.iter().map(move |values| values[replicate]);
        let largest = |replicate| own(replicate).fold(f64::NEG_INFINITY, f64::max);
        (0..self.replicates()).map(largest).collect()
    }

    /// Each replicate's value at the first and at the last rate; empty without rates.
    pub fn ends(&self) -> [Vec<f64>; 2] {
        [self.values.first(), self.values.last()].map(|end| end.cloned().unwrap_or_default())
    }

    /// Each replicate's value at a rate; empty if it is not among those of the curve.
    pub fn at(&self, rate: f64) -> Vec<f64> {
        self.only(|own| own == rate).values.concat()
    }

    /// Each replicate's values where another figure's mean, such as the loss, last crosses a limit, with that rate: the most of a penalty
    /// that costs nothing. Between two neighbours in proportion; at the last rate if even that is within the limit, at the first if none is.
    ///
    /// # Panics
    /// Without a rate that both figures have.
    pub fn at_last_crossing(&self, other: &Self, limit: f64) -> (f64, Vec<f64>) {
        let other = other.only(|rate| self.rates.contains(&rate));
        let own = self.only(|rate| other.rates.contains(&rate));
        let means = other.means();
        let last = means.iter().rposition(|mean| *mean <= limit).unwrap_or(0);
        let next = (last + 1).min(means.len() - 1);
        let gap = means[next] - means[last];
        let share = if gap > 0.0 {
            ((limit - means[last]) / gap).max(0.0)
        } else {
            0.0
        };
        let [from, to] = [last, next].map(|place| own.rates[place]);
        (from + share * (to - from), own.between([last, next], share))
    }

    /// Each replicate's values in proportion between two places.
    fn between(&self, [a, b]: [usize; 2], share: f64) -> Vec<f64> {
        let pairs = self.values[a].iter().zip(&self.values[b]);
        pairs.map(|(a, b)| a + share * (b - a)).collect()
    }

    /// Each replicate's values over its own at the first rate.
    pub fn over_first(&self) -> Self {
        let over = |values: &Vec<f64>| {
            let pairs = values.iter().zip(&self.values[0]);
            pairs.map(|(value, first)| value / first).collect()
        };
        Self {
            values: self.values.iter().map(over).collect(),
            ..self.clone()
        }
    }

    /// This figure where another of its members, `scale`, has the means that `wanted` has at its rates: between two neighbours in
    /// proportion, at the nearest end beyond them. With it two ways of doing the same are compared at an equal strength.
    ///
    /// # Panics
    /// If `scale` is of other members, or has no rates.
    pub fn at_equal(&self, scale: &Self, wanted: &Self) -> Self {
        assert_eq!(self.rates, scale.rates, "figures of the same members");
        let mut places: Vec<usize> = (0..scale.rates.len()).collect();
        let strengths = scale.means();
        places.sort_by(|&a, &b| strengths[a].total_cmp(&strengths[b]));
        let at = |strength: f64| {
            let above = places.partition_point(|&place| strengths[place] < strength);
            let [a, b] = [above.saturating_sub(1), above.min(places.len() - 1)].map(|i| places[i]);
            let gap = strengths[b] - strengths[a];
            let share = if gap > 0.0 {
                (strength - strengths[a]) / gap
            } else {
                0.0
            };
            self.between([a, b], share)
        };
        Self {
            values: wanted.means().into_iter().map(at).collect(),
            rates: wanted.rates.clone(),
            half_lives: wanted.half_lives.clone(),
        }
    }

    /// The part with the rates that are wanted.
    pub fn only(&self, wanted: impl Fn(f64) -> bool) -> Self {
        self.at_places(|place| wanted(self.rates[place]))
    }

    /// The part with the rates at which another figure of the same members keeps a share of its highest mean, such as the accuracy.
    pub fn keeping(&self, share: f64, other: &Self) -> Self {
        let means = other.means();
        let least = share * means[other.highest()];
        let kept = other.rates.iter().zip(&means);
        let kept: Vec<f64> = kept
            .filter(|(_, mean)| **mean >= least)
            .map(|(rate, _)| *rate)
            .collect();
        self.only(|rate| kept.contains(&rate))
    }

    /// The part with the rates below the first at which another figure's mean exceeds a limit.
    ///
    /// # Panics
    /// If the curves are of other members.
    pub fn until(&self, other: &Self, limit: f64) -> Self {
        assert_eq!(self.rates, other.rates, "figures of the same members");
        let means = other.means();
        let end = means.iter().position(|&mean| mean > limit);
        self.at_places(|place| end.is_none_or(|end| place < end))
    }

    /// Without the rates at which a value is not finite: a member diverged there.
    pub(crate) fn finite(&self) -> Self {
        self.at_places(|place| self.values[place].iter().all(|value| value.is_finite()))
    }

    fn at_places(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.rates.len())
            .filter(|&place| wanted(place))
            .collect();
        Self {
            rates: kept.iter().map(|&place| self.rates[place]).collect(),
            half_lives: kept.iter().map(|&place| self.half_lives[place]).collect(),
            values: kept
                .iter()
                .map(|&place| self.values[place].clone())
                .collect(),
        }
    }

    /// `f` of this and another figure of the same members.
    ///
    /// # Panics
    /// If the curves are of other members.
    pub fn with(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        assert_eq!(self.rates, other.rates, "figures of the same members");
        let pairs = self.values.iter().zip(&other.values);
        let values = pairs.map(|(a, b)| a.iter().zip(b).map(|(&a, &b)| f(a, b)).collect());
        Self {
            values: values.collect(),
            ..self.clone()
        }
    }
}

fn place_of(values: &[f64], better: impl Fn(f64, f64) -> bool) -> usize {
    let mut best = 0;
    for (place, &value) in values.iter().enumerate() {
        if better(value, values[best]) {
            best = place;
        }
    }
    best
}

#[cfg(test)]
mod tests;
