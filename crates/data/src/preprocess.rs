//! Scaling and imputation, learned from the rows of one fold.

use serde::{Deserialize, Serialize};

use crate::storage::divide_by_sum;
use crate::{Dataset, Role, Scaling, SparseRows, Storage};

/// An affine map of each feature, the form that is applied on the device.
///
/// ```text
/// x' = fill                     if x is NaN
///      (x - center) * scale     else
/// x'' = x' / Σ |x'|             if per_row, over the features of the row
/// ```
///
/// Missing numbers become the mean of the fitted rows, under [`Scaling::Robust`] their median. A feature that is constant in the fitted rows, or
/// has no value there, has scale 0 and fill 0: it contributes nothing, as if it did not exist. Flags
/// (labels, missing indicators) are left at 0 and 1 under every [`Scaling`], and so is a label that the
/// fitted rows lack: scale 0. Pixels that share one map (all but [`Scaling::Standard`]) keep it even where
/// a pixel is constant. Sparse features are never moved: center and fill 0, scale 1.
///
/// # Shapes
/// - `center`, `scale`, `fill`: `[features]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preprocess {
    /// Subtracted first, in the unit of the stored features.
    pub center: Vec<f32>,
    /// Multiplied second.
    pub scale: Vec<f32>,
    /// Result for a missing value.
    pub fill: Vec<f32>,
    /// Whether each row is then divided by the sum of its absolute values.
    #[serde(default, skip_serializing_if = "is_false")]
    pub per_row: bool,
}

/// Models of dense features are written as they always were.
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Preprocess {
    /// Whether it is of so many features, as one that was read must be; the error is the end of a sentence about its file.
    ///
    /// # Errors
    /// Lists of another length, numbers that are not finite.
    pub fn check(&self, features: usize) -> Result<(), String> {
        let lists = [
            ("center", &self.center),
            ("scale", &self.scale),
            ("fill", &self.fill),
        ];
        for (name, list) in lists {
            if list.len() != features {
                let found = list.len();
                return Err(format!(
                    "has {found} numbers of {name} for {features} features"
                ));
            }
            if let Some(number) = list.iter().find(|number| !number.is_finite()) {
                return Err(format!("has the number {number} in {name}"));
            }
        }
        Ok(())
    }

    /// Fits on `rows` alone, with the data set's own scaling.
    pub fn fit(data: &Dataset, rows: &[usize]) -> Self {
        Self::fit_with(data, rows, Scaling::Auto)
    }

    /// Fits on `rows` alone: no other row is read.
    ///
    /// Sparse features are left as they are under every scaling but [`Scaling::Row`]: see [`Dataset::check_scaling`].
    ///
    /// Panics if a row is outside the data.
    pub fn fit_with(data: &Dataset, rows: &[usize], scaling: Scaling) -> Self {
        let scaling = if scaling == Scaling::Auto {
            data.default_scaling
        } else {
            scaling
        };
        let features = match &data.features {
            Storage::F32(values) => moments(values, data.features(), rows),
            Storage::U8(values) => moments(values, data.features(), rows),
            Storage::Sparse(sparse) => return Self::unmoved(sparse.columns, scaling),
        };
        let roles = data.schema.roles();
        let pools = pools(scaling, &roles, &features, &data.shape);
        let mut fitted = Self::with_capacity(roles.len());
        fitted.per_row = scaling == Scaling::Row;
        for (index, (role, own)) in roles.iter().zip(&features).enumerate() {
            let pool = &pools[index * pools.len() / roles.len()];
            fitted.push(match (scaling, role) {
                (Scaling::Robust, Role::Number { .. }) => {
                    robust(values_of(&data.features, data.features(), index, rows))
                }
                _ => fit_feature(scaling, *role, own, pool),
            });
        }
        fitted
    }

    fn unmoved(features: usize, scaling: Scaling) -> Self {
        Self {
            center: vec![0.0; features],
            scale: vec![1.0; features],
            fill: vec![0.0; features],
            per_row: scaling == Scaling::Row,
        }
    }

    /// The scaled features of `rows`, as the device computes them.
    ///
    /// # Shapes
    /// - returns: `[rows, features]`, row-major
    pub fn apply(&self, data: &Dataset, rows: &[usize]) -> Vec<f32> {
        self.apply_to(&data.features, rows)
    }

    /// As [`Preprocess::apply`], for features without a target, such as
    /// [`Encoded::features`](crate::Encoded::features).
    pub fn apply_to(&self, features: &Storage, rows: &[usize]) -> Vec<f32> {
        match features {
            Storage::F32(values) => self.map_rows(rows, |row| self.row_of(values, row)),
            Storage::U8(values) => self.map_rows(rows, |row| self.row_of(values, row)),
            Storage::Sparse(sparse) => self.map_rows(rows, |row| {
                let mut dense = vec![0.0; sparse.columns];
                sparse.write_row(row, &mut dense);
                dense
            }),
        }
    }

    /// Sparse features as [`Preprocess::apply`] scales them, still sparse.
    pub fn apply_sparse(&self, rows: &SparseRows) -> SparseRows {
        if self.per_row {
            rows.row_normalised()
        } else {
            rows.clone()
        }
    }

    fn row_of<T: Copy + Into<f32>>(&self, values: &[T], row: usize) -> Vec<f32> {
        let width = self.center.len();
        let values = &values[row * width..(row + 1) * width];
        values.iter().map(|&value| value.into()).collect()
    }

    fn map_rows(&self, rows: &[usize], row_of: impl Fn(usize) -> Vec<f32>) -> Vec<f32> {
        let mut mapped = Vec::with_capacity(rows.len() * self.center.len());
        for &row in rows {
            let mut values = row_of(row);
            for (feature, value) in values.iter_mut().enumerate() {
                *value = if value.is_nan() {
                    self.fill[feature]
                } else {
                    (*value - self.center[feature]) * self.scale[feature]
                };
            }
            if self.per_row {
                divide_by_sum(&mut values);
            }
            mapped.extend(values);
        }
        mapped
    }

    fn with_capacity(features: usize) -> Self {
        let empty = || Vec::with_capacity(features);
        Self {
            center: empty(),
            scale: empty(),
            fill: empty(),
            per_row: false,
        }
    }

    /// Appends a feature; `mean` is what a missing value stands for.
    fn push(&mut self, (center, scale, mean): (f64, f64, f64)) {
        let usable = scale.is_finite() && (scale as f32).is_normal();
        let scale = if usable { scale } else { 0.0 };
        self.center.push(center as f32);
        self.scale.push(scale as f32);
        self.fill.push(((mean - center) * scale) as f32);
    }
}

