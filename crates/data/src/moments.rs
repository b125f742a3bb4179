//! Mean, spread and range of features over some rows.

/// Statistics of one feature, or of several that are scaled alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moments {
    pub(crate) count: f64,
    pub(crate) mean: f64,
    /// Sum of squared deviations from `mean`.
    pub(crate) squares: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Moments {
    pub(crate) const NONE: Self = Self {
        count: 0.0,
        mean: 0.0,
        squares: 0.0,
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
    };

    /// Population standard deviation; 0 if there are no values or all are equal.
    pub(crate) fn sd(&self) -> f64 {
        // Rounding can leave a tiny sum of squares of equal values.
        if self.min < self.max {
            (self.squares / self.count).sqrt()
        } else {
            0.0
        }
    }

    /// Statistics of both sets of values together.
    ///
    /// # Source
    /// Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance".
    pub(crate) fn merged(self, other: Self) -> Self {
        let count = self.count + other.count;
        if self.count == 0.0 || other.count == 0.0 {
            return if self.count == 0.0 { other } else { self };
        }
        let shift = other.mean - self.mean;
        Self {
            count,
            mean: self.mean + shift * other.count / count,
            squares: self.squares
                + other.squares
                + shift * shift * self.count * other.count / count,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

/// Moments of each of `width` features over `rows` of a row-major matrix; NaN is left out.
///
/// Two passes in `f64`: the textbook one-pass formula loses all digits of a small spread far from 0.
pub(crate) fn moments<T: Copy + Into<f64>>(
    values: &[T],
    width: usize,
    rows: &[usize],
) -> Vec<Moments> {
    let mut features = vec![Moments::NONE; width];
    for &row in rows {
        for (feature, &value) in features
            .iter_mut()
            .zip(&values[row * width..(row + 1) * width])
        {
            let value: f64 = value.into();
            if !value.is_nan() {
                feature.count += 1.0;
                feature.mean += value;
                feature.min = feature.min.min(value);
                feature.max = feature.max.max(value);
            }
        }
    }
    for feature in &mut features {
        feature.mean /= feature.count.max(1.0);
    }
    for &row in rows {
        for (feature, &value) in features
            .iter_mut()
            .zip(&values[row * width..(row + 1) * width])
        {
            let deviation = value.into() - feature.mean;
            if !deviation.is_nan() {
                feature.squares += deviation * deviation;
            }
        }
    }
    features
}
