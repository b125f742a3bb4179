//! A penalised least-squares problem in coordinates in which its operator and its penalty are diagonal.

/// What is known of one coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinate {
    /// `s²`, how much of it the operator lets through.
    pub gain: f64,
    /// `l²`, how much it is penalised.
    pub penalty: f64,
    /// `|u·b|²`, what was seen of it.
    pub seen: f64,
}

impl Coordinate {
    /// `f = s² / (s² + λ l²)`; 0 of what is not let through.
    pub fn filter(&self, strength: f64) -> f64 {
        self.over(strength, self.gain)
    }

    /// `|v·x_λ|²`.
    pub fn solution(&self, strength: f64) -> f64 {
        let root = self.over(strength, 1.0);
        self.gain * self.seen * root * root
    }

    /// `value / (s² + λ l²)`, 0 of what is neither let through nor penalised.
    pub fn over(&self, strength: f64, value: f64) -> f64 {
        let bound = self.gain + strength * self.penalty;
        if bound == 0.0 { 0.0 } else { value / bound }
    }
}

/// A problem in such coordinates, which are as many as numbers were seen, with those that nothing lets through counted together.
///
/// ```text
/// b = A x + noise        x_λ minimises ||A x - b||² + λ ||L x||²
/// x_λ = Σ f_i (u_i·b / s_i) v_i        f_i = s_i² / (s_i² + λ l_i²)
/// ```
///
/// `u`, `v` are the singular vectors of `A` where `L` is the identity, and waves where both are convolutions. `λ` is the strength of a
/// penalty beside a *sum* of squares; [`Ridge::strength`](crate::Ridge::strength) turns the rate of a mean into it.
///
/// # Source
/// Hansen 1998, "Rank-Deficient and Discrete Ill-Posed Problems", sections 4.2 and 7.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// Those that the operator may let through.
    pub coordinates: Vec<Coordinate>,
    /// Number of other directions, which are penalised and explain nothing.
    pub beyond: usize,
    /// `||b||²` along these.
    pub unexplained: f64,
}

impl Spectrum {
    /// Numbers seen.
    pub fn count(&self) -> usize {
        self.coordinates.len() + self.beyond
    }

    /// `||A x_λ - b||²`.
    pub fn residual(&self, strength: f64) -> f64 {
        let own = |own: &Coordinate| (1.0 - own.filter(strength)).powi(2) * own.seen;
        self.sum(own) + self.unexplained
    }

    /// `Σ f`, how many coordinates are fitted.
    pub fn degrees_of_freedom(&self, strength: f64) -> f64 {
        self.sum(|own| own.filter(strength))
    }

    /// `n ||A x_λ - b||² / (n - Σ f)²` (Golub, Heath & Wahba 1979).
    pub fn cross_validation(&self, strength: f64) -> f64 {
        let free = self.sum(|own| 1.0 - own.filter(strength)) + self.beyond as f64;
        self.count() as f64 * self.residual(strength) / (free * free)
    }

    /// Curvature of `(ln ||A x_λ - b||, ln ||L x_λ||)` along `ln λ`: `(x' y'' - x'' y') / (x'² + y'²)^1.5`.
    pub fn curvature(&self, strength: f64) -> f64 {
        let (mut r, mut s) = ([self.unexplained, 0.0, 0.0], [0.0; 3]);
        for own in &self.coordinates {
            let (f, g) = (own.filter(strength), 1.0 - own.filter(strength));
            let (seen, size) = (own.seen, own.penalty * own.solution(strength));
            // d f / d ln λ = -f (1 - f)
            let of_residual = [g * g, 2.0 * f * g * g, -2.0 * f * g * g * (1.0 - 3.0 * f)];
            let of_solution = [1.0, -2.0 * g, 2.0 * g * (2.0 - 3.0 * f)];
            for order in 0..3 {
                r[order] += seen * of_residual[order];
                s[order] += size * of_solution[order];
            }
        }
        // Of half the logarithm of a sum with these derivatives.
        let log = |[value, first, second]: [f64; 3]| {
            let slope = first / value;
            [0.5 * slope, 0.5 * (second / value - slope * slope)]
        };
        let ([x1, x2], [y1, y2]) = (log(r), log(s));
        (x1 * y2 - x2 * y1) / (x1 * x1 + y1 * y1).powf(1.5)
    }

    /// Sum over the coordinates that may be let through.
    pub fn sum(&self, of: impl Fn(&Coordinate) -> f64) -> f64 {
        self.coordinates.iter().map(of).sum()
    }
}
