//! Rules that choose the strength of a penalty from the training rows alone.

use crate::spectrum::Spectrum;

/// How a strength is chosen without the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// `σ² / τ²`, noise over prior: what was seen has noise of variance `σ²`, `L x` has entries of variance `τ²`.
    Prior {
        /// `σ²`.
        noise: f64,
        /// `τ²`.
        prior: f64,
    },
    /// Least generalised cross-validation, `||A x_λ - b||² / (n - Σ f)²` (Golub, Heath & Wahba 1979).
    CrossValidation,
    /// The corner of `ln ||L x_λ||` over `ln ||A x_λ - b||`: its largest curvature (Hansen 1992).
    LCurve,
    /// `||A x_λ - b||² = n σ²` (Morozov 1966).
    Discrepancy {
        /// `σ²`.
        noise: f64,
    },
    /// Largest probability of what was seen if `L x` is Gaussian, whatever `σ²` is (MacKay 1992; Wahba 1985).
    Evidence,
}

impl Spectrum {
    /// The strength that a rule chooses, between `10^-10` and `10^6`.
    pub fn choose(&self, rule: Rule) -> f64 {
        match rule {
            Rule::Prior { noise, prior } => noise / prior,
            Rule::CrossValidation => least(|strength| self.cross_validation(strength)),
            Rule::LCurve => least(|strength| -self.curvature(strength)),
            Rule::Discrepancy { noise } => {
                let aim = (self.count() as f64 * noise).ln();
                least(|strength| (self.residual(strength).ln() - aim).abs())
            }
            Rule::Evidence => least(|strength| -self.evidence(strength)),
        }
    }
}

/// Decades that strengths are searched in, and steps of the first search to a decade.
const DECADES: [i32; 2] = [-10, 6];
const STEPS: i32 = 3;

/// The positive number at which something is least, to a thousandth of a decade: the best of a grid, then golden sections around it.
pub fn least(cost: impl Fn(f64) -> f64) -> f64 {
    let at = |decade: f64| {
        let cost = cost(10f64.powf(decade));
        if cost.is_nan() { f64::INFINITY } else { cost }
    };
    let step = 1.0 / f64::from(STEPS);
    let grid = (DECADES[0] * STEPS..=DECADES[1] * STEPS).map(|place| f64::from(place) * step);
    let costs = grid.map(|decade| (decade, at(decade)));
    let (best, _) = costs.fold((0.0, f64::INFINITY), |a, b| if b.1 < a.1 { b } else { a });
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (best - step, best + step);
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut of_a, mut of_b) = (at(a), at(b));
    while high - low > 1e-3 {
        if of_a < of_b {
            (high, b, of_b) = (b, a, of_a);
            a = high - golden * (high - low);
            of_a = at(a);
        } else {
            (low, a, of_a) = (a, b, of_b);
            b = low + golden * (high - low);
            of_b = at(b);
        }
    }
    10f64.powf((low + high) / 2.0)
}