/// Statistics of features that are scaled alike: one for all of them, or one for each channel of images.
///
/// # Shapes
/// - returns: `[1]` or `[channels]`, each for an equal run of the features
fn pools(scaling: Scaling, roles: &[Role], features: &[Moments], shape: &[usize]) -> Vec<Moments> {
    let channels = match (scaling, shape) {
        (Scaling::Channel, &[channels, _, _]) => channels,
        _ => 1,
    };
    let run = (roles.len() / channels.max(1)).max(1);
    let pool = |(roles, features): (&[Role], &[Moments])| {
        let numeric = roles.iter().zip(features);
        let numeric = numeric.filter(|(role, _)| **role != Role::Flag);
        numeric.fold(Moments::NONE, |pool, (_, own)| pool.merged(*own))
    };
    roles
        .chunks(run)
        .zip(features.chunks(run))
        .map(pool)
        .collect()
}

/// Center, scale and the mean that replaces missing values.
fn fit_feature(scaling: Scaling, role: Role, own: &Moments, pool: &Moments) -> (f64, f64, f64) {
    // Pixels of one image stay comparable: only `Standard` treats them one by one.
    let pixel = role == Role::Pixel && scaling != Scaling::Standard;
    let basis = if pixel || scaling == Scaling::Global {
        pool
    } else {
        own
    };
    let judged = if pixel { pool } else { own };
    let mean = if own.count > 0.0 {
        own.mean
    } else {
        judged.mean
    };
    if judged.min >= judged.max || judged.count == 0.0 {
        return (mean, 0.0, mean);
    }
    match (scaling, role) {
        (_, Role::Flag) => (0.0, 1.0, 0.0),
        (Scaling::UnitRange, _) => (basis.min, 1.0 / (basis.max - basis.min), mean),
        (Scaling::None | Scaling::Row, Role::Number { offset, unit }) => {
            (-offset / unit, unit, mean)
        }
        (Scaling::None | Scaling::Row, Role::Pixel) | (_, Role::Entry) => (0.0, 1.0, mean),
        (
            Scaling::Auto
            | Scaling::Standard
            | Scaling::Global
            | Scaling::Channel
            | Scaling::Robust,
            _,
        ) => (basis.mean, 1.0 / basis.sd(), mean),
    }
}

/// Center, scale and replacement of a number by order statistics of its values, which outliers do not move.
///
/// ```text
/// center = q50        scale = 1 / (q75 - q25), 2 / (max - min) if the quartiles coincide, 0 if all values do
/// ```
///
/// # Source
/// Holzmueller et al. 2024, section 3.1, <https://arxiv.org/abs/2407.04491>.
fn robust(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    let (Some(&min), Some(&max)) = (values.first(), values.last()) else {
        return (0.0, 0.0, 0.0);
    };
    let [low, median, high] = [0.25, 0.5, 0.75].map(|share| quantile(&values, share));
    let scale = if low < high {
        1.0 / (high - low)
    } else if min < max {
        2.0 / (max - min)
    } else {
        0.0
    };
    (median, scale, median)
}

/// A quantile of ascending values, between two of them by linear interpolation.
fn quantile(values: &[f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let (below, above) = (place.floor(), place.ceil());
    let [low, high] = [below, above].map(|place| values[place as usize]);
    low + (high - low) * (place - below)
}

/// What `rows` have of one feature, without NaN.
fn values_of(features: &Storage, width: usize, feature: usize, rows: &[usize]) -> Vec<f64> {
    let values = rows.iter();
    let values = values.map(|row| f64::from(features.get(row * width + feature)));
    values.filter(|value| !value.is_nan()).collect()
}

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
