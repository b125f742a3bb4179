//! Decay as a time: half-lives, time-scales, and what stays the same where an epoch has other steps.

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

/// The time-scale of weights under decay, in epochs.
///
/// ```text
/// tau = 1 / (-ln(1 - lr λ) steps_per_epoch) = half-life / ln 2
/// ```
///
/// Decoupled decay makes the weights an exponential moving average of the updates, which forgets with this time constant. Like the
/// half-life it counts whole steps; the source has the limit of small ones, `1 / (lr λ)`, which differs by terms of order `lr λ`. Infinite
/// for a rate of 0, and 0 where one step removes the weight.
///
/// # Source
/// Wang & Aitchison 2024, <https://arxiv.org/abs/2405.13698>.
pub fn tau_epochs(rate: f64, learning_rate: f64, steps_per_epoch: f64) -> f64 {
    half_life(rate, learning_rate, steps_per_epoch) / std::f64::consts::LN_2
}

/// The rate with this time-scale, the inverse of [`tau_epochs`].
pub fn rate_of_tau(epochs: f64, learning_rate: f64, steps_per_epoch: f64) -> f64 {
    rate_of_half_life(
        epochs * std::f64::consts::LN_2,
        learning_rate,
        steps_per_epoch,
    )
}

decay_options::names! {
    /// What a decay rate means for rows other than those it was given for.
    ///
    /// A fold or a refit with more rows makes more steps in an epoch. With the same `λ` its weights decay faster per epoch,
    /// and a rate chosen on folds would be too strong for the refit.
    #[derive(Default)]
    pub enum Keep {
        /// `lr λ steps_per_epoch`, and with it half-life and `tau` up to terms of order `lr λ`.
        #[default]
        TimeScale = "time_scale",
        /// `λ` itself.
        Rate = "rate",
    }
}

impl Keep {
    /// The rate where an epoch has `own` steps, of one that is given for `reference` steps.
    ///
    /// ```text
    /// λ_own = λ reference / own
    /// ```
    ///
    /// # Source
    /// Wang & Aitchison 2024, <https://arxiv.org/abs/2405.13698>: it is the time-scale that carries over between data sets
    /// of different sizes.
    pub fn rate(self, rate: f64, reference: u32, own: u32) -> f64 {
        match self {
            Self::TimeScale if reference != own && own > 0 => {
                rate * f64::from(reference) / f64::from(own)
            }
            _ => rate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Keep, half_life, rate_of_half_life, rate_of_tau, tau_epochs};

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

    #[test]
    fn after_tau_epochs_a_weight_has_fallen_to_one_in_e() {
        let (rate, lr, steps) = (300.0, 1e-3, 50.0);
        let tau = tau_epochs(rate, lr, steps);
        let left = (1.0f64 - lr * rate).powf(tau * steps);
        assert!((left * std::f64::consts::E - 1.0).abs() < 1e-12, "{left}");
        let ratio = half_life(rate, lr, steps) / tau;
        assert!((ratio / std::f64::consts::LN_2 - 1.0).abs() < 1e-12);
        let small = tau_epochs(1e-3, lr, steps) * 1e-3 * lr * steps;
        assert!((small - 1.0).abs() < 1e-5, "that of the source: {small}");
    }

    #[test]
    fn the_inverse_of_tau_returns_the_rate_and_the_limits_hold() {
        for rate in [1e-6, 1e-3, 0.5, 10.0] {
            let tau = tau_epochs(rate, 1e-3, 23.0);
            assert!((rate_of_tau(tau, 1e-3, 23.0) / rate - 1.0).abs() < 1e-9);
        }
        assert_eq!(tau_epochs(0.0, 1e-3, 23.0), f64::INFINITY);
        assert_eq!(tau_epochs(1000.0, 1e-3, 23.0), 0.0, "as the half-life");
        assert_eq!(rate_of_tau(f64::INFINITY, 1e-3, 23.0), 0.0);
    }

    #[test]
    fn the_time_scale_is_kept_and_equal_steps_change_no_bit() {
        let own = Keep::TimeScale.rate(0.3, 18, 23);
        let (before, after) = (tau_epochs(0.3, 1e-3, 18.0), tau_epochs(own, 1e-3, 23.0));
        assert!((before / after - 1.0).abs() < 1e-3);
        assert!((0.3 * 18.0 / (own * 23.0) - 1.0).abs() < 1e-15);
        assert_eq!(
            Keep::TimeScale.rate(0.3, 18, 18).to_bits(),
            0.3f64.to_bits()
        );
        assert_eq!(Keep::Rate.rate(0.3, 18, 23), 0.3);
    }
}
