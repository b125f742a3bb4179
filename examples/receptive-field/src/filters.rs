//! Made-up images whose pixels' information is known, and the filters that ridge makes of them.

use decay_claim::Lab;
use decay_claim::measuring::energy::from_centre;
use nalgebra::{DMatrix, DVector};

/// Images of 11 x 11 pixels.
pub(crate) const SIDE: usize = 11;
pub(crate) const PIXELS: usize = SIDE * SIDE;

/// How pixels and target hang together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// Every pixel sees the target, more or less of it, and noise of its own: `x_j = a_j y + sqrt(v_j) e_j`.
    Shared {
        /// `a`.
        signal: Vec<f64>,
    },
    /// Every pixel is independent and adds to the target: `x_j = sqrt(v_j) e_j`, `y = Σ β_j x_j + σ e`.
    Own {
        /// `β`.
        truth: Vec<f64>,
        /// `σ`.
        noise: f64,
    },
}

/// Images, how many of them, and what is to be told from them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct World {
    pub(crate) rows: usize,
    pub(crate) source: Source,
    /// What varies in each pixel that no other pixel knows of, `v`.
    pub(crate) variances: Vec<f64>,
}

/// `exp(-d² / 2 width²)` of every pixel.
pub(crate) fn bell(width: f64) -> Vec<f64> {
    let distances = (0..PIXELS).map(|pixel| from_centre(pixel, SIDE, SIDE));
    distances
        .map(|d| (-0.5 * (d / width).powi(2)).exp())
        .collect()
}

/// A bell, or its inverse, that is 1 in the centre and has a value at the corners.
fn to_corner(value: f64) -> Vec<f64> {
    let corner = from_centre(0, SIDE, SIDE);
    let distances = (0..PIXELS).map(|pixel| from_centre(pixel, SIDE, SIDE));
    distances
        .map(|d| value.powf((d / corner).powi(2)))
        .collect()
}

impl World {
    /// Contrast fades with the distance; every pixel would count alike if it varied alike.
    pub(crate) fn faded() -> Self {
        Self {
            rows: 1000,
            source: Source::Own {
                truth: vec![1.0; PIXELS],
                noise: 0.5,
            },
            variances: bell(3.0),
        }
    }

    /// The same signal everywhere under noise that grows with the distance.
    pub(crate) fn noisy() -> Self {
        let variances = bell(3.0).into_iter().map(|g| 1.0 / g).collect();
        Self::shared(1000, vec![1.0; PIXELS], variances)
    }

    /// The same signal under the same noise everywhere, and hardly more rows than pixels.
    pub(crate) fn equal() -> Self {
        Self::shared(150, vec![1.0; PIXELS], vec![1.0; PIXELS])
    }

    /// Pixels vary alike, those in the centre alone matter, and there are hardly more rows than pixels.
    pub(crate) fn idle() -> Self {
        let truth = bell(1.5);
        let noise = truth.iter().map(|b| b * b).sum::<f64>().sqrt();
        Self {
            rows: 150,
            source: Source::Own { truth, noise },
            variances: vec![1.0; PIXELS],
        }
    }

    /// A signal that fades with the distance to a tenth at the corner, under noise whose variance becomes `growth` there.
    pub(crate) fn of_growth(growth: f64) -> Self {
        Self::shared(4000, to_corner(0.1), to_corner(growth))
    }

    fn shared(rows: usize, signal: Vec<f64>, variances: Vec<f64>) -> Self {
        Self {
            rows,
            source: Source::Shared { signal },
            variances,
        }
    }

    /// The filter that ridge makes of endless rows, to within a factor for all pixels; `λ` counts beside the pixels' variance.
    ///
    /// ```text
    /// (E[x xᵀ] + λ)⁻¹ E[x y] ∝ c / (v + λ)        c = a, or v β: the covariances of pixels and target
    /// ```
    ///
    /// # Source
    /// Sherman & Morrison 1950, since `E[x xᵀ] = a aᵀ + diag(v)`.
    pub(crate) fn endless(&self, rate: f64) -> Vec<f64> {
        let pairs = self.covariances().into_iter().zip(&self.variances);
        pairs.map(|(c, v)| c / (v + rate)).collect()
    }

    /// How fast the entropy of that filter changes with `λ`, in nats:
    ///
    /// ```text
    /// dH/dλ = 2 Cov_p(ln p, 1 / (v + λ))        p_j = w_j² / Σ w²
    /// ```
    ///
    /// It falls exactly while large weights stand on pixels of large variance.
    #[cfg(test)]
    pub(crate) fn slope_of_entropy(&self, rate: f64) -> f64 {
        let squares: Vec<f64> = self.endless(rate).iter().map(|w| w * w).collect();
        let whole: f64 = squares.iter().sum();
        let each = squares.iter().zip(&self.variances);
        let each: Vec<[f64; 3]> = each
            .map(|(square, v)| [square / whole, (square / whole).ln(), 1.0 / (v + rate)])
            .collect();
        let mean = |of: fn(&[f64; 3]) -> f64| each.iter().map(|own| own[0] * of(own)).sum::<f64>();
        2.0 * (mean(|own| own[1] * own[2]) - mean(|own| own[1]) * mean(|own| own[2]))
    }

    /// `E[x y]`.
    fn covariances(&self) -> Vec<f64> {
        match &self.source {
            Source::Shared { signal } => signal.clone(),
            Source::Own { truth, .. } => {
                let pairs = truth.iter().zip(&self.variances);
                pairs.map(|(b, v)| b * v).collect()
            }
        }
    }

    /// Rows of a replicate, with the means of all columns and of the target taken off.
    pub(crate) fn draw(&self, lab: &Lab, site: u32) -> Sample {
        const TARGET: u32 = 1 << 18;
        let own = lab.normal(site, self.rows * PIXELS);
        let normal = DVector::from_vec(lab.normal(TARGET + site, self.rows));
        let mut x = DMatrix::from_vec(self.rows, PIXELS, own);
        for (mut column, v) in x.column_iter_mut().zip(&self.variances) {
            column *= v.sqrt();
        }
        let mut y = match &self.source {
            Source::Shared { signal } => {
                for (mut column, a) in x.column_iter_mut().zip(signal) {
                    column += &normal * *a;
                }
                normal
            }
            Source::Own { truth, noise } => {
                &x * DVector::from_column_slice(truth) + normal * *noise
            }
        };
        for mut column in x.column_iter_mut() {
            let mean = column.mean();
            column.add_scalar_mut(-mean);
        }
        let mean = y.mean();
        y.add_scalar_mut(-mean);
        Sample { x, y }
    }
}

/// Images, a row each, and their targets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) x: DMatrix<f64>,
    pub(crate) y: DVector<f64>,
}

impl Sample {
    /// The ridge filters of these rows at each rate, `(xᵀx / n + λ)⁻¹ xᵀy / n`.
    ///
    /// # Panics
    /// If pixels are linearly dependent and a rate is 0.
    pub(crate) fn filters(&self, rates: &[f64]) -> Vec<DVector<f64>> {
        let rows = self.y.len() as f64;
        let (square, aim) = (self.x.tr_mul(&self.x) / rows, self.x.tr_mul(&self.y) / rows);
        let identity = DMatrix::identity(PIXELS, PIXELS);
        let ridge = |&rate: &f64| {
            let bound = &square + &identity * rate;
            Some(bound.cholesky()?.solve(&aim))
        };
        let all = rates.iter().map(ridge).collect::<Option<_>>();
        all.unwrap_or_else(|| panic!("pixels depend on each other"))
    }
}
