//! Decay as the time-scale of an average over epochs.

/// The time-scale of weights under decay, in epochs.
///
/// ```text
/// tau = 1 / (lr λ steps_per_epoch)
/// ```
///
/// Decoupled decay makes the weights an exponential moving average of the updates, which forgets with this time constant;
/// its half-life is `tau ln 2` up to terms of order `lr λ`. Infinite for a rate of 0.
///
/// # Source
/// Wang & Aitchison 2024, <https://arxiv.org/abs/2405.13698>.
pub fn tau_epochs(rate: f64, learning_rate: f64, steps_per_epoch: f64) -> f64 {
    1.0 / (learning_rate * rate * steps_per_epoch)
}

/// The rate with this time-scale, the inverse of [`tau_epochs`].
pub fn rate_of_tau(epochs: f64, learning_rate: f64, steps_per_epoch: f64) -> f64 {
    1.0 / (learning_rate * epochs * steps_per_epoch)
}

#[cfg(test)]
mod tests {
    use super::{rate_of_tau, tau_epochs};
    use crate::options::half_life::half_life;

    #[test]
    fn after_tau_epochs_a_weight_has_fallen_to_one_in_e() {
        let (rate, lr, steps) = (0.01, 1e-3, 50.0);
        let tau = tau_epochs(rate, lr, steps);
        let left = (1.0f64 - lr * rate).powf(tau * steps);
        assert!((left * std::f64::consts::E - 1.0).abs() < 1e-5, "{left}");
        let ratio = half_life(rate, lr, steps) / tau;
        assert!((ratio / std::f64::consts::LN_2 - 1.0).abs() < 1e-5);
    }

    #[test]
    fn the_inverse_returns_the_rate_and_the_limits_hold() {
        for rate in [1e-6, 1e-3, 0.5, 10.0] {
            let tau = tau_epochs(rate, 1e-3, 23.0);
            assert!((rate_of_tau(tau, 1e-3, 23.0) / rate - 1.0).abs() < 1e-12);
        }
        assert_eq!(tau_epochs(0.0, 1e-3, 23.0), f64::INFINITY);
        assert_eq!(rate_of_tau(f64::INFINITY, 1e-3, 23.0), 0.0);
    }
}
