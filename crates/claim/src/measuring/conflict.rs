//! How the gradients of two tasks agree along weights that they share, and what decay does to that.

use decay_train::TaskGradients;

/// Two gradients of data and the weights that decay pulls on, as lengths and cosines: all that the decay term's arithmetic depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// `|g_1|`, `|g_2|`
    pub norms: [f64; 2],
    /// `|w|`
    pub weights: f64,
    /// Between `g_1` and `g_2`.
    pub cosine: f64,
    /// Of each with `w`.
    pub with_weights: [f64; 2],
}

impl Agreement {
    /// Of two gradients and weights.
    ///
    /// # Shapes
    /// - all three: the same length
    pub fn of([a, b]: [&[f64]; 2], weights: &[f64]) -> Self {
        Self {
            norms: [a, b].map(norm),
            weights: norm(weights),
            cosine: cosine(a, b),
            with_weights: [a, b].map(|own| cosine(own, weights)),
        }
    }

    /// The cosine once each gradient has decay's part `share λ w` in it.
    ///
    /// ```text
    /// cos(a + c, b + c) = (|a||b| ρ + |c| (|a| α + |b| β) + |c|²) / sqrt((|a|² + 2 |a||c| α + |c|²) (|b|² + 2 |b||c| β + |c|²))
    /// ```
    ///
    /// `a`, `b`: the gradients, `ρ` their cosine; `c = share λ w`, `α`, `β` their cosines with it. With much decay it comes to 1. Where
    /// `a + b + λ w = 0`, at a minimum of what is minimised, it is `ρ` again for `share = 1` and -1 for `share = 1/2`.
    pub fn decayed(&self, strength: f64) -> f64 {
        let ([a, b], c) = (self.norms, strength * self.weights);
        let [along_a, along_b] = self.with_weights;
        let inner = a * b * self.cosine + c * (a * along_a + b * along_b) + c * c;
        let square = |own: f64, along: f64| own * own + 2.0 * own * c * along + c * c;
        inner / (square(a, along_a) * square(b, along_b)).sqrt()
    }

    /// The cosine of what is left of both gradients across the weights: what no rescaling of all weights together would do.
    ///
    /// ```text
    /// (ρ - α β) / sqrt((1 - α²) (1 - β²))
    /// ```
    pub fn across_weights(&self) -> f64 {
        let [a, b] = self.with_weights;
        (self.cosine - a * b) / ((1.0 - a * a) * (1.0 - b * b)).sqrt()
    }

    /// What the cosine has to be where both gradients and decay are in balance, `g_1 + g_2 + λ w = 0`.
    ///
    /// ```text
    /// ρ = (λ² |w|² - |g_1|² - |g_2|²) / (2 |g_1| |g_2|)
    /// ```
    pub fn balanced(&self, rate: f64) -> f64 {
        let ([a, b], c) = (self.norms, rate * self.weights);
        (c * c - a * a - b * b) / (2.0 * a * b)
    }

    /// How far it is from that balance: `|g_1 + g_2 + λ w| / (|g_1| + |g_2|)`.
    pub fn imbalance(&self, rate: f64) -> f64 {
        let ([a, b], c) = (self.norms, rate * self.weights);
        let [along_a, along_b] = self.with_weights;
        let inner = a * b * self.cosine + c * (a * along_a + b * along_b);
        (a * a + b * b + c * c + 2.0 * inner).max(0.0).sqrt() / (a + b)
    }
}

/// The gradients of an objective's first two tasks along the parameters that they share, and the values of those that `decays`, 0 of all
/// others.
///
/// # Panics
/// If there are fewer than two tasks.
pub fn shared_gradients(
    found: &TaskGradients,
    values: &[Vec<f32>],
    decays: impl Fn(usize) -> bool,
) -> ([Vec<f64>; 2], Vec<f64>) {
    let shared = &found.shared;
    let of = |all: &[Vec<f32>]| -> Vec<f64> {
        let own = shared.iter().flat_map(|&place| &all[place]);
        own.map(|&value| value.into()).collect()
    };
    let weights = shared.iter().flat_map(|&place| {
        let factor = f64::from(u8::from(decays(place)));
        values[place]
            .iter()
            .map(move |&value| factor * f64::from(value))
    });
    (
        [0, 1].map(|task: usize| of(&found.gradients[task])),
        weights.collect(),
    )
}

