//! Decay as a time: how long an undriven weight takes to halve.

/// Epochs until an undriven weight halves.
///
/// ```text
/// half-life = ln 2 / (-ln(1 - lr λ) steps_per_epoch)
/// ```
///
/// Infinite for a rate of 0, and 0 where one step removes the weight (`lr λ >= 1`).
pub fn half_life(rate: f64, learning_rate: f64, steps_per_epoch: f64) -> f64 {
    let shrink = rate * learning_rate;
    if shrink >= 1.0 {
        0.0
    } else {
        std::f64::consts::LN_2 / (-(-shrink).ln_1p() * steps_per_epoch)
    }
}

/// The rate with this half-life, the inverse of [`half_life`].
pub fn rate_of_half_life(epochs: f64, learning_rate: f64, steps_per_epoch: f64) -> f64 {
    -(-std::f64::consts::LN_2 / (epochs * steps_per_epoch)).exp_m1() / learning_rate
}

#[cfg(test)]
mod tests {
    use super::{half_life, rate_of_half_life};

    #[test]
    fn after_one_half_life_half_the_weight_is_left() {
        let (rate, lr, steps) = (0.3, 1e-2, 22.0);
        let mut weight = 1.0f64;
        let epochs = half_life(rate, lr, steps);
        let whole = (epochs * steps).floor() as i32;
        weight *= (1.0 - lr * rate).powi(whole);
        let rest = (1.0 - lr * rate).powf(epochs * steps - f64::from(whole));
        assert!((weight * rest - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_inverse_returns_the_rate_and_the_limits_hold() {
        for rate in [1e-6, 1e-3, 0.5, 10.0, 900.0] {
            let epochs = half_life(rate, 1e-3, 23.0);
            assert!((rate_of_half_life(epochs, 1e-3, 23.0) / rate - 1.0).abs() < 1e-9);
        }
        assert_eq!(half_life(0.0, 1e-3, 23.0), f64::INFINITY);
        assert_eq!(half_life(2000.0, 1e-3, 23.0), 0.0);
        assert_eq!(rate_of_half_life(f64::INFINITY, 1e-3, 23.0), 0.0);
    }
}
