//! Temperature scaling of rows that have to fit the temperature, too.

use super::optimal_temperature;
use crate::labels::labels_possible;
use crate::{Logits, Result};

/// Logits at temperatures that none of their own labels took part in fitting.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossFitted {
    /// `[rows, classes]`, the first half of the rows at the temperature of the second and the other way round.
    pub tempered: Logits<'static>,
    /// The geometric mean of both temperatures.
    pub temperature: f64,
}

/// Tempers each half of the rows with the temperature that suits the other half best.
///
/// ```text
/// z_i / T(second half)  for i < rows / 2      z_i / T(first half)  else      temperature = sqrt(T(first half) T(second half))
/// ```
///
/// The rows should be in random order. What is then measured on `tempered` is honest on all rows, though no others were there to fit
/// with.
///
/// # Shapes
/// - `logits`: `[rows, classes]`; `labels`: `[rows]`
///
/// # Errors
/// As [`optimal_temperature`] of either half.
pub fn cross_fitted_temperature(logits: &Logits<'_>, labels: &[usize]) -> Result<CrossFitted> {
    labels_possible(logits, labels)?;
    let (classes, middle) = (logits.classes(), labels.len() / 2);
    let (first, second) = logits.values().split_at(middle * classes);
    let first = Logits::new(first, middle, classes)?;
    let second = Logits::new(second, labels.len() - middle, classes)?;
    let of_first = optimal_temperature(&first, &labels[..middle])?.value;
    let of_second = optimal_temperature(&second, &labels[middle..])?.value;
    let mut values = first.tempered(of_second)?.values().to_vec();
    values.extend_from_slice(second.tempered(of_first)?.values());
    Ok(CrossFitted {
        tempered: Logits::new(values, labels.len(), classes)?,
        temperature: (of_first * of_second).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::cross_fitted_temperature;
    use crate::Logits;
    use crate::calibration::optimal_temperature;

    /// Logits `±size`, of which every fourth is wrong: the temperature is `2 size / ln 3`.
    fn half(size: f64, rows: usize) -> (Vec<f64>, Vec<usize>) {
        let logits = (0..rows).flat_map(|_| [size, -size]).collect();
        (
            logits,
            (0..rows).map(|row| usize::from(row % 4 == 3)).collect(),
        )
    }

    #[test]
    fn each_half_gets_the_temperature_of_the_other() {
        let ((mut values, mut truth), (second, labels)) = (half(2.0, 40), half(6.0, 40));
        values.extend(second);
        truth.extend(labels);
        let logits = Logits::new(values, 80, 2).unwrap();
        let found = cross_fitted_temperature(&logits, &truth).unwrap();
        let fitted = |size: f64| 2.0 * size / 3.0f64.ln();
        assert!((found.tempered.values()[0] - 2.0 / fitted(6.0)).abs() < 1e-6);
        assert!((found.tempered.values()[159] + 6.0 / fitted(2.0)).abs() < 1e-6);
        assert!((found.temperature - (fitted(2.0) * fitted(6.0)).sqrt()).abs() < 1e-6);
        let all = optimal_temperature(&logits, &truth).unwrap().value;
        assert!(
            (found.temperature - all).abs() > 0.01,
            "one temperature for all rows is another"
        );
    }

    #[test]
    fn labels_of_other_rows_are_refused() {
        let logits = Logits::new(vec![0.0; 8], 4, 2).unwrap();
        assert!(cross_fitted_temperature(&logits, &[0, 1, 0]).is_err());
        assert!(cross_fitted_temperature(&logits, &[0]).is_err());
        assert!(cross_fitted_temperature(&logits, &[0; 20]).is_err());
    }
}