/// Of two vectors.
pub fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let inner: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
    inner / (norm(a) * norm(b))
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use decay_train::TaskGradients;

    use super::{Agreement, cosine, shared_gradients};

    const A: [f64; 4] = [0.5, -1.0, 2.0, 0.25];
    const B: [f64; 4] = [-1.5, 0.5, 1.0, 0.75];
    const W: [f64; 4] = [1.0, 2.0, -0.5, 3.0];

    fn plus(own: &[f64], share: f64, weights: &[f64]) -> Vec<f64> {
        own.iter()
            .zip(weights)
            .map(|(g, w)| g + share * w)
            .collect()
    }

    #[test]
    fn the_formula_is_the_cosine_of_the_sums() {
        let agreement = Agreement::of([&A, &B], &W);
        for strength in [0.0, 0.01, 0.3, 5.0] {
            let [a, b] = [&A, &B].map(|own| plus(own, strength, &W));
            let (want, got) = (cosine(&a, &b), agreement.decayed(strength));
            assert!((want - got).abs() < 1e-12, "{strength}: {got} {want}");
        }
        assert!(agreement.decayed(1e4) > 0.999_999);
        assert!((agreement.decayed(0.0) - agreement.cosine).abs() < 1e-15);
    }

    #[test]
    fn across_the_weights_is_without_their_direction() {
        let square: f64 = W.iter().map(|w| w * w).sum();
        let across = |own: &[f64; 4]| {
            let along: f64 = own.iter().zip(W).map(|(g, w)| g * w).sum();
            plus(own, -along / square, &W)
        };
        let got = Agreement::of([&A, &B], &W).across_weights();
        assert!((got - cosine(&across(&A), &across(&B))).abs() < 1e-12);
    }

    /// At a minimum of both losses and the penalty together.
    #[test]
    fn in_balance_decay_leaves_the_cosine_and_its_shares_oppose_each_other() {
        let rate = 0.4;
        let b: Vec<f64> = A.iter().zip(W).map(|(g, w)| -g - rate * w).collect();
        let at_rest = Agreement::of([&A, &b], &W);
        assert!(at_rest.imbalance(rate) < 1e-7);
        assert!((at_rest.decayed(rate) - at_rest.cosine).abs() < 1e-12);
        assert!((at_rest.decayed(rate / 2.0) + 1.0).abs() < 1e-12);
        assert!((at_rest.balanced(rate) - at_rest.cosine).abs() < 1e-12);
        assert!((at_rest.across_weights() + 1.0).abs() < 1e-12);
        let moving = Agreement::of([&A, &B], &W);
        let sum: Vec<f64> = plus(&plus(&A, 1.0, &B), rate, &W);
        let want =
            sum.iter().map(|x| x * x).sum::<f64>().sqrt() / (moving.norms[0] + moving.norms[1]);
        assert!((moving.imbalance(rate) - want).abs() < 1e-12 && want > 0.1);
    }

    #[test]
    fn shared_are_the_parameters_of_both_and_weights_those_that_decay() {
        let found = TaskGradients {
            losses: vec![1.0, 2.0],
            shared: vec![0, 1],
            gradients: vec![
                vec![vec![1.0, 2.0], vec![3.0], vec![4.0], vec![]],
                vec![vec![5.0, 6.0], vec![7.0], vec![], vec![8.0]],
            ],
        };
        let values = [vec![0.5, 0.25], vec![9.0], vec![1.0], vec![1.0]];
        let ([a, b], w) = shared_gradients(&found, &values, |place| place == 0);
        assert_eq!((a, b), (vec![1.0, 2.0, 3.0], vec![5.0, 6.0, 7.0]));
        assert_eq!(w, [0.5, 0.25, 0.0]);
    }
}
